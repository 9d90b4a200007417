"""The files beside replies: what came of fetching them, and what they say."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pipelines.address import address_key
from pipelines.models import Issue
from pipelines.normalise.privacy import mask
from pipelines.read.files import disagrees
from pipelines.resolve.addresses import Address, Good
from pipelines.resolve.insert import insert, issue_row
from pipelines.resolve.log import Log
from pipelines.resolve.told import Told
from pipelines.resolve.whole import Replies

Row = dict[str, Any]


def write_attachments(
    conn: sqlite3.Connection, staging: sqlite3.Connection, log: Log, replies: Replies, issues: Told
) -> None:
    """Rows of `attachments`, one reply after the other; what is wrong with them is added to `issues`.

    A file that was there once and is not today keeps what was got of it: outcome tells of the last fetch, the rest of
    the last good one.
    """
    insert(conn, "attachments", _all(staging, log, replies, issues))


def _all(staging: sqlite3.Connection, log: Log, replies: Replies, issues: Told) -> Iterator[Row]:
    found = replies.rows(
        "m.url, m.site, attachments.position, name, attachments.url, paragraph",
        "attachments",
        "attachments.position",
    )
    for key, printed, site, position, name, url, paragraph in found:
        row, told = _row(staging, log, position, name, url, paragraph)
        if told:
            issues.add(issue_row(issue, printed, key, site) for issue in told)
        yield {"reply_id": key, **row}


def _row(
    staging: sqlite3.Connection, log: Log, position: int, name: str, url: str | None, paragraph: int | None
) -> tuple[Row, list[Issue]]:
    entry, got = _got(log, url)
    media_type = got.media_type if got else None
    row: Row = {
        "position": position,
        "name": name,
        "url": url,
        "paragraph": paragraph,
        "outcome": entry.outcome if entry else None,
        "media_type": mask(media_type) if media_type else None,
        "bytes": got.size if got else None,
        "sha256": got.sha256 if got else None,
        "format": None,
        "pages": None,
        "text_rule": None,
        "text": None,
    }
    read = _read(staging, got.sha256) if got and got.sha256 else None
    if read is None:
        return row, _unreadable(row) if got and got.sha256 else []
    row["format"], row["pages"], row["text_rule"], row["text"], told = read
    return row, list(_told(row, told))


def _got(log: Log, url: str | None) -> tuple[Address | None, Good | None]:
    entry = log.addresses.get(address_key(url)) if url else None
    return entry, entry.last_ok if entry is not None else None


def text_of(staging: sqlite3.Connection, log: Log, url: str | None) -> str | None:
    """What the file at an address says; None where it was never got or has no text."""
    _, got = _got(log, url)
    read = _read(staging, got.sha256) if got and got.sha256 else None
    return read[3] if read is not None else None


def _unreadable(row: Row) -> list[Issue]:
    """Every archived file was read before this, but those whose bytes are lost."""
    message = f"附件“{str(row['name'])[:100]}”在归档里已损坏（SHA-256 {row['sha256']}），读不出来。"
    return [Issue("archive_damaged", message, "error", "attachments")]


def _read(
    staging: sqlite3.Connection, sha256: str
) -> tuple[str, int | None, str | None, str | None, str] | None:
    sql = "select kind, pages, rule, text, issues from files where sha256 = ?"
    found = staging.execute(sql, (sha256,)).fetchone()
    return None if found is None else (found[0], found[1], found[2], found[3], found[4])


def _told(row: Row, told: str) -> Iterator[Issue]:
    """Issues of reading, with the name of the file in front; and a name that says something else than the content."""
    name = str(row["name"])[:100]
    for found in json.loads(told):
        issue = Issue(**found)
        yield replace(issue, message=f"附件“{name}”：{issue.message}")
    claimed = disagrees(row["format"], _path(row["url"]), str(row["name"]))
    if claimed is not None:
        message = f"附件“{name}”的扩展名是 {claimed}，内容却是 {row['format']}；按内容读。"
        yield Issue("attachment_format", message, "info", "attachments", claimed)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
