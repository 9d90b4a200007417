"""The feeds inside Datasette: made from the corpus that is served, so that a feed never speaks of another."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import BadRequest, NotFound, Request, Response

from pipelines.publish.feeds import content
from pipelines.publish.feeds.atom import CONTENT_TYPE, Feed, render
from pipelines.publish.feeds.content import Place
from pipelines.publish.site.corpora import recognised

PAGE = r"/feeds$"
ROUTE = r"/feeds/(?P<name>replies|changes|trouble|search|agency/(?P<agency>[A-Za-z0-9-]{1,80}))\.atom$"
MAX_WORDS = 200
"""Characters of a search: more is no question of a person."""
SECONDS = 300
"""How long a copy may be kept; feeds change once a run."""

_WHOLE = {"replies": content.everything, "changes": content.changes, "trouble": content.trouble}


async def feed(request: Request, datasette: Any) -> Response:
    """`/feeds/<name>.atom`; 404 where no corpus is served or there is no such agency."""
    database, place = _place(request, datasette)
    make = _maker(request, place)

    def within_time(conn: sqlite3.Connection) -> Feed | None:
        with sqlite_timelimit(conn, datasette.sql_time_limit_ms):
            return make(conn)

    found = await datasette.databases[database].execute_fn(within_time)
    if found is None:
        raise NotFound("404")
    headers = {"Cache-Control": f"max-age={SECONDS}", "X-Content-Type-Options": "nosniff"}
    return Response(render(found).decode(), content_type=CONTENT_TYPE, headers=headers)


def _maker(request: Request, place: Place) -> Callable[[sqlite3.Connection], Feed | None]:
    name, agency = request.url_vars["name"], request.url_vars["agency"]
    if agency is not None:
        return lambda conn: content.of_agency(conn, place, agency)
    if name == "search":
        words = (request.args.get("q") or "").strip()
        if not re.search(r"\w", words) or len(words) > MAX_WORDS:
            raise BadRequest(f"请在地址里写要找的词，如 /feeds/search.atom?q=电梯，最多 {MAX_WORDS} 个字。")
        return lambda conn: content.of_search(conn, place, words)
    whole = _WHOLE[name]
    return lambda conn: whole(conn, place)


async def page(request: Request, datasette: Any) -> Response:
    """`/feeds`: what can be subscribed to."""
    database, _ = _place(request, datasette)
    names = await datasette.databases[database].execute_fn(content.agencies)
    told = {"agencies": sorted(names.items(), key=lambda one: one[1]), "database": database}
    return Response.html(await datasette.render_template("feeds.html", told, request=request))


def _place(request: Request, datasette: Any) -> tuple[str, Place]:
    names = recognised(datasette)
    if not names:
        raise NotFound("404")
    base = datasette.absolute_url(request, datasette.urls.instance())
    return names[0], Place(base, datasette.databases[names[0]].route)
