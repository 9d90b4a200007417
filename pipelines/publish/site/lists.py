"""Lists: Datasette's own table view, except that equal rows have an order and that bodies are left out unless asked for.

A body is five thousand characters; reading a hundred of them off overflow pages is more than half of what a
page costs, and no list shows them. `_col=body_text` brings the column back in HTML, JSON and CSV alike.
"""

from __future__ import annotations

from typing import Any

from datasette.utils import path_with_removed_args, tilde_decode
from datasette.utils.asgi import BadRequest, Request, Response
from datasette.views.table import TableView

from pipelines import schema
from pipelines.publish.site.corpora import is_ours
from pipelines.publish.site.order import Ordered

HEAVY = {"replies": "body_text", "attachments": "text"}
"""Table → its long column."""
_NAMES = "|".join(table.name for table in schema.TABLES)
ROUTE = rf"/(?P<database>[^\/\.]+)/(?P<table>{_NAMES})(\.(?P<format>\w+))?$"


class ListView(TableView):  # type: ignore[misc]  # Datasette carries no types
    """`/<database>/<table>` in every format."""

    async def columns_to_select(
        self, table_columns: list[str], pks: list[str], request: Request
    ) -> list[str]:
        """As Datasette's, with the body left out when no `_col` names it."""
        columns: list[str] = await super().columns_to_select(table_columns, pks, request)
        if "_col" in request.args or not self._ours(request):
            return columns
        return [column for column in columns if column != HEAVY.get(request.url_vars["table"])]

    async def data(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """As Datasette's, with two differences.

        An empty search box means no search. `_search_<column>` is refused, for Datasette compares implicit row
        ids there, and our index is tied to its rows by an explicit number (SQLite may renumber implicit ones).
        """
        if self._ours(request):
            for key in request.args:
                if key.startswith("_search_"):
                    raise BadRequest(f"这里不支持 {key}=，请用 _search=；只搜标题可以写 title__contains=。")
            if "_search" in request.args and not request.args["_search"].strip():
                address = self.ds.urls.path(path_with_removed_args(request, {"_search"}))
                return self.redirect(request, address, forward_querystring=False)
        return await super().data(request, *args, **kwargs)

    def _ours(self, request: Request) -> bool:
        route = tilde_decode(request.url_vars["database"])
        return any(
            database.route == route and is_ours(self.ds, name) for name, database in self.ds.databases.items()
        )


async def rows(request: Request, datasette: Any) -> Response:
    """The view function of the route."""
    view = ListView(datasette)
    if view._ours(request):
        view = ListView(Ordered(datasette, request.url_vars["table"]))
    return await view.dispatch_request(request)
