"""Nodes that are to be left out carry a mark with the reason, so that what is left out keeps its place in the document.

Nothing is taken out of the tree: the serialised markup is cut at the marks, and every piece of it is either read as text
or recorded as removed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import get_args

from selectolax.lexbor import LexborNode

from pipelines.read.words import words
from pipelines.removal import RemovalReason

ATTRIBUTE = "data-hr-removed"
"""A page that carries it itself can take out its own text only, and that is recorded."""

_REASONS: dict[str, RemovalReason] = {reason: reason for reason in get_args(RemovalReason)}
_COMMENT = r"<!--[\s\S]*?(?:-->|$)"
_MARKED = re.compile(rf"{_COMMENT}|<([a-zA-Z][^\s/>]*) [^>]*?\b{ATTRIBUTE}=\"([a-z_]{{1,40}})\"[^>]*>")
_TAG = re.compile(r"<[!/a-zA-Z][^>]*>")
_LINK = re.compile(r"<a [^>]*?\bhref=\"([^\"]*)\"")
_VOID = frozenset(words("area base br col embed hr img input link meta source track wbr"))
_RAW = re.compile(rf"{_COMMENT}|<(xmp|plaintext)(?: [^>]*)?>([\s\S]*?)</\1>")


def mark(node: LexborNode, reason: RemovalReason) -> None:
    """Leave a node out of the text."""
    node.attrs[ATTRIBUTE] = reason


def marked_tables(node: LexborNode) -> set[int]:
    """`mem_id` of the tables that are to be left out, or stand inside what is."""
    return {table.mem_id for table in node.css(f"[{ATTRIBUTE}] table, table[{ATTRIBUTE}]")}


def split(markup: str) -> Iterator[tuple[str, RemovalReason | None]]:
    """The markup in order, cut at the marks: (piece, None) is text, (element, reason) is to be left out."""
    if ATTRIBUTE not in markup:
        yield markup, None
        return
    begin = position = 0
    while match := _MARKED.search(markup, position):
        reason = _REASONS.get(match[2] or "")
        position = match.end()
        if reason is None:
            continue
        yield markup[begin : match.start()], None
        begin = position = _end(markup, match[1], match.end())
        yield markup[match.start() : position], reason
    yield markup[begin:], None


def without(markup: str) -> str:
    """The markup of what is not left out."""
    return "".join(piece for piece, reason in split(markup) if reason is None)


def plain(element: str) -> str:
    """Text of a serialised element, entities resolved."""
    return html.unescape(_TAG.sub("", re.sub(_COMMENT, "", element)))


def links(element: str) -> list[str]:
    """Addresses of the links in a serialised element, as printed."""
    return [html.unescape(address) for address in _LINK.findall(element)]


def name_of(element: str) -> str:
    """Name of the outermost element, in lower case."""
    return re.split(r"[\s/>]", element[1:40], maxsplit=1)[0].lower()


def escape_raw(markup: str) -> str:
    """Elements whose text is serialised as it stands, with that text escaped like any other."""
    if "<xmp" not in markup and "<plaintext" not in markup:
        return markup

    def escaped(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        return f"<{match[1]}>{html.escape(match[2], quote=False)}</{match[1]}>"

    return _RAW.sub(escaped, markup)


def _end(markup: str, name: str, position: int) -> int:
    """Behind the end tag of an element that opened in front of ``position``."""
    if name.lower() in _VOID:
        return position
    depth = 1
    for match in _tags(name).finditer(markup, position):
        if match[1] is None:
            continue
        depth += -1 if match[1] else 1
        if not depth:
            return match.end()
    return len(markup)


@lru_cache(maxsize=64)
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"{_COMMENT}|<(/?){re.escape(name)}(?=[\s/>])[^>]*>")
