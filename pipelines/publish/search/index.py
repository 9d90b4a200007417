"""The full-text index `replies_fts` over titles, texts and attachments.

Built at publish, and judged later by what was noted when it was built.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.publish.search.words import index_text

# The columns have names of their own, so that `title` and `body` in a join mean those of `replies`.
_CREATE = (
    "create virtual table replies_fts using fts5(title_words, body_words, attachment_words, content='', "
    "tokenize='unicode61 remove_diacritics 0')"
)
_HASH_SIZE = 64 * 1024 * 1024
"""Bytes that FTS5 gathers before it writes a segment; its default of 1 MB makes a bulk build several times slower."""


def build(conn: sqlite3.Connection) -> int:
    """Make the index anew and note its state; returns the number of replies. The caller owns the transaction."""
    conn.execute("drop table if exists replies_fts")
    conn.execute(_CREATE)
    conn.execute("insert into replies_fts(replies_fts, rank) values ('hashsize', ?)", (_HASH_SIZE,))
    conn.executemany(
        "insert into replies_fts(rowid, title_words, body_words, attachment_words) values (?, ?, ?, ?)",
        (
            (number, index_text(title), index_text(body), index_text("\n".join(files)))
            for number, title, body, *files in _texts(conn)
        ),
    )
    conn.execute("insert into replies_fts(replies_fts) values ('optimize')")
    # The setting is kept in the file; back to the default, so that a reader's connection is not concerned.
    conn.execute("insert into replies_fts(replies_fts, rank) values ('hashsize', 1048576)")
    # FTS5 holds totals and its last words back until the commit or a savepoint; the digest is of what will be there.
    conn.execute("savepoint index_written")
    conn.execute("release index_written")
    state = {"text": _text_digest(conn), "index": _index_digest(conn)}
    conn.execute("delete from index_state")
    conn.executemany("insert into index_state(key, value) values (?, ?)", sorted(state.items()))
    return int(conn.execute("select count(*) from replies").fetchone()[0])


def problems(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with the index, in Chinese; empty when search answers as LIKE would. Reads only."""
    tables = {row[0] for row in conn.execute("select name from sqlite_master where type = 'table'")}
    if not {"replies_fts", "index_state"} <= tables:
        return ["没有检索索引"]
    state = dict(conn.execute("select key, value from index_state"))
    found = []
    try:
        if state.get("text") != _text_digest(conn):
            found.append("检索索引已过时：答复的标题、正文或附件的文字在建索引之后改过")
        if state.get("index") != _index_digest(conn):
            found.append("检索索引已损坏：内容不是发布时的样子")
    except sqlite3.DatabaseError as error:
        found.append(f"检索索引读不出来：{error}")
    return found


def _text_digest(conn: sqlite3.Connection) -> str:
    """SHA-256 of all that the index was made from, in order of `search_id`."""
    return _digest(_texts(conn))


def _texts(conn: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """(search_id, title, body, text of each file that has one…) in order of `search_id`."""
    for reply_id, *row in conn.execute(
        "select id, search_id, title, body_text from replies order by search_id"
    ):
        files = conn.execute(
            "select text from attachments where reply_id = ? and text is not null order by position",
            (reply_id,),
        )
        yield (*row, *(text for (text,) in files))


def _index_digest(conn: sqlite3.Connection) -> str:
    """SHA-256 of the tables in which FTS5 keeps the index; its configuration (`_config`) is left out."""
    digest = hashlib.sha256()
    for sql in (
        "select id, block from replies_fts_data order by id",
        "select segid, term, pgno from replies_fts_idx order by segid, term",
        "select id, sz from replies_fts_docsize order by id",
    ):
        digest.update(_digest(conn.execute(sql)).encode())
    return digest.hexdigest()


def _digest(rows: Iterable[tuple[object, ...]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        for value in row:
            raw = value if isinstance(value, bytes) else str(value).encode() if value is not None else b""
            digest.update(b"%d:" % (-1 if value is None else len(raw)))
            digest.update(raw)
    return digest.hexdigest()
