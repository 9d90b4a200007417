"""How fast a cluster is asked: one request at a time, never faster than declared, slower when it asks for it.

AutoThrottle knows one minimum for the whole crawl; sites declare theirs, robots.txt may raise it, trouble raises it for
a while. Scrapy keys a download slot by host name; ours is the cluster, because all of `*.hubei.gov.cn` is one system.
"""

from __future__ import annotations

import asyncio

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.pqueues import DownloaderAwarePriorityQueue

from pipelines.address import host_of
from pipelines.declare import cluster, is_private
from pipelines.models import Site

MIN_DELAY = 1.0
"""Seconds between two requests to somebody else's machine, whatever is declared."""

MAX_BACKOFF = 120.0
SLOT = "download_slot"


def slot_of(url: str) -> str:
    """Name of the download slot of an address: the cluster of its host."""
    return cluster(host_of(url) or "")


def declared_delay(site: Site, proxied: bool) -> float:
    """Seconds between requests to the clusters of a site. Names under `.invalid` are private only behind a proxy:
    without one they cannot be reached anyway."""
    private = all(is_private(host) and (proxied or not host.endswith(".invalid")) for host in site.hosts)
    return site.delay if private else max(MIN_DELAY, site.delay)


class Pace(AutoThrottle):
    """AutoThrottle with a floor for each slot."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._floors: dict[str, float] = {}

    def _spider_opened(self, spider: Spider) -> None:
        super()._spider_opened(spider)
        proxied = bool(self.crawler.settings.get("HUBEI_REPLIES_PROXY"))
        for site in getattr(spider, "sites", {}).values():
            for host in site.hosts:
                self.raise_floor(cluster(host), declared_delay(site, proxied))

    def floor(self, slot: str) -> float:
        """Least seconds between two requests to a slot."""
        return self._floors.get(slot, MIN_DELAY)

    def raise_floor(self, slot: str, seconds: float) -> None:
        """Never ask this slot faster than that; a lower value than known changes nothing."""
        self._floors[slot] = max(seconds, self._floors.get(slot, 0.0))
        downloader = self.crawler.engine.downloader
        # Scrapy drops idle slots and makes them anew from these settings. No jitter: it would go below the floor.
        downloader.per_slot_settings[slot] = {"concurrency": 1, "delay": self._floors[slot], "jitter": 0.0}
        if slot in downloader.slots:
            downloader.slots[slot].delay = max(downloader.slots[slot].delay, self._floors[slot])

    async def back_off(self, slot: str, attempt: int, retry_after: float | None = None) -> None:
        """Wait after trouble: twice the floor, then four times; or as long as the server says, up to two minutes."""
        seconds = min(MAX_BACKOFF, retry_after if retry_after is not None else self.floor(slot) * 2**attempt)
        if seconds > 0:
            await asyncio.sleep(seconds)

    def slow_down(self, slot: str) -> None:
        """Double the present delay of a slot, up to two minutes; good answers bring it back."""
        found = self.crawler.engine.downloader.slots.get(slot)
        if found is not None:
            found.delay = min(MAX_BACKOFF, max(found.delay, self.floor(slot)) * 2)

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        slot = self.crawler.engine.downloader.slots.get(request.meta.get(SLOT, ""))
        if slot is not None:
            slot.delay = max(slot.delay, self.floor(request.meta[SLOT]))


class OneAtATimeQueue(DownloaderAwarePriorityQueue):
    """Hands out a request only when its slot has none under way.

    Scrapy would move many requests into a slot's own queue, where neither a later priority nor a stopped site reaches
    them. A request counts from the moment it enters the middlewares: it may be waiting for robots.txt there.
    """

    def pop(self) -> Request | None:
        busy = {request.meta.get(SLOT) for request in self.crawler.engine.downloader.active}
        waiting = {slot: queue for slot, queue in self.pqueues.items() if slot in busy}
        for slot in waiting:
            del self.pqueues[slot]
        try:
            return super().pop()
        finally:
            self.pqueues.update(waiting)
