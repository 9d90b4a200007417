"""Which replies are not published: those taken down by a person's decision, and those that wait for one.

Staging and the archive keep them; nothing of their text, title or values comes into the published tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.address import address_key, reply_id
from pipelines.models import Issue
from pipelines.resolve.identity import Merged
from pipelines.resolve.log import Log
from pipelines.resolve.whole import Replies
from pipelines.review.withheld import Decision, decisions, needs_review

Row = dict[str, Any]


@dataclass(slots=True)
class Sifted:
    """The replies of the whole set, divided."""

    published: Replies
    silent: set[str] = field(default_factory=set)
    """Addresses of which only the address and the outcome are published."""
    absent: set[str] = field(default_factory=set)
    """Addresses of which nothing is published: files of replies that are not."""
    tombstones: list[Row] = field(default_factory=list)
    held: list[tuple[Merged, Issue]] = field(default_factory=list)
    """Replies that wait for a decision, and what is to be decided."""


def sift(
    replies: Replies,
    staging: sqlite3.Connection,
    log: Log,
    table: Mapping[str, Decision] | None = None,
) -> Sifted:
    """Divide replies by what data/withheld says; one decision counts for all addresses of its reply.

    A reply that calls itself open on request, at any of its addresses, is held until a decision releases it.
    """
    known = decisions() if table is None else table
    down = {key for key, decision in known.items() if decision.reason is not None}
    disclosed = _disclosed(staging)
    out = Sifted(replies)
    unpublished: set[str] = set()
    tombs: dict[str, Row] = {key: _tombstone(key, known[key].url, known[key]) for key in sorted(down)}
    for one in replies:
        # Of one address the id is that of the reply.
        ids = (
            {one.id}
            if len(one.members) == 1
            else {reply_id(member.url) for member, _ in one.members} | {one.id}
        )
        taken = sorted(ids & down)
        if taken:
            down |= ids
            tombs[one.id] = _tombstone(one.id, one.members[0][0].url, known[taken[0]])
        elif not any(key in known for key in ids) and (said := _held(one, disclosed)):
            message = f"网页自称“{said}”，未公开，等人工复核；可以公开的在 data/withheld 登记 release: true"
            out.held.append((one, Issue("held_for_review", message, "warning", "disclosure", said)))
        else:
            continue
        unpublished.add(one.id)
        out.silent.update(member.address for member, _ in one.members)
    out.published = replies.without(unpublished)
    if down:
        out.silent.update(_of_ids(down, staging, log))
    out.absent = _files(staging, out.silent)
    out.tombstones = [tombs[key] for key in sorted(tombs)]
    return out


def _tombstone(key: str, url: str | None, decision: Decision) -> Row:
    return {"id": key, "url": url, "withheld_on": decision.date, "reason": decision.reason}


def _disclosed(staging: sqlite3.Connection) -> dict[str, list[str]]:
    """Address → what its page says of its disclosure that needs a review; the second of two that contradict stands in
    an issue."""
    sql = (
        "select address, disclosure from replies where disclosure is not null"
        " union all select address, raw from issues where code = 'disclosure_conflict'"
    )
    said: dict[str, list[str]] = {}
    for address, text in staging.execute(sql):
        if needs_review(text):
            said.setdefault(address, []).append(text)
    return said


def _held(one: Merged, disclosed: Mapping[str, list[str]]) -> str | None:
    """What speaks against publishing a reply, as printed at one of its addresses."""
    return next((text for member, _ in one.members for text in disclosed.get(member.address, ())), None)


def _of_ids(ids: Iterable[str], staging: sqlite3.Connection, log: Log) -> Iterable[str]:
    """Known addresses under these ids, also those that are no reply today."""
    wanted = set(ids)
    # Where both know an address, the url of the log counts.
    for address, url in staging.execute("select address, url from pages"):
        if reply_id(url) in wanted and address not in log.addresses:
            yield address
    for address, entry in log.by_key():
        if reply_id(entry.url) in wanted:
            yield address


def _files(staging: sqlite3.Connection, silent: set[str]) -> set[str]:
    """Attachments that belong to silent addresses only."""
    if not silent:
        return set()
    sql = "select address, url from attachments where url is not null"
    theirs = {address_key(url) for address, url in staging.execute(sql) if address in silent}
    for address, url in staging.execute(sql) if theirs else ():
        if address not in silent:
            theirs.discard(address_key(url))
    return theirs
