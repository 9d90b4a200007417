"""The page of an agency: names through time, what it answers, whom it consults, how long it takes to publish."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from pipelines.publish.site import labels
from pipelines.publish.site.charts import Row, bars, columns
from pipelines.publish.site.pages import waiting
from pipelines.publish.site.pages.at import At, one, rows
from pipelines.publish.site.pages.lists import latest
from pipelines.publish.site.pages.years import by_year, used

ANSWERING = ("主办", "承办", "分办")
CONSULTED = ("会办", "协办")
PARTNERS = 12
POLICIES = 8

_ANSWERS = f" and role in {ANSWERING}"


def page(conn: sqlite3.Connection, at: At, key: str) -> dict[str, Any] | None:
    """All that `row-agencies.html` shows; None for an id that is not there."""
    agency = one(
        conn,
        "select agencies.*, places.name as place_name from agencies"
        " left join places on places.code = agencies.place where agencies.id = ?",
        key,
    )
    if agency is None:
        return None
    counts = [
        (row["session_year"], "answered" if row["role"] in ANSWERING else "consulted", row["replies"])
        for row in rows(conn, "select * from agency_years where agency_id = ?", key)
    ]
    answered = sum(count for _, kind, count in counts if kind == "answered")
    by, names = used(by_year(counts, ("answered", "consulted")), {0: "主办", 1: "会办"})
    return {
        "name": agency["name"],
        "place": agency["place_name"],
        "place_url": at.where("agencies", place=agency["place"]) if agency["place"] else None,
        "code": agency["code"],
        "since": agency["since"],
        "until": agency["until"],
        "source": agency["source"],
        "known_on": agency["known_on"],
        "heirs": _heirs(conn, at, agency),
        "forerunners": [
            _linked(at, row) for row in rows(conn, "select id, name from agencies where successor = ?", key)
        ],
        "names": [_name(row) for row in rows(conn, _NAMES, key)],
        "answered": answered,
        "consulted": sum(count for _, kind, count in counts if kind == "consulted"),
        "years": columns(by, names, "会议年份"),
        "latest": latest(conn, at, "reply_agencies", "agency_id", key, answered, _ANSWERS),
        "all_url": at.through("reply_agencies", "agency_id", key),
        "consults": _partners(conn, at, key, "lead_id", "consulted"),
        "consulted_by": _partners(conn, at, key, "consulted_id", "lead"),
        "waiting": waiting.figures(
            (row["days"], row["replies"])
            for row in rows(conn, "select days, replies from waiting_days where agency = ?", agency["name"])
        ),
        "policies": _policies(conn, at, agency["name"]),
        "sites": [
            {
                "name": row["name"],
                "url": at.row("sites", row["key"]),
                "health": labels.value("sites", "health", row["health"]),
            }
            for row in rows(
                conn, "select key, name, health from sites where agency = ? order by key", agency["name"]
            )
        ],
        "feed": bool(one(conn, "select 1 from replies where agency = ? limit 1", agency["name"])),
    }


_NAMES = (
    "select name, kind, since, until from agency_names where agency_id = ?"
    " order by kind = 'former', kind <> 'canonical', since is null, since, name"
)


def _name(row: Any) -> dict[str, Any]:
    years = None
    if row["since"] or row["until"]:
        years = f"{row['since'] or ''}—{row['until'] or ''}"
    return {"name": row["name"], "kind": labels.value("agency_names", "kind", row["kind"]), "years": years}


def _linked(at: At, row: Any) -> dict[str, str]:
    return {"name": row["name"], "url": at.row("agencies", row["id"])}


def _heirs(conn: sqlite3.Connection, at: At, agency: Any) -> list[dict[str, str]]:
    """The agencies that took over: the one, or those among whom the duties were divided."""
    ids = [agency["successor"]] if agency["successor"] else json.loads(agency["successors"] or "[]")
    found = {
        row["id"]: row
        for row in rows(
            conn,
            "select id, name from agencies where id in (select value from json_each(?))",
            json.dumps(ids),
        )
    }
    return [_linked(at, found[key]) for key in ids if key in found]


def _partners(conn: sqlite3.Connection, at: At, key: str, mine: str, theirs: str) -> dict[str, Any] | None:
    found = rows(
        conn,
        f"select {theirs} as name, {theirs}_id as id, documents from consultations"  # our own names
        f" where {mine} = ? order by documents desc, {theirs} limit {PARTNERS}",
        key,
    )
    return bars(
        [
            Row(row["name"], (row["documents"],), at.row("agencies", row["id"]) if row["id"] else None)
            for row in found
        ],
        ("文件数",),
        "机关",
        "份",
    )


def _policies(conn: sqlite3.Connection, at: At, name: str) -> dict[str, Any] | None:
    found = rows(
        conn,
        "select policies.id, policies.title, sum(policy_uses.replies) as times from policy_uses"
        " join policies on policies.id = policy_uses.policy_id where policy_uses.agency = ?"
        f" group by policies.id order by times desc, policies.id limit {POLICIES}",  # our own number
        name,
    )
    return bars(
        [Row(row["title"], (row["times"],), at.row("policies", row["id"])) for row in found],
        ("件数",),
        "政策文件",
    )
