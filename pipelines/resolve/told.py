"""Issues of the whole set on their way into the table: there may be more of them than replies."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable, Iterator
from itertools import groupby
from typing import Any

Row = dict[str, Any]

NAMES = ("url", "reply_id", "site", "code", "severity", "field", "message", "raw")
ORDER = ("site", "url", "code", "field", "message", "raw", "severity", "reply_id")
"""A row stands where its content puts it."""
OUTCOME = "outcome_"
"""How the codes begin that tell what came of a fetch."""


class Told:
    """Rows of `issues` without their numbers, kept in a temporary table."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        """`conn`: where the table is made."""
        self._conn = conn
        conn.execute(f"create temp table told ({', '.join(NAMES)})")

    def add(self, rows: Iterable[Row]) -> None:
        """Take them."""
        self._conn.executemany(
            f"insert into temp.told values ({', '.join('?' * len(NAMES))})",  # noqa: S608 - constants
            (tuple(row[name] for name in NAMES) for row in rows),
        )

    def outcomes(self) -> set[tuple[str, str]]:
        """(address, code) of those that tell what came of a fetch."""
        return set(
            self._conn.execute(
                "select url, code from temp.told where substr(code, 1, ?) = ?", (len(OUTCOME), OUTCOME)
            )
        )

    def ordered(self, sites: Container[str]) -> Iterator[Row]:
        """All of them in the order of their content, each once, with their numbers; a site that is not declared is left out."""
        order = ", ".join(f"coalesce({name}, '')" for name in ORDER)
        rows = self._conn.execute(f"select {', '.join(NAMES)} from temp.told order by {order}, rowid")  # noqa: S608
        places = [NAMES.index(name) for name in ORDER]
        number = 0
        for _, group in groupby(rows, key=lambda row: [row[place] or "" for place in places]):
            for values in dict.fromkeys(group):
                number += 1
                row = dict(zip(NAMES, values, strict=True))
                yield {"id": number, **row, "site": row["site"] if row["site"] in sites else None}
