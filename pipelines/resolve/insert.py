"""Rows into the published tables; and what a row of `issues` is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from pipelines.models import Issue
from pipelines.normalise.privacy import mask

Row = dict[str, Any]


def insert(conn: sqlite3.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows with the same keys, two or more, one after the other as they are made; raises sqlite3.IntegrityError for a
    key that is there already, KeyError for a row that lacks one."""
    coming = iter(rows)
    first = next(coming, None)
    if first is None:
        return
    names = tuple(first)
    write_rows(conn, table, names, map(itemgetter(*names), chain((first,), coming)))


def write_rows(
    conn: sqlite3.Connection, table: str, names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """The same for rows that are values in the order of `names`, such as a cursor gives."""
    # One statement: asking the database for its columns at every batch, as sqlite-utils does, takes longer than writing.
    quoted = ", ".join(f'"{name}"' for name in names)
    conn.executemany(f"insert into {table} ({quoted}) values ({', '.join('?' * len(names))})", rows)  # noqa: S608


def issue_row(issue: Issue, url: str | None, reply_id: str | None, site: str | None) -> Row:
    """A row of `issues` without its number."""
    return {
        "url": url,
        "reply_id": reply_id,
        "site": site,
        "code": issue.code,
        "severity": issue.severity,
        "field": issue.field,
        "message": mask(issue.message),
        "raw": mask(issue.raw) if issue.raw else issue.raw,
    }
