"""The tables of the archive, and opening the file so that what is wrong with it can be told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from pipelines import storage
from pipelines.archive.records import ArchiveDamaged
from pipelines.errors import DataUnreadable

VERSION = 1
MIGRATIONS: Mapping[int, tuple[str, ...]] = {}
"""Version → statements that make the next version of it. Each version that was ever released has a way here, and a
frozen file of it in the tests; everything else (staging, corpus) is made anew from the archive."""
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

REQUESTS = "CREATE TABLE IF NOT EXISTS requests (id INTEGER PRIMARY KEY, headers TEXT NOT NULL UNIQUE)"
"""What was sent: nearly always the same, so that it is kept once; came after the others too."""

PAGE_SIZE = 1024
"""Bytes, of a new file. A compressed page of some 5 KB leaves much of a large database page empty: of 1,500 pages of real
prose the file took 6.3 KB each at 1024 and 6.5 at 2048, in the same time; at 8192 it was 1.4 times that."""


def open_writer(path: Path) -> sqlite3.Connection:
    """The archive for writing, made when it is absent.

    synchronous=FULL: what is committed survives a power cut, not only a kill; for answers that come in a burst see
    `bursts`.
    Raises ArchiveDamaged, DataUnreadable.
    """
    with explained(path):
        connection = sqlite3.connect(path, timeout=storage.BUSY_SECONDS, isolation_level=None)
        try:
            # Looked at before anything is set: a file of another program stays as it is.
            version = _version(connection, path)
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if version == 0:
                with transaction(connection):
                    for statement in TABLES:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.execute(f"PRAGMA user_version = {VERSION}")
            _migrate(connection, version or VERSION)
            connection.execute(NOTES)
            connection.execute(REQUESTS)
        except BaseException:
            connection.close()
            raise
        return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """The archive for reading, also while a crawl writes. Raises ArchiveDamaged, DataUnreadable."""
    if not path.is_file():
        raise DataUnreadable(f"没有归档 {path}；请先运行 hubei-replies crawl，或用 --data 指定数据目录")
    with explained(path):
        connection = sqlite3.connect(
            storage.openable_readonly(path), uri=True, timeout=storage.BUSY_SECONDS, isolation_level=None
        )
        try:
            version = _version(connection, path)
            if version == 0:
                raise ArchiveDamaged(path, "是空的", "请先运行 hubei-replies crawl")
            if version < VERSION:
                raise DataUnreadable(
                    f"归档 {path} 是第 {version} 版格式，本程序用第 {VERSION} 版；请先备份（hubei-replies backup），"
                    "再运行 hubei-replies rebuild 升级"
                )
        except BaseException:
            connection.close()
            raise
        return connection


def version_of(path: Path) -> int:
    """Version of an archive, 0 where nothing has been made yet. Raises as a reader does."""
    if not path.is_file():
        return 0
    with explained(path), closing(sqlite3.connect(storage.openable_readonly(path), uri=True)) as connection:
        return _version(connection, path)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Version of the file, 0 when nothing has been made in it yet; refuses other programs' files and later versions."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if version == application == 0:
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
            return 0
        raise ArchiveDamaged(path, "是别的程序的数据库", "请用 --data 指定另一个目录，或把它移走")
    if application != APPLICATION_ID or version < 1:
        raise ArchiveDamaged(path, "是别的程序的数据库", "请用 --data 指定另一个目录，或把它移走")
    if version > VERSION:
        raise DataUnreadable(
            f"归档 {path} 是第 {version} 版格式，本程序只认到第 {VERSION} 版；请升级 hubei-replies，文件没有动"
        )
    return version


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    """Step by step to the present version; each step is there or is not, so that a kill costs nothing."""
    for earlier in range(version, VERSION):
        with transaction(connection):
            for statement in MIGRATIONS[earlier]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {earlier + 1}")


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
        with storage.explained(path, "归档"):
            yield
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            not_ours = primary_code(error) == sqlite3.SQLITE_NOTADB
            raise ArchiveDamaged(path, "不是数据库文件" if not_ours else "已损坏") from error
        raise


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is not what SQLite wrote."""
    return primary_code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def primary_code(error: sqlite3.Error) -> int:
    """The low byte is the primary result code: https://www.sqlite.org/rescode.html"""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
