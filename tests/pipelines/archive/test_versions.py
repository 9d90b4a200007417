"""Archives of every released version are brought up to date; later ones are refused untouched."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from pipelines.archive import Archive, schema, version_of
from pipelines.errors import DataUnreadable
from tests.conftest import said

VERSION_1 = """
PRAGMA page_size = 2048;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
CREATE TABLE runs (id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT,
  declarations TEXT NOT NULL, arguments TEXT NOT NULL, code TEXT NOT NULL, CHECK ((ended_at IS NULL) = (outcome IS NULL)));
CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, template TEXT NOT NULL, created_at TEXT NOT NULL,
  last_body INTEGER NOT NULL, sha256 BLOB NOT NULL CHECK (length(sha256) = 32), size INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX dictionaries_template ON dictionaries (template);
CREATE TABLE bodies (id INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  size INTEGER NOT NULL, template TEXT, dictionary INTEGER REFERENCES dictionaries (id), data BLOB NOT NULL);
CREATE INDEX bodies_template ON bodies (template, dictionary);
CREATE TABLE fetches (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL REFERENCES runs (id),
  url TEXT NOT NULL, fetched_at TEXT NOT NULL, status INTEGER NOT NULL, outcome TEXT NOT NULL, role TEXT NOT NULL,
  site TEXT, column_url TEXT, body INTEGER REFERENCES bodies (id), headers TEXT NOT NULL, context TEXT NOT NULL,
  part_of TEXT, error TEXT);
CREATE INDEX fetches_run ON fetches (run_id);
CREATE INDEX fetches_url ON fetches (url);
CREATE INDEX fetches_part_of ON fetches (part_of) WHERE part_of IS NOT NULL;
PRAGMA application_id = 1212301650;
PRAGMA user_version = 1;
"""
"""Frozen: what the first release wrote. Never to be changed with the code."""
DECLARATIONS_1 = (
    '{"kjt":{"agency":null,"columns":[{"holds":"mixed","may_be_empty":false,"url":"http://www.kjt.invalid/jytabl/",'
    '"year":null}],"delay":0.0,"family":"trs","hosts":["www.kjt.invalid"],"key":"kjt","name":"某厅","place":"420000"}}'
)
URL = "http://www.kjt.invalid/jytabl/202409/t20240902_001.shtml"
BODY = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>关于省政协十三届二次会议第20240001号提案的答复</title></head>'
    "<body><h1>关于省政协十三届二次会议第20240001号提案的答复</h1><div class='view TRS_UEDITOR'>"
    "<p>您提出的提案收悉。经研究，现答复如下：</p><p>我厅会同有关部门开展了调研，形成了工作方案，明确了责任分工。</p>"
    "<p>湖北省某某厅</p><p>2024年7月23日</p></div></body></html>"
).encode()


def version_1(path: Path) -> None:
    """An archive as the first release left it: one run, one page with a dictionary, one without."""
    template = b"<html><head><title>" * 50
    dictionary = zstandard.ZstdCompressionDict(template, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.executescript(VERSION_1)
        conn.execute(
            "INSERT INTO runs VALUES (1, '2026-01-01T02:00:00+08:00', '2026-01-01T03:00:00+08:00', 'ok', ?, '{}', '0.1.0')",
            (DECLARATIONS_1,),
        )
        conn.execute(
            "INSERT INTO dictionaries VALUES (1, 'kjt/detail', '2026-01-01T02:30:00+08:00', 0, ?, ?, ?)",
            (hashlib.sha256(template).digest(), len(template), zstandard.ZstdCompressor().compress(template)),
        )
        for number, (body, made) in enumerate(
            ((BODY, zstandard.ZstdCompressor(dict_data=dictionary)), (b"", zstandard.ZstdCompressor())),
            start=1,
        ):
            conn.execute(
                "INSERT INTO bodies VALUES (?, ?, ?, 'kjt/detail', ?, ?)",
                (
                    number,
                    hashlib.sha256(body).digest(),
                    len(body),
                    1 if number == 1 else None,
                    made.compress(body),
                ),
            )
        conn.execute(
            "INSERT INTO fetches VALUES (1, 1, ?, '2026-01-01T02:10:00+08:00', 200, 'ok', 'detail', 'kjt',"
            ' \'http://www.kjt.invalid/jytabl/\', 1, \'[["content-type", "text/html"]]\', \'{"row_date": "2024-09-02"}\', NULL, NULL)',
            (URL,),
        )


def raised(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA user_version = 99")


def test_a_later_version_is_refused_by_every_command_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    version_1(path)
    raised(path)
    before = path.read_bytes()
    for arguments in (
        ["rebuild"],
        ["status"],
        ["crawl", "--contact", "t@example.org"],
        ["backup", tmp_path / "b.db"],
    ):
        done = said(*arguments, "--data", tmp_path)
        assert done.returncode == 3, done.stdout + done.stderr
        assert "第 99 版格式" in done.stderr
        assert "请升级" in done.stderr
    assert path.read_bytes() == before
    assert not (tmp_path / "b.db").exists()


def test_an_archive_of_the_first_release_gives_its_corpus(tmp_path: Path) -> None:
    version_1(tmp_path / "archive.db")
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        assert archive.body(hashlib.sha256(BODY).hexdigest()) == BODY
        assert archive.notes() == []
        assert archive.verify().ok
    done = said("rebuild", "--data", tmp_path)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        assert conn.execute("select signed_on from replies").fetchall() == [("2024-07-23",)]
        assert conn.execute("select key, health from sites").fetchall() == [("kjt", "failed")]
    with Archive(tmp_path / "archive.db") as archive:
        assert archive.begin_run("{}", {}, "0.2").id == 2


@pytest.fixture
def third(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of a release to come, two versions on."""
    monkeypatch.setattr(schema, "VERSION", 3)
    monkeypatch.setattr(
        schema,
        "MIGRATIONS",
        {
            1: ("ALTER TABLE fetches ADD COLUMN etag TEXT",),
            2: ("CREATE TABLE moves (old TEXT, new TEXT)", "INSERT INTO moves SELECT url, url FROM fetches"),
        },
    )


@pytest.mark.usefixtures("third")
def test_each_step_is_taken_once_and_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    version_1(path)
    with pytest.raises(DataUnreadable, match=r"第 1 版格式，本程序用第 3 版；请先备份.*rebuild 升级"):
        Archive(path, readonly=True)
    for _ in range(2):
        with Archive(path) as archive:
            assert archive.body(hashlib.sha256(BODY).hexdigest()) == BODY
            assert archive.verify().ok
    assert version_of(path) == 3
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("SELECT url, etag FROM fetches").fetchall() == [(URL, None)]
        assert conn.execute("SELECT count(*) FROM moves").fetchone() == (1,)


def test_a_step_that_fails_leaves_the_version_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    version_1(path)
    monkeypatch.setattr(schema, "VERSION", 3)
    broken = ("CREATE TABLE moves (old TEXT)", "INSERT INTO nowhere VALUES (1)")
    monkeypatch.setattr(schema, "MIGRATIONS", {1: ("CREATE TABLE marks (a)",), 2: broken})
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Archive(path)
    assert version_of(path) == 2
    with closing(sqlite3.connect(path)) as conn:
        names = {row[0] for row in conn.execute("SELECT name FROM sqlite_schema")}
    assert "marks" in names
    assert "moves" not in names


def test_every_version_has_a_way_to_the_present_one() -> None:
    assert sorted(schema.MIGRATIONS) == list(range(1, schema.VERSION))
