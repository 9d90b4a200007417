"""Which payloads of a WARC are archived: revisits refer to them by digest, often millions of records later."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Self


class Payloads:
    """Digest → SHA-256 of the archived body, on disk while the import lasts."""

    def __init__(self) -> None:
        # An empty name is a file that SQLite makes for itself and that is gone with the connection.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("CREATE TABLE payloads (digest TEXT PRIMARY KEY, sha256 TEXT) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def put(self, digest: str, sha256: str | None) -> None:
        """Remember a payload; None for one that was seen and not archived."""
        self._connection.execute(
            "INSERT INTO payloads VALUES (?, ?) ON CONFLICT DO UPDATE SET sha256 = coalesce(excluded.sha256, sha256)",
            (digest, sha256),
        )

    def get(self, digest: str) -> tuple[bool, str | None]:
        """Whether a payload was seen, and the hash of its archived body."""
        row = self._connection.execute("SELECT sha256 FROM payloads WHERE digest = ?", (digest,)).fetchone()
        return row is not None, None if row is None else row[0]
