"""Several crawlers on one queue in a real Redis: every page once, no host asked by two, and no worker is missed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("redis", reason="没有安装 hubei-replies[cluster]")
pytest.importorskip("scrapy_redis", reason="没有安装 hubei-replies[cluster]")

from pipelines.archive import Archive, Fetch
from pipelines.declare import dump_sites
from pipelines.errors import ConfigurationError
from pipelines.models import Column, Site
from pipelines.publish.build import publish
from scraper.cluster import board as shared
from scraper.cluster.board import Board, ClusterLost, Sharing
from scraper.cluster.shift import Shift
from scraper.cluster.units import units
from tests.conftest import ROOT, hubei_replies
from tests.gov.crawling import CONTACT, crawl
from tests.gov.personalities import KINDS, make
from tests.gov.server import serving
from tests.gov.town import Place, Town
from tests.scraper.redis_server import MISSING, SERVER, redis_server
from tests.scraper.test_foreign_warc import declared
from tests.tables import TIMES, difference, tables

pytestmark = pytest.mark.skipif(SERVER is None, reason=MISSING)


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with redis_server() as address:
        yield address


def site(key: str, *hosts: str) -> Site:
    return Site(key, key, None, None, hosts, "trs", (Column(f"http://{hosts[0]}/jytabl/"),))


SITES = {
    one.key: one for one in (site("a", "www.a.invalid"), site("b", "x.b.invalid"), site("c", "y.b.invalid"))
}


def join(redis: str, name: str, worker: str, sites: dict[str, Site] = SITES) -> Board:
    return Board(Sharing(redis, name, worker), sites)


def fetch(url: str) -> Fetch:
    context: dict[str, str | int | None] = {"row_title": "题", "index": 1}
    headers = (("content-type", "text/html"),)
    return Fetch(
        7, url, "2026-11-24T10:00:00+08:00", 200, headers, "ok", "detail", "a", None, context, "\udc80"
    )


# --- what must not happen --------------------------------------------------------------------------------------------


def test_no_unit_is_given_to_two_and_none_is_lost_with_its_worker(
    redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "LEASE", 0.3)
    one, two = join(redis, "r1", "one"), join(redis, "r1", "two")
    taken = [one.take(), two.take(), two.take(), one.take()]
    assert [unit and unit.name for unit in taken] == ["a.invalid", "b.invalid", None, None]
    assert not one.all_done()
    time.sleep(0.4)
    again = two.take()
    assert again is not None
    assert again.name == "a.invalid"
    # The first one comes back to life: it may neither renew, nor hand in, nor keep an answer.
    for late in (
        one.renew,
        lambda: one.done("a.invalid"),
        lambda: one.keep("a.invalid", fetch("http://x/"), b""),
    ):
        with pytest.raises(ClusterLost, match="接手"):
            late()
    with pytest.raises(ClusterLost):
        two.renew()


def test_nothing_is_asked_unless_the_lease_outlives_the_answer(
    redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = join(redis, "r2", "one")
    assert not one.may_ask("a.invalid")
    one.take()
    assert one.may_ask("a.invalid")
    assert not one.may_ask("b.invalid")
    later = time.monotonic() + shared.LEASE - 60
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not one.may_ask("a.invalid")


def test_other_declarations_and_a_wrong_address_are_told_before_anything_is_asked(redis: str) -> None:
    join(redis, "r3", "one")
    with pytest.raises(ConfigurationError, match="站点声明与这里的不同"):
        join(redis, "r3", "two", {"a": SITES["a"]})
    with pytest.raises(ConfigurationError, match="不是 Redis 的地址"):
        join("http://127.0.0.1/", "r3", "two")
    with pytest.raises(ClusterLost, match="连不上 Redis"):
        join("redis://127.0.0.1:1/0", "r3", "two")


# --- what the workers share ------------------------------------------------------------------------------------------


def test_hosts_of_one_system_go_together() -> None:
    several = {
        "one": site("one", "www.a.invalid", "www.b.invalid"),
        "two": site("two", "kjt.c.invalid"),
        "three": site("three", "x.b.invalid", "x.c.invalid"),
        "four": site("four", "www.d.invalid"),
        "none": Site("none", "none", None, None, ("www.e.invalid",), "trs", ()),
    }
    found = {name: unit.sites for name, unit in units(several).items()}
    assert found == {"a.invalid": ("one", "three", "two"), "d.invalid": ("four",)}


def test_answers_go_on_to_whoever_takes_over_and_are_gone_when_all_is_done(redis: str) -> None:
    one = join(redis, "r4", "one")
    one.take()
    kept: list[tuple[str, bytes | None]] = [
        ("http://www.a.invalid/1", b"<p>" * 9),
        ("http://www.a.invalid/2", None),
    ]
    for url, body in kept:
        one.keep("a.invalid", fetch(url), body)
    one.leave()
    two = join(redis, "r4", "two")
    assert {unit.name for unit in (two.take(), two.take()) if unit} == {"a.invalid", "b.invalid"}
    times, answers = two.taken_over("a.invalid", 3)
    found = list(answers)
    assert times == 1
    assert [(one.url, body) for one, body in found] == kept
    assert found[0][0] == Fetch(**{**_fields(fetch(kept[0][0])), "run_id": 3})
    two.done("a.invalid")
    assert two.taken_over("a.invalid", 3)[0] == 0
    two.done("b.invalid")
    assert two.all_done()
    assert join(redis, "r4", "three").take() is None


def test_two_readings_of_a_list_within_a_second_are_both_taken_over_once(redis: str, tmp_path: Path) -> None:
    one = join(redis, "r5", "one")
    one.take()
    first = replace(fetch("http://www.a.invalid/1/"), role="list", context={"index": 0})
    for reading in (first, replace(first, context={"index": 0, "look": 2})):
        one.keep("a.invalid", reading, b"<ul>")
    one.leave()
    two = join(redis, "r5", "two")
    unit = two.units["a.invalid"]
    with Archive(tmp_path / "archive.db") as archive:
        session: Any = SimpleNamespace(archive=archive, run=archive.begin_run(dump_sites(SITES), {}, "test"))
        for _ in range(2):  # the second time as a worker that was killed behind the first
            Shift(two)._take_over(unit, session)
            assert [stored.context.get("look") for stored in archive.fetches()] == [None, 2]


def _fields(one: Fetch) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Fetch.__dataclass_fields__}


# --- the whole -------------------------------------------------------------------------------------------------------

QUICK = (
    "import scraper.cluster.board as board, scraper.settings as settings\n"
    "board.LEASE, board.MARGIN, board.AT_ONCE, settings.DOWNLOAD_TIMEOUT = 6.0, 0.5, 2, 2\n"
    "from scraper.cli import main; main()"
)


def test_three_crawlers_one_killed_give_the_corpus_of_one(redis: str, tmp_path: Path) -> None:
    kinds = ("department", "city", "labels_gbk", "documents", "gbk_table")
    made = [make(KINDS[kind], kind.replace("_", "-"), number=n, rows=5) for n, kind in enumerate(kinds, 1)]
    sites = {one.key: one.site for one in made}
    file = declared(tmp_path / "sites.yaml", sites)
    alone = Town([Place(one) for one in made])
    with serving(alone) as proxy:
        crawl(sites, tmp_path / "one", proxy, events=False)
    town = Town([Place(one) for one in made], delay=0.02)
    folders = [tmp_path / f"worker{n}" for n in range(3)]
    with serving(town) as proxy:
        told = ["--round", "whole", "--sites", str(file), "--contact", CONTACT]
        children = [
            subprocess.Popen(
                [sys.executable, "-c", QUICK, "work", redis, *told, "--data", str(folder)],
                cwd=ROOT,
                env={**os.environ, "HUBEI_REPLIES_PROXY": proxy},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for folder in folders
        ]
        victim = _kill_midway(children, folders)
        for child in children:
            said, _ = child.communicate(timeout=120)
            assert child is victim or child.returncode == 0, said
    counts, lone = asked(town), asked(alone)
    assert lone - counts == Counter()
    # What was on its way when the worker died is asked for again: at most one page of each of the hosts that it had.
    again = Counter(address.partition("/")[0] for address in (counts - lone).elements())
    assert set(again.values()) <= {1}, again
    assert max(town.most_at_once.values()) == 1
    assert not town.strangers
    with Archive(tmp_path / "one" / "archive.db", readonly=True) as archive:
        publish(tmp_path / "one", archive)
    merged = hubei_replies(
        "import", *(folder / "archive.db" for folder in folders), "--data", tmp_path / "all"
    )
    assert merged.returncode == 0, merged.stdout + merged.stderr
    ours, theirs = (tables(tmp_path / name / "corpus.db", TIMES) for name in ("all", "one"))
    assert len(ours.pop("crawls")) == 3
    assert len(theirs.pop("crawls")) == 1
    assert difference(ours, theirs) == []
    assert len(theirs["replies"]) > 20


def test_a_worker_that_loses_redis_stops_with_a_word_and_keeps_what_it_has(tmp_path: Path) -> None:
    made = [make(KINDS["city"], "city", number=1, rows=20)]
    file = declared(tmp_path / "sites.yaml", {one.key: one.site for one in made})
    data = tmp_path / "data"
    with serving(Town([Place(one) for one in made], delay=0.1)) as proxy:
        with redis_server() as address:
            told = ["work", address, "--sites", str(file), "--contact", CONTACT, "--data", str(data)]
            child = subprocess.Popen(
                [sys.executable, "-c", QUICK, *told],
                cwd=ROOT,
                env={**os.environ, "HUBEI_REPLIES_PROXY": proxy},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            _wait_for([child], [data])
        said, _ = child.communicate(timeout=60)
    assert child.returncode == 1, said
    assert "连不上 Redis" in said
    assert "会接着来" in said
    assert "Traceback" not in said
    assert _answers(data) >= 5


def asked(town: Town) -> Counter[str]:
    """How often each address was asked for; lists are read twice, as they always are when they are read whole."""
    return Counter(
        {f"{host}{path}": n for host, place in town.places.items() for path, n in place.hits.items()}
    )


def _kill_midway(children: list[subprocess.Popen[str]], folders: list[Path]) -> subprocess.Popen[str]:
    """Kill the first worker that has several answers of its own and is not done."""
    child = _wait_for(children, folders)
    child.send_signal(signal.SIGKILL)
    return child


def _wait_for(children: list[subprocess.Popen[str]], folders: list[Path]) -> subprocess.Popen[str]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for child, folder in zip(children, folders, strict=True):
            assert child.poll() is None
            if _answers(folder) >= 5:
                return child
        time.sleep(0.02)
    raise AssertionError("no worker got to work")


def _answers(folder: Path) -> int:
    path = folder / "archive.db"
    if not path.is_file():
        return 0
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as conn:
            return int(conn.execute("select count(*) from fetches").fetchone()[0])
    except sqlite3.Error:
        return 0
