"""Sites whose pages end in `.jhtml`: lists `/c/ycsgaj/jytabl/` or `index.jhtml`, then `index_2.jhtml`; documents
`190774.jhtml`, then `190774_2.jhtml`. Pages are counted from 1, so the second one bears a 2.
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

_LIST = re.compile(r"([A-Za-z][\w-]{0,60}?)(?:_(\d{1,4}))?\.jhtml")
_DOCUMENT = re.compile(r"\d{1,12}\.jhtml")
_DETAIL = re.compile(r"(\d{1,12})\.jhtml")


class Jhtml(Family):
    """Rows are links to `<number>.jhtml` and to files."""

    name: ClassVar[str] = "jhtml"

    def find_rows(self, document: ListDocument, next_urls: frozenset[str]) -> Rows:
        found = find_rows(document.tree, document.base, document.column, document.hosts, _fits)
        return found.without(next_urls)

    def continuations(self, page: Page) -> tuple[str, ...]:
        match = _DETAIL.fullmatch(_name(page.url))
        return further_pages(page, f"{match[1]}_", ".jhtml") if match else super().continuations(page)

    def _pager(self, document: ListDocument) -> Pager | None:
        called = super()._pager(document)
        pages, total = printed_counts(document.tree)
        match = _LIST.fullmatch(_name(document.page.url) or "index.jhtml")
        if called is not None or match is None or pages is None or pages < 2:
            return called
        number = int(match[2]) - 1 if match[2] else 0
        return Pager(pages, number, match[1], "jhtml", total, second=2)

    def _index(self, page: Page, pager: Pager | None) -> int:
        match = _LIST.fullmatch(_name(page.url))
        return int(match[2]) - 1 if match and match[2] else super()._index(page, pager)


def _name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _fits(target: Target) -> bool:
    return _DOCUMENT.fullmatch(target.file_name) is not None or is_file(target)
