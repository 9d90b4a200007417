"""WARC (ISO 28500) → responses, streamed: a file of many gigabytes passes through one record at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.clock import SHANGHAI

MAX_RECORD = 20 * 1024 * 1024
"""Bytes of a body, decoded; the crawler fetches no larger ones."""
MAX_HEADERS = 64 * 1024
_CODING = frozenset(("content-encoding", "content-length", "transfer-encoding"))


@dataclass(frozen=True, slots=True)
class Record:
    """One response."""

    url: str
    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    saved_at: str | None = None
    problem: str | None = None


def read_warc(path: Path) -> Iterator[Record]:
    """Responses of a WARC, plain or compressed; what is no web page's answer (requests, metadata, DNS) is left out.

    A revisit stands for the response that it refers to; where that is not in this file it is a record with a problem.
    """
    held: set[tuple[str, str]] = set()
    """Address and digest of each payload that this file holds."""
    with path.open("rb") as source:
        try:
            for record in ArchiveIterator(source):
                if (found := _record(record, held)) is not None:
                    yield found
        except (ArchiveLoadFailed, OSError, EOFError, ValueError, zlib.error) as error:
            yield Record(
                "", problem=f"WARC 从这里起读不下去（{type(error).__name__}），前面的已导入；文件可能不完整"
            )


def _record(record: Any, held: set[tuple[str, str]]) -> Record | None:
    url = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    if record.rec_type not in ("response", "revisit", "resource") or not url.startswith(
        ("http://", "https://")
    ):
        return None
    saved_at = _moment(record.rec_headers.get_header("WARC-Date"))
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    if record.rec_type == "revisit":
        if (url, str(digest)) in held:
            # Unchanged since the response that this file holds.
            return None
        return Record(url, saved_at=saved_at, problem="是“与先前相同”的记录，而先前那一份不在这个文件里")
    status, headers = 200, [("content-type", str(record.rec_headers.get_header("Content-Type") or ""))]
    if record.http_headers is not None:
        code = str(record.http_headers.get_statuscode() or "")
        status = int(code) if code.isdecimal() else 0
        headers = _headers(record.http_headers.headers)
    elif record.rec_type == "response":
        return None
    try:
        body = record.content_stream().read(MAX_RECORD + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        return Record(url, saved_at=saved_at, problem=f"内容解不开（{type(error).__name__}）")
    if len(body) > MAX_RECORD:
        return Record(url, saved_at=saved_at, problem=f"超过 {MAX_RECORD // 2**20} MB")
    if digest:
        held.add((url, str(digest)))
    return Record(url, body, status, tuple(headers), saved_at)


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


def _moment(printed: str | None) -> str | None:
    """`2026-11-24T02:30:00Z`, with or without a fraction (§5.4)."""
    try:
        found = datetime.fromisoformat(str(printed))
    except ValueError:
        return None
    return (
        (found if found.tzinfo else found.replace(tzinfo=UTC))
        .astimezone(SHANGHAI)
        .isoformat(timespec="seconds")
    )
