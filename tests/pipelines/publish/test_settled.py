"""A snapshot is asked once what its tables are, and every page is as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.database import Database

from pipelines.publish.serve import application
from pipelines.publish.site import settled, validators
from pipelines.publish.site.settled import SettledDatabase
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser

PATHS = (
    *("/", "/corpus", "/corpus.json", "/corpus/replies", "/corpus/replies.json?_facet=agency&_labels=on"),
    *(
        "/corpus/replies/r00000000003",
        "/corpus/sites/kjt.json",
        "/corpus/pages",
        "/corpus/changes",
        "/corpus/nothing",
    ),
)
VARYING = re.compile(r'nonce="[^"]*"|用时 \d+ 毫秒|"query_ms": [\d.]+|csrftoken" value="[^"]*"')


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.build(tmp_path_factory.mktemp("settled") / "corpus.db", replies=40)


def _immutable(corpus: Path) -> Datasette:
    return application(corpus, None, {})


def test_a_file_that_may_change_is_asked_every_time(corpus: Path) -> None:
    browser = Browser.of(corpus)
    browser.get("/")
    assert not isinstance(browser.datasette.databases["corpus"], SettledDatabase)
    browser.close()


def test_pages_are_the_same_and_are_made_with_fewer_questions(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    execute = Database.execute_fn

    async def counted(self: Any, fn: Any) -> Any:
        nonlocal asked
        asked += 1
        return await execute(self, fn)

    monkeypatch.setattr(Database, "execute_fn", counted)
    monkeypatch.setattr(validators, "key_of", lambda scope: None)  # each page is made, none is kept
    counts: list[dict[str, int]] = []
    pages: list[dict[str, str]] = []
    for settle in (True, False):
        if not settle:
            monkeypatch.setattr(settled, "settle", lambda *_: None)
        browser = Browser(_immutable(corpus))
        for path in PATHS:
            browser.get(path)
        seen, took = {}, {}
        for path in PATHS:
            before = asked
            seen[path] = VARYING.sub("", browser.get(path).text)
            took[path] = asked - before
        pages.append(seen)
        counts.append(took)
        assert isinstance(browser.datasette.databases["corpus"], SettledDatabase) is settle
        browser.close()
    assert pages[0] == pages[1]
    remembered, plain = counts
    assert remembered["/"] * 5 < plain["/"], json.dumps(counts)
    assert all(remembered[path] <= plain[path] for path in PATHS), json.dumps(counts)
    assert remembered["/corpus/replies"] < plain["/corpus/replies"]


def test_names_that_somebody_invents_do_not_fill_the_memory(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settled, "KEPT", 20)
    browser = Browser(_immutable(corpus))
    for number in range(30):
        assert browser.get(f"/corpus/nothing{number}").status_code == 404
    assert len(browser.datasette.databases["corpus"].remembered) <= 20
    assert browser.get("/corpus/replies").status_code == 200
    browser.close()


def test_the_count_and_the_hash_of_the_snapshot_are_kept(corpus: Path) -> None:
    told = {
        "corpus": {"hash": "a" * 64, "size": 7, "file": "corpus.db", "tables": {"replies": {"count": 12345}}}
    }
    browser = Browser(application(corpus, None, told))
    browser.get("/")
    database = browser.datasette.databases["corpus"]
    assert (database.hash, database.size) == ("a" * 64, 7)
    assert database.cached_table_counts == {"replies": 12345}
    browser.close()
