"""Where the text of a page stands: editors' containers of the known systems, else the densest block.

A container is judged by the class or id that the editor or the template gives it (domain: TRS WCM, UCAP, the portals,
博达 vsb), the more specific first. Without any, the block with most prose outside links is taken, with an issue.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.read import chrome
from pipelines.read.words import words

_EDITORS = tuple(
    words("""
#UCAP-CONTENT [class*=TRS_UEDITOR] [id^=vsb_content]
.trs_paper_default .TRS_Editor .trs_editor_view .Custom_UnionStyle .v_news_content .ue_content
""")
)
"""Made by the editor around the text that somebody typed: exact."""
_EDITOR_CLASSES = frozenset(name[1:] for name in _EDITORS if name.startswith("."))
_LOWER_CLASSES = frozenset(map(str.lower, _EDITOR_CLASSES))
_BLANK = re.compile(r"[ \t\n\f\r]")
_MAY_BE_EDITOR = "[class*=_], [id*=content i]"
"""All of them answer to this, and two selectors are asked of a page in a third of the time."""

_FRAMES = tuple(
    words("""
.hbgov-article-content .pages_content #zoom #Zoom #zoomcon #ContentText #artibody #articleContent .article-box .article_box
.article-content .article_content .article-body .article_body .articleCon .article-con .article_con .content-text
.news_content .news-content .newscontent .xl-content .xl_content .xxgk-content .xxgk_content .con_text .content_text
.zwxl-article .detail-content .detail_content .details-content .wzcon .wz_content .article_new .main-txt .bt-content
.info-content .info_content .text-content .view-content .gknb_content .zw-content .zwnr .nr_content .conTxt .mlxl-con
.gk_content .show_content .contentbox .arc_cont .article-main article
""")
)
"""Made by the template around the editor's: may hold tools and lists of files as well."""

_EDITOR_SELECTOR = ", ".join(_EDITORS)
_FRAME_SELECTOR = ", ".join(_FRAMES)
_FRAME_NAMES = frozenset(_FRAMES)
_LOWER_FRAMES = frozenset(map(str.lower, _FRAMES))
_MAY_BE_FRAME = "[class], [id], article"
"""As with the editors; a selector for each name would take five times as long."""
_PROSE = re.compile("[，。；,;:：](?:(?<=[，。；])|(?<=[\u4e00-\u9fff].))")
"""A mark of prose; the wide ones by themselves, the others behind a Chinese character."""
_SPILLED = frozenset({"p", "-text", "table", "br", "strong", "b", "span", "ol", "ul", "h3", "h4"})
_NOT_PROSE = frozenset(
    {
        "a",
        "script",
        "style",
        "option",
        "select",
        "button",
        "nav",
        "footer",
        "header",
        "noscript",
        "title",
        "textarea",
    }
)
_INLINE = frozenset(words("span font strong b em i u p o:p"))
_FORMULA = re.compile(r"收悉|[答回函]复如下|现将.{0,30}如下")
"""Words of a letter, however short it is."""
_MIN_DENSE = 40
"""Characters of prose below which a page of an unknown template has no text."""


def _length(node: LexborNode) -> int:
    return len("".join(node.text_lexbor().split()))


def _has_text(node: LexborNode) -> bool:
    child = node.child
    while child is not None and child.tag != "p":
        child = child.next
    # The first paragraph tells; only where it is empty all of the text is looked at.
    return (child is not None and _is_printed(child)) or _is_printed(node)


def _is_printed(node: LexborNode) -> bool:
    text = node.text_lexbor()
    return bool(text) and not text.isspace()


def _distinct(nodes: list[LexborNode]) -> list[LexborNode]:
    """Each node once: a node that answers to two selectors comes twice."""
    return list({node.mem_id: node for node in nodes}.values())


def _inside(node: LexborNode, others: set[int]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.mem_id in others:
            return True
        parent = parent.parent
    return False


def _editors(tree: LexborHTMLParser) -> list[LexborNode]:
    """Nodes that answer to `_EDITOR_SELECTOR`, in order, each once."""
    found: list[LexborNode] = []
    for node in _distinct(tree.css(_MAY_BE_EDITOR)):
        attributes = node.attributes
        classes, name = attributes.get("class") or "", attributes.get("id") or ""
        if (
            "TRS_UEDITOR" in classes
            or not _EDITOR_CLASSES.isdisjoint(_BLANK.split(classes))
            or name == "UCAP-CONTENT"
            or name.startswith("vsb_content")
        ):
            found.append(node)
        elif name.lower() == "ucap-content" or not _LOWER_CLASSES.isdisjoint(classes.lower().split()):
            # In an old page upper and lower case are one; which pages are old, only the selectors know.
            return _distinct(tree.css(_EDITOR_SELECTOR))
    return found


def _frames(tree: LexborHTMLParser) -> list[LexborNode]:
    """Nodes that answer to `_FRAME_SELECTOR`, in order, each once."""
    found: list[LexborNode] = []
    for node in _distinct(tree.css(_MAY_BE_FRAME)):
        attributes = node.attributes
        names = [f".{name}" for name in _BLANK.split(attributes.get("class") or "")]
        names += (f"#{attributes.get('id') or ''}", node.tag or "")
        if not _FRAME_NAMES.isdisjoint(names):
            found.append(node)
        elif not _LOWER_FRAMES.isdisjoint(map(str.lower, names)):
            return _distinct(tree.css(_FRAME_SELECTOR))
    return found


def find(tree: LexborHTMLParser, source: str) -> tuple[list[LexborNode], str | None]:
    """Nodes that hold the text of a page, in order, and how they were found: `editor`, `frame`, `density` or None; the first
    container of a known make, if it is `empty`."""
    editors = _editors(tree)
    if editors:
        if len(editors) > 1:
            known = {node.mem_id for node in editors}
            editors = [node for node in editors if not _inside(node, known)]
        best = max(editors, key=_length) if len(editors) > 1 else editors[0]
        if _has_text(best):
            if len(editors) == 1:
                return _with_spill(editors, source), "editor"
            parent = best.parent
            mates = [
                node
                for node in editors
                if parent is not None
                and node.parent is not None
                and node.parent.mem_id == parent.mem_id
                and _has_text(node)
            ]
            return _with_spill(mates or [best], source), "editor"
    frames = _frames(tree)
    filled = [node for node in frames if _has_text(node)]
    if filled:
        known = {node.mem_id for node in filled}
        innermost = [node for node in filled if not any(_inside(other, {node.mem_id}) for other in filled)]
        return [max(innermost or filled, key=_length)], "frame"
    if frames or editors:
        return (editors or frames)[:1], "empty"
    dense = _densest(tree)
    return ([dense], "density") if dense is not None else ([], None)


def _with_spill(nodes: list[LexborNode], source: str) -> list[LexborNode]:
    """A stray end tag in pasted text closes the container early; what spills out stands right behind it."""
    parent = nodes[-1].parent
    if parent is None or parent.tag == "body":
        return nodes
    out = list(nodes)
    node = nodes[-1].next
    while node is not None and len(out) < 400:
        if node.tag in _SPILLED and (node.tag == "-text" or _plain(node)):
            out.append(node)
        elif node.tag not in ("-comment", "_comment", "script", "style"):
            break
        node = node.next
    while len(out) > len(nodes) and not _has_text(out[-1]):
        out.pop()
    stray = len(out) > len(nodes) and source.count("</div") > source.count("<div")
    return out if stray else nodes


def _plain(node: LexborNode) -> bool:
    attributes = node.attributes
    return not attributes.get("id") and (attributes.get("class") or "Mso").startswith("Mso")


def _densest(tree: LexborHTMLParser) -> LexborNode | None:
    """The block with most prose: texts count for their block, half for the block around it (after Readability)."""
    body = tree.body
    if body is None:
        return None
    scores: dict[int, float] = {}
    nodes: dict[int, LexborNode] = {}
    for node in body.traverse(include_text=True):
        if node.tag != "-text":
            continue
        parent = node.parent
        if parent is None or parent.tag in _NOT_PROSE:
            continue
        text = node.text_content or ""
        if _PROSE.search(text) is None:
            continue
        if len(text) <= 200 and chrome.chrome_reason(text) is not None:
            # Else a footer outweighs a short letter.
            continue
        while parent is not None and parent.tag in (
            "span",
            "font",
            "strong",
            "b",
            "em",
            "i",
            "u",
            "p",
            "o:p",
        ):
            parent = parent.parent
        weight = float(len(text.strip()))
        for step in range(2):
            # <body> itself only where the text stands in it directly.
            if parent is None or parent.tag in ("html", "-undef") or (step and parent.tag == "body"):
                break
            nodes[parent.mem_id] = parent
            scores[parent.mem_id] = scores.get(parent.mem_id, 0.0) + weight
            parent, weight = parent.parent, weight / 2
    if not scores:
        return None
    best = max(scores, key=lambda key: scores[key])
    found = _widen(nodes[best])
    if scores[best] < _MIN_DENSE and not _FORMULA.search(found.text_lexbor()[:600]):
        return None
    return found


def _widen(node: LexborNode) -> LexborNode:
    """The block around paragraphs that have a wrapper each: the text is what stands side by side in equal boxes."""
    current: LexborNode | None = node
    for _ in range(4):
        parent = current.parent if current is not None else None
        if current is None or parent is None or parent.tag in ("body", "html", "tr", "tbody", "table"):
            break
        mates, looked, sibling = 0, 0, parent.child
        while sibling is not None and mates < 2 and looked < 400:
            looked += 1
            if (
                sibling.tag == current.tag
                and sibling.mem_id != current.mem_id
                and sibling.attributes.get("class") == current.attributes.get("class")
                and not sibling.css("a")
                and _length(sibling)
            ):
                mates += 1
            sibling = sibling.next
        if mates >= 2:
            return parent
        current = parent
    return node
