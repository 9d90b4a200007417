"""A fetch and its row."""

from __future__ import annotations

import json
from typing import Any

from pipelines.archive.records import Stored

REQUEST = "request"
"""Key of the context in a row that names the headers of the request; nobody else sees it."""
SELECT = (
    "SELECT f.id, f.run_id, f.url, f.fetched_at, f.status, f.headers, f.outcome, f.role, f.site, f.column_url,"
    " f.context, f.error, b.sha256, b.size FROM fetches f LEFT JOIN bodies b ON b.id = f.body "
)
"""Without the condition; the columns that `stored_row` takes."""


def stored_row(row: tuple[Any, ...]) -> Stored:
    """The fetch in a row of `SELECT`."""
    (
        number,
        run_id,
        url,
        fetched_at,
        status,
        headers,
        outcome,
        role,
        site,
        column,
        context,
        error,
        sha256,
        size,
    ) = row
    told = json.loads(context)
    request = told.pop(REQUEST, None)
    return Stored(
        id=number,
        run_id=run_id,
        url=url,
        fetched_at=fetched_at,
        status=status,
        headers=tuple((name, value) for name, value in json.loads(headers)),
        outcome=outcome,
        role=role,
        site=site,
        column=column,
        context=told,
        request=request,
        error=error,
        sha256=sha256.hex() if sha256 is not None else None,
        size=size or 0,
    )


def as_text(value: str | None) -> str | None:
    """Text that SQLite takes: a lone surrogate from a broken address becomes a question mark."""
    return None if value is None else value.encode("utf-8", "replace").decode("utf-8")
