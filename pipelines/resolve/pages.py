"""Every known address with its last outcome, and all issues."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Set
from typing import Any

from pipelines.address import url_date
from pipelines.check.health import NO_ANSWER
from pipelines.models import Issue
from pipelines.normalise.privacy import mask
from pipelines.resolve.insert import insert, issue_row
from pipelines.resolve.log import Address, Log
from pipelines.resolve.told import Told
from pipelines.resolve.whole import ReplyOf
from pipelines.resolve.withheld import Sifted

Row = dict[str, Any]


def write_pages(conn: sqlite3.Connection, staging: sqlite3.Connection, log: Log, sifted: Sifted) -> None:
    """One row an address, in order of address: what staging read, and what the fetch log says of it.

    Where both know the outcome of a document, that of staging counts: it was judged by the present rules. Of a page
    whose reply is not published nothing is told but the address and what came of it.
    """
    insert(conn, "pages", _pages(staging, log, sifted))


def _known(staging: sqlite3.Connection, log: Log) -> Iterator[tuple[str, tuple[Any, ...], Address | None]]:
    """(address, what staging read of it and its reply, what the log says of it), in order of address; either may know
    addresses that the other does not."""
    rows = staging.execute(
        "select address, url, site, column_url, role, row_title, row_date, outcome, document_type, title,"
        " (select id from temp.members m where m.address = pages.address) from pages order by address"
    )
    entries = log.by_key()
    row, entry = next(rows, None), next(entries, None)
    while row is not None or entry is not None:
        if entry is None or (row is not None and row[0] < entry[0]):
            assert row is not None
            yield row[0], row[1:], None
            row = next(rows, None)
        elif row is None or entry[0] < row[0]:
            yield entry[0], (None,) * 10, entry[1]
            entry = next(entries, None)
        else:
            yield row[0], row[1:], entry[1]
            row, entry = next(rows, None), next(entries, None)


def _pages(staging: sqlite3.Connection, log: Log, sifted: Sifted) -> Iterator[Row]:
    for address, told, entry in _known(staging, log):
        if address in sifted.absent:
            continue
        url, site, column, role, row_title, row_date, outcome, kind, title, reply_id = told
        if entry is not None:
            url, role, site = url or entry.url, role or entry.role, site or entry.site
            column, outcome = column or entry.column, outcome or entry.outcome
            row_title, row_date = row_title or entry.row_title, row_date or entry.row_date
            # Nothing came, so no rule had a say; and lists and files are judged by the crawl alone.
            if entry.outcome in ("robots", "unreachable", "refused", "truncated") or role != "detail":
                outcome = entry.outcome
        if address in sifted.silent:
            title = row_title = None
        yield {
            "url": url,
            "site": site if site in log.sites else None,
            "column_url": column if column in log.columns else None,
            "role": role,
            "document_type": kind,
            "outcome": outcome,
            "status": entry.status if entry else None,
            "title": _masked(title),
            "row_title": _masked(row_title),
            "row_date": _masked(row_date),
            "url_date": url_date(url) if role == "detail" else None,
            "fetched_at": entry.fetched_at if entry else None,
            "sha256": entry.sha256 if entry else None,
            "bytes": entry.size if entry and entry.sha256 else None,
            "reply_id": reply_id,
        }


def write_issues(
    conn: sqlite3.Connection,
    staging: sqlite3.Connection,
    log: Log,
    reply_of: ReplyOf,
    told: Told,
    sifted: Sifted,
) -> None:
    """All issues, numbered in an order that depends on their content only; the same one twice is one.

    `told`: those that the whole set showed. Of a reply that is not published only the fetch log speaks, which knows no
    text.
    """
    told.add(_staged(staging, sifted.silent | sifted.absent))
    told.add(_notes(log))
    said = told.outcomes()
    # Where the crawl says what a robots.txt meant, the outcome of asking for it would say it twice.
    explained = {note.url for notes in log.notes.values() for note in notes}
    told.add(
        row
        for row in _fetches(log, reply_of, sifted.absent)
        if (row["url"], row["code"]) not in said and row["url"] not in explained
    )
    insert(conn, "issues", told.ordered(log.sites))


def _masked(text: str | None) -> str | None:
    """What a list prints comes from the fetch log too, which keeps it as it was."""
    return mask(text) if text else text


def _staged(staging: sqlite3.Connection, unsaid: Set[str]) -> Iterator[Row]:
    """Issues of pages, replies and lists; those of a reply stand with the reply."""
    sql = (
        "select address, url, site, code, severity, field, message, raw,"
        " (select id from temp.members m where m.address = issues.address) from issues"
    )
    for address, url, site, code, severity, field, message, raw, reply_id in staging.execute(sql):
        if address not in unsaid:
            yield issue_row(Issue(code, message, severity, field, raw), url, reply_id, site)


def _notes(log: Log) -> Iterator[Row]:
    """What the last crawl of each site said of it as a whole."""
    for site, notes in log.notes.items():
        for note in notes:
            yield issue_row(note.issue, note.url, None, site)


def _fetches(log: Log, reply_of: ReplyOf, absent: Set[str]) -> Iterator[Row]:
    """Addresses that were not got: also those that never came to a stage (lists, attachments, robots.txt)."""
    for address, entry in log.troubled():
        if address in absent:
            continue
        trouble = entry.outcome in NO_ANSWER or (
            entry.outcome in ("gone", "soft_404", "refused", "robots") and entry.role != "robots"
        )
        if entry.role == "robots" and not (entry.keeps_out or entry.outcome == "blocked"):
            trouble = False
        if trouble:
            severity = (
                "error"
                if entry.outcome in NO_ANSWER and entry.role not in ("attachment", "resource")
                else "warning"
            )
            message = f"没有取到（{entry.outcome}，状态 {entry.status}）"
            issue = Issue(f"outcome_{entry.outcome}", message, severity, raw=str(entry.status))  # type: ignore[arg-type]
            yield issue_row(issue, entry.url, reply_of.get(address), entry.site)
