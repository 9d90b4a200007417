"""Search is exact: what a reader finds through Datasette's JSON API is what LIKE finds in the stored text."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.pipelines.publish.browser import Browser

pytestmark = pytest.mark.no_cover

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff〇]+")
RUNS = 500


@pytest.fixture(scope="module")
def browser(demo_corpus: Path) -> Iterator[Browser]:
    opened = Browser.of(demo_corpus)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def texts(demo_corpus: Path) -> dict[str, tuple[str, str]]:
    """Title of every reply, and its text with that of its attachments, by id."""
    with closing(sqlite3.connect(demo_corpus)) as conn:
        out = {}
        for key, title, body in conn.execute("select id, title, body_text from replies"):
            files = conn.execute(
                "select text from attachments where reply_id = ? and text is not null", (key,)
            )
            out[key] = (title or "", "\n".join((body or "", *(text for (text,) in files))))
        return out


def search(browser: Browser, words: str) -> set[str]:
    """Ids of what the JSON API finds."""
    return {
        row["id"]
        for row in browser.json(f"/corpus/replies.json?_shape=array&_size=max&_search={quote(words)}")
    }


def like(demo_corpus: Path, run: str) -> set[str]:
    """Ids of what LIKE finds in title, text and attachments."""
    with closing(sqlite3.connect(demo_corpus)) as conn:
        found = conn.execute(
            "select id from replies where title like ?1 or body_text like ?1"
            " union select reply_id from attachments where text like ?1",
            (f"%{run}%",),
        )
        return {row[0] for row in found}


def random_runs(texts: dict[str, tuple[str, str]], count: int, seed: int) -> list[str]:
    """Runs of 1 to 8 Chinese characters that stand somewhere in the corpus, lengths evenly spread."""
    rng = random.Random(seed)
    runs = [run for title, text in texts.values() for run in HAN.findall(f"{title}\n{text}")]
    picked: list[str] = []
    while len(picked) < count:
        run, length = rng.choice(runs), rng.randint(1, 8)
        if len(run) >= length:
            start = rng.randint(0, len(run) - length)
            picked.append(run[start : start + length])
    return picked


def test_every_random_run_is_found_where_like_finds_it(
    browser: Browser, demo_corpus: Path, texts: dict[str, tuple[str, str]]
) -> None:
    for run in random_runs(texts, RUNS, seed=46):
        expected = like(demo_corpus, run)
        assert expected, run
        assert search(browser, run) == expected, run


def test_what_stands_in_an_attachment_alone_is_found_and_shown_as_such(
    browser: Browser, demo_corpus: Path
) -> None:
    run = "每处留检修口"
    (found,) = like(demo_corpus, run)
    assert search(browser, run) == {found}
    page = browser.page(f"/corpus/replies?_search={quote(run)}").body
    assert page is not None
    assert "附件“餐饮油烟治理技术指引.pdf”" in page.text()
    assert run in page.text()


def test_a_nonsense_word_finds_nothing(browser: Browser) -> None:
    for word in ("齉龘靐齾", "qxzwv", "，。！", "\"'*^(", "提案OR建议NOT"):
        assert search(browser, word) == set(), word


def test_two_words_find_the_replies_that_hold_both(
    browser: Browser, demo_corpus: Path, texts: dict[str, tuple[str, str]]
) -> None:
    runs = [run for run in random_runs(texts, 400, seed=7) if len(run) == 2][:40]
    pairs = list(zip(runs[::2], runs[1::2], strict=True))
    assert len(pairs) == 20
    several = 0
    for one, other in [*pairs, ("提案", "代表"), ("建议", "下一步")]:
        expected = like(demo_corpus, one) & like(demo_corpus, other)
        several += bool(expected)
        assert search(browser, f"{one} {other}") == expected, (one, other)
    assert several > 1


@pytest.mark.soak
def test_ten_thousand_runs(browser: Browser, demo_corpus: Path, texts: dict[str, tuple[str, str]]) -> None:
    for run in random_runs(texts, 10_000, seed=2014):
        assert search(browser, run) == like(demo_corpus, run), run
