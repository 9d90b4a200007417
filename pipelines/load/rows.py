"""Reply → rows: pure functions, with the digests by which a change is judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from pipelines.address import address_key
from pipelines.load.tables import REPLY_FIELDS
from pipelines.models import Issue, Reply

Row = dict[str, Any]

SHORT = 60
"""Characters; a shorter body says little of which reply it is."""


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_canonical_unescaped = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of a value, in ASCII; lone surrogates are kept apart, not refused. Published with each
    revision: it must not change."""
    return hashlib.sha256(_canonical(value).encode("ascii")).hexdigest()


def staged_digest(value: object) -> str:
    """The same by another writing that stays in staging: without escapes, which make a Han character twice as long."""
    return hashlib.sha256(_canonical_unescaped(value).encode("utf-8", "surrogatepass")).hexdigest()


def cells(found: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Rows of one table without the names of their columns, which are the same in each."""
    return [tuple(row.values()) for row in found]


compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
"""JSON as it stands in a column: Chinese readable, keys in order."""


def print_of(title: str | None, body: str | None) -> str | None:
    """Digest of title and body without white space: by it a page is known at another address. None for a body that is
    too short to tell (`详见附件`). Not published."""
    text = "".join((body or "").split())
    if len(text) < SHORT:
        return None
    # The space stands in neither. In UTF-16 a Han character takes two bytes in place of three.
    told = "".join((title or "").split()) + " " + text
    return hashlib.sha256(told.encode("utf-16-le", "surrogatepass")).hexdigest()


def values(reply: Reply) -> Row:
    """What counts as the content of a reply, as plain JSON values.

    Left out: its own address (http and https are one), sources, issues and HTML. Attachments count by name and
    address without scheme.
    """
    kept: Row = {name: getattr(reply, name) for name in REPLY_FIELDS}
    kept["co_handlers"] = list(reply.co_handlers)
    kept["references"] = [reference_row(reply, index) for index in range(len(reply.references))]
    kept["attachments"] = [
        {"name": file.name, "url": address_key(file.url) if file.url else None} for file in reply.attachments
    ]
    return kept


def reference_row(reply: Reply, index: int) -> Row:
    """One reference as printed."""
    reference = reply.references[index]
    return {
        "body": reference.body,
        "level": reference.level,
        "place": reference.place,
        "term": reference.term,
        "meeting": reference.meeting,
        "number": reference.number,
        "category_number": reference.category_number,
        "kind": reference.kind,
    }


def reply_row(address: str, url: str, reply: Reply) -> Row:
    """The row of `replies`, without digests and time."""
    row: Row = {"address": address, "url": url}
    row |= {name: getattr(reply, name) for name in REPLY_FIELDS}
    row["co_handlers"] = compact(list(reply.co_handlers))
    return row


def child_rows(address: str, reply: Reply) -> dict[str, list[Row]]:
    """Rows of the tables that are replaced together with the reply, by table."""
    return {
        "reply_html": [{"address": address, "html": reply.body_html}] if reply.body_html else [],
        "reply_references": [
            {"address": address, "position": index + 1, **reference_row(reply, index)}
            for index in range(len(reply.references))
        ],
        "field_sources": [
            {
                "address": address,
                "field": field,
                "source": source.source,
                "rule": source.rule,
                "raw": source.raw,
            }
            for field, source in sorted(reply.sources.items())
        ],
        "attachments": [
            {"address": address, "position": position, **_shallow(file)}
            for position, file in enumerate(reply.attachments, start=1)
        ],
        "images": [
            {"address": address, "position": position, **_shallow(image)}
            for position, image in enumerate(reply.images, start=1)
        ],
        "body_parts": [
            {
                "address": address,
                "position": position,
                "part": part.part,
                "first_paragraph": part.first,
                "last_paragraph": part.last,
            }
            for position, part in enumerate(reply.parts, start=1)
        ],
        "outline": [
            {"address": address, "position": position, **_shallow(heading)}
            for position, heading in enumerate(reply.outline, start=1)
        ],
        "citations": [
            {"address": address, "position": position, **_shallow(citation)}
            for position, citation in enumerate(reply.citations, start=1)
        ],
        "commitments": [
            {"address": address, "position": position, **_shallow(commitment)}
            for position, commitment in enumerate(reply.commitments, start=1)
        ],
        "role_mentions": [
            {"address": address, "position": position, **_shallow(mention)}
            for position, mention in enumerate(reply.roles, start=1)
        ],
    }


def _shallow(value: Any) -> Row:
    """A record with slots as a row; its values are plain already, and `asdict` would copy each of them."""
    return {name: getattr(value, name) for name in value.__slots__}


def issue_rows(address: str, scope: str, url: str, site: str | None, issues: Iterable[Issue]) -> list[Row]:
    """Issues of a page (`scope` page), of the reply on it (reply) or of a list (list), each once."""
    return [
        {
            "address": address,
            "scope": scope,
            "position": position,
            "url": url,
            "site": site,
            "code": issue.code,
            "severity": issue.severity,
            "field": issue.field,
            "message": issue.message,
            "raw": issue.raw,
        }
        for position, issue in enumerate(dict.fromkeys(issues), start=1)
    ]


def changed(old: Row, new: Row) -> Row:
    """`{field: {old, new}}` for every field that differs."""
    return {
        name: {"old": old.get(name), "new": new.get(name)}
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }
