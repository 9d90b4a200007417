"""Which reply a reader asked for when Datasette found no such row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request

from pipelines.publish.site.corpora import is_ours

_PATH = re.compile(r"/(?P<database>[^/.]+)/replies/(?P<id>r[a-z2-7]{11})(?P<format>\.json)?$")


@dataclass(frozen=True, slots=True)
class Missing:
    """A row of `replies` that is not there."""

    database: str
    reply_id: str
    as_json: bool


def missing_reply(datasette: Any, request: Request, exception: Exception) -> Missing | None:
    """What the exception is about, if it is about a reply of a corpus of ours; None for everything else."""
    found = _PATH.search(request.path) if isinstance(exception, NotFound) else None
    if found is None:
        return None
    route = tilde_decode(found["database"])
    name = next((name for name, database in datasette.databases.items() if database.route == route), None)
    if name is None or not is_ours(datasette, name):
        return None
    return Missing(name, found["id"], found["format"] is not None)
