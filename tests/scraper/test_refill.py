"""Rebuilding over several processes, killed and gone on with: the same rows as one process and as the crawls."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.archive.records import Fetch
from pipelines.clock import now
from pipelines.models import Processed
from pipelines.workers import WAITING, in_order
from scraper import refill
from scraper.cli.chain import rebuild_staging
from scraper.cli.screen import duration, gauge
from scraper.refill import begun, fill
from scraper.reread import finished
from tests.conftest import ROOT
from tests.scraper.slow import nothing, parent, slow_first
from tests.tables import Rows, difference, tables


@pytest.fixture(scope="module")
def wanted(demo_data: Path) -> dict[str, Rows]:
    """What the crawls made, files left out that publishing read."""
    found = tables(demo_data / "staging.db")
    found.pop("files")
    return found


def _rows(staging: Path) -> dict[str, Rows]:
    found = tables(staging)
    assert found.pop("files"), "a text that stands in a file is read"
    return found


@pytest.fixture
def data(demo_data: Path, tmp_path: Path) -> Path:
    """A folder with the archive alone."""
    shutil.copy(demo_data / "archive.db", tmp_path / "archive.db")
    return tmp_path


# --- killed ---------------------------------------------------------------------------------------------------------

_CHILD = """
import multiprocessing.forkserver, os, signal, sys
from pathlib import Path
import scraper.refill as refill
from pipelines.load import Loader
from scraper.cli.chain import rebuild_staging
refill.WRITE, refill.FIRST = 10, 1
keep, flushed = Loader.flush, 0
def flush(self, mark=None):
    global flushed
    keep(self, mark)
    flushed += 1
    if flushed == {after}:
        server = multiprocessing.forkserver._forkserver._forkserver_pid
        print(*(child.pid for child in multiprocessing.active_children()), server or "", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
Loader.flush = flush
if __name__ == "__main__":
    rebuild_staging(Path({data!r}), workers={workers})
"""


def _killed(data: Path, after: int, workers: int) -> list[int]:
    """Rebuild and be killed after so many batches; returns the processes that then had no parent."""
    script = _CHILD.format(after=after, workers=workers, data=str(data))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=120
    )
    assert done.returncode == -signal.SIGKILL
    return [int(pid) for pid in done.stdout.split()]


def test_killed_it_goes_on_where_it_was_and_leaves_nobody_behind(
    data: Path, wanted: dict[str, Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _killed(data, 1, workers=1) == []
    orphans = _killed(data, 4, workers=2)  # the second part of it is killed too
    assert len(orphans) == 2 + (sys.platform == "linux"), "and what they were forked from"
    assert not (data / "staging.db").exists()
    read: list[object] = []

    def counted(*more: Any) -> Processed:
        read.append(more)
        return finished(*more)

    monkeypatch.setattr(refill, "finished", counted)
    monkeypatch.setattr("pipelines.shelf.HELD", 3)  # what is known of a run does not fit into memory
    count = rebuild_staging(data, workers=1)
    assert 0 < len(read) <= count - 50, "what was loaded before is not read again"
    assert difference(_rows(data / "staging.db"), wanted) == []
    assert list(data.glob("staging.new*")) == []
    deadline = time.monotonic() + 20
    while any(_runs(pid) for pid in orphans):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.05)


class _StoppedError(Exception):
    pass


def test_a_begun_file_of_another_archive_is_begun_anew(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refill, "WRITE", 10)

    def stop(done: int, total: int) -> None:
        if done > 30:
            raise _StoppedError

    new = data / "staging.new.db"
    with Archive(data / "archive.db") as archive:
        with pytest.raises(_StoppedError):
            fill(new, archive, stop, workers=1)
        assert begun(new, archive)
        run = archive.begin_run("{}", {}, "test")
        archive.record(Fetch(run.id, "http://x.invalid/", now(), 404, (), "gone", "detail"), None)
        assert not begun(new, archive)
        with pytest.raises(_StoppedError):
            fill(new, archive, stop, workers=1)
        assert begun(new, archive)
        with closing(sqlite3.connect(new)) as conn:
            conn.execute("update state set value = 'other rules' where key = 'fingerprint'")
            conn.commit()
        assert not begun(new, archive)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not Path("/proc").is_dir()
    return state != "Z"


# --- several processes ----------------------------------------------------------------------------------------------


def test_any_number_of_workers_gives_the_rows_of_the_crawls(
    data: Path, wanted: dict[str, Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refill, "FIRST", 1)  # the rest is read by the workers
    seen: list[tuple[int, int]] = []
    with Archive(data / "archive.db", readonly=True) as archive:
        fill(data / "three.db", archive, lambda *told: seen.append(told), workers=3)
        total, _ = archive.extent()
        fill(data / "one.db", archive, workers=1)
    assert difference(tables(data / "three.db"), tables(data / "one.db")) == []
    assert difference(_rows(data / "three.db"), wanted) == []
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {of for _, of in seen} == {total}
    assert seen[-1][0] == total


def test_results_keep_their_order_and_few_are_held() -> None:
    taken = 0

    def numbers() -> object:
        nonlocal taken
        for number in range(40):
            taken += 1
            yield number

    got = []
    for result in in_order(slow_first, numbers(), 2, nothing, ()):  # type: ignore[arg-type]
        got.append(result)
        assert taken - len(got) <= 2 * WAITING
    assert got == list(range(40))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each is started by this process")
def test_workers_are_forked_from_one_that_has_loaded_their_work() -> None:
    ours = os.getpid()
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # another test may have begun one in another way
    (server,) = set(in_order(parent, range(8), 2, nothing, ()))
    assert server != ours
    told = Path(f"/proc/{server}/status").read_text("ascii")
    assert re.search(rf"^PPid:\s*{ours}$", told, re.MULTILINE)
    blocked = re.search(r"^SigBlk:\s*(\w+)$", told, re.MULTILINE)
    assert blocked is not None
    assert int(blocked[1], 16) >> (signal.SIGINT - 1) & 1, "Ctrl+C would end it while it loads"


def test_without_room_for_a_socket_each_is_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_long() -> None:
        raise OSError("AF_UNIX path too long")

    monkeypatch.setattr("multiprocessing.forkserver.ensure_running", too_long)
    assert set(in_order(parent, range(2), 1, nothing, ())) == {os.getpid()}


# --- the screen -----------------------------------------------------------------------------------------------------


def test_a_log_says_how_far_and_how_long_yet(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, 0.0, 5.0, 60.0, 60.0])
    with gauge("重建", lambda: next(times)) as progress:
        progress(100, 1000)  # an earlier run came as far as this
        progress(110, 1000)
        progress(200, 1000)
    assert capsys.readouterr().err == "重建：200/1000 项，20%，约剩 8 分钟\n"
    assert duration(7300) == "2 小时 2 分钟"
