"""From the spider into staging: one function from page to reply, one loader."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from pipelines.models import Issue, Listing, Processed
from scraper.items import Fetched, as_item, processed
from scraper.session import session_of, stop

logger = logging.getLogger(__name__)


class LoadPipeline:
    """`Fetched` → reply → staging → dictionary; `Listing` → staging."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LoadPipeline:
        return cls(crawler)

    def process_item(self, item: object) -> dict[str, Any]:
        """Raises DropItem for what is no reply: it is loaded all the same, but it is no item of a feed."""
        session = session_of(self.crawler)
        loaded: Processed | Listing
        feed: dict[str, Any] | None = None
        if isinstance(item, Fetched):
            try:
                result = processed(item)
            except Exception as error:
                # The bytes are archived; a page that our rules stumble over must not end the crawl.
                logger.exception("cannot process %s", item.page.url)
                if session is not None and item.page.site is not None:
                    message = f"{item.page.url} 处理时出错（{type(error).__name__}），已归档，未入库；请报告这个问题。"
                    session.note_issue(item.page.site, Issue("not_processed", message, "error"))
                raise DropItem(f"not processed: {item.page.url}") from error
            loaded, feed = result, as_item(result)
        elif isinstance(item, Listing):
            loaded = item
        else:
            raise DropItem(f"unknown item {type(item).__name__}")
        if session is not None:
            try:
                session.load(loaded)
            except Exception as error:
                stop(self.crawler, session, error)
                raise
        if feed is None:
            raise DropItem("no reply")
        return feed
