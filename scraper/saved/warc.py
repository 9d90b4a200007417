"""WARC (ISO 28500) → responses, streamed: a file of many gigabytes passes through one record at a time.

From any program: wget, Heritrix, browsertrix (also packed as WACZ), Common Crawl. They differ in what they keep: bodies
as transferred (chunked, compressed) or decoded, each answer or only what changed, requests and metadata beside them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import brotli
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.warc.fields import shanghai

MAX_RECORD = 20 * 1024 * 1024
"""Bytes of a body, decoded; the crawler fetches no larger ones."""
MAX_HEADERS = 64 * 1024
_CODING = frozenset(("content-encoding", "content-length", "transfer-encoding"))
_BY_WARCIO = frozenset(("", "identity", "gzip", "x-gzip", "deflate"))
"""Content codings that it undoes, or that are none; its brotli fails with the present library."""
_PIECE = 64 * 1024
_BROKEN = (ArchiveLoadFailed, OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class Record:
    """One response."""

    url: str
    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    saved_at: str | None = None
    problem: str | None = None
    digest: str | None = None
    """WARC-Payload-Digest: what a later revisit refers to."""
    revisit: bool = False
    """The body is that of an earlier record with the same digest; without a digest, that of the last answer (304)."""


def is_wacz(path: Path) -> bool:
    """Whether a file is a ZIP with WARC files in it (https://specs.webrecorder.net/wacz/1.1.1/)."""
    return bool(_members(path))


def _members(path: Path) -> list[str]:
    with path.open("rb") as source:
        # A plain WARC that holds a DOCX would pass for a ZIP by its end.
        if source.read(4) != b"PK\x03\x04":
            return []
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
    except zipfile.BadZipFile:
        return []
    return sorted(name for name in names if name.startswith("archive/") and ".warc" in name)


def read_warc(path: Path) -> Iterator[Record]:
    """Responses of a WARC, plain or compressed, or of a WACZ; what is no web page's answer (requests, metadata, DNS) is
    left out. Where the file breaks off, a record with a problem is the last."""
    try:
        if names := _members(path):
            with zipfile.ZipFile(path) as packed:
                for name in names:
                    with packed.open(name) as member:
                        yield from read_stream(member)
            return
        with path.open("rb") as source:
            yield from read_stream(source)
    except _BROKEN as error:
        yield Record(
            "", problem=f"WARC 从这里起读不下去（{type(error).__name__}），前面的已导入；文件可能不完整"
        )


def read_stream(source: IO[bytes]) -> Iterator[Record]:
    """Responses of an open WARC. Raises what a broken one makes of reading."""
    for record in ArchiveIterator(source):
        if (found := read_record(record)) is not None:
            yield found


def read_record(record: Any) -> Record | None:
    """A record of warcio as a response; None for what is none."""
    header = record.rec_headers.get_header
    url = str(header("WARC-Target-URI") or "").strip("<> ")
    if record.rec_type not in ("response", "revisit", "resource") or not url.startswith(
        ("http://", "https://")
    ):
        return None
    saved_at = shanghai(str(header("WARC-Date")))
    digest = header("WARC-Payload-Digest")
    status, headers = 200, [("content-type", str(header("Content-Type") or ""))]
    if record.http_headers is not None:
        code = str(record.http_headers.get_statuscode() or "")
        status = int(code) if code.isdecimal() else 0
        headers = _headers(record.http_headers.headers)
    elif record.rec_type == "response":
        return None
    if record.rec_type == "revisit":
        same = not str(header("WARC-Profile") or "").endswith("/server-not-modified")
        if same and digest is None:
            return Record(url, saved_at=saved_at, problem="是“与先前相同”的记录，却没有写与哪一份相同")
        kept = tuple(headers) if record.http_headers is not None else (("content-type", "text/html"),)
        # Of an answer that is the same again the status is that of the first; some write none.
        return Record(
            url,
            b"",
            status if record.http_headers is not None else 200,
            kept,
            saved_at,
            None,
            digest if same else None,
            True,
        )
    if header("WARC-Truncated") or header("WARC-Segment-Number"):
        return Record(
            url, saved_at=saved_at, problem="存档时没有存全（截断或分段），请重新采集", digest=digest
        )
    try:
        body = _body(record, MAX_RECORD + 1)
    except (OSError, EOFError, ValueError, zlib.error, zstandard.ZstdError, brotli.error) as error:
        return Record(url, saved_at=saved_at, problem=f"内容解不开（{type(error).__name__}）")
    if len(body) > MAX_RECORD:
        return Record(url, saved_at=saved_at, problem=f"超过 {MAX_RECORD // 2**20} MB")
    return Record(url, body, status, tuple(headers), saved_at, None, digest)


def _body(record: Any, limit: int) -> bytes:
    """At most `limit` bytes of the body, without chunks and content coding. Raises ValueError for a coding that we do not know.

    Some programs keep the headers of the coding beside a body that they decoded: then it stands as it is.
    """
    if record.http_headers is None:
        return bytes(record.content_stream().read(limit))
    chunked = str(record.http_headers.get_header("Transfer-Encoding") or "").strip().lower()
    if chunked:
        record.http_headers.replace_header("Transfer-Encoding", chunked)
    coding = str(record.http_headers.get_header("Content-Encoding") or "").strip().lower()
    if coding not in _BY_WARCIO:
        # Only the chunks are undone by warcio then.
        record.http_headers.remove_header("Content-Encoding")
    body = bytes(record.content_stream().read(limit))
    if coding == "zstd" and body.startswith(zstandard.FRAME_HEADER):
        return _zstd(body, limit)
    if coding in _BY_WARCIO or coding == "zstd" or body.lstrip()[:1] in (b"<", b"{", b"["):
        return body
    if coding == "br":
        return _brotli(body, limit)
    raise ValueError(coding)


def _zstd(body: bytes, limit: int) -> bytes:
    found = bytearray()
    while body and len(found) < limit:
        undo = zstandard.ZstdDecompressor().decompressobj()
        for at in range(0, len(body), _PIECE):
            found += undo.decompress(body[at : at + _PIECE])
            if undo.eof or len(found) >= limit:
                break
        if len(found) < limit and not undo.eof:
            raise EOFError("zstd")
        body = undo.unused_data + body[at + _PIECE :]
    return bytes(found[:limit])


def _brotli(body: bytes, limit: int) -> bytes:
    found, undo = bytearray(), brotli.Decompressor()
    found += undo.process(body, output_buffer_limit=_PIECE)
    while len(found) < limit and not undo.can_accept_more_data():
        found += undo.process(b"", output_buffer_limit=_PIECE)
    if len(found) < limit and not undo.is_finished():
        raise EOFError("br")
    return bytes(found[:limit])


def _headers(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Names in lower case; what described the coded body is set aside, as the crawler does."""
    coded = any(name.lower() == "content-encoding" for name, _ in found)
    out: list[tuple[str, str]] = []
    total = 0
    for name, value in found:
        key = name.lower()
        total += len(key) + len(value)
        if total > MAX_HEADERS:
            break
        describes = key == "transfer-encoding" or (coded and key in _CODING)
        out.append((f"x-archive-orig-{key}" if describes else key, value))
    return out
