"""A worker at work: takes units from the board, crawls several at once, hands each in when nothing of it is under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from pipelines.archive import Archive, Fetch, Given
from pipelines.archive.order import HANDED_OVER
from pipelines.errors import HubeiRepliesError
from scraper.cluster import board as shared
from scraper.cluster.board import Board, ClusterLost
from scraper.cluster.units import Unit
from scraper.pace import SLOT

if TYPE_CHECKING:
    from scrapy.http import Response

    from scraper.session import Session

TICK = 0.2
"""Seconds between two looks at what is under way."""


@dataclass(slots=True)
class _Work:
    unit: Unit
    quiet: int = 0
    """Looks in a row at which nothing of it was under way."""


class Shift:
    """What one worker does in a round."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.sites: set[str] = set()
        """Those that were crawled here to their end."""
        self._working: dict[str, _Work] = {}

    def unit_of(self, site: str) -> str:
        """Name of the unit of a site."""
        return next(name for name, unit in self.board.units.items() if site in unit.sites)

    def keep(self, fetch: Fetch, body: bytes | None) -> None:
        """Keep an answer for whoever may go on; before it is archived, so that none is only here."""
        self.board.keep(self.unit_of(fetch.site or ""), fetch, body)

    async def requests(
        self,
        crawler: Crawler,
        session: Session,
        first: Callable[[str], Iterator[Request]],
        stuck: Callable[[tuple[str, ...]], bool],
    ) -> AsyncIterator[Request]:
        """First requests of one unit after the other, until the round is over; where Redis is lost, so is the crawl.
        `first`: those of a site; `stuck`: sets walks going that wait for nothing, and says whether there were any."""
        from scraper.session import stop

        try:
            async for request in self._requests(crawler, session, first, stuck):
                yield request
        except HubeiRepliesError as error:
            stop(crawler, session, error)

    async def _requests(
        self,
        crawler: Crawler,
        session: Session,
        first: Callable[[str], Iterator[Request]],
        stuck: Callable[[tuple[str, ...]], bool],
    ) -> AsyncIterator[Request]:
        renewed = 0.0
        loop = asyncio.get_running_loop()
        while True:
            if loop.time() - renewed > shared.LEASE / 6:
                self.board.renew()
                renewed = loop.time()
            self._finish(crawler, session, stuck)
            if len(self._working) < shared.AT_ONCE and (unit := self.board.take()) is not None:
                self._take_over(unit, session)
                self._working[unit.name] = _Work(unit)
                # All of them at once: a quick answer must not pass for the last one.
                for request in [one for key in unit.sites for one in first(key)]:
                    yield request
            elif not self._working and self.board.all_done():
                return
            await asyncio.sleep(TICK)

    def _take_over(self, unit: Unit, session: Session) -> None:
        times, answers = self.board.taken_over(unit.name, session.run.id)
        for fetch, body in answers:
            if not _has(session.archive, fetch):
                session.archive.record(replace(fetch, context={**fetch.context, HANDED_OVER: times}), body)

    def _finish(self, crawler: Crawler, session: Session, stuck: Callable[[tuple[str, ...]], bool]) -> None:
        busy = _busy(crawler)
        for name, work in list(self._working.items()):
            work.quiet = 0 if busy & work.unit.slots else work.quiet + 1
            if work.quiet < 3 or stuck(work.unit.sites):
                continue
            session.archive.settle()
            session.loader.flush()
            self.board.done(name)
            self.sites.update(work.unit.sites)
            del self._working[name]


def _has(archive: Archive, fetch: Fetch) -> bool:
    """Whether this worker had it itself, before it was killed."""
    found = archive.find(fetch.run_id, fetch.url, "rendered" in fetch.context)
    return found is not None and archive.has(fetch.run_id, Given(fetch, found.sha256))


def _busy(crawler: Crawler) -> set[str]:
    """Systems that something is under way to or waits for."""
    engine = crawler.engine
    assert engine is not None
    waiting: Any = engine.scheduler
    found = {request.meta.get(SLOT, "") for request in engine.downloader.active}
    found |= {slot for slot, queue in waiting.mqs.pqueues.items() if len(queue)}
    under_way: Any = engine._slot
    return found | {request.meta.get(SLOT, "") for request in under_way.inprogress}


class LeasedDownloader(Downloader):
    """Asks nobody whose lease does not outlive the answer; the last thing before the network."""

    async def _download(self, slot: Any, request: Request) -> Response:
        session: Session | None = getattr(self.crawler.spider, "session", None)
        shift = None if session is None else session.shift
        if session is not None and shift is not None and not shift.board.may_ask(request.meta.get(SLOT, "")):
            from scraper.session import stop

            stop(self.crawler, session, ClusterLost("与 Redis 的联系中断太久，已停下；请恢复后再运行一次。"))
            raise IgnoreRequest("lease too short")
        return await super()._download(slot, request)
