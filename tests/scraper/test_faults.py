"""Faults of our own: a full disk, a rule that stumbles. The first ends the crawl, the second does not."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.exceptions import DontCloseSpider

from pipelines import lock
from pipelines.archive import Archive
from pipelines.errors import DataUnreadable
from pipelines.load import Loader
from pipelines.models import Column
from scraper.reread import replay
from scraper.session import Options, Session
from scraper.spiders.replies import RepliesSpider
from tests.gov.crawling import CONTACT, crawl, start
from tests.gov.server import serving
from tests.scraper.test_resume import BASE, SITE, government

DISK_FULL = """
from pipelines import lock
from pipelines.archive import Archive
from pipelines.errors import DataUnreadable
from pipelines.models import Column
from scraper.session import Options, Session
from pipelines.errors import DataUnreadable
from pipelines.models import Column
keep, count = Archive.record, 0
def record(self, fetch, body):
    global count
    count += 1
    if count > 4:
        raise DataUnreadable("磁盘已满")
    return keep(self, fetch, body)
Archive.record = record
"""

RULE_STUMBLES = """
import scraper.items as items
keep = items.process
def process(page, *rest):
    if page.url.endswith("_002.shtml"):
        raise RecursionError("too deep")
    return keep(page, *rest)
items.process = process
"""

LIST_STUMBLES = """
from scraper.families.trs import Trs
keep = Trs.read_list
def read_list(self, page, index=None):
    if "index_1" in page.url:
        raise RecursionError("too deep")
    return keep(self, page, index)
Trs.read_list = read_list
"""


def test_what_cannot_be_archived_is_not_parsed_and_the_crawl_ends(tmp_path: Path) -> None:
    place = government()
    with serving(place) as proxy:
        child = start({"kjt": SITE}, tmp_path, proxy, prelude=DISK_FULL)
        _, log = child.communicate(timeout=60)
        assert child.returncode != 0
        assert "磁盘已满" in log.splitlines()[-1]
        assert len(place.log) <= 6
        with Archive(tmp_path / "archive.db", readonly=True) as archive:
            assert len(list(archive.fetches())) == 4
            assert [run.ended_at for run in archive.runs()] == [None]
        result = crawl({"kjt": SITE}, tmp_path, proxy)
    assert (result["outcome"], result["resumed"]) == ("ok", True)


def test_a_page_that_our_rules_stumble_over_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    place = government()
    with serving(place) as proxy:
        result = crawl({"kjt": SITE}, tmp_path, proxy, prelude=RULE_STUMBLES)
    assert [issue["code"] for issue in result["sites"]["kjt"]["issues"]] == ["not_processed"]
    assert result["outcome"] == "partial"
    assert result["sites"]["kjt"]["counts"]["ok"] == 18
    assert told(tmp_path) == [("not_processed", BASE + "202409/t20240902_002.shtml")]


def test_a_list_that_our_rules_stumble_over_does_not_keep_the_documents_waiting(tmp_path: Path) -> None:
    place = government()
    with serving(place) as proxy:
        result = crawl({"kjt": SITE}, tmp_path, proxy, prelude=LIST_STUMBLES)
    assert [issue["code"] for issue in result["sites"]["kjt"]["issues"]] == ["list_unreadable"]
    assert result["sites"]["kjt"]["documents"] == 8
    assert told(tmp_path) == [("list_unreadable", BASE + "index_1.shtml")]
    # Read again by rules that do not stumble, it is a list like the others.
    with Archive(tmp_path / "archive.db", readonly=True) as archive, Loader(tmp_path / "new.db") as loader:
        for item in replay(archive):
            loader.load(item)
    assert told(tmp_path, "new.db") == []


def told(data: Path, name: str = "staging.db") -> list[tuple[str, str]]:
    """Issues about the program itself."""
    connection = sqlite3.connect(data / name)
    try:
        sql = "select code, url from issues where code in ('not_processed', 'list_unreadable')"
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_a_lost_list_is_published_with_the_site(tmp_path: Path) -> None:
    session = Session({"kjt": SITE}, tmp_path, Options(contact=CONTACT))
    spider = RepliesSpider(session=session)
    list(spider._list_request(SITE, BASE, BASE, 0))
    spider.crawler = SimpleNamespace(engine=SimpleNamespace())  # type: ignore[assignment]
    try:
        with pytest.raises(DontCloseSpider):
            spider.idle()
        assert [note.issue.code for note in session.archive.notes()] == ["lists_unsettled"]
    finally:
        session.close(finished=False)


def test_a_session_that_cannot_begin_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "staging.db").write_bytes(b"this is no database" * 100)
    for _ in range(2):
        with pytest.raises(DataUnreadable):
            Session({"kjt": SITE}, tmp_path, Options(contact=CONTACT))
    (tmp_path / "staging.db").unlink()
    session = Session({"kjt": SITE}, tmp_path, Options(contact=CONTACT))
    session.close(finished=False)
    session.close(finished=False)
    assert lock._held == {}


def test_a_quick_first_column_is_not_taken_for_the_last(tmp_path: Path) -> None:
    two = replace(SITE, columns=(Column(BASE), Column(BASE.replace("jytabl", "zxta"))))
    session = Session({"kjt": two}, tmp_path, Options(contact=CONTACT))
    spider = RepliesSpider(session=session)

    async def first() -> None:
        start = spider.start()
        assert (await anext(start)).url == BASE
        # The answer to the first column is in before Scrapy asks for the second.
        assert not spider._walk(two).settle()
        assert (await anext(start)).url.endswith("zxta/")

    try:
        asyncio.run(first())
    finally:
        session.close(finished=False)


def test_a_lost_list_does_not_end_in_silence() -> None:
    spider = RepliesSpider(sites={"kjt": SITE})
    spider.idle()
    list(spider._list_request(SITE, BASE, BASE, 0))
    with pytest.raises(DontCloseSpider):
        spider.idle()
    spider.idle()
