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
import unicodedata
from collections.abc import Iterator
from operator import add

HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00016ff0-\U00016ff6\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
"""Unicode blocks of Han: radicals, 々〆〇, Suzhou numerals, unified with all extensions, compatibility."""

SEGMENT = re.compile(rf"([{HAN}]+)|([^\W_{HAN}](?:[^\W_{HAN}]|[\u0300-\u036f])*)")
_WIDE = {
    code: code - 0xFEE0
    for block in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(block[0], block[1] + 1)
}
_RADICAL = re.compile("[\u2e80-\u2fdf]")
_RADICALS = {code: 0xE000 + code - 0x2E80 for code in range(0x2E80, 0x2FE0)}
"""Radicals are symbols to the tokenizer; private use characters, which no word holds, stand for them."""


def segments(text: str) -> Iterator[tuple[str, bool]]:
    """(run of Han or word, whether it is Han) in order; everything else separates."""
    for match in SEGMENT.finditer(text):
        han, word = match.groups()
        if han:
            yield (han.translate(_RADICALS) if _RADICAL.search(han) else han), True
        else:
            yield unicodedata.normalize("NFC", word.translate(_WIDE)), False


def _pairs(run: str) -> list[str]:
    return list(map(add, run, run[1:]))


def index_text(text: str | None) -> str:
    """What goes into the index for a text; words separated by spaces.

    >>> index_text("科技厅2024年，好")
    '科技 技厅 厅 2024 年 好'
    """
    words: list[str] = []
    for segment, han in segments(text or ""):
        if han:
            words.extend(_pairs(segment))
            words.append(segment[-1])
        else:
            words.append(segment)
    return " ".join(words)


def phrase(term: str) -> str | None:
    """One term of a query as an FTS5 phrase; None where it holds neither Han nor a word."""
    found = list(segments(term))
    if not found:
        return None
    words: list[str] = []
    prefix = ""
    for position, (segment, han) in enumerate(found, start=1):
        if not han:
            words.append(segment)
            continue
        words.extend(_pairs(segment))
        if position < len(found):
            words.append(segment[-1])
        elif len(segment) == 1:
            words.append(segment)
            prefix = "*"
    return f'"{" ".join(words)}"{prefix}'
