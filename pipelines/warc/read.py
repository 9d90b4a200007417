"""A WARC that `pipelines.warc.write` made → what the archive said, one record at a time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines import storage
from pipelines.archive import Fetch, Given, Note, RunRecord, Told
from pipelines.errors import DataUnreadable
from pipelines.models import Issue
from pipelines.warc.fields import FETCH, NOTE, RUN

MAX_BODY = 64 * 1024 * 1024
"""Bytes of a body; the archive holds none that large."""
BROKEN = (ArchiveLoadFailed, EOFError, ValueError, zlib.error)
"""What a damaged WARC makes of reading."""


def is_ours(path: Path) -> bool:
    """Whether a WARC begins as ours do. Raises nothing: what cannot be read is none of ours."""
    try:
        with path.open("rb") as source:
            record = next(iter(ArchiveIterator(source)), None)
            return record is not None and record.rec_type == "warcinfo" and _run(record) is not None
    except (*BROKEN, OSError):
        return False


def told_by_warc(path: Path) -> Iterator[Told]:
    """Runs, answers, notes. Raises DataUnreadable where the file breaks off or is not as it was written."""
    runs: dict[str, int] = {}
    with storage.explained(path, "WARC"), path.open("rb") as source:
        records = iter(ArchiveIterator(source))
        count = 0
        while True:
            try:
                record = next(records, None)
                if record is None:
                    return
                count += 1
                told = _told(record, runs)
            except (*BROKEN, KeyError, TypeError) as error:
                raise DataUnreadable(
                    f"{path} 第 {count} 条记录之后读不下去（{type(error).__name__}），文件不完整或被改动过；前面的已收进"
                    "归档。请换一份完整的再导入一次，已有的不会重复收"
                ) from error
            if told is not None:
                yield told


def _told(record: Any, runs: dict[str, int]) -> Told | None:
    header = record.rec_headers.get_header
    if record.rec_type == "warcinfo":
        run = _run(record)
        if run is None:
            raise ValueError("warcinfo of another program")
        runs[str(header("WARC-Record-ID"))] = run.id
        return run
    if record.rec_type == "request":
        return None
    number = runs[str(header("WARC-Warcinfo-ID"))]
    if (note := header(NOTE)) is not None:
        found = json.loads(note)
        return Note(
            number, found["site"], Issue(found["code"], found["message"], found["severity"]), found["url"]
        )
    return _fetch(record, json.loads(header(FETCH)), number)


def _run(record: Any) -> RunRecord | None:
    text = record.content_stream().read(MAX_BODY).decode("utf-8")
    for line in text.split("\r\n"):
        name, _, value = line.partition(": ")
        if name == RUN:
            return RunRecord(**json.loads(value))
    return None


def _fetch(record: Any, own: dict[str, Any], run: int) -> Given:
    status, headers = own.get("status"), own.get("headers")
    if status is None:
        status = int(record.http_headers.get_statuscode())
    if headers is None:
        headers = [] if record.http_headers is None else record.http_headers.headers
    fetch = Fetch(
        run_id=run,
        url=own["url"],
        fetched_at=own["at"],
        status=status,
        headers=tuple((name, value) for name, value in headers),
        outcome=own["outcome"],
        role=own["role"],
        site=own.get("site"),
        column=own.get("column"),
        context=own.get("context", {}),
        error=own.get("error"),
    )
    digest = record.rec_headers.get_header("WARC-Payload-Digest")
    if record.rec_type == "metadata" or digest is None or own["outcome"] == "unchanged":
        return Given(fetch)
    sha256 = _sha256(digest)
    if record.rec_type == "revisit":
        return Given(fetch, sha256)
    body = record.content_stream().read(MAX_BODY)
    if hashlib.sha256(body).hexdigest() != sha256:
        raise ValueError("digest")
    return Given(fetch, sha256, lambda: body)


def _sha256(digest: str) -> str:
    name, _, value = digest.partition(":")
    if name != "sha256":
        raise ValueError(digest)
    try:
        return base64.b32decode(value).hex()
    except binascii.Error as error:
        raise ValueError(digest) from error
