"""The address of a reply that was taken down: 410, with the date and the reason, and nothing else of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import Request, Response

from pipelines.publish.site import labels
from pipelines.publish.site.listing import chinese_date
from pipelines.publish.site.missing import missing_reply

STATUS = 410
"""Gone, and it will not come back (RFC 9110 §15.5.11)."""


def answer(
    datasette: Any, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response | None]] | None:
    """What answers an exception: a page for the row of a reply that is in `withheld`, None for everything else."""
    found = missing_reply(datasette, request, exception)
    if found is None:
        return None

    async def respond() -> Response | None:
        row = await datasette.databases[found.database].execute_fn(
            lambda conn: tombstone(conn, found.reply_id)
        )
        if row is None:
            return None
        if found.as_json:
            body = {"ok": False, "status": STATUS, "error": "这件答复已经撤下", **row}
            return Response.json(body, status=STATUS)
        page = {
            "database": found.database,
            "reply_id": row["id"],
            "day": chinese_date(row["withheld_on"]),
            "reason": labels.value("withheld", "reason", row["reason"]),
        }
        return Response.html(
            await datasette.render_template("withheld.html", page, request=request), status=STATUS
        )

    return respond


def tombstone(conn: sqlite3.Connection, reply_id: str) -> dict[str, str] | None:
    """The row of `withheld`, without the address; None where there is none, or no such table."""
    try:
        row = conn.execute(
            "select id, withheld_on, reason from withheld where id = ?", (reply_id,)
        ).fetchone()
    except sqlite3.OperationalError:  # a corpus of an earlier version
        return None
    return dict(zip(("id", "withheld_on", "reason"), row, strict=True)) if row else None
