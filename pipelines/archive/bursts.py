"""When an answer waits for the disk: each by itself at the pace that sites are asked; those of a burst together.

A commit without a wait is in the system's hands: a kill leaves it, a power cut may take it. It takes whole commits only,
the newest ones, so that the archive is as if these pages had never been asked for, and the next run asks for them. What
is made of answers must not outlive them: whoever writes elsewhere calls `settle` first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

from pipelines import storage

SECONDS = 0.2
"""From one wait to the next. A wait costs 0.3 ms of CPU a page, a fifth of what archiving costs."""


class Bursts:
    """The commits of one open archive, which is in write-ahead mode with `synchronous = FULL`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._log = path.with_name(path.name + "-wal")
        self._settled_at = float("-inf")
        self._open = False
        """Whether something is written that a power cut may take."""

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Around one transaction. One that waits brings to the disk what those before it wrote, for all stand in one log:
        https://www.sqlite.org/pragma.html#pragma_synchronous"""
        now = monotonic()
        if now - self._settled_at >= SECONDS:
            yield
            self._settled_at, self._open = now, False
            return
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            # Beforehand: whoever is interrupted behind the commit must know of it.
            self._open = True
            yield
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def settle(self) -> None:
        """Wait for the disk, if something is not on it yet."""
        if self._open:
            # SQLite has no lock on the log, which would be lost with the first handle that is closed. Where the file
            # system knows no shared memory there is no log, and each commit has waited.
            with suppress(FileNotFoundError):
                storage.sync(self._log)
            self._settled_at, self._open = monotonic(), False
