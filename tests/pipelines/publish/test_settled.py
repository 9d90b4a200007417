"""A snapshot is asked once what its tables are, and every page is as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

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


class Changing:
    """A plugin whose metadata is another one at every request."""

    __name__ = "changing"

    def __init__(self) -> None:
        self.asked = 0

    @hookimpl  # type: ignore[untyped-decorator]  # Datasette carries no types
    def get_metadata(self) -> dict[str, str]:
        self.asked += 1
        return {"times": f"第 {self.asked} 次"}


def test_the_metadata_of_another_plugin_is_asked_every_time(corpus: Path) -> None:
    pm.register(changing := Changing(), name="changing")
    try:
        browser = Browser(_immutable(corpus))
        browser.get("/")
        told = [browser.datasette.metadata("times") for _ in range(2)]
    finally:
        pm.unregister(changing)
    assert told[0] != told[1]
    browser.close()


def test_a_word_of_the_metadata_is_looked_up_once_and_a_mapping_belongs_to_who_asked(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(_immutable(corpus))
    browser.get("/")
    datasette = browser.datasette
    title, queries = datasette.metadata("title"), datasette.metadata("queries", database="corpus")
    datasette.metadata().clear()
    assert datasette.metadata("title") == title
    assert datasette.metadata()["title"] == title
    assert datasette.metadata("queries", database="corpus") == queries
    # Other metadata than before, as a configuration folder may bring, is other metadata.
    monkeypatch.setattr(datasette, "_metadata_local", {"title": "另一个"})
    assert datasette.metadata("title") == "另一个"
    monkeypatch.setattr(settled, "KEPT", 3)
    for number in range(10):
        assert datasette.metadata("nothing", database=f"d{number}") is None
    asked = 0
    sources = datasette._metadata_sources

    def counted(*args: Any) -> Any:
        nonlocal asked
        asked += 1
        return sources(*args)

    monkeypatch.setattr(datasette, "_metadata_sources", counted)
    assert {datasette.metadata("license") for _ in range(5)} != {None}
    assert asked == 1
    browser.close()
