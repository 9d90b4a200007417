"""The address of a reply under a former id leads to the reply that it became part of."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import Request, Response

from pipelines.publish.site.missing import missing_reply

STATUS = 301
"""Moved for good (RFC 9110 §15.4.2): a merged reply keeps its id."""


def answer(
    datasette: Any, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response | None]] | None:
    """What answers an exception: a redirect where the id is in `reply_ids`, None for everything else."""
    found = missing_reply(datasette, request, exception)
    if found is None:
        return None

    async def respond() -> Response | None:
        present = await datasette.databases[found.database].execute_fn(lambda conn: now(conn, found.reply_id))
        if present is None:
            return None
        return Response.redirect(request.full_path.replace(found.reply_id, present, 1), status=STATUS)

    return respond


def now(conn: sqlite3.Connection, former: str) -> str | None:
    """The id of the reply that has this former id; None where there is none, or no such table."""
    try:
        row = conn.execute("select reply_id from reply_ids where id = ?", (former,)).fetchone()
    except sqlite3.OperationalError:  # a corpus of an earlier version
        return None
    return str(row[0]) if row else None
