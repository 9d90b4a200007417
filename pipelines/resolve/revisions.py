"""The states that a reply had, through all addresses that it moved through."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from pipelines.resolve.identity import Candidate, Merged
from pipelines.resolve.whole import Replies
from pipelines.schema.replies import REPLIES

Row = dict[str, Any]

_TITLES = {
    **{column.name: column.title for column in REPLIES.columns},
    "references": "所答复的建议提案",
    "attachments": "附件",
}


def revisions(staging: sqlite3.Connection, replies: Replies) -> Iterator[Row]:
    """Rows of `revisions` of all replies, those of each numbered through."""
    moved = {one.id: one for one in replies.of("kind = 'moved'")}
    rows = replies.rows("number, fetched_at, changed, diff, digest", "revisions", "number")
    names = [item[0] for item in rows.description[1:]]
    for key, group in groupby(rows, key=lambda row: str(row[0])):
        if key in moved:
            yield from _moved(staging, moved[key])
            continue
        for number, values in enumerate(group, start=1):
            row = dict(zip(names, values[1:], strict=True))
            yield {"reply_id": key, **row, "number": number, "summary": _summary(row["changed"])}


def _moved(staging: sqlite3.Connection, one: Merged) -> Iterator[Row]:
    """Of a reply that had other addresses before. What it brought to its new one is no state of its own."""
    now = one.members[0][0]
    former = sorted(
        (member for member, kind in one.members if kind == "moved"),
        key=lambda member: (member.run, member.last_ok_run, member.address),
    )
    number = 0
    for place, member in enumerate((*former, now)):
        for row in _states(staging, member):
            if place and row["changed"] is None:
                continue
            number += 1
            yield {"reply_id": one.id, **row, "number": number, "summary": _summary(row["changed"])}


def _states(staging: sqlite3.Connection, member: Candidate) -> list[Row]:
    sql = "select number, fetched_at, changed, diff, digest from revisions where address = ? order by number"
    cursor = staging.execute(sql, (member.address,))
    names = [item[0] for item in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _summary(changed: str | None) -> str | None:
    """`标题、正文`: what a change is about, in the order of the columns."""
    if changed is None:
        return None
    fields = json.loads(changed)
    return "、".join(title for name, title in _TITLES.items() if name in fields) or "、".join(fields)
