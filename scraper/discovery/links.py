"""A page taken apart for the search: links to columns with their texts, data files and scripts, the site's own search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.address import is_twin
from scraper.families.addresses import Target, is_document, is_file, resolve
from scraper.families.base import ListDocument
from scraper.families.rows import MAX_LINKS, collapse, target_of

_LOC = re.compile(r"<loc>\s{0,20}(?:<!\[CDATA\[)?\s{0,20}([^<\]\s]{1,2000})", re.IGNORECASE)
_FOLDER = re.compile(r"[\"'](\.{0,2}/[\w./%-]{0,300}/)[\"']")
_TURNED = re.compile(r"(?:index|list|default)\d{0,3}_\d{1,4}\.\w{3,6}|list-\d{1,12}-(?!1\.)\d{1,4}\.html?")
"""Further pages of a list: the first one says what it is."""
MAX_LOCATIONS = 50_000
"""The bound of the sitemap protocol for one file."""

_JSON = re.compile(r"[\"']((?:\.{0,2}/)?[\w./-]{1,150}\.json)(?:\?[^\"']{0,100})?[\"']", re.IGNORECASE)
_LIST_SCRIPT = re.compile(r"(?:^|/)(?:lil[_-]|list|query|getlist|qtzd)[\w.-]{0,60}\.js$", re.IGNORECASE)
_REFRESH = re.compile(r"url\s{0,4}=\s{0,4}[\"']?([^\"'\s>]{1,500})", re.IGNORECASE)
_GOTO = re.compile(
    r"location(?:\.href)?\s{0,4}=\s{0,4}[\"']([^\"'\s]{1,500})[\"']|location\.replace\(\s{0,4}[\"']([^\"'\s]{1,500})"
)
SEARCH_WORDS = "建议提案 答复"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to something that may be a column."""

    url: str
    text: str
    own: bool
    """Whether it stays on the declared hosts."""


def columns_linked(document: ListDocument) -> Iterator[Link]:
    """Links that lead to no document and no file; twins for the elderly and further pages of lists are left out."""
    for node in document.tree.css("a, area, iframe[src], frame[src]")[:MAX_LINKS]:
        if node.tag in {"iframe", "frame"}:
            target = resolve(document.base, node.attributes.get("src") or "")
        else:
            target = target_of(node, document.base) or _opened(node, document.base)
        if target is not None and _may_be_column(target):
            yield Link(target.url, _text(node), target.host in document.hosts)


def _opened(node: LexborNode, base: str) -> Target | None:
    """The folder that a script would open: `onclick="window.open('/zfxxgk/')"`."""
    for script in (node.attributes.get("onclick") or "", node.attributes.get("href") or ""):
        match = _FOLDER.search(script[:1000])
        if match:
            return resolve(base, match[1])
    return None


def _may_be_column(target: Target) -> bool:
    if is_twin(target.url) or is_file(target) or is_document(target):
        return False
    if _TURNED.fullmatch(target.file_name):
        return False
    return not target.extension or target.extension in {
        "html",
        "htm",
        "shtml",
        "shtm",
        "jhtml",
        "xml",
        "jsp",
        "aspx",
        "do",
    }


def _text(node: LexborNode) -> str:
    text = collapse(node.text() or "") or collapse(node.attributes.get("title") or "")
    if not text and (image := node.css_first("img[alt]")) is not None:
        text = collapse(image.attributes.get("alt") or "")
    return text[:120]


def forwards(document: ListDocument) -> Iterator[str]:
    """Where an almost empty page sends its reader: a refresh, a script that goes elsewhere, frames."""
    for meta in document.tree.css("meta[http-equiv]"):
        if (meta.attributes.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.search(meta.attributes.get("content") or "")
            yield from _own(document, match[1] if match else "")
    if len(document.tree.css("a[href]")) < 5:
        for first, second in _GOTO.findall(document.text[:20_000])[:5]:
            yield from _own(document, first or second)


def _own(document: ListDocument, href: str) -> Iterator[str]:
    target = resolve(document.base, href)
    if target is not None and target.host in document.hosts:
        yield target.url


def data_files(document: ListDocument) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(files of data that the page's own scripts name, scripts that look as if they loaded one). Nothing is run."""
    data: dict[str, None] = {}
    scripts: dict[str, None] = {}
    for node in document.tree.css("script")[:200]:
        source = node.attributes.get("src") or ""
        target = resolve(document.base, source) if source else None
        if target is not None:
            if target.host in document.hosts and _LIST_SCRIPT.search(target.path):
                scripts[target.url] = None
            continue
        data.update(dict.fromkeys(json_named(node.text() or "", document.page.url)))
    return tuple(data)[:5], tuple(scripts)[:3]


def json_named(script: str, base: str) -> tuple[str, ...]:
    """Files of data whose names stand in a script; relative ones belong to the page that runs it."""
    found = (resolve(base, urljoin(base, name)) for name in _JSON.findall(script[:200_000]))
    return tuple(dict.fromkeys(target.url for target in found if target is not None))


def search_of(document: ListDocument) -> str | None:
    """Address of the site's own IGS search for replies, from the form that the page prints; None where it has none."""
    for form in document.tree.css("form[action]")[:20]:
        target = resolve(document.base, form.attributes.get("action") or "")
        if target is None or target.host not in document.hosts or "/igs/front/search" not in target.path:
            continue
        values = {
            field.attributes.get("name") or "": field.attributes.get("value") or ""
            for field in form.css("input[name]")
        }
        kept = {key: values[key] for key in ("code", "siteId") if values.get(key)}
        if kept:
            asked = {
                **kept,
                "searchWord": SEARCH_WORDS,
                "pageNumber": "1",
                "pageSize": "20",
                "orderBy": "time",
            }
            return f"{target.url.partition('?')[0]}?" + "&".join(
                f"{key}={quote(value)}" for key, value in asked.items()
            )
    return None


def locations(text: str) -> tuple[str, ...]:
    """Addresses in a sitemap or in an index of sitemaps, as printed."""
    return tuple(_LOC.findall(text)[:MAX_LOCATIONS])


def name_of(tree: LexborHTMLParser) -> str:
    """What a page calls its column: meta ColumnName, the end of the breadcrumb, else the first part of its title."""
    for meta in tree.css("meta[name]"):
        if (meta.attributes.get("name") or "").lower() == "columnname":
            name = collapse(meta.attributes.get("content") or "")
            if name:
                return name[:60]
    for crumbs in tree.css(
        "div.where, div.position, div.location, div.crumb, div.breadcrumb, div.dqwz, ul.breadcrumb"
    )[:3]:
        anchors = [collapse(anchor.text()) for anchor in crumbs.css("a")]
        if anchors and anchors[-1]:
            return anchors[-1][:60]
    title = tree.css_first("title")
    return re.split(r"\s*[-_|–—]\s*", collapse(title.text()))[0][:60] if title is not None else ""


def site_name(tree: LexborHTMLParser) -> str | None:
    """What a home page calls its site: meta SiteName, else its title."""
    for meta in tree.css("meta[name]"):
        if (meta.attributes.get("name") or "").lower() == "sitename":
            name = collapse(meta.attributes.get("content") or "")
            if name:
                return name[:60]
    title = tree.css_first("title")
    return (collapse(title.text())[:60] or None) if title is not None else None
