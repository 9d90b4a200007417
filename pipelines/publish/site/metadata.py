"""The descriptions of the schema for a Datasette that was started without a metadata file."""

from __future__ import annotations

import copy
from typing import Any
from weakref import WeakKeyDictionary

from pipelines import schema
from pipelines.publish.site.corpora import alone, recognised

NAME = "corpus"
"""Name of the database in the metadata that the schema makes."""

_made: WeakKeyDictionary[Any, tuple[tuple[str, ...], dict[str, Any]]] = WeakKeyDictionary()


def instance_metadata(datasette: Any) -> dict[str, Any]:
    """Metadata for the corpora of an instance, under the names that their files have there.

    Title, licence and source of the whole instance are given only where nothing but corpora is served. Datasette
    asks dozens of times a page and merges what it is given in place, so each instance gets one copy of its own.
    """
    names = tuple(recognised(datasette))
    if not names:
        return {}
    kept = _made.get(datasette)
    if kept is None or kept[0] != names:
        made = copy.deepcopy(schema.metadata())
        ours = made.pop("databases")[NAME]
        kept = (
            names,
            {
                **(made if alone(datasette) else {}),
                "databases": {name: copy.deepcopy(ours) for name in names},
            },
        )
        _made[datasette] = kept
    return kept[1]
