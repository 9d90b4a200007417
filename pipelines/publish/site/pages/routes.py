"""The pages that are no row: `/changes`, `/missing`, `/charts` and `/report`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.site.corpora import recognised
from pipelines.publish.site.pages import changes, report
from pipelines.publish.site.pages.at import At

View = Callable[[Request, Any], Awaitable[Response]]


def routes(datasette: Any) -> list[tuple[str, View]]:
    """Pattern → view; a database that is called like a page of ours keeps its address."""
    taken = {database.route for database in datasette.databases.values()}
    return [(rf"/{name}$", view) for name, view in VIEWS.items() if name not in taken]


async def _show_changes(request: Request, datasette: Any) -> Response:
    database = _database(datasette)
    at = At(datasette, database)
    asked = changes.asked(*(request.args.get(name) for name in ("kind", "month", "page")))
    told = await datasette.databases[database].execute_fn(lambda conn: changes.page(conn, at, *asked))
    return await _shown(datasette, request, "changes.html", database, told)


async def _show_missing(request: Request, datasette: Any) -> Response:
    return await _whole(request, datasette, "missing")


async def _show_charts(request: Request, datasette: Any) -> Response:
    return await _whole(request, datasette, "charts")


async def _show_report(request: Request, datasette: Any) -> Response:
    database = _database(datasette)
    at = At(datasette, database)
    asked = {key: request.args.get(key) or "" for key in report.ASKED}
    told = await datasette.databases[database].execute_fn(lambda conn: report.page(conn, at, asked))
    return await _shown(datasette, request, "report.html", database, told)


async def _whole(request: Request, datasette: Any, name: str) -> Response:
    database = _database(datasette)
    told = await datasette.jinja_env.globals["pages"].whole(database, name)
    return await _shown(datasette, request, f"{name}.html", database, told)


async def _shown(
    datasette: Any, request: Request, template: str, database: str, told: dict[str, Any]
) -> Response:
    return Response.html(
        await datasette.render_template(template, {"database": database, "page": told}, request=request)
    )


def _database(datasette: Any) -> str:
    """The first corpus served; raises NotFound where there is none."""
    names = recognised(datasette)
    if not names:
        raise NotFound("404")
    return names[0]


VIEWS: dict[str, View] = {
    "changes": _show_changes,
    "missing": _show_missing,
    "charts": _show_charts,
    "report": _show_report,
}
