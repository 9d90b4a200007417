"""One row a proposal, joined from everything that answers it: replies and co-handling opinions of all sites.

Which of several documents gives a value: a reply comes before an opinion, then the earlier signature, then the earlier
publication, then the id. Proposer and quoted subject are taken only from a document that answers this proposal alone, a
grade only from a reply. What the other documents say otherwise is an issue `proposal_conflict` with both values.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pipelines.models import Issue, Reference
from pipelines.normalise.proposal_number import normal_number, series, year_in_number
from pipelines.normalise.text import fold
from pipelines.resolve.insert import insert, issue_row, write_rows
from pipelines.resolve.proposals import Proposal, proposal_of, session_year
from pipelines.resolve.told import Told

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


@dataclass(frozen=True, slots=True)
class _Said:
    """A document and what it says of one proposal."""

    reply_id: str
    url: str | None
    site: str | None
    alone: bool
    """Whether it answers this proposal alone."""
    kind: str | None
    """Of the proposal, as printed."""
    row: Row
    """Of `replies`, with `agencies`."""


_VALUES = (
    "document_type",
    "signed_on",
    "published_at",
    "proposer",
    "proposer_kind",
    "proposer_count",
    "quoted_subject",
    "grade",
)
_LINK = (
    "reply_id",
    "position",
    "proposal_id",
    "body",
    "level",
    "place",
    "term",
    "meeting",
    "number",
    "category_number",
    "kind",
)
_KEPT = ("url", "site", "alone", "p_place", "p_body", "p_term", "p_meeting", "p_number", "year")
"""What is kept of a link besides its row: of the document, of the proposal, the year of its session."""


def write_proposals(conn: sqlite3.Connection, answers: Iterable[Answer], issues: Told) -> None:
    """Fill `proposals` and `reply_proposals` from `replies` and `reply_agencies`, which are written; what shows here is
    added to `issues`."""
    names = (*_LINK, *_KEPT)
    conn.execute(f"create temp table links ({', '.join(names)})")
    conn.executemany(
        f"insert into temp.links values ({', '.join('?' * len(names))})",  # noqa: S608 - constants
        _links(answers, issues),
    )
    insert(conn, "proposals", _proposals(conn, issues))
    write_rows(
        conn,
        "reply_proposals",
        _LINK,
        conn.execute(f"select {', '.join(_LINK)} from temp.links order by rowid"),  # noqa: S608 - constants
    )
    conn.execute("drop table temp.links")


def _links(answers: Iterable[Answer], issues: Told) -> Iterator[tuple[Any, ...]]:
    for answer in answers:
        alone = len({_key(reference) for reference in answer.references}) == 1
        for position, reference in enumerate(answer.references, start=1):
            proposal = proposal_of(reference, answer.place)
            year = session_year(reference, answer.place)
            found = [*_year(reference, year)]
            if proposal is not None and year is None:
                found.append(_session_unknown(reference))
            if found:
                issues.add(issue_row(one, answer.url, answer.reply_id, answer.site) for one in found)
            link = _link(answer, position, reference, proposal)
            of = (None,) * 5 if proposal is None else (
                proposal.place, proposal.body, proposal.term, proposal.meeting, proposal.number,
            )  # fmt: skip
            yield (*(link[name] for name in _LINK), answer.url, answer.site, alone, *of, year)


def _proposals(conn: sqlite3.Connection, issues: Told) -> Iterator[Row]:
    """Row by row, each from all documents that answer it."""
    rows = conn.execute(
        f"select proposal_id, {', '.join('l.p_' + name for name in ('place', 'body', 'term', 'meeting', 'number'))},"  # noqa: S608
        f" l.year, l.reply_id, l.url, l.site, alone, l.kind, {', '.join('r.' + name for name in _VALUES)},"
        # An agency that the authority file does not know counts by its print.
        " (select json_group_array(coalesce(agency_id, name)) from reply_agencies a where a.reply_id = l.reply_id)"
        " from temp.links l join replies r on r.id = l.reply_id where proposal_id is not null"
        " order by proposal_id, l.rowid"
    )
    for _, group in groupby(rows, key=lambda row: str(row[0])):
        documents = []
        proposal, year = None, None
        for (
            _,
            place,
            body,
            term,
            meeting,
            number,
            told_year,
            reply_id,
            url,
            site,
            alone,
            kind,
            *values,
        ) in group:
            if proposal is None:
                proposal, year = Proposal(place, body, term, meeting, number), told_year
            row = {"id": reply_id, **dict(zip((*_VALUES, "agencies"), values, strict=True))}
            row["agencies"] = set(json.loads(row["agencies"]))
            documents.append(_Said(reply_id, url, site, bool(alone), kind, row))
        assert proposal is not None
        made, conflicts = _row(proposal, year, documents)
        if conflicts:
            issues.add(conflicts)
        yield made


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


def _row(proposal: Proposal, year: int | None, every: list[_Said]) -> tuple[Row, list[Row]]:
    """(the row, issues)."""
    once: dict[str, _Said] = {}
    for document in sorted(every, key=_precedence):
        # A document may print one proposal twice.
        once.setdefault(document.reply_id, document)
    documents = list(once.values())
    told = {name: list(_said(documents, name)) for name in VALUES}
    first = {name: values[0] if values else (None, None) for name, values in told.items()}
    replies = [one.row for one in documents if one.row["document_type"] == "reply"]
    proposer = first["proposer"][0].row if first["proposer"][0] else {}
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
        "session_year": year,
        **{name: value for name, (_, value) in first.items()},
        "proposer_kind": proposer.get("proposer_kind"),
        "proposer_count": proposer.get("proposer_count"),
        **{
            f"{name}_reply": document.reply_id if document else None
            for name, (document, _) in first.items()
            if name != "kind"
        },
        "replies": len(replies),
        "opinions": len(documents) - len(replies),
        "has_lead_reply": int(bool(replies)),
        "agencies": len(set().union(*(one.row["agencies"] for one in documents))),
        **_extremes(replies, "signed_on"),
        **_extremes(replies, "published_at"),
    }
    return row, [issue for name in VALUES for issue in _conflicts(name, told[name])]


def _precedence(document: _Said) -> tuple[bool, str, str, str]:
    row = document.row
    return (
        row["document_type"] != "reply",
        row["signed_on"] or _LATE,
        row["published_at"] or _LATE,
        row["id"],
    )


def _said(documents: Iterable[_Said], name: str) -> Iterator[tuple[_Said, Any]]:
    """What each document says of one value, best first."""
    for one in documents:
        value = one.kind if name == "kind" else one.row[name]
        if name in ("proposer", "quoted_subject") and not one.alone:
            continue
        if name == "grade" and one.row["document_type"] != "reply":
            continue
        if value is not None:
            yield one, value


def _key(reference: Reference) -> tuple[object, ...]:
    return reference.body, reference.term, reference.meeting, normal_number(reference.number)


def _extremes(replies: list[Row], name: str) -> Row:
    values = [row[name] for row in replies if row[name] is not None]
    return {f"first_{name}": min(values, default=None), f"last_{name}": max(values, default=None)}


def _conflicts(name: str, told: list[tuple[_Said, Any]]) -> Iterator[Row]:
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
