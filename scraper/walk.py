"""What the lists of a site came to: which documents to fetch, in an order that depends on the lists alone.

Documents are fetched when all lists of a site are read. Then it is known which mobile twins stand beside their
originals, which rows are pinned on every page, and how much there is to do; and the order is that of columns, pages
and rows, however the answers came in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, field

from pipelines.address import address_key, canonical, is_twin
from pipelines.models import Issue, Listing, ListRow, Site
from scraper.looks import Looks

_FULL_DATE = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})")
_SHORT_DATE = re.compile(r"(?<!\d)(\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
MAX_LIST_PAGES = 2000
"""Of one site; reached only by a list that leads on without end."""
MAX_REPEATS = 3
"""List pages of a column in a row that list nothing new; the pages that the site still counts are not asked for then."""
MAX_ROWS = 100_000
"""Of one site; all of Hubei publishes fewer replies."""


@dataclass(frozen=True, slots=True)
class Found:
    """A row and where it stood."""

    column: str
    row: ListRow


@dataclass(frozen=True, slots=True)
class Again:
    """A list page to be read once more."""

    column: str
    url: str
    index: int
    look: int
    """Which reading this is, from 2."""


@dataclass(slots=True)
class Walk:
    """The walk through the lists of one site."""

    site: Site
    pending: int = 0
    """List pages asked for and not answered yet."""
    seen: set[str] = field(default_factory=set)
    """Keys of list pages asked for."""
    places: dict[str, dict[int, str]] = field(default_factory=dict)
    """By column and position: key of the list page that stands there."""
    rows: dict[tuple[int, int, int, int], Found] = field(default_factory=dict)
    """By position of column, reading, list page and row."""
    done: bool = False
    """The documents were handed out."""
    listed: set[tuple[str, str]] = field(default_factory=set)
    """Column and address of every row."""
    full: bool = False
    """A bound was reached: something was left out."""
    repeats: Counter[str] = field(default_factory=Counter)
    """By column: list pages in a row that listed nothing new."""
    looks: dict[str, Looks] = field(default_factory=dict)
    """By column."""

    def claim(self, url: str) -> bool:
        """Whether a list page is new and to be asked for; it counts as pending then."""
        key = address_key(url)
        if key in self.seen:
            return False
        if len(self.seen) >= MAX_LIST_PAGES:
            self.full = True
            return False
        self.seen.add(key)
        self.pending += 1
        return True

    def place(self, column: str, url: str, index: int) -> int:
        """Position of a list page in its column: that given, or the next one that no other page has. Where pages are
        known by links only, 尾页 is met before those in front of it, and two pages would stand in one place."""
        taken, key = self.places.setdefault(column, {}), address_key(url)
        while taken.get(index, key) != key:
            index += 1
        taken[index] = key
        return index

    def see(self, listing: Listing, look: int) -> bool:
        """Take a list page of the given reading; see `add`."""
        self.looks.setdefault(listing.column, Looks(listing.column)).see(listing, look)
        return self.add(listing.column, listing.index, listing.rows, look)

    def add(self, column: str, index: int, rows: tuple[ListRow, ...], look: int = 1) -> bool:
        """Take the rows of a list page. False when the column has listed every one of them before: a list that leads
        on and says nothing new leads nowhere."""
        number = [item.url for item in self.site.columns].index(column)
        before = len(self.listed)
        for position, row in enumerate(rows):
            if len(self.rows) >= MAX_ROWS:
                self.full = True
                break
            self.rows[number, look, index, position] = Found(column, row)
            self.listed.add((column, address_key(row.url)))
        news = len(self.listed) > before
        if look == 1:  # A further reading lists nothing new by nature.
            self.repeats[column] = 0 if news or not rows else self.repeats[column] + 1
        return news

    def settle(self) -> bool:
        """A list page was answered, well or badly. True when it was the last one."""
        self.pending -= 1
        if self.pending > 0 or self.done:
            return False
        self.done = True
        return True

    def again(self, known: Container[str], sure: Collection[str] = ()) -> list[Again]:
        """List pages to be read once more before the documents are fetched; they count as pending. To be asked when
        the last one settled. `known`: keys of documents that an earlier crawl holds; `sure`: columns whose lists agree
        with what was known of them."""
        found = [
            Again(column, url, index, len(looks.readings) + 1)
            for column, looks in self.looks.items()
            if column not in sure
            for index, url in looks.again(known.__contains__).items()
        ]
        self.pending, self.done = len(found), not found
        return found

    def row(self, column: str, key: str) -> ListRow | None:
        """The row of an address as a column printed it in this crawl."""
        if (column, key) not in self.listed:
            return None
        found = (one.row for one in self.rows.values() if one.column == column)
        return next((row for row in found if address_key(row.url) == key), None)

    @property
    def printed(self) -> int:
        """Rows of the lists, those that were read several times counted once."""
        return len({(number, index, position) for number, _, index, position in self.rows})

    def issues(self) -> list[Issue]:
        """What the readings say of the lists."""
        return [issue for looks in self.looks.values() if (issue := looks.issue()) is not None]

    def documents(
        self,
        since: str | None,
        limit: int | None,
        known: Container[str] = (),
        more: Iterable[Found] = (),
    ) -> list[Found]:
        """Rows to fetch: each address once (a pinned row counts where it stands first), a twin only where its
        original is neither listed nor known, none printed with a date before `since`, none in `known`, at most `limit`. `more`: rows
        that stand where the list was not read."""
        ordered = [*(self.rows[key] for key in sorted(self.rows)), *more]
        listed = {address_key(found.row.url) for found in ordered}
        out: dict[str, Found] = {}
        for found in ordered:
            url = found.row.url
            key = address_key(url)
            if key in out or key in known or key in self.seen:
                continue
            if is_twin(url) and (canonical(url) in listed or canonical(url) in known):
                continue
            if since is not None and (day := full_date(found.row.date)) is not None and day < since:
                continue
            out[key] = found
        return list(out.values())[:limit]


def full_date(printed: str | None) -> str | None:
    """`YYYY-MM-DD` where a row prints day, month and year; None for `09-02` and the like. Only decides what to fetch.

    >>> full_date("24-09-02")
    '2024-09-02'
    """
    if printed is None:
        return None
    match = _FULL_DATE.search(printed)
    if match is None:
        match = _SHORT_DATE.search(printed)
        if match is None:
            return None
    year, month, day = (int(part) for part in match.groups())
    year += 2000 if year < 100 else 0
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None
