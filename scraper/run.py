"""A crawl from Python: `crawl(load_sites(), Path("data"), contact="you@example.org")`."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from pipelines.models import Issue, Site
from scraper import settings as project
from scraper.selection import select
from scraper.session import Options, Progress, Session, SiteResult
from scraper.spiders.replies import RepliesSpider

Outcome = Literal["ok", "partial", "interrupted"]


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
) -> CrawlResult:
    """Crawl declared sites into `data_dir/archive.db` and `data_dir/staging.db`; nothing is published.

    Once a process: Twisted's reactor cannot be started again (RuntimeError). SIGINT ends the crawl after the pages
    under way; the run stays unfinished and the next call with equal sites and arguments resumes it. With `dry_run`
    lists are read into a temporary archive, no document is fetched and `data_dir` is not touched. `root_handler` False
    leaves logging as the caller configured it.

    Raises before any request: ContactMissing, ConfigurationError, Locked, ArchiveDamaged, StagingStale. A failure to
    archive or to load ends the crawl and is raised.
    """
    chosen = select(sites, list(only))
    options = Options(contact, full, since, limit, dry_run)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) if dry_run else data_dir
        session = Session(chosen, folder, options, progress, data_dir if dry_run else None)
        stack.callback(session.close, finished=False)
        reason = _run(session, proxy, log_level, root_handler)
        if session.fatal is not None:
            raise session.fatal
        results = session.results()
        ended = session.close(finished=reason == "finished")
    outcome: Outcome = "interrupted" if ended is None else "ok" if ended == "ok" else "partial"
    session.tell(Progress("done", "", message=outcome))
    return CrawlResult(session.run.id, outcome, session.run.resumed, results)


def _run(session: Session, proxy: str | None, log_level: str, root_handler: bool) -> str:
    """Run the reactor until the spider closes; the reason that Scrapy gives."""
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.set("HUBEI_REPLIES_CONTACT", session.options.contact, priority="cmdline")
    settings.set("LOG_LEVEL", log_level, priority="cmdline")
    if proxy is not None:
        settings.set("HUBEI_REPLIES_PROXY", proxy, priority="cmdline")
    settings.set("LOG_INSTALL_ROOT_HANDLER", root_handler, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(RepliesSpider)
    process.crawl(crawler, session=session)
    # The modules and the tables of rules stay until the end: the collector need not walk them on every page.
    gc.freeze()
    process.start()
    return str(crawler.stats.get_value("finish_reason", "failed"))
