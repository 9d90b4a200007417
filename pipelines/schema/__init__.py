"""The one schema: tables, views, Datasette's metadata and the data dictionary are made from it."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any

from pipelines.schema import asked, body, crawl, graph, policies, replies, review, summaries
from pipelines.schema.dictionary import dictionary as _dictionary
from pipelines.schema.metadata import metadata as _metadata
from pipelines.schema.model import Column, Query, Table, View
from pipelines.schema.questions import QUERIES as FIRST_QUERIES
from pipelines.schema.questions import VIEWS
from pipelines.schema.tables import FTS, create_tables

TABLES: tuple[Table, ...] = (
    graph.PLACES,
    *crawl.BEFORE,
    replies.REPLIES,
    *replies.TABLES[1:],
    *body.TABLES,
    *graph.TABLES,
    *policies.TABLES,
    *crawl.AFTER,
    *review.TABLES,
    *summaries.TABLES,
)
"""In the order of creation: a table stands after those that it refers to."""

QUERIES: tuple[Query, ...] = (*FIRST_QUERIES, *asked.QUERIES)
"""Canned queries of Datasette, in the order in which they are listed."""

VERSION = 1
"""Of the published corpus: tables, columns and what the values mean; docs/corpus-changelog.md tells what each brought."""

__all__ = [
    "FTS",
    "QUERIES",
    "TABLES",
    "VERSION",
    "VIEWS",
    "Column",
    "Query",
    "Table",
    "View",
    "create",
    "dictionary",
    "digest",
    "metadata",
    "table",
]


def table(name: str) -> Table:
    """The table of this name; raises KeyError."""
    for found in TABLES:
        if found.name == name:
            return found
    raise KeyError(name)


def create(conn: sqlite3.Connection) -> None:
    """Make every table, index and view in an empty database."""
    create_tables(conn, TABLES, VIEWS)
    conn.execute(f"pragma user_version = {VERSION}")


def digest(conn: sqlite3.Connection) -> str:
    """SHA-256 of the statements that make the tables, indexes and views of a database."""
    made = conn.execute("select sql from sqlite_master where sql is not null order by type, name").fetchall()
    return hashlib.sha256("\n".join(row[0] for row in made).encode()).hexdigest()


def metadata() -> dict[str, Any]:
    """`datasette-metadata.json` as a dictionary, for a database called `corpus`."""
    return _metadata(TABLES, VIEWS, QUERIES)


def dictionary() -> str:
    """`docs/data-dictionary.md`, in Chinese."""
    return _dictionary(TABLES, VIEWS)
