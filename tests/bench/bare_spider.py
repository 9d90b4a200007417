"""What a crawl cannot be cheaper than: a Scrapy spider with default settings that follows the lists and fetches the pages.

python -m tests.bench.bare_spider URL
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import TextResponse

seen: list[int] = []


class Bare(scrapy.Spider):
    """Fetches and counts."""

    name = "bare"

    def parse(self, response: TextResponse) -> Iterator[Any]:
        """A list: its documents, and the next list."""
        yield from response.follow_all(css="ul.list a", callback=self.page)
        yield from response.follow_all(css="a.next", callback=self.parse)

    def page(self, response: TextResponse) -> None:
        """A document has come."""
        seen.append(len(response.body))


if __name__ == "__main__":
    process = CrawlerProcess()
    process.crawl(Bare, start_urls=[sys.argv[1]])
    process.start()
    print(len(seen))
