"""Exact search for Chinese: text → words of the index, query → FTS5 expression, hit → excerpt; the index itself."""

from pipelines.publish.search.hits import count, newest
from pipelines.publish.search.index import build, problems
from pipelines.publish.search.pairs import index_text
from pipelines.publish.search.side import Side
from pipelines.publish.search.words import NOTHING, Part, excerpt, holds, match_query

__all__ = [
    "NOTHING",
    "Part",
    "Side",
    "build",
    "count",
    "excerpt",
    "holds",
    "index_text",
    "match_query",
    "newest",
    "problems",
]
