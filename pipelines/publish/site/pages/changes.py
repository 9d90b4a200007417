"""`/changes`: what was edited, vanished, came back or moved, and what is new, month by month."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from pipelines.publish.site.charts import Row as ChartRow
from pipelines.publish.site.charts import columns
from pipelines.publish.site.listing import UNTITLED, chinese_date
from pipelines.publish.site.pages.at import At, rows
from pipelines.publish.site.pages.years import used
from pipelines.schema.summaries import CHANGES

SIZE = 50
MONTHS = 24
NEW = CHANGES[0]
DEFAULT = CHANGES[1:]
"""What the page shows unless a kind is asked for: everything but what is merely new."""

_COLUMNS = "replies.id, replies.title, replies.agency, replies.url"
_EVENT = "case reply_events.kind when 'gone' then '撤下' when 'back' then '恢复' else '搬家' end"

_NEW = (
    f"select {NEW!r} as kind, first_seen_at as at, null as detail, {_COLUMNS} from replies"
    " where first_seen_at >= :first and first_seen_at < :last order by first_seen_at desc, id limit :limit offset :offset"
)
_EDITS = (
    f"select '修改' as kind, revisions.fetched_at as at, revisions.summary as detail, {_COLUMNS} from revisions"
    " join replies on replies.id = reply_id where number > 1 and fetched_at >= :first and fetched_at < :last"
)
_EVENTS = (
    f"select {_EVENT} as kind, happened_at as at,"
    " case when former_url is not null then '原址 ' || former_url end as detail,"
    f" {_COLUMNS} from reply_events join replies on replies.id = reply_id"
    " where happened_at >= :first and happened_at < :last"
)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def asked(kind: str | None, month: str | None, number: str | None) -> tuple[str | None, str | None, int]:
    """What the address asks for, each None (or page 1) where it is not what we offer."""
    return (
        kind if kind in CHANGES else None,
        month if month and _MONTH.fullmatch(month) else None,
        int(number) if number and re.fullmatch(r"[1-9]\d{0,4}", number) else 1,
    )


def page(
    conn: sqlite3.Connection, at: At, kind: str | None, month: str | None, number: int
) -> dict[str, Any]:
    """All that `changes.html` shows."""
    first, last = bounds(month)
    limits = {"first": first, "last": last, "limit": SIZE + 1, "offset": (number - 1) * SIZE}
    if kind == NEW:
        sql = _NEW
    else:
        wanted = (kind,) if kind else DEFAULT
        sources = [_EDITS] if "修改" in wanted else []
        sources += [_EVENTS] if set(wanted) - {"修改"} else []
        sql = (
            f"select * from ({' union all '.join(sources)})"
            f" where kind in ({', '.join(map(repr, wanted))}) order by at desc, id, kind limit :limit offset :offset"
        )
    found = _found(conn, sql, limits)
    counts = rows(conn, "select month, kind, times from month_changes order by month")
    return {
        "kind": kind,
        "month": month,
        "month_name": month_name(month) if month else None,
        "number": number,
        "more": len(found) > SIZE,
        "days": _days(at, found[:SIZE]),
        "totals": {one: sum(row["times"] for row in counts if row["kind"] == one) for one in CHANGES},
        "in_month": {
            one: sum(row["times"] for row in counts if row["kind"] == one and row["month"] == month)
            for one in CHANGES
        },
        "chart": _chart(counts, CHANGES[1:]),
        "new_chart": _chart(counts, CHANGES[:1]),
        "months": sorted({row["month"] for row in counts}, reverse=True),
        "kinds": CHANGES,
        "csv": _export(at, kind, month),
    }


def bounds(month: str | None) -> tuple[str, str]:
    """First moment of a month and of the next, as text to compare with; without a month everything."""
    match = _MONTH.fullmatch(month or "")
    if not match:
        return "", "9999"
    year, of_year = int(match[1]), int(match[2])
    following = f"{year + of_year // 12:04d}-{of_year % 12 + 1:02d}"
    return match[0], following


def month_name(month: str) -> str:
    """2026-11 → 2026年11月"""
    year, of_year = month.split("-")
    return f"{year}年{int(of_year)}月"


def _found(conn: sqlite3.Connection, sql: str, limits: dict[str, Any]) -> list[Any]:
    return conn.execute(sql, limits).fetchall()


def _days(at: At, found: list[Any]) -> list[dict[str, Any]]:
    """The changes day by day, newest day first."""
    days: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        days.setdefault(str(row["at"])[:10], []).append(
            {
                "kind": row["kind"],
                "title": row["title"] or UNTITLED,
                "url": at.row("replies", row["id"]),
                "agency": row["agency"],
                "detail": row["detail"],
            }
        )
    return [{"day": day, "name": chinese_date(day), "changes": changes} for day, changes in days.items()]


def _chart(counts: Any, kinds: tuple[str, ...]) -> dict[str, Any] | None:
    months = sorted({row["month"] for row in counts if row["kind"] in kinds})[-MONTHS:]
    by = {(row["month"], row["kind"]): row["times"] for row in counts}
    kept, names = used(
        [
            ChartRow(month, tuple(by.get((month, kind), 0) for kind in kinds), f"?month={month}")
            for month in months
        ],
        dict(enumerate(kinds)),
    )
    return columns(kept, names, "月份", "次")


def _export(at: At, kind: str | None, month: str | None) -> str:
    """The rows of the view `changes` that the page speaks of, as a file; bounds that an index answers."""
    first, last = bounds(month)
    conditions: dict[str, object] = {"kind": kind} if kind else {"kind__not": NEW}
    if month:
        conditions |= {"happened_at__gte": first, "happened_at__lt": last}
    return at.where("changes", **conditions, _stream="on", _size="max", _dl="on", _excel="on").replace(
        "/changes?", "/changes.csv?", 1
    )
