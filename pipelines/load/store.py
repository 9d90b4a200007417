"""The file `staging.db`: opened for writing or for reading, under the present version of the rules only."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipelines import storage
from pipelines.errors import DataUnreadable, HubeiRepliesError
from pipelines.load.fingerprint import fingerprint
from pipelines.load.tables import TABLES
from pipelines.review import validate
from pipelines.schema.tables import create_tables


class StagingStale(HubeiRepliesError):
    """Staging was made under other rules; it must be rebuilt from the archive before anything is added."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"{path} 是按另一版规则（代码或 data/）做的；请运行 hubei-replies rebuild 从归档重建。"
        )


def open_staging(path: Path, readonly: bool = False) -> sqlite3.Connection:
    """A connection with foreign keys on and explicit transactions; makes the file when it is to be written.

    Raises StagingStale when the file was made under other rules, DataUnreadable when it is absent (for reading), damaged
    or no staging database, StorageFailed, Locked, ReviewError when the reviewed decisions about single replies are wrong.
    """
    validate()
    if readonly and not path.is_file():
        raise DataUnreadable(
            f"没有 {path}；请先运行 hubei-replies crawl 采集，或 hubei-replies rebuild 从归档重建。"
        )
    try:
        with storage.explained(path, "中间库"):
            return _open(path, readonly)
    except sqlite3.DatabaseError as error:
        raise DataUnreadable(
            f"{path} 读不了（{error}）。它可以从归档重做：删去这个文件，再运行 hubei-replies rebuild。"
        ) from error


def _open(path: Path, readonly: bool) -> sqlite3.Connection:
    if readonly:
        uri = storage.openable_readonly(path)
        conn = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=storage.BUSY_SECONDS)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        conn = sqlite3.connect(path, isolation_level=None, timeout=storage.BUSY_SECONDS)
    try:
        if not readonly:
            # A committed batch must outlive a power cut: the run that made it may never be walked again.
            conn.execute("pragma journal_mode = wal")
            conn.execute("pragma synchronous = full")
        conn.execute("pragma foreign_keys = on")
        _check_version(conn, path, readonly)
    except BaseException:
        conn.close()
        raise
    return conn


def _check_version(conn: sqlite3.Connection, path: Path, readonly: bool) -> None:
    known = {row[0] for row in conn.execute("select name from sqlite_master where type = 'table'")}
    if not known:
        if readonly:  # killed as it was being made
            raise StagingStale(path)
        conn.execute("begin immediate")
        try:
            create_tables(conn, TABLES)
            conn.execute("insert into state(key, value) values ('fingerprint', ?)", (fingerprint(),))
        except BaseException:
            conn.execute("rollback")
            raise
        conn.execute("commit")
        return
    if "state" not in known:
        raise sqlite3.DatabaseError("不是本项目的中间库")
    row = conn.execute("select value from state where key = 'fingerprint'").fetchone()
    if row is None or row[0] != fingerprint():
        raise StagingStale(path)
