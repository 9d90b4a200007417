"""What a query names rather than describes: a reply by id, index number or document number, a proposal by its number.

Parts of numbers are no words of the index, and an index number may stand in no text: so they are looked up by column.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Literal, NamedTuple

from pipelines.normalise.document_number import read_document_number
from pipelines.normalise.index_number import find_index_number
from pipelines.normalise.proposal_number import normal_number

MOST = 10
"""Things that one query may name."""

LONGEST = 80
"""Characters of a name."""

_REPLY_ID = re.compile(r"r[a-z2-7]{11}")
_NUMBER = re.compile(r"(?:提案|建议|议案)?第?([A-Za-z]{0,4}\d{1,12})号?(?:提案|建议|议案)?")


class Named(NamedTuple):
    """A row that the query names: its table and id."""

    table: Literal["replies", "proposals"]
    id: str


def named(conn: sqlite3.Connection, words: str) -> list[Named]:
    """The rows that a query names, replies first; empty for most queries."""
    words = words.strip().strip('"“”')
    if not words or len(words) > LONGEST or not re.search(r"\d|^r", words):
        return []
    found = [Named("replies", row[0]) for row in _replies(conn, words)]
    if match := _NUMBER.fullmatch(words):
        number = normal_number(match[1])
        rows = conn.execute(
            "select id from proposals where number = ? order by session_year desc, id limit ?", (number, MOST)
        )
        found += [Named("proposals", row[0]) for row in rows]
    return found[:MOST]


def _replies(conn: sqlite3.Connection, words: str) -> list[tuple[str]]:
    if _REPLY_ID.fullmatch(words):
        present = conn.execute("select id from replies where id = ?", (words,)).fetchall()
        return present or conn.execute("select reply_id from reply_ids where id = ?", (words,)).fetchall()
    document = read_document_number(words)
    for column, value in (
        ("document_number", None if document.rest else document.value),
        ("index_number", find_index_number(words)),
    ):
        if value:
            return conn.execute(
                f"select id from replies where {column} = ? order by id limit ?",  # noqa: S608  # our own names
                (value, MOST),
            ).fetchall()
    return []
