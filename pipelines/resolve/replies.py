"""The replies of the whole set, in order of id, each with everything that hangs on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from pipelines.address import canonical, reply_id
from pipelines.grouped import Grouped
from pipelines.models import Issue, Reference
from pipelines.resolve.agencies import Authority
from pipelines.resolve.attachments import write_attachments
from pipelines.resolve.changes import gone_on
from pipelines.resolve.handling import code_issue, publisher_of
from pipelines.resolve.identity import Merged
from pipelines.resolve.insert import insert, issue_row, write_rows
from pipelines.resolve.log import Log
from pipelines.resolve.proposal_rows import Answer
from pipelines.resolve.proposals import session_year
from pipelines.resolve.revisions import revisions
from pipelines.resolve.shared import shared_index_numbers
from pipelines.resolve.told import Told
from pipelines.resolve.whole import Replies, ReplyOf

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

_COPIED_TABLES = {
    "reply_html": ("html",),
    "images": ("position", "paragraph", "url", "alt"),
    "body_parts": ("position", "part", "first_paragraph", "last_paragraph"),
    "outline": ("position", "level", "heading", "paragraph"),
}

Row = dict[str, Any]


class Writer:
    """Writes merged replies, which have their places by date; `resolve` calls `write` once, then asks for their `answers`."""

    def __init__(
        self, conn: sqlite3.Connection, staging: sqlite3.Connection, log: Log, authority: Authority
    ) -> None:
        self._conn, self._staging, self._log, self._authority = conn, staging, log, authority
        self.reply_of = ReplyOf(staging)
        self.issues = Told(staging)
        """Issues that only the whole set shows."""

    def write(self, replies: Replies) -> None:
        """All rows, table by table in the order of foreign keys."""
        # What is found here of a reply is kept until its sources are written: id, field → (source, rule).
        self._staging.execute("create temp table resolved (id, told)")
        insert(self._conn, "replies", self._replies(replies))
        write_rows(
            self._conn,
            "reply_urls",
            ("url", "reply_id", "kind", "first_seen_at", "last_seen_at"),
            self._staging.execute(
                "select url, id, kind, first_seen_at, last_seen_at from temp.members order by id, position"
            ),
        )
        insert(self._conn, "reply_urls", self._listed_twins())
        insert(self._conn, "reply_ids", _former_ids(replies))
        self._children(replies)
        for one in replies.of("kind = 'duplicate'"):
            self.issues.add(self._published_twice(one))
        self.issues.add(shared_index_numbers(self._conn))

    def _place(self, site: str | None) -> str | None:
        declared = self._log.sites.get(site) if site else None
        return declared.place if declared else None

    def _replies(self, replies: Replies) -> Iterator[Row]:
        # Both stand in order of id.
        places = self._staging.execute("select place from temp.places order by rowid")
        heads = replies.rows("pages.site, pages.column_url, replies.*", "replies pages", "1")
        names = [item[0] for item in heads.description]
        references = _references(replies)
        seen = Grouped(self._staging.execute(
            "select id, first_seen_at, last_seen_at from temp.members order by id, position"
        ))  # fmt: skip
        gone = Grouped(
            (one.id, gone_on(one, self._log))
            for one in replies.of("state not in ('there', 'missing')")
            if all(member.state not in ("there", "missing") for member, _ in one.members)
        )
        told: list[tuple[str, str]] = []
        for values, (place,) in zip(heads, places, strict=True):
            key = str(values[0])
            row = dict(zip(names, values, strict=True))
            made, resolved = self._reply(key, row, references.take(key), place)
            moments = seen.take(key)
            made["first_seen_at"] = min((first for first, _ in moments if first), default=None)
            made["last_seen_at"] = max((last for _, last in moments if last), default=None)
            made["gone_on"] = next((day for (day,) in gone.take(key)), None)
            told.append((key, json.dumps(resolved)))
            if len(told) >= 1000:
                self._staging.executemany("insert into temp.resolved values (?, ?)", told)
                told.clear()
            yield made
        self._staging.executemany("insert into temp.resolved values (?, ?)", told)

    def _reply(
        self, key: str, row: Row, printed: list[tuple[Any, ...]], number: int
    ) -> tuple[Row, dict[str, tuple[str, str]]]:
        """(the row, field → (source, rule) of the values that are found here)."""
        site = row["site"] if row["site"] in self._log.sites else None
        place = self._place(site)
        reference = Reference(*printed[0]) if printed else Reference()
        year = session_year(reference, place)
        holds = self._holds(row["column_url"])
        declared = self._log.sites[site].agency if site else None
        agency, agency_source = publisher_of(row, declared, place, self._authority)
        if issue := code_issue(row["index_number"], agency, place, self._authority):
            self.issues.add((issue_row(issue, row["url"], key, site),))
        told = {
            "session_year": ("sessions", "sessions.table") if year is not None else None,
            "place": ("site", "site.place") if place else None,
            "agency": (agency_source, "agencies.authority") if agency else None,
            "body": ("title", "references.first") if reference.body else holds and ("column", "column.holds"),
        }
        return {
            "id": key,
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
            "first_seen_at": None,
            "last_seen_at": None,
            "gone_on": None,
            "body_chars": len("".join((row["body_text"] or "").split())),
        }, {field: source for field, source in told.items() if source}

    def _holds(self, column: str | None) -> str | None:
        declared = self._log.columns.get(column) if column else None
        return None if declared is None or declared[1].holds == "mixed" else declared[1].holds

    def _listed_twins(self) -> Iterator[Row]:
        """Twins that stand beside their originals in a list are not fetched; the list alone knows their addresses."""
        listed: dict[str, tuple[str, str]] = {}
        for address, url in self.reply_of.listed_twins():
            if self.reply_of.get(address) is None:
                owner = self.reply_of.by_canonical(canonical(url))
                if owner is not None:
                    listed.setdefault(address, (url, owner))
        for address in sorted(listed):
            url, owner = listed[address]
            yield {"url": url, "reply_id": owner, "kind": "twin", "first_seen_at": None, "last_seen_at": None}

    def _children(self, replies: Replies) -> None:
        """What is copied from the address that gives the values."""
        for table, names in _COPIED_TABLES.items():
            order = f"{table}.position" if "position" in names else "1"
            columns = ", ".join(f"{table}.{name}" for name in names)
            write_rows(self._conn, table, ("reply_id", *names), replies.rows(columns, table, order))
        insert(self._conn, "revisions", revisions(self._staging, replies))
        write_rows(
            self._conn,
            "field_sources",
            ("reply_id", "field", "source", "rule", "raw"),
            self._sources(replies),
        )
        write_attachments(self._conn, self._staging, self._log, replies, self.issues)

    def _sources(self, replies: Replies) -> Iterator[tuple[str, ...]]:
        """As read, and those of the values that are found here."""
        read = Grouped(replies.rows("field, source, rule, raw", "field_sources", "field"))
        for key, told in self._staging.execute("select id, told from temp.resolved order by rowid"):
            found = {row[0]: row for row in read.take(key)}
            for field, (source, rule) in json.loads(told).items():
                if rule == "references.first" and "references" in found:
                    source = found["references"][1]
                found[field] = (field, source, rule, None)
            for field in sorted(found):
                yield (key, *found[field])

    def answers(self, replies: Replies) -> Iterator[Answer]:
        """Which proposals each reply says it answers."""
        references = _references(replies)
        for key, url, site in replies.rows("replies.url, pages.site", "replies pages", "1"):
            named = tuple(Reference(*one) for one in references.take(key))
            yield Answer(key, url, site, self._place(site), named)

    def _published_twice(self, one: Merged) -> Iterator[Row]:
        others = [member.url for member, kind in one.members if kind == "duplicate"]
        first = one.members[0][0]
        message = f"同一件答复还发布在：{'；'.join(others)}"
        issue = Issue("published_twice", message, "info", "url", others[0])
        yield issue_row(issue, first.url, one.id, first.site)


def _references(replies: Replies) -> Grouped:
    names = ("body", "level", "place", "term", "meeting", "number", "category_number", "kind")
    columns = ", ".join(f"reply_references.{name}" for name in names)
    return Grouped(replies.rows(columns, "reply_references", "reply_references.position"))


def _former_ids(replies: Replies) -> Iterator[Row]:
    """Under which id each further address would be a reply of its own."""
    former = {reply_id(member.url): one.id for one in replies.of("position = 1") for member, _ in one.members}
    for key in sorted(former):
        if not replies.has(key):
            yield {"id": key, "reply_id": former[key]}
