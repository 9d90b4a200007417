"""Addresses inside a corpus."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from datasette.utils import tilde_encode


def rows_where(datasette: Any, database: str, table: str, **conditions: object) -> str:
    """The table page of the rows whose columns equal these values."""
    return f"{datasette.urls.table(database, table)}?{urlencode(conditions)}"


def row(datasette: Any, database: str, table: str, key: object) -> str:
    """The page of one row with a simple primary key."""
    address: str = datasette.urls.row(database, table, tilde_encode(str(key)))
    return address
