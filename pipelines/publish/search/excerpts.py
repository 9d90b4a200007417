"""What is shown of a hit, made from the stored text: the index keeps none (contentless)."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.publish.search.query import parse
from pipelines.publish.search.words import HAN, SEGMENT

_GAP = r"[\W_]{0,20}"

MARKED_TERMS = 200
"""Terms of a query that are marked in an excerpt."""


class Part(NamedTuple):
    """A piece of an excerpt."""

    text: str
    hit: bool


def _pattern(words: str, title: bool = False) -> re.Pattern[str] | None:
    """What to mark in a stored text: the terms that must occur there, with separators between segments."""
    wanted: list[str] = []
    for term in parse(words).wanted[:MARKED_TERMS]:
        if term.in_title and not title:
            continue
        pieces = [(match[0], match[1] is not None) for match in SEGMENT.finditer(term.text)]
        body = _GAP.join(re.escape(piece) for piece, _ in pieces)
        before = "" if pieces[0][1] else rf"(?<![^\W_{HAN}])"
        after = "" if pieces[-1][1] else rf"(?![^\W_{HAN}])"
        wanted.append(f"{before}{body}{after}")
    wanted.sort(key=len, reverse=True)
    return re.compile("|".join(wanted), re.IGNORECASE) if wanted else None


def holds(text: str | None, words: str) -> bool:
    """Whether a term that may stand anywhere does so in a stored text, so that an excerpt of it would show a hit."""
    pattern = _pattern(words)
    return pattern is not None and pattern.search(" ".join((text or "").split())) is not None


def marked(title: str, words: str) -> tuple[Part, ...]:
    """The whole of a title, hits marked."""
    return _cut(title, _pattern(words, title=True), len(title) + 1)


def excerpt(text: str | None, words: str, width: int = 120) -> tuple[Part, ...]:
    """A stretch of at most ``width`` characters of the stored text around the first hit, hits marked.

    Line feeds become spaces; `…` stands where text was left out. Without a hit it is the beginning of the text. A further hit that the end
    would cut is left out.
    """
    return _cut(" ".join((text or "").split()), _pattern(words), width)


def _cut(plain: str, pattern: re.Pattern[str] | None, width: int) -> tuple[Part, ...]:
    first = pattern.search(plain) if pattern else None
    start = 0 if first is None else max(0, min(first.start() - width // 4, len(plain) - width))
    stop = start + width
    parts: list[Part] = [Part("…", False)] if start else []
    position = start
    for match in pattern.finditer(plain, start) if pattern else ():
        if match.end() > stop and match.start() > start + width // 4:
            stop = min(stop, match.start())  # half a hit would read as another word
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
