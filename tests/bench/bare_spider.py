"""What a crawl cannot be cheaper than: the spider of Scrapy's tutorial, with default settings, that fetches the pages and
follows links.

One callback for all pages, which looks on each for links to follow: a spider that only crawls does not know beforehand
which pages have none. https://docs.scrapy.org/en/latest/intro/tutorial.html#following-links

python -m tests.bench.bare_spider URL
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse

seen: list[int] = []


class Bare(scrapy.Spider):
    """Fetches, counts and follows."""

    name = "bare"

    def parse(self, response: Response, **more: Any) -> Iterator[Any]:
        """Of a list its documents and the next list; a document has neither."""
        assert isinstance(response, TextResponse)
        seen.append(len(response.body))
        yield from response.follow_all(css="ul.list a, a.next")


if __name__ == "__main__":
    process = CrawlerProcess()
    process.crawl(Bare, start_urls=[sys.argv[1]])
    process.start()
    print(len(seen))
