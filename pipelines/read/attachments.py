"""Files beside a text: what the template marks as attachments, and links to files in or beside the body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.models import Attachment
from pipelines.read.flatten import Resolver

_PAPERS = "pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|rtf|csv"
_FILES = f"{_PAPERS}|txt|jpe?g|png|tiff?"
_FILE = re.compile(rf"\.(?:{_FILES})$", re.IGNORECASE)
_PAPER = re.compile(rf"\.(?:{_PAPERS})$", re.IGNORECASE)
_MAY_BE_FILE = re.compile(rf"\.(?:{_FILES})\s*(?:[?#\n;]|$)")
_MARKED = (
    "a[appendix], .insertfileTag, #pfileattach, .hbgov-att-list-block, .apendix, .appendix, ul#list, "
    ".attachment, .fujian, #fujian, [id=appendix], .fj, #fj, .fjxz, .file-list, .attach, .attachments"
)
"""Links that say it of themselves, and what templates put around links to files."""
_LINKS = "a[href]"
_SERVING = ("down", "file", "attach", "annex")
_SERVED = re.compile("|".join(_SERVING), re.IGNORECASE)
"""Addresses of programs that hand out files (`download.jsp?wbfileid=1`): there the words of the link name the file."""
_MAX = 200
_SHORT, _KNOWN = 300, 4096
"""Characters of the longest address that is remembered, and how many are."""


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _name(node: LexborNode, address: str) -> str:
    text = " ".join(node.text_lexbor().split())
    return (
        text
        or " ".join((node.attributes.get("title") or "").split())
        or unquote(_path(address).rsplit("/", 1)[-1])
    )


def collect(tree: LexborHTMLParser, body: Iterable[LexborNode], resolve: Resolver) -> tuple[Attachment, ...]:
    """Attachments in order, each address once; addresses absolute.

    Marked by the template: any file. Unmarked: documents and archives only (a linked picture is an illustration), inside
    the body or in what follows it within the same article. A bare 附件: and an empty list give none.
    """
    found: dict[str, Attachment] = {}

    def add(node: LexborNode, kinds: re.Pattern[str], *, trusted: bool) -> None:
        raw = (node.attributes.get("href") or "").strip()
        path = _path(raw)
        marked = trusted and node.attributes.get("appendix") is not None and raw
        served = _SERVED.search(raw) and _PAPER.search(" ".join(node.text_lexbor()[-_MAX:].split()))
        if not kinds.search(path) and not marked and not served:
            return
        address = resolve(raw)
        if (address or raw) and len(found) < _MAX:
            found.setdefault(address or raw, Attachment(_name(node, raw), address or None))

    if not _may_link_files(tree):
        return ()
    nodes = list(body)
    for part in nodes:
        if part.tag == "-text":
            continue
        for node in part.css(_LINKS):
            add(node, _PAPER, trusted=True)
    for node in tree.css(_MARKED):
        for link in _links_of(node):
            add(link, _FILE, trusted=True)
    for part in _beside(nodes):
        for node in part.css(_LINKS):
            add(node, _PAPER, trusted=False)
    return tuple(found.values())


def _may_link_files(tree: LexborHTMLParser) -> bool:
    """Whether any link of the page could be one to a file; the most have none."""
    for address in {link.attrs.get("href") or "" for link in tree.tags("a")} - _harmless:
        if _may_be_file(address):
            return True
        if len(_harmless) >= _KNOWN:
            _harmless.clear()
        if len(address) <= _SHORT:
            _harmless.add(address)
    return tree.css_first("a[appendix]") is not None


_harmless: set[str] = set()
"""Addresses that are none of a file: nearly all links stand around the text and are the same on every page of a site, so one
subtraction leaves the few that are to be asked about; `remembered` would be a call a link."""


def _may_be_file(address: str) -> bool:
    lower = address.lower()
    return (
        not address.isascii()
        or _MAY_BE_FILE.search(lower) is not None
        or any(map(lower.__contains__, _SERVING))
    )


def _links_of(node: LexborNode) -> Iterable[LexborNode]:
    """The links that a marked node vouches for. In `ul#list` only those that are items of their own."""
    if node.tag == "a":
        yield node
        return
    items_only = node.tag == "ul" and node.attributes.get("id") == "list"
    for link in node.css("a"):
        item = link.parent
        if not items_only or (item is not None and item.tag == "li" and _is_child(item, node)):
            yield link


def _is_child(node: LexborNode, of: LexborNode) -> bool:
    return node.parent is not None and node.parent.mem_id == of.mem_id


def _beside(nodes: list[LexborNode]) -> Iterable[LexborNode]:
    """What follows the body inside its article: siblings behind it, three levels up, never those of <body>."""
    node = nodes[-1] if nodes else None
    for _ in range(3):
        if node is None or node.parent is None or node.parent.tag in ("body", "html"):
            return
        sibling = node.next
        while sibling is not None:
            if sibling.tag not in ("-text", "-comment", "_comment", "script", "style", "footer"):
                yield sibling
            sibling = sibling.next
        node = node.parent
