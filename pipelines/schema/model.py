"""What a table is: columns with a meaning, keys, indexes, and how Datasette should show it.

One description makes the tables, Datasette's metadata and the data dictionary, so that none can lag behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SqlType = Literal["TEXT", "INTEGER"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it means and what NULL means, in Chinese."""

    name: str
    title: str
    description: str
    type: SqlType = "TEXT"
    null: str | None = None
    """What NULL means; None where the column is never NULL."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Enumeration: value → meaning."""
    references: str | None = None
    """`table.column`."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table in the order in which it is created: a table stands after those that it refers to."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    pk: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    facets: tuple[str, ...] = ()
    sort: str | None = None
    """Default order; a leading `-` means descending."""
    label: str | None = None
    size: int | None = None
    """Rows a page."""
    hidden: bool = False

    def column(self, name: str) -> Column:
        """The column of this name; raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name}.{name}")

    def names(self) -> tuple[str, ...]:
        """Names of the columns in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class View:
    """A question that users ask often; its SQL uses nothing but what stock SQLite has."""

    name: str
    title: str
    description: str
    sql: str
    columns: tuple[Column, ...]
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A canned query of Datasette."""

    name: str
    title: str
    description: str
    sql: str
