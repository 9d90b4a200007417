"""Lines with their places on a page → paragraphs: for formats that know where a line stands and not what it belongs to.

Search never finds a run of characters across paragraphs, so a wrapped line must be joined to the next one. A line ends
its paragraph when it stops short of the right edge of the text, or when the next line is indented.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_PAGE_NUMBER = re.compile(r"[-—–－_·•\s]{0,6}(?:第\s?)?\d{1,4}(?:\s?页)?[-—–－_·•\s]{0,6}")
_FOLDED = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ufeff\u200b-\u200f\u202a-\u202e\ud800-\udfff]"
)
_WORD = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; positions in units of the page."""

    text: str
    left: float
    right: float
    size: float
    """Width of one full-width character, about."""


def clean(text: str) -> str:
    """White space collapsed, controls out; radicals and compatibility ideographs as the characters that they stand for.

    NFKC only for those: it would make ASCII of Chinese punctuation, which is not what is printed. Tabs stay.

    >>> clean(" ⼀、\\u3000⽔利 ，\\x00好 ")
    '一、 水利 ，好'
    """
    text = _FOLDED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), _CONTROL.sub("", text))
    return "\t".join(" ".join(part.split()) for part in text.split("\t")).strip()


def paragraphs(pages: Iterable[Sequence[Line]]) -> list[str]:
    """Paragraphs of a document, joined across pages; numbers of pages at their edges are left out."""
    out: list[str] = []
    open_line: tuple[Line, float] | None = None
    for lines in pages:
        lines = _without_number(lines)
        if not lines:
            continue
        left, right = min(line.left for line in lines), max(line.right for line in lines)
        for line in lines:
            text = clean(line.text)
            if not text:
                continue
            indented = line.left > left + line.size
            if open_line is None or indented or open_line[0].right < open_line[1] - 1.6 * line.size:
                out.append(text)
            else:
                glue = " " if _WORD.match(out[-1][-1]) and _WORD.match(text[0]) else ""
                out[-1] += glue + text
            open_line = line, right
    return out


def _without_number(lines: Sequence[Line]) -> Sequence[Line]:
    if lines and _PAGE_NUMBER.fullmatch(lines[-1].text.strip()):
        lines = lines[:-1]
    if lines and _PAGE_NUMBER.fullmatch(lines[0].text.strip()):
        lines = lines[1:]
    return lines
