"""The search index and the lines made by another process: the same files, and made here where that process is stopped."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.helper import Helper
from pipelines.publish import build
from pipelines.publish.build import publish
from pipelines.publish.exports.write import FOLDER, LINES, Ahead
from pipelines.publish.search import Search, count, problems, side


@pytest.fixture
def data(demo_data: Path, tmp_path: Path) -> Path:
    for name in ("archive.db", "staging.db"):
        shutil.copy(demo_data / name, tmp_path / name)
    return tmp_path


def _published(data: Path, apart: bool) -> str:
    with Archive(data / "archive.db", readonly=True) as archive:
        name = publish(data, archive, apart=apart).snapshot
    assert list(data.glob(".corpus*")) == [], "nothing is left beside it"
    return name


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[BaseProcess]:
    """The processes that were started; a small corpus is worth one."""
    started: list[BaseProcess] = []
    begin = side.Side.begin

    def watched(self: side.Side, rows: Iterable[tuple[Any, ...]]) -> None:
        begin(self, rows)
        if self._helper._process is not None:
            started.append(self._helper._process)

    monkeypatch.setattr(build, "WORTH", 1)
    monkeypatch.setattr(side.Side, "begin", watched)
    return started


def test_the_file_is_the_same_byte_by_byte(
    data: Path, processes: list[BaseProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = _published(data, apart=False)
    assert processes == []
    # Were the index made here, the other process would have done nothing.
    monkeypatch.setattr(side.Side, "_make", None)
    assert _published(data, apart=True) == alone
    assert [one.is_alive() for one in processes] == [False]
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        assert problems(conn) == []
        assert count(conn, Search("答复")) > 10
        assert conn.execute("select count(*) from attachments where text is not null").fetchone()[0]
        conn.execute("insert into replies_fts(replies_fts) values ('integrity-check')")


def test_where_the_other_process_is_killed_the_index_is_made_here(
    data: Path, processes: list[BaseProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, make = side.Side.begin, side.Side._make
    left: list[list[str]] = []

    def killed(self: side.Side, rows: Iterable[tuple[Any, ...]]) -> None:
        def handed() -> Iterator[tuple[Any, ...]]:
            process = self._helper._process
            assert process is not None
            process.kill()
            process.join()
            yield from rows

        begin(self, handed())

    def made(self: side.Side, conn: sqlite3.Connection) -> str:
        digest = make(self, conn)
        left.append(sorted(path.name for path in data.glob(f"{self._path.name}*") if path != self._path))
        return digest

    monkeypatch.setattr(side.Side, "begin", killed)
    monkeypatch.setattr(side.Side, "_make", made)
    _published(data, apart=True)
    assert [one.exitcode for one in processes] == [-signal.SIGKILL]
    assert left == [[]], "made here, and the texts handed over to nobody are gone"
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        assert problems(conn) == []


def _lines(data: Path, snapshot: str) -> bytes:
    """Of a snapshot, which is gone afterwards: else the next publication finds that it is there, and makes none."""
    lines = (data / "snapshots" / snapshot / FOLDER / LINES).read_bytes()
    shutil.rmtree(data / "snapshots")
    (data / "corpus.db").unlink()
    return lines


def test_the_lines_are_the_same_whoever_makes_them(
    data: Path, processes: list[BaseProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = _lines(data, _published(data, apart=False))
    begin, take, ended = Ahead.__init__, Ahead.take, Helper.ended

    def half_made(self: Ahead, corpus: Path, helper: Helper) -> None:
        begin(self, corpus, Helper(False))
        self._path.write_bytes(b"half")
        self._helper, self._piece = helper, helper.begin(time.sleep, 600)

    def killed(self: Ahead, path: Path) -> int:
        processes[-1].kill()
        processes[-1].join()
        return take(self, path)

    with monkeypatch.context() as patch:
        patch.setattr(Ahead, "__init__", half_made)
        patch.setattr(Ahead, "take", killed)
        assert _lines(data, _published(data, apart=True)) == alone
    assert processes[-1].exitcode == -signal.SIGKILL

    def elsewhere(self: Helper, piece: int | None, _here: object) -> Any:
        return ended(self, piece, lambda: pytest.fail("made here"))

    monkeypatch.setattr(Helper, "ended", elsewhere)
    assert _lines(data, _published(data, apart=True)) == alone
