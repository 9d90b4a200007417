"""The address of a reply that was taken down answers 410 in Chinese; everything else stays as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser, visible

TAKEN = "raaaaaaaaaaa"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path: Path = synthetic.build(tmp_path_factory.mktemp("withheld") / "corpus.db", replies=5)
    with closing(sqlite3.connect(path)) as conn, conn:
        row = (TAKEN, "http://kjt.demo.invalid/a.html", "2026-11-24", "request")
        conn.execute("insert into withheld(id, url, withheld_on, reason) values (?, ?, ?, ?)", row)
    browser = Browser.of(path)
    yield browser
    browser.close()


def test_its_page_says_so_with_date_and_reason(browser: Browser) -> None:
    text = visible(browser.page(f"/corpus/replies/{TAKEN}", status=410))
    for words in ("这件答复已经撤下", TAKEN, "2026年11月24日", "当事人依法申请"):
        assert words in text


def test_a_program_is_told_too(browser: Browser) -> None:
    answer = browser.get(f"/corpus/replies/{TAKEN}.json")
    assert answer.status_code == 410
    assert answer.json() == {
        "ok": False,
        "status": 410,
        "error": "这件答复已经撤下",
        "id": TAKEN,
        "withheld_on": "2026-11-24",
        "reason": "request",
    }


@pytest.mark.parametrize(
    "path", ["/corpus/replies/rbbbbbbbbbbb", f"/corpus/proposals/{TAKEN}", f"/x/replies/{TAKEN}"]
)
def test_what_was_never_there_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_the_table_of_tombstones_can_be_read(browser: Browser) -> None:
    page = browser.page("/corpus/withheld")
    assert page.css(f'a[href="/corpus/withheld/{TAKEN}"]')
    text = visible(page)
    assert "撤下的答复" in text
