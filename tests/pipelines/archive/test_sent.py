"""Headers of requests: kept once, and never by an id that a failed write took back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipelines.archive import Archive, Fetch

AGENT = (("user-agent", "测试"), ("accept", "*/*"))


def fetch(run: int, url: str, sent: tuple[tuple[str, str], ...] = AGENT) -> Fetch:
    return Fetch(
        run, url, "2026-11-24T10:00:00+08:00", 200, (), "ok", "detail", context={"index": 1}, sent=sent
    )


def test_a_write_that_failed_leaves_no_id_behind(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        run = archive.begin_run("{}", {}, "test").id
        with pytest.raises(sqlite3.IntegrityError):
            archive.record(fetch(99, "http://a/"), b"x")
        archive.record(fetch(run, "http://a/"), b"x")
        (found,) = archive.fetches()
        assert archive.sent(found) == AGENT
        assert dict(found.context) == {"index": 1}


def test_equal_headers_are_kept_once_and_none_are_none(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        run = archive.begin_run("{}", {}, "test").id
        for number in range(3):
            archive.record(fetch(run, f"http://a/{number}"), b"x")
        archive.record(fetch(run, "http://b/", ()), b"x")
        archive.record(fetch(run, "http://c/", (*AGENT, ("if-none-match", '"1"'))), b"x")
        sent = [archive.sent(stored) for stored in archive.fetches()]
    assert sent == [AGENT, AGENT, AGENT, (), (*AGENT, ("if-none-match", '"1"'))]
    with sqlite3.connect(tmp_path / "archive.db") as conn:
        assert conn.execute("select count(*) from requests").fetchone() == (2,)
