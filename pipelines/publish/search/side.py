"""The search index made beside the corpus, so that another process can make it while this one goes on resolving.

The index is made in a file of its own and its tables are taken over as they are, by one process or by two, so that the
published file does not depend on how many there were. A second one is handed the texts in files, which it takes as they come.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from pipelines.helper import Helper
from pipelines.publish.search.index import SHADOW, create, fill, note, taken, texts

_TOGETHER = 500_000
"""Characters, more or less, that stand in one file."""
_WAIT = 0.005
"""Seconds."""


class Side:
    """`begin` when the texts are known, `finish` when everything else stands."""

    def __init__(self, path: Path, helper: Helper) -> None:
        """`path`: where the file will be, which the caller takes away, and all whose names begin with its name. Whoever
        helps loads this module at once."""
        self._path, self._helper = path, helper
        helper.begin(ready)
        self._made: int | None = None

    def begin(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Where somebody helps, have the index made of (search_id, title, body, text of each file…), in order of search_id,
        as the corpus will have them."""
        if not self._helper.there:
            return
        self._made = self._helper.begin(make_handed, self._path)
        if self._made is None:
            return
        for number, some in enumerate(_together(rows)):
            handed = _handed(self._path, number)
            whole = handed.with_name(f"{handed.name}.part")
            whole.write_text(json.dumps(some, ensure_ascii=False), "utf-8")
            whole.replace(handed)

    def finish(self, conn: sqlite3.Connection) -> None:
        """Take the index over and note its state. The caller owns the transaction, and closes the connection before it
        searches."""
        digest = self._helper.ended(self._made, lambda: self._make(conn))
        create(conn)
        with closing(_opened(self._path)) as side:
            for name, columns in SHADOW.items():
                conn.execute(f"delete from {name}")  # noqa: S608
                conn.executemany(
                    f"insert into {name} ({columns}) values ({', '.join('?' * len(columns.split(', ')))})",  # noqa: S608
                    side.execute(f"select {columns} from {name} order by 1, 2"),  # noqa: S608
                )
        self._path.unlink()  # half as large as the corpus, which is still to be copied
        note(conn, digest)

    def _make(self, conn: sqlite3.Connection) -> str:
        """Here, of the texts in the corpus; what a lost process has left is taken away."""
        for left in self._path.parent.glob(f"{self._path.name}*"):
            left.unlink()
        with closing(_opened(self._path)) as side:
            return _make(side, texts(conn))


def ready() -> None:
    """What a process has to do to be ready for the rest: to have loaded this."""


def make_handed(path: Path) -> str:
    """Make the index of the texts that are handed over meanwhile, up to a file with none; returns their digest."""
    with closing(_opened(path)) as conn:
        return _make(conn, _taken_over(path))


def _make(conn: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> str:
    digest = hashlib.sha256()
    conn.execute("begin")
    fill(conn, taken(digest, rows))
    conn.execute("commit")
    return digest.hexdigest()


def _handed(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _together(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows, some at a time; none at the end."""
    some, size = [], 0
    for row in rows:
        some.append(row)
        size += sum(len(text) for text in row[1:] if text)
        if size >= _TOGETHER:
            yield some
            some, size = [], 0
    if some:
        yield some
    yield []


def _taken_over(path: Path) -> Iterator[tuple[Any, ...]]:
    for number in count():
        handed = _handed(path, number)
        while not handed.exists():
            time.sleep(_WAIT)
        some = json.loads(handed.read_bytes())
        handed.unlink()
        if not some:
            return
        yield from map(tuple, some)


def _opened(path: Path) -> sqlite3.Connection:
    """Nobody needs the file after a kill, so nothing is done for its sake."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("pragma page_size = 8192")
    conn.execute("pragma journal_mode = off")
    conn.execute("pragma synchronous = off")
    return conn
