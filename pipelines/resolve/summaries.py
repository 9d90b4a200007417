"""The tables of counts, filled from the finished tables of the same corpus."""

from __future__ import annotations

import sqlite3

from pipelines.schema.summaries import FILLED


def write_summaries(conn: sqlite3.Connection) -> None:
    """Fill every table of `schema.summaries` that is counted from others; replies, changes and policies are there."""
    for table, select in FILLED.items():
        conn.execute(f"insert into {table} {select}")  # our own statements
