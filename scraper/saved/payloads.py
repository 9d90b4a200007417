"""What an import has to remember of what it archived: payloads by digest, for revisits that refer to them often millions of
records later, and what was made of pages elsewhere."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Self

from scraper.saved.files import Extracted


class Payloads:
    """Digest → SHA-256 of the archived body, on disk while the import lasts; and what was extracted before."""

    def __init__(self) -> None:
        # An empty name is a file that SQLite makes for itself and that is gone with the connection.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("CREATE TABLE payloads (digest TEXT PRIMARY KEY, sha256 TEXT) WITHOUT ROWID")

        self._connection.execute(
            "CREATE TABLE extracted (key TEXT PRIMARY KEY, rules, issues, reply, row_title, row_date, column_url)"
        )

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

    def keep_extracted(self, key: str, told: Extracted) -> None:
        """Remember what was made of a page elsewhere."""
        values = key, told.rules, told.issues, told.reply, told.row_title, told.row_date, told.column
        self._connection.execute("INSERT OR REPLACE INTO extracted VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def extracted(self, key: str) -> Extracted | None:
        """What was made of a page elsewhere."""
        row = self._connection.execute(
            "SELECT rules, issues, reply, row_title, row_date, column_url FROM extracted WHERE key = ?",
            (key,),
        ).fetchone()
        return None if row is None else Extracted(*row)
