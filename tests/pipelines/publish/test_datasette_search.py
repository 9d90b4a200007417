"""Search through Datasette's own JSON API equals LIKE over title and text."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser

pytestmark = pytest.mark.no_cover

HAN = re.compile("[\u4e00-\u9fff]+")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.build(tmp_path_factory.mktemp("search") / "corpus.db", replies=120, seed=11)


@pytest.fixture(scope="module")
def browser(corpus: Path) -> Iterator[Browser]:
    browser = Browser.of(corpus)
    yield browser
    browser.close()


def found(browser: Browser, words: str) -> set[str]:
    rows = browser.json(f"/corpus/replies.json?_search={quote(words)}&_shape=array&_size=500&_col=id")
    return {row["id"] for row in rows}


def like(corpus: Path, *runs: str) -> set[str]:
    clause = " and ".join("(title like ? or body_text like ?)" for _ in runs)
    values = [f"%{run}%" for run in runs for _ in range(2)]
    with closing(sqlite3.connect(corpus)) as conn:
        return {row[0] for row in conn.execute(f"select id from replies where {clause}", values)}


def runs(corpus: Path, count: int, chance: random.Random) -> list[str]:
    with closing(sqlite3.connect(corpus)) as conn:
        texts = [" ".join(filter(None, row)) for row in conn.execute("select title, body_text from replies")]
    out: list[str] = []
    while len(out) < count:
        run = chance.choice(HAN.findall(chance.choice(texts)))
        start = chance.randrange(len(run))
        out.append(run[start : start + chance.randint(1, 8)])
    return out


def test_nonsense_finds_nothing(browser: Browser) -> None:
    for words in ("龘靐齉", "科技龘", "qqqzzz", "“”", '"', "AND"):
        assert found(browser, words) == set(), words


def test_five_hundred_runs_equal_like(browser: Browser, corpus: Path) -> None:
    chance = random.Random(133)
    for run in runs(corpus, 400, chance):
        assert found(browser, run) == like(corpus, run), run
    # Runs that nearly occur: two pieces glued together mostly occur nowhere.
    for _ in range(100):
        glued = "".join(runs(corpus, 2, chance))[:8]
        assert found(browser, glued) == like(corpus, glued), glued


def test_two_words_find_the_replies_that_hold_both(browser: Browser, corpus: Path) -> None:
    chance = random.Random(7)
    for _ in range(40):
        first, second = runs(corpus, 2, chance)
        assert found(browser, f"{first} {second}") == like(corpus, first, second), (first, second)


def test_a_hit_is_marked_in_text_that_reads_as_it_was_written(browser: Browser) -> None:
    page = browser.page(f"/corpus/replies?_search={quote('科技成果')}")
    marks = [node.text() for node in page.css(".excerpt mark")]
    assert set(marks) == {"科技成果"}
    assert "推进科技成果就地转化" in "".join(node.text() for node in page.css(".excerpt"))


def test_an_empty_box_is_no_search(browser: Browser) -> None:
    answer = browser.get("/corpus/replies?_search=+&session_year=2020")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/corpus/replies?session_year=2020"


def test_searching_one_column_is_refused_rather_than_answered_wrongly(browser: Browser) -> None:
    answer = browser.get("/corpus/replies.json?_search_title=x")
    assert answer.status_code == 400
    assert "title__contains" in answer.json()["error"]


def test_the_canned_query_searches_the_same_way(browser: Browser, corpus: Path) -> None:
    answer = browser.json(f"/corpus/search.json?words={quote('电梯 补助')}&_shape=array")
    assert {row["id"] for row in answer} == like(corpus, "电梯", "补助")
