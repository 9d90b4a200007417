"""A column that is not there any more sends the crawl to look for where it may stand now, seldom and politely."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from pipelines.models import Column, Site
from tests.gov.crawling import crawl
from tests.gov.pages import html
from tests.gov.server import Answer, Government, page, serving
from tests.scraper.discovery.sites import items, title

HOST = "www.moved.invalid"
ROOT = f"http://{HOST}"
OLD, NEW = f"{ROOT}/old/jytabl/", f"{ROOT}/zwgk/jytabl/"
GONE = Answer(b"<html><body>404 Not Found</body></html>", 404)
SITE = Site("moved", "某局", None, None, (HOST,), "trs", (Column(OLD, "mixed"),), 0.0)
LIST = page(html(f"<ul>{items([title(k) for k in range(1, 6)], '/zwgk/jytabl/')}</ul>"))
HOME = page(html(f'<a href="{NEW}">建议提案办理</a><a href="/zwgk/tzgg/">通知公告</a>'))

LATER = (
    "import pipelines.clock; from datetime import timedelta;"
    " pipelines.clock._source = lambda: pipelines.clock._machine() + timedelta(days={days})"
)


def said(data: Path) -> list[tuple[str, str, str]]:
    """Code, column and text of what the last runs said of lost columns."""
    with closing(sqlite3.connect(data / "archive.db")) as conn:
        query = "select code, url, message from notes where code like 'column_successor%' order by id"
        return list(conn.execute(query))


def town(home: Answer = HOME, **more: Answer) -> Government:
    answers = {f"{ROOT}/": home, OLD: GONE, NEW: LIST, f"{ROOT}/zwgk/tzgg/": page(html("<p>通知</p>"))}
    return Government({**answers, **{f"{ROOT}/{path}": answer for path, answer in more.items()}})


def run(data: Path, proxy: str, **arguments: Any) -> dict[str, Any]:
    return crawl({"moved": SITE}, data, proxy, full=False, **arguments)


def test_nothing_found_is_said_with_what_was_tried(tmp_path: Path) -> None:
    with serving(town(home=page(html("<p>网站维护升级中，敬请谅解</p>")))) as proxy:
        result = run(tmp_path, proxy)
    assert result["outcome"] == "partial"
    [(code, column, message)] = said(tmp_path)
    assert (code, column) == ("column_successor_unknown", OLD)
    assert "没有找到" in message
    assert "没有取到网页" in message


def test_the_new_address_is_proposed_and_never_crawled(tmp_path: Path) -> None:
    government = town()
    with serving(government) as proxy:
        result = run(tmp_path, proxy)
    assert result["outcome"] == "partial", "a proposal is not a repair"
    [(code, column, message)] = said(tmp_path)
    assert (code, column) == ("column_successor", OLD)
    assert NEW in message
    assert "discover moved" in message
    assert not [url for url in government.counts() if ".shtml" in url], "no document is asked for"
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
        [(kept,)] = conn.execute("select count(*) from fetches where url = ?", (NEW,)).fetchall()
    assert kept == 0, "what a search looks at is no part of the archive"


def test_a_site_is_not_searched_every_night(tmp_path: Path) -> None:
    government = town()
    with serving(government) as proxy:
        for days in (0, 29):
            run(tmp_path, proxy, prelude=LATER.format(days=days))
        assert government.count(f"{ROOT}/") == 1
        first = said(tmp_path)
        assert len(first) == 2
        assert len(set(first)) == 1, "each run says it, with the day of the search"
        run(tmp_path, proxy, prelude=LATER.format(days=30))
        assert government.count(f"{ROOT}/") == 2
    assert len({message for _, _, message in said(tmp_path)}) == 2


def test_a_dry_run_and_a_site_that_blocks_start_no_search(tmp_path: Path) -> None:
    government = town()
    with serving(government) as proxy:
        run(tmp_path / "dry", proxy, dry_run=True)
    assert government.count(f"{ROOT}/") == 0
    wall = Answer(b"<html><script>$_ts={}</script></html>", 412)
    columns = (SITE.columns[0], *(Column(f"{ROOT}/c{k}/", "mixed") for k in range(3)))
    blocked = town(**{f"c{k}/": wall for k in range(3)})
    site = Site("moved", "某局", None, None, (HOST,), "trs", columns, 0.0)
    with serving(blocked) as proxy:
        crawl({"moved": site}, tmp_path / "blocked", proxy)
    assert blocked.count(f"{ROOT}/") == 0
    assert said(tmp_path / "blocked") == []
