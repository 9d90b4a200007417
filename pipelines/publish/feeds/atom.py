"""Atom 1.0 (RFC 4287) as bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2005/Atom"
AUTHORITY = "hubei-replies.invalid,2026"
"""Of the tag URIs (RFC 4151): ids depend on content alone, so that two installations give one reply one id. The name
is under `.invalid` (RFC 6761 §6.4), which nobody else can own."""
AUTHOR = "hubei-replies"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
NEVER = "1970-01-01T00:00:00Z"
"""`updated` of a feed of a corpus that nobody has crawled for; the element must be there (§4.1.1)."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry (§2.2)."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_FULL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; times as `when` gives them."""

    id: str
    title: str
    updated: str
    link: str | None
    """The page to read."""
    via: str | None
    """Where it comes from: the address of the original."""
    summary: str
    published: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed; the entries newest first."""

    id: str
    title: str
    subtitle: str
    updated: str
    entries: Sequence[Entry]
    self_link: str | None = None
    link: str | None = None


def tag(*parts: str) -> str:
    """A tag URI.

    >>> tag("reply", "r5k2m7q3abcd")
    'tag:hubei-replies.invalid,2026:reply/r5k2m7q3abcd'
    """
    return f"tag:{AUTHORITY}:{'/'.join(parts)}"


def when(value: str | None) -> str | None:
    """A time of the corpus as RFC 3339 §5.6 wants it; a day is its beginning, Asia/Shanghai. None for anything else.

    >>> when("2024-09-02"), when("2024-09-02T10:33"), when("2026-11-09T02:30:00+08:00"), when("昨天")
    ('2024-09-02T00:00:00+08:00', '2024-09-02T10:33:00+08:00', '2026-11-09T02:30:00+08:00', None)
    """
    for pattern, rest in (
        (_FULL, ""),
        (_SECOND, "+08:00"),
        (_MINUTE, ":00+08:00"),
        (_DAY, "T00:00:00+08:00"),
    ):
        if value and pattern.fullmatch(value):
            return value + rest
    return None


def render(feed: Feed) -> bytes:
    """The document; the same feed gives the same bytes."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", feed.updated)
    _text(ET.SubElement(root, _name("author")), "name", AUTHOR)
    _text(root, "generator", AUTHOR)
    _link(root, "self", feed.self_link, "application/atom+xml")
    _link(root, "alternate", feed.link, "text/html")
    for entry in feed.entries:
        _entry(ET.SubElement(root, _name("entry")), entry)
    ET.indent(root, " ")
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _entry(node: ET.Element, entry: Entry) -> None:
    _text(node, "id", entry.id)
    _text(node, "title", entry.title or "（没有标题）")
    _text(node, "updated", entry.updated)
    if entry.published:
        _text(node, "published", entry.published)
    if entry.author:
        _text(ET.SubElement(node, _name("author")), "name", entry.author)
    # An entry without content must have an alternate link (§4.1.2): our page, or the original where nobody serves ours.
    _link(node, "alternate", entry.link or entry.via, "text/html")
    if entry.link:
        _link(node, "via", entry.via, None)
    if entry.link or entry.via:
        _text(node, "summary", entry.summary)
    else:
        _text(node, "content", entry.summary)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _name(name)).text = _FORBIDDEN.sub("\ufffd", text)


def _link(parent: ET.Element, relation: str, address: str | None, media_type: str | None) -> None:
    if address:
        attributes = {"rel": relation, "href": _FORBIDDEN.sub("", address)}
        ET.SubElement(parent, _name("link"), attributes | ({"type": media_type} if media_type else {}))


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"
