"""From personalities to every resource that the demonstration hosts serve; a pure function of data and seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import join, normpath, relpath
from typing import Any

import jinja2
from markupsafe import Markup

from pipelines.paths import reviewed_data
from scraper.demo import paging, prose
from scraper.demo.pdf import pdf
from scraper.demo.personality import ColumnShape, Document, Personality

LAST_MODIFIED = "Thu, 01 Jan 2026 00:00:00 GMT"
LABELS = (
    ("索引号", "index_number"),
    ("分类", "category"),
    ("发布机构", "publisher"),
    ("发文日期", "issued_on"),
    ("文号", "document_number"),
    ("有效性", "validity"),
    ("公开属性", "disclosure"),
)
"""Labels of the metadata block and what they hold; a site's template chooses which it shows, and how spelt."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One answer: status, headers in order, bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    announced: int | None = None
    """Content-Length, where a fault makes it lie."""


Resources = Mapping[tuple[str, str], Resource]
"""(host, path) → what is there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list page."""

    href: str
    title: str
    date: str


def render(personalities: tuple[Personality, ...], seed: int = 0) -> Resources:
    """Everything that the hosts serve. Raises jinja2.TemplateError for a template that does not fit its site."""
    return {
        (site.host, path): resource
        for site in personalities
        for path, resource in _Renderer(site, seed).resources()
    }


def volatile(seed: int, *parts: object, below: int) -> int:
    """A number that looks like chance and moves with the seed: read counters, tokens."""
    digest = hashlib.sha256("\0".join(map(str, (seed, *parts))).encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


@cache
def _environment(folder: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )


class _Renderer:
    """The pages of one site."""

    def __init__(self, site: Personality, seed: int) -> None:
        self.site = site
        self.seed = seed
        self.templates = _environment(reviewed_data("demo", "templates"))

    def resources(self) -> Iterator[tuple[str, Resource]]:
        """(path, resource) for lists, pages, twins, attachments, robots.txt and the home page."""
        site = self.site
        if site.robots is not None:
            yield "/robots.txt", self._resource(site.robots.encode(), "text/plain")
        yield "/", self._page("home.html", "/", columns=site.columns)
        for index, column in enumerate(site.columns):
            documents = [doc for doc in site.documents if doc.column == index]
            documents.sort(key=lambda doc: doc.order, reverse=True)
            yield from self._lists(column, documents)
            for position, document in enumerate(documents):
                yield from self._document(column, document, documents, position)

    # --- lists ---------------------------------------------------------------------------------------------------

    def _lists(self, column: ColumnShape, documents: list[Document]) -> Iterator[tuple[str, Resource]]:
        listed = [doc for doc in documents if not doc.unlisted]
        rows = [row for doc in listed for row in self._rows(doc)]
        pinned = [self._rows(doc)[0] for doc in listed if doc.pinned]
        chunks = [rows[start : start + column.rows] for start in range(0, len(rows), column.rows)] or [[]]
        for index, chunk in enumerate(chunks):
            file = paging.page_file(column.index, index, column.ext)
            page = self._page(
                f"{self.site.template}_list.html",
                column.path + file,
                column=column,
                rows=pinned + chunk if index == 0 else chunk,
                pinned=len(pinned) if index == 0 else 0,
                total=len(rows) + len(pinned) if column.prints_total else None,
                paging=Markup(paging.script(column, len(chunks), index, len(rows))),  # noqa: S704 - our own markup
            )
            yield column.path + file, page
            if index == 0:
                yield column.path, page

    def _rows(self, document: Document) -> list[Row]:
        """The row of a document; a twin is listed under the same title, beside the original or in its place."""
        files = {
            document.file: not document.twin_only,
            twin_of(document.file): document.twin or document.twin_only,
        }
        links = ["./" + file for file, listed in files.items() if listed]
        if document.answer == "foreign" and document.target:
            links = [document.target]
        date = document.url_date if document.row_date is None else document.row_date
        return [Row(link, document.row_title or document.title, date) for link in links]

    # --- documents -----------------------------------------------------------------------------------------------

    def _document(
        self, column: ColumnShape, document: Document, siblings: list[Document], position: int
    ) -> Iterator[tuple[str, Resource]]:
        path = column.path + document.file
        match document.answer:
            case "foreign":
                return
            case "challenge":
                yield path, self._page("challenge.html", path, status=412)
            case "soft_404":
                yield path, self._page("soft_404.html", path)
            case "gone":
                yield path, self._resource(b"<html><body><h1>404 Not Found</h1></body></html>", status=404)
            case "empty":
                yield path, self._resource(b"")
            case "redirect" | "leaves":
                target = document.target or "/"
                yield path, Resource(301, (("Location", target), ("Content-Type", "text/html")), b"")
            case "page":
                yield from self._article(column, document, siblings, position)

    def _article(
        self, column: ColumnShape, document: Document, siblings: list[Document], position: int
    ) -> Iterator[tuple[str, Resource]]:
        shown = [doc for doc in siblings if doc.answer == "page" and not doc.unlisted]
        here = shown.index(document) if document in shown else 0
        name, _, ext = document.file.rpartition("/")[2].rpartition(".")
        parts = prose.pages(document.page_body)
        folder = document.file.rpartition("/")[0]
        for index, lines in enumerate(parts):
            file = paging.page_file(name, index, ext)
            path = column.path + (f"{folder}/{file}" if folder else file)
            context: dict[str, Any] = {
                "column": column,
                "doc": document,
                "index": index,
                "last": index == len(parts) - 1,
                "cells": self._cells(document),
                "published": document.prints.get(
                    "published_at", str(document.says.get("published_at") or "").replace("T", " ")
                ),
                "body": Markup(prose.markup(lines, document.style)),  # noqa: S704 - escaped by prose
                "pages": Markup(paging.article_call(name, ext, len(parts), index)),  # noqa: S704
                "attachments": document.attachments if index == len(parts) - 1 else (),
                "before": self._neighbour(document, shown, here - 1),
                "after": self._neighbour(document, shown, here + 1),
                "twin": twin_of(file) if document.twin or document.twin_only else None,
            }
            encoding = document.encoding
            yield path, self._page(f"{self.site.template}_detail.html", path, encoding=encoding, **context)
            if document.twin or document.twin_only:
                twin = twin_of(path)
                yield twin, self._page("twin_detail.html", twin, encoding=encoding, **context)
        for name, file in document.attachments:
            location = normpath(join(column.path, folder, file))
            text = prose.printed(document.file_text(name, file))
            yield location, self._resource(pdf(text), "application/pdf")

    def _neighbour(self, document: Document, shown: list[Document], index: int) -> Row | None:
        if not 0 <= index < len(shown):
            return None
        other = shown[index]
        return Row(relpath(other.file, document.file.rpartition("/")[0] or "."), other.title, other.url_date)

    def _cells(self, document: Document) -> dict[str, str]:
        """Label → what the page prints beside it; empty where it prints the label alone."""
        plain = {label: str(document.says.get(key) or "") for label, key in LABELS}
        return plain | {label: text for label, text in document.prints.items() if label in plain}

    # --- answers -------------------------------------------------------------------------------------------------

    def _page(
        self, template: str, path: str, status: int = 200, encoding: str | None = None, **context: object
    ) -> Resource:
        site = self.site
        text = self.templates.get_template(template).render(
            site=site,
            path=path,
            counter=volatile(self.seed, site.host, path, "counter", below=900),
            token=f"{volatile(self.seed, site.host, path, 'token', below=10**12):012d}",
            root=relpath("/", path.rpartition("/")[0] or "/") + "/",
            **context,
        )
        body = text.encode(encoding or site.encoding, "xmlcharrefreplace")
        return self._resource(body, "text/html", status=status, charset=site.header_charset)

    def _resource(
        self, body: bytes, media_type: str = "text/html", status: int = 200, charset: str | None = None
    ) -> Resource:
        kind = f"{media_type}; charset={charset}" if charset else media_type
        headers = [("Content-Type", kind)]
        if status == 200:
            etag = hashlib.sha256(body).hexdigest()[:16]
            headers += [("Last-Modified", LAST_MODIFIED), ("ETag", f'"{etag}"')]
        return Resource(status, tuple(headers), body)


def twin_of(path: str) -> str:
    """Address of the age-friendly twin: `t20240902_1_slh.shtml`."""
    stem, _, ext = path.rpartition(".")
    return f"{stem}_slh.{ext}"
