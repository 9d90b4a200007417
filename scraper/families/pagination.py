"""How a page says that it continues: script calls, printed counts and links.

TRS prints the number of pages in a script call and leaves it to the browser to draw the links. The same call stands on
detail pages with the article's own name, so finding it does not prove a list: who reads a list and who reads a document
ask different questions of the same calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_PAGES = 1000
"""More pages than any column seen (41); a larger number is a mistake or a trap."""

_CALL = re.compile(r"\b(createPageHTML|createPage|pageControl)\s{0,8}\(([^()]{1,400})\)")
_OBJECT = re.compile(r"\bpageHtml\s{0,8}\(\s{0,40}\{([^{}]{1,800})\}", re.IGNORECASE)
# The older TRS template draws the links in place: `var countPage=56; … "<a href="index"+"_"+nextPage+"."+"html"…`.
_COUNT = re.compile(r"\bcountPage\s{0,4}=\s{0,4}(\d{1,6})\b")
_CURRENT = re.compile(r"\bcurrentPage\s{0,4}=\s{0,4}(\d{1,6})\b")
_DRAWN = re.compile(
    r"href\s{0,2}=\s{0,2}[\"']{0,2}(?:\./)?([\w-]{1,60}?)[\"']?\s{0,4}\+?\s{0,4}[\"']?_[\"']\s{0,4}\+\s{0,4}\w{1,30}"
    r"\s{0,4}\+\s{0,4}[\"']\.(?:[\"']\s{0,4}\+\s{0,4}[\"'])?([A-Za-z]{2,6})\b"
)
_ARGUMENT = re.compile(r"\"([^\"]{0,200})\"|'([^']{0,200})'|([^,\"']{1,200})")
_PAIR = re.compile(
    r"[\"']?([A-Za-z_]{1,30})[\"']?\s{0,8}:\s{0,8}(?:\"([^\"]{0,200})\"|'([^']{0,200})'|([^,\s\"'{}]{1,60}))"
)
_NAME = re.compile(r"(?:\./)?[\w.-]{1,120}(?:/[\w.-]{1,120}){0,6}")
_EXTENSION = re.compile(r"\.?([A-Za-z]{2,6})")
_LINE_COMMENT = re.compile(r"(?:^|[\s;{}>])//[^\"'\n]{0,200}$")

_TOTAL = re.compile(
    r"(?:共|总数|总计|合计)(?:有|计|为|找到|检索到|搜索到|查到|查询到)?(?:相关)?[:： ]{0,2}(\d{1,7})"
    r" ?(?:条|篇|件|个?记录|条?信息|项|个?结果)"
)
_PAGES = re.compile(
    r"(?:共|总)(?:有|计)?[:： ]{0,2}(\d{1,5}) ?页|\d{1,5} ?/ ?(\d{1,5}) ?页?$|页次[:： ]{0,2}\d{1,5} ?/ ?(\d{1,5})"
    r"|共 ?\d{1,7} ?条(?:记录)?[，, ]{0,3}(\d{1,5}) ?页"
)
_QUOTED = re.compile(r"[\"']([^\"'\s<>]{1,300}\.(?:s?html?|jhtml)(?:\?[^\"'\s<>]{0,200})?)[\"']")
_NEXT = re.compile(r"(?:下一页|下页|后一页|下一頁|next(?: page)?)[\s>›»→]{0,6}|[>›»]", re.IGNORECASE)
_PAGER = re.compile(
    r"(?:^|[\s_-])(?:page[rs]?|paging|pagination|page-?nav|pages-nav|black2|fanye|fenye)(?:$|[\s_-]|\d)", re.I
)
_BREAKS = frozenset(
    re.findall(r"\S+", "div p li ul ol td tr table h1 h2 h3 h4 h5 dl dt dd br a option form script")
)
_SILENT = frozenset(("a", "script", "style", "textarea", "noscript"))


@dataclass(frozen=True, slots=True)
class Pager:
    """One pagination call: `name.ext` is the first page, `name_k.ext` page k + 1."""

    pages: int
    index: int | None
    """0-based position of this page, as printed; None where the form is not known to be 0-based."""
    name: str
    extension: str
    total: int | None = None
    separator: str = "_"
    second: int = 1
    """Number of the second page in its address: TRS counts from 0, others from 1."""

    def urls(self, base: str) -> tuple[str, ...]:
        """Addresses of the second page to the last."""
        numbers = range(self.second, self.second + min(self.pages, MAX_PAGES) - 1)
        # Every page of a list names all others: what they share is joined once.
        stem = urljoin(base, f"{self.name}{self.separator}")
        return tuple(f"{stem}{k}.{self.extension}" for k in numbers)


def pagers(text: str) -> Iterator[Pager]:
    """Every well-formed pagination call in a page's source, in order. Definitions of the functions do not count."""
    text = text.replace("\\", "")
    for match in _CALL.finditer(text):
        if _LINE_COMMENT.search(text[max(0, match.start() - 200) : match.start()].rpartition("\n")[2]):
            continue
        values = [next(filter(None, groups), "").strip() for groups in _ARGUMENT.findall(match[2])]
        values = [value for value in values if value]
        if len(values) >= 4:
            zero_based = match[1] != "pageControl"
            pager = _pager(values[0], values[1] if zero_based else None, values[2], values[3], None)
            if pager:
                yield pager
    for match in _OBJECT.finditer(text):
        pairs = {key.lower(): a or b or c for key, a, b, c in _PAIR.findall(match[1])}
        pager = _pager(
            pairs.get("pagetotal", ""),
            pairs.get("currindex"),
            pairs.get("pagefilename", ""),
            pairs.get("pagefileext", ""),
            pairs.get("total"),
        )
        if pager:
            yield pager
    drawn, count = _DRAWN.search(text), _COUNT.search(text)
    if drawn and count:
        current = _CURRENT.search(text)
        pager = _pager(count[1], current[1] if current else None, drawn[1], drawn[2], None)
        if pager:
            yield pager


def _pager(pages: str, index: str | None, name: str, extension: str, total: str | None) -> Pager | None:
    found = _EXTENSION.fullmatch(extension)
    if not (pages.isascii() and pages.isdigit() and len(pages) < 8 and _NAME.fullmatch(name) and found):
        return None
    return Pager(int(pages), _number(index), name.removeprefix("./"), found[1], _number(total))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


def printed_counts(tree: LexborHTMLParser) -> tuple[int | None, int | None]:
    """(pages, rows) as a person reads them: `共 12 页`, `共有 235 条记录`. Only in short texts outside of links:
    a title may say 共10条措施."""
    pages: int | None = None
    total: int | None = None
    for text in _short_texts(tree):
        if total is None and (match := _TOTAL.search(text)):
            total = int(match[1])
        if pages is None and (match := _PAGES.search(text)):
            pages = int(next(filter(None, match.groups())))
    return pages, total


def _short_texts(tree: LexborHTMLParser) -> Iterator[str]:
    """Texts of at most 80 characters between block elements, without those of links and scripts; one pass."""
    pieces: list[str] = []
    if tree.body is None:
        return
    for node in tree.body.traverse(include_text=True):
        if node.tag != "-text":
            if node.tag in _BREAKS:
                pieces.append("\n")
            continue
        parent = node.parent
        inside = {parent.tag, parent.parent.tag if parent.parent else ""} if parent else set()
        if not inside & _SILENT:
            pieces.append(re.sub(r"\s+", " ", node.text_content or ""))
    for line in "".join(pieces).split("\n"):
        text = line.strip()
        if 2 < len(text) <= 80:
            yield text


def next_hrefs(tree: LexborHTMLParser) -> tuple[str, ...]:
    """Links that lead on: those that say so, and inside a pager the numbered ones and the last one."""
    found: dict[str, None] = {}
    for anchor in tree.css("a"):
        href = _href(anchor)
        if not href:
            continue
        label = re.sub(r"\s+", " ", anchor.text()).strip()[:40]
        title = (anchor.attributes.get("title") or "").strip()
        if _NEXT.fullmatch(label) or _NEXT.fullmatch(title):
            found[href] = None
    for box in tree.css("div[class], div[id], ul[class], p[class], span[class], td[class], nav"):
        mark = f"{box.attributes.get('class') or ''} {box.attributes.get('id') or ''}"
        if box.tag != "nav" and not _PAGER.search(mark):
            continue
        anchors = [a for a in box.css("a") if _href(a)]
        if len(anchors) > 40:
            continue
        for anchor in anchors:
            if anchor.text().strip().isdigit():
                found[_href(anchor)] = None
        if anchors and "black2" in mark:
            found[_href(anchors[-1])] = None
    return tuple(found)


def _href(anchor: LexborNode) -> str:
    """Address of a link, or the one that its script names (`location.href='index_2.jhtml'`); empty where there is none."""
    href = (anchor.attributes.get("href") or "").strip()
    if href and not href.startswith(("#", "javascript:")):
        return href
    match = _QUOTED.search((anchor.attributes.get("onclick") or "")[:1000]) or _QUOTED.search(href[:1000])
    return match[1] if match else ""
