"""Exact search for Chinese: text → words of the index, query → FTS5 expression, hit → excerpt; the index itself."""

from pipelines.publish.search.direct import Named, named
from pipelines.publish.search.excerpts import Part, excerpt, holds, marked
from pipelines.publish.search.find import (
    BOUND,
    COUNTED,
    FACETS,
    NONE,
    SIZE,
    Count,
    Found,
    Search,
    count,
    find,
)
from pipelines.publish.search.hints import ENOUGH, Hint, absent, hints
from pipelines.publish.search.index import build, problems, problems_of
from pipelines.publish.search.pairs import index_text
from pipelines.publish.search.query import NOTHING, Query, Term, match_query, parse
from pipelines.publish.search.side import Side

__all__ = [
    "BOUND",
    "COUNTED",
    "ENOUGH",
    "FACETS",
    "NONE",
    "NOTHING",
    "SIZE",
    "Count",
    "Found",
    "Hint",
    "Named",
    "Part",
    "Query",
    "Search",
    "Side",
    "Term",
    "absent",
    "build",
    "count",
    "excerpt",
    "find",
    "hints",
    "holds",
    "index_text",
    "marked",
    "match_query",
    "named",
    "parse",
    "problems",
    "problems_of",
]
