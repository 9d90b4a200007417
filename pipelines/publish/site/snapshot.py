"""A database whose file is replaced by rename while it is served.

Datasette keeps one connection a thread for ever, so that after the rename its readers would stay on the old
file until somebody restarts the server. Here each query first looks whether the file is still the one that was
opened; that costs one `stat`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette.database import Database

T = TypeVar("T")


class SnapshotDatabase(Database):  # type: ignore[misc]  # Datasette carries no types
    """A `Database` that follows its file through renames."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held = threading.local()

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function with a connection to the present file, in a thread of Datasette's pool."""
        if self.ds.executor is None:
            return fn(self._current())
        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, lambda: fn(self._current()))

    def _current(self) -> sqlite3.Connection:
        present = identity(self.path)
        held: sqlite3.Connection | None = getattr(self._held, "conn", None)
        if held is not None:
            if self._held.identity == present:
                return held
            held.close()
            self._all_file_connections.remove(held)
        conn: sqlite3.Connection = self.connect()
        self.ds._prepare_connection(conn, self.name)
        self._held.conn, self._held.identity = conn, present
        return conn


def follow_renames(datasette: Any, name: str) -> None:
    """Put a `SnapshotDatabase` in the place of a mutable database; an immutable one stays as it is."""
    old = datasette.databases[name]
    if not old.is_mutable or isinstance(old, SnapshotDatabase):
        return
    new = SnapshotDatabase(datasette, old.path, is_mutable=True)
    new.name, new.route = old.name, old.route
    datasette.databases = type(datasette.databases)(
        (key, new if key == name else database) for key, database in datasette.databases.items()
    )


def identity(path: str | Path) -> tuple[int, int, int]:
    """What changes when another file takes the place of this one, or when it is written to."""
    stat = Path(path).stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
