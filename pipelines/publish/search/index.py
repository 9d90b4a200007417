"""The full-text index `replies_fts` over titles, texts and attachments.

Built at publish, and judged later by what was noted when it was built.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from pipelines.publish.search.pairs import index_text

Row = TypeVar("Row", bound=tuple[Any, ...])

# The columns have names of their own, so that `title` and `body` in a join mean those of `replies`. The text comes first:
# FTS5 writes two bytes for the column with every word of a reply unless it is the first one, a quarter of the index. Words
# arrive folded, so the tokenizer that knows no Unicode cuts them as well as the other, in less time.
_CREATE = (
    "create virtual table replies_fts using fts5(body_words, title_words, attachment_words, content='', "
    "tokenize='ascii')"
)
_BULK = {"hashsize": 256 * 1024 * 1024, "automerge": 0, "crisismerge": 2000}
"""Settings of FTS5 while the index is filled: bytes gathered before a segment is written, and no merging on the way, for
`optimize` merges all segments at once."""
_USUAL = {"hashsize": 1024 * 1024, "automerge": 4, "crisismerge": 16}
"""Its own defaults. Settings are kept in the file, and a reader's connection is not to be concerned."""

SHADOW = {
    "replies_fts_config": "k, v",
    "replies_fts_data": "id, block",
    "replies_fts_docsize": "id, sz",
    "replies_fts_idx": "segid, term, pgno",
}
"""The ordinary tables in which FTS5 keeps the index, with their columns."""


def build(conn: sqlite3.Connection) -> int:
    """Make the index anew and note its state; returns the number of replies. The caller owns the transaction."""
    conn.execute("drop table if exists replies_fts")
    digest = hashlib.sha256()
    fill(conn, taken(digest, texts(conn)))
    # FTS5 holds totals and its last words back until the commit or a savepoint; the digest is of what will be there.
    conn.execute("savepoint index_written")
    conn.execute("release index_written")
    note(conn, digest.hexdigest())
    return int(conn.execute("select count(*) from replies").fetchone()[0])


def create(conn: sqlite3.Connection) -> None:
    """An empty index."""
    conn.execute(_CREATE)


def note(conn: sqlite3.Connection, text: str) -> None:
    """Write down what the index was made from, a digest of `texts`, and what it is; `problems` asks for it."""
    conn.execute("delete from index_state")
    conn.executemany(
        "insert into index_state(key, value) values (?, ?)", (("index", _index_digest(conn)), ("text", text))
    )


def fill(conn: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Make the index of (number, title, body, text of each file…), in order of number."""
    create(conn)
    _configure(conn, _BULK)
    conn.executemany(
        "insert into replies_fts(rowid, body_words, title_words, attachment_words) values (?, ?, ?, ?)",
        (
            (number, index_text(body), index_text(title), index_text("\n".join(files)))
            for number, title, body, *files in rows
        ),
    )
    conn.execute("insert into replies_fts(replies_fts) values ('optimize')")
    _configure(conn, _USUAL)


def _configure(conn: sqlite3.Connection, settings: Mapping[str, int]) -> None:
    conn.executemany("insert into replies_fts(replies_fts, rank) values (?, ?)", settings.items())


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


def problems_of(path: Path) -> list[str]:
    """The same of a file."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        return problems(conn)


def _text_digest(conn: sqlite3.Connection) -> str:
    """SHA-256 of all that the index was made from, in order of `search_id`."""
    return _digest(texts(conn))


def texts(conn: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """(search_id, title, body, text of each file that has one…) in order of `search_id`."""
    # Asked along with the reply: most have none, and a statement of its own for each would cost more than finding that out.
    for reply_id, has_files, *row in conn.execute(
        "select id, exists (select 1 from attachments where reply_id = replies.id and text is not null),"
        " search_id, title, body_text from replies order by search_id"
    ):
        files = (
            conn.execute(
                "select text from attachments where reply_id = ? and text is not null order by position",
                (reply_id,),
            )
            if has_files
            else ()
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
    for _ in taken(digest, rows):
        pass
    return digest.hexdigest()


def taken(digest: hashlib._Hash, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they are, each taken into the digest as it passes."""
    for row in rows:
        for value in row:
            raw = value if isinstance(value, bytes) else str(value).encode() if value is not None else b""
            digest.update(b"%d:" % (-1 if value is None else len(raw)))
            digest.update(raw)
        yield row
