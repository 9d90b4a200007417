"""A crawl from Python: `crawl(load_sites(), Path("data"), contact="you@example.org")`."""

from __future__ import annotations

import asyncio
import gc
import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

# Scrapy loads it with the first request and, to say that names are deprecated, reads the source of all that is on the
# stack then: from here that is little.
import scrapy.core.downloader.handlers.http11  # noqa: F401
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from pipelines.models import Issue, Site
from scraper.configure import project_settings
from scraper.lean import LeanCrawler
from scraper.pace import declared_delay
from scraper.selection import select
from scraper.session import Options, Progress, Session, SiteResult
from scraper.spiders.replies import RepliesSpider

if TYPE_CHECKING:
    from scraper.cluster.board import Sharing
    from scraper.cluster.shift import Shift
    from scraper.discovery.search import Search

Outcome = Literal["ok", "partial", "interrupted"]


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What a crawl brought."""

    run_id: int
    outcome: Outcome
    """`ok`; `partial`: a site could not be read in full; `interrupted`: the next crawl with the same arguments goes on."""
    resumed: bool
    sites: dict[str, SiteResult]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Addresses by outcome, by site; robots.txt not counted."""
        return {key: result.counts for key, result in self.sites.items()}

    @property
    def issues(self) -> tuple[tuple[str, Issue], ...]:
        """Issues of sites as wholes, with the site's key. Those of pages are in staging."""
        return tuple((key, issue) for key, result in self.sites.items() for issue in result.issues)


def crawl(
    sites: Mapping[str, Site],
    data_dir: Path,
    *,
    only: Sequence[str] = (),
    full: bool = True,
    since: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    contact: str | None = None,
    proxy: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    log_level: str = "ERROR",
    root_handler: bool = True,
    sharing: Sharing | None = None,
) -> CrawlResult:
    """Crawl declared sites into `data_dir/archive.db` and `data_dir/staging.db`; nothing is published.

    Once a process: Twisted's reactor cannot be started again (RuntimeError). SIGINT ends the crawl after the pages
    under way; the run stays unfinished and the next call with equal sites and arguments resumes it. With `dry_run`
    lists are read into a temporary archive, no document is fetched and `data_dir` is not touched. `root_handler` False
    leaves logging as the caller configured it. `sharing`: this process is one of several crawlers of one round, and does
    what the others leave; it ends when all of it is done.

    Raises before any request: ContactMissing, ConfigurationError, Locked, ArchiveDamaged, StagingStale. A failure to
    archive or to load ends the crawl and is raised.
    """
    chosen = select(sites, list(only))
    options = Options(contact, full, since, limit, dry_run)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) if dry_run else data_dir
        shift = None if sharing is None else _shift(sharing, chosen)
        if shift is not None:
            stack.callback(shift.board.leave)
        session = Session(chosen, folder, options, progress, data_dir if dry_run else None, shift)
        stack.callback(session.close, finished=False)
        reason = _run(session, proxy, log_level, root_handler)
        if session.fatal is not None:
            raise session.fatal
        results = session.results()
        ended = session.close(finished=reason == "finished")
    outcome: Outcome = "interrupted" if ended is None else "ok" if ended == "ok" else "partial"
    session.tell(Progress("done", "", message=outcome))
    return CrawlResult(session.run.id, outcome, session.run.resumed, results)


def _shift(sharing: Sharing, sites: Mapping[str, Site]) -> Shift:
    from scraper.cluster.board import Board
    from scraper.cluster.shift import Shift

    return Shift(Board(sharing, sites))


def _run(session: Session, proxy: str | None, log_level: str, root_handler: bool) -> str:
    """Run the reactor until the spiders close; the reason that Scrapy gives for the last."""
    settings = project_settings(session.options.contact, proxy, log_level)
    settings.set("LOG_INSTALL_ROOT_HANDLER", root_handler, priority="cmdline")
    settings.set("HUBEI_REPLIES_ITEMS", False, priority="cmdline")
    if session.shift is not None:
        settings.set("DOWNLOADER", "scraper.cluster.shift.LeasedDownloader", priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    # Scrapy writes of every answer to handlers that leave it out, unless the lines are not even made.
    logging.getLogger("scrapy").setLevel(log_level if root_handler else logging.ERROR)
    crawlers: list[Crawler] = [LeanCrawler(RepliesSpider, settings)]
    walking = process.crawl(crawlers[0], session=session)
    with ExitStack() as stack:
        searches: dict[str, Search] = {}

        def search(_walked: asyncio.Task[None]) -> None:
            # In the same reactor, which runs once a process; it goes on as long as a crawler is under way.
            # A worker has handed its hosts in by then.
            alone = session.shift is None and not session.options.dry_run
            if _reason(crawlers[0]) == "finished" and session.fatal is None and alone:
                searches.update(_start_search(process, session, crawlers, stack))

        walking.add_done_callback(search)
        # The modules and the tables of rules stay until the end: the collector need not walk them on every page.
        gc.freeze()
        process.start()
        reason = _reason(crawlers[0])
        if not searches:
            return reason
        ended = _reason(crawlers[1])
        if ended == "finished":
            from scraper import successors

            successors.note(session, searches)
        elif ended == "shutdown":
            # A person ended it: the next crawl goes on here.
            reason = ended
        else:
            logger.error("the search for lost columns ended early: %s", ended)
    return reason


def _start_search(
    process: AsyncCrawlerProcess, session: Session, crawlers: list[Crawler], stack: ExitStack
) -> dict[str, Search]:
    """Set out to find columns that were lost, with an archive of its own that is thrown away."""
    if not session.gone:
        return {}
    # Nearly no crawl gets here, and each would load it.
    from scraper import successors
    from scraper.discovery.search import MAX_REQUESTS, Search
    from scraper.discovery.spider import crawler_of

    wanted = successors.sites_to_search(session)
    if not wanted:
        return {}
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    passing = Session(wanted, folder, Options(session.options.contact, dry_run=True))
    stack.callback(passing.close, finished=False)
    for key in wanted:
        message = f"{wanted[key].name}：有栏目不存在了，从首页找它的新址（至多请求 {MAX_REQUESTS} 次）"
        session.tell(Progress("search", key, message=message))
    searches = {key: Search(site, MAX_REQUESTS) for key, site in wanted.items()}
    proxied = bool(process.settings.get("HUBEI_REPLIES_PROXY"))
    wait = max(declared_delay(site, proxied) for site in wanted.values())
    crawlers.append(crawler_of(process.settings, MAX_REQUESTS))
    process.crawl(crawlers[-1], session=passing, searches=searches, wait=wait)
    return searches


def _reason(crawler: Crawler) -> str:
    return str(crawler.stats.get_value("finish_reason", "failed"))
