"""The latest replies of a thing, whichever way is shorter: from the thing's own rows, or back through the dates."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.publish.site.listing import DATES, UNTITLED, chinese_date
from pipelines.publish.site.pages.at import At, rows

MANY = 1000
"""Rows of a thing above which walking back through the dates finds the latest sooner than sorting its rows."""

SHOWN = 10

_COLUMNS = "id, title, document_type, agency, publisher, published_at, signed_on, issued_on, gone_on"


def latest(
    conn: sqlite3.Connection, at: At, table: str, column: str, key: str, count: int, extra: str = ""
) -> list[dict[str, Any]]:
    """The replies tied to `key` by a row of `table` (which has `reply_id`), newest publication first.

    `count`: how many such rows there are, about. `extra`: a further condition on the rows of `table`.
    """
    tied = f"select 1 from {table} where reply_id = replies.id and {column} = ?{extra}"
    if count > MANY:
        sql = (
            f"select {_COLUMNS} from replies where published_at is not null and exists ({tied})"
            " order by published_at desc, id limit ?"
        )
    else:
        sql = (
            f"select {_COLUMNS} from replies where id in (select reply_id from {table} where {column} = ?{extra})"
            " order by published_at desc, id limit ?"
        )
    return [entry(at, row) for row in rows(conn, sql, key, SHOWN)]


def entry(at: At, row: Any) -> dict[str, Any]:
    """A reply as a line of a list: id, url, title, agency, date with its kind, marks."""
    date, kind = next(((row[column], name) for column, name in DATES if row[column]), (None, ""))
    return {
        "id": row["id"],
        "url": at.row("replies", row["id"]),
        "title": row["title"] or UNTITLED,
        "agency": row["agency"] or row["publisher"],
        "date": date,
        "shown": chinese_date(date) + kind if date else None,
        "opinion": row["document_type"] != "reply",
        "gone": bool(row["gone_on"]),
    }
