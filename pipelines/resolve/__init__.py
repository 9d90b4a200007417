"""The whole set: one row a reply, proposals, agencies, sites; staging and the fetch log → the published tables.

Runs inside the new snapshot, never in staging. What it writes depends on staging, the log and data/ only: the order
of rows and every number come from content.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from pipelines.resolve import columns, frame, pages
from pipelines.resolve.agencies import Authority
from pipelines.resolve.changes import write_events
from pipelines.resolve.handling import write_reply_agencies
from pipelines.resolve.insert import insert, issue_row
from pipelines.resolve.log import Archive, Log, read_log
from pipelines.resolve.policies import write_policies
from pipelines.resolve.proposal_rows import write_proposals
from pipelines.resolve.replies import Writer
from pipelines.resolve.summaries import write_summaries
from pipelines.resolve.texts import place_by_date, texts
from pipelines.resolve.verdicts import write_verdicts
from pipelines.resolve.whole import merged_replies
from pipelines.resolve.withheld import sift

__all__ = ["Archive", "Log", "read_log", "resolve"]


def resolve(
    conn: sqlite3.Connection,
    staging: sqlite3.Connection,
    log: Log,
    told: Callable[[Iterator[tuple[Any, ...]]], None] | None = None,
) -> None:
    """Fill the empty tables of `conn`; reads `staging`, whose temporary tables hold the log and what is on the way. The
    caller owns both transactions.

    `told` is called with the `texts` of the replies before any reply is written, and takes all of them.
    """
    authority = Authority(log.sites.values())
    frame.write_places(conn, log, authority)
    frame.write_sessions(conn)
    frame.write_agencies(conn, authority)
    frame.write_crawls(conn, log)
    frame.write_sites(conn, staging, log)
    writer = Writer(conn, staging, log, authority)
    sifted = sift(merged_replies(staging, log, authority), staging, log)
    replies = sifted.published
    place_by_date(staging)
    if told is not None:
        told(texts(staging, log))
    writer.write(replies)
    write_events(conn, replies, log)
    write_reply_agencies(conn, replies, log.sites, authority)
    # Behind the agencies, which it counts.
    write_proposals(conn, writer.answers(replies), writer.issues)
    write_policies(conn, replies)
    writer.issues.add(
        issue_row(issue, one.members[0][0].url, None, one.members[0][0].site) for one, issue in sifted.held
    )
    changed = columns.changed_templates(staging, log)
    writer.issues.add(
        issue_row(issue, url, None, site)
        for issue, url, site in (
            *columns.column_issues(staging, log),
            *((issue, None, site) for site, issue in changed.items()),
        )
    )
    writer.issues.add(issue_row(issue, url, None, site) for issue, url, site in columns.docid_issues(staging))
    writer.issues.add(write_verdicts(conn, staging, log, changed))
    insert(conn, "withheld", sifted.tombstones)
    pages.write_pages(conn, staging, log, sifted)
    pages.write_issues(conn, staging, log, writer.reply_of, writer.issues, sifted)
    columns.write_column_years(conn, staging, log, writer.reply_of)
    frame.count_replies(conn)
    write_summaries(conn)
