"""TRS sites whose lists are drawn by a script from a file of data: the column is the address of that file.

The script (`lil_qtzdgk2020.js`) is not run; which file it loads (`qtzdgk.json`) is declared. Documents are fetched like
any others. Some files (`list.json`) carry the whole text of every document: where a document cannot be fetched, that
text stands in for it (`scraper.stand_in`), and says so.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

from pipelines.models import Page
from pipelines.read.decode import decode
from pipelines.read.guard import MAX_BYTES
from scraper.families import json_list
from scraper.families.base import ListPage, hosts_of
from scraper.families.rows import Rows
from scraper.families.trs import Trs


class TrsJson(Trs):
    """A list of objects; pages of documents as in `trs`."""

    name: ClassVar[str] = "trs_json"

    def read_list(self, page: Page, index: int | None = None) -> ListPage:
        """Rows and counts of a file. What is no JSON has no rows and says so (`list_not_json`)."""
        try:
            found = json_list.find_list(json_list.parse(_text(page)))
        except ValueError as error:
            rows = Rows(broken=str(error)[:200])
            return self._answer(page, index or 0, rows, (), 1, None, None)
        rows = json_list.rows_of(found, page.url, hosts_of(page), page.url)
        if len(rows.blocks) > 1:
            # Which array is the list cannot be told from data.
            rows = replace(rows, elsewhere=True)
        return self._answer(page, index or 0, rows, (), 1, found.pages, found.total)

    def text_in_list(self, page: Page, number: int) -> str | None:
        try:
            entries = _entries(_text(page))
        except ValueError:
            return None
        return json_list.text_of(entries[number]) if 0 <= number < len(entries) else None


@lru_cache(maxsize=1)
def _entries(text: str) -> list[Any]:
    """Rows of a file; a site that shuts its door midway has one list asked for again and again."""
    return json_list.find_list(json_list.parse(text)).entries


def _text(page: Page) -> str:
    return decode(page.body[:MAX_BYTES], page.headers).text
