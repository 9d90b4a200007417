"""Exact search for Chinese in stock FTS5: what is indexed for a text, and what a phrase of it is.

The stock tokenizer takes a run of Chinese for one word. So the index holds each pair of neighbouring characters as a
word, and the last character of a run once more by itself: 科技厅 is indexed as `科技 技厅 厅`. A run of two or more
characters is then a phrase of its pairs, and never matches across the end of a run, because the single last character
stands between; one character is a prefix, since every character begins a pair or is the last. Letters and digits stay
whole words, case-insensitive. What a reader may type is in `query`, what is shown of a hit in `excerpts`.

Source of the rule: measured against LIKE (tests/pipelines/publish/test_search.py); FTS5 documentation §3.2, §4.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import add

from pipelines.publish.search.pairs import HAN, WORD, folded, han

SEGMENT = re.compile(rf"([{HAN}]+)|({WORD})")


def segments(text: str) -> Iterator[tuple[str, bool]]:
    """(run of Han or word, whether it is Han) in order; everything else separates."""
    for match in SEGMENT.finditer(text):
        run, word = match.groups()
        yield (han(run), True) if run else (folded(word), False)


def _pairs(run: str) -> list[str]:
    return list(map(add, run, run[1:]))


def phrase(term: str) -> str | None:
    """One term of a query as an FTS5 phrase; None where it holds neither Han nor a word."""
    found = list(segments(term))
    if not found:
        return None
    words: list[str] = []
    prefix = ""
    for position, (segment, is_han) in enumerate(found, start=1):
        if not is_han:
            words.append(segment)
            continue
        words.extend(_pairs(segment))
        if position < len(found):
            words.append(segment[-1])
        elif len(segment) == 1:
            words.append(segment)
            prefix = "*"
    return f'"{" ".join(words)}"{prefix}'
