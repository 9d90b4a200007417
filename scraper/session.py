"""One crawl from the first request to the last: its run in the archive, its loader, what is known of each site so far.

Middlewares record through it, the item pipeline loads through it, and the spider asks it what this run already holds.
Nothing in it is Scrapy; it is opened before the reactor runs, so that a missing contact, a lock or a damaged archive is
told to the person at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipelines.address import address_key
from pipelines.archive import Archive, ArchiveDamaged, Fetch, Note
from pipelines.clock import day_of
from pipelines.declare import dump_sites
from pipelines.errors import DataUnreadable
from pipelines.load import Item, Loader, StagingStale, fingerprint
from pipelines.lock import DataLock
from pipelines.models import Issue, Outcome, Site
from scraper.contact import release, user_agent
from scraper.errand import Errand, Receipt
from scraper.known import Known
from scraper.reread import replay

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from scraper.cluster.shift import Shift

logger = logging.getLogger(__name__)

FAILURES: frozenset[Outcome] = frozenset(
    ("blocked", "maintenance", "error", "truncated", "empty", "robots", "unreachable")
)
"""Outcomes of a list, a document or a continuation that make a site's run partial."""

HELD: frozenset[Outcome] = frozenset(("ok", "unchanged", "redirect", "gone", "soft_404", "refused"))
"""Answers that a resumed run takes from the archive. The others brought no page; they are asked for again."""

WALLS: frozenset[Outcome] = frozenset(("blocked", "maintenance"))
MAX_BLOCKED = 3
"""Challenges or maintenance notices in a row after which a site is left alone."""

BUSY = frozenset((429, 503))
MAX_BUSY = 9
"""Answers in a row that say "too many requests" or "not now" (three addresses, three tries each) after which a site is
left alone."""

MAX_MISSING = 3
"""List pages of a column in a row that are not there; the pages that the site still counts are not asked for then."""

MAX_UNREACHABLE = 9
"""Failed connections in a row (three addresses, three tries each) after which a site is left alone."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for; kept with the run."""

    contact: str | None = None
    full: bool = True
    """False: of lists the head is read, of what earlier runs know only what is due (`scraper.revisit`)."""
    since: str | None = None
    """`YYYY-MM-DD`: rows printed with an earlier date are left out; rows without a full date are kept."""
    limit: int | None = None
    """At most so many documents a site."""
    dry_run: bool = False
    """Walk the lists and report; documents are not fetched."""

    def arguments(self, sites: Sequence[str]) -> dict[str, Any]:
        """What decides whether an unfinished run is the same task."""
        return {"sites": list(sites), "full": self.full, "since": self.since, "limit": self.limit}


@dataclass(frozen=True, slots=True)
class Progress:
    """Something happened: for a progress bar or a log line."""

    kind: Literal["site", "list", "rows", "fetch", "stopped", "search", "done"]
    site: str
    url: str | None = None
    role: str | None = None
    outcome: Outcome | None = None
    count: int = 0
    """`list`: rows on this page; `rows`: documents to fetch for the site."""
    message: str | None = None
    """`stopped`: why; `search`: what is looked for."""
    run: int | None = None
    """The run that it happened in."""


@dataclass(slots=True)
class SiteState:
    """What is known of one site in this run."""

    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    """Last outcome by role and address."""
    issues: list[Issue] = field(default_factory=list)
    blocked: int = 0
    unreachable: int = 0
    busy: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    """By column: list pages in a row that are not there."""
    left: set[str] = field(default_factory=set)
    """Columns whose further list pages are not asked for."""
    stopped: str | None = None
    rows: int = 0
    documents: int = 0


@dataclass(frozen=True, slots=True)
class SiteResult:
    """What a crawl of one site brought."""

    counts: dict[str, int]
    """Addresses by outcome, robots.txt not counted."""
    rows: int
    documents: int
    """Addresses that the crawl set out to fetch."""
    issues: tuple[Issue, ...]
    complete: bool


class Session:
    """Owns the lock, the archive, the run and the loader of a crawl. Use as a context manager, or `close` it."""

    def __init__(
        self,
        sites: Mapping[str, Site],
        data: Path,
        options: Options,
        progress: Callable[[Progress], None] | None = None,
        known_from: Path | None = None,
        shift: Shift | None = None,
    ) -> None:
        """`known_from`: another folder whose documents count as known (a dry run works in an empty one). `shift`: this is
        one of several workers. Raises ContactMissing, Locked, ArchiveDamaged, StagingStale: before anything is fetched."""
        self.sites = dict(sites)
        self.options = options
        self.shift = shift
        self.user_agent = user_agent(options.contact)
        self.fatal: Exception | None = None
        self._progress = progress
        self._states: dict[str, SiteState] = defaultdict(SiteState)
        self.ending: asyncio.Task[None] | None = None
        self.gone: dict[str, list[str]] = {}
        """By site, columns that are not there any more."""
        with ExitStack() as stack:
            stack.enter_context(DataLock(data, "采集"))
            self.archive = stack.enter_context(Archive(data / "archive.db"))
            staging = data / "staging.db"
            if not staging.is_file() and next(self.archive.fetches(), None) is not None:
                # A new file would hold this run and nothing of those before it.
                raise StagingStale(staging)
            self.loader = stack.enter_context(Loader(staging, settle=self.archive.settle))
            shared = {} if shift is None else shift.board.arguments()
            told = dump_sites(sites), options.arguments(list(sites)) | shared
            broken_off = {run.id for run in self.archive.runs() if run.ended_at is None}
            # A run that was killed may have archived more than it loaded, and this one does not resume it. Loaded before
            # that run is closed: a kill in between would leave nobody who knows of it.
            unresumed = broken_off - {self.archive.resumable(*told)}
            for item in replay(self.archive, runs=unresumed, read=self.loader.files.read):
                self.loader.load(item)
            self.loader.flush()
            self.run = self.archive.begin_run(*told, code())
            self.today = day_of(self.run.started_at)
            """Day of the run, also where it is resumed on another."""
            # From here on `close` lets go of what is open; a failure above did so already.
            self._open = stack.pop_all()
        self._recorded: set[str] | None = set() if shift is None and not self.run.resumed else None
        """Addresses of which this run has an answer; None where it may have others too, of its first part or of another
        worker."""
        self._known: Known | None = None
        self._known_from = known_from
        self._closed = False

    # --- what the run holds -----------------------------------------------------------------------------------

    def held(self, url: str, rendered: bool = False, look: int = 1) -> tuple[Receipt, bytes] | None:
        """The answer that this run already archived for an address, if it need not be asked for again; as the server sent
        it, or as a browser drew it. Of a list that is read several times, an answer of this reading or a later one."""
        if self._recorded is not None and url not in self._recorded:
            return None
        stored = self.archive.find(self.run.id, url, rendered)
        if stored is None or stored.url != url or stored.outcome not in HELD or stored.status <= 0:
            return None
        if int(stored.context.get("look") or 1) < look:
            return None
        receipt = Receipt(url, stored.status, stored.headers, stored.fetched_at, stored.outcome, stored.error)
        try:
            return receipt, self.archive.body(stored.sha256) if stored.sha256 else b""
        except ArchiveDamaged as error:
            # Asked for again, it is put back in its place if the site still has it.
            logger.error("%s", error)
            return None

    @property
    def known(self) -> Known:
        """What earlier runs know; of another folder in a dry run."""
        if self._known is None:
            if self._known_from is not None:
                self._known = Known.of_folder(self._known_from, self._open)
            else:
                self.loader.flush()
                self._known = Known(self.archive, self.loader.conn, self.run.id)
        return self._known

    # --- what happens -----------------------------------------------------------------------------------------

    def record(
        self,
        url: str,
        errand: Errand,
        outcome: Outcome,
        *,
        status: int = 0,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        error: str | None = None,
        sent: Sequence[tuple[str, str]] = (),
    ) -> Receipt:
        """Archive one answer, durably, before anybody parses it; then judge whether the site can go on."""
        fetch = Fetch(
            run_id=self.run.id,
            url=url,
            fetched_at=self.archive.moment(),
            status=status,
            headers=tuple(headers),
            outcome=outcome,
            role=errand.role,
            site=errand.site.key,
            column=errand.column,
            context=errand.context(),
            error=error,
            sent=tuple(sent),
        )
        if self.shift is not None:
            self.shift.keep(fetch, body)
        self.archive.record(fetch, body)
        if self._recorded is not None:
            self._recorded.add(url)
        receipt = Receipt(url, status, tuple(headers), fetch.fetched_at, outcome, error)
        self.note(receipt, errand)
        return receipt

    def note(self, receipt: Receipt, errand: Errand) -> None:
        """Take an answer into account, fetched now or held from before."""
        state = self._states[errand.site.key]
        key = errand.role, address_key(receipt.url)
        first = key not in state.outcomes
        state.outcomes[key] = receipt.outcome
        if receipt.status > 0 or receipt.outcome == "unreachable":
            state.blocked = state.blocked + 1 if receipt.outcome in WALLS else 0
            state.unreachable = state.unreachable + 1 if receipt.outcome == "unreachable" else 0
            state.busy = state.busy + 1 if receipt.status in BUSY else 0
        if errand.role == "list" and errand.column is not None:
            self._list_answer(state, errand.site, errand.column, receipt.outcome)
        if state.blocked >= MAX_BLOCKED:
            self._stop(errand.site, f"连续 {state.blocked} 次被拦截或只见维护公告")
        elif state.busy >= MAX_BUSY:
            self._stop(errand.site, f"连续 {state.busy} 次回答太忙（429、503）")
        elif state.unreachable >= MAX_UNREACHABLE:
            self._stop(errand.site, f"连续 {state.unreachable} 次连接不上")
        if first:
            # Further tries and hops of an address are no progress.
            self.tell(Progress("fetch", errand.site.key, receipt.url, errand.role, receipt.outcome))

    def record_unfetched(self, url: str, errand: Errand, outcome: Outcome, reason: str) -> Receipt:
        """Something that was not asked for or not followed, and why; on record once a run."""
        stored = self.archive.find(self.run.id, url)
        if stored is None or stored.url != url or stored.outcome != outcome or stored.error != reason:
            return self.record(url, errand, outcome, error=reason)
        receipt = Receipt(url, 0, (), stored.fetched_at, outcome, reason)
        self.note(receipt, errand)
        return receipt

    def load(self, item: Item) -> None:
        """Hand an item to staging."""
        self.loader.load(item)

    def note_issue(self, site: Site, issue: Issue, url: str | None = None, keep: bool = True) -> None:
        """Something about a site as a whole, or about one `url` that no stage reads; each once. It is archived with the
        run, so that a rebuilt corpus says it too; `keep` False: staging has it already, with the page it came of."""
        issues = self._states[site.key].issues
        if issue in issues:
            return
        issues.append(issue)
        if keep:
            self.archive.note(Note(self.run.id, site.key, issue, url))

    def lose_column(self, site: Site, column: str, issue: Issue) -> None:
        """A column is not there any more; see `scraper.successors`."""
        self.gone.setdefault(site.key, []).append(column)
        self.note_issue(site, issue)

    def note_rows(self, site: Site, rows: int, documents: int) -> None:
        """What the lists of a site came to: rows printed, documents to fetch."""
        state = self._states[site.key]
        state.rows, state.documents = rows, documents
        self.tell(Progress("rows", site.key, count=documents))

    def is_stopped(self, errand: Errand) -> bool:
        """Whether the site, or the rest of this list, is left alone for the rest of this run."""
        state, column = self._states[errand.site.key], errand.column or ""
        over = errand.role == "list" and (state.missing[column] >= MAX_MISSING or column in state.left)
        return over or state.stopped is not None

    def is_site_stopped(self, site: Site) -> bool:
        """Whether the whole site is left alone for the rest of this run."""
        return self._states[site.key].stopped is not None

    def leave_list(self, site: Site, column: str, pages: int) -> None:
        """Leave the rest of a column's list alone: so many pages in a row listed nothing new."""
        self._states[site.key].left.add(column)
        message = f"栏目 {column} 连续 {pages} 个列表页没有一条新的，其余的没有再取；请核对页数。"
        self.note_issue(site, Issue("list_pages_repeat", message, "error"))

    def _list_answer(self, state: SiteState, site: Site, column: str, outcome: Outcome) -> None:
        """A site may print a number of pages that it does not have, in the worst case thousands."""
        if outcome in {"gone", "soft_404"}:
            state.missing[column] += 1
            if state.missing[column] == MAX_MISSING:
                message = f"栏目 {column} 连续 {MAX_MISSING} 个列表页不存在，其余的没有再取；请核对页数。"
                self.note_issue(site, Issue("list_pages_missing", message, "error"))
        elif outcome == "ok":
            state.missing[column] = 0

    def _stop(self, site: Site, reason: str) -> None:
        state = self._states[site.key]
        if state.stopped is None:
            state.stopped = reason
            message = f"{site.name}：{reason}，本次不再采集；其余网站不受影响。请过些时候再试，不要绕过。"
            self.note_issue(site, Issue("site_stopped", message, "error"))
            self.tell(Progress("stopped", site.key, message=message))

    def tell(self, event: Progress) -> None:
        """Pass an event to whoever watches."""
        if self._progress is not None:
            self._progress(replace(event, run=self.run.id))

    # --- the end ----------------------------------------------------------------------------------------------

    def results(self) -> dict[str, SiteResult]:
        """By site, in the order of the declarations; a site whose columns are still to be found has none, nor one that
        another worker crawled."""
        mine = self.sites if self.shift is None else self.shift.sites
        return {
            key: self._result(self._states[key])
            for key, site in self.sites.items()
            if site.columns and key in mine
        }

    @staticmethod
    def _result(state: SiteState) -> SiteResult:
        pages = {key: outcome for key, outcome in state.outcomes.items() if key[0] != "robots"}
        failed = any(
            outcome in FAILURES or (role == "list" and outcome not in {"ok", "redirect"})
            for (role, _), outcome in pages.items()
            if role not in {"attachment", "resource"}
        )
        return SiteResult(
            counts=dict(sorted(Counter(pages.values()).items())),
            rows=state.rows,
            documents=state.documents,
            issues=tuple(state.issues),
            complete=bool(pages) and not failed and not any(i.severity == "error" for i in state.issues),
        )

    def close(self, finished: bool) -> str | None:
        """Flush, end the run where the walk came to its end, and let go. Returns the outcome of a finished run:
        `ok`, or `partial` where a site failed in part. An unfinished run stays open and is resumed by the next crawl."""
        if self._closed:
            return None
        self._closed = True
        with self._open:
            self.loader.flush()
            if not finished or self.fatal is not None:
                return None
            outcome = "ok" if all(result.complete for result in self.results().values()) else "partial"
            self.archive.end_run(self.run.id, outcome)
            # The run is closed: a kill from here on costs a smaller file, which the end of the next run makes up for.
            try:
                self.archive.maintain()
            except DataUnreadable as error:
                # Housekeeping. What was crawled is archived and loaded; who reads the damaged page will be told.
                logger.error("%s", error)
            return outcome


def session_of(crawler: Crawler) -> Session | None:
    """The open session of a crawl; None in `scrapy shell`, `fetch` and `check`, where nothing is recorded."""
    session = getattr(crawler.spider, "session", None)
    return session if isinstance(session, Session) else None


def stop(crawler: Crawler, session: Session, failure: Exception) -> None:
    """End the whole crawl because of a failure that every further page would meet again; the run stays unfinished."""
    if session.fatal is None:
        session.fatal = failure
        closing = crawler.engine.close_spider_async(reason="failed")
        session.ending = asyncio.get_running_loop().create_task(closing)


def code() -> str:
    """What made the run: release and rules, in one line."""
    return f"{release()} {hashlib.sha256(fingerprint().encode()).hexdigest()[:12]}"
