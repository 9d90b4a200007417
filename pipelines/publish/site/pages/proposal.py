"""The page of a proposal: what is known of it, everything that answers it, and its neighbours in the session."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.publish.site import labels
from pipelines.publish.site.listing import UNTITLED, chinese_date, proposal_name
from pipelines.publish.site.pages.at import At, one, rows

_DOCUMENTS = (
    "select replies.id, replies.title, replies.document_type, replies.agency, replies.publisher, replies.signed_on,"
    " replies.published_at, replies.issued_on, replies.gone_on, replies.grade from reply_proposals"
    " join replies on replies.id = reply_proposals.reply_id where reply_proposals.proposal_id = ?"
    " group by replies.id order by replies.document_type desc, replies.signed_on is null, replies.signed_on, replies.id"
)


def page(conn: sqlite3.Connection, at: At, key: str) -> dict[str, Any] | None:
    """All that `row-proposals.html` shows; None for an id that is not there."""
    proposal = one(
        conn,
        "select proposals.*, places.name as place_name, null as level from proposals"
        " left join places on places.code = proposals.place where proposals.id = ?",
        key,
    )
    if proposal is None:
        return None
    session = one(
        conn,
        "select id from sessions where place = ? and body = ? and term = ? and meeting = ?",
        *(proposal[name] for name in ("place", "body", "term", "meeting")),
    )
    return {
        "name": proposal_name(proposal),
        "subject": proposal["quoted_subject"],
        "session_url": at.row("sessions", session["id"]) if session else None,
        "facts": _facts(at, proposal),
        "only_opinions": not proposal["has_lead_reply"],
        "documents": [_document(at, row) for row in rows(conn, _DOCUMENTS, key)],
        "agencies": _agencies(conn, at, key),
        "policies": [
            {"text": row["title"], "url": at.row("policies", row["id"]), "note": row["document_number"]}
            for row in rows(
                conn,
                "select policies.id, policies.title, nullif(policies.document_number, policies.title) as document_number"
                " from reply_proposals join citations on citations.reply_id = reply_proposals.reply_id"
                " join policies on policies.id = citations.policy_id where reply_proposals.proposal_id = ?"
                " group by policies.id order by min(citations.position)",
                key,
            )
        ],
        "commitments": [
            {
                "text": row["sentence"],
                "url": f"{at.row('replies', row['reply_id'])}#p{row['paragraph']}",
                "note": f"期限 {chinese_date(row['deadline'])}" if row["deadline"] else row["deadline_raw"],
            }
            for row in rows(
                conn,
                "select commitments.* from reply_proposals join commitments on commitments.reply_id = reply_proposals.reply_id"
                " where reply_proposals.proposal_id = ? order by commitments.reply_id, commitments.position",
                key,
            )
        ],
        "neighbours": _neighbours(conn, at, proposal),
    }


def _facts(at: At, proposal: Any) -> list[dict[str, Any]]:
    """What the documents say of the proposal, each with the document that says it."""
    out = []
    for field, source in (
        ("proposer", "proposer_reply"),
        ("proposer_kind", "proposer_reply"),
        ("proposer_count", "proposer_reply"),
        ("quoted_subject", "quoted_subject_reply"),
        ("grade", "grade_reply"),
    ):
        if proposal[field] is not None:
            out.append(
                {
                    "name": labels.column("proposals", field),
                    "text": labels.value("proposals", field, proposal[field]) or str(proposal[field]),
                    "source": at.row("replies", proposal[source]) if proposal[source] else None,
                }
            )
    return out


def _document(at: At, row: Any) -> dict[str, Any]:
    return {
        "title": row["title"] or UNTITLED,
        "url": at.row("replies", row["id"]),
        "kind": labels.value("replies", "document_type", row["document_type"]),
        "agency": row["agency"] or row["publisher"],
        "signed": chinese_date(row["signed_on"]) or None,
        "published": chinese_date(row["published_at"]) or None,
        "grade": row["grade"],
        "gone": chinese_date(row["gone_on"]) or None,
    }


def _agencies(conn: sqlite3.Connection, at: At, key: str) -> list[dict[str, Any]]:
    """Role → agencies, over all documents of the proposal; the name of the list, else as printed."""
    found = rows(
        conn,
        "select reply_agencies.role, coalesce(agencies.name, reply_agencies.name) as name,"
        " max(reply_agencies.agency_id) as id from reply_proposals"
        " join reply_agencies on reply_agencies.reply_id = reply_proposals.reply_id"
        " left join agencies on agencies.id = reply_agencies.agency_id where reply_proposals.proposal_id = ?"
        " group by 1, 2 order by instr('主办承办分办会办协办', reply_agencies.role), min(reply_agencies.position), 2",
        key,
    )
    roles: dict[str, list[dict[str, str | None]]] = {}
    for row in found:
        url = at.row("agencies", row["id"]) if row["id"] else None
        roles.setdefault(row["role"], []).append({"text": row["name"], "url": url})
    return [{"name": f"{role}单位", "parts": parts} for role, parts in roles.items()]


def _neighbours(conn: sqlite3.Connection, at: At, proposal: Any) -> list[dict[str, str]]:
    """The numbers before and behind this one that we have seen, in the same series of the session."""
    if proposal["serial"] is None:
        return []
    out = []
    for word, compare, order in (("前一件", "<", "desc"), ("后一件", ">", "asc")):
        row = one(
            conn,
            "select id, number, kind from proposals where place = ? and body = ? and term = ? and meeting = ?"
            f" and series = ? and (kind = '议案') is (? = '议案') and serial {compare} ? order by serial {order}, id limit 1",
            *(proposal[name] for name in ("place", "body", "term", "meeting", "series", "kind", "serial")),
        )
        if row is not None:
            out.append({"word": word, "text": f"第{row['number']}号", "url": at.row("proposals", row["id"])})
    return out
