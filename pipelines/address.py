"""Addresses as identities: one page, one key, however the address was written.

http and https of one host are one page here (counties switch, lists of https sites link http), fragments and default
ports say nothing, and the mobile twin `…_slh.html` is the same reply as its original. Query strings stay as they are:
some systems put the document number there. Normalisation after RFC 3986 §6.2.2; nothing is fetched.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlsplit

_SCHEME = re.compile(r"(https?:)?//", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d{1,5}(?:[/?#]|$))", re.IGNORECASE)
_HOST = re.compile(r"[^\s\x00-\x20!-,/:-@\[-^`{-~]{1,253}|[0-9a-f.]*:[0-9a-f:.]{1,45}")
_URL_DATE = re.compile(r"/t(\d{4})(\d{2})(\d{2})_\d+")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_PLAIN = re.compile(r"https?://([a-z0-9.-]{0,252}[a-z0-9-])(/[A-Za-z0-9/_.~-]*)")
"""What most addresses are: nothing in them has another spelling, unless a segment begins with a dot."""
_TWIN = re.compile(r"(?<=[^/])_slh(?=(?:_\d{1,3})?\.s?html?$)", re.IGNORECASE)
_CONTINUED = re.compile(r"(.+)_([1-9]\d{0,2})(\.[a-z0-9]{1,8})$", re.IGNORECASE | re.DOTALL)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_KEPT = "%/:=&?~#+!$,;'@()*[]|"


@dataclass(frozen=True, slots=True)
class _Parts:
    host: str
    """Lower case, with its port unless that is the default of the scheme."""
    path: str
    query: str
    """With its question mark, or empty."""


@lru_cache(maxsize=4096)
def _split(url: str) -> _Parts | None:
    """Parts of a web address; None for anything else (`javascript:`, broken brackets)."""
    plain = _PLAIN.fullmatch(url)
    if plain is not None and "/." not in plain[2]:
        return _Parts(plain[1], plain[2], "")
    text = url.strip()
    match = _SCHEME.match(text)
    if match is None and _OTHER_SCHEME.match(text):
        return None
    try:
        parts = urlsplit(text if match else "//" + text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host):
        return None
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = f"?{_escaped(parts.query)}" if parts.query else ""
    return _Parts(host, _without_dots(_escaped(parts.path)), query)


def _escaped(text: str) -> str:
    """One spelling of what may be written raw or percent-encoded (RFC 3986 §6.2.2.1)."""
    return _PERCENT.sub(lambda match: match[0].upper(), quote(text, safe=_KEPT, errors="replace"))


def _without_dots(path: str) -> str:
    """Path with `.` and `..` resolved (RFC 3986 §5.2.4), beginning with a slash."""
    if not path.startswith("/"):
        path = "/" + path
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def address_key(url: str) -> str:
    """Address without scheme, user, fragment and default port, host in lower case; a twin keeps its own key.

    Total: what is no web address comes back stripped of white space and otherwise untouched.

    >>> address_key("HTTPS://KJT.hubei.gov.cn:443/a/../t1.shtml?id=2#top")
    'kjt.hubei.gov.cn/t1.shtml?id=2'
    """
    parts = _split(url)
    return url.strip() if parts is None else parts.host + parts.path + parts.query


def canonical(url: str) -> str:
    """The same with the mobile twin folded to its original: the key of a reply.

    >>> canonical("http://cjw.ezhou.gov.cn/a/t20240902_1_slh.html")
    'cjw.ezhou.gov.cn/a/t20240902_1.html'
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    return parts.host + _TWIN.sub("", parts.path) + parts.query


def is_twin(url: str) -> bool:
    """Whether the address is that of a mobile or age-friendly twin."""
    if "_slh" not in url.lower():
        return False
    parts = _split(url)
    return parts is not None and _TWIN.search(parts.path) is not None


def reply_id(url: str) -> str:
    """Identifier of a reply: `r` and 11 lower-case base32 characters (55 bits) of the SHA-256 of its canonical address."""
    return id_of_key(canonical(url))


def id_of_key(key: str) -> str:
    """The same for a canonical address."""
    return "r" + base32(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest())


def base32(digest: bytes) -> str:
    """The first 11 characters of base32 (RFC 4648 §6) in lower case, 55 bits.

    The library encodes all of a digest, in Python, which takes ten times as long.

    >>> base32(hashlib.sha256(b"").digest())
    '4oymiquy7qo'
    """
    bits = int.from_bytes(digest[:7], "big") >> 1
    return "".join([_BASE32[bits >> shift & 31] for shift in range(50, -1, -5)])


def host_of(url: str) -> str | None:
    """Host of a web address as allow-lists write it: lower case, with a port that is not the default; else None."""
    parts = _split(url)
    return None if parts is None else parts.host


def continuation_index(url: str, of: str) -> int | None:
    """k when `url` is page k + 1 of the document `of` (TRS: `t1.shtml` goes on at `t1_1.shtml`), else None."""
    parts, first = _split(url), _split(of)
    if parts is None or first is None or parts.host != first.host or parts.query or first.query:
        return None
    match = _CONTINUED.fullmatch(parts.path)
    if match is None or match[1].endswith("/") or match[1] + match[3] != first.path:
        return None
    return int(match[2])


def url_date(url: str) -> str | None:
    """The date in a TRS address (`t20240902_5311.shtml`); None where it is none.

    >>> url_date("http://x/202409/t20240902_5311.shtml"), url_date("http://x/t_5783074.shtml")
    ('2024-09-02', None)
    """
    match = _URL_DATE.search(url)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None
