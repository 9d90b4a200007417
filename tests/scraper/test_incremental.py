"""Ordinary runs on a few sites: what a run without news costs, what makes no change, what a kill does not lose."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.clock import SHANGHAI
from pipelines.models import Site
from scraper.cli.chain import publish_data, rebuild_staging
from tests.tables import TIMES, tables
from tests.year.run import crawl_day, preload
from tests.year.script import FIRST, Item, Script
from tests.year.town import YearTown, serving

pytestmark = pytest.mark.no_cover

MIDNIGHT = datetime(FIRST.year, FIRST.month, FIRST.day, 2, tzinfo=SHANGHAI)


class Quiet(Script):
    """A script in which nothing happens of itself."""

    def _script(self, key: str) -> None:
        """No events, no troubles."""


@pytest.fixture(scope="module", autouse=True)
def _server() -> None:
    preload()


def sites_of(script: Script) -> dict[str, Site]:
    return {place.key: place.made.site for place in script.places.values()}


def run(town: YearTown, data: Path, proxy: str, day: int, **more: Any) -> Counter[str]:
    """The crawl of a day; requests by site, robots.txt not counted."""
    before = len(town.paths)
    town.begin(day)
    crawl_day(sites_of(town.script), data, proxy, MIDNIGHT + timedelta(days=day), **more)
    return Counter(site for _, site, path in town.paths[before:] if path != "/robots.txt")


def is_list(path: str) -> bool:
    return path != "/robots.txt" and not path.rpartition("/")[2].startswith("t")


def corpus(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{data / 'corpus.db'}?mode=ro", uri=True)) as conn:
        return conn.execute(sql).fetchall()


def test_a_run_without_news_asks_for_one_page_a_column_and_what_is_due(tmp_path: Path) -> None:
    """By the server's log: one list page a column, one robots.txt a host, and at most the budget of visits."""
    script = Quiet(3, 10)
    town = YearTown(script)
    with serving(town) as proxy:
        first = run(town, tmp_path, proxy, 0)
        for day in (1, 2, 3):
            asked = run(town, tmp_path, proxy, day, publish=day == 3)
            lists = [(site, path) for at, site, path in town.paths if at == day and is_list(path)]
            assert len(lists) == len(set(lists)) == len(script.places)
            for place in script.places.values():
                budget = 10 + -(-2 * len(place.items) // 340)
                assert asked[place.key] <= 1 + budget
                # An old page has its turn once in 340 days: hardly any of thirty on a given day.
                assert asked[place.key] <= 3
            assert all(town.robots[day, place.made.host] == 1 for place in script.places.values())
    assert all(first[place.key] > len(place.items) for place in script.places.values())
    assert corpus(tmp_path, "select count(*) from changes where kind <> '新增'") == [(0,)]


def test_a_declared_budget_is_kept(tmp_path: Path) -> None:
    script = Quiet(3, 400)
    town = YearTown(script)
    sites = {key: replace(site, revisits=2) for key, site in sites_of(script).items()}
    with serving(town) as proxy:
        for day in (0, 360):
            town.begin(day)
            crawl_day(sites, tmp_path, proxy, MIDNIGHT + timedelta(days=day), publish=False)
    documents = Counter(site for day, site, path in town.paths if day == 360 and "/t" in path[-30:])
    assert documents == dict.fromkeys(sites, 2)


def test_what_moves_on_every_page_is_no_change(tmp_path: Path) -> None:
    """Read counter, token, order of attributes, white space, share block, nonce: everything is fetched three times."""
    script = Quiet(4, 10)
    town = YearTown(script)
    with serving(town) as proxy:
        run(town, tmp_path, proxy, 0, full=True)
        run(town, tmp_path, proxy, 1, full=True, publish=False)
        for place in script.places.values():
            place.design = 1
        bodies = run(town, tmp_path, proxy, 2, full=True)
    assert sum(bodies.values()) > 100
    assert corpus(tmp_path, "select max(number) from revisions") == [(1,)]
    assert corpus(tmp_path, "select count(*) from changes where kind <> '新增'") == [(0,)]
    fetched = "select count(distinct sha256), count(*) from pages where role = 'detail'"
    with closing(sqlite3.connect(tmp_path / "archive.db")) as archive:
        distinct, all_of_them = archive.execute(
            "select count(distinct body), count(*) from fetches where role = 'detail' and outcome = 'ok'"
        ).fetchone()
    # The bytes did differ, or the test proves nothing.
    assert distinct > all_of_them * 0.8
    assert corpus(tmp_path, fetched)


def some(script: Script, key: str) -> list[Item]:
    return [item for item in script.places[key].items if item.reply]


def test_an_edit_a_disappearance_and_a_return_are_told_with_their_days(tmp_path: Path) -> None:
    script = Quiet(5, 60)
    town = YearTown(script)
    edited, gone, back, unlisted = some(script, "city")[:4]
    with serving(town) as proxy:
        run(town, tmp_path, proxy, 0, publish=False)
        gone.there = gone.listed = back.there = back.listed = unlisted.listed = False
        edited.version = 1
        # The list is two rows short and one hidden: the sum sends the crawl to all three.
        asked = run(town, tmp_path, proxy, 1, publish=False)
        assert asked["city"] >= 4
        for day in (2, 3, 4, 5):
            run(town, tmp_path, proxy, day, publish=False)
        run(town, tmp_path, proxy, 6)
        assert corpus(tmp_path, "select count(*) from replies where gone_on is not null") == [(0,)]
        run(town, tmp_path, proxy, 8)
        assert (
            corpus(tmp_path, "select gone_on from replies where gone_on is not null") == [("2027-01-09",)] * 2
        )
        back.there = back.listed = True
        run(town, tmp_path, proxy, 9)
        run(town, tmp_path, proxy, 10, full=True)
    changes = corpus(
        tmp_path, "select happened_on, kind, url, detail from changes where kind <> '新增' order by 1, 2"
    )
    short = [
        (day, kind, url.rpartition("/")[2], detail.rpartition("/")[2]) for day, kind, url, detail in changes
    ]
    assert sorted(short) == sorted(
        [
            ("2027-01-09", "撤下", gone.file.rpartition("/")[2], gone.file.rpartition("/")[2]),
            ("2027-01-09", "撤下", back.file.rpartition("/")[2], back.file.rpartition("/")[2]),
            ("2027-01-10", "恢复", back.file.rpartition("/")[2], back.file.rpartition("/")[2]),
            ("2027-01-11", "修改", edited.file.rpartition("/")[2], "正文"),
        ]
    )
    [(diff,)] = corpus(tmp_path, "select diff from revisions where number = 2")
    assert "此件已作第1次更新" in diff
    before = tables(tmp_path / "corpus.db")
    rebuild_staging(tmp_path)
    publish_data(tmp_path)
    assert tables(tmp_path / "corpus.db") == before


def test_a_block_an_outage_and_an_apology_are_no_disappearance(tmp_path: Path) -> None:
    script = Quiet(6, 60)
    town = YearTown(script)
    places = list(script.places.values())
    with serving(town) as proxy:
        run(town, tmp_path, proxy, 0, publish=False)
        for day in range(1, 25, 4):
            for place, trouble in zip(
                places, ("dead", "wall", "maintenance", "soft", "missing"), strict=True
            ):
                script.troubles[place.key, day] = trouble  # type: ignore[assignment]
            run(town, tmp_path, proxy, day, publish=False)
        script.troubles.clear()
        run(town, tmp_path, proxy, 30)
    assert corpus(tmp_path, "select count(*) from changes where kind <> '新增'") == [(0,)]
    assert corpus(tmp_path, "select count(*) from replies where gone_on is not null") == [(0,)]


@pytest.mark.parametrize("after", [6, *(pytest.param(n, marks=pytest.mark.soak) for n in (1, 12))])
def test_killed_an_ordinary_run_ends_as_if_undisturbed(tmp_path: Path, after: int) -> None:
    """What the first part has written to staging must not make the second part forget what left, came or is due."""

    def prepared(folder: Path) -> tuple[YearTown, Script]:
        script = Quiet(7, 60)
        place = script.places["city"]
        place.items, late = place.items[:-3], place.items[-3:]
        town = YearTown(script)
        with serving(town) as proxy:
            run(town, folder, proxy, 0, publish=False)
        place.items += late
        for item in some(script, "city")[:2]:
            item.there = item.listed = False
        return town, script

    quiet, script = prepared(tmp_path / "quiet")
    with serving(quiet) as proxy:
        run(quiet, tmp_path / "quiet", proxy, 3)
    town, script = prepared(tmp_path / "killed")
    before = len(town.paths)

    def kill(pid: int) -> None:
        def wait() -> None:
            for _ in range(20_000):
                if len(town.paths) - before >= after:
                    break
                time.sleep(0.002)
            os.kill(pid, signal.SIGKILL)

        threading.Thread(target=wait, daemon=True).start()

    with serving(town) as proxy:
        with pytest.raises(RuntimeError, match="died"):
            run(town, tmp_path / "killed", proxy, 3, began=kill)
        run(town, tmp_path / "killed", proxy, 3)
    assert tables(tmp_path / "killed" / "corpus.db", TIMES) == tables(tmp_path / "quiet" / "corpus.db", TIMES)
    # Only the request under way when it was killed, and robots.txt, may be asked for a second time.
    twice = [
        key for key, count in Counter(town.paths[before:]).items() if count > 1 and key[2] != "/robots.txt"
    ]
    assert len(twice) <= len(script.places)
