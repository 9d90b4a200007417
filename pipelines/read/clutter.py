"""Nodes inside and around a text that the site put there: found by class and id, removed with their reason."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from pipelines.models import Removed

_SILENT = (
    "script, style, noscript, iframe, template, object, embed, svg, canvas, video, audio, link, meta, title"
)
"""They show no text; nothing is recorded."""

_CLUTTER: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("share", re.compile(r"(?:^|[\s_-])(?:bd)?share|jiathis|bshare|social-share|fenxiang", re.IGNORECASE)),
    ("qr_code", re.compile(r"qr_?-?code|erweima|ewm|qr_container|saoma", re.IGNORECASE)),
    (
        "toolbar",
        re.compile(
            r"article-code|toolbar|tool-?bar|article-tool|art_tool|font-?size|zihao|print|dayin|jiucuo",
            re.IGNORECASE,
        ),
    ),
    (
        "neighbours",
        re.compile(
            r"pagenav|prev-?next|next-?prev|page-?turn|shangxia|sxp|page_?prev|pre_next", re.IGNORECASE
        ),
    ),
    ("related", re.compile(r"relat(?:ed|ion)|xgwd|xgzc|xglj|xiangguan|recommend", re.IGNORECASE)),
    ("modal", re.compile(r"modal|layui-layer|popup|dialog|tanchuang|mask", re.IGNORECASE)),
    ("accessibility", re.compile(r"accessib|wza(?:$|[\s_-])|barrier|fuzhu|laoren", re.IGNORECASE)),
    (
        "assistant",
        re.compile(r"(?:^|[\s_-])ai[-_](?:chat|assist|robot|answer)|znwd|robot|zhinengwenda", re.IGNORECASE),
    ),
    ("feedback_form", re.compile(r"comment|feedback|pinglun|liuyan|pingjia|evaluate", re.IGNORECASE)),
    (
        "breadcrumb",
        re.compile(r"breadcrumb|(?:^|\s)(?:where|crumbs?|position|weizhi|dqwz)(?:$|[\s_-])", re.IGNORECASE),
    ),
)
_LIMIT = 1200
"""A node with more text than this is not dropped for its class alone."""


def silence(node: LexborNode) -> None:
    """Take out elements without visible text."""
    for child in node.css(_SILENT):
        child.decompose()


def sweep(node: LexborNode, removed: list[Removed]) -> None:
    """Take out tools, counters, neighbours and forms inside a container, recording their text."""
    for child in node.css(".insertfileTag"):
        # The file is in the list of attachments; its name is no sentence of the letter.
        text = " ".join(child.text(deep=True).split())
        links = " ".join(" ".join(link.text(deep=True).split()) for link in child.css("a"))
        if text == links:
            removed.append(Removed(text[:400], "attachment"))
            child.decompose()
    for child in node.css("form, button, select, input, textarea, nav, footer"):
        text = " ".join(child.text(deep=True).split())
        if child.tag == "form" and len(text) > _LIMIT:
            # Some systems wrap the whole page in a form.
            continue
        if text:
            removed.append(Removed(text[:400], "feedback_form"))
        child.decompose()
    for child in node.css(
        "div[class], div[id], ul[class], ul[id], p[class], span[class], span[id], section[class], table[class]"
    ):
        if child.parent is None:
            continue
        attributes = child.attributes
        mark = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        for reason, rule in _CLUTTER:
            if rule.search(mark):
                text = " ".join(child.text(deep=True).split())
                if len(text) <= _LIMIT:
                    if text:
                        removed.append(Removed(text[:400], reason))
                    child.decompose()
                break
