"""What a crawl read of each column, put together from its list pages: the live crawl and `rebuild` both do it here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.address import address_key
from pipelines.load.listed import keys_of
from pipelines.models import Listing, ListReading
from scraper.families.base import Family, ListPage


@dataclass(slots=True)
class _Column:
    site: str
    pages: dict[int, tuple[int, Listing]] = field(default_factory=dict)
    """By position: reading and page."""
    named: dict[str, int] = field(default_factory=dict)
    """Key of each page to which the list leads → the position that its link says."""
    read: set[str] = field(default_factory=set)
    """Keys of the pages read."""
    rows: set[str] = field(default_factory=set)

    @property
    def is_complete(self) -> bool:
        """Whether every page was read to which the list leads; one that was moved is known by its position."""
        return 0 in self.pages and all(
            key in self.read or index in self.pages for key, index in self.named.items()
        )


def positions_of(found: ListPage, system: Family) -> list[tuple[int, str]]:
    """The pages to which a list page leads: (position in the column, address)."""
    return [(system.place(url, found.next_index + k), url) for k, url in enumerate(found.next_urls)]


@dataclass(slots=True)
class Readings:
    """The readings of one crawl; `on` is its day, `YYYY-MM-DD`."""

    on: str
    _columns: dict[str, _Column] = field(default_factory=dict)

    def add(self, found: ListPage, positions: Sequence[tuple[int, str]], look: int) -> None:
        """Take a list page, read for the `look`-th time in this crawl, and where it leads on (`positions_of`)."""
        listing = found.listing
        column = self._columns.setdefault(listing.column, _Column(listing.site))
        before, _ = column.pages.get(listing.index, (0, None))
        if look >= before:
            column.pages[listing.index] = look, listing
        column.read.add(address_key(listing.url))
        keys = set(keys_of(listing))
        if listing.index == 0 or not keys <= column.rows:
            # A list that leads on and says nothing new leads nowhere.
            for index, url in positions:
                column.named.setdefault(address_key(url), index)
        column.rows |= keys

    def of(self, site: str) -> list[ListReading]:
        """The readings of a site, in order of columns."""
        return [
            ListReading(
                site=site,
                column=url,
                on=self.on,
                pages=tuple(column.pages[index][1] for index in sorted(column.pages)),
                complete=column.is_complete,
            )
            for url, column in sorted(self._columns.items())
            if column.site == site
        ]

    def sites(self) -> list[str]:
        """Sites of which a list page was read."""
        return sorted({column.site for column in self._columns.values()})
