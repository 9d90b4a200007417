"""What happens between two crawls: templates that change overnight, pages that stay as they are, documents that move."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.publish.build import publish
from scraper.cli.chain import rebuild_staging
from tests.gov.crawling import CONTACT, ROOT, crawl
from tests.gov.faults import FAULTS
from tests.gov.matrix import case
from tests.gov.personalities import KINDS, Made, make
from tests.gov.server import serving
from tests.gov.town import Place, Town

pytestmark = pytest.mark.no_cover

OLD = 7
"""Replies that a site has on the first day, of twelve."""


def rows(data: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        return conn.execute(sql).fetchall()


def overnight(made: Made) -> tuple[Place, Place]:
    """The site on two days: on the second it has more documents, and these have another template."""
    personality = made.personality
    ordered = sorted(personality.documents, key=lambda doc: doc.order)
    young = {doc.file for doc in ordered[OLD:]}
    first = replace(
        made, personality=replace(personality, documents=tuple(d for d in ordered if d.file not in young))
    )
    second = Place(made)
    bare = made.renderer(replace(personality, template="bare"))
    paths = {personality.columns[0].path + file for file in young}
    second.react = lambda hit: hit.place.page(hit.path, bare) if hit.path in paths else None
    return Place(first), second


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = [
        make(kind, f"night-{kind.name}".replace("_", "-"), number=number, seed=3, count=12, others=0, rows=5)
        for number, kind in enumerate(KINDS.values(), start=1)
    ]
    folder = tmp_path_factory.mktemp("nights")
    days = [overnight(one) for one in made]
    sites = {one.key: one.site for one in made}
    for day in (0, 1):
        with serving(Town([pair[day] for pair in days])) as proxy:
            crawl(sites, folder, proxy, 300, events=False, full=False)
    with Archive(folder / "archive.db", readonly=True) as archive:
        publish(folder, archive)
    return folder


def test_a_template_that_changes_overnight_is_told_on_every_site_and_the_texts_are_there(data: Path) -> None:
    changed = rows(data, "select site from issues where code = 'template_changed' order by site")
    assert changed == sorted((f"night-{name}".replace("_", "-"),) for name in KINDS)
    assert {health for (health,) in rows(data, "select health from sites")} == {"partial"}
    assert set(rows(data, "select site, count(*) from replies group by site")) == {
        (f"night-{name}".replace("_", "-"), 12) for name in KINDS
    }
    assert rows(data, "select count(*) from replies where index_number is not null") == [(OLD * len(KINDS),)]
    assert rows(data, "select count(*) from replies where body_text is null") == [(0,)]


def test_a_rebuilt_corpus_says_the_same(data: Path, tmp_path: Path) -> None:
    shutil.copy(data / "archive.db", tmp_path)
    rebuild_staging(tmp_path)
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        publish(tmp_path, archive)
    for table in ("issues", "sites", "columns", "column_years", "site_outcomes", "replies", "pages"):
        assert rows(tmp_path, f"select * from {table}") == rows(data, f"select * from {table}"), table


def test_by_year_every_listed_document_is_accounted_for(data: Path) -> None:
    years = rows(
        data,
        "select column_url, sum(documents), sum(documents_missing), sum(replies), min(year), max(year)"
        " from column_years group by column_url",
    )
    for url, documents, missing, replies, first, last in years:
        assert (documents, missing, replies) == (24 if "twins" in url else 12, 0, 12), url
        assert 2023 <= first <= last <= 2026


def test_what_came_unchanged_and_what_moved_is_counted(tmp_path: Path) -> None:
    still = make(KINDS["department"], "still", number=1, count=5, others=1)
    moving = case(2, ("city", "redirect_inside"), 1).place
    town = Town([Place(still), moving])
    sites = {made.key: made.site for made in (still, moving.made)}
    with serving(town) as proxy:
        for _ in range(2):
            crawl(sites, tmp_path, proxy)
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        publish(tmp_path, archive)
    found = rows(tmp_path, "select site, role, outcome, addresses from site_outcomes")
    assert ("still", "detail", "unchanged", 6) in found
    assert ("still", "list", "unchanged", 2) in found
    assert (moving.made.key, "detail", "moved", 2) in found
    assert not [row for row in found if row[2] in ("ok", "redirect")]


@pytest.mark.parametrize(
    ("fault", "may_differ", "code"),
    [
        ("robots_404", False, 0),
        ("total_too_large", False, 1),
        ("total_too_large", True, 0),
        ("drawn_by_script", False, 1),
    ],
)
def test_the_exit_code_of_the_command(tmp_path: Path, fault: str, may_differ: bool, code: int) -> None:
    assert fault in FAULTS
    place = case(1, ("city", fault), 1).place
    made = place.made
    column: Any = {"url": made.column, "total_may_differ": True} if may_differ else made.column
    declared = {
        "site": {
            "name": made.personality.name, "agency": made.personality.name, "place": "420000",
            "hosts": [made.host], "family": made.kind.family, "delay": 0, "columns": [column],
        }
    }  # fmt: skip
    (tmp_path / "sites.yaml").write_text(json.dumps(declared, ensure_ascii=False), "utf-8")
    with serving(Town([place])) as proxy:
        done = subprocess.run(
            [sys.executable, "-c", "from scraper.cli import main; main()", "crawl", "--contact", CONTACT,
             "--sites", str(tmp_path / "sites.yaml"), "--data", str(tmp_path / "data")],
            cwd=ROOT, env={**os.environ, "HUBEI_REPLIES_PROXY": proxy, "no_proxy": ""},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "已发布" in done.stdout
    if may_differ:
        severities = rows(tmp_path / "data", "select severity from issues where code = 'column_rows_missing'")
        assert severities == [("info",)]
