"""A mapping for millions of small objects, kept in a private file of SQLite instead of in memory.

SQLite holds the file in its page cache while it is small; the system takes it away with the process, however that ends.
What was set last is held as it is, so that folding over a log, which comes back to an object again and again, is cheap.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from typing import Generic, TypeVar, cast

T = TypeVar("T")

HELD = 10_000
"""Objects that are held."""


class Shelf(Generic[T]):
    """Key → (group, object). An object that was changed has to be put again."""

    def __init__(self) -> None:
        # An empty name is a file of its own that nobody else sees; nothing in it outlives the connection.
        self._conn = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._conn.execute("pragma journal_mode = off")
        self._conn.execute("pragma cache_size = -65536")
        self._conn.execute(
            "create table shelf (number integer primary key, key text unique, grp text, value blob)"
        )
        self._held: dict[str, tuple[str, T]] = {}

    def get(self, key: str) -> T | None:
        """The object of a key."""
        held = self._held.get(key)
        if held is not None:
            return held[1]
        row = self._conn.execute("select value from shelf where key = ?", (key,)).fetchone()
        return None if row is None else _object(row[0])

    def put(self, key: str, group: str, value: T) -> None:
        """Set it."""
        self._held[key] = (group, value)
        if len(self._held) >= HELD:
            self._settle()

    def of(self, group: str) -> Iterator[tuple[str, T]]:
        """(key, object) of a group, in the order in which keys were first put."""
        self._settle()
        self._conn.execute("create index if not exists shelf_by_group on shelf (grp)")
        for key, value in self._conn.execute(
            "select key, value from shelf where grp = ? order by number", (group,)
        ):
            yield key, _object(value)

    def _settle(self) -> None:
        self._conn.execute("begin")
        self._conn.executemany(
            "insert into shelf (key, grp, value) values (?, ?, ?)"
            " on conflict (key) do update set grp = excluded.grp, value = excluded.value",
            (
                (key, group, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
                for key, (group, value) in self._held.items()
            ),
        )
        self._conn.execute("commit")
        self._held.clear()


def _object(value: bytes) -> T:  # type: ignore[type-var]
    # Written by this process, into a file that nobody else can open.
    return cast("T", pickle.loads(value))  # noqa: S301
