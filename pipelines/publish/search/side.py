"""The search index made beside the corpus, so that another process can make it while this one goes on resolving.

The index is made in a file of its own and its tables are taken over as they are, by one process or by two, so that the
published file does not depend on how many there were. For a second one the texts are copied there as soon as they stand.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pipelines.helper import Helper
from pipelines.publish.search.index import SHADOW, create, fill, note, taken, texts


class Side:
    """`begin` when the texts stand, `finish` when everything else does."""

    def __init__(self, path: Path, helper: Helper) -> None:
        """`path`: where the file will be, which the caller takes away. Whoever helps loads this module at once."""
        self._path, self._helper = path, helper
        helper.begin(ready)
        self._made: int | None = None
        self._digest = ""

    def begin(self, conn: sqlite3.Connection) -> None:
        """Where somebody helps, copy the texts of a corpus and have the index begun."""
        if not self._helper.there:
            return
        digest = hashlib.sha256()
        with closing(_opened(self._path)) as side:
            side.execute("begin")
            side.execute("create table texts (number integer primary key, title text, body text, files text)")
            side.executemany(
                "insert into texts values (?, ?, ?, ?)",
                (
                    (number, title, body, json.dumps(files) if files else None)
                    for number, title, body, *files in taken(digest, texts(conn))
                ),
            )
            side.execute("commit")
        self._digest = digest.hexdigest()
        self._made = self._helper.begin(make_copied, self._path)

    def finish(self, conn: sqlite3.Connection) -> None:
        """Take the index over and note its state. The caller owns the transaction, and closes the connection before it
        searches."""
        self._helper.ended(self._made, lambda: self._make(conn))
        create(conn)
        with closing(_opened(self._path)) as side:
            for name, columns in SHADOW.items():
                conn.execute(f"delete from {name}")  # noqa: S608
                conn.executemany(
                    f"insert into {name} ({columns}) values ({', '.join('?' * len(columns.split(', ')))})",  # noqa: S608
                    side.execute(f"select {columns} from {name} order by 1, 2"),  # noqa: S608
                )
        self._path.unlink()  # half as large as the corpus, which is still to be copied
        note(conn, self._digest)

    def _make(self, conn: sqlite3.Connection) -> None:
        """Here, of the texts in the corpus; what a lost process has left is taken away."""
        self._path.unlink(missing_ok=True)
        digest = hashlib.sha256()
        with closing(_opened(self._path)) as side:
            _make(side, taken(digest, texts(conn)))
        self._digest = digest.hexdigest()


def ready() -> None:
    """What a process has to do to be ready for the rest: to have loaded this."""


def make_copied(path: Path) -> None:
    """Make the index of the texts that were copied into a file, in the file."""
    with closing(_opened(path)) as conn:
        _make(conn, _copied(conn))


def _make(conn: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    conn.execute("begin")
    fill(conn, rows)
    conn.execute("commit")


def _copied(conn: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    for number, title, body, files in conn.execute(
        "select number, title, body, files from texts order by number"
    ):
        yield (number, title, body, *(json.loads(files) if files else ()))


def _opened(path: Path) -> sqlite3.Connection:
    """Nobody needs the file after a kill, so nothing is done for its sake."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("pragma page_size = 8192")
    conn.execute("pragma journal_mode = off")
    conn.execute("pragma synchronous = off")
    return conn
