"""How much of a list an ordinary run reads: its head, and on until there is nothing to doubt.

The list of a column is read in full the first time, after a reading that broke off, after a document in it was found
missing, and every so often; else page by page until a page holds only known rows and the site's own numbers agree with
what is known (`pipelines.load.listed`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from pipelines.load.listed import Listed, is_enough
from pipelines.models import Listing
from scraper.families.base import ListPage
from scraper.revisit import turn_of

FULL_WALK = 84
"""Days within which a list whose site prints a total is read in full; a column has its own day in them."""
FULL_WALK_BLIND = 28
"""The same for a list that prints no total: rows that are taken down, or put in behind the head, show only then."""


@dataclass(slots=True)
class Head:
    """The reading of one list in an ordinary run."""

    known: Listed
    full: bool
    """Whether its turn has come to be read in full."""
    pages: dict[int, Listing] = field(default_factory=dict)
    ahead: dict[int, str] = field(default_factory=dict)
    """Position → address of the pages that the list leads to and that were not asked for."""

    @classmethod
    def of(cls, column: str, known: Listed, today: date, missing: date | None = None) -> Head:
        """What is to be read of a column in a run of this day. `missing`: the last day on which a document that it is
        known to list was found missing: it may have moved, and only the list says where to."""
        if known.walked_on is None:
            return cls(known, True)
        walked = date.fromisoformat(known.walked_on)
        cycle = FULL_WALK_BLIND if known.gap is None else FULL_WALK
        return cls(
            known, turn_of(column, cycle, today) > walked or (missing is not None and missing >= walked)
        )

    def take(self, found: ListPage) -> None:
        """Take a page."""
        self.pages[found.listing.index] = found.listing
        for k, url in enumerate(found.next_urls):
            if found.next_index + k not in self.pages:
                self.ahead.setdefault(found.next_index + k, url)

    def onward(self) -> Iterator[tuple[int, str]]:
        """The page to ask for next, if any: (position, address)."""
        if self.ahead and not self.is_enough:
            index = min(self.ahead)
            yield index, self.ahead.pop(index)

    @property
    def is_enough(self) -> bool:
        """Whether what was read tells the whole list."""
        pages = [self.pages[index] for index in sorted(self.pages)]
        return not self.full and is_enough(self.known, pages)
