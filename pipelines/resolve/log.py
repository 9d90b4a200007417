"""The archive's fetch log, reduced in one pass to what the published tables say of addresses, sites and runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol
from urllib.parse import urljoin

from pipelines.address import address_key
from pipelines.archive.records import Note, RunRecord, Stored
from pipelines.declare import parse_dump
from pipelines.models import Column, Outcome, Site
from pipelines.resolve.addresses import FIRST_RUN_UNKNOWN, Address, Addresses, Good

__all__ = ["FIRST_RUN_UNKNOWN", "Address", "Archive", "Crawl", "Log", "read_log"]


class Archive(Protocol):
    """What is asked of `pipelines.archive.Archive`."""

    def runs(self) -> Iterable[RunRecord]:
        """All runs in order."""
        ...

    def notes(self) -> Iterable[Note]:
        """What the runs said of their sites."""
        ...

    def fetches(self, run_id: int | None = None) -> Iterable[Stored]:
        """All fetches in order of id."""
        ...

    def body(self, sha256: str) -> bytes:
        """The bytes with this hash."""
        ...


@dataclass(slots=True)
class Crawl:
    """One run with its counts."""

    record: RunRecord
    sites: set[str] = field(default_factory=set)
    addresses: int = 0
    ok: int = 0
    blocked: int = 0
    failed: int = 0
    size: int = 0


@dataclass(slots=True)
class Log:
    """The whole log."""

    addresses: Addresses
    """By key, in the order in which they were first met."""
    crawls: list[Crawl] = field(default_factory=list)
    sites: dict[str, Site] = field(default_factory=dict)
    """By key, as last declared."""
    columns: dict[str, tuple[str, Column]] = field(default_factory=dict)
    """Address as declared → (site, column), as last declared; a column that is not declared any more stays."""
    latest_run: dict[str, int] = field(default_factory=dict)
    """Site → last run in which it was fetched from."""
    notes: dict[str, list[Note]] = field(default_factory=dict)
    """Site → what its last run said of it as a whole."""

    def by_key(self) -> Iterator[tuple[str, Address]]:
        """Everything in order of key."""
        return self.addresses.everything("key")

    def by_site(self) -> Iterator[tuple[str, Iterator[Address]]]:
        """Site → its addresses, those of one site in the order in which they were first met; one site after the other."""
        rows = self.addresses.everything("site, number")
        for site, group in groupby(rows, key=lambda entry: entry[1].site):
            if site is not None:
                yield site, (entry for _, entry in group)

    def troubled(self) -> Iterator[tuple[str, Address]]:
        """Those whose last answer was not a good one."""
        return self.addresses.everything(where="where outcome <> 'ok'")


def read_log(archive: Archive, scratch: sqlite3.Connection) -> Log:
    """One pass over runs and fetches; bodies are not touched.

    `scratch`: connection in whose temporary tables addresses are kept.
    """
    addresses = Addresses(scratch)
    log = Log(addresses)
    crawls: dict[int, Crawl] = {}
    for record in archive.runs():
        crawls[record.id] = Crawl(record)
        for key, site in parse_dump(record.declarations).items():
            log.sites[key] = site
            for column in site.columns:
                log.columns[column.url] = (key, column)
    imports = {run for run, crawl in crawls.items() if crawl.record.imported}
    for fetch in archive.fetches():
        key = address_key(fetch.url)
        _address(log, key, fetch)
        if fetch.role != "robots":
            # The rules of a host are none of the pages that somebody wants; most hosts have no such file.
            addresses.answered(fetch.run_id, key, (fetch.outcome, fetch.size, fetch.site))
        if fetch.site and not (fetch.run_id in imports and fetch.site in log.latest_run):
            # A person's pages mend what is known of addresses; how the site treats us the last crawl knows.
            log.latest_run[fetch.site] = max(fetch.run_id, log.latest_run.get(fetch.site, 0))
    for note in archive.notes():
        if note.site in log.sites and note.run_id >= log.latest_run.get(note.site, 0):
            log.notes.setdefault(note.site, []).append(note)
    # By address and its last answer in the run: an address asked again after an interruption counts once.
    for run, outcome, size, site_key, count in addresses.answers():
        if run in crawls:
            _count(crawls[run], outcome, size, site_key, count)
    log.crawls = [crawls[key] for key in sorted(crawls)]
    log.sites = dict(sorted(log.sites.items()))
    log.columns = dict(sorted(log.columns.items()))
    return log


def _count(crawl: Crawl, outcome: Outcome, size: int, site: str | None, count: int) -> None:
    crawl.addresses += count
    crawl.size += size
    if site:
        crawl.sites.add(site)
    if outcome in ("ok", "unchanged"):
        crawl.ok += count
    elif outcome == "blocked":
        crawl.blocked += count
    elif outcome not in ("redirect", "robots", "refused"):
        crawl.failed += count


def _address(log: Log, key: str, fetch: Stored) -> None:
    kept = log.addresses.get(key)
    found = Address(
        url=fetch.url,
        role=fetch.role,
        site=fetch.site or (kept.site if kept else None),
        column=fetch.column or (kept.column if kept else None),
        outcome=fetch.outcome,
        status=fetch.status,
        fetched_at=fetch.fetched_at,
        sha256=fetch.sha256,
        size=fetch.size,
        media_type=_header(fetch, "content-type"),
        run=fetch.run_id,
        row_title=_text(fetch, "row_title") or (kept.row_title if kept else None),
        row_date=_text(fetch, "row_date") or (kept.row_date if kept else None),
    )
    if kept is not None:
        found.first_ok_run, found.first_ok_at, found.last_ok_at, found.last_ok = (
            kept.first_ok_run,
            kept.first_ok_at,
            kept.last_ok_at,
            kept.last_ok,
        )
        same = fetch.outcome == "ok" and fetch.sha256 is not None and fetch.sha256 == kept.sha256
        found.unchanged = same and (kept.run < fetch.run_id or kept.unchanged)
        found.life = kept.life
    found.life.take(fetch.outcome, fetch.fetched_at, fetch.run_id, _leads_to(fetch))
    if fetch.outcome == "unchanged" and kept is not None:
        # The site says that the bytes are those of the last good answer.
        found.outcome, found.sha256, found.size = "ok", kept.sha256, kept.size
        found.media_type, found.unchanged, found.last_ok_at = kept.media_type, True, fetch.fetched_at
    if fetch.outcome == "ok":
        found.first_ok_run = min(found.first_ok_run, fetch.run_id)
        found.first_ok_at = found.first_ok_at or fetch.fetched_at
        found.last_ok_at = fetch.fetched_at
        found.last_ok = (
            Good(fetch.sha256, fetch.size, _header(fetch, "content-type"))
            if fetch.role == "attachment"
            else None
        )
    log.addresses[key] = found


def _leads_to(fetch: Stored) -> str | None:
    location = _header(fetch, "location")
    if fetch.outcome != "redirect" or location is None:
        return None
    try:
        return urljoin(fetch.url, location)
    except ValueError:
        return None


def _header(fetch: Stored, name: str) -> str | None:
    return next((value for key, value in fetch.headers if key == name), None)


def _text(fetch: Stored, key: str) -> str | None:
    value = fetch.context.get(key)
    return value if isinstance(value, str) and value else None
