"""WARC → rows, as plain functions of a file or a record: no network, no database, nothing shared.

An engine calls `listed` on every file, brings the results together, and then calls `rows` on every file; in which order,
and on which machine, makes no difference. Lists come first because a page is known by the title and date under which it
is listed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pipelines.address import address_key
from pipelines.load import fingerprint
from pipelines.models import Page, Processed, Site
from pipelines.read.outcome import classify
from scraper.batch.rows import Row, row_of
from scraper.families import family
from scraper.items import Fetched, processed
from scraper.saved.place import Listed, Place, place_in
from scraper.saved.store import MAX_PAGE, is_page
from scraper.saved.warc import Record, read_warc

logger = logging.getLogger(__name__)

Lists = Mapping[str, Listed]
"""Key of an address → column, title and date under which it is listed."""


def listed(path: Path, sites: Mapping[str, Site]) -> dict[str, Listed]:
    """What the list pages of a WARC list."""
    found: dict[str, Listed] = {}
    for record in read_warc(path):
        if record.problem is None and not record.revisit:
            for key, row in listed_in(record, sites):
                found[key] = min(row, found.get(key, row), key=lambda one: one[0])
    return found


def listed_in(record: Record, sites: Mapping[str, Site]) -> Iterator[tuple[str, Listed]]:
    """The rows of one list page; none of what is no list page of a declared site."""
    place = place_in(record.url, sites, {})
    if not isinstance(place, Place) or place.role != "list":
        return
    if classify(record.status, record.headers, record.body, "list") != "ok":
        return
    page = _page(record, place)
    try:
        listing = family(place.site.family).read_list(page, place.index).listing
    except Exception:
        logger.exception("cannot read list %s", page.url)
        return
    for row in listing.rows:
        yield address_key(row.url), (listing.column, row.title, row.date)


def merged(found: Iterable[Lists]) -> dict[str, Listed]:
    """What all files list; of several columns the first by address counts, as in staging."""
    out: dict[str, Listed] = {}
    for one in found:
        for key, row in one.items():
            out[key] = min(row, out.get(key, row), key=lambda entry: entry[0])
    return out


def rows(path: Path, sites: Mapping[str, Site], lists: Lists) -> Iterator[Row]:
    """The rows of a WARC, a record at a time. A revisit gives none: its bytes have one already, or stand elsewhere."""
    for record in read_warc(path):
        if record.problem is not None:
            logger.error("%s: %s %s", path, record.url, record.problem)
        elif not record.revisit:
            yield from record_rows(record, sites, lists)


def record_rows(record: Record, sites: Mapping[str, Site], lists: Lists) -> Iterator[Row]:
    """The row of a response: one, or none where it is no page or file of a declared site."""
    place = place_in(record.url, sites, lists)
    if not isinstance(place, Place) or (place.role != "attachment" and not is_page(record.headers)):
        return
    if place.role != "attachment" and len(record.body) > MAX_PAGE:
        return
    page = _page(record, place)
    found: Processed | None = None
    if place.role == "detail" and not family(place.site.family).continuations(page):
        # Whoever reads a page sees what it is.
        found = processed(Fetched(page, "ok"))
        outcome = found.outcome
        if found.wants is not None or outcome != "ok":
            # Its text is in a file, which the archive has to bring along.
            found = None
    else:
        outcome = classify(record.status, record.headers, record.body, place.role)
    if outcome not in ("refused", "truncated"):
        yield row_of(page, place, outcome, found, fingerprint())


def _page(record: Record, place: Place) -> Page:
    page = Page(place.url, record.body, record.status, record.headers, record.saved_at)
    return replace(
        page,
        site=place.site,
        column=place.column,
        role=place.role,
        row_title=place.row_title,
        row_date=place.row_date,
    )
