"""Killed at any instant, the archive opens and everything that it said it kept is there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from pipelines.archive import Archive
from tests.pipelines.archive.made import page

WRITER = """
import sys
from pathlib import Path
from pipelines.archive import Archive
from tests.pipelines.archive.made import fetch, page

archive = Archive(Path(sys.argv[1]))
run = archive.begin_run("{}", {}, "0.1")
number = len(list(archive.fetches(run.id)))
while True:
    archive.record(fetch(run.id, number), page(number))
    print(number, flush=True)
    number += 1
    if number % 40 == 0:
        archive.maintain()
"""


def killed_after(path: Path, seconds: float) -> list[int]:
    """Numbers that a writer said it had kept before SIGKILL, `seconds` after it began."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert process.stdout is not None
    said = [int(process.stdout.readline())]
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    # A last line may have been cut short.
    said += [int(line) for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return said


def test_what_was_said_to_be_kept_is_there(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    rng = random.Random()
    for _ in range(8):
        said = killed_after(path, rng.uniform(0, 0.25))
        with Archive(path) as archive:
            (run,) = archive.runs()
            assert run.ended_at is None
            stored = list(archive.fetches())
            # Every run of the writer went on where the last was killed; none of its pages came twice.
            assert [item.url.rpartition("_")[2] for item in stored] == [
                f"{number}.shtml" for number in range(len(stored))
            ]
            assert len(stored) in {said[-1] + 1, said[-1] + 2}
            assert list(archive.damaged()) == []
            sample = rng.sample(range(len(stored)), min(20, len(stored)))
            assert [archive.body(stored[number].sha256 or "") for number in sample] == [
                page(number) for number in sample
            ]


def test_a_reader_sees_what_a_killed_writer_left(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    said = killed_after(path, 0.05)
    assert path.with_name("archive.db-wal").exists()
    with Archive(path, readonly=True) as archive:
        assert len(list(archive.fetches())) >= len(said)
        assert list(archive.damaged()) == []
