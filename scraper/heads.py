"""How much of a list an ordinary run reads: its head, and on until there is nothing to doubt.

The list of a column is read in full the first time, after a reading that broke off, after a document in it was found
missing, and every so often; else page by page until a page holds only known rows and the site's own numbers agree with
what is known (`pipelines.load.listed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipelines.address import address_key
from pipelines.load.listed import Listed, is_enough
from pipelines.models import Listing
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
    ahead: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """Key → position, rank among the links of its page, and address of the pages that the list leads to and that were not
    asked for."""
    asked: set[str] = field(default_factory=set)

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

    def take(self, listing: Listing, positions: Sequence[tuple[int, str]]) -> None:
        """Take a page, and the pages to which it leads."""
        self.pages[listing.index] = listing
        self.asked.add(address_key(listing.url))
        for rank, (index, url) in enumerate(positions):
            key = address_key(url)
            # 下一页 stands first and is what it says; 尾页 and the like come behind whatever else is left.
            if key not in self.asked and (rank == 0 or key not in self.ahead):
                self.ahead[key] = index, rank, url

    def onward(self) -> Iterator[tuple[int, str]]:
        """The page to ask for next, if any: (position, address)."""
        if self.ahead and not self.is_enough:
            key = min(self.ahead, key=lambda key: self.ahead[key])
            index, _, url = self.ahead.pop(key)
            self.asked.add(key)
            yield index, url

    @property
    def is_enough(self) -> bool:
        """Whether what was read tells the whole list."""
        pages = [self.pages[index] for index in sorted(self.pages)]
        return not self.full and is_enough(self.known, pages)
