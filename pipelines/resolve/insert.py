"""Rows into the published tables, through sqlite-utils."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database


def insert(conn: sqlite3.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert in batches of 100; raises sqlite3.IntegrityError for a key that is there already."""
    Database(conn, execute_plugins=False).table(table).insert_all(rows, batch_size=100)
