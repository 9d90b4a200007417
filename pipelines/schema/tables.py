"""Tables, indexes and views in SQLite, through sqlite-utils."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.schema.model import Column, Table, View

if TYPE_CHECKING:
    from sqlite_utils import Database

FTS = "replies_fts"
"""Name of the full-text index over `replies`; made at publish by `pipelines.publish.search`."""


def create_tables(conn: sqlite3.Connection, tables: Sequence[Table], views: Sequence[View] = ()) -> None:
    """Make tables, their indexes and the views; the tables stand after those that they refer to."""
    # Most commands find their tables made, and it takes as long to load as to make them.
    from sqlite_utils import Database

    database = Database(conn, execute_plugins=False)
    with database.atomic():
        for table in tables:
            _create(database, table)
        for view in views:
            database.create_view(view.name, view.sql)


def _create(database: Database, table: Table) -> None:
    database.table(table.name).create(
        {column.name: {"TEXT": str, "INTEGER": int}[column.type] for column in table.columns},
        pk=table.pk[0] if len(table.pk) == 1 else table.pk,
        not_null={column.name for column in table.columns if column.null is None},
        foreign_keys=[_foreign_key(column) for column in table.columns if column.references],
    )
    made = database.table(table.name)
    for columns in table.unique:
        made.create_index(columns, index_name=f"unique_{table.name}_{'_'.join(columns)}", unique=True)
    for columns in table.indexes:
        made.create_index(columns, index_name=f"idx_{table.name}_{'_'.join(columns)}")


def _foreign_key(column: Column) -> tuple[str, str, str]:
    """(column, other table, other column)."""
    other, _, key = (column.references or "").partition(".")
    return column.name, other, key
