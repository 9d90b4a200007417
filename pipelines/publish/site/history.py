"""What happened to a reply since it was first seen, newest first, for its page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.publish.site import labels
from pipelines.publish.site.listing import chinese_date

Row = Mapping[str, Any]

SHOWN_ELSEWHERE = frozenset({"body_text"})
LONGEST = 300
"""Characters of a value that is not the body; the whole stands in the table."""


def history(reply: Row, revisions: Sequence[Row], events: Sequence[Row]) -> list[dict[str, Any]]:
    """Entries with `date`, `what`, `note`, `values` (name, old, new) and `parts` (op, text) of the text; empty where nothing
    happened but that it was found."""
    entries = [_edit(row) for row in revisions if row["changed"]] + [_event(row) for row in events]
    if not entries:
        return []
    if reply["first_seen_at"]:
        entries.append(_entry(reply["first_seen_at"], "首次见到"))
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


def _entry(moment: str | None, what: str, note: str | None = None) -> dict[str, Any]:
    return {
        "at": moment or "",
        "date": chinese_date(moment[:10]) if moment else "日期不明",
        "what": what,
        "note": note,
        "values": [],
        "parts": [],
    }


def _edit(row: Row) -> dict[str, Any]:
    entry = _entry(row["fetched_at"], f"网页改动（第 {row['number']} 稿）", row["summary"])
    for field, pair in json.loads(row["changed"]).items():
        if field not in SHOWN_ELSEWHERE:
            name = labels.column("replies", field) or {
                "references": "所答复的建议提案",
                "attachments": "附件",
            }.get(field, field)
            entry["values"].append(
                {"name": name, "old": _shown(pair.get("old")), "new": _shown(pair.get("new"))}
            )
    entry["parts"] = json.loads(row["diff"] or "[]")
    return entry


def _event(row: Row) -> dict[str, Any]:
    what = {"gone": "确认已撤下", "back": "恢复，又能打开", "moved": "换了地址"}[row["kind"]]
    return _entry(row["happened_at"], what, f"原地址 {row['former_url']}" if row["former_url"] else None)


def _shown(value: object) -> str:
    """A value in words; files and proposals by what they are called."""
    if value is None or value == []:
        return "（空）"
    if isinstance(value, list):
        return "、".join(_shown(one) for one in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("number") or value.get("url") or "（空）")
    text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "……"
