"""The archive read again: the same items that the crawl put into staging, without a network.

A crawl loads what came of an address in the end: after its retries, and after the second part of an interrupted run.
So within a run the last answer of each list and document counts, and of a list that was read several times every good
one; runs follow each other. Lists are read by the same
families, documents get the continuations that were fetched for them, and both go through the same function as live.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.address import address_key
from pipelines.archive import Archive, ArchiveDamaged, Stored
from pipelines.archive.rows import as_text
from pipelines.attached import ReadFile
from pipelines.clock import day_of
from pipelines.declare import parse_dump
from pipelines.load import Item
from pipelines.models import Issue, Listing, Page, Processed, Site
from pipelines.read.files import read_file
from pipelines.shelf import Shelf
from scraper.families import family
from scraper.families.addresses import resolve
from scraper.items import UNREAD, Fetched, processed, unreadable_list
from scraper.readings import Readings, positions_of
from scraper.stand_in import stand_in

logger = logging.getLogger(__name__)

DRAWN = "drawn"
"""In place of a role: a list that a browser drew."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A document whose bytes are still in the archive, so that whoever reads it need not be given them."""

    stored: Stored
    parts: tuple[Stored, ...]
    """Its continuations in the order of the document."""

    @property
    def size(self) -> int:
        """Bytes of all of it."""
        return self.stored.size + sum(part.size for part in self.parts)


def replay(
    archive: Archive,
    sites: Mapping[str, Site] | None = None,
    runs: Collection[int] | None = None,
    read: ReadFile = read_file,
) -> Iterator[Item]:
    """What the archive says, in the order of runs and fetches, for `Loader.load`.

    `sites` None: each run is read with the declarations it ran with, which gives what the crawl gave. Else the given
    ones are used, and fetches of a site that is not among them are left out. `runs`: only those. `read` may remember
    files that it read before.
    """
    for item in fetched(archive, sites, runs):
        yield finished(archive, item, read) if isinstance(item, Fetched) else item


def finished(archive: Archive, item: Fetched, read: ReadFile = read_file) -> Processed:
    """What staging takes of a document from the archive; the file that holds its text is looked for there too."""
    result = processed(item, read)
    if result.wants is not None and item.run is not None:
        held = attached(archive, result.wants, item.page, item.run)
        result = processed(replace(item, page=held), read) if held.attached else result
    return result


def attached(archive: Archive, url: str, page: Page, run: int) -> Page:
    """The page with the file that holds its text: as this run got it, else as the newest run before it did."""
    target = resolve(page.url, url)
    stored = archive.newest_ok(target.url if target else url, run)
    if stored is None or stored.sha256 is None:
        return page
    try:
        body = archive.body(stored.sha256)
    except ArchiveDamaged as error:
        logger.error("%s", error)
        return page
    file = Page(url, body, stored.status, stored.headers, stored.fetched_at, role="attachment")
    return replace(page, attached=(file,))


def fetched(
    archive: Archive, sites: Mapping[str, Site] | None = None, runs: Collection[int] | None = None
) -> Iterator[Fetched | Item]:
    """The same before documents are processed, which takes nearly all the time: for callers with several workers."""
    reading = Reading(archive, sites)
    for _, item in steps(archive, sites, runs):
        if item is not None:
            yield reading.read(item) if isinstance(item, Unread) else item


class Reading:
    """Reads documents that were left in the archive, with the declarations of their runs or with given ones."""

    def __init__(self, archive: Archive, sites: Mapping[str, Site] | None = None) -> None:
        self._archive, self._sites = archive, sites
        self._run: tuple[int, Mapping[str, Site]] | None = None

    def read(self, item: Unread) -> Fetched | Processed:
        """The document with its bytes; where the archive does not have them any more, what is to be said of that."""
        declared = self._declared(item.stored.run_id)
        try:
            return _document(self._archive, item.stored, declared, item.parts)
        except ArchiveDamaged as error:
            logger.error("%s", error)
            return lost(item.stored, declared[item.stored.site or ""])

    def _declared(self, run: int) -> Mapping[str, Site]:
        if self._sites is not None:
            return self._sites
        if self._run is None or self._run[0] != run:
            dump = next(one.declarations for one in self._archive.runs() if one.id == run)
            self._run = run, parse_dump(dump)
        return self._run[1]


def steps(
    archive: Archive,
    sites: Mapping[str, Site] | None = None,
    runs: Collection[int] | None = None,
    skip: int = 0,
) -> Iterator[tuple[int, Unread | Fetched | Item | None]]:
    """The same as (fetches looked at so far, item), to tell how far it is; the bytes of documents are left where they are.

    The first `skip` items are None: they are counted, and their bodies stay unread, save those of lists, on which the
    readings at the end of a run depend.
    """
    passed = yielded = 0
    for run in archive.runs():
        if runs is not None and run.id not in runs:
            continue
        declared = parse_dump(run.declarations) if sites is None else sites
        final, parts = _index(archive, run.id)
        readings = Readings(day_of(run.started_at).isoformat())
        for stored in archive.fetches(run.id):
            passed += 1
            if (
                stored.role == "list"
                and "rendered" not in stored.context
                and final.get(_place(DRAWN, stored)) is not None
            ):
                # The list is what the browser drew from this.
                continue
            site = declared.get(stored.site or "")
            # Every reading of a list counts: a row that one of them saw was listed.
            reading = stored.role == "list" and stored.outcome == "ok"
            if site is None or not (reading or final.get(_place(stored.role, stored)) == stored.id):
                continue
            try:
                item: Unread | Fetched | Item | None
                if stored.role == "list":
                    item = _list(archive, stored, declared, site, readings)
                elif not is_document(stored) or stored.outcome == "unchanged":
                    # Where the site says that a page is as it was, there is nothing new to read.
                    continue
                else:
                    following = (parts.get(stored.url) or {}) if stored.outcome == "ok" else {}
                    item = Unread(stored, tuple(following[number] for number in sorted(following)))
            except ArchiveDamaged as error:
                logger.error("%s", error)
                item = lost(stored, site)
            yielded += 1
            yield passed, item if yielded > skip else None
        for key in readings.sites():
            for read in readings.of(key):
                yielded += 1
                yield passed, read if yielded > skip else None


def is_document(stored: Stored) -> bool:
    """A page, or a file that a list offers in place of one."""
    return stored.role == "detail" or (stored.role == "attachment" and "part_of" not in stored.context)


def _index(archive: Archive, run: int) -> tuple[Shelf[int], Shelf[dict[int, Stored]]]:
    """Of a run: by place the last answer of each list and document, with the lists that a browser drew; and by address
    of a document the last answer of each of its continuations.

    A redirect is no answer: where one leads on, that answer counts; where it leads nowhere, the crawl recorded a
    refusal.
    """
    final: Shelf[int] = Shelf()
    parts: Shelf[dict[int, Stored]] = Shelf()
    for stored in archive.fetches(run):
        if stored.outcome == "redirect":
            continue
        if stored.role == "list" or is_document(stored):
            final.put(_place(stored.role, stored), "", stored.id)
            if "rendered" in stored.context:
                final.put(_place(DRAWN, stored), "", stored.id)
        elif stored.role == "continuation":
            document, number = stored.context.get("part_of"), stored.context.get("index")
            if isinstance(document, str) and isinstance(number, int):
                key = as_text(document) or ""
                parts.put(key, "", {**(parts.get(key) or {}), number: stored})
    return final, parts


def _place(role: str, stored: Stored) -> str:
    return f"{role} {address_key(stored.url)}"


def _list(
    archive: Archive, stored: Stored, declared: Mapping[str, Site], site: Site, readings: Readings
) -> Fetched | Listing | Processed:
    page = _page(archive, stored, declared)
    if stored.outcome != "ok":
        return Fetched(page, stored.outcome, stored.error, run=stored.run_id)
    index = stored.context.get("index")
    try:
        system = family(site.family)
        found = system.read_list(page, index if isinstance(index, int) else None)
    except Exception as error:
        logger.exception("cannot read list %s", page.url)
        return unreadable_list(page, error)
    look = stored.context.get("look")
    readings.add(found, positions_of(found, system), look if isinstance(look, int) else 1)
    return found.listing


def _document(
    archive: Archive, stored: Stored, declared: Mapping[str, Site], parts: Sequence[Stored]
) -> Fetched:
    page = _page(archive, stored, declared)
    if stored.outcome == "ok":
        page = replace(page, continuations=tuple(_continuation(archive, part, declared) for part in parts))
    text_in = stored.context.get("text_in")
    instead = stand_in(
        archive, stored.run_id, page, stored.outcome, text_in if isinstance(text_in, str) else None
    )
    return Fetched(page, stored.outcome, stored.error, instead, stored.run_id)


def _page(archive: Archive, stored: Stored, declared: Mapping[str, Site]) -> Page:
    """A fetch as the crawl saw it: without a body where there is nothing to read."""
    page = archive.page(stored, declared, whole=False)
    return replace(page, body=b"") if stored.outcome in UNREAD else page


def _continuation(archive: Archive, stored: Stored, declared: Mapping[str, Site]) -> Page:
    """One that cannot be read any more is empty, which is told as missing; the document is read without it."""
    try:
        return _page(archive, stored, declared)
    except ArchiveDamaged as error:
        logger.error("%s", error)
        return _bare(stored, declared.get(stored.site or ""))


def lost(stored: Stored, site: Site) -> Processed:
    """An answer whose bytes the archive does not have any more: what an earlier one gave stays."""
    message = (
        f"归档里 {stored.fetched_at} 取得的内容已损坏（SHA-256 {stored.sha256}），读不出来；此前的内容保留。"
    )
    return Processed(_bare(stored, site), "ok", None, (Issue("archive_damaged", message, "error"),))


def _bare(stored: Stored, site: Site | None) -> Page:
    return Page(
        url=stored.url,
        body=b"",
        status=stored.status,
        fetched_at=stored.fetched_at,
        site=site,
        column=stored.column,
        role=stored.role,
    )
