"""The system of Yichang and its counties: lists `list-541-1.html`, documents `content-541-607151-1.html`, where 541 is
the column, 607151 the document, and the last number the page.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from pipelines.models import Page
from scraper.families.addresses import Target, is_file
from scraper.families.base import Family, ListDocument
from scraper.families.blocks import find_rows
from scraper.families.numbered import further_pages
from scraper.families.pagination import Pager, printed_counts
from scraper.families.rows import Rows

_LIST = re.compile(r"list-(\d{1,12})-(\d{1,4})\.html?")
_DOCUMENT = re.compile(r"content-(\d{1,12})-(\d{1,14})-1\.html?")


class Content(Family):
    """Rows are links to first pages of documents; the list is the block that holds some of the column's own number."""

    name: ClassVar[str] = "content"

    def find_rows(self, document: ListDocument, next_urls: frozenset[str]) -> Rows:
        match = _LIST.fullmatch(_name(document.page.column or document.page.url))

        def at_home(target: Target) -> bool:
            named = _DOCUMENT.fullmatch(target.file_name)
            return named is not None and (match is None or named[1] == match[1])

        found = find_rows(document.tree, document.base, document.column, document.hosts, _fits, at_home)
        return found.without(next_urls)

    def continuations(self, page: Page) -> tuple[str, ...]:
        name = _name(page.url)
        if not _DOCUMENT.fullmatch(name):
            return super().continuations(page)
        stem, _, extension = name.rpartition(".")
        return further_pages(page, stem.removesuffix("1"), f".{extension}")

    def _pager(self, document: ListDocument) -> Pager | None:
        called = super()._pager(document)
        match = _LIST.fullmatch(_name(document.page.url))
        pages, total = printed_counts(document.tree)
        if called is not None or match is None or pages is None or pages < 2:
            return called
        extension = _name(document.page.url).rpartition(".")[2]
        return Pager(pages, int(match[2]) - 1, f"list-{match[1]}", extension, total, separator="-", second=2)

    def _index(self, page: Page, pager: Pager | None) -> int:
        match = _LIST.fullmatch(_name(page.url))
        return int(match[2]) - 1 if match and int(match[2]) else super()._index(page, pager)


def _name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _fits(target: Target) -> bool:
    return _DOCUMENT.fullmatch(target.file_name) is not None or is_file(target)
