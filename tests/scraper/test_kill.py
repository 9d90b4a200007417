"""Killed at any instant, a crawl run again ends in the tables of an undisturbed one."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.paths import reviewed_data
from scraper.demo.server import DemoGovernment
from tests.conftest import ROOT, hubei_replies
from tests.tables import TIMES, difference, tables

pytestmark = pytest.mark.no_cover

CONTACT = "tests@example.org"


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with DemoGovernment() as government:
        yield government.proxy


def arguments(data: Path) -> list[str | Path]:
    sites = reviewed_data("demo", "sites.yaml")
    return ["crawl", "--full", "--sites", sites, "--contact", CONTACT, "--data", data]


def crawl(data: Path, proxy: str) -> None:
    """A crawl to its end. The demonstration holds trouble on purpose, so that exit code 1 is the right one."""
    done = hubei_replies(*arguments(data), HUBEI_REPLIES_PROXY=proxy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "已发布" in done.stdout


def start(data: Path, proxy: str) -> subprocess.Popen[bytes]:
    """A crawl under way."""
    return subprocess.Popen(
        [sys.executable, "-c", "from scraper.cli import main; main()", *map(str, arguments(data))],
        cwd=ROOT,
        env={**os.environ, "HUBEI_REPLIES_PROXY": proxy},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, proxy: str) -> Path:
    data = tmp_path_factory.mktemp("undisturbed")
    crawl(data, proxy)
    return data


def test_killed_at_some_moments_and_on_full_disks_the_next_run_mends_all() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill", "--moments", "--disks", "2", "--seed", "3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["kill: 5 kills, 2 full disks, 0 differing"], (
        done.stdout + done.stderr
    )
    assert done.returncode == 0


def test_rebuild_gives_the_same_tables(undisturbed: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    with contextlib.closing(sqlite3.connect(undisturbed / "archive.db")) as source:
        source.execute("vacuum into ?", (str(archive),))
    done = hubei_replies("rebuild", "--data", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert difference(tables(tmp_path / "corpus.db"), tables(undisturbed / "corpus.db")) == []


def test_a_second_crawl_without_news_changes_no_content(
    undisturbed: Path, tmp_path: Path, proxy: str
) -> None:
    for name in ("archive.db", "staging.db", "corpus.db"):
        with contextlib.closing(sqlite3.connect(undisturbed / name)) as source:
            source.execute("vacuum into ?", (str(tmp_path / name),))
    crawl(tmp_path, proxy)
    ours, theirs = (tables(folder / "corpus.db", TIMES) for folder in (tmp_path, undisturbed))
    assert len(ours.pop("crawls")) == 1 + len(theirs.pop("crawls"))
    # That nothing changed since the first crawl is what the second one says of its pages.
    assert len(ours.pop("site_outcomes")) > 0 < len(theirs.pop("site_outcomes"))
    assert difference(ours, theirs) == []


@pytest.mark.soak
def test_killed_thirty_times_in_a_row(tmp_path: Path, undisturbed: Path, proxy: str) -> None:
    rng = random.Random(30)
    for _ in range(30):
        child = start(tmp_path, proxy)
        time.sleep(rng.uniform(0.3, 4.0))
        child.kill()
        child.wait()
    crawl_until_quiet(tmp_path, proxy)
    ours, theirs = (tables(folder / "corpus.db", TIMES) for folder in (tmp_path, undisturbed))
    # A kill may fall behind the end of a run; the next call then begins another, to which the pages are unchanged.
    assert len(ours.pop("crawls")) >= len(theirs.pop("crawls"))
    assert len(ours.pop("site_outcomes")) > 0 < len(theirs.pop("site_outcomes"))
    assert difference(ours, theirs) == []


def crawl_until_quiet(data: Path, proxy: str) -> None:
    """Carry on until a crawl has nothing left to catch up with."""
    for _ in range(3):
        done = hubei_replies(*arguments(data), HUBEI_REPLIES_PROXY=proxy)
        if "补发布" not in done.stdout:
            return
    raise AssertionError(done.stdout)
