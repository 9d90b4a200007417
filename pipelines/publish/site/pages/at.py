"""Where things are in the corpus that is served, and reading it without falling over what an earlier version lacks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pipelines.publish.site import links

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class At:
    """Addresses inside one database of an instance."""

    datasette: Any
    database: str

    def row(self, table: str, key: object) -> str:
        """The page of a row."""
        return links.row(self.datasette, self.database, table, key)

    def where(self, table: str, **conditions: object) -> str:
        """The table page of the rows whose columns equal these values; None asks for rows without a value."""
        return links.rows_where(
            self.datasette,
            self.database,
            table,
            **{
                f"{column}__isnull" if value is None else column: 1 if value is None else value
                for column, value in conditions.items()
            },
        )

    def through(self, table: str, column: str, value: object, **conditions: object) -> str:
        """The list of the replies that a row of another table with this value belongs to."""
        way = json.dumps({"table": table, "column": column, "value": value}, ensure_ascii=False)
        return self.where("replies", _through=way, **conditions)

    def query(self, name: str, **parameters: object) -> str:
        """A canned query with its parameters filled in."""
        address = urlencode(parameters)
        return f"{self.datasette.urls.query(self.database, name)}{'?' + address if address else ''}"


def rows(conn: sqlite3.Connection, sql: str, *parameters: object) -> Sequence[Any]:
    """All rows; none where the corpus is of an earlier version that has no such table or column."""
    try:
        return conn.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError as error:
        if str(error).startswith(("no such table", "no such column")):
            return []
        raise


def one(conn: sqlite3.Connection, sql: str, *parameters: object) -> Any:
    """The first row, None where there is none."""
    found = rows(conn, sql, *parameters)
    return found[0] if found else None


def number(conn: sqlite3.Connection, sql: str, *parameters: object) -> int:
    """The first value of the first row; 0 where there is none."""
    found = one(conn, sql, *parameters)
    return int(found[0] or 0) if found else 0
