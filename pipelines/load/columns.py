"""What a column lists today, kept in staging."""

from __future__ import annotations

import json
import sqlite3

from pipelines.load.listed import Listed, take
from pipelines.models import ListReading


class Columns:
    """The tables `listed` and `list_rows.left_on` of an open staging database."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def take(self, reading: ListReading) -> None:
        """Fold a reading in; nothing is written where nothing changed. To be called inside a transaction."""
        known = listed(self._conn, reading.column)
        after, left = take(known, reading)
        if after != known:
            self._write(reading.column, after)
        if left:
            self._conn.executemany(
                "update list_rows set left_on = ?, back_on = null where column_url = ? and address = ?",
                ((reading.on, reading.column, key) for key in sorted(left)),
            )
        back = sorted(set(after.addresses).difference(known.addresses))
        self._conn.executemany(
            "update list_rows set left_on = null, back_on = ? where column_url = ? and address = ?"
            " and left_on is not null",
            ((reading.on, reading.column, key) for key in back),
        )

    def _write(self, column: str, after: Listed) -> None:
        self._conn.execute(
            "insert or replace into listed (column_url, page_rows, repeats, gap, page_gap, head_only, walked_on,"
            " refused, addresses) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                column,
                after.page_rows,
                after.repeats,
                after.gap,
                after.page_gap,
                int(after.head_only),
                after.walked_on,
                json.dumps(sorted(after.refused)),
                json.dumps(after.addresses),
            ),
        )


def listed(staging: sqlite3.Connection, column: str) -> Listed:
    """The list of a column as staging knows it; an empty one, never read in full, where it knows none."""
    row = staging.execute(
        "select addresses, refused, page_rows, repeats, gap, page_gap, walked_on, head_only from listed"
        " where column_url = ?",
        (column,),
    ).fetchone()
    if row is None:
        return Listed()
    addresses, refused, page_rows, repeats, gap, page_gap, walked_on, head_only = row
    return Listed(
        addresses=tuple(json.loads(addresses)),
        refused=frozenset(json.loads(refused)),
        page_rows=page_rows,
        repeats=repeats,
        gap=gap,
        page_gap=page_gap,
        walked_on=walked_on,
        head_only=bool(head_only),
    )
