"""Lists that a site publishes as data: `qtzd.json`, `list.json`, answers of a search, with what scripts wrap around them.

Keys as seen on sites of the province (in either case, with or without `_`): URL, FILENAME, PUBDATE, DOCRELTIME, TITLE,
DocId, DOCHTMLCON (the whole text). Values are taken as printed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipelines.models import ListRow
from scraper.families.addresses import resolve
from scraper.families.rows import Rows, collapse

_LINK = ("url", "docpuburl", "puburl", "docurl", "linkurl", "link", "href")
_TITLE = ("title", "doctitle", "filename", "name", "subject")
_DATE = ("pubdate", "docpubtime", "docreltime", "pubtime", "publishtime", "date", "time")
_TEXT = ("dochtmlcon", "dochtml")
_TOTAL = frozenset(
    ("total", "totalcount", "totalelements", "totalnum", "totalrecords", "recordcount", "count")
)
_PAGES = frozenset(("pagecount", "totalpages", "totalpage", "pagetotal", "pages"))
_DEPTH = 6
_WRAPPED = re.compile(
    r"(?:(?:var|let|const)\s{1,8})?[\w$.\[\]]{0,80}\s{0,8}=\s{0,8}(?=[\[{])|[\w$.]{1,80}\s{0,8}\(\s{0,8}(?=[\[{])"
)
_END = re.compile(r"[\s;)]*")
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s{0,200}[\]}])', re.DOTALL)


@dataclass(slots=True)
class JsonList:
    """The rows of a list as objects, and the counts that stand beside them."""

    entries: list[Any] = field(default_factory=list)
    blocks: tuple[int, ...] = ()
    """Rows of each array of linked objects; one where all is well."""
    pages: int | None = None
    total: int | None = None


def looks_like_json(text: str) -> bool:
    """Whether a text is data, bare or wrapped by a script, and not a page."""
    start = text.lstrip("\ufeff \t\r\n")[:300]
    return start.startswith(("{", "[")) or _WRAPPED.match(start) is not None


def parse(text: str) -> Any:
    """The value in a text: bare JSON, `callback({…});` or `var x = […];`, also with commas behind the last item.

    Nothing is run. Raises ValueError for anything else.
    """
    text = text.lstrip("\ufeff \t\r\n")
    match = _WRAPPED.match(text)
    start = match.end() if match and text[:1] not in "[{" else 0
    decoder = json.JSONDecoder(strict=False)
    try:
        value, end = decoder.raw_decode(text, start)
    except (ValueError, RecursionError):
        mended = _TRAILING_COMMA.sub(lambda found: found[1] or "", text[start:])
        try:
            value, end = decoder.raw_decode(mended)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        text = mended
    if not _END.fullmatch(text, end):
        raise ValueError("more text behind the value")
    return value


def find_list(value: Any) -> JsonList:
    """The arrays of objects that carry a link, with the counts of the objects around them."""
    found = JsonList()
    blocks = list(_arrays(value, found, _DEPTH))
    found.entries = [entry for block in blocks for entry in block]
    found.blocks = tuple(len(block) for block in blocks)
    return found


def _arrays(value: Any, found: JsonList, depth: int) -> Iterator[list[Any]]:
    if depth <= 0:
        return
    if isinstance(value, list):
        if any(isinstance(item, Mapping) and _first(item, _LINK) for item in value):
            # What is inside a row (its attachments) is no list of its own.
            yield value
            return
        for item in value:
            yield from _arrays(item, found, depth - 1)
    elif isinstance(value, Mapping):
        inside = [block for item in value.values() for block in _arrays(item, found, depth - 1)]
        if inside:
            for key, item in value.items():
                name = _plain(key)
                if name in _TOTAL and found.total is None:
                    found.total = _count(item)
                elif name in _PAGES and found.pages is None:
                    found.pages = _count(item)
        yield from inside


def rows_of(found: JsonList, base: str, hosts: Collection[str], text_in: str | None = None) -> Rows:
    """Rows in the order of the data. `text_in`: address of the list, where rows may carry their whole text."""
    rows: dict[str, ListRow] = {}
    refused: dict[str, ListRow] = {}
    unlinked: list[str] = []
    for number, entry in enumerate(found.entries):
        if not isinstance(entry, Mapping):
            unlinked.append(str(entry)[:200])
            continue
        title = _title(entry)
        target = resolve(base, _first(entry, _LINK) or "")
        if target is None or not target.path.strip("/"):
            unlinked.append(title or "（无标题）")
            continue
        kept = f"{text_in}#{number}" if text_in is not None and text_of(entry) else None
        row = ListRow(target.url, title, _first(entry, _DATE), kept)
        (rows if target.host in hosts else refused).setdefault(target.url, row)
    return Rows(tuple(rows.values()), tuple(refused.values()), tuple(unlinked), found.blocks)


def text_of(entry: Any) -> str | None:
    """HTML of the document that a row carries whole."""
    return _first(entry, _TEXT) if isinstance(entry, Mapping) else None


def _title(entry: Mapping[str, Any]) -> str:
    printed = _first(entry, _TITLE) or ""
    if "<" in printed or "&" in printed:
        # A search marks the words it found.
        tree = LexborHTMLParser(printed[:4000])
        printed = tree.body.text() if tree.body is not None else ""
    return collapse(printed)


def _first(entry: Mapping[str, Any], names: Collection[str]) -> str | None:
    """The first of these keys that has a text."""
    plain = {_plain(key): value for key, value in entry.items()}
    for name in names:
        value = plain.get(name)
        if isinstance(value, str) and value.strip():
            return value if name in _TEXT else value.strip()
    return None


def _plain(key: object) -> str:
    return str(key).lower().replace("_", "")


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 8:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000_000:
        return value
    return None
