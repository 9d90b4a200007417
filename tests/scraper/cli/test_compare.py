"""`rebuild --compare`: what a rule changes, before it is published."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import said


@pytest.fixture
def data(tmp_path: Path, demo_data: Path) -> Path:
    """A copy of the demonstration's archive and staging."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("archive.db", "staging.db"):
        shutil.copy(demo_data / name, folder / name)
    return folder


def change(data: Path, sql: str) -> None:
    """As rules of before would have read it."""
    with closing(sqlite3.connect(data / "staging.db")) as conn, conn:
        conn.execute("pragma foreign_keys = off")
        conn.executescript(sql)


def test_nothing_changes_under_the_same_rules(data: Path) -> None:
    def files() -> dict[str, bytes]:
        # The companions that SQLite keeps beside a file that is being read hold nothing of ours.
        found = [
            path for path in data.iterdir() if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        ]
        return {path.name: path.read_bytes() for path in found}

    before = files()
    done = said("rebuild", "--compare", "--data", data)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout[:2000] + done.stderr
    assert done.stderr.endswith("没有值会改变。\n")
    assert files() == before


def test_changes_are_counted_by_field_and_shown(data: Path) -> None:
    change(
        data,
        "update state set value = 'rules of before';"
        "update replies set signatory = '旧读法[1]' where address in"
        " (select address from replies where signatory is not null order by address limit 3);"
        "update replies set grade = null where grade is not null;"
        "update replies set quoted_subject = '多读的' where address ="
        " (select min(address) from replies where quoted_subject is null);"
        "delete from reply_references where address = (select min(address) from reply_references);"
        "alter table replies drop column salutation;",
    )
    done = said("rebuild", "--compare", "--data", data)
    assert done.returncode == 1, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    signatories = [line for line in lines if line["field"] == "signatory"]
    assert [line["old"] for line in signatories] == ["旧读法[1]"] * 3
    assert {line["field"] for line in lines} == {"signatory", "grade", "quoted_subject", "reply_references"}
    shown = {row.split()[0]: row.split()[1:4] for row in done.stderr.splitlines() if row.split()}
    assert shown["signatory"] == ["0", "3", "0"]
    assert shown["quoted_subject"] == ["0", "0", "1"]
    assert shown["reply_references"] == ["1", "0", "0"]
    assert int(shown["grade"][0]) > 0
    assert "旧读法[1] → " in done.stderr
    assert done.stderr.endswith(f"{len(lines)} 个值会改变。\n")


def test_a_reply_that_comes_or_goes_is_one_change(data: Path) -> None:
    change(
        data,
        "delete from issues where address in (select address from replies order by address limit 1);"
        "delete from replies where address in (select address from replies order by address limit 1)",
    )
    done = said("rebuild", "--compare", "--data", data)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["field"] for line in lines if line["field"] != "issues"] == ["reply"]
    assert lines[0]["old"] is None
    assert "答复" in lines[0]["new"]


def test_without_staging_there_is_nothing_to_compare(data: Path) -> None:
    (data / "staging.db").write_bytes(b"no database" * 999)
    assert said("rebuild", "--compare", "--data", data).returncode == 3
    (data / "staging.db").unlink()
    done = said("rebuild", "--compare", "--data", data)
    assert done.returncode == 3
    assert "无从比较" in done.stderr
