"""A saved file → the pages in it, one at a time, each with the address that it was saved from."""

from __future__ import annotations

import email
import email.policy
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

from pipelines.clock import SHANGHAI
from pipelines.errors import DataUnreadable
from scraper.saved.warc import is_wacz, read_warc

MAX_FILE = 64 * 1024 * 1024
"""Bytes of an HTML or MHTML file; with all its pictures a page has some five million."""
_HEAD = 8192
_SAVED_FROM = re.compile(
    rb"<!--\s{0,9}saved from url=\(\d{1,6}\)\s{0,9}(\S{1,2000}?)\s{0,9}-->"
    rb"|<!--[^<>]{0,200}?\burl:\s{0,9}(https?://\S{1,2000}?)\s",
    re.IGNORECASE,
)
"""What Chromium, Edge and Internet Explorer write above a page, and what SingleFile writes."""
_MAIL = re.compile(
    rb"(?:^|\n)(?:Snapshot-Content-Location|MIME-Version|Content-Type:\s*multipart/related)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Saved:
    """One page as it was saved."""

    url: str
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/html"),)
    saved_at: str | None = None
    """ISO 8601, Asia/Shanghai, where the file itself tells."""
    form: str = "html"
    """`html`, `mhtml`, `warc`, `file`."""
    problem: str | None = None
    """Why it cannot be taken, in Chinese."""
    digest: str | None = None
    revisit: bool = False
    """Of a WARC, see `Record`."""


def read_saved(path: Path, url: str | None = None) -> Iterator[Saved]:
    """Pages of a file, told by its content. `url` is the address of a single page that does not carry its own.

    Raises DataUnreadable for a file that cannot be opened or has no known form; a WARC that breaks off gives what came
    before, and a page with a problem.
    """
    try:
        with path.open("rb") as source:
            head = source.read(_HEAD)
    except OSError as error:
        raise DataUnreadable(f"{path} 打不开（{error.strerror}）；请检查路径和权限。") from error
    zipped = head.startswith(b"\x1f\x8b") and _gunzipped(path).startswith(b"WARC/")
    if head.startswith(b"WARC/") or zipped or (head.startswith(b"PK\x03\x04") and is_wacz(path)):
        for one in read_warc(path):
            yield Saved(
                one.url,
                one.body,
                one.status,
                one.headers,
                one.saved_at,
                "warc",
                one.problem,
                one.digest,
                one.revisit,
            )
        return
    if path.stat().st_size > MAX_FILE:
        raise DataUnreadable(f"{path} 超过 {MAX_FILE // 2**20} MB，不是一个网页；WARC 文件请保留原样。")
    body = path.read_bytes()
    if _MAIL.search(head) and b"<html" not in head[:200].lower():
        yield _mhtml(path, body, url)
    elif head.startswith((b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        kind = (("content-type", "application/octet-stream"),)
        yield Saved(url or "", body, headers=kind, form="file", problem=None if url else _NO_ADDRESS)
    elif b"<" in head:
        found = url or _saved_from(head)
        yield Saved(found or "", body, problem=None if found else _NO_ADDRESS)
    else:
        raise DataUnreadable(f"{path} 不是 HTML、MHTML 或 WARC；请用浏览器的“网页另存为”保存。")


_NO_ADDRESS = "文件里没有写从哪个网址保存，请用 --url 指明"


def _gunzipped(path: Path) -> bytes:
    try:
        with gzip.open(path) as source:
            return source.read(16)
    except (OSError, EOFError, zlib.error):
        return b""


def _saved_from(head: bytes) -> str | None:
    match = _SAVED_FROM.search(head)
    if match is None:
        return None
    return unescape((match[1] or match[2]).decode("utf-8", "replace"))


def _mhtml(path: Path, body: bytes, url: str | None) -> Saved:
    """The page itself, without the pictures and style sheets that were saved with it (RFC 2557)."""
    message = email.message_from_bytes(body, policy=email.policy.HTTP)
    if not isinstance(message, EmailMessage):
        raise DataUnreadable(f"{path} 不是完整的 MHTML。")
    where = str(message.get("Snapshot-Content-Location") or message.get("Content-Location") or "").strip()
    parts = [
        part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")
    ]
    main = next((part for part in parts if str(part.get("Content-Location") or "").strip() == where), None)
    main = main or (parts[0] if parts else None)
    if main is None:
        raise DataUnreadable(f"{path} 是 MHTML，里面却没有网页。")
    found = url or where or str(main.get("Content-Location") or "").strip()
    content = main.get_payload(decode=True)
    kind = str(main.get("Content-Type") or "text/html")
    return Saved(
        found,
        content if isinstance(content, bytes) else b"",
        headers=(("content-type", kind),),
        saved_at=_moment(str(message.get("Date") or "")),
        form="mhtml",
        problem=None if found else _NO_ADDRESS,
    )


def _moment(printed: str) -> str | None:
    try:
        found = parsedate_to_datetime(printed)
    except ValueError:
        return None
    # `-0000` says UTC without a place (RFC 5322 §3.3); so Chromium writes.
    return shanghai(found if found.tzinfo else found.replace(tzinfo=UTC))


def shanghai(moment: datetime) -> str:
    """A moment as the archive writes it."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
