"""From the spider into staging: one function from page to reply, one loader."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from pipelines.load import Item
from pipelines.models import Listing, ListReading, Processed
from scraper.items import Fetched, as_item, processed
from scraper.session import Session, session_of, stop


def load(crawler: Crawler, session: Session | None, item: Fetched | Item) -> Item:
    """Hand an item to the loader of an open session; returns what is loaded. A failure ends the crawl, and is raised."""
    loaded = _process(session, item) if isinstance(item, Fetched) else item
    if session is not None:
        try:
            session.load(loaded)
        except Exception as error:
            stop(crawler, session, error)
            raise
    return loaded


def _process(session: Session | None, item: Fetched) -> Processed:
    if session is None:
        return processed(item)
    result = processed(item, session.loader.files.read)
    for issue in result.issues:
        if issue.code == "not_processed" and item.page.site is not None:
            session.note_issue(item.page.site, issue, keep=False)
    return result


class LoadPipeline:
    """`Fetched` → reply → staging → dictionary; lists, and what is processed already, → staging."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LoadPipeline:
        return cls(crawler)

    def process_item(self, item: object) -> dict[str, Any]:
        """Raises DropItem for what is no reply: it is loaded all the same, but it is no item of a feed."""
        if not isinstance(item, (Fetched, Listing, ListReading, Processed)):
            raise DropItem(f"unknown item {type(item).__name__}")
        loaded = load(self.crawler, session_of(self.crawler), item)
        feed = as_item(loaded) if isinstance(item, Fetched) and isinstance(loaded, Processed) else None
        if feed is None:
            raise DropItem("no reply")
        return feed
