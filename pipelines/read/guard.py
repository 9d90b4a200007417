"""Limits for hostile markup, enforced before any parser sees it.

Tree builders are quadratic in the depth of open elements (200,000 unclosed `<div>` took Lexbor 85 s here), and some
libraries recurse. Browsers stop at 512 levels; so do we: deeper tags are dropped, their text stays.
"""

from __future__ import annotations

import re

from pipelines.models import Issue
from pipelines.read.words import words

MAX_BYTES = 8_000_000
"""A larger page is refused: the largest real one seen is 0.1 MB."""

MAX_DEPTH = 512
_CHEAP = 15_000
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>?")
_FLAT = frozenset(words("p li td th tr dt dd option thead tbody tfoot colgroup html head body"))
"""Elements that a following one of their kind closes; they do not nest by themselves."""

_VOID = frozenset(words("area base br col embed hr img input link meta param source track wbr"))
_ALONE = ("<br", "<img", "<meta", "<link", "<input", "<!")
_FORMATTING = frozenset(words("a b big code em font i nobr s small strike strong tt u"))
"""Unclosed ones are opened again in every following block (HTML standard, 13.2.4.3): few tags make millions."""

_MAX_FORMATTING = 64


def limit_depth(text: str) -> tuple[str, Issue | None]:
    """Markup without tags nested deeper than ``MAX_DEPTH``. Cheap for ordinary pages: a few counts."""
    tags = text.count("<")
    if tags < _CHEAP:
        # Those that open, without those that close.
        open_tags = tags - 2 * text.count("</")
        if open_tags <= _MAX_FORMATTING or open_tags - sum(map(text.count, _ALONE)) <= _MAX_FORMATTING:
            return text, None
    depth = deepest = formatting = 0
    pieces: list[str] = []
    position = 0
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if name in _VOID or name in _FLAT:
            continue
        step = -1 if match[1] else 1
        drop = depth + max(step, 0) > MAX_DEPTH or (
            name in _FORMATTING and formatting + max(step, 0) > _MAX_FORMATTING
        )
        depth = max(0, depth + step)
        if name in _FORMATTING:
            formatting = max(0, formatting + step)
        deepest = max(deepest, depth)
        if drop:
            pieces.append(text[position : match.start()])
            position = match.end()
    if not pieces:
        return text, None
    pieces.append(text[position:])
    message = f"标签嵌套达 {deepest} 层，超过 {MAX_DEPTH} 层的标签已去掉，文字保留。"
    return "".join(pieces), Issue("markup_too_deep", message, "warning", raw=str(deepest))
