"""The tables of the archive, and opening the file so that what is wrong with it can be told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.archive.records import ArchiveDamaged
from pipelines.errors import DataUnreadable, Locked

VERSION = 1
APPLICATION_ID = 0x48_42_41_52
"""`HBAR`: tells our archive from any other SQLite file."""

TABLES = (
    """CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      started_at TEXT NOT NULL,
      ended_at TEXT,
      outcome TEXT,
      declarations TEXT NOT NULL,
      arguments TEXT NOT NULL,
      code TEXT NOT NULL,
      CHECK ((ended_at IS NULL) = (outcome IS NULL))
    )""",
    """CREATE TABLE dictionaries (
      id INTEGER PRIMARY KEY,
      template TEXT NOT NULL,
      created_at TEXT NOT NULL,
      last_body INTEGER NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      size INTEGER NOT NULL,
      data BLOB NOT NULL
    )""",
    "CREATE INDEX dictionaries_template ON dictionaries (template)",
    """CREATE TABLE bodies (
      id INTEGER PRIMARY KEY,
      sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
      size INTEGER NOT NULL,
      template TEXT,
      dictionary INTEGER REFERENCES dictionaries (id),
      data BLOB NOT NULL
    )""",
    "CREATE INDEX bodies_template ON bodies (template, dictionary)",
    """CREATE TABLE fetches (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      run_id INTEGER NOT NULL REFERENCES runs (id),
      url TEXT NOT NULL,
      fetched_at TEXT NOT NULL,
      status INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      role TEXT NOT NULL,
      site TEXT,
      column_url TEXT,
      body INTEGER REFERENCES bodies (id),
      headers TEXT NOT NULL,
      context TEXT NOT NULL,
      part_of TEXT,
      error TEXT
    )""",
    "CREATE INDEX fetches_run ON fetches (run_id)",
    "CREATE INDEX fetches_url ON fetches (url)",
    "CREATE INDEX fetches_part_of ON fetches (part_of) WHERE part_of IS NOT NULL",
)
"""`bodies.data` and `dictionaries.data` are zstd frames; a body names the dictionary that its frame needs.
`part_of` repeats the context's key for the index."""

NOTES = """CREATE TABLE IF NOT EXISTS notes (
      id INTEGER PRIMARY KEY,
      run_id INTEGER NOT NULL REFERENCES runs (id),
      site TEXT NOT NULL,
      url TEXT NOT NULL,
      code TEXT NOT NULL,
      severity TEXT NOT NULL,
      message TEXT NOT NULL,
      UNIQUE (run_id, site, url, code, message)
    )"""
"""Came after the others and is added to a file that lacks it; a reader takes its absence for no notes."""

PAGE_SIZE = 2048
"""Bytes. A compressed page of some 5 KB leaves most of a large database page empty: at 8192 the file was 1.4 times this."""
BUSY_SECONDS = 30.0


def open_writer(path: Path) -> sqlite3.Connection:
    """The archive for writing, made when it is absent.

    synchronous=FULL: a committed record survives a power cut, not only a kill.
    Raises ArchiveDamaged, DataUnreadable.
    """
    with explained(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            # Looked at before anything is set: a file of another program stays as it is.
            new = _is_new(connection, path)
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if new:
                with transaction(connection):
                    for statement in TABLES:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute(NOTES)
        except BaseException:
            connection.close()
            raise
        return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """The archive for reading, also while a crawl writes. Raises ArchiveDamaged, DataUnreadable."""
    if not path.is_file():
        raise DataUnreadable(f"没有归档 {path}；请先运行 hubei-replies crawl，或用 --data 指定数据目录")
    with explained(path):
        uri = path.resolve().as_uri()
        connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            if _is_new(connection, path):
                raise ArchiveDamaged(path, "是空的", "请先运行 hubei-replies crawl")
        except BaseException:
            connection.close()
            raise
        return connection


def _is_new(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether nothing has been made in the file yet; refuses other programs' files and later versions."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if version == application == 0:
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
            return True
        raise ArchiveDamaged(path, "是别的程序的数据库", "请用 --data 指定另一个目录，或把它移走")
    if application != APPLICATION_ID:
        raise ArchiveDamaged(path, "是别的程序的数据库", "请用 --data 指定另一个目录，或把它移走")
    if version != VERSION:
        raise DataUnreadable(
            f"归档 {path} 是第 {version} 版格式，本程序只认第 {VERSION} 版；请升级 hubei-replies"
        )
    return False


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; takes the write lock at once, so that it cannot fail half-way for another writer."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of SQLite as messages that name the file and what to do; programming errors pass as they are."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # The low byte is the primary result code: https://www.sqlite.org/rescode.html
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            what = "不是数据库文件" if code == sqlite3.SQLITE_NOTADB else "已损坏"
            raise ArchiveDamaged(path, what) from error
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise Locked(f"归档 {path} 被另一个程序锁住超过 {BUSY_SECONDS:g} 秒；请等它结束后再试") from error
        advice = {
            sqlite3.SQLITE_FULL: "磁盘已满；请腾出空间后再运行，已归档的内容不受影响",
            sqlite3.SQLITE_IOERR: "读写出错；请检查磁盘",
            sqlite3.SQLITE_READONLY: "不可写；请检查文件和目录的权限",
            sqlite3.SQLITE_CANTOPEN: "打不开；请检查文件和目录的权限",
        }.get(code)
        if advice is None:
            raise
        raise DataUnreadable(f"归档 {path} {advice}") from error
