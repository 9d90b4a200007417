"""One process a data folder; the message says who and since when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError, Locked
from pipelines.lock import NAME, DataLock

HOLDER = """
import sys, time
from pathlib import Path
from pipelines.lock import DataLock

with DataLock(Path(sys.argv[1]), "crawl"):
    print("held", flush=True)
    time.sleep(60)
"""


def start(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_another_process_holds_it_until_it_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    process = start(folder)
    try:
        with pytest.raises(Locked) as caught, DataLock(folder, "publish"):
            pass
        text = str(caught.value)
        assert str(folder) in text
        assert f"pid {process.pid}，crawl，自 20" in text
        assert "+08:00" in text
        (folder / NAME).write_text('{"pid": 1, "sin', encoding="utf-8")
        with pytest.raises(Locked, match="正由另一个进程使用"):
            DataLock(folder, "publish").acquire()
    finally:
        stop(process)
    with DataLock(folder, "publish"):
        pass


def test_taken_twice_in_one_process(tmp_path: Path) -> None:
    outer = DataLock(tmp_path, "crawl")
    with outer, DataLock(tmp_path / "." / "x" / "..", "archive"):
        outer.acquire()
    with DataLock(tmp_path, "crawl") as again:
        with DataLock(tmp_path, "archive"):
            pass
        # The inner one must not have let go for the outer one.
        assert run_child(tmp_path) == "locked"
        again.release()
        again.release()
        assert run_child(tmp_path) == "free"


def run_child(folder: Path) -> str:
    code = (
        "import sys; from pathlib import Path; from pipelines.lock import DataLock; from pipelines.errors import Locked\n"
        "try:\n    DataLock(Path(sys.argv[1])).acquire(); print('free')\nexcept Locked:\n    print('locked')"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True, env=env
    )
    return done.stdout.strip()


def test_a_forked_child_has_no_right_to_write(tmp_path: Path) -> None:
    with DataLock(tmp_path, "crawl"):
        child = os.fork()
        if child == 0:
            try:
                DataLock(tmp_path, "child").acquire()
            except Locked:
                os._exit(4)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 4


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="不可写"):
        DataLock(tmp_path / "file" / "data").acquire()
