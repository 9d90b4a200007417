"""Pages of a sorted list that follow one another: rows that are equal in what is sorted by stand in the order of their keys.

Datasette 0.65 orders the first page by the column alone and the pages behind it by column and key. Among equal rows the
first page then has them as an index happens to hold them, backwards for a descending order, and going on behind the last
key loses some rows and repeats others, in lists as in exports of all rows. Here the first page is ordered like the rest.
"""

from __future__ import annotations

import re
from typing import Any

from datasette.utils import escape_sqlite

_ORDER = re.compile(r" order by (?P<column>\[[^\]]*\]|\w+)(?P<desc> desc)?(?= limit \d+(?: offset \d+)?$)")
"""The end of the one statement that reads a page of a table."""


def with_keys(sql: str, keys: list[str]) -> str:
    """The statement with the keys behind the column that it orders by; unchanged where there is nothing to add.

    >>> with_keys("select * from t order by year desc limit 21", ["id"])
    'select * from t order by year desc, id limit 21'
    >>> with_keys("select * from t order by id limit 21", ["id"])
    'select * from t order by id limit 21'
    """
    found = _ORDER.search(sql)
    escaped = [escape_sqlite(key) for key in keys]
    if found is None or [found["column"]] == escaped:
        return sql
    return f"{sql[: found.end()]}, {', '.join(escaped)}{sql[found.end() :]}"


class _Passing:
    """Everything of another object but what a subclass defines."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Database(_Passing):
    def __init__(self, inner: Any, table: str) -> None:
        super().__init__(inner)
        self._table = table

    async def execute(self, sql: str, *args: Any, **kwargs: Any) -> Any:
        if _ORDER.search(sql):
            sql = with_keys(sql, await self._inner.primary_keys(self._table))
        return await self._inner.execute(sql, *args, **kwargs)


class Ordered(_Passing):
    """A Datasette instance, as the view of one table sees it."""

    def __init__(self, inner: Any, table: str) -> None:
        super().__init__(inner)
        self._table = table

    def get_database(self, *args: Any, **kwargs: Any) -> Any:
        """The database, which orders as said above."""
        return _Database(self._inner.get_database(*args, **kwargs), self._table)
