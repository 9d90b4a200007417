"""The archive read again: the same items that the crawl put into staging, without a network.

A crawl loads what came of an address in the end: after its retries, and after the second part of an interrupted run.
So within a run the last answer of each list and document counts, and of a list that was read several times every good
one; runs follow each other. Lists are read by the same
families, documents get the continuations that were fetched for them, and both go through the same function as live.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from pipelines.address import address_key
from pipelines.archive import Archive, Stored
from pipelines.attached import ReadFile
from pipelines.declare import parse_dump
from pipelines.models import Listing, Page, Processed, Site
from pipelines.read.files import read_file
from scraper.families import family
from scraper.families.addresses import resolve
from scraper.items import UNREAD, Fetched, processed, unreadable_list
from scraper.stand_in import stand_in

logger = logging.getLogger(__name__)


def replay(
    archive: Archive,
    sites: Mapping[str, Site] | None = None,
    runs: Collection[int] | None = None,
    read: ReadFile = read_file,
) -> Iterator[Processed | Listing]:
    """What the archive says, in the order of runs and fetches, for `Loader.load`.

    `sites` None: each run is read with the declarations it ran with, which gives what the crawl gave. Else the given
    ones are used, and fetches of a site that is not among them are left out. `runs`: only those. `read` may remember
    files that it read before.
    """
    for item in fetched(archive, sites, runs):
        if not isinstance(item, Fetched):
            yield item
            continue
        result = processed(item, read)
        if result.wants is not None and item.run is not None:
            held = attached(archive, result.wants, item.page, item.run)
            result = processed(replace(item, page=held), read) if held.attached else result
        yield result


def attached(archive: Archive, url: str, page: Page, run: int) -> Page:
    """The page with the file that holds its text: as this run got it, else as the newest run before it did."""
    target = resolve(page.url, url)
    stored = archive.newest_ok(target.url if target else url, run)
    if stored is None or stored.sha256 is None:
        return page
    file = Page(
        url, archive.body(stored.sha256), stored.status, stored.headers, stored.fetched_at, role="attachment"
    )
    return replace(page, attached=(file,))


def fetched(
    archive: Archive, sites: Mapping[str, Site] | None = None, runs: Collection[int] | None = None
) -> Iterator[Fetched | Listing | Processed]:
    """The same before documents are processed, which takes nearly all the time: for callers with several workers."""
    for run in archive.runs():
        if runs is not None and run.id not in runs:
            continue
        declared = parse_dump(run.declarations) if sites is None else sites
        final, parts, drawn = _index(archive, run.id)
        for stored in archive.fetches(run.id):
            if (
                stored.role == "list"
                and "rendered" not in stored.context
                and address_key(stored.url) in drawn
            ):
                # The list is what the browser drew from this.
                continue
            site = declared.get(stored.site or "")
            # Every reading of a list counts: a row that one of them saw was listed.
            reading = stored.role == "list" and stored.outcome == "ok"
            if site is None or not (
                reading or final.get((stored.role, address_key(stored.url))) == stored.id
            ):
                continue
            if stored.role == "list":
                yield _list(archive, stored, declared, site)
            elif is_document(stored):
                yield _document(archive, stored, declared, parts)


def is_document(stored: Stored) -> bool:
    """A page, or a file that a list offers in place of one."""
    return stored.role == "detail" or (stored.role == "attachment" and "part_of" not in stored.context)


def _index(
    archive: Archive, run: int
) -> tuple[dict[tuple[str, str], int], dict[str, dict[int, Stored]], set[str]]:
    """Of a run: the last answer of each list and document, the last answer of each continuation by document, and the
    lists that a browser drew.

    A redirect is no answer: where one leads on, that answer counts; where it leads nowhere, the crawl recorded a
    refusal.
    """
    final: dict[tuple[str, str], int] = {}
    parts: dict[str, dict[int, Stored]] = defaultdict(dict)
    drawn: set[str] = set()
    for stored in archive.fetches(run):
        if stored.outcome == "redirect":
            continue
        if stored.role == "list" or is_document(stored):
            final[stored.role, address_key(stored.url)] = stored.id
            if "rendered" in stored.context:
                drawn.add(address_key(stored.url))
        elif stored.role == "continuation":
            document, number = stored.context.get("part_of"), stored.context.get("index")
            if isinstance(document, str) and isinstance(number, int):
                parts[document][number] = stored
    return final, parts, drawn


def _list(
    archive: Archive, stored: Stored, declared: Mapping[str, Site], site: Site
) -> Fetched | Listing | Processed:
    page = _page(archive, stored, declared)
    if stored.outcome != "ok":
        return Fetched(page, stored.outcome, stored.error, run=stored.run_id)
    index = stored.context.get("index")
    try:
        return family(site.family).read_list(page, index if isinstance(index, int) else None).listing
    except Exception as error:
        logger.exception("cannot read list %s", page.url)
        return unreadable_list(page, error)


def _document(
    archive: Archive, stored: Stored, declared: Mapping[str, Site], parts: Mapping[str, Mapping[int, Stored]]
) -> Fetched:
    page = _page(archive, stored, declared)
    if stored.outcome == "ok":
        following = parts.get(stored.url, {})
        page = replace(
            page,
            continuations=tuple(_page(archive, following[number], declared) for number in sorted(following)),
        )
    text_in = stored.context.get("text_in")
    instead = stand_in(
        archive, stored.run_id, page, stored.outcome, text_in if isinstance(text_in, str) else None
    )
    return Fetched(page, stored.outcome, stored.error, instead, stored.run_id)


def _page(archive: Archive, stored: Stored, declared: Mapping[str, Site]) -> Page:
    """A fetch as the crawl saw it: without a body where there is nothing to read."""
    page = replace(archive.page(stored, declared), continuations=())
    return replace(page, body=b"") if stored.outcome in UNREAD else page
