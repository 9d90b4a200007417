"""Rows of a list page, told from navigation: the links of the list itself, with what stands beside them.

No markup is named here: `ul#share`, `ul.info-list`, `div.lsj-list`, tables and calendars all come down to a container
whose children hold one document link each. Which containers are the list is decided by where their links lead.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.models import ListRow
from scraper.families.addresses import Target, is_document, is_file, resolve

MAX_LINKS = 20_000
"""A list page with more links is none; the rest is not looked at."""

_ROW_TAGS = frozenset(("li", "tr", "dd", "dt", "article"))
_STOP_TAGS = frozenset(("body", "html", "ul", "ol", "dl", "tbody", "table"))
_MAX_CLIMB = 8
_ELIDED = re.compile(r"(?:…+|\.{3,}|。{3,})\s*$")
_PINNED = re.compile(r"[\[(（【]?(?:置顶|推荐|热|新|new|NEW|New|hot|HOT)[!！]?[\])）】]?")
_BARE_DATE = re.compile(r"[\[(（【]?[\d\s年月日/.:：-]{4,30}[\])）】]?")
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}|\d{2})\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?(?:\s\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)"
    r"|(?<![\d-])\d{1,2}[-/月]\d{1,2}日?(?![\d-])"
)
_DATE_MARKS = re.compile(r"date|time|riqi|calendar|day|shijian", re.IGNORECASE)


@dataclass(slots=True)
class _Link:
    """A link that may be a row, and where it stands."""

    target: Target
    anchor: LexborNode
    row: LexborNode
    container: int


@dataclass(frozen=True, slots=True)
class Rows:
    """What a list page lists."""

    rows: tuple[ListRow, ...] = ()
    refused: tuple[ListRow, ...] = ()
    """Rows whose links leave the declared hosts."""


@dataclass(slots=True)
class _Group:
    links: list[_Link] = field(default_factory=list)
    kind: tuple[int, str, str] = (0, "", "")
    """Parent, tag and class of the container: sibling containers of one kind are one list."""


def find_rows(tree: LexborHTMLParser, base: str, column: str, hosts: Collection[str]) -> Rows:
    """Rows in the order of the page, each address once; `column` is the path of the column with its final slash.

    A container belongs to the list when a link of it leads below the column's path. Where none does (columns that
    collect from elsewhere), the container with the most documents on the declared hosts is the list.
    """
    groups = _groups(tree, base)
    if not groups:
        return Rows()

    def at_home(link: _Link) -> bool:
        return link.target.host in hosts and link.target.path.startswith(column)

    chosen = {key for key, group in groups.items() if any(at_home(link) for link in group.links)}
    if not chosen:
        best = max(groups, key=lambda key: _weight(groups[key], hosts))
        chosen = {best}
    kinds = {groups[key].kind for key in chosen}
    chosen |= {key for key, group in groups.items() if group.kind in kinds}
    rows: dict[str, ListRow] = {}
    refused: dict[str, ListRow] = {}
    for group in (groups[key] for key in groups if key in chosen):
        for link in group.links:
            into = rows if link.target.host in hosts else refused
            row = ListRow(link.target.url, title_of(link.anchor), date_of(link.row, link.anchor))
            known = into.get(row.url)
            # A picture and a text may link the same document: the one with words names it.
            if known is None or (not known.title and row.title):
                into[row.url] = row
    for row in _strays(tree, base, groups, chosen, hosts):
        refused.setdefault(row.url, row)
    return Rows(tuple(rows.values()), tuple(refused.values()))


def _weight(group: _Group, hosts: Collection[str]) -> tuple[int, int]:
    """Documents on the declared hosts, then those elsewhere: a footer with links to a portal is no list, unless there
    is nothing else."""
    inside = sum(link.target.host in hosts for link in group.links)
    return inside, len(group.links) - inside


def _groups(tree: LexborHTMLParser, base: str) -> dict[int, _Group]:
    """Document links by the container of their rows, in order of the page."""
    found: list[tuple[Target, LexborNode]] = []
    for anchor in tree.css("a[href]")[:MAX_LINKS]:
        target = resolve(base, anchor.attributes.get("href") or "")
        if target is not None and (is_document(target) or is_file(target)):
            found.append((target, anchor))
    below = _distinct_targets(found)
    groups: dict[int, _Group] = defaultdict(_Group)
    for target, anchor in found:
        row = _row_of(anchor, below)
        container = row.parent or row
        group = groups[container.mem_id]
        group.links.append(_Link(target, anchor, row, container.mem_id))
        above = container.parent.mem_id if container.parent else 0
        group.kind = (above, container.tag or "", container.attributes.get("class") or "")
    return dict(groups)


def _distinct_targets(found: Iterable[tuple[Target, LexborNode]]) -> Counter[int]:
    """How many different documents are linked below each node near a link."""
    urls: dict[int, set[str]] = defaultdict(set)
    for target, anchor in found:
        node: LexborNode | None = anchor
        for _ in range(_MAX_CLIMB + 1):
            if node is None:
                break
            urls[node.mem_id].add(target.url)
            node = node.parent
    return Counter({key: len(value) for key, value in urls.items()})


def _row_of(anchor: LexborNode, below: Counter[int]) -> LexborNode:
    """The element that is this link's row: the nearest `li`, `tr` …, else the largest that holds no other document."""
    node = anchor
    for _ in range(_MAX_CLIMB):
        if node.tag in _ROW_TAGS:
            return node
        parent = node.parent
        if parent is None or parent.tag in _STOP_TAGS or below[parent.mem_id] > 1:
            return node
        node = parent
    return node


def _strays(
    tree: LexborHTMLParser, base: str, groups: dict[int, _Group], chosen: set[int], hosts: Collection[str]
) -> Iterable[ListRow]:
    """Links of the list that leave the declared hosts for something that does not look like a document."""
    rows = {link.row.mem_id for key in chosen for link in groups[key].links}
    for anchor in tree.css("a[href]")[:MAX_LINKS]:
        target = resolve(base, anchor.attributes.get("href") or "")
        if target is None or target.host in hosts or is_document(target) or is_file(target):
            continue
        node: LexborNode | None = anchor
        for _ in range(_MAX_CLIMB):
            if node is None:
                break
            parent = node.parent
            if node.mem_id in rows or (
                parent is not None and parent.mem_id in chosen and node.tag in _ROW_TAGS
            ):
                yield ListRow(target.url, title_of(anchor))
                break
            node = parent


def title_of(anchor: LexborNode) -> str:
    """Title of a row: the text of the link, or its title attribute where the text is elided or missing."""
    pieces = [
        "" if child.tag == "-text" and _is_mark(child.parent, anchor) else child.text_content or ""
        for child in anchor.traverse(include_text=True)
        if child.tag == "-text"
    ]
    text = _collapse("".join(pieces)).lstrip("·•●■▪-> ")
    attribute = _collapse(anchor.attributes.get("title") or "")
    return attribute if attribute and (not text or _ELIDED.search(text)) else text


def _is_mark(node: LexborNode | None, anchor: LexborNode) -> bool:
    """Whether an element inside a link holds nothing but a date or the mark of a pinned or new row."""
    if node is None or node.mem_id == anchor.mem_id:
        return False
    if _PINNED.fullmatch(_collapse(node.text())):
        return True
    return bool(_BARE_DATE.fullmatch(_collapse(node.text())) and any(c.isdigit() for c in node.text()))


def date_of(row: LexborNode, anchor: LexborNode) -> str | None:
    """Date of a row as printed: an element that holds a date alone, else a date in the text beside the link."""
    for node in row.css("span, em, i, b, font, time, td, div, p, small, strong"):
        text = _collapse(node.text(separator=" "))
        if len(text) > 32 or not _BARE_DATE.fullmatch(text) or sum(c.isdigit() for c in text) < 3:
            continue
        if _DATE.search(text) or _DATE_MARKS.search(f"{_marks(node)} {_marks(node.parent)}"):
            return text.strip("[]()（）【】 ")
    outside = _collapse(" ".join(_texts_outside(row, anchor)))
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


def _collapse(text: str) -> str:
    """One space for white space and for control characters, which no title means and a terminal would obey."""
    return re.sub(r"[\s\u3000\u00a0\u200b\x00-\x1f\x7f-\x9f]+", " ", text).strip()
