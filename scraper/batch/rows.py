"""One record as a row: what it says, for analysis, and its bytes, so that a corpus made of rows has an archive too."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypedDict, cast

from pydantic import TypeAdapter

from pipelines.models import Issue, Outcome, Page, Processed, Reply
from scraper.saved.place import Place

_REPLY = TypeAdapter(Reply)
_ISSUES = TypeAdapter(tuple[Issue, ...])


class Row(TypedDict):
    """The columns; None where the page does not say."""

    url: str
    site: str
    column_url: str | None
    role: str
    outcome: str
    status: int
    fetched_at: str | None
    """ISO 8601, Asia/Shanghai."""
    headers: str
    """JSON, pairs of name and value."""
    sha256: str
    body: bytes
    """As archived: decoded."""
    row_title: str | None
    row_date: str | None
    """As the list prints them."""
    document_type: str | None
    title: str | None
    index_number: str | None
    document_number: str | None
    issued_on: str | None
    signed_on: str | None
    published_at: str | None
    answering_agency: str | None
    body_text: str | None
    """Masked, as everything that was extracted; `body` is not."""
    rules: str | None
    """Fingerprint of code and reviewed data that made what follows and what precedes."""
    issues: str | None
    """JSON."""
    reply: str | None
    """The whole reply, JSON; it is loaded without being extracted again where `rules` are the present ones."""


SCHEMA_NAMES = tuple(Row.__annotations__)
_VALUES = (
    "document_type",
    "title",
    "index_number",
    "document_number",
    "issued_on",
    "signed_on",
    "published_at",
    "answering_agency",
    "body_text",
)


def row_of(page: Page, place: Place, outcome: Outcome, found: Processed | None, rules: str | None) -> Row:
    """The row of a page; `found` where it was extracted and needs nothing beside itself."""
    reply = None if found is None else found.reply
    row: Any = {
        "url": page.url,
        "site": place.site.key,
        "column_url": place.column,
        "role": place.role,
        "outcome": outcome,
        "status": page.status,
        "fetched_at": page.fetched_at,
        "headers": json.dumps(page.headers, ensure_ascii=False),
        "sha256": hashlib.sha256(page.body).hexdigest(),
        "body": page.body,
        "row_title": place.row_title,
        "row_date": place.row_date,
        "rules": None if found is None else rules,
        "issues": None if found is None else _ISSUES.dump_json(found.issues).decode(),
        "reply": None if reply is None else _REPLY.dump_json(reply).decode(),
    }
    row |= {name: None if reply is None else getattr(reply, name) for name in _VALUES}
    return cast("Row", row)


def processed_of(page: Page, issues: str, reply: str | None) -> Processed:
    """What a row says was made of a page."""
    found = None if reply is None else _REPLY.validate_json(reply)
    return Processed(page, "ok", found, _ISSUES.validate_json(issues))
