"""From the spider into staging: one function from page to reply, one loader."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from pipelines.load import Item
from pipelines.models import Listing, ListReading, Processed
from scraper.items import Fetched, as_item, processed
from scraper.session import session_of, stop


class LoadPipeline:
    """`Fetched` → reply → staging → dictionary; lists, and what is processed already, → staging."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._items_wanted = crawler.settings.getbool("HUBEI_REPLIES_ITEMS", True)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LoadPipeline:
        return cls(crawler)

    def process_item(self, item: object) -> dict[str, Any]:
        """Raises DropItem for what is no reply: it is loaded all the same, but it is no item of a feed."""
        session = session_of(self.crawler)
        loaded: Item
        feed: dict[str, Any] | None = None
        if isinstance(item, Fetched):
            result = processed(item, session.loader.files.read) if session is not None else processed(item)
            for issue in result.issues:
                if issue.code == "not_processed" and session is not None and item.page.site is not None:
                    session.note_issue(item.page.site, issue, keep=False)
            loaded, feed = result, as_item(result) if self._items_wanted else {}
        elif isinstance(item, (Listing, ListReading, Processed)):
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
