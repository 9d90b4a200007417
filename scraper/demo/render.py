"""From personalities to every resource that the demonstration hosts serve; a pure function of data and seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from posixpath import join, normpath, relpath

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
        (site.host, path): make() for site in personalities for path, make in Renderer(site, seed).resources()
    }


def volatile(seed: int, *parts: object, below: int) -> int:
    """A number that looks like chance and moves with the seed: read counters, tokens."""
    digest = hashlib.sha256("\0".join(map(str, (seed, *parts))).encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


@cache
def _environment(*folders: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )


Make = Callable[[], Resource]
"""Renders one page when it is asked for: a large site need not stand in memory."""


class Renderer:
    """The pages of one site; `folders` of templates are looked into before those of the demonstration."""

    def __init__(self, site: Personality, seed: int, folders: tuple[Path, ...] = ()) -> None:
        self.site = site
        self.seed = seed
        self.templates = _environment(*folders, reviewed_data("demo", "templates"))

    def resources(self) -> Iterator[tuple[str, Make]]:
        """(path, what renders it) for lists, pages, twins, attachments, robots.txt and the home page."""
        site = self.site
        if site.robots is not None:
            yield "/robots.txt", partial(self._resource, site.robots.encode(), "text/plain")
        yield "/", partial(self._page, "home.html", "/", columns=site.columns)
        for index, column in enumerate(site.columns):
            documents = self.listed(index)
            yield from self._lists(column, documents)
            yield from self._documents(column, documents)

    def listed(self, column: int) -> list[Document]:
        """Documents of a column, newest first."""
        found = [doc for doc in self.site.documents if doc.column == column]
        return sorted(found, key=lambda doc: doc.order, reverse=True)

    # --- lists ---------------------------------------------------------------------------------------------------

    def _lists(self, column: ColumnShape, documents: list[Document]) -> Iterator[tuple[str, Make]]:
        listed = [doc for doc in documents if not doc.unlisted]
        rows = [row for doc in listed for row in self._rows(doc)]
        pinned = [self._rows(doc)[0] for doc in listed if doc.pinned]
        chunks = [rows[start : start + column.rows] for start in range(0, len(rows), column.rows)] or [[]]
        count, total = self._claims(len(chunks), len(rows))
        for index, chunk in enumerate(chunks):
            file = paging.page_file(column.index, index, column.ext)
            above = self._above(pinned, index)
            page = partial(
                self._page,
                f"{self.site.template}_list.html",
                column.path + file,
                column=column,
                rows=above + chunk,
                pinned=len(above),
                total=total + len(pinned) if column.prints_total else None,
                paging=Markup(paging.script(column, count, index, total)),  # noqa: S704 - our own markup
            )
            yield column.path + file, page
            if index == 0:
                yield column.path, page

    def _above(self, pinned: list[Row], index: int) -> list[Row]:
        """Rows that stand above the others on a list page."""
        return pinned if index == 0 else []

    def _claims(self, pages: int, rows: int) -> tuple[int, int]:
        """Numbers of pages and rows as the list prints them."""
        return pages, rows

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

    def _documents(self, column: ColumnShape, documents: list[Document]) -> Iterator[tuple[str, Make]]:
        shown = [doc for doc in documents if doc.answer == "page" and not doc.unlisted]
        places = {id(doc): place for place, doc in enumerate(shown)}
        for document in documents:
            place = places.get(id(document), 0)
            neighbours = tuple(shown[at] if 0 <= at < len(shown) else None for at in (place - 1, place + 1))
            yield from self._document(column, document, neighbours)

    def _document(
        self, column: ColumnShape, document: Document, neighbours: tuple[Document | None, ...]
    ) -> Iterator[tuple[str, Make]]:
        path = column.path + document.file
        match document.answer:
            case "foreign":
                return
            case "challenge":
                yield path, partial(self._page, "challenge.html", path, status=412)
            case "soft_404":
                yield path, partial(self._page, "soft_404.html", path)
            case "gone":
                body = b"<html><body><h1>404 Not Found</h1></body></html>"
                yield path, partial(self._resource, body, status=404)
            case "empty":
                yield path, partial(self._resource, b"")
            case "redirect" | "leaves":
                headers = (("Location", document.target or "/"), ("Content-Type", "text/html"))
                yield path, partial(Resource, 301, headers, b"")
            case "page":
                yield from self._article(column, document, neighbours)

    def _article(
        self, column: ColumnShape, document: Document, neighbours: tuple[Document | None, ...]
    ) -> Iterator[tuple[str, Make]]:
        name, _, ext = document.file.rpartition("/")[2].rpartition(".")
        folder = document.file.rpartition("/")[0]
        for index in range(len(prose.pages(document.page_body))):
            file = paging.page_file(name, index, ext)
            path = column.path + (f"{folder}/{file}" if folder else file)
            yield path, partial(self._part, "detail", path, column, document, index, neighbours)
            if document.twin or document.twin_only:
                twin = twin_of(path)
                yield twin, partial(self._part, "twin", twin, column, document, index, neighbours)
        for name, file in document.attachments:
            location = normpath(join(column.path, folder, file))
            yield location, partial(self._attachment, document, name, file)

    def _attachment(self, document: Document, name: str, file: str) -> Resource:
        return self._resource(pdf(prose.printed(document.file_text(name, file))), "application/pdf")

    def _part(
        self,
        shape: str,
        path: str,
        column: ColumnShape,
        document: Document,
        index: int,
        neighbours: tuple[Document | None, ...],
    ) -> Resource:
        """One page of a document, or of its twin."""
        name, _, ext = document.file.rpartition("/")[2].rpartition(".")
        parts = prose.pages(document.page_body)
        last = index == len(parts) - 1
        before, after = (self._neighbour(document, other) for other in neighbours)
        return self._page(
            "twin_detail.html" if shape == "twin" else f"{self.site.template}_detail.html",
            path,
            encoding=document.encoding,
            column=column,
            doc=document,
            index=index,
            last=last,
            cells=self._cells(document),
            published=document.prints.get(
                "published_at", str(document.says.get("published_at") or "").replace("T", " ")
            ),
            body=Markup(prose.markup(parts[index], document.style)),  # noqa: S704 - escaped by prose
            pages=Markup(paging.article_call(name, ext, len(parts), index)),  # noqa: S704
            attachments=document.attachments if last else (),
            before=before,
            after=after,
            twin=twin_of(paging.page_file(name, index, ext)) if document.twin or document.twin_only else None,
        )

    @staticmethod
    def _neighbour(document: Document, other: Document | None) -> Row | None:
        if other is None:
            return None
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
