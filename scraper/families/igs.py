"""IGS, the search of TRS sites, used as a list: `search.jhtml?code=…&siteId=22&searchWord=建议提案&pageNumber=1&pageSize=10`.

The whole address of the first page is declared as the column. Answers are pages or data. A search finds documents all
over the site, so nothing is said about where they lie.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar

from pipelines.models import Page
from scraper.families import json_list
from scraper.families.base import Family, ListDocument, ListPage
from scraper.families.blocks import find_rows
from scraper.families.pagination import MAX_PAGES, printed_counts
from scraper.families.rows import Rows

_NUMBER = re.compile(r"(?<=[?&])(pageNumber=)(\d{0,6})(?=&|$)", re.IGNORECASE)
_SIZE = re.compile(r"(?<=[?&])pageSize=(\d{1,4})(?=&|$)", re.IGNORECASE)


class Igs(Family):
    """Pages are turned by `pageNumber`: as far as the answer counts, else while pages are full."""

    name: ClassVar[str] = "igs"

    def read_list(self, page: Page, index: int | None = None) -> ListPage:
        document = ListDocument.of(page)
        column = page.column or page.url
        base = _number(column) or 0
        if index is None:
            index = max(0, (_number(page.url) or base) - base)
        if json_list.looks_like_json(document.text):
            rows, pages, total = self._data(document)
        else:
            rows = self.find_rows(document, frozenset())
            pages, total = printed_counts(document.tree)
        size = _size(column)
        if pages is None and total is not None and (size or rows.rows):
            pages = -(-total // (size or len(rows.rows)))
        urls: tuple[str, ...] = ()
        first = index + 1
        if pages is not None:
            urls, first = tuple(_turned(column, base + k) for k in range(1, min(pages, MAX_PAGES))), 1
        elif size and len(rows.rows) + len(rows.refused) >= size:
            urls = (_turned(column, base + first),)
        return self._answer(page, index, rows, urls, first, pages, total)

    def find_rows(self, document: ListDocument, next_urls: frozenset[str]) -> Rows:
        found = find_rows(document.tree, document.base, document.column, document.hosts)
        return replace(found.without(next_urls), elsewhere=False)

    def _data(self, document: ListDocument) -> tuple[Rows, int | None, int | None]:
        try:
            found = json_list.find_list(json_list.parse(document.text))
        except ValueError as error:
            return Rows(broken=str(error)[:200]), None, None
        return json_list.rows_of(found, document.page.url, document.hosts), found.pages, found.total


def _number(url: str) -> int | None:
    """Number of the page in a search address; None where it is not written: the first page, which IGS numbers 1."""
    match = _NUMBER.search(url)
    return int(match[2]) if match and match[2] else 1


def _size(url: str) -> int | None:
    match = _SIZE.search(url)
    return int(match[1]) or None if match else None


def _turned(url: str, number: int) -> str:
    """The same search at another page."""
    if _NUMBER.search(url):
        return _NUMBER.sub(lambda match: f"{match[1]}{number}", url, count=1)
    return f"{url}{'&' if '?' in url else '?'}pageNumber={number}"
