"""Nodes inside and around a text that the site put there: found by class and id, removed with their reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from pipelines.models import Removed
from pipelines.read.marks import ATTRIBUTE, mark
from pipelines.remember import remembered
from pipelines.removal import RemovalReason

_SILENT = "script, style, noscript, iframe, template, object, embed, svg, canvas, video, audio, link, meta, title, noembed, noframes"
"""A browser that runs scripts shows no text of theirs."""

_HIDDEN = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)

_CLUTTER: tuple[tuple[RemovalReason, re.Pattern[str]], ...] = (
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


_TAG = re.compile(r"<([a-zA-Z][^\s/>]*)([^>]*)>")
_NAME = re.compile(r"\b(?:class|id)=\"([^\"]*)\"")
_SPECIAL = frozenset(
    (
        *re.split(r"[, ]+", _SILENT),
        *("form", "button", "select", "input", "textarea", "nav", "footer", "table", "xmp", "plaintext"),
    )
)


def is_plain(tags: Sequence[str]) -> bool:
    """Whether a container, by its serialised tags in order, holds nothing that `silence` or `sweep` could find, no table and
    no raw text.

    Judged by its different start tags: editors repeat a few over and over, so that this costs a fraction of looking for
    each kind of clutter in the tree.
    """
    own = _TAG.match(tags[0]) if tags else None
    if own is not None and (own[1] in _SPECIAL or ATTRIBUTE in own[2]):
        return False
    return not any(map(_is_suspect, set(tags[1:])))


def _is_suspect(tag: str) -> bool:
    if (found := _TAG.match(tag)) is None:
        return False
    name, attributes = found[1].lower(), found[2]
    if name in _SPECIAL or "hidden" in attributes or "none" in attributes or ATTRIBUTE in attributes:
        return True
    if "class=" not in attributes and "id=" not in attributes:
        return False
    if "&" in attributes or "insertfiletag" in attributes.lower():
        return True
    return _reason(" ".join(_NAME.findall(attributes))) is not None


# The same few classes stand on every page of a site.
@remembered(200, answers=2048)
def _reason(names: str) -> RemovalReason | None:
    """Why a node with such a class and id is left out, if it is."""
    return next((reason for reason, rule in _CLUTTER if rule.search(names)), None)


def silence(node: LexborNode) -> list[Removed]:
    """Take out elements without visible text; what text they held."""
    removed: list[Removed] = []
    # From the last to the first: none stands inside one that is gone already.
    for child in reversed(node.css(_SILENT)):
        if text := " ".join(child.text(deep=True).split()):
            removed.append(Removed(text, "not_shown"))
        child.decompose()
    removed.reverse()
    return removed


def sweep(node: LexborNode) -> None:
    """Mark what is no text of the document: tools, counters, neighbours, forms and hidden nodes inside a container."""
    own = node.mem_id
    for child in node.css(".insertfileTag"):
        # The file is in the list of attachments; its name is no sentence of the letter.
        text = _text(child)
        if child.mem_id != own and text == " ".join(_text(link) for link in child.css("a")):
            mark(child, "attachment")
    for child in node.css("form, button, select, input, textarea, nav, footer"):
        if child.tag == "form" and len(_text(child)) > _LIMIT:
            # Some systems wrap the whole page in a form.
            continue
        if child.mem_id != own:
            mark(child, "feedback_form")
    for child in node.css('[hidden], [style*="none"], [style*="hidden"]'):
        style = child.attributes.get("style") or ""
        if "hidden" in child.attributes or _HIDDEN.search(style):
            _drop(child, "hidden", own)
    for child in node.css(
        "div[class], div[id], ul[class], ul[id], p[class], span[class], span[id], section[class], table[class]"
    ):
        attributes = child.attributes
        reason = _reason(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
        if reason is not None:
            _drop(child, reason, own)


def _text(node: LexborNode) -> str:
    return " ".join(node.text(deep=True).split())


def _drop(node: LexborNode, reason: RemovalReason, own: int) -> None:
    if node.mem_id != own and len(_text(node)) <= _LIMIT:
        mark(node, reason)
