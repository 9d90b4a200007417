"""One row a proposal, joined from everything that answers it: replies and co-handling opinions of all sites.

Which of several documents gives a value: a reply comes before an opinion, then the earlier signature, then the earlier
publication, then the id. Proposer and quoted subject are taken only from a document that answers this proposal alone, a
grade only from a reply. What the other documents say otherwise is an issue `proposal_conflict` with both values.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.models import Issue, Reference
from pipelines.normalise.proposal_number import normal_number, series, year_in_number
from pipelines.normalise.text import fold
from pipelines.resolve.insert import insert, issue_row
from pipelines.resolve.proposals import Proposal, proposal_of, session_year

Row = dict[str, Any]

VALUES = ("kind", "proposer", "quoted_subject", "grade")
"""Values that several documents may print differently."""
_NAMES = {"kind": "种类", "proposer": "提出者", "quoted_subject": "题目", "grade": "办理结果"}
_LATE = "9999"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply or an opinion and the proposals that it says it answers."""

    reply_id: str
    url: str | None
    site: str | None
    place: str | None
    """Of the site."""
    references: tuple[Reference, ...]


@dataclass(slots=True)
class _Joined:
    proposal: Proposal
    year: int | None
    documents: list[tuple[Answer, Reference, Row]] = field(default_factory=list)


def write_proposals(conn: sqlite3.Connection, answers: Iterable[Answer]) -> list[Row]:
    """Fill `proposals` and `reply_proposals` from `replies` and `reply_agencies`, which are written.

    Returns the issues that show here: rows of `issues` without their numbers.
    """
    documents = _documents(conn)
    joined: dict[str, _Joined] = {}
    links: list[Row] = []
    issues: list[Row] = []
    for answer in answers:
        for position, reference in enumerate(answer.references, start=1):
            proposal = proposal_of(reference, answer.place)
            links.append(_link(answer, position, reference, proposal))
            year = session_year(reference, answer.place)
            issues += (
                issue_row(one, answer.url, answer.reply_id, answer.site) for one in _year(reference, year)
            )
            if proposal is None:
                continue
            if year is None:
                issue = _session_unknown(reference)
                issues.append(issue_row(issue, answer.url, answer.reply_id, answer.site))
            known = joined.setdefault(proposal.id, _Joined(proposal, year))
            known.documents.append((answer, reference, documents[answer.reply_id]))
    rows = []
    for key in sorted(joined):
        row, conflicts = _row(joined[key])
        rows.append(row)
        issues += conflicts
    insert(conn, "proposals", rows)
    insert(conn, "reply_proposals", links)
    return issues


def _documents(conn: sqlite3.Connection) -> dict[str, Row]:
    """Id of a reply → what it says of its proposal."""
    names = (
        "id",
        "document_type",
        "signed_on",
        "published_at",
        "proposer",
        "proposer_kind",
        "proposer_count",
        "quoted_subject",
        "grade",
    )
    found: dict[str, Row] = {}
    for values in conn.execute(f"select {', '.join(names)} from replies"):  # noqa: S608 - constants
        found[values[0]] = dict(zip(names, values, strict=True), agencies=set())
    # An agency that the authority file does not know counts by its print.
    for reply_id, agency in conn.execute("select reply_id, coalesce(agency_id, name) from reply_agencies"):
        found[reply_id]["agencies"].add(agency)
    return found


def _link(answer: Answer, position: int, reference: Reference, proposal: Proposal | None) -> Row:
    return {
        "reply_id": answer.reply_id,
        "position": position,
        "proposal_id": proposal.id if proposal else None,
        "body": reference.body,
        "level": reference.level,
        "place": reference.place,
        "term": reference.term,
        "meeting": reference.meeting,
        "number": reference.number,
        "category_number": reference.category_number,
        "kind": reference.kind,
    }


def _row(one: _Joined) -> tuple[Row, list[Row]]:
    """(the row, issues)."""
    proposal = one.proposal
    once: dict[str, tuple[Answer, Reference, Row]] = {}
    for document in sorted(one.documents, key=_precedence):
        # A document may print one proposal twice.
        once.setdefault(document[0].reply_id, document)
    ordered = list(once.values())
    told = {name: [(answer, value) for answer, value in _said(ordered, name)] for name in VALUES}
    first = {name: values[0] if values else (None, None) for name, values in told.items()}
    documents = {answer.reply_id: row for answer, _, row in ordered}
    replies = [row for row in documents.values() if row["document_type"] == "reply"]
    proposer = documents[first["proposer"][0].reply_id] if first["proposer"][0] else {}
    counted = series(proposal.number) or (None, None)
    row = {
        "id": proposal.id,
        "place": proposal.place,
        "body": proposal.body,
        "term": proposal.term,
        "meeting": proposal.meeting,
        "number": proposal.number,
        "series": counted[0],
        "serial": counted[1],
        "session_year": one.year,
        **{name: value for name, (_, value) in first.items()},
        "proposer_kind": proposer.get("proposer_kind"),
        "proposer_count": proposer.get("proposer_count"),
        **{
            f"{name}_reply": answer.reply_id if answer else None
            for name, (answer, _) in first.items()
            if name != "kind"
        },
        "replies": len(replies),
        "opinions": len(documents) - len(replies),
        "has_lead_reply": int(bool(replies)),
        "agencies": len(set().union(*(row["agencies"] for row in documents.values()))),
        **_extremes(replies, "signed_on"),
        **_extremes(replies, "published_at"),
    }
    return row, [issue for name in VALUES for issue in _conflicts(name, told[name])]


def _precedence(document: tuple[Answer, Reference, Row]) -> tuple[bool, str, str, str]:
    row = document[2]
    return (
        row["document_type"] != "reply",
        row["signed_on"] or _LATE,
        row["published_at"] or _LATE,
        row["id"],
    )


def _said(documents: Iterable[tuple[Answer, Reference, Row]], name: str) -> Iterator[tuple[Answer, Any]]:
    """What each document says of one value, best first."""
    for answer, reference, row in documents:
        value = reference.kind if name == "kind" else row[name]
        alone = len({_key(reference) for reference in answer.references}) == 1
        if name in ("proposer", "quoted_subject") and not alone:
            continue
        if name == "grade" and row["document_type"] != "reply":
            continue
        if value is not None:
            yield answer, value


def _key(reference: Reference) -> tuple[object, ...]:
    return reference.body, reference.term, reference.meeting, normal_number(reference.number)


def _extremes(replies: list[Row], name: str) -> Row:
    values = [row[name] for row in replies if row[name] is not None]
    return {f"first_{name}": min(values, default=None), f"last_{name}": max(values, default=None)}


def _conflicts(name: str, told: list[tuple[Answer, Any]]) -> Iterator[Row]:
    """One issue for each document that says something else than the one whose value is taken."""
    for answer, value in told[1:]:
        taken, right = told[0]
        if answer.reply_id != taken.reply_id and not _agree(name, str(right), str(value)):
            message = (
                f"同一件建议提案的{_NAMES[name]}，这一件写作“{value}”，{taken.reply_id} 写作“{right}”，"
                f"proposals 采用后者"
            )
            field_name = "references" if name == "kind" else name
            issue = Issue("proposal_conflict", message, "warning", field_name, str(value)[:200])
            yield issue_row(issue, answer.url, answer.reply_id, answer.site)


_ABOUT = re.compile(r"^(?:关于)?(?:对)?")
_KIND_AT_END = re.compile(r"(?:的?(?:提案|建议|议案|意见|问题))+$")
_NO_WORD = re.compile(r"[\W_]+")


def _agree(name: str, one: str, other: str) -> bool:
    """Whether two prints say the same: marks, 关于 and 的提案 are form; `某某委员` and `某某等3名委员` are one."""
    if name == "quoted_subject":
        return _subject(one) == _subject(other)
    if name == "proposer":
        left, right = _proposer(one), _proposer(other)
        return left.startswith(right) or right.startswith(left)
    return one == other


def _subject(text: str) -> str:
    return _KIND_AT_END.sub("", _ABOUT.sub("", _NO_WORD.sub("", fold(text))))


def _proposer(text: str) -> str:
    return re.split("等|代表|委员|[、,(]", fold(text), maxsplit=1)[0]


def _year(reference: Reference, year: int | None) -> Iterator[Issue]:
    number_year = year_in_number(reference.number)
    if year is not None and number_year is not None and year != number_year:
        message = f"编号 {reference.number} 里的年份与会议年份 {year} 不同，以届次为准"
        yield Issue("number_year_session_year", message, "warning", "session_year", reference.number)


def _session_unknown(reference: Reference) -> Issue:
    printed = (
        f"{reference.place or reference.level or ''}{reference.body}{reference.term}届{reference.meeting}次"
    )
    message = f"{printed}会议的年份不在 data/sessions 里，会议年份留空"
    return Issue("session_unknown", message, "info", "session_year", printed)
