"""What a crawl cannot be cheaper than: a Scrapy spider with default settings that follows the lists and fetches the pages.

python -m tests.bench.bare_spider URL
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

seen: list[int] = []


class Bare(scrapy.Spider):
    """Fetches and counts."""

    name = "bare"

    def parse(self, response: Response, **more: Any) -> Iterator[Any]:
        """A list: its documents, and the next list."""
        yield from response.follow_all(response.css("ul.list a::attr(href)").getall(), callback=self.page)
        yield from response.follow_all(response.css("a.next::attr(href)").getall(), callback=self.parse)

    def page(self, response: Response, **more: Any) -> None:
        """A document has come."""
        seen.append(len(response.body))


if __name__ == "__main__":
    process = CrawlerProcess()
    process.crawl(Bare, start_urls=[sys.argv[1]])
    process.start()
    print(len(seen))
