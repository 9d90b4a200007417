"""Our style sheet and Datasette's table script in Chinese, under an address that changes with the content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.site.translate import table_js

STATIC = Path(__file__).parent / "static"
PREFIX = "/-/hubei-replies/"
ROUTE = rf"{PREFIX}(?P<name>[a-z-]+\.(?:css|js))$"

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@cache
def _contents() -> dict[str, str]:
    files = {file.name: file.read_text("utf-8") for file in sorted(STATIC.iterdir()) if file.suffix in _TYPES}
    return files | {"table.js": table_js()}


@cache
def address(name: str) -> str:
    """Path of a file of ours with a hash of its content; raises KeyError for a file that is not there."""
    return f"{PREFIX}{name}?{hashlib.sha256(_contents()[name].encode()).hexdigest()[:8]}"


async def asset(request: Request, datasette: Any) -> Response:
    """The view function of the route; cached for a year when asked for with its hash."""
    name = request.url_vars["name"]
    if name not in _contents():
        raise NotFound("404")
    fresh = address(name).endswith(f"?{request.query_string}")
    return Response(
        _contents()[name],
        content_type=_TYPES[Path(name).suffix],
        headers={"Cache-Control": "public, max-age=31536000, immutable" if fresh else "no-cache"},
    )
