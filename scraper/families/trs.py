"""TRS WCM, the system of nearly all government sites in Hubei: static lists with a script call for their pages."""

from __future__ import annotations

import re
from typing import ClassVar

from scraper.families.base import Family, ListDocument
from scraper.families.blocks import find_rows
from scraper.families.general import General, is_directory_listing
from scraper.families.rows import Rows

_NUMBERED = re.compile(r"_([1-9]\d{0,3})\.s?html?$", re.IGNORECASE)


class Trs(Family):
    """Rows are links to documents (`t20240902_5538250.shtml` and its kin) in the list's own container.

    A folder that a file server lists has no such container: there every file is a row, as in the general family.
    """

    name: ClassVar[str] = "trs"

    def place(self, url: str, index: int) -> int:
        """`index_3.shtml` is the fourth page, wherever it is linked."""
        match = _NUMBERED.search(url)
        return int(match[1]) if match else index

    def find_rows(self, document: ListDocument, next_urls: frozenset[str]) -> Rows:
        if is_directory_listing(document):
            return General().find_rows(document, next_urls)
        found = find_rows(document.tree, document.base, document.column, document.hosts)
        return found.without(next_urls)
