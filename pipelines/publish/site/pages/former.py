"""The address of a policy under a former id leads to the policy as it is known now."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.site.corpora import is_ours
from pipelines.publish.site.former import STATUS
from pipelines.publish.site.pages.at import At, one

_PATH = re.compile(r"/(?P<database>[^/.]+)/policies/(?P<key>d[a-z2-7]{11})(?P<format>\.json)?$")


def answer(
    datasette: Any, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response | None]] | None:
    """What answers an exception: a redirect where the id is in `policy_ids`, None for everything else."""
    found = _PATH.search(request.path) if isinstance(exception, NotFound) else None
    if found is None:
        return None
    route = tilde_decode(found["database"])
    name = next((name for name, database in datasette.databases.items() if database.route == route), None)
    if name is None or not is_ours(datasette, name):
        return None

    async def respond() -> Response | None:
        row = await datasette.databases[name].execute_fn(
            lambda conn: one(conn, "select policy_id from policy_ids where id = ?", found["key"])
        )
        if row is None:
            return None
        query = f"?{request.query_string}" if request.query_string else ""
        address = At(datasette, name).row("policies", row[0])
        return Response.redirect(address + (found["format"] or "") + query, status=STATUS)

    return respond
