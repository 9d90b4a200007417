"""The published file: told from other files by its tables, and opened for reading only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.errors import DataUnreadable

CORPUS = "corpus.db"
TABLES = frozenset({"replies", "reply_html", "reply_urls", "proposals", "field_sources", "replies_fts"})
"""All of these together are in a corpus and hardly in any other file."""

QUICK_CHECK_BYTES = 64 * 1024 * 1024
"""Up to this size the whole file is looked through before it is used; above it only what opening shows."""


def is_corpus(conn: sqlite3.Connection) -> bool:
    """Whether the main database of a connection is a corpus; False for a file that SQLite cannot read."""
    try:
        rows = conn.execute("select name from sqlite_master where type = 'table'").fetchall()
    except sqlite3.Error:
        return False
    return {row[0] for row in rows} >= TABLES


def open_corpus(data_dir: Path) -> sqlite3.Connection:
    """A connection that only reads. Raises DataUnreadable as `readable_corpus` does."""
    return _readonly(readable_corpus(data_dir))


def readable_corpus(data_dir: Path) -> Path:
    """The corpus file of a data folder, known to open and to be ours.

    Raises DataUnreadable naming the file and what to do when it is missing, damaged or something else.
    """
    return readable(data_dir / CORPUS)


def readable(path: Path) -> Path:
    """The same for a file of any name, a snapshot's for example."""
    if not path.is_file():
        raise DataUnreadable(
            f"没有语料库文件 {path}。先运行 hubei-replies crawl 采集，或运行 hubei-replies publish 从已有数据发布；"
            "想先看看样子可以运行 hubei-replies demo。"
        )
    remedy = "请运行 hubei-replies rebuild 从归档重建，或运行 hubei-replies publish 重新发布。"
    try:
        with closing(_readonly(path)) as conn:
            conn.execute("select count(*) from sqlite_master").fetchone()
            if not is_corpus(conn):
                present = {row[0] for row in conn.execute("select name from sqlite_master")}
                absent = "、".join(sorted(TABLES - present))
                raise DataUnreadable(f"{path} 不是本项目的语料库（缺少 {absent}）。{remedy}")
            if path.stat().st_size <= QUICK_CHECK_BYTES:
                verdict = conn.execute("pragma quick_check(1)").fetchone()[0]
                if verdict != "ok":
                    raise DataUnreadable(f"语料库文件 {path} 已损坏（{verdict}）。{remedy}")
    except sqlite3.Error as error:
        raise DataUnreadable(f"语料库文件 {path} 无法读取（{error}）。{remedy}") from error
    return path


def _readonly(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
