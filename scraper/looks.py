"""Whether a list stood still while it was read.

A list of many pages is read over minutes. A row that is taken down meanwhile moves all rows behind it up by one, and the
first row of a page that is yet to be read slips onto one that was read: it is never seen. A list that is sorted anew
loses rows likewise. So a list with any sign of that, or none to go by, is read again, until two readings agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.address import address_key
from pipelines.check.reconcile import count_rows
from pipelines.models import Issue, Listing

MAX_LOOKS = 3
"""Readings of one list in one crawl; what still moves then is read in full another day."""


@dataclass(slots=True)
class Looks:
    """The readings of the list of one column."""

    column: str
    readings: list[dict[int, Listing]] = field(default_factory=list)
    """By reading and position of the page."""
    asked: int = 1
    """Readings asked for."""

    def see(self, listing: Listing, look: int) -> None:
        """Take one page of a reading, counted from 1."""
        while len(self.readings) < look:
            self.readings.append({})
        self.readings[look - 1][listing.index] = listing

    def again(self, is_known: Callable[[str], bool]) -> dict[int, str]:
        """Pages to be read once more, by position; none where the list may be relied on. `is_known`: whether an
        earlier crawl holds a document, by key of its address."""
        look = len(self.readings)
        if not look or look >= MAX_LOOKS or look < self.asked:
            # Of a reading that was asked for and brought no page, nothing more is to be had in this crawl.
            return {}
        moves = self._doubtful(is_known) if look == 1 else self._differ(look)
        if not moves:
            return {}
        self.asked = look + 1
        return {index: page.url for index, page in sorted(self.readings[0].items())}

    def issue(self) -> Issue | None:
        """What a person should know of it."""
        look = len(self.readings)
        if look == MAX_LOOKS and self._differ(look):
            message = f"栏目 {self.column} 的列表读了 {look} 遍仍在变动，可能有漏读；下次采集会再读。"
            return Issue("list_unstable", message, "error")
        if look > 1 and any(self._differ(number) for number in range(2, look + 1)):
            message = f"栏目 {self.column} 的列表在读的时候有变动（撤下、新增或重排），已重读到前后一致。"
            return Issue("list_changed", message, "info")
        return None

    def _doubtful(self, is_known: Callable[[str], bool]) -> bool:
        pages = [self.readings[0][index] for index in sorted(self.readings[0])]
        if len(pages) < 2:
            return False
        totals = {page.total for page in pages if page.total is not None}
        counts = {page.page_count for page in pages if page.page_count is not None}
        rows = [_keys(page) for page in pages]
        counted, distinct = count_rows(rows), len({key for keys in rows for key in keys})
        if len(totals) > 1 or len(counts) > 1 or distinct < counted:
            return True
        if totals:
            return totals != {counted}
        # Nothing printed would tell of a row that slipped away. Behind the first page such a row is new to us only
        # when its neighbours are: on the first crawl of a column.
        return any(not is_known(key) for keys in rows[1:] for key in set(keys).difference(rows[0]))

    def _differ(self, look: int) -> bool:
        """Whether a reading shows other rows than the one before it, on the pages that both have."""
        before, now = self.readings[look - 2], self.readings[look - 1]
        return any(_keys(before[index]) != _keys(page) for index, page in now.items() if index in before)


def _keys(listing: Listing) -> list[str]:
    return [address_key(row.url) for row in (*listing.rows, *listing.refused)]
