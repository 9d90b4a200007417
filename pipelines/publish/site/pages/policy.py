"""The page of a policy: who cites it, when, and in which words."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.publish.site.charts import Row, bars, columns
from pipelines.publish.site.pages.at import At, one, rows
from pipelines.publish.site.pages.lists import latest
from pipelines.publish.site.pages.years import by_year

AGENCIES = 12
FORMS = 8


def page(conn: sqlite3.Connection, at: At, key: str) -> dict[str, Any] | None:
    """All that `row-policies.html` shows; None for an id that is not there."""
    policy = one(conn, "select * from policies where id = ?", key)
    if policy is None:
        return None
    uses = rows(conn, "select agency, session_year, replies from policy_uses where policy_id = ?", key)
    by_agency: dict[str | None, int] = {}
    for row in uses:
        by_agency[row["agency"]] = by_agency.get(row["agency"], 0) + row["replies"]
    ranked = sorted(by_agency.items(), key=lambda item: (-item[1], item[0] or ""))[:AGENCIES]
    ids = {
        row["name"]: row["id"]
        for name, _ in ranked
        if name and (row := one(conn, "select id, name from agencies where name = ? order by id", name))
    }
    cited = latest(conn, at, "citations", "policy_id", key, policy["replies"])
    for reply in cited:
        reply["printed"] = _printed(conn, at, reply, key)
    return {
        "title": policy["title"],
        "number": policy["document_number"] if policy["document_number"] != policy["title"] else None,
        "replies": policy["replies"],
        "citations": policy["citations"],
        "years": columns(
            by_year(((row["session_year"], None, row["replies"]) for row in uses), (None,)),
            ("件数",),
            "会议年份",
        ),
        "agencies": bars(
            [
                Row(name or "不明", (count,), at.row("agencies", ids[name]) if name in ids else None)
                for name, count in ranked
            ],
            ("件数",),
            "发布机关",
        ),
        "more_agencies": len(by_agency) - len(ranked),
        "latest": cited,
        "all_url": at.through("citations", "policy_id", key),
        "forms": [
            {"text": row["raw"], "times": row["times"]}
            for row in rows(
                conn,
                "select raw, count(*) as times from citations where policy_id = ?"
                f" group by raw order by times desc, raw limit {FORMS}",  # our own number
                key,
            )
        ],
    }


def _printed(conn: sqlite3.Connection, at: At, reply: dict[str, Any], key: str) -> dict[str, Any] | None:
    """Where in the reply it stands first: words as printed, and the address of the paragraph."""
    row = one(
        conn,
        "select raw, paragraph from citations where reply_id = ? and policy_id = ? order by position",
        reply["id"],
        key,
    )
    return {"text": row["raw"], "url": f"{reply['url']}#p{row['paragraph']}"} if row else None
