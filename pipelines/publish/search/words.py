"""Exact search for Chinese in stock FTS5: what is indexed, what a query becomes, what is shown of a hit.

The stock tokenizer takes a run of Chinese for one word. So the index holds each pair of neighbouring characters as a
word, and the last character of a run once more by itself: 科技厅 is indexed as `科技 技厅 厅`. A run of two or more
characters is then a phrase of its pairs, and never matches across the end of a run, because the single last character
stands between; one character is a prefix, since every character begins a pair or is the last. Letters and digits stay
whole words, case-insensitive. The index keeps no text (contentless), so excerpts come from the stored text.

Source of the rule: measured against LIKE (tests/pipelines/publish/test_search.py); FTS5 documentation §3.2, §4.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import add
from typing import NamedTuple

from pipelines.publish.search.pairs import HAN, WORD, folded, han

_SEGMENT = re.compile(rf"([{HAN}]+)|({WORD})")
_GAP = r"[\W_]{0,20}"

NOTHING = '"\uf8ff"'
"""A query that finds nothing: no word of the index holds this character."""

MARKED_TERMS = 200
"""Terms of a query that are marked in an excerpt."""


class Part(NamedTuple):
    """A piece of an excerpt."""

    text: str
    hit: bool


def segments(text: str) -> Iterator[tuple[str, bool]]:
    """(run of Han or word, whether it is Han) in order; everything else separates."""
    for match in _SEGMENT.finditer(text):
        run, word = match.groups()
        yield (han(run), True) if run else (folded(word), False)


def _pairs(run: str) -> list[str]:
    return list(map(add, run, run[1:]))


def _phrase(term: str) -> str | None:
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


def match_query(words: str | None) -> str:
    """What a reader types → an FTS5 expression; takes the place of Datasette's `escape_fts`.

    Terms are separated by white space and must all occur. A run of Chinese must occur as it is; within a term, Chinese,
    words and digits must follow each other. Operators and quotation marks have no meaning. Text without a single word
    finds nothing.

    >>> match_query("科技厅 第20240133号 AND 税")
    '"科技 技厅" "第 20240133 号"* "and" "税"*'
    """
    phrases = [phrase for term in (words or "").split() if (phrase := _phrase(term))]
    return " ".join(dict.fromkeys(phrases)) or NOTHING


def _pattern(words: str) -> re.Pattern[str] | None:
    """What to mark in a stored text: the same terms, with separators between segments."""
    wanted: list[str] = []
    for term in words.split()[:MARKED_TERMS]:
        pieces = [(match[0], match[1] is not None) for match in _SEGMENT.finditer(term)]
        if not pieces:
            continue
        body = _GAP.join(re.escape(piece) for piece, _ in pieces)
        before = "" if pieces[0][1] else rf"(?<![^\W_{HAN}])"
        after = "" if pieces[-1][1] else rf"(?![^\W_{HAN}])"
        wanted.append(f"{before}{body}{after}")
    wanted.sort(key=len, reverse=True)
    return re.compile("|".join(wanted), re.IGNORECASE) if wanted else None


def holds(text: str | None, words: str) -> bool:
    """Whether a term of the query stands in a stored text, so that an excerpt of it would show a hit."""
    pattern = _pattern(words)
    return pattern is not None and pattern.search(" ".join((text or "").split())) is not None


def excerpt(text: str | None, words: str, width: int = 120) -> tuple[Part, ...]:
    """A stretch of at most ``width`` characters of the stored text around the first hit, hits marked.

    Line feeds become spaces; `…` stands where text was left out. Without a hit it is the beginning of the text.
    """
    plain = " ".join((text or "").split())
    pattern = _pattern(words)
    first = pattern.search(plain) if pattern else None
    start = 0 if first is None else max(0, min(first.start() - width // 4, len(plain) - width))
    stop = start + width
    parts: list[Part] = [Part("…", False)] if start else []
    position = start
    for match in pattern.finditer(plain, start) if pattern else ():
        if match.start() >= stop:
            break
        if match.start() > position:
            parts.append(Part(plain[position : match.start()], False))
        parts.append(Part(match[0][: stop - match.start()], True))
        position = match.end()
    if position < min(stop, len(plain)):
        parts.append(Part(plain[position:stop], False))
    if stop < len(plain):
        parts.append(Part("…", False))
    return tuple(parts)
