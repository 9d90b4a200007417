"""What an address says about its target, before anything is fetched: document, file, or something else.

Shapes from domain.md's survey: TRS `t20240902_5538250.shtml`, `t_5783074.shtml`, `t3714581.htm`, twins `…_slh.html`,
`190774.jhtml`, `content-541-607151-1.html`, `content_5353307.htm`, `art_123_456.html`, `info?id=12345`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from pipelines.address import host_of

FILE_TYPES = frozenset({"pdf", "doc", "docx", "xls", "xlsx", "wps", "et", "ofd", "zip", "rar", "txt"})
"""Kinds of files that are kept beside a reply."""

IMAGE_TYPES = frozenset({"jpg", "jpeg", "png"})
"""Kept only where the page declares them as an inserted file (scans of a signed reply)."""

PAGE_TYPES = frozenset({"html", "htm", "shtml", "shtm", "xhtml", "jhtml", "jsp", "asp", "aspx", "php", "do"})

_INDEX = re.compile(
    r"(?:index|default|home|main|lists?|node|column|col)\d{0,12}(?:_\d{1,12})?|list(?:-\d{1,12}){1,2}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{3}")
_TWIN = re.compile(r"_slh(?=$|_\d{1,3}$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads."""

    url: str
    """Absolute, without fragment."""
    host: str
    """As allow-lists write it."""
    path: str
    query: str

    @property
    def file_name(self) -> str:
        """Last segment of the path, percent-decoded; empty for a folder."""
        return unquote(self.path.rsplit("/", 1)[-1])

    @property
    def extension(self) -> str:
        """Lower case, without the dot; empty where there is none."""
        return suffix(self.file_name)


# The rules for rows each look at the links of a list page.
@lru_cache(maxsize=4096)
def resolve(base: str, href: str) -> Target | None:
    """Target of a link, or None for what is no web address (`javascript:`, `#top`, broken brackets)."""
    text = re.sub(r"[\t\r\n]", "", href.strip())
    if not text or text.startswith("#") or len(text) > 2000:
        return None
    try:
        url = urljoin(base, text).partition("#")[0]
        parts = urlsplit(url)
    except ValueError:
        return None
    host = host_of(url)
    if parts.scheme not in {"http", "https"} or host is None:
        return None
    return Target(url, host, parts.path or "/", parts.query)


@lru_cache(maxsize=4096)
def suffix(name: str) -> str:
    """Extension of a file's printed name, lower case, without the dot; empty where it has none.

    >>> suffix("答复.PDF"), suffix("关于1.5万亩湿地的答复")
    ('pdf', '5万亩湿地的答复')
    """
    return PurePosixPath(name.strip()).suffix.removeprefix(".").lower()


def is_file(target: Target) -> bool:
    """Whether the address names a file of a kind that is kept."""
    return target.extension in FILE_TYPES


def is_document(target: Target) -> bool:
    """Whether the address has the shape of one document, as opposed to a list, a column or a part of the page.

    Documents carry a number of at least three digits in their name or, on scripted systems, in the query.
    """
    name = target.file_name
    if target.extension and target.extension not in PAGE_TYPES:
        # A dot inside a name without extension is rare; files have their own rule.
        return False
    stem = _TWIN.sub("", name[: -len(target.extension) - 1] if target.extension else name)
    if _INDEX.fullmatch(stem) or not stem:
        return bool(target.query and stem and _NUMBER.search(target.query))
    return bool(_NUMBER.search(stem) or (target.query and _NUMBER.search(target.query)))


def folder(url: str) -> str:
    """Path of the folder that an address lies in, with its final slash.

    >>> folder("http://a.gov.cn/x/jytabl/index_1.shtml")
    '/x/jytabl/'
    """
    return urlsplit(url).path.rpartition("/")[0] + "/"


def as_declared(url: str, column: str) -> str:
    """The address with the scheme of its column: lists of https sites print http:// for their own host (seen in the JSON
    lists of two departments). Other hosts, and https addresses in http columns, stay as they are.

    >>> as_declared("http://a.gov.cn/t1.shtml", "https://a.gov.cn/jytabl/")
    'https://a.gov.cn/t1.shtml'
    """
    if url[:7].lower() == "http://" and column[:8].lower() == "https://" and host_of(url) == host_of(column):
        return "https" + url[4:]
    return url
