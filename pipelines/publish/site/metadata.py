"""The descriptions of the schema for a Datasette that was started without a metadata file."""

from __future__ import annotations

import copy
from typing import Any
from weakref import WeakKeyDictionary

from pipelines import schema
from pipelines.publish.site.corpora import alone, recognised

NAME = "corpus"
"""Name of the database in the metadata that the schema makes."""

INSTANCE = frozenset({"title", "description", "source", "license", "license_url"})
ANSWERED = INSTANCE | {"databases", "queries"}
"""Keys that we have something to say about.

`tables` is asked for by the permission check alone, which copies what it is given once a table and a page; we
have no permissions, so it is told nothing.
"""

_made: WeakKeyDictionary[Any, tuple[tuple[Any, Any], dict[str, Any]]] = WeakKeyDictionary()
"""Instance → (its databases and its metadata file, what we say)."""


def instance_metadata(datasette: Any, key: str | None = None) -> dict[str, Any]:
    """Metadata for the corpora of an instance, under the names that their files have there.

    A corpus whose tables a metadata file describes is left to that file. Title, licence and source of the whole
    instance are given only where nothing but corpora is served. Datasette asks dozens of times a page and merges
    what it is given in place, so each instance gets one copy of its own.
    """
    if key is not None and key not in ANSWERED:
        return {}
    kept = _made.get(datasette)
    about = datasette.databases, datasette._metadata_local
    if kept is None or kept[0][0] is not about[0] or kept[0][1] is not about[1]:
        kept = _made[datasette] = about, _make(datasette)
    return kept[1]


def _make(datasette: Any) -> dict[str, Any]:
    described = datasette._metadata_local.get("databases") or {}
    names = tuple(name for name in recognised(datasette) if "tables" not in (described.get(name) or {}))
    if not names:
        return {}
    made = schema.metadata()
    return {
        **({name: made[name] for name in INSTANCE} if alone(datasette) else {}),
        "databases": {name: copy.deepcopy(made["databases"][NAME]) for name in names},
    }
