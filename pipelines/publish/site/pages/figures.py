"""`/charts`: what people would rather look than read. Every figure comes from a table that was counted at publication."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.publish.site.charts import Row, bars, columns, flows
from pipelines.publish.site.pages import waiting
from pipelines.publish.site.pages.at import At, number, rows
from pipelines.publish.site.pages.years import by_year, used

AGENCIES = 20
POLICIES = 15
PAIRS = 500
"""Pairs of agencies that the drawing is made of: the most frequent."""
LISTED = 15
SITES = 40

BODIES = {0: "政协", 1: "人大", 2: "不明"}


def page(conn: sqlite3.Connection, at: At) -> dict[str, Any]:
    """All that `charts.html` shows."""
    return {
        "years": years(conn, at),
        "agencies": _agencies(conn, at),
        **_network(conn, at),
        "waiting": waiting.figures(
            (row["days"], row["n"])
            for row in rows(conn, "select days, sum(replies) as n from waiting_days group by days")
        ),
        "medians": waiting.medians(
            (row["signed_year"], row["days"], row["n"])
            for row in rows(
                conn,
                "select signed_year, days, sum(replies) as n from waiting_days group by signed_year, days",
            )
        ),
        "policies": _policies(conn, at),
        "coverage": _coverage(conn, at),
    }


def years(conn: sqlite3.Connection, at: At) -> dict[str, Any] | None:
    """Documents by year of the session and by body."""
    counts = rows(
        conn, "select session_year, body, sum(replies) from year_counts group by session_year, body"
    )
    kept, names = used(
        by_year(
            ((row[0], row[1], row[2]) for row in counts),
            ("政协", "人大", None),
            lambda year: at.where("replies", session_year=year),
        ),
        BODIES,
    )
    return columns(kept, names, "会议年份")


def _agencies(conn: sqlite3.Connection, at: At) -> dict[str, Any] | None:
    found = rows(
        conn,
        "select agencies.id, agencies.name, sum(case when role in ('会办', '协办') then 0 else replies end) as answered,"
        " sum(case when role in ('会办', '协办') then replies else 0 end) as consulted"
        " from agency_years join agencies on agencies.id = agency_id group by agencies.id"
        f" order by answered desc, consulted desc, agencies.id limit {AGENCIES}",  # our own number
    )
    return bars(
        [
            Row(row["name"], (row["answered"], row["consulted"]), at.row("agencies", row["id"]))
            for row in found
        ],
        ("主办", "会办"),
        "机关",
    )


def _network(conn: sqlite3.Connection, at: At) -> dict[str, Any]:
    """`network`, the drawing, and `pairs`, the most frequent of them as a table."""
    found = rows(
        conn,
        "select lead, consulted, lead_id, consulted_id, documents, proposals from consultations"
        f" order by documents desc, lead, consulted limit {PAIRS}",  # our own number
    )
    listed = [
        Row(
            f"{row['lead']} → {row['consulted']}",
            (row["documents"],),
            None,
            f"{row['proposals']:,} 件建议提案",
        )
        for row in found[:LISTED]
    ]
    return {
        "network": flows(found),
        "pairs": bars(listed, ("文件数",), "谁找谁", "份"),
        "pairs_in_all": number(conn, "select count(*) from consultations"),
        "pairs_drawn": len(found),
        "pairs_url": at.where("consultations"),
    }


def _policies(conn: sqlite3.Connection, at: At) -> dict[str, Any] | None:
    found = rows(
        conn,
        "select id, title, nullif(document_number, title) as document_number, replies from policies"
        f" order by replies desc, id limit {POLICIES}",  # our own number
    )
    return bars(
        [
            Row(row["title"], (row["replies"],), at.row("policies", row["id"]), row["document_number"])
            for row in found
        ],
        ("件数",),
        "政策文件",
    )


def _coverage(conn: sqlite3.Connection, at: At) -> dict[str, Any] | None:
    """Of what the lists of each site name: replies, other documents, and what we do not have."""
    found = rows(
        conn,
        "select sites.key, sites.name, sum(columns.documents) as documents, sum(columns.documents_missing) as missing,"
        " sum(columns.replies) as replies from columns join sites on sites.key = columns.site"
        f" group by sites.key order by documents desc, sites.key limit {SITES}",  # our own number
    )
    return bars(
        [
            Row(
                row["name"],
                (
                    row["replies"],
                    max(row["documents"] - row["missing"] - row["replies"], 0),
                    row["missing"],
                ),
                at.row("sites", row["key"]),
            )
            for row in found
        ],
        ("答复", "其他", "没有取到"),
        "网站",
        "份",
    )
