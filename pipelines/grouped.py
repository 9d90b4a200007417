"""What hangs on replies, taken in one pass over a table instead of one query a reply."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Grouped:
    """Rows that begin with an id, in order of it, handed out by id."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def take(self, key: str) -> list[tuple[Any, ...]]:
        """The rows of an id without it; to be asked in ascending order."""
        found: list[tuple[Any, ...]] = []
        row = self._next
        while row is not None and row[0] <= key:
            if row[0] == key:
                found.append(row[1:])
            row = next(self._rows, None)
        self._next = row
        return found
