"""Pages of things (agency, proposal, session, policy, site) and of the whole: what templates call `pages`.

The page of a thing is its row in stock Datasette with a template of ours, so that its address is as lasting as the row and
JSON comes with it. What is shown is read in one visit to the database by a function that knows neither requests nor HTML.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from datasette.utils.asgi import NotFound

from pipelines.publish.site.pages import absent, agency, figures, policy, proposal, report, session, site
from pipelines.publish.site.pages.at import At
from pipelines.publish.site.snapshot import identity

Maker = Callable[[sqlite3.Connection, At], dict[str, Any]]

THINGS: Mapping[str, Callable[[sqlite3.Connection, At, str], dict[str, Any] | None]] = {
    "agencies": agency.page,
    "policies": policy.page,
    "proposals": proposal.page,
    "sessions": session.page,
    "sites": site.page,
}
"""Table → what its row's page shows."""

WHOLE: Mapping[str, Maker] = {"charts": figures.page, "missing": absent.page}
"""Name → what does not depend on what is asked: made once a snapshot."""


class Pages:
    """One a Datasette instance."""

    def __init__(self, datasette: Any) -> None:
        self.datasette = datasette
        self._kept: dict[tuple[str, str], tuple[object, dict[str, Any]]] = {}

    async def of(self, database: str, table: str, key: str) -> dict[str, Any]:
        """What the page of a row shows. Raises NotFound for a key that is not there."""
        at = At(self.datasette, database)
        found: dict[str, Any] | None = await self.datasette.databases[database].execute_fn(
            lambda conn: THINGS[table](conn, at, key)
        )
        if found is None:
            raise NotFound("Record not found")
        return found

    def row(self, database: str, table: str, key: object) -> str:
        """The page of a row, whatever its key is written with."""
        return At(self.datasette, database).row(table, key)

    def report(self, table: str | None = None, key: str | None = None, page: str | None = None) -> str:
        """See `report.address`."""
        return report.address(self.datasette, table, key, page)

    async def whole(self, database: str, name: str) -> dict[str, Any]:
        """What a page of the whole corpus shows, kept for as long as the file stays the same."""
        at, db = At(self.datasette, database), self.datasette.databases[database]
        present = identity(db.path)
        kept = self._kept.get((database, name))
        if kept is None or kept[0] != present:
            kept = present, await db.execute_fn(lambda conn: WHOLE[name](conn, at))
            self._kept[database, name] = kept
        return kept[1]
