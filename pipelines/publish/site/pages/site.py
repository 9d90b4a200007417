"""The page of a site: whether it is well, what of it we have, and how its last runs went."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from pipelines.publish.site import labels
from pipelines.publish.site.charts import Row, bars, columns
from pipelines.publish.site.pages.at import At, one, rows
from pipelines.publish.site.pages.years import by_year, used
from pipelines.schema.crawl import HEALTH

RUNS = 10
WELL = ("ok", "gone", "redirect", "unchanged", "moved")
"""Outcomes that are an answer of the site, not a failure to get one."""


def page(conn: sqlite3.Connection, at: At, key: str) -> dict[str, Any] | None:
    """All that `row-sites.html` shows; None for a key that is not there."""
    site = one(
        conn,
        "select sites.*, places.name as place_name from sites left join places on places.code = sites.place"
        " where sites.key = ?",
        key,
    )
    if site is None:
        return None
    agency = one(conn, "select id from agencies where name = ? order by id", site["agency"])
    return {
        "name": site["name"],
        "agency": site["agency"],
        "agency_url": at.row("agencies", agency["id"]) if agency else None,
        "place": site["place_name"],
        "hosts": json.loads(site["hosts"] or "[]"),
        "health": site["health"],
        "state": labels.value("sites", "health", site["health"]),
        "meaning": meaning(site["health"]),
        "reasons": reasons(site),
        "crawled_at": site["crawled_at"],
        "replies": site["replies"],
        "replies_url": at.where("replies", site=key),
        "pages": site["pages"],
        "pages_url": at.where("pages", site=key, role="detail"),
        "source": site["source"],
        "known_on": site["known_on"],
        "discover": bool(site["discover"]),
        "columns": [
            _column(at, row) for row in rows(conn, "select * from columns where site = ? order by url", key)
        ],
        "years": _years(conn, key),
        "outcomes": _outcomes(conn, at, key),
        "fields": fields(conn, key),
        "runs": _runs(conn, at, key),
        "issues": _issues(conn, at, key),
    }


def meaning(health: str) -> str:
    """What a state means, without its name: `有网页没有取到，……`."""
    return HEALTH.get(health, "").partition("：")[2]


def reasons(site: Any) -> list[dict[str, str]]:
    """Each reason with the rule that found it; the two stand line by line in two columns."""
    rules = (site["rules"] or "").split("\n")
    texts = (site["reasons"] or "").split("\n")
    return [
        {"text": text, "rule": rules[index] if index < len(rules) else ""}
        for index, text in enumerate(texts)
        if text
    ]


def _column(at: At, row: Any) -> dict[str, Any]:
    return {
        "url": row["url"],
        "row": at.row("columns", row["url"]),
        "pages_url": at.where("pages", column_url=row["url"]),
        "holds": labels.value("columns", "holds", row["holds"]),
        **{
            name: row[name]
            for name in (
                "year",
                "printed_total",
                "rows_found",
                "rows_refused",
                "documents",
                "documents_missing",
                "replies",
                "coverage",
                "reconciled",
            )
        },
    }


def _years(conn: sqlite3.Connection, key: str) -> dict[str, Any] | None:
    """What the lists of the site name, by the year printed there: replies, other documents, and what we do not have."""
    counts = []
    for row in rows(
        conn,
        "select column_years.year, sum(column_years.documents) as documents, sum(column_years.documents_missing) as missing,"
        " sum(column_years.replies) as replies from column_years join columns on columns.url = column_url"
        " where columns.site = ? group by column_years.year",
        key,
    ):
        other = max(row["documents"] - row["missing"] - row["replies"], 0)
        counts += [
            (row["year"], "replies", row["replies"]),
            (row["year"], "other", other),
            (row["year"], "missing", row["missing"]),
        ]
    kept, names = used(
        by_year(counts, ("replies", "other", "missing")), {0: "答复", 1: "其他", 2: "没有取到"}
    )
    return columns(kept, names, "列表日期", "份")


def _outcomes(conn: sqlite3.Connection, at: At, key: str) -> list[dict[str, Any]]:
    return [
        {
            "role": labels.value("site_outcomes", "role", row["role"]),
            "outcome": labels.value("site_outcomes", "outcome", row["outcome"]),
            "addresses": row["addresses"],
            "bad": row["outcome"] not in WELL,
            "url": at.where("pages", site=key, role=row["role"], outcome=row["outcome"]),
        }
        for row in rows(
            conn,
            "select * from site_outcomes where site = ?"
            " order by instr('listdetailcontinuationattachment', role), addresses desc, outcome",
            key,
        )
    ]


def fields(conn: sqlite3.Connection, key: str | None = None) -> dict[str, Any] | None:
    """What share of the documents, in percent, has each value; of one site or of all. Fullest first."""
    found = rows(
        conn,
        "select field, sum(filled) as filled, sum(replies) as replies from field_coverage"
        " where ?1 is null or site = ?1 group by field order by filled desc, field",
        key,
    )
    return bars(
        [
            Row(
                labels.column("replies", row["field"]) or row["field"],
                (row["filled"] * 100 // row["replies"],),
                None,
                f"{row['filled']:,} / {row['replies']:,} 件",
            )
            for row in found
            if row["replies"]
        ],
        ("百分比",),
        "字段",
        "%",
        100,
    )


def _runs(conn: sqlite3.Connection, at: At, key: str) -> list[dict[str, Any]]:
    return [
        {
            "url": at.row("crawls", row["id"]),
            "started_at": row["started_at"],
            "kind": labels.value("crawls", "kind", row["kind"]),
            "outcome": labels.value("crawls", "outcome", row["outcome"]) if row["outcome"] else None,
            "ok": row["ok"],
            "blocked": row["blocked"],
            "failed": row["failed"],
            "alone": len(json.loads(row["sites"])) == 1,
        }
        for row in rows(
            conn,
            "select * from crawls where exists (select 1 from json_each(crawls.sites) where value = ?)"
            f" order by started_at desc limit {RUNS}",  # our own number
            key,
        )
    ]


def _issues(conn: sqlite3.Connection, at: At, key: str) -> list[dict[str, Any]]:
    return [
        {
            "code": row["code"],
            "severity": labels.value("issues", "severity", row["severity"]),
            "example": row["example"],
            "times": row["times"],
            "url": at.where("issues", site=key, code=row["code"]),
        }
        for row in rows(
            conn,
            "select code, severity, min(message) as example, count(*) as times from issues where site = ?"
            " group by code, severity order by instr('errorwarninginfo', severity), times desc, code",
            key,
        )
    ]
