"""The demonstration's renderer with templates, lists and habits of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from scraper.demo import prose
from scraper.demo.personality import ColumnShape, Document, Personality
from scraper.demo.render import Make, Renderer, Resource, Row

TEMPLATES = Path(__file__).parent / "templates"
Listing = Literal["trs", "json", "json_text", "igs", "jhtml", "content"]
SEARCH = (
    "/igs/front/search.jhtml?code=9bd2c15fbb7d4e3b&siteId=22&searchWord=%E5%BB%BA%E8%AE%AE%E6%8F%90%E6%A1%88"
)


def list_path(listing: Listing, shape: ColumnShape, index: int) -> str:
    """Path of a list page, 0-based, with its query string."""
    match listing:
        case "json" | "json_text":
            return f"{shape.path}{shape.index}.{shape.ext}"
        case "igs":
            return f"{SEARCH}&pageNumber={index + 1}&pageSize={shape.rows}&orderBy=time"
        case "content":
            return f"{shape.path}{shape.index}-{index + 1}.{shape.ext}"
        case "jhtml":
            return shape.path + (f"{shape.index}_{index + 1}.{shape.ext}" if index else "")
        case "trs":
            # A list that is drawn by `pageControl` is declared with the name of its first page.
            first = f"{shape.index}.{shape.ext}" if shape.paging == "pageControl" else ""
            return shape.path + (f"{shape.index}_{index}.{shape.ext}" if index else first)


@dataclass(frozen=True, slots=True)
class Habits:
    """What a site does with its lists besides what the demonstration knows."""

    order: tuple[str, ...] = ()
    """Files of the documents as listed; empty: newest first."""
    pins_everywhere: bool = False
    """Whether what is pinned stands on every page, and is counted once."""
    more_pages: int = 0
    more_rows: int = 0
    """By how much the printed numbers lie."""


class TestRenderer(Renderer):
    """The pages of one site of the test government."""

    __test__ = False

    def __init__(self, site: Personality, seed: int, listing: Listing, habits: Habits) -> None:
        super().__init__(site, seed, (TEMPLATES,))
        self.listing = listing
        self.habits = habits

    def listed(self, column: int) -> list[Document]:
        """Documents of a column, as the site sorts them."""
        found = super().listed(column)
        places = {file: place for place, file in enumerate(self.habits.order)}
        return sorted(found, key=lambda doc: places[doc.file]) if places else found

    def _above(self, pinned: list[Row], index: int) -> list[Row]:
        return pinned if self.habits.pins_everywhere else super()._above(pinned, index)

    def _claims(self, pages: int, rows: int) -> tuple[int, int]:
        # Where the total is printed for readers, what is pinned is added to it; here it is counted once.
        once = self.habits.pins_everywhere and any(column.prints_total for column in self.site.columns)
        pinned = sum(doc.pinned for doc in self.site.documents) if once else 0
        return pages + self.habits.more_pages, rows + self.habits.more_rows - pinned

    def _rows(self, document: Document) -> list[Row]:
        rows = super()._rows(document)
        if "absolute_links" not in self.site.traps and self.listing not in ("igs", "json", "json_text"):
            return rows
        base = f"http://{self.site.host}{self.site.columns[document.column].path}"
        return [replace(row, href=base + row.href.removeprefix("./")) for row in rows]

    def _lists(self, column: ColumnShape, documents: list[Document]) -> Iterator[tuple[str, Make]]:
        if self.listing == "trs":
            yield from super()._lists(column, documents)
        elif self.listing in ("json", "json_text"):
            yield list_path(self.listing, column, 0), partial(self._data, column, documents)
        else:
            yield from self._numbered(column, documents)

    def _data(self, column: ColumnShape, documents: list[Document]) -> Resource:
        """`qtzd.json` and `list.json`, with the keys that they have on real sites."""
        pinned = [doc for doc in documents if doc.pinned]
        entries: list[dict[str, Any]] = []
        for document in (*pinned, *documents):
            (row, *_) = self._rows(document)
            if self.listing == "json":
                entry = {"FILENAME": row.title, "URL": row.href, "PUBDATE": row.date, "DOCRELTIME": row.date}
            else:
                body = prose.markup(prose.pages(document.body)[0], document.style)
                entry = {
                    "DocId": document.file,
                    "TITLE": row.title,
                    "URL": row.href,
                    "DOCRELTIME": f"{row.date} 00:00:00",
                    "DOCHTMLCON": f'<div class="view TRS_UEDITOR">{body}</div>',
                }
            entries.append(entry)
        value: dict[str, Any] = {"data": entries}
        if column.prints_total:
            value["total"] = self._claims(1, len(documents))[1] + (1 if self.habits.pins_everywhere else 0)
        return self._resource(json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def _numbered(self, column: ColumnShape, documents: list[Document]) -> Iterator[tuple[str, Make]]:
        """Lists whose pages are counted from 1 in their addresses and link each other."""
        rows = [row for doc in documents for row in self._rows(doc)]
        pinned = [self._rows(doc)[0] for doc in documents if doc.pinned]
        chunks = [rows[start : start + column.rows] for start in range(0, len(rows), column.rows)] or [[]]
        count, total = self._claims(len(chunks), len(rows))
        for index, chunk in enumerate(chunks):
            above = self._above(pinned, index)
            links = "".join(
                f'<a href="{list_path(self.listing, column, k)}">{k + 1}</a> '
                for k in range(count)
                if k != index
            ).replace("&", "&amp;")
            path = list_path(self.listing, column, index)
            yield (
                path,
                partial(
                    self._page,
                    f"{self.site.template}_list.html",
                    path,
                    column=column,
                    rows=above + chunk,
                    pinned=len(above),
                    total=total + len(pinned) if column.prints_total else None,
                    paging=Markup(f'<div class="pagination">第{index + 1}页/共{count}页 {links}</div>'),
                ),
            )
