"""One row of a list page: where its link leads, its title and its date, whatever the markup around them.

Which elements are rows of the list is decided in `blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from pipelines.address import address_key
from pipelines.models import ListRow
from scraper.families.addresses import FILE_TYPES, PAGE_TYPES, Target, resolve

MAX_LINKS = 20_000
"""A list page with more links is none; the rest is not looked at."""

_ELIDED = re.compile(r"(?:…+|\.{3,}|。{3,})\s*$")
_PINNED = re.compile(r"[\[(（【]?(?:置顶|推荐|热|新|new|NEW|New|hot|HOT)[!！]?[\])）】]?")
_BARE_DATE = re.compile(r"[\[(（【]?[\d\s年月日/.:：-]{4,30}[\])）】]?")
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}|\d{2})\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?(?:\s\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)"
    r"|(?<![\d-])\d{1,2}[-/月]\d{1,2}日?(?![\d-])"
)
_DATE_MARKS = re.compile(r"date|time|riqi|calendar|day|shijian", re.IGNORECASE)
_QUOTED = re.compile(r"\"([^\"\s]{1,500})\"|'([^'\s]{1,500})'")


@dataclass(frozen=True, slots=True)
class Rows:
    """What a list page lists, and what about it is not as it should be."""

    rows: tuple[ListRow, ...] = ()
    refused: tuple[ListRow, ...] = ()
    """Rows whose links leave the declared hosts."""
    unlinked: tuple[str, ...] = ()
    """Titles of rows that lead nowhere: no link, or one that only a script could follow."""
    blocks: tuple[int, ...] = ()
    """Rows of each block of the page that could be the list; one where all is well."""
    elsewhere: bool = False
    """None of the rows lies below the column's path."""
    broken: str | None = None
    """Why the answer could not be read at all."""

    def without(self, keys: Collection[str]) -> Rows:
        """Leave out the addresses with these keys: page numbers are no rows."""
        return replace(self, rows=tuple(row for row in self.rows if address_key(row.url) not in keys))


def target_of(node: LexborNode, base: str) -> Target | None:
    """Where a link leads: its address, or the address that its script opens, where that is written out:
    `onclick="window.open('./t20240902_1.shtml')"`. Nothing is run; `openDetail(607151)` leads nowhere."""
    attributes = node.attributes
    target = resolve(base, attributes.get("href") or "") if node.tag == "a" else None
    if target is not None:
        return target
    for script in (attributes.get("onclick") or "", attributes.get("href") or ""):
        for double, single in _QUOTED.findall(script[:2000]):
            target = resolve(base, double or single)
            if target is not None and target.extension in PAGE_TYPES | FILE_TYPES:
                return target
    return None


def title_of(anchor: LexborNode) -> str:
    """Title of a row: the text of the link, or its title attribute where the text is elided or missing."""
    pieces = [
        "" if child.tag == "-text" and _is_mark(child.parent, anchor) else child.text_content or ""
        for child in anchor.traverse(include_text=True)
        if child.tag == "-text"
    ]
    text = collapse("".join(pieces)).lstrip("·•●■▪-> ")
    attribute = collapse(anchor.attributes.get("title") or "")
    return attribute if attribute and (not text or _ELIDED.search(text)) else text


def _is_mark(node: LexborNode | None, anchor: LexborNode) -> bool:
    """Whether an element inside a link holds nothing but a date or the mark of a pinned or new row."""
    if node is None or node.mem_id == anchor.mem_id:
        return False
    if _PINNED.fullmatch(collapse(node.text())):
        return True
    return bool(_BARE_DATE.fullmatch(collapse(node.text())) and any(c.isdigit() for c in node.text()))


def date_of(row: LexborNode, anchor: LexborNode) -> str | None:
    """Date of a row as printed: an element that holds a date alone, else a date in the text beside the link."""
    for node in row.css("span, em, i, b, font, time, td, div, p, small, strong"):
        text = collapse(node.text(separator=" "))
        if len(text) > 32 or not _BARE_DATE.fullmatch(text) or sum(c.isdigit() for c in text) < 3:
            continue
        if _DATE.search(text) or _DATE_MARKS.search(f"{_marks(node)} {_marks(node.parent)}"):
            return text.strip("[]()（）【】 ")
    outside = collapse(" ".join(_texts_outside(row, anchor)))
    match = _DATE.search(outside)
    return match[0].strip() if match else None


def _marks(node: LexborNode | None) -> str:
    return (
        f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}" if node is not None else ""
    )


def _texts_outside(row: LexborNode, anchor: LexborNode) -> Iterable[str]:
    """Texts of a row that do not belong to its link, up to 400 characters."""
    inside = {child.mem_id for child in anchor.traverse(include_text=True)}
    length = 0
    for child in row.traverse(include_text=True):
        if child.tag == "-text" and child.mem_id not in inside:
            text = child.text_content or ""
            length += len(text)
            if length > 400:
                return
            yield text


def collapse(text: str) -> str:
    """One space for white space and for control characters, which no title means and a terminal would obey."""
    return re.sub(r"[\s\u3000\u00a0\u200b\x00-\x1f\x7f-\x9f]+", " ", text).strip()
