"""Rows into the published tables, through sqlite-utils; and what a row of `issues` is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from pipelines.models import Issue
from pipelines.normalise.privacy import mask

Row = dict[str, Any]


def insert(conn: sqlite3.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert in batches of 100; raises sqlite3.IntegrityError for a key that is there already."""
    Database(conn, execute_plugins=False).table(table).insert_all(rows, batch_size=100)


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
