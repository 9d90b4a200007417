"""The newest replies that a search finds: as many as a page shows, however many there are.

The index holds replies in order of publication (`search_id`), so that the newest hits are the last ones in it: reading it
from the end stops with the page, and neither looks at the other hits nor sorts them.
"""

from __future__ import annotations

import sqlite3

from pipelines.publish.search.words import match_query

_COUNT = "select count(*) from replies_fts where replies_fts match ?"
_PAGE = (
    "select id from (select rowid as hit from replies_fts where replies_fts match ? order by rowid desc limit ?)"
    " cross join replies on replies.search_id = hit order by hit desc"
)


def newest(conn: sqlite3.Connection, words: str, limit: int) -> list[str]:
    """Ids of the newest replies that hold what a reader types; those without a date last, of one date in order of id."""
    return [row[0] for row in conn.execute(_PAGE, (match_query(words), limit))]


def count(conn: sqlite3.Connection, words: str) -> int:
    """How many replies hold what a reader types."""
    return int(conn.execute(_COUNT, (match_query(words),)).fetchone()[0])
