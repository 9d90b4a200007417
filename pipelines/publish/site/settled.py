"""A database that never changes is asked once what its tables and columns are.

Datasette asks some ten times for a table page, and once a table for its first page, and each time waits for a thread:
with heavy queries under way, half a minute for the first page of a corpus of forty tables. Before every page it also
asks three times whether a table came or went since the last, half of what a page without rows costs; and twenty times
for a single word of the metadata, for which all of it is put together anew.
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from typing import Any

from datasette.database import Database
from datasette.plugins import pm

ASKED = (
    *("table_exists", "table_names", "table_columns", "table_column_details", "primary_keys", "fts_table"),
    *(
        "label_column_for_table",
        "foreign_keys_for_table",
        "hidden_table_names",
        "view_names",
        "get_all_foreign_keys",
    ),
    *("get_table_definition", "get_view_definition"),
)
"""Methods whose answers depend on the file alone."""
SPELLING = "select name from sqlite_master where type in ('table', 'view') and name = ? collate nocase"
"""What Datasette 0.65.5 asks before each check whether somebody may see a table."""
KEPT = 5_000
"""Answers that are remembered: names of tables come from addresses, and anybody can invent some."""


class SettledDatabase(Database):  # type: ignore[misc]  # Datasette carries no types
    """An immutable `Database` that remembers what it was asked about its own structure."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remembered: dict[tuple[Any, ...], Any] = {}

    async def execute(self, sql: str, params: Any = None, *args: Any, **kwargs: Any) -> Any:
        """As Datasette's; the spelling of a table's name is asked once."""
        if sql != SPELLING or args or kwargs:
            return await super().execute(sql, params, *args, **kwargs)
        key = ("execute", *params)
        if key not in self.remembered:
            self._keep(key, await super().execute(sql, params))
        return self.remembered[key]

    def _keep(self, key: tuple[Any, ...], answer: Any) -> None:
        if len(self.remembered) >= KEPT:
            self.remembered.clear()
        self.remembered[key] = answer


def _remembering(name: str) -> Callable[..., Awaitable[Any]]:
    ask = getattr(Database, name)

    async def remember(self: SettledDatabase, *args: Any, **kwargs: Any) -> Any:
        key = (name, *args, *sorted(kwargs.items()))
        if key not in self.remembered:
            self._keep(key, await ask(self, *args, **kwargs))
        # Who gets a list may change it.
        return copy.copy(self.remembered[key])

    return remember


for _name in ASKED:
    setattr(SettledDatabase, _name, _remembering(_name))


def keep_schemas(datasette: Any) -> None:
    """Let Datasette copy the schemas into its `_internal` database once, where no file can be written to.

    It is done again when a database comes or goes: the dictionary of databases is another one then.
    """
    refresh = datasette._refresh_schemas
    done: object = None

    async def once() -> None:  # Datasette holds a lock around it
        nonlocal done
        present = datasette.databases
        if done is not present:
            await refresh()
            files = (database for name, database in present.items() if name != "_internal")
            done = present if all(isinstance(one, SettledDatabase) for one in files) else None

    datasette._refresh_schemas = once


def keep_metadata(datasette: Any) -> None:
    """Let single words of the metadata be looked up once: who may see what, licence, source. What callers might change,
    a mapping or a list, is made anew for each, and all is where another plugin has metadata of its own, which may change
    from one request to the next."""
    if len(pm.hook.get_metadata.get_hookimpls()) > 1:
        return
    look_up = datasette.metadata
    known: dict[tuple[Any, ...], Any] = {}
    of: tuple[object, object] = (None, None)

    def once(
        key: str | None = None, database: str | None = None, table: str | None = None, fallback: bool = True
    ) -> Any:
        nonlocal of
        if of[0] is not datasette.databases or of[1] is not datasette._metadata_local:
            of = datasette.databases, datasette._metadata_local
            known.clear()
        asked = (key, database, table, fallback)
        if asked in known:
            return known[asked]
        answer = look_up(key, database=database, table=table, fallback=fallback)
        if answer is None or isinstance(answer, str | int):
            if len(known) >= KEPT:
                known.clear()
            known[asked] = answer
        return answer

    datasette.metadata = once


def settle(datasette: Any, name: str) -> None:
    """Put a `SettledDatabase` in the place of an immutable one; one that may be written to stays as it is."""
    old = datasette.databases[name]
    if old.is_mutable or isinstance(old, SettledDatabase):
        return
    new = SettledDatabase(datasette, old.path, is_mutable=False)
    new.name, new.route = old.name, old.route
    new.cached_hash, new.cached_size = old.cached_hash, old.cached_size
    new._cached_table_counts = old._cached_table_counts
    datasette.databases = type(datasette.databases)(
        (key, new if key == name else database) for key, database in datasette.databases.items()
    )
