"""What stands around a text: its catalogue block, the line under its title, its title. Read by label.

From the container the search climbs level by level and looks at what stands before it (and at blocks of labels behind
it); it ends at the level where the title stands. Where that finds no catalogue although the page prints one, the
smallest block with two catalogue labels is searched in the whole page, and BeautifulSoup reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.models import RawField
from pipelines.read import chrome, fields, headings, labels
from pipelines.read.rows import read_markup
from pipelines.remember import remembered

_CATALOGUE = re.compile(
    r"索\s{0,8}引\s{0,8}号|发\s{0,8}文\s{0,8}字\s{0,8}号|文\s{0,8}号\s{0,8}[:：<]|发\s{0,4}布\s{0,4}机\s{0,4}构|发\s{0,4}文\s{0,4}机\s{0,4}关"
    r"|公\s{0,4}开\s{0,4}(?:日\s{0,4}期|主\s{0,4}体|方\s{0,4}式)|发\s{0,4}布\s{0,4}(?:日\s{0,4}期|时\s{0,4}间)|主\s{0,4}题\s{0,4}分\s{0,4}类|发\s{0,4}文\s{0,4}日\s{0,4}期|成\s{0,4}文\s{0,4}日\s{0,4}期"
)
_LINE = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]|/(?:19|20)\d\d-\d|来\s?源|发布|日期|时间|浏览|索\s{0,8}引|文\s{0,8}号|分\s{0,8}类|类\s{0,8}别"
)
_LEVELS = 14
_LONG = 1500
_SILENT = frozenset({"script", "style", "-comment", "_comment", "noscript", "link", "meta", "iframe"})
_SITE_NAME = re.compile(r"(?:人民政府|政府网|政府网站|门户网站|门户|官网|信息公开|信息公开网)$")
_HEADING = re.compile(
    r"(?:^|[\s_-])(?:title|tit|bt|biaoti|headline|article-?title|xl-?title|content-?title)(?:$|[\s_\d-])",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Around:
    """Fields and titles around a text."""

    fields: list[RawField] = field(default_factory=list)
    titles: list[tuple[str, str]] = field(default_factory=list)

    @property
    def catalogue(self) -> bool:
        """Whether a catalogue block was read."""
        return labels.is_catalogue(f.label for f in self.fields)


def look_around(tree: LexborHTMLParser, container: LexborNode | None, source: str) -> Around:
    """Read what stands around ``container``; ``source`` is the text of the page."""
    around = Around()
    title_level: int | None = None
    has_catalogue = False
    node = container
    for level in range(_LEVELS):
        if (
            node is None
            or node.tag in ("body", "html")
            or (title_level is not None and level > title_level + 3)
        ):
            break
        before = _before(node)
        for sibling in before:
            _read_sibling(around, sibling, bylines=title_level is None)
        if title_level is None and around.titles:
            title_level = level
        has_catalogue = has_catalogue or around.catalogue
        if not has_catalogue:
            _read_behind(around, node)
        node = node.parent
    if not around.catalogue and _CATALOGUE.search(source):
        _search_whole(around, tree, container)
    return around


def _before(node: LexborNode) -> list[LexborNode]:
    """Siblings before a node, in order of the document."""
    out: list[LexborNode] = []
    sibling = node.prev
    while sibling is not None and len(out) < 60:
        if sibling.tag not in _SILENT:
            out.append(sibling)
        sibling = sibling.prev
    out.reverse()
    return out


def _read_sibling(around: Around, node: LexborNode, *, bylines: bool) -> None:
    if node.tag == "-text":
        text = (node.text_content or "").strip()
        if bylines and text and len(text) < 300 and _LINE.search(text):
            around.fields.extend(fields.read_lines([" ".join(text.split())]))
        return
    text = node.text_lexbor()
    size = len(text)
    if not text or text.isspace():
        return
    if bylines or size <= _LONG:
        _headings(around, node, text)
    if size > _LONG:
        return
    catalogue = _names_catalogue(text)
    if not catalogue and not (bylines and _LINE.search(text)):
        return
    if not catalogue and chrome.chrome_reason(" ".join(text.split())) in (
        "breadcrumb",
        "date_of_visit",
        "navigation",
    ):
        return
    if not catalogue and len(node.css("a")) > 8:
        # A list of other documents with their dates.
        return
    around.fields.extend(read_markup(node.html or ""))


# What stands around the text is for the greater part the same on every page of a site.
@remembered(_LONG, answers=256)
def _names_catalogue(text: str) -> bool:
    return len(set(_CATALOGUE.findall(text))) >= 2


def _headings(around: Around, node: LexborNode, text: str) -> None:
    found = [node] if node.tag in ("h1", "h2", "h3") else node.css("h1, h2, h3")
    for heading in found[:4]:
        words = " ".join(heading.text_lexbor().split())
        if 4 <= len(words) <= 300 and not _SITE_NAME.search(words):
            around.titles.append((heading.tag or "h1", words))
    if found or len(text) > _LONG:
        return
    for candidate in [node, *node.css("[class]")[:40]]:
        if _names_heading(candidate.attributes.get("class") or ""):
            words = " ".join(candidate.text_lexbor().split())
            if 6 <= len(words) <= 300 and not labels.split_labels(words)[1]:
                around.titles.append(("class:title", words))
                return
    if not headings.may_hold_title(text):
        return
    if any(labels.bare_label(cell.text_lexbor()) for cell in node.css("td, th")[:8]):
        return
    for candidate in [node, *node.css("td, div, p, center, span, font, b, strong")[:40]]:
        # No class tells: words that read like a title and lead nowhere.
        words = " ".join(candidate.text_lexbor().split())
        if headings.title_like(words) and candidate.css_first("a") is None and not _linked(candidate):
            around.titles.append(("class:title", words))
            return


# The same few classes stand on every page of a site.
@remembered(100, answers=1024)
def _names_heading(classes: str) -> bool:
    return _HEADING.search(classes) is not None


def _linked(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag == "a"


def _read_behind(around: Around, node: LexborNode) -> None:
    """A catalogue block below the text."""
    sibling = node.next
    for _ in range(20):
        if sibling is None:
            return
        if sibling.tag not in _SILENT and sibling.tag != "-text":
            text = sibling.text_lexbor()
            if len(text) <= _LONG and _names_catalogue(text):
                around.fields.extend(read_markup(sibling.html or ""))
        sibling = sibling.next


def _search_whole(around: Around, tree: LexborHTMLParser, container: LexborNode | None) -> None:
    """The smallest block that holds two catalogue labels, wherever it stands; read by BeautifulSoup."""
    # Each block is measured once, however many labels lead up to it.
    wide: dict[int, bool] = {}
    inside = container.mem_id if container is not None else None
    for node in tree.css("td, th, li, p, dt, span, strong, b, label, em, div"):
        text = node.text_lexbor()
        if len(text) > 60 or labels.bare_label(text.split("：")[0].split(":")[0]) is None:
            continue
        block: LexborNode | None = node
        widest: LexborNode | None = None
        while block is not None and block.tag not in ("body", "html") and block.mem_id != inside:
            if block.mem_id not in wide:
                wide[block.mem_id] = len(block.text_lexbor()) > _LONG or len(block.css("a")) > 4
            if wide[block.mem_id]:
                break
            widest, block = block, block.parent
        if widest is None or not _names_catalogue(widest.text_lexbor()):
            continue
        around.fields.extend(read_markup(widest.html or "") or read_irregular(widest.html or ""))
        if around.catalogue:
            return


def read_irregular(markup: str) -> list[RawField]:
    """Labelled values of a block of unknown make, nested and malformed as it may be: each leaf is a label or a value.

    BeautifulSoup is given only this block; a table inside a cell is read row by row from the inside out.
    """
    # Few pages need it, and it takes a tenth of the start.
    from bs4 import BeautifulSoup, Tag

    soup = BeautifulSoup(markup, "lxml")
    for silent in soup(["script", "style"]):
        silent.decompose()
    found: list[RawField] = []
    for table in reversed(soup("table")):
        rows = table("tr")
        cells = [
            ["".join(cell.stripped_strings) for cell in row.children if isinstance(cell, Tag)] for row in rows
        ]
        listing = (
            len(cells) > 1
            and all(map(labels.bare_label, cells[0]))
            and rows[1].find("a", href=True) is not None
        )
        if not listing:
            found.extend(fields.read_rows([row for row in cells if row]))
        table.decompose()
    leaves = [" ".join(text.split()) for text in soup.stripped_strings]
    found.extend(fields.read_lines([leaf for leaf in leaves if leaf], "cell"))
    return list(dict.fromkeys(found))
