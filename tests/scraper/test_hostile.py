"""Sites that do harm, on purpose or not: the crawl ends, stays small, and says what it met."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.archive import Archive
from pipelines.models import Column, ListRow, Page
from scraper.families import family
from scraper.families.complaints import MAX_REFUSED, MAX_ROWS
from scraper.middlewares.archive import MAX_ADDRESS, MAX_HEADERS
from scraper.session import MAX_MISSING
from scraper.walk import MAX_REPEATS, Walk
from tests.gov.crawling import crawl
from tests.gov.pages import document, html, listing, row, script, title_of
from tests.gov.server import Answer, Government, page, serving
from tests.scraper.test_crawl import Answers, World, base, detail, one, rows, site

pytestmark = pytest.mark.no_cover

IMPATIENT = "import scraper.settings; scraper.settings.DOWNLOAD_TIMEOUT = 1.5"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    answers: Answers = {}
    good = document(title_of(1))
    long = f"http://www.longaway.invalid/{'x' * 9_000}.html"
    documents = {
        "drip": Answer(fault="drip"),
        "header": replace(good, fault="long_header"),
        "headers": replace(good, fault="many_headers"),
        "bomb": Answer(gzip.compress(b"<p>" + bytes(60_000_000)), headers={"Content-Encoding": "gzip"}),
        "bombs": Answer(
            gzip.compress(gzip.compress(b"<p>" + bytes(60_000_000))),
            headers={"Content-Encoding": "gzip, gzip"},
        ),
        "longaway": Answer(status=302, headers={"Location": long}),
        "script": Answer(status=302, headers={"Location": "javascript:alert(1)"}),
    }
    for key, answer in documents.items():
        answers |= one(key, answer)
    # A number of pages that is not so, and a list that turns for ever over the same rows.
    answers[base("giant")] = listing(
        rows("giant", 1), script('createPageHTML(9999999, 0, "index", "shtml");')
    )
    answers[detail("giant", 1)] = good
    for number in range(40):
        name = base("circle") + (f"index_{number}.shtml" if number else "")
        following = f'<a href="index_{number + 1}.shtml">下一页</a>'
        answers[name] = listing(rows("circle", 1), following)
    answers[detail("circle", 1)] = good
    # Every page of a list, however many there are said to be, shows the first one; also in a search and in data.
    answers[base("same")] = listing(rows("same", 1), script('createPageHTML(60, 0, "index", "shtml");'))
    for number in range(1, 60):
        answers[f"{base('same')}index_{number}.shtml"] = listing(rows("same", 1))
    answers[detail("same", 1)] = good
    for number in range(1, 60):
        url = f"http://www.find.invalid/igs/front/search.jhtml?pageNumber={number}&pageSize=1"
        answers[url] = page(html(f"<p>共59条</p><ul>{rows('find', 1)}</ul>"))
    answers[detail("find", 1)] = good
    answers[base("odd")] = listing(
        "".join(
            (
                row("javascript:void(0)", "甲"),
                row("data:text/html,x_001.html", "乙"),
                row(base("odd") + "202409/" + "x" * 100_000 + "_001.shtml", "丙"),
                row(
                    base("odd") + "202409/t20240902_\x01\x7f002.shtml", "关于\x1b[31m第\x00二\x07件提案的答复"
                ),
                row(detail("odd", 1), title_of(1)),
            )
        )
    )
    answers[detail("odd", 1)] = good
    sites = {key: site(key) for key in (*documents, "giant", "circle", "odd", "same")}
    sites["find"] = site("find", "igs/front/search.jhtml?pageNumber=1&pageSize=1", family="igs")
    government = Government(answers)
    data = tmp_path_factory.mktemp("hostile")
    with serving(government) as proxy:
        result = crawl(sites, data, proxy, prelude=IMPATIENT)
    with Archive(data / "archive.db", readonly=True) as archive:
        fetches = list(archive.fetches())
    return World(government, data, result, fetches)


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("drip", "unreachable"),
        ("header", "unreachable"),
        ("headers", "ok"),
        ("bomb", "refused"),
        ("bombs", "refused"),
        ("longaway", "refused"),
        ("script", "refused"),
    ],
)
def test_a_hostile_document_is_an_outcome(world: World, key: str, outcome: str) -> None:
    assert world.outcome(detail(key, 1)) == outcome
    assert world.site(key)["documents"] == 1


def test_what_is_kept_of_it_is_small(world: World) -> None:
    headers = world.last(detail("headers", 1)).headers
    assert sum(len(name) + len(value) for name, value in headers) <= MAX_HEADERS
    assert world.last(detail("bomb", 1)).sha256 is None
    assert max(len(item.url) for item in world.fetches) <= MAX_ADDRESS
    assert max(len(item.error or "") for item in world.fetches) <= 1000
    assert (world.data / "archive.db").stat().st_size < 1_000_000


def test_ten_million_pages_are_not_asked_for(world: World) -> None:
    asked = [url for _, url in world.government.log if url.startswith(base("giant") + "index_")]
    assert len(asked) == MAX_MISSING
    assert set(world.codes("giant")) == {"list_too_long", "list_pages_missing"}
    assert world.outcome(detail("giant", 1)) == "ok"


def test_a_list_that_says_nothing_new_is_not_followed(world: World) -> None:
    asked = [url for _, url in world.government.log if url.startswith(base("circle") + "index_")]
    assert asked == [base("circle") + "index_1.shtml"]


@pytest.mark.parametrize("key", ["same", "find"])
def test_a_list_whose_pages_are_all_the_same_is_left_and_told(world: World, key: str) -> None:
    asked = [url for _, url in world.government.log if "index_" in url or "pageNumber=" in url]
    # One more may be under way when the third is read.
    assert MAX_REPEATS <= len([url for url in asked if f"www.{key}.invalid" in url]) <= MAX_REPEATS + 2
    assert world.codes(key) == ["list_pages_repeat"]
    assert world.outcome(detail(key, 1)) == "ok"
    assert not world.site(key)["complete"]


def test_odd_links_and_titles(world: World) -> None:
    asked = {url for _, url in world.government.log if url.startswith(base("odd"))}
    assert len(asked) == 3
    titles = {
        title for (title,) in world.staging("select title from list_rows where column_url like '%odd%'")
    }
    assert not [title for title in titles if any(ord(c) < 32 or ord(c) == 127 for c in title)]
    assert world.outcome(detail("odd", 1)) == "ok"


def test_no_error_is_logged_and_nothing_escapes_to_the_terminal(world: World) -> None:
    assert "Traceback" not in world.result["log"]
    told = json.dumps(world.result["events"], ensure_ascii=False)
    assert "\x1b" not in told


def test_a_list_of_a_hundred_thousand_links_is_bounded() -> None:
    own = site("many")
    inside = "".join(row(f"t20240902_{number:06d}.shtml", "答复") for number in range(MAX_ROWS + 100))
    away = "".join(row(f"http://x.invalid/t20240902_{number:06d}.shtml", "答复") for number in range(100_000))
    found = family("trs").read_list(
        Page(url=base("many"), body=html(f"<ul>{inside}{away}</ul>").encode(), site=own, column=base("many"))
    )
    assert len(found.listing.rows) == MAX_ROWS
    assert len(found.refused) == MAX_REFUSED
    assert "list_too_long" in {issue.code for issue in found.listing.issues}


def test_a_walk_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.walk.MAX_LIST_PAGES", 3)
    monkeypatch.setattr("scraper.walk.MAX_ROWS", 4)
    own = replace(site("walk"), columns=(Column(base("walk")),))
    walk = Walk(own)
    assert [walk.claim(f"{base('walk')}index_{number}.shtml") for number in range(5)] == [True] * 3 + [
        False
    ] * 2
    assert walk.full
    walk = Walk(own)
    assert walk.add(base("walk"), 0, tuple(ListRow(f"{base('walk')}t{n}.html", "x") for n in range(9)))
    assert walk.full
    assert len(walk.rows) == 4


def test_the_same_rows_again_are_no_news(tmp_path: Path) -> None:
    walk = Walk(site("walk"))
    first = (ListRow(f"{base('walk')}t1.html", "x"),)
    assert walk.add(base("walk"), 0, first)
    assert not walk.add(base("walk"), 1, first)
