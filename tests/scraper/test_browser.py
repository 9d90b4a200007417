"""Lists that JavaScript draws: through a browser that has no network of its own."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive, Stored
from pipelines.load import Loader
from pipelines.models import Column, Site
from scraper.browser import installed, unavailable, without_stamp
from scraper.reread import replay
from tests.gov.crawling import crawl, start
from tests.gov.pages import CHALLENGE, document, html, listing, row, script, title_of
from tests.gov.server import Answer, Government, serving
from tests.tables import tables

BASE = "http://www.kjt.invalid/jytabl/"
PLAIN = "http://www.kjt.invalid/other/"
MISSING = unavailable()
needs_browser = pytest.mark.skipif(MISSING is not None, reason=f"no browser: {MISSING}")

DRAW = """
fetch('./list.json?_=' + Date.now()).then(answer => answer.json()).then(data => {
  document.querySelector('ul.info-list').innerHTML = data.map(
    one => '<li><a href="' + one.url + '">' + one.title + '</a><span>' + one.date + '</span></li>').join('');
});
"""
FOOT = "主办单位：某厅办公室，承办单位：某厅信息中心，网站标识码、备案号和联系方式见本页底部；" * 3
"""So much text that the page passes for one in spite of what stands beside it."""
PAGE = html(
    '<ul class="info-list"></ul><script src="/js/draw.js"></script><script src="http://evil.invalid/x.js"></script>'
    '<img src="/a.png"><link rel="stylesheet" href="/a.css"><iframe src="/frame.html"></iframe>'
    '<script>new Image().src="http://evil.invalid/beacon"; navigator.sendBeacon("/beacon", "x");'
    'fetch("/post", {method: "POST", body: "x"}).catch(() => 0); fetch("/private/x.json").catch(() => 0);'
    'new WebSocket("ws://www.kjt.invalid/ws"); alert("停");</script>'
    f"<p>{FOOT}</p>"
)


def detail(number: int) -> str:
    return f"{BASE}202409/t20240902_{number:03d}.shtml"


def site(render: bool = True, delay: float = 0.0) -> Site:
    columns = (Column(BASE, render=render),)
    return Site("kjt", "某厅", None, "420000", ("www.kjt.invalid",), "trs", columns, delay)


def government(**more: Answer) -> Government:
    rows = [{"url": detail(n), "title": title_of(n), "date": "2024-09-02"} for n in (1, 2)]
    answers: dict[str, Answer | list[Answer]] = {
        "http://www.kjt.invalid/robots.txt": Answer(
            b"User-agent: *\nDisallow: /private/\n", content_type="text/plain"
        ),
        BASE: Answer(PAGE.encode()),
        BASE + "list.json": Answer(json.dumps(rows).encode(), content_type="application/json"),
        "http://www.kjt.invalid/js/draw.js": Answer(DRAW.encode(), content_type="text/javascript"),
        "http://www.kjt.invalid/a.png": Answer(b"\x89PNG", content_type="image/png"),
        "http://evil.invalid/x.js": Answer(b"document.body.innerHTML = ''", content_type="text/javascript"),
        detail(1): document(title_of(1)),
        detail(2): document(title_of(2)),
    }
    return Government(answers | more)


def fetches(data: Path) -> list[Stored]:
    with Archive(data / "archive.db", readonly=True) as archive:
        return list(archive.fetches())


def issues(result: dict[str, Any]) -> list[str]:
    return [issue["code"] for issue in result["sites"]["kjt"]["issues"]]


def documents(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "staging.db")) as conn:
        return [url for (url,) in conn.execute("select url from replies order by url")]


# --- what ends it ----------------------------------------------------------------------------------------------------


@needs_browser
@pytest.mark.parametrize(
    ("what", "answers"),
    [
        ("beside a page", {BASE: Answer(PAGE.replace("<ul", "<script>$_ts={}</script><ul").encode())}),
        ("in a cookie", {BASE: Answer(PAGE.encode(), headers={"Set-Cookie": "FSSBBIl1UgzbN7N80S=x"})}),
        (
            "in a script",
            {"http://www.kjt.invalid/js/draw.js": Answer(b"window.$_ts={};", content_type="text/javascript")},
        ),
        ("in data", {BASE + "list.json": Answer(CHALLENGE.encode(), status=412)}),
        (
            "in a cookie of a script",
            {
                "http://www.kjt.invalid/js/draw.js": Answer(
                    b"document.cookie='acw_sc__x=1'", content_type="text/javascript"
                )
            },
        ),
    ],
)
def test_a_challenge_ends_the_page(tmp_path: Path, what: str, answers: dict[str, Answer]) -> None:
    place = government(**answers)
    with serving(place) as proxy:
        result = crawl({"kjt": site()}, tmp_path, proxy)
    last = [one for one in fetches(tmp_path) if one.role == "list"][-1]
    assert (last.outcome, "rendered" in last.context) == ("blocked", True), (what, last.error)
    assert last.sha256 is None
    assert result["outcome"] == "partial"
    assert documents(tmp_path) == []


def test_a_page_that_is_a_challenge_is_not_even_drawn(tmp_path: Path) -> None:
    place = government(**{BASE: Answer(CHALLENGE.encode(), status=412)})
    with serving(place) as proxy:
        result = crawl({"kjt": site()}, tmp_path, proxy)
    assert [(one.outcome, "rendered" in one.context) for one in fetches(tmp_path) if one.role == "list"] == [
        ("blocked", False)
    ]
    assert result["outcome"] == "partial"


def test_without_a_browser_it_is_told_and_the_list_is_read_as_it_came(tmp_path: Path) -> None:
    place = government()
    prelude = (
        "import scraper.browser as b, scraper.spiders.replies as r\nr.unavailable = lambda: '没有浏览器'"
    )
    with serving(place) as proxy:
        child = start({"kjt": site()}, tmp_path, proxy, prelude=prelude)
        out, log = child.communicate(timeout=60)
    result = json.loads(out.splitlines()[-1])
    assert issues(result) == ["browser_missing", "list_without_rows"], log
    assert place.count("http://www.kjt.invalid/js/draw.js") == 0


@needs_browser
def test_a_browser_that_does_not_start_is_an_error_of_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("HUBEI_REPLIES_CHROMIUM", str(program))
    place = government()
    with serving(place) as proxy:
        result = crawl({"kjt": site()}, tmp_path / "data", proxy)
    last = [one for one in fetches(tmp_path / "data") if one.role == "list"][-1]
    assert last.outcome == "error"
    assert "起不来" in (last.error or "")
    assert result["outcome"] == "partial"


@needs_browser
def test_a_page_that_leads_away_is_not_followed(tmp_path: Path) -> None:
    away = PAGE.replace("<ul", "<script>setTimeout(() => location.href='/elsewhere.html', 50)</script><ul")
    place = government(
        **{BASE: Answer(away.encode()), "http://www.kjt.invalid/elsewhere.html": Answer(b"<p>x</p>")}
    )
    with serving(place) as proxy:
        crawl({"kjt": site()}, tmp_path, proxy)
    assert place.count("http://www.kjt.invalid/elsewhere.html") == 0


# --- what it does ----------------------------------------------------------------------------------------------------


@needs_browser
def test_a_drawn_list_gives_its_documents_and_costs_only_what_it_is_drawn_from(tmp_path: Path) -> None:
    place = government()
    with serving(place) as proxy:
        result = crawl({"kjt": site()}, tmp_path, proxy)
    assert documents(tmp_path) == [detail(1), detail(2)]
    assert result["outcome"] == "ok", result
    assert place.counts() == {
        "http://www.kjt.invalid/robots.txt": 1,
        BASE: 1,
        "http://www.kjt.invalid/js/draw.js": 1,
        BASE + "list.json": 1,
        detail(1): 1,
        detail(2): 1,
    }
    assert set(place.most_at_once.values()) == {1}
    assert not any("evil" in one.url for one in fetches(tmp_path))
    kept = {(one.url, one.role, "rendered" in one.context): one for one in fetches(tmp_path)}
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        raw, drawn = (archive.body(kept[BASE, "list", rendered].sha256 or "") for rendered in (False, True))
    assert raw == PAGE.encode()
    assert detail(1).encode() in drawn
    assert dict(kept[BASE, "list", True].headers)["x-rendered-by"].startswith("chromium ")
    assert (BASE + "list.json", "resource", False) in kept
    assert kept["http://www.kjt.invalid/private/x.json", "resource", False].outcome == "robots"


@needs_browser
def test_the_archive_read_again_gives_the_same_lists(tmp_path: Path) -> None:
    with serving(government()) as proxy:
        crawl({"kjt": site()}, tmp_path, proxy)
    with Archive(tmp_path / "archive.db", readonly=True) as archive, Loader(tmp_path / "again.db") as loader:
        for item in replay(archive):
            loader.load(item)
    live, again = tables(tmp_path / "staging.db"), tables(tmp_path / "again.db")
    assert live["list_rows"]
    assert live == again


@needs_browser
def test_its_parts_wait_their_turn(tmp_path: Path) -> None:
    place = government()
    with serving(place) as proxy:
        crawl({"kjt": site(delay=0.8)}, tmp_path, proxy)
    times = [moment for moment, url in place.log if not url.endswith("robots.txt")]
    assert len(times) == 5
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.4


def test_a_column_without_the_word_is_never_drawn(tmp_path: Path) -> None:
    rows = "".join(row(detail(n), title_of(n)) for n in (1, 2))
    place = government(**{BASE: listing(rows, script("document.title='x'"))})
    with serving(place) as proxy:
        result = crawl({"kjt": site(render=False)}, tmp_path, proxy)
    assert result["outcome"] == "ok"
    assert not any("rendered" in one.context for one in fetches(tmp_path))


def test_the_browser_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBEI_REPLIES_CHROMIUM", "/nowhere/chromium")
    assert installed() is None
    assert without_stamp("http://a.invalid/x?_=1732500000000") == "http://a.invalid/x"
    assert without_stamp("http://a.invalid/x?a=1&b=2") == "http://a.invalid/x?a=1&b=2"
