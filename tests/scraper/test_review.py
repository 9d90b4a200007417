"""Corrections and decisions through the whole chain: a crawl with them and a rebuild under them say the same."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.load import Loader, StagingStale, fingerprint
from pipelines.models import Column, Site
from pipelines.paths import reviewed_data
from pipelines.publish.build import publish
from pipelines.review import corrections, decisions
from scraper.reread import replay
from tests.gov.crawling import finish, start
from tests.gov.pages import document, listing, row, title_of
from tests.gov.server import Government, serving

BASE = "http://www.review.invalid/jytabl/"
SITE = Site("review", "演示网站", None, "420000", ("www.review.invalid",), "trs", (Column(BASE),), delay=0.0)
ROOMS = ("pipelines.review.entries", "pipelines.load.fingerprint")
PRELUDE = """
import pathlib, sys
import pipelines.paths, pipelines.review.entries, pipelines.load.fingerprint
usual = pipelines.paths.reviewed_data
def mine(*parts):
    if parts[0] in ("corrections", "withheld"):
        return pathlib.Path({root!r}).joinpath(*parts)
    return usual(*parts)
for room in ("pipelines.review.entries", "pipelines.load.fingerprint"):
    sys.modules[room].reviewed_data = mine
"""


def url(number: int) -> str:
    return f"{BASE}202409/t20240902_{number:03d}.shtml"


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    answers = {
        BASE: listing("".join(row(url(number), title_of(number)) for number in (1, 2, 3)), "<p>共3条</p>"),
        **{url(number): document(title_of(number)) for number in (1, 2, 3)},
    }
    government = Government(dict(answers))
    with serving(government) as address:
        yield address


@pytest.fixture
def reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folders of reviewed data for this process; `finish(start(…, prelude=…))` gives a child the same."""
    root = tmp_path / "reviewed"
    for name in ("corrections", "withheld"):
        (root / name).mkdir(parents=True)

    def mine(*parts: str) -> Path:
        return root.joinpath(*parts) if parts[0] in ("corrections", "withheld") else reviewed_data(*parts)

    for room in ROOMS:  # by name: the room `fingerprint` is hidden behind its function
        monkeypatch.setattr(sys.modules[room], "reviewed_data", mine)
    forget()
    yield root
    forget()


def forget() -> None:
    for kept in (corrections, decisions, fingerprint):
        kept.cache_clear()


def write(root: Path, title: str) -> None:
    (root / "corrections" / "a.yaml").write_text(
        f"甲:\n  url: {url(2)}\n  field: title\n  applies_to: {title}\n  value: 更正后的标题\n"
        '  reason: 网页印错\n  date: "2026-11-24"\n',
        "utf-8",
    )
    forget()


def tables(data: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        names = [row[0] for row in conn.execute("select name from sqlite_master where type = 'table'")]
        return {name: conn.execute(f'select * from "{name}"').fetchall() for name in sorted(names)}


def crawl(data: Path, proxy: str, root: Path) -> None:
    finish(start({"review": SITE}, data, proxy, prelude=PRELUDE.format(root=str(root))))


def rebuild(data: Path) -> None:
    for file in data.glob("staging.db*"):
        file.unlink()
    with Archive(data / "archive.db") as archive, Loader(data / "staging.db") as loader:
        for item in replay(archive):
            loader.load(item)
    published(data)


def published(data: Path) -> None:
    with Archive(data / "archive.db") as archive:
        publish(data, archive)


def test_a_correction_makes_staging_stale_and_a_rebuild_says_what_a_crawl_says(
    reviewed: Path, tmp_path: Path, proxy: str
) -> None:
    data = tmp_path / "data"
    crawl(data, proxy, reviewed)
    published(data)
    title = query(data, f"select title from replies where url = '{url(2)}'")[0][0]
    write(reviewed, title)
    with pytest.raises(StagingStale):
        published(data)
    rebuild(data)
    rebuilt = tables(data)
    assert query(data, f"select title from replies where url = '{url(2)}'") == [("更正后的标题",)]
    told = query(data, "select field, source, rule, raw from field_sources where rule = 'corrections'")
    assert told == [("title", "correction", "corrections", title)]
    # A crawl on top of the rebuilt staging, and a rebuild of both, agree.
    crawl(data, proxy, reviewed)
    published(data)
    incremental = tables(data)
    rebuild(data)
    assert tables(data) == incremental
    assert incremental["field_sources"] == rebuilt["field_sources"]
    assert incremental["revisions"] == rebuilt["revisions"]


def test_taking_down_needs_no_rebuild_and_survives_one(reviewed: Path, tmp_path: Path, proxy: str) -> None:
    data = tmp_path / "data"
    crawl(data, proxy, reviewed)
    published(data)
    before = query(data, "select count(*) from replies")[0][0]
    (reviewed / "withheld" / "a.yaml").write_text(
        f'甲:\n  url: {url(3)}\n  date: "2026-11-24"\n  reason: recall\n', "utf-8"
    )
    forget()
    published(data)
    taken = tables(data)
    assert (len(taken["replies"]), len(taken["withheld"])) == (before - 1, 1)
    rebuild(data)
    assert tables(data) == taken


def query(data: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        return conn.execute(sql).fetchall()
