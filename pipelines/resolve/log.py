"""The archive's fetch log, reduced in one pass to what the published tables say of addresses, sites and runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urljoin

from pipelines.address import address_key
from pipelines.archive.records import Note, RunRecord, Stored
from pipelines.declare import parse_dump
from pipelines.models import Column, Outcome, Role, Site
from pipelines.resolve.life import Life

FIRST_RUN_UNKNOWN = 2**31


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
class Address:
    """What the log says of one address."""

    url: str
    """As last fetched."""
    role: Role
    site: str | None
    column: str | None
    outcome: Outcome
    status: int
    fetched_at: str
    sha256: str | None
    size: int
    media_type: str | None
    run: int
    row_title: str | None = None
    row_date: str | None = None
    first_ok_run: int = FIRST_RUN_UNKNOWN
    first_ok_at: str | None = None
    last_ok_at: str | None = None
    life: Life = field(default_factory=Life)
    """Whether it still answers."""
    last_ok: Stored | None = None
    """The newest good answer of a file beside a reply."""
    unchanged: bool = False
    """Whether the last fetch brought the bytes that an earlier run had brought."""

    @property
    def keeps_out(self) -> bool:
        """Of a robots.txt: whether its rules could not be known (RFC 9309 §2.3.1.4). Other 4xx say that there are none."""
        failed = self.outcome in ("error", "unreachable")
        return failed and not (400 <= self.status < 500 and self.status != 429)


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

    addresses: dict[str, Address] = field(default_factory=dict)
    crawls: list[Crawl] = field(default_factory=list)
    sites: dict[str, Site] = field(default_factory=dict)
    """By key, as last declared."""
    columns: dict[str, tuple[str, Column]] = field(default_factory=dict)
    """Address as declared → (site, column), as last declared; a column that is not declared any more stays."""
    latest_run: dict[str, int] = field(default_factory=dict)
    """Site → last run in which it was fetched from."""
    notes: dict[str, list[Note]] = field(default_factory=dict)
    """Site → what its last run said of it as a whole."""


def read_log(archive: Archive) -> Log:
    """One pass over runs and fetches; bodies are not touched."""
    log = Log()
    crawls: dict[int, Crawl] = {}
    for record in archive.runs():
        crawls[record.id] = Crawl(record)
        for key, site in parse_dump(record.declarations).items():
            log.sites[key] = site
            for column in site.columns:
                log.columns[column.url] = (key, column)
    imports = {run for run, crawl in crawls.items() if crawl.record.imported}
    last: dict[tuple[int, str], tuple[Outcome, int, str | None]] = {}
    for fetch in archive.fetches():
        if fetch.role != "robots":
            # The rules of a host are none of the pages that somebody wants; most hosts have no such file.
            last[fetch.run_id, address_key(fetch.url)] = (fetch.outcome, fetch.size, fetch.site)
        _address(log, fetch)
        if fetch.site and not (fetch.run_id in imports and fetch.site in log.latest_run):
            # A person's pages mend what is known of addresses; how the site treats us the last crawl knows.
            log.latest_run[fetch.site] = max(fetch.run_id, log.latest_run.get(fetch.site, 0))
    for note in archive.notes():
        if note.site in log.sites and note.run_id >= log.latest_run.get(note.site, 0):
            log.notes.setdefault(note.site, []).append(note)
    for (run, _), (outcome, size, site_key) in last.items():
        if run in crawls:
            _count(crawls[run], outcome, size, site_key)
    log.crawls = [crawls[key] for key in sorted(crawls)]
    log.sites = dict(sorted(log.sites.items()))
    log.columns = dict(sorted(log.columns.items()))
    return log


def _count(crawl: Crawl, outcome: Outcome, size: int, site: str | None) -> None:
    """By address and its last answer: an address asked again after an interruption counts once."""
    crawl.addresses += 1
    crawl.size += size
    if site:
        crawl.sites.add(site)
    if outcome in ("ok", "unchanged"):
        crawl.ok += 1
    elif outcome == "blocked":
        crawl.blocked += 1
    elif outcome not in ("redirect", "robots", "refused"):
        crawl.failed += 1


def _address(log: Log, fetch: Stored) -> None:
    key = address_key(fetch.url)
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
        found.last_ok = fetch if fetch.role == "attachment" else None
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
