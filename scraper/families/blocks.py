"""Which part of a list page is the list: blocks of document links, told from navigation by where their links lead.

No markup is named here: `ul#share`, `ul.info-list`, `div.lsj-list`, tables and calendars all come down to a container
whose children hold one document link each. One block should fit. Where several do, all are read, so that nothing is
lost, and the page is reported (`Rows.blocks`): somebody should look.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.address import address_key
from pipelines.models import ListRow
from scraper.families.addresses import PAGE_TYPES, Target, is_document, is_file, resolve
from scraper.families.rows import MAX_LINKS, Rows, date_of, target_of, title_of

Fits = Callable[[Target], bool]
Block = list[int]
"""Containers that make up one list: siblings of one kind."""

_ROW_TAGS = frozenset(("li", "tr", "dd", "dt", "article"))
_STOP_TAGS = frozenset(("body", "html", "ul", "ol", "dl", "tbody", "table"))
_MAX_CLIMB = 8
_TURNING = re.compile(
    r"[\d\s/共第页条首尾末上下一前后转到跳至go<>«»‹›|.:：-]{0,40}|更多.{0,2}|more", re.IGNORECASE
)
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(slots=True)
class _Link:
    """A link that may be a row, and where it stands."""

    target: Target
    anchor: LexborNode
    row: LexborNode


@dataclass(slots=True)
class _Group:
    container: LexborNode
    links: list[_Link] = field(default_factory=list)

    @property
    def kinds(self) -> tuple[tuple[object, ...], tuple[object, ...]]:
        """By which sibling containers are one list: those under one parent, and those in sections of one kind
        (`div.year > ul`) under one parent."""
        parent = self.container.parent
        above = parent.parent if parent is not None else None
        own = (self.container.tag, self.container.attributes.get("class") or "")
        if parent is None:
            return (0, *own), (0, *own)
        section = (above.mem_id if above is not None else 0, parent.tag, parent.attributes.get("class") or "")
        # Parts of the page itself are no sections of a list.
        return (parent.mem_id, *own), (*section, *own) if section[2] else (parent.mem_id, *own)


def is_row_target(target: Target) -> bool:
    """Whether an address may be that of a row: a document or a file."""
    return is_document(target) or is_file(target)


def find_rows(
    tree: LexborHTMLParser,
    base: str,
    column: str,
    hosts: Collection[str],
    fits: Fits = is_row_target,
    at_home: Fits | None = None,
) -> Rows:
    """Rows in the order of the page, each address once; `column` is the path of the column with its final slash.

    A block is the list when a link of it is at home: on the declared hosts and, unless `at_home` says it otherwise,
    below the column's path. Where none is (columns that collect from elsewhere), the block with the most documents on
    the declared hosts is the list.
    """

    def below(target: Target) -> bool:
        return target.path.startswith(column)

    groups = _groups(tree, base, fits)
    if not groups:
        return Rows(unlinked=tuple(unlinked(tree, base)))
    chosen, sizes, elsewhere = _choose(groups, hosts, at_home or below)
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
    for row in _strays(tree, base, groups, chosen, hosts, fits):
        refused.setdefault(row.url, row)
    lost: list[str] = []
    for node, target in _leftovers(base, [groups[key] for key in groups if key in chosen], fits):
        if target is None:
            lost += filter(None, [dead_title(node)])
        elif target.host in hosts and target.extension in PAGE_TYPES and _dated(node):
            # It stands among the rows and bears a date like them: a document with an unusual name.
            anchor = node.css_first("a") or node
            row = ListRow(target.url, title_of(anchor), date_of(node, anchor))
            rows.setdefault(target.url, row)
    return Rows(tuple(rows.values()), tuple(refused.values()), tuple(lost), sizes, elsewhere)


def _choose(
    groups: dict[int, _Group], hosts: Collection[str], at_home: Fits
) -> tuple[set[int], tuple[int, ...], bool]:
    """(containers that are the list, rows of each block that could be it, whether all of it comes from elsewhere)."""
    blocks = _blocks(groups)
    addresses = [
        {
            address_key(link.target.url)
            for key in block
            for link in groups[key].links
            if link.target.host in hosts
        }
        for block in blocks
    ]
    fitting = [
        number
        for number, block in enumerate(blocks)
        if any(
            link.target.host in hosts and at_home(link.target) for key in block for link in groups[key].links
        )
    ]
    elsewhere = not fitting
    if elsewhere:
        weights = [
            max(_weight(groups[key], hosts) for key in block)
            if len(block) == 1
            else _sum(block, groups, hosts)
            for block in blocks
        ]
        fitting = [number for number, weight in enumerate(weights) if weight == max(weights)]
    best = max(fitting, key=lambda number: (len(addresses[number]), -number))
    # A block that repeats what the list has (latest, most read) is no second list.
    fitting = [number for number in fitting if number == best or addresses[number] - addresses[best]]
    chosen = {key for number in fitting for key in blocks[number]}
    return chosen, tuple(len(addresses[number]) for number in fitting), elsewhere


def _blocks(groups: dict[int, _Group]) -> list[Block]:
    """Containers put together: siblings of one kind are one list."""
    blocks: list[Block] = []
    by_kind: dict[object, Block] = {}
    for key, group in groups.items():
        near, far = group.kinds
        block = by_kind.get(near) or by_kind.get(far)
        if block is None:
            block = []
            blocks.append(block)
        block.append(key)
        by_kind.setdefault(near, block)
        by_kind.setdefault(far, block)
    return blocks


def _weight(group: _Group, hosts: Collection[str]) -> tuple[int, int]:
    """Documents on the declared hosts, then those elsewhere: a footer with links to a portal is no list, unless there
    is nothing else."""
    inside = sum(link.target.host in hosts for link in group.links)
    return inside, len(group.links) - inside


def _sum(block: Block, groups: dict[int, _Group], hosts: Collection[str]) -> tuple[int, int]:
    weights = [_weight(groups[key], hosts) for key in block]
    return sum(inside for inside, _ in weights), sum(outside for _, outside in weights)


def _groups(tree: LexborHTMLParser, base: str, fits: Fits) -> dict[int, _Group]:
    """Document links by the container of their rows, in order of the page."""
    found: list[tuple[Target, LexborNode]] = []
    for anchor in tree.css("a, li[onclick], tr[onclick], div[onclick], span[onclick], p[onclick]")[
        :MAX_LINKS
    ]:
        target = target_of(anchor, base)
        if target is not None and fits(target):
            found.append((target, anchor))
    below = _distinct_targets(found)
    groups: dict[int, _Group] = {}
    for target, anchor in found:
        row = _row_of(anchor, below)
        container = row.parent or row
        group = groups.setdefault(container.mem_id, _Group(container))
        group.links.append(_Link(target, anchor, row))
    return groups


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
    tree: LexborHTMLParser,
    base: str,
    groups: dict[int, _Group],
    chosen: set[int],
    hosts: Collection[str],
    fits: Fits,
) -> Iterator[ListRow]:
    """Links of the list that leave the declared hosts for something that does not look like a document."""
    rows = {link.row.mem_id for key in chosen for link in groups[key].links}
    for anchor in tree.css("a[href]")[:MAX_LINKS]:
        target = resolve(base, anchor.attributes.get("href") or "")
        if target is None or target.host in hosts or fits(target):
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


def _leftovers(base: str, groups: list[_Group], fits: Fits) -> Iterator[tuple[LexborNode, Target | None]]:
    """Rows of the list that hold no document link, with where they lead: to an address of another shape, or nowhere."""
    for group in groups:
        linked = {link.row.mem_id for link in group.links}
        for child in group.container.iter():
            if child.tag not in _ROW_TAGS or child.mem_id in linked:
                continue
            targets = [target_of(anchor, base) for anchor in child.css("a")]
            yield child, next(filter(None, targets), None)


def unlinked(tree: LexborHTMLParser, base: str) -> Iterator[str]:
    """Rows that lead nowhere on a page whose list is not known: whatever bears a date and a title in one row."""
    for row in tree.css("li, tr, dd")[:MAX_LINKS]:
        if any(target_of(anchor, base) for anchor in row.css("a")) or not _dated(row):
            continue
        title = dead_title(row)
        if title:
            yield title


def dead_title(row: LexborNode) -> str | None:
    """Title of a row that leads nowhere; None for spacers, headings and pagers.

    Such a row has a link that cannot be followed and a title of some length, or a title and a date without any link.
    """
    if len(row.css("li, tr")) > 1 or row.css_first("th"):
        return None
    anchors = row.css("a")
    title = next(filter(None, map(title_of, anchors)), "") or title_of(row)
    if not title or _TURNING.fullmatch(title):
        return None
    scripted = bool(anchors) or "onclick" in row.attributes
    long = len(_HAN.findall(title[:300])) >= 6
    told = (scripted and (long or _dated(row))) or (long and _dated(row))
    return title[:200] if told else None


def _dated(row: LexborNode) -> bool:
    return date_of(row, row.css_first("a") or row) is not None
