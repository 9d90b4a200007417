"""What the list of replies shows of each: read by key for the rows of one page only."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from pipelines.publish.search import Part, excerpt, holds, marked
from pipelines.publish.site import labels

UNTITLED = "（无标题）"

DATES = (("published_at", "公开"), ("signed_on", "落款"), ("issued_on", "发文"))
"""Columns with a date, most telling first, and what each is called behind its date."""

DIGITS = "〇一二三四五六七八九"

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?")


def chinese_date(value: str | None) -> str:
    """`2024-09-02T10:33` → `2024年9月2日`; anything else as it is, nothing for None."""
    match = _ISO.fullmatch(value or "")
    if not match:
        return value or ""
    year, month, day = match.groups()
    return f"{year}年{int(month)}月{int(day)}日"


def chinese_number(value: int) -> str:
    """13 → 十三, for 届 and 次; figures from 100 on."""
    if not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")


def proposal_name(row: sqlite3.Row) -> str:
    """`湖北省政协十三届二次会议第20240133号提案`, leaving out what neither the title nor `proposals` says."""
    place = row["place_name"] or row["place"] or row["level"] or ""
    term, meeting = row["term"], row["meeting"]
    return "".join(
        (
            place,
            row["body"] or "",
            f"{chinese_number(term)}届" if term is not None else "",
            f"{chinese_number(meeting)}次会议" if meeting is not None else "",
            f"第{row['number']}号" if row["number"] else "",
            row["kind"] or ("建议提案" if row["number"] else ""),
        )
    )


def reading_list(conn: sqlite3.Connection, ids: Sequence[str], words: str) -> list[dict[str, Any]]:
    """The replies with these ids, in their order.

    Keys: id, title (parts), agency, date, date_kind, proposals (texts), marks, excerpt (parts, None without a
    search). Parts are `search.Part`: text, and whether it is a hit.
    The body is read for a search only, and only for the rows of the page.
    """
    body = ", body_text" if words.strip() else ""
    rows = conn.execute(
        "select id, title, document_type, agency, publisher, published_at, signed_on, issued_on, gone_on"  # noqa: S608
        f"{body} from replies where id in (select value from json_each(?))",
        (json.dumps(ids),),
    )
    found = {row["id"]: row for row in rows}
    proposals = proposals_of(conn, ids)
    entries = [
        _entry(found[reply_id], proposals.get(reply_id, []), words) for reply_id in ids if reply_id in found
    ]
    for entry in entries if words.strip() else ():
        entry["excerpt_of"] = None
        row = found[entry["id"]]
        if not holds(row["body_text"], words) and (file := file_with(conn, row["id"], words)) is not None:
            entry["excerpt_of"], entry["excerpt"] = file["name"], excerpt(file["text"], words)
    return entries


def file_with(conn: sqlite3.Connection, reply_id: str, words: str) -> sqlite3.Row | None:
    """The first attachment of a reply whose text holds a term of the query: its `name` and `text`."""
    rows = conn.execute(
        "select name, text from attachments where reply_id = ? and text is not null order by position",
        (reply_id,),
    )
    return next((row for row in rows if holds(row["text"], words)), None)


def proposals_of(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Reply id → its proposals in the order printed: `id` (None where it is not certain which), `name`."""
    rows = conn.execute(
        "select reply_proposals.*, places.name as place_name from reply_proposals"
        " left join proposals on proposals.id = reply_proposals.proposal_id"
        " left join places on places.code = proposals.place"
        " where reply_proposals.reply_id in (select value from json_each(?))"
        " order by reply_proposals.reply_id, reply_proposals.position",
        (json.dumps(ids),),
    )
    out: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if name := proposal_name(row):
            out.setdefault(row["reply_id"], []).append({"id": row["proposal_id"], "name": name})
    return out


def _entry(row: sqlite3.Row, proposals: list[dict[str, Any]], words: str) -> dict[str, Any]:
    date, kind = next(((row[column], name) for column, name in DATES if row[column]), (None, ""))
    marks = []
    if row["document_type"] != "reply":
        marks.append(labels.value("replies", "document_type", row["document_type"]) or "")
    if row["gone_on"]:
        marks.append("原网页已撤下")
    return {
        "id": row["id"],
        "title": _marked_title(row["title"] or UNTITLED, words),
        "agency": row["agency"] or row["publisher"],
        "date": date,
        "date_kind": kind,
        "proposals": [proposal["name"] for proposal in proposals],
        "marks": [mark for mark in marks if mark],
        "excerpt": excerpt(row["body_text"], words) if words.strip() and row["body_text"] else None,
    }


def _marked_title(title: str, words: str) -> tuple[Part, ...]:
    return marked(title, words) if words.strip() else (Part(title, hit=False),)
