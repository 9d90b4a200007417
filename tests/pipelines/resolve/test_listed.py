"""What only the lists and the crawl's own words know, published: twins that were not fetched, troubles of a site."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive, Note
from pipelines.models import Issue, ListRow
from pipelines.publish.build import publish
from tests.pipelines.load.make import COLUMN, item, listing, url
from tests.pipelines.resolve.chain import crawl

ROBOTS = "http://kjt.demo.invalid/robots.txt"


def rows(folder: Path, sql: str) -> list[Any]:
    with Archive(folder / "archive.db", readonly=True) as archive:
        publish(folder, archive)
    conn = sqlite3.connect(folder / "corpus.db")
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def test_a_twin_that_was_listed_and_not_fetched_is_an_address_of_its_reply(tmp_path: Path) -> None:
    listed = listing(range(1, 3))
    twins = tuple(ListRow(url(number, "_slh"), "答复") for number in (1, 7))
    crawl(tmp_path, [replace(listed, rows=listed.rows + twins), item(1), item(2)])
    found = rows(
        tmp_path,
        "select reply_urls.url, kind, reply_urls.first_seen_at, replies.url from reply_urls join replies on replies.id = reply_id"
        " where kind = 'twin'",
    )
    assert found == [(url(1, "_slh"), "twin", None, url(1))]


def test_a_twin_that_was_fetched_too_stands_once(tmp_path: Path) -> None:
    listed = listing(range(1, 2))
    twin = (ListRow(url(1, "_slh", "https"), "答复"),)
    second = item(1, address=url(1, "_slh"))
    crawl(tmp_path, [replace(listed, rows=listed.rows + twin), item(1), second])
    assert rows(tmp_path, "select count(*) from reply_urls where kind = 'twin'") == [(1,)]


def note(folder: Path, issue: Issue, about: str | None = None) -> None:
    with Archive(folder / "archive.db") as archive:
        archive.note(Note(archive.runs()[-1].id, "kjt", issue, about))


def test_what_the_crawl_said_of_a_site_is_published_and_only_of_its_last_run(tmp_path: Path) -> None:
    crawl(tmp_path, [listing(range(1, 2)), item(1)])
    note(tmp_path, Issue("site_stopped", "连续 3 次被拦截", "error"))
    assert rows(
        tmp_path, "select site, url, code, severity, message from issues where code = 'site_stopped'"
    ) == [("kjt", None, "site_stopped", "error", "连续 3 次被拦截")]
    assert rows(tmp_path, "select health, reasons from sites") == [("partial", "连续 3 次被拦截")]
    crawl(tmp_path, [listing(range(1, 2)), item(1, day=2)], arguments="again")
    assert rows(tmp_path, "select count(*) from issues where code = 'site_stopped'") == [(0,)]


def test_a_robots_txt_that_keeps_us_out_is_told_once(tmp_path: Path) -> None:
    crawl(tmp_path, [], others=[(ROBOTS, "robots", "error"), (COLUMN, "list", "robots")])
    note(tmp_path, Issue("robots_stay_away", "robots.txt 返回 503，不进站", "error"), ROBOTS)
    assert rows(tmp_path, f"select code from issues where url = '{ROBOTS}'") == [("robots_stay_away",)]


@pytest.mark.parametrize("outcome", ["gone", "error"])
def test_robots_txt_is_no_page_that_somebody_misses(tmp_path: Path, outcome: str) -> None:
    crawl(tmp_path, [listing(range(1, 2)), item(1)], others=[(ROBOTS, "robots", outcome)])  # type: ignore[list-item]
    assert rows(tmp_path, "select addresses, ok, failed from crawls") == [(2, 2, 0)]


def test_a_missing_robots_txt_is_no_issue(tmp_path: Path) -> None:
    crawl(tmp_path, [listing(range(1, 2)), item(1)], others=[(ROBOTS, "robots", "gone")])
    assert rows(tmp_path, f"select code from issues where url = '{ROBOTS}'") == []
    assert rows(tmp_path, "select health, reasons from sites") == [("ok", None)]


def test_rows_that_lead_off_the_site_count_as_found(tmp_path: Path) -> None:
    away = tuple(ListRow(f"http://www.elsewhere.invalid/t{n}.html", "答复") for n in range(30))
    crawl(tmp_path, [listing(range(1, 3), total=32, refused=away), item(1), item(2)])
    assert rows(tmp_path, "select printed_total, rows_found, rows_refused, coverage from columns") == [
        (32, 32, 30, 100)
    ]


def test_what_was_listed_once_does_not_make_up_for_what_is_missing_now(tmp_path: Path) -> None:
    crawl(tmp_path, [listing(range(1, 6), total=5), *(item(n) for n in range(1, 6))])
    crawl(tmp_path, [listing(range(4, 7), total=5)], arguments="again")
    assert rows(tmp_path, "select health from sites") == [("partial",)]
