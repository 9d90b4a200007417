"""`datapackage.json`: the exports described for machines (Data Package 1.0, Tabular Data Package, Table Schema)."""

from __future__ import annotations

from typing import Any

from pipelines import schema
from pipelines.publish.exports.terms import CAVEATS
from pipelines.schema.metadata import DESCRIPTION, LICENSE, SOURCE, TITLE, described
from pipelines.schema.model import Column

NAME = "hubei-replies"
DAYS = frozenset({"signed_on", "issued_on", "gone_on", "withheld_on"})
"""Columns that hold a whole day, and nothing else; others have a year or a month only, or a time as well."""


def package(created_at: str, version: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The descriptor. It names no licence: the text of the replies carries the terms that its site states."""
    return {
        "profile": "data-package",
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION
        + "\n\n使用条件："
        + LICENSE
        + "。\n\n"
        + "\n".join(f"- {one}" for one in CAVEATS),
        "version": version,
        "created": created_at,
        "sources": [{"title": SOURCE}],
        "keywords": ["湖北省", "人大代表建议", "政协提案", "办理答复"],
        "resources": resources,
    }


def tabular(name: str, path: str, title: str, table: schema.Table, tables: set[str]) -> dict[str, Any]:
    """A CSV file; `tables`: names of the resources that foreign keys may refer to."""
    keys = [
        {"fields": column.name, "reference": {"resource": other, "fields": key}}
        for column in table.columns
        for other, _, key in [(column.references or "").partition(".")]
        if other in tables
    ]
    return {
        **file(name, path, title, "csv", "text/csv"),
        "type": "table",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "primaryKey": list(table.pk),
            "missingValues": [""],
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def file(name: str, path: str, title: str, extension: str, media_type: str) -> dict[str, Any]:
    """A file of any kind."""
    return {
        "name": name,
        "type": "file",
        "path": path,
        "title": title,
        "format": extension,
        "mediatype": media_type,
    }


def _field(column: Column) -> dict[str, Any]:
    kind = "integer" if column.type == "INTEGER" else "date" if column.name in DAYS else "string"
    constraints: dict[str, Any] = (
        {"required": True} if column.null is None and column.type == "INTEGER" else {}
    )
    if column.values:
        constraints["enum"] = [int(one) if kind == "integer" else one for one in column.values]
    return {
        "name": column.name,
        "title": column.title,
        "type": kind,
        "description": described(column),
        **({"constraints": constraints} if constraints else {}),
    }
