"""What a run asks of one site: how far its lists are read, which documents are fetched, which known pages are visited.

A full run (`--full`) reads everything and fetches every page, those that no list names any more too. An ordinary run
reads the heads of the lists (`scraper.heads`), fetches what is new and visits what is due (`scraper.revisit`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from pipelines.address import address_key
from pipelines.clock import day_of, now
from pipelines.load.listed import Listed, take
from pipelines.models import ListReading, Site
from scraper.errand import Errand
from scraper.families import family
from scraper.families.base import ListPage
from scraper.heads import Head
from scraper.known import Known
from scraper.readings import Readings, positions_of
from scraper.walk import Again, Found, Walk

if TYPE_CHECKING:
    from scraper.session import Session


@dataclass(frozen=True, slots=True)
class Ask:
    """One address to fetch."""

    url: str
    errand: Errand
    conditions: dict[str, str] = field(default_factory=dict)
    """Headers by which the site may answer that nothing changed."""


@dataclass(slots=True)
class Plan:
    """The walk through one site in one run."""

    site: Site
    today: date
    known: Known
    full: bool = True
    walk: Walk = field(init=False)
    readings: Readings = field(init=False)
    _heads: dict[str, Head] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.walk = Walk(self.site)
        self.readings = Readings(self.today.isoformat())
        for column in self.site.columns:
            # Looked at before the run adds to it.
            known = self.known.listed(column.url)
            if not self.full:
                missing = self.known.missing(known.addresses)
                self._heads[column.url] = Head.of(column.url, known, self.today, missing)

    # --- lists ------------------------------------------------------------------------------------------------

    def take(self, found: ListPage, look: int) -> list[tuple[int, str]]:
        """Take a list page; the pages to ask for next, as (position, address)."""
        listing = found.listing
        positions = positions_of(found, family(self.site.family))
        self.readings.add(found, positions, look)
        leads = self.walk.see(listing, look) or listing.index == 0
        head = self._heads.get(listing.column)
        if head is None:
            return positions if leads else []
        head.take(listing, positions if leads else [])
        return list(head.onward())

    def lost(self, column: str | None) -> list[tuple[int, str]]:
        """A list page could not be got: the pages to ask for in spite of that."""
        head = self._heads.get(column or "")
        return [] if head is None else list(head.onward())

    def again(self) -> list[Again]:
        """List pages to be read once more, see `Walk.again`."""
        sure = [column for column, head in self._heads.items() if head.is_enough]
        return self.walk.again(frozenset() if self.full else self.known.held(), sure)

    def read(self) -> list[ListReading]:
        """What was read of each column."""
        return self.readings.of(self.site.key)

    # --- documents --------------------------------------------------------------------------------------------

    def asks(self, since: str | None, limit: int | None) -> list[Ask]:
        """Documents to fetch: new ones in the order of the lists, then the known ones that are due."""
        if self.full:
            wanted = self.walk.documents(since, None)
            if since is None and self.walk.looks:
                listed = {address_key(found.row.url) for found in wanted} | {
                    key for _, key in self.walk.listed
                }
                wanted += [
                    self.known.found(key) for key in self.known.of_site(self.site.key) if key not in listed
                ]
            return [self._ask(found) for found in wanted][:limit]
        lists, left, back = self._after()
        more = self.known.unsettled(lists)
        new = self.walk.documents(since, limit, self.known.settled(), more)
        asks = [self._ask(found) for found in new]
        if since is None and self.walk.looks:
            # A site whose lists cannot be read today is not well; its pages are left in peace.
            asked = {address_key(ask.url) for ask in asks}
            visits = self.known.visits(self.site, self.today, lists, left, back)
            asks += [self._visit(visit.address) for visit in visits if visit.address not in asked]
        return asks[:limit]

    def _after(self) -> tuple[dict[str, Listed], set[str], set[str]]:
        """Each list as it is after this run, the rows that left it today, and those that were not there before."""
        lists = {column.url: self.known.listed(column.url) for column in self.site.columns}
        left: set[str] = set()
        came: set[str] = set()
        for reading in self.read():
            before = lists[reading.column]
            lists[reading.column], gone = take(before, reading)
            left |= gone
            came.update(set(lists[reading.column].addresses).difference(before.addresses))
        return lists, left, came

    def _ask(self, found: Found) -> Ask:
        row = found.row
        return Ask(
            row.url,
            Errand("detail", self.site, found.column, row.title or None, row.date, text_in=row.text_in),
        )

    def _visit(self, key: str) -> Ask:
        """A known page, with the row by which a list names it today."""
        found, part_of = self.known.found(key), self.known.part_of(key)
        row = self.walk.row(found.column, key) or found.row
        ask = self._ask(Found(found.column, replace(row, url=found.row.url)))
        errand = (
            ask.errand
            if part_of is None
            else replace(ask.errand, role="attachment", row_date=None, part_of=part_of)
        )
        return replace(ask, errand=errand, conditions=self.known.conditions(key))


def plan_of(site: Site, session: Session | None) -> Plan:
    """The plan of a site in an open run; without one (`scrapy check`) nothing is known."""
    if session is None:
        return Plan(site, day_of(now()), Known(None, None, None))
    return Plan(site, session.today, session.known, session.options.full)
