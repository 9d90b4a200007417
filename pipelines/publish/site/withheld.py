"""The address of a reply that was taken down: 410, with the date and the reason, and nothing else of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.site import labels
from pipelines.publish.site.corpora import is_ours
from pipelines.publish.site.listing import chinese_date

_PATH = re.compile(r"/(?P<database>[^/.]+)/replies/(?P<id>r[a-z2-7]{11})(?P<format>\.json)?$")
STATUS = 410
"""Gone, and it will not come back (RFC 9110 §15.5.11)."""


def answer(
    datasette: Any, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response | None]] | None:
    """What answers an exception: a page for the row of a reply that is in `withheld`, None for everything else."""
    found = _PATH.search(request.path) if isinstance(exception, NotFound) else None
    if found is None:
        return None
    route = tilde_decode(found["database"])
    name = next((name for name, database in datasette.databases.items() if database.route == route), None)
    if name is None or not is_ours(datasette, name):
        return None

    async def respond() -> Response | None:
        row = await datasette.databases[name].execute_fn(lambda conn: tombstone(conn, found["id"]))
        if row is None:
            return None
        if found["format"]:
            body = {"ok": False, "status": STATUS, "error": "这件答复已经撤下", **row}
            return Response.json(body, status=STATUS)
        page = {
            "database": name,
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
