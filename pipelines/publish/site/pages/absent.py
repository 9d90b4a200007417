"""`/missing`: what we do not have, as openly as what we have: sites, columns, years, numbers, values, and why."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.publish.site import labels
from pipelines.publish.site.charts import Row, bars
from pipelines.publish.site.listing import chinese_number
from pipelines.publish.site.pages.at import At, number, rows
from pipelines.publish.site.pages.site import fields, meaning, reasons

LOST = ("blocked", "robots", "unreachable", "error", "maintenance", "truncated", "empty")
"""Outcomes of a page that we wanted and do not have."""

UNWELL = ("failed", "partial", "never", "undiscovered")
COLUMNS = 50
SESSIONS = 60
NAMES = 10


def page(conn: sqlite3.Connection, at: At) -> dict[str, Any]:
    """All that `missing.html` shows."""
    return {
        "figures": _figures(conn, at),
        "sites": _sites(conn, at),
        "well": number(conn, "select count(*) from sites where health = 'ok'"),
        "columns": _columns(conn, at),
        "pages": _pages(conn, at),
        "sessions": _sessions(conn, at),
        "years": _years(conn, at),
        "fields": fields(conn),
        "files": _files(conn, at),
        "withheld": [
            {
                "text": labels.value("withheld", "reason", row["reason"]),
                "count": row["n"],
                "url": at.where("withheld", reason=row["reason"]),
            }
            for row in rows(
                conn, "select reason, count(*) as n from withheld group by reason order by n desc, reason"
            )
        ],
        "held": number(conn, "select count(*) from issues where code = 'held_for_review'"),
        "held_url": at.where("issues", code="held_for_review"),
        "names": [
            {"text": row["name"], "times": row["times"]}
            for row in rows(
                conn,
                "select name, count(*) as times from reply_agencies where agency_id is null"
                f" group by name order by times desc, name limit {NAMES}",  # our own number
            )
        ],
        "names_url": at.where("unresolved_agencies"),
    }


def _figures(conn: sqlite3.Connection, at: At) -> list[dict[str, Any]]:
    lost = ", ".join(f"'{one}'" for one in LOST)
    found = (
        (
            "没有采全的网站",
            number(conn, "select count(*) from sites where health in ('failed', 'partial')"),
            "#sites",
        ),
        (
            "还没有采集的网站",
            number(conn, "select count(*) from sites where health in ('never', 'undiscovered')"),
            "#sites",
        ),
        ("没有取到的网页", number(conn, f"select count(*) from pages where outcome in ({lost})"), "#pages"),
        ("缺的编号", number(conn, "select sum(missing) from session_coverage"), "#numbers"),
        (
            "不知年份的件数",
            number(conn, "select sum(replies) from year_counts where session_year is null"),
            "#years",
        ),
        (
            "网站已撤下",
            number(conn, "select count(*) from replies where gone_on is not null"),
            at.where("replies", gone_on__notnull=1),
        ),
    )
    return [{"name": name, "value": value, "url": url} for name, value, url in found]


def _sites(conn: sqlite3.Connection, at: At) -> list[dict[str, Any]]:
    """State → sites in it with their reasons; the worst first."""
    out = []
    for state in UNWELL:
        found = rows(
            conn,
            "select key, name, reasons, rules, crawled_at from sites where health = ? order by name, key",
            state,
        )
        if found:
            out.append(
                {
                    "state": labels.value("sites", "health", state),
                    "meaning": meaning(state),
                    "sites": [
                        {
                            "name": row["name"],
                            "url": at.row("sites", row["key"]),
                            "reasons": [reason["text"] for reason in reasons(row)],
                            "crawled_at": row["crawled_at"],
                        }
                        for row in found
                    ],
                }
            )
    return out


def _columns(conn: sqlite3.Connection, at: At) -> list[dict[str, Any]]:
    """Columns of which we know that something is not here."""
    found = rows(
        conn,
        "select columns.*, sites.name as site_name from columns join sites on sites.key = columns.site"
        " where documents_missing > 0 or rows_refused > 0 or reconciled = 0 or pages_read = 0"
        " or (printed_total is not null and rows_found < printed_total)"
        f" order by documents_missing desc, columns.url limit {COLUMNS}",  # our own number
    )
    return [
        {
            "site": row["site_name"],
            "site_url": at.row("sites", row["site"]),
            "url": row["url"],
            **{
                name: row[name]
                for name in (
                    "printed_total",
                    "rows_found",
                    "rows_refused",
                    "documents",
                    "documents_missing",
                    "replies",
                    "pages_read",
                )
            },
        }
        for row in found
    ]


def _pages(conn: sqlite3.Connection, at: At) -> dict[str, Any] | None:
    lost = ", ".join(f"'{one}'" for one in LOST)
    found = rows(
        conn,
        f"select outcome, count(*) as n from pages where outcome in ({lost}) group by outcome order by n desc, outcome",
    )
    return bars(
        [
            Row(
                labels.value("pages", "outcome", row["outcome"]) or row["outcome"],
                (row["n"],),
                at.where("pages", outcome=row["outcome"]),
            )
            for row in found
        ],
        ("网页数",),
        "原因",
        "个",
    )


def _sessions(conn: sqlite3.Connection, at: At) -> dict[str, Any]:
    """Sessions with numbers that we have not seen; `others`: how many are not listed."""
    found = rows(
        conn,
        "select session_coverage.*, sessions.id from session_coverage left join sessions on sessions.place = session_coverage.place"
        " and sessions.body = session_coverage.body and sessions.term = session_coverage.term"
        " and sessions.meeting = session_coverage.meeting"
        " where missing > 0 order by session_year desc, session_coverage.place, session_coverage.body, series",
    )
    return {
        "others": max(len(found) - SESSIONS, 0),
        "listed": [
            {
                "name": f"{row['place_name']}{row['body']}{chinese_number(row['term'])}届{chinese_number(row['meeting'])}次会议",
                "year": row["session_year"],
                "url": at.row("sessions", row["id"]) if row["id"] else None,
                "kind": row["kind"],
                "series": row["series"],
                "seen": row["seen"],
                "missing": row["missing"],
                "share": row["share"],
                "smallest": row["smallest"],
                "largest": row["largest"],
                "query": at.query(
                    "missing_in_session",
                    place=row["place"],
                    body=row["body"],
                    term=row["term"],
                    meeting=row["meeting"],
                ),
            }
            for row in found[:SESSIONS]
        ],
    }


def _years(conn: sqlite3.Connection, at: At) -> list[dict[str, Any]]:
    """What cannot be put into a year, and years of which the lists name documents that we do not have."""
    undated = number(conn, "select sum(replies) from year_counts where session_year is null")
    out = []
    if undated:
        out.append(
            {
                "text": f"{undated:,} 件看不出属于哪一年：标题没有写届次，或届次不在对照表里",
                "url": at.where("replies", session_year__isnull=1),
            }
        )
    for row in rows(
        conn,
        "select year, sum(documents_missing) as missing, sum(documents) as documents from column_years"
        " group by year having missing > 0 order by year is null, year desc",
    ):
        year = f"{row['year']} 年" if row["year"] else "日期不明"
        out.append(
            {
                "text": f"{year}：栏目列出 {row['documents']:,} 份，{row['missing']:,} 份没有取到",
                "url": at.where("column_years", year=row["year"]),
            }
        )
    return out


def _files(conn: sqlite3.Connection, at: At) -> list[dict[str, Any]]:
    """Attachments of which we have no text, by what came of them."""
    return [
        {
            "text": (labels.value("attachments", "outcome", row["outcome"]) if row["outcome"] else None)
            or "没有取过",
            "format": labels.value("attachments", "format", row["format"]) if row["format"] else None,
            "count": row["n"],
            "url": at.where("attachments", outcome=row["outcome"], format=row["format"], text__isnull=1),
        }
        for row in rows(
            conn,
            "select outcome, format, count(*) as n from attachments where text is null"
            " group by outcome, format order by n desc, outcome, format",
        )
    ]
