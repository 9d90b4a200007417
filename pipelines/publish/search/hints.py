"""What a reader could try when nothing was found, each with the hits that it would bring."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.publish.search.find import Search, count
from pipelines.publish.search.query import Query, Term
from pipelines.publish.search.words import HAN

ENOUGH = 1000
"""Hits beyond which a suggestion says `more than`."""

MOST_TERMS = 6
"""Longer queries are not taken apart term by term."""

MOST_PIECES = 3
"""Pieces of a term that are suggested by themselves."""

LONGEST = 60
"""Characters of a run that is cut into pieces."""

_RUN = re.compile(f"[{HAN}]+")


@dataclass(frozen=True, slots=True)
class Hint:
    """Another search, why it could be meant, and its hits (at most `ENOUGH` + 1 are counted)."""

    why: str
    search: Search
    hits: int


def hints(conn: sqlite3.Connection, search: Search) -> list[Hint]:
    """Searches that do find something; empty where none of those tried does."""
    tried: dict[str, Hint] = {}
    for why, other in _others(conn, search):
        key = repr((str(other.query), other.in_title, sorted(other.chosen.items())))
        if key not in tried and (hits := count(conn, other, ENOUGH + 1)):
            tried[key] = Hint(why, other, hits)
    return list(tried.values())


def absent(conn: sqlite3.Connection, search: Search) -> list[str]:
    """The terms that no reply holds at all."""
    terms = search.query.wanted if len(search.query.wanted) <= MOST_TERMS else ()
    return [str(term) for term in terms if not count(conn, _searching(search, (term,), anywhere=True), 1)]


def _others(conn: sqlite3.Connection, search: Search) -> Iterator[tuple[str, Search]]:
    query = search.query
    if search.chosen:
        yield "去掉机关、年份等条件", replace(search, chosen={}, page=1)
    if any(term.in_title for term in query.wanted):
        yield "不限于标题", _searching(search, query.terms, anywhere=True)
    if query.unwanted:
        yield "不排除任何词", _searching(search, query.wanted)
    if 1 < len(query.wanted) <= MOST_TERMS:
        for term in query.wanted:
            rest = tuple(one for one in query.terms if one != term)
            yield f"不要“{term.text}”", _searching(search, rest)
    for term in query.wanted[:MOST_TERMS]:
        if pieces := _pieces(conn, search, term):
            terms = tuple(one for old in query.terms for one in (pieces if old == term else [old]))
            if len(pieces) > 1:
                yield f"把“{term.text}”分成几个词", _searching(search, terms)
            if len(query.wanted) == 1:
                for piece in sorted(pieces, key=lambda one: -len(one.text))[:MOST_PIECES]:
                    yield "只找其中几个字", _searching(search, (piece, *query.unwanted))


def _searching(search: Search, terms: tuple[Term, ...], anywhere: bool = False) -> Search:
    if anywhere:
        terms = tuple(replace(term, in_title=False) for term in terms)
    return replace(search, words=str(Query(terms)), in_title=search.in_title and not anywhere, page=1)


def _pieces(conn: sqlite3.Connection, search: Search, term: Term) -> list[Term]:
    """A term in the longest pieces that some reply holds, from the left; empty where it need not be cut.

    Single characters are left out: nearly every reply holds them.
    """
    if len(term.text) > LONGEST:
        return []
    pieces: list[str] = []
    for run in _RUN.findall(term.text):
        start = 0
        while start < len(run):
            length = _longest(conn, search, term, run[start:])
            if length > 1:
                pieces.append(run[start : start + length])
            start += max(length, 1)
    pieces = list(dict.fromkeys(pieces))
    return [replace(term, text=piece) for piece in pieces] if pieces and pieces != [term.text] else []


def _longest(conn: sqlite3.Connection, search: Search, term: Term, run: str) -> int:
    """Characters of the longest beginning that is found; found beginnings of found ones are found too."""
    low, high = 0, len(run)
    while low < high:
        middle = (low + high + 1) // 2
        one = _searching(search, (replace(term, text=run[:middle]),))
        if count(conn, replace(one, chosen={}), 1):
            low = middle
        else:
            high = middle - 1
    return low
