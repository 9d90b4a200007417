"""Scrapy's crawler without what nobody takes part in when we crawl by ourselves (`scraper.run`).

Scrapy sends nine signals a page, of which two are heard, and hands what a callback yields through two asynchronous chains,
a queue and two tasks, so that middlewares may change it and many items be worked on at once. `scrapy crawl`, `check` and
`shell` run Scrapy's own: there somebody may have plugged in what listens, changes or waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.core.scraper import Scraper
from scrapy.core.spidermw import ScrapeFunc, SpiderMiddlewareManager
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager
from scrapy.spiders import Spider
from scrapy.utils.defer import iter_errback
from twisted.python.failure import Failure

AT_ONCE = 20
"""Outputs of a callback after which the network has its turn: the last list of a site yields all its documents."""


class Signals(SignalManager):
    """Sends what somebody listens to."""

    def __init__(self, sender: object) -> None:
        super().__init__(sender)
        self._heard: set[object] = set()

    def connect(self, receiver: Any, signal: Any, **kwargs: Any) -> None:
        """The same, and remembers the signal."""
        self._heard.add(signal)
        super().connect(receiver, signal, **kwargs)

    def send_catch_log(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """The same; nothing where nobody was ever connected."""
        return super().send_catch_log(signal, **kwargs) if signal in self._heard else []


class Straight(SpiderMiddlewareManager):
    """The chain of spider middlewares where there is none."""

    async def scrape_response_async(  # type: ignore[override]
        self, scrape_func: ScrapeFunc[Any], response: Response, request: Request
    ) -> Iterable[Any] | AsyncIterator[Any]:
        """What the callback yields."""
        return await scrape_func(response, request)


class OneByOne(Scraper):
    """Takes the outputs of a callback one after the other, as CONCURRENT_ITEMS = 1 asks of Scrapy's."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if not self.spidermw.middlewares:
            self.spidermw = Straight.from_crawler(crawler)

    async def handle_spider_output_async(
        self,
        result: Iterable[Any] | AsyncIterator[Any],
        request: Request,
        response: Response | Failure,
    ) -> None:
        """The same, in the task that called the callback."""
        if isinstance(result, AsyncIterator) or self.concurrent_items != 1:
            await super().handle_spider_output_async(result, request, response)
            return
        outputs = iter_errback(result, self.handle_spider_error, request, response)
        for number, output in enumerate(outputs, start=1):
            await self._process_spidermw_output_async(output, response)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)


class LeanCrawler(Crawler):
    """To be handed to `CrawlerProcess.crawl` in place of a spider's class."""

    def __init__(self, spider: type[Spider], settings: Settings) -> None:
        super().__init__(spider, settings)
        self.signals = Signals(self)

    def _create_engine(self) -> ExecutionEngine:
        engine = super()._create_engine()
        engine.scraper = OneByOne(self)
        return engine
