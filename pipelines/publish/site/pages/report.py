"""`/report`: how to tell of a mistake, and for a value of a reply the entry for data/corrections ready to copy.

Nothing is sent and nothing is written: the page shows what to hand on, and to whom. Whom is set by who runs the site:
`report_to` (an address of the web or for mail) in the metadata under `plugins`, `hubei-replies`; otherwise `about_url`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import yaml
from datasette.utils import tilde_decode

from pipelines.clock import day_of, now
from pipelines.publish.site import labels
from pipelines.publish.site.pages.at import At, one, rows
from pipelines.review.entries import text_problem
from pipelines.review.values import FIELDS, LISTS, value_problems

PLUGIN = "hubei-replies"
PATH = "report"
ASKED = ("table", "id", "field", "value", "reason", "empty", "page")
LONGEST = 500
"""Characters that are taken from the address: more is no value of a field."""

NUMBERS = frozenset({"proposer_count"})

BY_HAND = LISTS
"""Fields whose value is a list; the form shows their entry as it stands, to be changed by hand."""

OTHERS = {
    "agencies": "机关的名称、设立和撤并登记在 data/agencies，写法见 docs/agencies.md。请写明哪一个名称、哪一年，依据是什么。",
    "agency_names": "机关的名称登记在 data/agencies，写法见 docs/agencies.md。请写明哪一个名称、哪一年，依据是什么。",
    "sessions": "届次与年份的对照登记在 data/sessions。请写明年份，并附印着它的文件（答复、公报等）的地址。",
    "sites": "网站和栏目登记在 data/sites，写法见 docs/sites.md。请写明栏目的地址，或者哪里不对。",
    "columns": "栏目登记在 data/sites，写法见 docs/sites.md。请写明栏目的地址，或者哪里不对。",
    "proposals": "建议提案的各项都取自答复。请到写错的那一件答复上报告；是几件答复被当成同一件（或者该合的没有合），请写明是哪几件。",
    "policies": "政策文件的题目和文号取自提到它的答复。请到写错的那一件答复上报告；"
    "是两份文件被当成一份（或者该合的没有合），请写明是哪几份。",
}
"""Table → where a mistake in it is put right."""


def address(datasette: Any, table: str | None = None, key: str | None = None, page: str | None = None) -> str:
    """Where a reader tells of a mistake in a row, or on a page: the one place that knows this address."""
    given = {name: value for name, value in (("table", table), ("id", key), ("page", page)) if value}
    path: str = datasette.urls.path(f"{PATH}?{urlencode(given)}" if given else PATH)
    return path


def recipient(datasette: Any) -> dict[str, str] | None:
    """Where reports go: `url` and `text`; None where whoever runs the site has named nobody."""
    config = datasette.plugin_config(PLUGIN)
    given = config.get("report_to") if isinstance(config, Mapping) else None
    given = given or datasette.metadata("about_url")
    if not isinstance(given, str) or urlsplit(given).scheme not in ("http", "https", "mailto"):
        return None
    return {"url": given, "text": given.removeprefix("mailto:")}


def page(conn: sqlite3.Connection, at: At, asked: Mapping[str, str]) -> dict[str, Any]:
    """All that `report.html` shows; what is not there is as if it had not been asked for."""
    asked = {key: value.strip()[:LONGEST] for key, value in asked.items()}
    if not asked["table"]:
        asked |= _row_of(at, asked["page"])
    table, key = asked["table"], asked["id"]
    told: dict[str, Any] = {
        "recipient": recipient(at.datasette),
        "asked": asked,
        "about": asked["page"] if asked["page"].startswith("/") else None,
        "advice": OTHERS.get(table),
        "table_title": labels.table(table) if table else None,
        "reply": None,
    }
    if table in OTHERS and key:
        told["about"] = at.row(table, key)
    reply = one(conn, "select * from replies where id = ?", key) if table == "replies" else None
    if reply is not None:
        told |= _reply(conn, at, reply, asked)
    return told


def _row_of(at: At, page: str) -> dict[str, str]:
    """The table and key of a page that is a row; nothing for another page."""
    start = at.datasette.urls.database(at.database).rstrip("/") + "/"
    parts = page.removeprefix(start).split("/") if page.startswith(start) else []
    if len(parts) != 2 or parts[0] not in (*OTHERS, "replies"):
        return {}
    return {"table": parts[0], "id": tilde_decode(parts[1])}


def _reply(conn: sqlite3.Connection, at: At, reply: Any, asked: Mapping[str, str]) -> dict[str, Any]:
    raws = {
        row["field"]: row["raw"]
        for row in rows(conn, "select field, raw from field_sources where reply_id = ?", reply["id"])
    }
    field = asked["field"] if asked["field"] in FIELDS else None
    made = _entry(conn, reply, field, raws, asked) if field else {}
    return {
        "reply": {
            "id": reply["id"],
            "title": reply["title"],
            "url": reply["url"],
            "row": at.row("replies", reply["id"]),
        },
        "about": at.row("replies", reply["id"]),
        "fields": [{"name": name, "title": _title(name), "value": _now(reply, name)} for name in FIELDS],
        "field": field,
        "field_title": _title(field) if field else None,
        "now": _now(reply, field) if field else None,
        "raw": raws.get(field) if field else None,
        "by_hand": field in BY_HAND,
        **made,
    }


def _title(field: str) -> str:
    if field == "references":
        return "所答复的建议提案"
    return labels.column("replies", field) or field


def _now(reply: Any, field: str) -> str | None:
    if field == "references":
        return None
    value = reply[field]
    if field in LISTS:
        return "、".join(json.loads(value or "[]")) or None
    return None if value is None else str(value)


def _entry(
    conn: sqlite3.Connection, reply: Any, field: str, raws: Mapping[str, str | None], asked: Mapping[str, str]
) -> dict[str, Any]:
    """`entry`, the YAML to copy, and `problems`, what stands against it; the entry only where nothing does."""
    value: Any = None if asked["empty"] else asked["value"]
    said: Any
    if field in BY_HAND:
        value, said = _list_now(conn, reply, field), _list_now(conn, reply, field)
    else:
        if value and field in NUMBERS and value.isdecimal():
            value = int(value)
        said = raws.get(field) or _now(reply, field)
        if not asked["empty"] and not asked["value"]:
            return {"entry": None, "problems": []}
    problems = [f"正确的值：{message}" for _, message in value_problems(field, value)]
    reason = asked["reason"]
    if problem := text_problem(reason):
        problems.append(f"理由：{problem}" if reason else "请写明理由：正确的值印在哪里、凭什么知道")
    if problems:
        return {"entry": None, "problems": problems}
    entry = {
        f"{reply['id']}-{field}": {
            "id": reply["id"],
            "field": field,
            "applies_to": said,
            "value": value,
            "reason": reason,
            "date": day_of(now()).isoformat(),
        }
    }
    return {
        "entry": yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=1000),
        "problems": [],
    }


def _list_now(conn: sqlite3.Connection, reply: Any, field: str) -> list[Any]:
    if field == "co_handlers":
        found: list[Any] = json.loads(reply["co_handlers"] or "[]")
        return found
    names = ("body", "level", "place", "term", "meeting", "number", "category_number", "kind")
    return [
        {name: row[name] for name in names if row[name] is not None}
        for row in rows(
            conn, "select * from reply_proposals where reply_id = ? order by position", reply["id"]
        )
    ]
