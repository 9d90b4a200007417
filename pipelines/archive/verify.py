"""The archive read from end to end: what is not what was written, and what that costs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.archive.bodies import Bodies
from pipelines.archive.schema import is_damage

STRUCTURE_ERRORS = 20
"""Findings about the structure of the file that are listed; more say nothing more."""


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """One fetch whose body cannot be read any more."""

    sha256: str
    fetch: int
    run: int
    url: str
    fetched_at: str
    others: int
    """Good answers of the same address whose bodies are whole."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk over the whole archive found."""

    bodies: int
    """Read and compared with their hash, or tried."""
    damaged: tuple[str, ...]
    """Hash (hex) of every body that is not what was written."""
    lost: tuple[LostAnswer, ...]
    """Every fetch that had one of them, in order of fetch; as many as the log of fetches still tells."""
    structure: tuple[str, ...]
    """What SQLite says of the file itself (`PRAGMA integrity_check`); empty when it is sound."""

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not (self.damaged or self.structure)


def verify(
    connection: sqlite3.Connection, bodies: Bodies, progress: Callable[[int], None] | None = None
) -> Verified:
    """Walk over every body and every page of the file. Reads only; takes about as long as reading the file twice."""
    count = 0

    def counted(number: int) -> None:
        nonlocal count
        count = number
        if progress is not None:
            progress(number)

    damaged = tuple(bodies.damaged(counted))
    try:
        structure = tuple(
            row[0]
            for row in connection.execute(f"PRAGMA integrity_check({STRUCTURE_ERRORS})")
            if row[0] != "ok"
        )
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        structure = (str(error),)
    return Verified(count, damaged, _lost(connection, frozenset(damaged)), structure)


def _lost(connection: sqlite3.Connection, damaged: frozenset[str]) -> tuple[LostAnswer, ...]:
    if not damaged:
        return ()
    ids = {
        row[0]: row[1].hex()
        for row in connection.execute("SELECT id, sha256 FROM bodies ORDER BY sha256")
        if row[1].hex() in damaged
    }
    found: list[tuple[int, int, str, str, int]] = []
    whole: dict[str, int] = {}
    try:
        for row in connection.execute(
            "SELECT id, run_id, url, fetched_at, body, outcome FROM fetches ORDER BY id"
        ):
            if row[4] in ids:
                found.append(row[:5])
            elif row[4] is not None and row[5] == "ok":
                whole[row[2]] = whole.get(row[2], 0) + 1
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
    return tuple(
        LostAnswer(ids[body], number, run, url, moment, whole.get(url, 0))
        for number, run, url, moment, body in found
    )
