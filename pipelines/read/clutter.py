"""Nodes inside and around a text that the site put there: found by class and id, removed with their reason."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import Literal

from selectolax.lexbor import LexborNode

from pipelines.models import Removed
from pipelines.read.marks import ATTRIBUTE, mark
from pipelines.remember import remembered
from pipelines.removal import RemovalReason

_SILENT = "script, style, noscript, iframe, template, object, embed, svg, canvas, video, audio, link, meta, title, noembed, noframes"
"""A browser that runs scripts shows no text of theirs."""

_HIDDEN = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_MAY_HIDE = re.compile(r"\shidden[\s=]|[;\s\"](?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
"""The same in a serialised tag; where that has an entity, it may be white space."""

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
_NAMED = (
    "div[class], div[id], ul[class], ul[id], p[class], span[class], span[id], section[class], table[class]"
)
_FORMS = "form, button, select, input, textarea, nav, footer"

Kind = Literal["silent", "form", "table", "raw", "marked", "file", "hidden", "named"]
"""What a tag may be the beginning of: what `silence` takes out, what the steps of `sweep` look for, a table, text that is
serialised as it stands, and a mark that the page brings along."""
_OF_NAMES: dict[str, Kind] = {
    **dict.fromkeys(_SILENT.split(", "), "silent"),
    **dict.fromkeys(_FORMS.split(", "), "form"),
    **dict.fromkeys(("xmp", "plaintext"), "raw"),
    "table": "table",
}
_OF_THE_CONTAINER: frozenset[Kind] = frozenset({"silent", "form", "table", "raw", "marked"})
"""What it is called and how it is shown is no reason to leave a container out."""


def kinds(tags: Sequence[str]) -> set[Kind]:
    """What a container may hold besides text, by its serialised tags in order; nothing for a letter as editors make it.

    Judged by its different start tags: editors repeat a few over and over, so that this costs a fraction of looking for
    each kind of clutter in the tree.
    """
    if not tags:
        return set()
    found = set(_kinds(tags[0]) & _OF_THE_CONTAINER)
    return found.union(*map(_kinds, set(tags[1:])))


# The same few tags stand in the letters of a site.
@remembered(200, answers=4096)
def _kinds(tag: str) -> frozenset[Kind]:
    found = _TAG.match(tag)
    if found is None:
        return frozenset()
    name, attributes = found[1].lower(), found[2]
    kinds: set[Kind] = {_OF_NAMES[name]} if name in _OF_NAMES else set()
    if ATTRIBUTE in attributes:
        kinds.add("marked")
    if ("hidden" in attributes or "none" in attributes) and (
        "&" in attributes or _MAY_HIDE.search(attributes)
    ):
        kinds.add("hidden")
    if "class=" in attributes or "id=" in attributes:
        if "&" in attributes or "insertfiletag" in attributes.lower():
            kinds.add("file")
        if "&" in attributes or _reason(" ".join(_NAME.findall(attributes))) is not None:
            kinds.add("named")
    return frozenset(kinds)


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
        if text := " ".join(child.text_lexbor().split()):
            removed.append(Removed(text, "not_shown"))
        child.decompose()
    removed.reverse()
    return removed


def sweep(node: LexborNode, kinds: Set[Kind]) -> bool:
    """Mark what is no text of the document: tools, counters, neighbours, forms and hidden nodes inside a container that may
    hold so much. Whether there is any."""
    found: list[tuple[LexborNode, RemovalReason]] = []
    if "file" in kinds:
        for child in node.css(".insertfileTag"):
            # The file is in the list of attachments; its name is no sentence of the letter.
            if _text(child) == " ".join(_text(link) for link in child.css("a")):
                found.append((child, "attachment"))
    if "form" in kinds:
        for child in node.css(_FORMS):
            # Some systems wrap the whole page in a form.
            if child.tag != "form" or len(_text(child)) <= _LIMIT:
                found.append((child, "feedback_form"))
    if "hidden" in kinds:
        for child in node.css('[hidden], [style*="none"], [style*="hidden"]'):
            attributes = child.attributes
            if ("hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")) and _is_short(child):
                found.append((child, "hidden"))
    if "named" in kinds:
        for child in node.css(_NAMED):
            attributes = child.attributes
            reason = _reason(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
            if reason is not None and _is_short(child):
                found.append((child, reason))
    inside = [(child, reason) for child, reason in found if child.mem_id != node.mem_id]
    for child, reason in inside:
        mark(child, reason)
    return bool(inside)


def _text(node: LexborNode) -> str:
    return " ".join(node.text_lexbor().split())


def _is_short(node: LexborNode) -> bool:
    return len(_text(node)) <= _LIMIT
