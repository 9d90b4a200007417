"""Asks for what the searches want, by the rules of a crawl: the same middlewares, pace, robots.txt and User-Agent.

What it fetches goes into an archive that is thrown away, as in `crawl --dry-run`: the archive of the corpus holds what was
declared and nothing else, so that a corpus can be rebuilt from it. What was found is asked for again, and kept, by the
first crawl of the reviewed declaration.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from protego import Protego
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from pipelines.models import Outcome, Role, Site
from scraper import settings as project
from scraper.configure import project_settings
from scraper.discovery.search import HOME, Candidate, Search
from scraper.errand import ERRAND, RECEIPT, Errand, Receipt, errand_of, receipt_of
from scraper.items import UNREAD
from scraper.pace import SLOT, slot_of
from scraper.session import Options, Session

MAX_PAGE = 4_000_000
"""Bytes of a page that is looked at; a home page has some hundred thousand."""

CANDIDATE = "candidate"


class BudgetMiddleware:
    """Innermost of all: counts every request of a site, robots.txt, redirects and second tries included, and refuses the
    one that would be too many."""

    def __init__(self, crawler: Crawler) -> None:
        self._limit = crawler.settings.getint("HUBEI_REPLIES_MAX_REQUESTS")
        self._asked: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BudgetMiddleware:
        return cls(crawler)

    def process_request(self, request: scrapy.Request) -> None:
        """Raises IgnoreRequest when the site was asked often enough."""
        errand = errand_of(request)
        key = errand.site.key if errand is not None else ""
        if self._asked[key] >= self._limit:
            raise IgnoreRequest("enough was asked of this site")
        self._asked[key] += 1


class DiscoverySpider(scrapy.Spider):
    """One request of a site under way at a time; what the answer says decides the next."""

    name = "discover"

    def __init__(
        self,
        session: Session,
        searches: Mapping[str, Search],
        progress: Callable[[Search, Candidate], None] | None = None,
        wait: float = 0.0,
    ) -> None:
        """`wait`: seconds before the first request, for the pace of a crawl that went before."""
        super().__init__()
        self._progress = progress
        self._wait = wait
        self.session = session
        self.sites = session.sites
        self.searches = searches

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The home page of every site."""
        await asyncio.sleep(self._wait)
        for search in self.searches.values():
            for request in self._next(search):
                yield request

    def _next(self, search: Search) -> Iterator[scrapy.Request]:
        candidate = search.next()
        if candidate is None:
            return
        roles: dict[str, Role] = {"script": "attachment", "sample": "detail"}
        role = roles.get(candidate.kind, "list")
        errand = Errand(role, search.site, column=candidate.url, index=0)
        if self.session.is_stopped(errand):
            search.miss(candidate, "blocked")
            return
        if self._progress is not None:
            self._progress(search, candidate)
        meta = {
            ERRAND: errand,
            CANDIDATE: candidate,
            SLOT: slot_of(candidate.url),
            "download_maxsize": MAX_PAGE,
        }
        yield scrapy.Request(
            candidate.url, callback=self.parse, errback=self.lost, meta=meta, dont_filter=True
        )

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        """Learn from an answer."""
        search, candidate = self._of(response.meta)
        receipt = receipt_of(response)
        if receipt is None or receipt.outcome != "ok" or receipt.outcome in UNREAD:
            search.miss(candidate, receipt.outcome if receipt is not None else "unreachable")
        else:
            errand: Errand = response.meta[ERRAND]
            try:
                search.learn(candidate, receipt.page(errand, response.body))
            except Exception:
                # A page that our rules stumble over must not end the search.
                self.logger.exception("cannot read %s", response.url)
                search.miss(candidate, "error")
            if candidate.score >= HOME - 1:
                for url in self._sitemaps(response.url):
                    search.add_sitemap(url)
        yield from self._next(search)

    def lost(self, failure: Failure) -> Iterator[scrapy.Request]:
        """Nothing came."""
        request = getattr(failure, "request", None)
        if not isinstance(request, scrapy.Request):
            raise TypeError("a failure without its request")
        search, candidate = self._of(request.meta)
        receipt = request.meta.get(RECEIPT)
        outcome: Outcome = receipt.outcome if isinstance(receipt, Receipt) else "unreachable"
        search.miss(candidate, outcome)
        yield from self._next(search)

    def _of(self, meta: dict[str, object]) -> tuple[Search, Candidate]:
        errand, candidate = meta[ERRAND], meta[CANDIDATE]
        if not isinstance(errand, Errand) or not isinstance(candidate, Candidate):
            raise TypeError("not a request of this spider")
        return self.searches[errand.site.key], candidate

    def _sitemaps(self, home: str) -> list[str]:
        """Sitemaps that the host's robots.txt names; it was asked for anyway."""
        parts = urlsplit(home)
        stored = self.session.archive.latest_by_url(f"{parts.scheme}://{parts.netloc}/robots.txt")
        if stored is None or stored.outcome != "ok" or stored.sha256 is None:
            return []
        text = self.session.archive.body(stored.sha256)[:500_000].decode("utf-8", "replace")
        return list(Protego.parse(text).sitemaps)[:3]


def crawler_of(settings: Settings, max_requests: int) -> Crawler:
    """A crawler that searches with these settings of the project, and asks each site at most so often."""
    chosen = settings.copy()
    chosen.set("HUBEI_REPLIES_MAX_REQUESTS", max_requests, priority="cmdline")
    chain: dict[Any, Any] = {**project.DOWNLOADER_MIDDLEWARES, BudgetMiddleware: 1000}
    chosen.set("DOWNLOADER_MIDDLEWARES", chain, priority="cmdline")
    # A page that does not come is one of many; the bound is for pages.
    chosen.set("RETRY_TIMES", 1, priority="cmdline")
    chosen.set("ITEM_PIPELINES", {}, priority="cmdline")
    return Crawler(DiscoverySpider, chosen)


def discover(
    sites: Mapping[str, Site],
    *,
    contact: str | None,
    max_requests: int,
    proxy: str | None = None,
    log_level: str = "CRITICAL",
    progress: Callable[[Search, Candidate], None] | None = None,
) -> dict[str, Search]:
    """Search these sites; `progress` is told of each page before it is asked for. Once a process, as `scraper.run.crawl`.

    Raises ContactMissing before any request.
    """
    searches = {key: Search(site, max_requests) for key, site in sites.items()}
    with tempfile.TemporaryDirectory() as folder:
        session = Session(sites, Path(folder), Options(contact, dry_run=True))
        try:
            process = AsyncCrawlerProcess(project_settings(contact, proxy, log_level))
            crawler = crawler_of(process.settings, max_requests)
            process.crawl(crawler, session=session, searches=searches, progress=progress)
            process.start()
            if session.fatal is not None:
                raise session.fatal
        finally:
            session.close(finished=False)
    return searches
