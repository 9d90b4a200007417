"""What another archive brings into this one, and what only goes along with it; a part of `Archive`."""

from __future__ import annotations

import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.archive import order
from pipelines.archive.bodies import Bodies
from pipelines.archive.records import INTERRUPTED, Fetch, Given, RunRecord, Stored
from pipelines.archive.rows import as_text
from pipelines.archive.schema import explained, transaction


class Adopts(ABC):
    """The methods; what they need of the archive stands first, without a body."""

    path: Path
    _connection: sqlite3.Connection
    _bodies: Bodies

    @abstractmethod
    def _writing(self) -> AbstractContextManager[None]: ...

    @abstractmethod
    def _insert(self, fetch: Fetch, body: Callable[[str | None], int | None]) -> int: ...

    @abstractmethod
    def _rows(self, tail: str, *values: object) -> list[Any]: ...

    def adopt_run(self, record: RunRecord) -> tuple[int, bool]:
        """The run of another archive in this one, told apart by when and with what it began: its id here, and whether it
        was there before. A new one counts as broken off until `settle_run`, so that no crawl goes on with half of it."""
        told = record.started_at, record.declarations, record.arguments, record.code
        with explained(self.path), transaction(self._connection):
            row = self._connection.execute(
                "SELECT id FROM runs WHERE started_at = ? AND declarations = ? AND arguments = ? AND code = ? ORDER BY id",
                told,
            ).fetchone()
            if row is not None:
                return int(row[0]), True
            cursor = self._connection.execute(
                "INSERT INTO runs (started_at, declarations, arguments, code, ended_at, outcome) VALUES (?, ?, ?, ?, ?, ?)",
                (*told, record.started_at, INTERRUPTED),
            )
            return int(cursor.lastrowid or 0), False

    def settle_run(self, run_id: int, record: RunRecord) -> None:
        """Let an adopted run end as it did where it comes from."""
        with explained(self.path), transaction(self._connection):
            self._connection.execute(
                "UPDATE runs SET ended_at = ?, outcome = ? WHERE id = ?",
                (record.ended_at, record.outcome, run_id),
            )

    def has(self, run_id: int, given: Given) -> bool:
        """Whether this run has exactly this answer. A list may be read twice within a second, and say the same."""
        one = given.fetch
        rows = self._rows(
            "WHERE f.url = ? AND +f.run_id = ? AND f.fetched_at = ? AND f.status = ? AND f.role = ? AND f.outcome = ?"
            " AND b.sha256 IS ? AND json_extract(f.context, '$.look') IS ? LIMIT 1",
            as_text(one.url),
            run_id,
            one.fetched_at,
            one.status,
            one.role,
            one.outcome,
            None if given.sha256 is None else bytes.fromhex(given.sha256),
            one.context.get("look"),
        )
        return bool(rows)

    def arrange(self) -> bool:
        """Bring runs and their answers into the order of time, whatever order they came in, and leave out what one worker
        handed over to another. Returns whether anything moved or went."""
        with explained(self.path):
            return order.arrange(self._connection)

    def adopt(self, run_id: int, given: Sequence[Given]) -> None:
        """Keep answers of another archive, as they are, all or none; see `pipelines.archive.merging`."""
        with explained(self.path), self._writing():
            for one in given:

                def body(template: str | None, one: Given = one) -> int | None:
                    if one.sha256 is None:
                        return None
                    return self._bodies.adopt(one.sha256, one.body, template)

                self._insert(replace(one.fetch, run_id=run_id), body)

    def sent(self, stored: Stored) -> tuple[tuple[str, str], ...]:
        """Headers that were sent for an answer; none where they are not on record."""
        if stored.request is None:
            return ()
        with explained(self.path):
            row = self._connection.execute(
                "SELECT headers FROM requests WHERE id = ?", (stored.request,)
            ).fetchone()
        return tuple((name, value) for name, value in json.loads(row[0]))
