"""What a crawl read of each column, put together from its list pages: the live crawl and `rebuild` both do it here."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.address import address_key
from pipelines.load.listed import keys_of
from pipelines.models import Listing, ListReading
from scraper.families.base import ListPage


@dataclass(slots=True)
class _Column:
    site: str
    pages: dict[int, tuple[int, Listing]] = field(default_factory=dict)
    """By position: reading and page."""
    named: set[int] = field(default_factory=set)
    """Positions of the pages to which the list leads."""
    asked: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Readings:
    """The readings of one crawl; `on` is its day, `YYYY-MM-DD`."""

    on: str
    _columns: dict[str, _Column] = field(default_factory=dict)

    def add(self, found: ListPage, look: int) -> None:
        """Take a list page, read for the `look`-th time in this crawl."""
        listing = found.listing
        column = self._columns.setdefault(listing.column, _Column(listing.site))
        before, _ = column.pages.get(listing.index, (0, None))
        if look >= before:
            column.pages[listing.index] = look, listing
        column.asked.add(address_key(listing.url))
        keys = set(keys_of(listing))
        if listing.index == 0 or not keys <= column.rows:
            # A list that leads on and says nothing new leads nowhere.
            for k, url in enumerate(found.next_urls):
                if address_key(url) not in column.asked:
                    column.asked.add(address_key(url))
                    column.named.add(found.next_index + k)
        column.rows |= keys

    def of(self, site: str) -> list[ListReading]:
        """The readings of a site, in order of columns."""
        return [
            ListReading(
                site=site,
                column=url,
                on=self.on,
                pages=tuple(column.pages[index][1] for index in sorted(column.pages)),
                complete=0 in column.pages and column.named <= column.pages.keys(),
            )
            for url, column in sorted(self._columns.items())
            if column.site == site
        ]

    def sites(self) -> list[str]:
        """Sites of which a list page was read."""
        return sorted({column.site for column in self._columns.values()})
