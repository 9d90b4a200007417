"""The replies of the whole set, in order of id, each with everything that hangs on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from pipelines.address import canonical, is_twin, reply_id
from pipelines.models import Issue, Reference
from pipelines.resolve.agencies import Authority
from pipelines.resolve.attachments import write_attachments
from pipelines.resolve.candidates import candidates
from pipelines.resolve.changes import gone_on
from pipelines.resolve.handling import code_issue, publisher_of
from pipelines.resolve.identity import Merged, merge
from pipelines.resolve.insert import insert, issue_row
from pipelines.resolve.log import Log
from pipelines.resolve.proposal_rows import Answer
from pipelines.resolve.proposals import session_year
from pipelines.resolve.revisions import revisions
from pipelines.resolve.shared import shared_index_numbers

_COPIED = (
    "title",
    "document_type",
    "category",
    "validity",
    "disclosure",
    "published_at",
    "issued_on",
    "signed_on",
    "index_number",
    "document_number",
    "publisher",
    "answering_agency",
    "signatory",
    "lead_agency",
    "co_handlers",
    "salutation",
    "grade",
    "quoted_subject",
    "proposer",
    "proposer_kind",
    "proposer_count",
    "body_text",
)

Row = dict[str, Any]


def merged_replies(staging: sqlite3.Connection, log: Log, authority: Authority) -> list[Merged]:
    """Which addresses carry which reply."""
    return merge(candidates(staging, log, authority))


class Writer:
    """Writes merged replies; `resolve` calls `write` once, then asks for their `answers`."""

    def __init__(
        self, conn: sqlite3.Connection, staging: sqlite3.Connection, log: Log, authority: Authority
    ) -> None:
        self._conn, self._staging, self._log, self._authority = conn, staging, log, authority
        self.reply_of: dict[str, str] = {}
        """Address → id of its reply."""
        self._resolved: dict[str, dict[str, tuple[str, str]]] = {}
        """Id of a reply → field → (source, rule) of the values that are found here."""
        self.issues: list[Row] = []
        """Issues that only the whole set shows."""

    def write(self, merged: list[Merged]) -> None:
        """All rows, table by table in the order of foreign keys."""
        for one in merged:
            self.reply_of.update({member.address: one.id for member, _ in one.members})
        place = self._places_by_date(merged)
        insert(self._conn, "replies", (self._reply(one, place[one.id]) for one in merged))
        insert(self._conn, "reply_urls", (row for one in merged for row in self._urls(one)))
        insert(self._conn, "reply_urls", self._listed_twins(merged))
        insert(self._conn, "reply_ids", _former_ids(merged))
        self._children(merged)
        self.issues.extend(row for one in merged for row in self._published_twice(one))
        self.issues.extend(shared_index_numbers(self._conn))

    def _places_by_date(self, merged: list[Merged]) -> dict[str, int]:
        """Id → place, from 1, when replies stand in order of publication, the newest last, as the search index has them."""
        dates = dict(self._staging.execute("select address, published_at from replies"))
        # Of one date in order of id when read from the end; those without a date are the oldest.
        ordered = sorted((one.id for one in merged), reverse=True)
        date = {one.id: dates[one.members[0][0].address] or "" for one in merged}
        ordered.sort(key=date.__getitem__)
        return {key: place for place, key in enumerate(ordered, start=1)}

    def _rows(self, sql: str, address: str) -> list[Row]:
        cursor = self._staging.execute(sql, (address,))
        names = [item[0] for item in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _page(self, one: Merged) -> Row:
        sql = (
            "select replies.*, pages.site, pages.column_url from replies join pages using (address)"
            " where replies.address = ?"
        )
        return self._rows(sql, one.members[0][0].address)[0]

    def _head(self, one: Merged) -> Row:
        """The same without the body."""
        sql = "select replies.url, site from replies join pages using (address) where replies.address = ?"
        return self._rows(sql, one.members[0][0].address)[0]

    def _references(self, one: Merged) -> list[Reference]:
        sql = (
            "select body, level, place, term, meeting, number, category_number, kind from reply_references"
            " where address = ? order by position"
        )
        return [Reference(**row) for row in self._rows(sql, one.members[0][0].address)]

    def _place(self, site: str | None) -> str | None:
        declared = self._log.sites.get(site) if site else None
        return declared.place if declared else None

    def _reply(self, one: Merged, number: int) -> Row:
        row = self._page(one)
        site = row["site"] if row["site"] in self._log.sites else None
        place = self._place(site)
        references = self._references(one)
        reference = references[0] if references else Reference()
        entries = [self._log.addresses.get(member.address) for member, _ in one.members]
        first_seen = [entry.first_ok_at for entry in entries if entry and entry.first_ok_at]
        last_seen = [entry.last_ok_at for entry in entries if entry and entry.last_ok_at]
        year = session_year(reference, place)
        holds = self._holds(row["column_url"])
        declared = self._log.sites[site].agency if site else None
        agency, agency_source = publisher_of(row, declared, place, self._authority)
        if issue := code_issue(row["index_number"], agency, place, self._authority):
            self.issues.append(issue_row(issue, row["url"], one.id, site))
        told = {
            "session_year": ("sessions", "sessions.table") if year is not None else None,
            "place": ("site", "site.place") if place else None,
            "agency": (agency_source, "agencies.authority") if agency else None,
            "body": ("title", "references.first") if reference.body else holds and ("column", "column.holds"),
        }
        self._resolved[one.id] = {field: source for field, source in told.items() if source}
        return {
            "id": one.id,
            "search_id": number,
            **{name: row[name] for name in _COPIED},
            "session_year": year,
            "body": reference.body or holds,
            "term": reference.term,
            "meeting": reference.meeting,
            "place": place,
            "agency": agency,
            "url": row["url"],
            "site": site,
            "column_url": row["column_url"] if row["column_url"] in self._log.columns else None,
            "first_seen_at": min(first_seen, default=None),
            "last_seen_at": max(last_seen, default=None),
            "gone_on": gone_on(one, self._log),
            "body_chars": len("".join((row["body_text"] or "").split())),
        }

    def _holds(self, column: str | None) -> str | None:
        declared = self._log.columns.get(column) if column else None
        return None if declared is None or declared[1].holds == "mixed" else declared[1].holds

    def _urls(self, one: Merged) -> Iterator[Row]:
        for member, kind in one.members:
            entry = self._log.addresses.get(member.address)
            yield {
                "url": member.url,
                "reply_id": one.id,
                "kind": kind,
                "first_seen_at": entry.first_ok_at if entry else None,
                "last_seen_at": entry.last_ok_at if entry else None,
            }

    def _listed_twins(self, merged: list[Merged]) -> Iterator[Row]:
        """Twins that stand beside their originals in a list are not fetched; the list alone knows their addresses."""
        owners = {canonical(member.url): one.id for one in merged for member, _ in one.members}
        listed: dict[str, str] = {}
        for address, url in self._staging.execute("select address, url from list_rows order by url"):
            if is_twin(url) and address not in self.reply_of and canonical(url) in owners:
                listed.setdefault(address, url)
        for address in sorted(listed):
            yield {
                "url": listed[address],
                "reply_id": owners[canonical(listed[address])],
                "kind": "twin",
                "first_seen_at": None,
                "last_seen_at": None,
            }

    def _children(self, merged: list[Merged]) -> None:
        """What is copied from the address that gives the values."""
        plain = {
            "reply_html": "select html from reply_html where address = ?",
            "images": "select position, paragraph, url, alt from images where address = ? order by position",
            "body_parts": (
                "select position, part, first_paragraph, last_paragraph from body_parts"
                " where address = ? order by position"
            ),
            "outline": (
                "select position, level, heading, paragraph from outline where address = ? order by position"
            ),
        }
        for table, sql in plain.items():
            insert(
                self._conn,
                table,
                (
                    {"reply_id": one.id, **row}
                    for one in merged
                    for row in self._rows(sql, one.members[0][0].address)
                ),
            )
        insert(self._conn, "revisions", (row for one in merged for row in revisions(self._staging, one)))
        insert(self._conn, "field_sources", (row for one in merged for row in self._sources(one)))
        self.issues.extend(write_attachments(self._conn, self._staging, self._log, merged))

    def _sources(self, one: Merged) -> Iterator[Row]:
        """As read, and those of the values that are found here."""
        sql = "select field, source, rule, raw from field_sources where address = ?"
        found = {row["field"]: row for row in self._rows(sql, one.members[0][0].address)}
        for field, (source, rule) in self._resolved[one.id].items():
            if rule == "references.first" and "references" in found:
                source = found["references"]["source"]
            found[field] = {"field": field, "source": source, "rule": rule, "raw": None}
        for field in sorted(found):
            yield {"reply_id": one.id, **found[field]}

    def answers(self, merged: list[Merged]) -> Iterator[Answer]:
        """Which proposals each reply says it answers."""
        for one in merged:
            row = self._head(one)
            yield Answer(
                one.id, row["url"], row["site"], self._place(row["site"]), tuple(self._references(one))
            )

    def _published_twice(self, one: Merged) -> Iterator[Row]:
        others = [member.url for member, kind in one.members if kind == "duplicate"]
        if others:
            first = one.members[0][0]
            issue = Issue(
                "published_twice", f"同一件答复还发布在：{'；'.join(others)}", "info", "url", others[0]
            )
            yield issue_row(issue, first.url, one.id, first.site)


def _former_ids(merged: list[Merged]) -> Iterator[Row]:
    """Under which id each further address would be a reply of its own."""
    present = {one.id for one in merged}
    former = {reply_id(member.url): one.id for one in merged for member, _ in one.members}
    for key in sorted(former.keys() - present):
        yield {"id": key, "reply_id": former[key]}
