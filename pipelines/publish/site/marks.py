"""The body of a reply as it is shown: policies that it names as links, what it promises marked.

Positions of both are paragraphs and characters of `body_text`; the markup holds the same characters between its tags,
with other white space. So each is looked for in its paragraph, white space apart, at the place nearest to its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

from markupsafe import Markup

from pipelines.read.sanitise import sanitise

_TAG = re.compile(r'<(?:"[^"]*"|[^">])*>')
_PIECE = re.compile(rf"(?P<tag>{_TAG.pattern})|(?P<unit>&#?\w{{1,32}};|[^<]|<)")
_ANCHOR = re.compile(r'<span id="p(\d{1,7})">')
_LINK = re.compile(r"<(/?)a[ >]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the body: `url` makes it a link, `name` an address within the page and a promise."""

    paragraph: int
    """Line of `body_text`, from 1."""
    offset: int
    """Characters of the line in front of it."""
    text: str
    url: str | None = None
    name: str | None = None


@dataclass(slots=True)
class _Unit:
    """A character of the text as the markup spells it."""

    place: int
    text: str
    in_link: bool
    span: Span | None = None
    link: Span | None = None


def body(html: str | None, text: str, spans: Sequence[Span]) -> Markup:
    """Markup of the body, sanitised once more; from the plain text where none was kept.

    A span that does not stand in its paragraph is left out: nothing is marked that is not there.
    """
    if html is None:
        lines = text.split("\n")
        html = "".join(
            f'<p><span id="p{n}"></span>{escape(line)}</p>' for n, line in enumerate(lines, start=1)
        )
    html = sanitise(html)
    by_paragraph: dict[int, list[Span]] = {}
    for span in spans:
        by_paragraph.setdefault(span.paragraph, []).append(span)
    if not spans:
        return Markup(html)  # noqa: S704  # sanitised just now
    pieces = _pieces(html, by_paragraph.keys())
    lines = text.split("\n")
    marks: dict[int, _Unit] = {}
    for number, units in _paragraphs(pieces, by_paragraph.keys()):
        for span in by_paragraph.get(number, ()):
            before = lines[number - 1][: span.offset] if number <= len(lines) else ""
            for unit in _place(units, _bare(span.text), len(_bare(before))):
                if span.name:
                    unit.span = unit.span or span
                elif not unit.in_link:
                    unit.link = unit.link or span
                marks[unit.place] = unit
    return Markup("".join(_written(pieces, marks)))  # noqa: S704  # sanitised, and what is added is escaped


def _pieces(html: str, wanted: Set[int]) -> list[tuple[str | None, str | None]]:
    """Tags and characters of the markup, (tag, None) and (None, character); a paragraph in which nothing is to be marked
    is one piece, and taken for a tag."""
    pieces: list[tuple[str | None, str | None]] = []
    starts = [(0, 0), *((anchor.start(), int(anchor[1])) for anchor in _ANCHOR.finditer(html))]
    for (start, number), (end, _) in zip(starts, [*starts[1:], (len(html), 0)], strict=True):
        if number in wanted:
            pieces += [(match["tag"], match["unit"]) for match in _PIECE.finditer(html, start, end)]
        elif start < end:
            pieces.append((html[start:end], None))
    return pieces


def _paragraphs(
    pieces: Sequence[tuple[str | None, str | None]], wanted: Set[int]
) -> Iterator[tuple[int, list[_Unit]]]:
    """Number of each paragraph and, of those wanted, its characters that are no white space."""
    number, inside, units = 0, 0, list[_Unit]()
    for place, (tag, unit) in enumerate(pieces):
        if tag is not None:
            if anchor := _ANCHOR.match(tag):
                yield number, units
                number, units = int(anchor[1]), []
            links = (_LINK.match(one) for one in _TAG.findall(tag))
            inside += sum(-1 if link[1] else 1 for link in links if link)
        elif unit is not None and number in wanted and (char := _character(unit)):
            units.append(_Unit(place, char, inside > 0))
    yield number, units


def _place(units: list[_Unit], wanted: str, expected: int) -> list[_Unit]:
    """The characters of a text in a paragraph, at the place nearest to the one expected; empty where it is not there."""
    whole = "".join(unit.text for unit in units)
    places = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", whole)] if wanted else []
    if not places:
        return []
    start = min(places, key=lambda place: abs(place - expected))
    return units[start : start + len(wanted)]


def _written(pieces: Sequence[tuple[str | None, str | None]], marks: dict[int, _Unit]) -> Iterator[str]:
    """The markup with the marks; a mark ends before a tag and goes on behind it."""
    named: set[str] = set()
    span: Span | None = None
    link: Span | None = None
    for place, (tag, text) in enumerate(pieces):
        unit = marks.get(place)
        if unit is None and span is None and link is None:  # most of a body
            yield tag if tag is not None else text or ""
            continue
        blank = tag is None and unit is None and not _character(text or "")
        wanted = (unit.span, unit.link) if unit else (span, link) if blank else (None, None)
        if wanted != (span, link):
            yield "</a>" * (link is not None) + "</span>" * (span is not None)
            span, link = wanted
            if span is not None and span.name:
                fresh = span.name not in named
                named.add(span.name)
                yield (
                    f'<span class="promise" id="{escape(span.name)}">' if fresh else '<span class="promise">'
                )
            if link is not None and link.url:
                yield f'<a class="policy" href="{escape(link.url)}">'
        yield tag if tag is not None else text or ""
    yield "</a>" * (link is not None) + "</span>" * (span is not None)


@lru_cache(maxsize=8192)
def _character(unit: str) -> str:
    """What a character of the markup, or an entity, stands for; nothing for white space."""
    return _bare(unescape(unit))[:1]


def _bare(text: str) -> str:
    return "".join(text.split())
