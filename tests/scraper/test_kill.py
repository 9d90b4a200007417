"""Killed at any instant, a crawl run again ends in the tables of an undisturbed one."""

from __future__ import annotations

import contextlib
import os
import random
import signal
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


PAGES = "outcome in ('ok', 'redirect', 'gone', 'soft_404')"
"""Answers that brought what there is; a challenge or a dropped connection may be asked again."""


def fetched(data: Path, condition: str = "true") -> int:
    """Fetches in the archive so far."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"file:{data / 'archive.db'}?mode=ro", uri=True)) as conn,
    ):
        return int(conn.execute(f"select count(*) from fetches where {condition}").fetchone()[0])
    return 0


def start(data: Path, proxy: str) -> subprocess.Popen[bytes]:
    """A crawl under way."""
    return subprocess.Popen(
        [sys.executable, "-c", "from scraper.cli import main; main()", *map(str, arguments(data))],
        cwd=ROOT,
        env={**os.environ, "HUBEI_REPLIES_PROXY": proxy},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed(data: Path, proxy: str, moment: str) -> None:
    """Start a crawl and kill it: after so many fetches, or when it begins to publish."""
    child = start(data, proxy)
    while child.poll() is None:
        publishing = any(data.glob(".corpus.db.*.tmp"))
        reached = publishing if moment == "publishing" else fetched(data) >= int(moment)
        if reached:
            child.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    assert child.wait() == -signal.SIGKILL, f"the crawl ended before the moment {moment!r} came"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, proxy: str) -> Path:
    data = tmp_path_factory.mktemp("undisturbed")
    crawl(data, proxy)
    return data


@pytest.mark.parametrize("moment", ["1", "4", "9", "17", "28", "40", "53", "66", "80", "publishing"])
def test_killed_once_and_run_again(moment: str, tmp_path: Path, undisturbed: Path, proxy: str) -> None:
    killed(tmp_path, proxy, moment)
    crawl(tmp_path, proxy)
    assert difference(tables(tmp_path / "corpus.db", TIMES), tables(undisturbed / "corpus.db", TIMES)) == []
    # What was archived before the kill was not asked for again.
    assert fetched(tmp_path, PAGES) == fetched(undisturbed, PAGES) > 0


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
    # A kill may fall behind the end of a run; the next call then begins another.
    assert len(ours.pop("crawls")) >= len(theirs.pop("crawls"))
    assert difference(ours, theirs) == []


def crawl_until_quiet(data: Path, proxy: str) -> None:
    """Carry on until a crawl has nothing left to catch up with."""
    for _ in range(3):
        done = hubei_replies(*arguments(data), HUBEI_REPLIES_PROXY=proxy)
        if "补发布" not in done.stdout:
            return
    raise AssertionError(done.stdout)
