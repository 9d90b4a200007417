"""The page of a session (届次): which numbers are answered and which are not among what we have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.publish.site.charts import Row, bars
from pipelines.publish.site.listing import chinese_number
from pipelines.publish.site.pages.at import At, one, rows

SHORT = 12
"""Missing numbers in a row that stand one by one; more are put together: `101—340（240 个）`."""

CELLS = 1500
"""Numbers of one series that the sheet shows; what comes behind is told and linked."""

AGENCIES = 12

_KIND = "case when body = '政协' then '提案' when kind = '议案' then '议案' else '建议' end"


def page(conn: sqlite3.Connection, at: At, key: str) -> dict[str, Any] | None:
    """All that `row-sessions.html` shows; None for an id that is not there."""
    session = one(
        conn,
        "select sessions.*, places.name as place_name from sessions"
        " left join places on places.code = sessions.place where sessions.id = ?",
        key,
    )
    if session is None:
        return None
    of = tuple(session[name] for name in ("place", "body", "term", "meeting"))
    found = rows(
        conn,
        f"select id, number, series, serial, {_KIND} as kind, has_lead_reply from proposals"
        " where place = ? and body = ? and term = ? and meeting = ? order by kind, series, serial, number",
        *of,
    )
    series = _series(found, at)
    same = dict(zip(("place", "body", "term", "meeting"), of, strict=True))
    return {
        "name": name(session),
        "year": session["year"],
        "source": session["source"],
        "seen": len(found),
        "answered": sum(1 for row in found if row["has_lead_reply"]),
        "only_opinions": sum(1 for row in found if not row["has_lead_reply"]),
        "missing": sum(one_series["missing"] for one_series in series),
        "series": series,
        "unnumbered": sum(1 for row in found if row["serial"] is None),
        "agencies": _agencies(conn, at, of),
        "proposals_url": at.where("proposals", **same),
        "missing_url": at.query("missing_in_session", **same),
        "others": [
            {
                "name": name(row),
                "year": row["year"],
                "url": at.row("sessions", row["id"]),
                "here": row["id"] == key,
            }
            for row in rows(
                conn,
                "select sessions.*, places.name as place_name from sessions left join places on places.code = sessions.place"
                " where place = ? and body = ? and term between ? - 1 and ? + 1 order by term, meeting",
                *of[:2],
                of[2],
                of[2],
            )
        ],
    }


def name(session: Mapping[str, Any]) -> str:
    """`湖北省政协十三届二次会议`"""
    return (
        f"{session['place_name'] or session['place']}{session['body']}"
        f"{chinese_number(session['term'])}届{chinese_number(session['meeting'])}次会议"
    )


def _series(found: Sequence[Any], at: At) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], dict[int, Any]] = {}
    for row in found:
        if row["serial"] is not None:
            groups.setdefault((row["kind"], row["series"]), {}).setdefault(row["serial"], row)
    return [
        {
            "kind": kind,
            "series": prefix,
            "seen": len(numbers),
            "smallest": numbers[min(numbers)]["number"],
            "largest": numbers[max(numbers)]["number"],
            "missing": max(numbers) - min(numbers) + 1 - len(numbers),
            "share": len(numbers) * 100 // (max(numbers) - min(numbers) + 1),
            **_sheet(numbers, prefix, at),
        }
        for (kind, prefix), numbers in groups.items()
    ]


def _sheet(numbers: Mapping[int, Any], prefix: str, at: At) -> dict[str, Any]:
    """`cells` in order of number, and how many seen numbers had no room (`cut`).

    A cell is a seen number (`url`, `opinion`), a missing one, or a `run` of many missing ones.
    """
    width = max(
        (
            len(row["number"]) - len(prefix)
            for row in numbers.values()
            if row["number"][len(prefix) :].startswith("0")
        ),
        default=1,
    )
    cells: list[dict[str, Any]] = []
    shown = 0
    before: int | None = None
    for serial in sorted(numbers):
        if len(cells) >= CELLS:
            break
        if before is not None:
            cells += _gap(before + 1, serial - 1, lambda missing: f"{prefix}{missing:0{width}d}")
        row = numbers[serial]
        cells.append(
            {
                "text": row["number"],
                "url": at.row("proposals", row["id"]),
                "opinion": not row["has_lead_reply"],
            }
        )
        shown += 1
        before = serial
    return {"cells": cells, "cut": len(numbers) - shown}


def _gap(first: int, last: int, written: Any) -> Iterable[dict[str, Any]]:
    if last - first + 1 > SHORT:
        return [{"text": f"{written(first)}—{written(last)}", "run": last - first + 1}]
    return [{"text": written(serial), "run": 1} for serial in range(first, last + 1)]


def _agencies(conn: sqlite3.Connection, at: At, of: tuple[Any, ...]) -> dict[str, Any] | None:
    """The agencies that answer the proposals of this session, by proposals answered."""
    found = rows(
        conn,
        "select coalesce(agencies.name, reply_agencies.name) as name, max(reply_agencies.agency_id) as id,"
        " count(distinct proposals.id) as answered from proposals"
        " join reply_proposals on reply_proposals.proposal_id = proposals.id"
        " join reply_agencies on reply_agencies.reply_id = reply_proposals.reply_id and role in ('主办', '承办', '分办')"
        " left join agencies on agencies.id = reply_agencies.agency_id"
        " where proposals.place = ? and proposals.body = ? and proposals.term = ? and proposals.meeting = ?"
        f" group by 1 order by answered desc, 1 limit {AGENCIES}",  # our own number
        *of,
    )
    return bars(
        [
            Row(row["name"], (row["answered"],), at.row("agencies", row["id"]) if row["id"] else None)
            for row in found
        ],
        ("件数",),
        "机关",
    )
