"""When an answer waits for the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines import storage
from pipelines.archive import Archive, bursts
from tests.pipelines.archive.made import fetch


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were brought to the disk by hand."""
    names: list[str] = []
    sync = storage.sync

    def noted(path: Path) -> None:
        names.append(path.name)
        sync(path)

    monkeypatch.setattr(storage, "sync", noted)
    return names


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds."""
    now = [1000.0]
    monkeypatch.setattr("pipelines.archive.bursts.monotonic", lambda: now[0])
    return now


def test_an_answer_by_itself_has_waited(tmp_path: Path, synced: list[str], clock: list[float]) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        run = archive.begin_run("{}", {}, "1").id
        for number in range(3):
            archive.record(fetch(run, number), b"x")
            clock[0] += bursts.SECONDS
        archive.settle()
    assert synced == []  # SQLite did it


def test_a_burst_waits_once_and_leaves_the_connection_as_it_was(
    tmp_path: Path, synced: list[str], clock: list[float]
) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        run = archive.begin_run("{}", {}, "1").id
        levels: list[int] = []
        put = archive._bodies.put

        def noted(body: bytes, template: str | None) -> int:
            levels.append(archive._connection.execute("pragma synchronous").fetchone()[0])
            return put(body, template)

        archive._bodies.put = noted  # type: ignore[method-assign]
        for number in range(3):
            archive.record(fetch(run, number), b"x%d" % number)
        assert levels == [2, 1, 1]
        assert archive._connection.execute("pragma synchronous").fetchone() == (2,)
        archive.settle()
        archive.settle()
        assert synced == ["archive.db-wal"]
        archive.record(fetch(run, 9), b"y")
    assert synced == ["archive.db-wal"] * 2


def test_a_kill_in_a_burst_takes_nothing(tmp_path: Path, clock: list[float]) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        run = archive.begin_run("{}", {}, "1").id
        for number in range(5):
            archive.record(fetch(run, number), b"x%d" % number)
        # What a process leaves that is killed here: the files as the system has them.
        left = tmp_path / "left"
        left.mkdir()
        for name in ("archive.db", "archive.db-wal"):
            shutil.copy(tmp_path / name, left / name)
    with Archive(left / "archive.db") as archive:
        assert [archive.body(one.sha256 or "") for one in archive.fetches()] == [b"x%d" % n for n in range(5)]
