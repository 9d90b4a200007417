"""The page of one reply: facts with their sources, the body, attachments, addresses, how to cite it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from datasette.utils.asgi import NotFound

from pipelines.publish.site import citing, labels
from pipelines.publish.site.history import history
from pipelines.publish.site.links import row as row_address
from pipelines.publish.site.links import rows_where
from pipelines.publish.site.listing import UNTITLED, chinese_date, proposals_of
from pipelines.publish.site.marks import Span, body

Row = Mapping[str, Any]
Part = dict[str, str | None]

FIRST = ("agency", "signed_on", "published_at", "document_number", "grade")
"""Columns of `replies` that stand beside the text, in the order in which a reader asks for them."""

MORE = (
    "document_type",
    "answering_agency",
    "lead_agency",
    "publisher",
    "signatory",
    "salutation",
    "proposer",
    "proposer_kind",
    "proposer_count",
    "quoted_subject",
    "issued_on",
    "index_number",
    "category",
    "validity",
    "disclosure",
    "session_year",
    "place",
)
"""Columns that stand behind a click."""

LEAD = "主办单位"

SHOWN = 50_000
"""Characters of an attachment that the page of a reply holds; the whole text is in the table `attachments`."""

DATES = frozenset({"signed_on", "issued_on", "published_at"})

_PLACES = {
    "meta": "网页元数据“{}”",
    "cell": "网页上“{}”一栏",
    "line": "正文中“{}”一行",
    "byline": "标题旁的一行",
    "title": "标题",
    "h1": "标题",
    "body": "正文",
    "attachment": "第 {} 个附件（网页上只写着见附件）",
    "row": "栏目列表",
    "site": "本项目的站点声明",
    "column": "本项目的栏目声明",
    "sessions": "届次与年份对照表",
    "correction": "人工更正（网页上的写法有误）",
}
"""Kind of a source (before the colon) → where that is, in words."""


_TABLES = {
    "reply_html": "1",
    "field_sources": "field",
    "reply_agencies": "position",
    "attachments": "position",
    "reply_urls": "url",
    "issues": "id",
    "commitments": "position",
    "revisions": "number",
    "reply_events": "happened_at, kind, url",
    "outline": "position",
}
"""Tables with the parts of a reply → their order."""


CONTENTS = 2
"""A letter with so many headings has a table of contents."""

DEEPEST = 3
"""Headings below this level are not listed in it."""

OTHERS = 50
"""Other documents of the same proposals that the page names; a proposal that dozens of agencies answer has its own page."""


def read(conn: sqlite3.Connection, reply_id: str) -> dict[str, list[Any]]:
    """All rows of one reply by table, in one visit to the database; `replies` is empty for an unknown id."""
    out = {
        table: conn.execute(
            f"select * from {table} where reply_id = ? order by {order}",  # noqa: S608  # our own names
            (reply_id,),
        ).fetchall()
        for table, order in _TABLES.items()
    }
    out["replies"] = conn.execute(
        "select replies.*, places.name as place_name from replies"
        " left join places on places.code = replies.place where replies.id = ?",
        (reply_id,),
    ).fetchall()
    out["citations"] = conn.execute(
        "select paragraph, offset, raw, policy_id from citations where reply_id = ? order by position",
        (reply_id,),
    ).fetchall()
    out["publisher"] = conn.execute(
        "select agencies.id from replies join agencies on agencies.name = replies.agency where replies.id = ?"
        " order by agencies.until is not null, agencies.id limit 1",
        (reply_id,),
    ).fetchall()
    out["policies"] = conn.execute(
        "select policies.id, policies.title, policies.document_number, policies.replies from citations"
        " join policies on policies.id = citations.policy_id where citations.reply_id = ?"
        " group by policies.id order by min(citations.position)",
        (reply_id,),
    ).fetchall()
    out["others"] = conn.execute(
        "select distinct replies.id, replies.title, replies.document_type, replies.agency, replies.signed_on"
        " from reply_proposals as mine join reply_proposals as theirs on theirs.proposal_id = mine.proposal_id"
        " join replies on replies.id = theirs.reply_id where mine.reply_id = ? and replies.id <> mine.reply_id"
        " order by replies.document_type desc, replies.signed_on is null, replies.signed_on, replies.id limit ?",
        (reply_id, OTHERS + 1),
    ).fetchall()
    out["proposals"] = list(proposals_of(conn, [reply_id]).get(reply_id, []))
    return out


async def page(datasette: Any, request: Any, database: str, reply_id: str) -> dict[str, Any]:
    """All that `row-replies.html` shows; the permanent address begins with the host that was asked.

    Raises NotFound for an id that is not in `replies` (Datasette has answered 404 before it gets here).
    """
    rows: dict[str, list[Any]] = await datasette.databases[database].execute_fn(
        lambda conn: read(conn, reply_id)
    )
    if not rows["replies"]:
        raise NotFound("Record not found")
    [reply] = rows["replies"]
    sources = {row["field"]: row for row in rows["field_sources"]}
    agencies = _agencies(datasette, database, rows["reply_agencies"])
    publisher = next((row["id"] for row in rows["publisher"]), None)
    here = datasette.absolute_url(request, row_address(datasette, database, "replies", reply_id))
    table = datasette.urls.table(database, "replies")

    def facts(names: Sequence[str]) -> list[dict[str, Any]]:
        found = [fact for name in names if (fact := _fact(datasette, database, reply, name, sources))]
        for fact in found:
            if fact["field"] == "agency" and publisher:
                fact["parts"][0]["url"] = row_address(datasette, database, "agencies", publisher)
        return found

    return {
        "id": reply_id,
        "title": reply["title"] or UNTITLED,
        "gone": reply["gone_on"],
        "facts": [
            *_proposals(datasette, database, rows["proposals"], sources),
            *facts(FIRST),
            *(fact for fact in agencies if fact["name"] != LEAD),
        ],
        "more": [*facts(MORE), *(fact for fact in agencies if fact["name"] == LEAD)],
        "body": body(
            next((row["html"] for row in rows["reply_html"]), None),
            reply["body_text"] or "",
            _spans(datasette, database, rows),
        ),
        "empty": not reply["body_text"],
        "outline": _outline(rows["outline"]),
        "attachments": [_attachment(row) for row in rows["attachments"]],
        "policies": [_policy(datasette, database, row) for row in rows["policies"]],
        "commitments": [
            {
                "text": row["sentence"],
                "url": f"#c{row['position']}",
                "note": f"期限 {chinese_date(row['deadline'])}" if row["deadline"] else row["deadline_raw"],
            }
            for row in rows["commitments"]
        ],
        "others": [_other(datasette, database, row) for row in rows["others"][:OTHERS]],
        "cut_others": OTHERS if len(rows["others"]) > OTHERS else None,
        "addresses": _addresses(reply, rows["reply_urls"]),
        "history": history(reply, rows["revisions"], rows["reply_events"]),
        "issues": [row["message"] for row in rows["issues"]],
        "citation": citing.gb7714(reply),
        "bibtex": citing.bibtex(reply, here),
        "here": here,
        "snapshot": datasette.urls.path(f"snapshot/{reply_id}"),
        "csv": f"{table}.csv?{urlencode({'id': reply_id, '_dl': 'on', '_excel': '1'})}",
        "revisions": len(rows["revisions"]),
    }


def _spans(datasette: Any, database: str, rows: Mapping[str, Sequence[Row]]) -> list[Span]:
    """What is marked in the body: policies that are known, and promises."""
    policies = [
        Span(
            row["paragraph"],
            row["offset"],
            row["raw"],
            url=row_address(datasette, database, "policies", row["policy_id"]),
        )
        for row in rows["citations"]
        if row["policy_id"] is not None
    ]
    return policies + [
        Span(row["paragraph"], row["offset"], row["sentence"], name=f"c{row['position']}")
        for row in rows["commitments"]
    ]


def source_words(source: Row) -> dict[str, str | None]:
    """Where a value comes from: `where` in words, `raw` as printed, `rule` by name."""
    kind, _, detail = str(source["source"]).partition(":")
    known = _PLACES.get(kind)
    return {
        "where": known.format(detail or kind) if known else str(source["source"]),
        "raw": source["raw"],
        "rule": source["rule"],
    }


def _fact(
    datasette: Any, database: str, reply: Row, name: str, sources: Mapping[str, Row]
) -> dict[str, Any] | None:
    value = reply[name]
    if value is None or value == "":
        return None
    if name in DATES:
        text = chinese_date(str(value))
    elif name == "place":
        text = reply["place_name"] or str(value)
    else:
        text = labels.value("replies", name, value) or str(value)
    if name == "published_at" and "T" in str(value):
        text += " " + str(value).split("T")[1]
    url = None
    if name in ("session_year", "agency", "place", "category", "signatory"):  # other replies with this value
        url = rows_where(datasette, database, "replies", **{name: value})
    source = sources.get(name)
    return {
        "field": name,
        "name": labels.column("replies", name) or name,
        "parts": [{"text": text, "url": url, "note": None}],
        "source": source_words(source) if source is not None else None,
    }


def _proposals(
    datasette: Any, database: str, proposals: Sequence[Row], sources: Mapping[str, Row]
) -> list[dict[str, Any]]:
    if not proposals:
        return []
    parts = [
        {
            "text": row["name"],
            "url": row_address(datasette, database, "proposals", row["id"]) if row["id"] else None,
            "note": None,
        }
        for row in proposals
    ]
    source = sources.get("references")
    return [
        {
            "field": "references",
            "name": "建议提案",
            "parts": parts,
            "source": source_words(source) if source is not None else None,
        }
    ]


def _agencies(datasette: Any, database: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    by_role: dict[str, list[Part]] = {}
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["role"], row)
        url = None
        if row["agency_id"] is not None:
            url = row_address(datasette, database, "agencies", row["agency_id"])
        by_role.setdefault(row["role"], []).append({"text": row["name"], "url": url, "note": None})
    return [
        {
            "field": None,
            "name": f"{role}单位",
            "parts": parts,
            "source": source_words(
                {"source": first[role]["source"], "rule": first[role]["rule"], "raw": None}
            ),
        }
        for role, parts in by_role.items()
    ]


def _policy(datasette: Any, database: str, row: Row) -> dict[str, str | None]:
    note = row["document_number"] if row["document_number"] != row["title"] else None
    others = f"共 {row['replies']} 件答复提到" if row["replies"] > 1 else None
    return {
        "text": row["title"],
        "url": row_address(datasette, database, "policies", row["id"]),
        "note": "，".join(filter(None, (note, others))) or None,
    }


def _outline(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The table of contents: headings that lead to their paragraphs; empty for a short letter."""
    found = [
        {"text": row["heading"], "level": row["level"], "url": f"#p{row['paragraph']}"}
        for row in rows
        if row["level"] <= DEEPEST
    ]
    return found if len(found) >= CONTENTS else []


def _other(datasette: Any, database: str, row: Row) -> dict[str, str | None]:
    kind = labels.value("replies", "document_type", row["document_type"])
    signed = f"{chinese_date(row['signed_on'])}落款" if row["signed_on"] else None
    return {
        "text": row["title"] or UNTITLED,
        "url": row_address(datasette, database, "replies", row["id"]),
        "note": "，".join(filter(None, (kind, row["agency"], signed))) or None,
    }


def _attachment(row: Row) -> dict[str, Any]:
    outcome = row["outcome"]
    state = labels.value("attachments", "outcome", outcome) or "未下载"
    if outcome == "ok" and row["bytes"]:
        state = f"{row['bytes'] / 1024:,.0f} KB"
    if row["format"]:
        state = f"{labels.value('attachments', 'format', row['format'])}，{state}"
    return {
        "name": row["name"],
        "url": row["url"] if _web(row["url"]) else None,
        "state": state,
        "text": row["text"][:SHOWN] if row["text"] else None,
        "cut": bool(row["text"]) and len(row["text"]) > SHOWN,
    }


def _addresses(reply: Row, rows: Sequence[Row]) -> list[dict[str, Any]]:
    notes = {row["url"]: labels.value("reply_urls", "kind", row["kind"]) for row in rows}
    addresses = [reply["url"], *(url for url in notes if url != reply["url"])]
    return [
        {"url": url, "link": _web(url), "note": notes.get(url) if url != reply["url"] else None}
        for url in addresses
        if url
    ]


def _web(url: str | None) -> bool:
    try:
        return urlsplit(url or "").scheme in ("http", "https")
    except ValueError:
        return False
