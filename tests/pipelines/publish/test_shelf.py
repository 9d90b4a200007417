"""Pages that are kept for the next reader: which, for how long, and with what of their own."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.database import Database

from pipelines.publish.site import shelf, validators
from pipelines.publish.site.shelf import Page, Shelf
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser

NONCE = re.compile(r"'nonce-([^']+)'")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    browser = Browser.of(synthetic.build(tmp_path / "corpus.db", replies=20))
    yield browser
    browser.close()


@pytest.fixture
def asked(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is asked of the database from here on."""
    questions: list[object] = []
    ask = Database.execute_fn

    async def counted(self: Database, question: Any) -> Any:
        questions.append(question)
        return await ask(self, question)

    monkeypatch.setattr(Database, "execute_fn", counted)
    browser.get("/-/versions.json")
    questions.clear()
    return questions


@pytest.mark.parametrize(
    "path", ["/", "/corpus/replies", "/corpus/replies/r00000000005", "/corpus/replies/r00000000005.json"]
)
def test_the_second_reader_costs_no_question(browser: Browser, asked: list[object], path: str) -> None:
    first = browser.get(path)
    made = len(asked)
    assert made
    second = browser.get(path)
    assert (second.status_code, len(asked)) == (200, made)
    assert second.headers["etag"] == first.headers["etag"]
    assert set(second.headers) == set(first.headers)


def test_a_kept_page_has_a_nonce_of_its_own_on_each_answer(browser: Browser) -> None:
    seen = set()
    for _ in range(3):
        answer = browser.get("/corpus/replies?_layout=table")
        [value] = set(NONCE.findall(answer.headers["content-security-policy"]))
        assert f'nonce="{value}"' in answer.text
        assert set(re.findall(r'nonce="([^"]+)"', answer.text)) == {value}
        seen.add(value)
    assert len(seen) == 3


@pytest.mark.parametrize(
    "path",
    ["/corpus?sql=select+random()", "/corpus.json?sql=select+random()", "/corpus/nothing"],
)
def test_what_may_be_another_tomorrow_is_made_anew(browser: Browser, asked: list[object], path: str) -> None:
    browser.get(path)
    made = len(asked)
    browser.get(path)
    assert len(asked) > made


def test_the_address_as_written_is_part_of_the_page(browser: Browser) -> None:
    def ask(**headers: str) -> str:
        client = browser.datasette.client
        return str(
            browser.loop.run_until_complete(client.get("/corpus/replies/r00000000005", headers=headers)).text
        )

    assert "http://a.example" in ask(host="a.example")
    assert "http://a.example" not in ask(host="b.example")


def test_another_content_empties_the_shelf(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    before = browser.get("/corpus/replies/r00000000005").text
    [path] = [database.path for database in browser.datasette.databases.values() if database.path]
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("update replies set title = '改过的题目' where id = 'r00000000005'")
        conn.commit()
    monkeypatch.setattr(validators, "identity", lambda path: "another")
    assert "改过的题目" not in before
    assert "改过的题目" in browser.get("/corpus/replies/r00000000005").text


def test_the_shelf_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "ROOM", 100)
    monkeypatch.setattr(shelf, "LARGEST", 40)
    kept = Shelf()
    for number in range(5):
        kept.put(b"tag", (b"%d" % number,), Page({}, b"x" * 30, ""))
        kept.get(b"tag", (b"0",))
    assert [kept.get(b"tag", (b"%d" % number,)) is not None for number in range(5)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    kept.put(b"tag", (b"large",), Page({}, b"x" * 41, ""))
    assert kept.get(b"tag", (b"large",)) is None
    assert kept.get(b"other", (b"0",)) is None
    assert kept.get(b"tag", (b"0",)) is None
