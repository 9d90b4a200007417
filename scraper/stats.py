"""What a crawl counts for who runs `scrapy crawl`."""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class PlainStats(MemoryStatsCollector):
    """Scrapy's counters, without its look at each call for an argument of earlier versions: some thirteen calls a page,
    each fifteen times as long with it."""

    __getattribute__ = object.__getattribute__
