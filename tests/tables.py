"""Two databases compared row for row."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

Rows = list[dict[str, object]]

TIMES = frozenset(
    {
        "fetched_at",
        "first_seen_at",
        "last_seen_at",
        "crawled_at",
        "started_at",
        "finished_at",
        "first_seen",
        "last_seen",
        "happened_at",
    }
)
"""Columns that say when we looked: they differ between two crawls, and nothing else may."""


def tables(path: Path, without: Collection[str] = ()) -> dict[str, Rows]:
    """Every row of every ordinary table and view in order of content, columns in `without` left out.

    The tables in which FTS5 keeps its index are left out; what the index answers is compared by searching.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        names = [
            row[0]
            for row in conn.execute(
                "select name from sqlite_master where type in ('table', 'view') order by name"
            )
            if not row[0].startswith(("replies_fts", "sqlite_"))
        ]
        return {name: _rows(conn, name, without) for name in names}


def _rows(conn: sqlite3.Connection, name: str, without: Collection[str]) -> Rows:
    rows = [
        {key: row[key] for key in row.keys() if key not in without}  # noqa: SIM118 -- a Row iterates over values
        for row in conn.execute(f'select * from "{name}"')
    ]
    return sorted(rows, key=lambda row: [(value is None, str(value)) for value in row.values()])


def difference(left: dict[str, Rows], right: dict[str, Rows]) -> list[str]:
    """The first difference of each table, for a person to read; empty when all are equal."""
    found = []
    if left.keys() != right.keys():
        found.append(f"tables differ: {sorted(left.keys() ^ right.keys())}")
    for name in sorted(left.keys() & right.keys()):
        ours, theirs = left[name], right[name]
        if len(ours) != len(theirs):
            only = [row for row in ours if row not in theirs] or [row for row in theirs if row not in ours]
            found.append(f"{name}: {len(ours)} rows against {len(theirs)}, for example {only[:1]}")
            continue
        for one, other in zip(ours, theirs, strict=True):
            if one != other:
                parts = {key: (one[key], other.get(key)) for key in one if one[key] != other.get(key)}
                found.append(f"{name}: {parts}")
                break
    return found
