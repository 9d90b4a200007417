"""Places, sessions, agencies, sites, columns, crawls: what replies refer to, written before them."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from pipelines.places import places
from pipelines.resolve.agencies import Agency, Authority
from pipelines.resolve.columns import Outcomes, column_facts, column_row
from pipelines.resolve.insert import insert
from pipelines.resolve.log import Log
from pipelines.resolve.proposals import NATION
from pipelines.resolve.sessions import sessions

RUN_OUTCOMES = {"ok", "partial", "failed", "interrupted"}


def write_places(conn: sqlite3.Connection, log: Log, authority: Authority) -> None:
    """Every known place, and any code that a declaration, an agency or a session names besides."""
    known = {NATION: ("全国", None), **{code: (place.name, place.parent) for code, place in places().items()}}
    named = {site.place for site in log.sites.values()}
    named |= {agency.place for agency in authority.agencies.values()}
    named |= {session.place for session in sessions()}
    for code in sorted(filter(None, named)):
        # The province too: a title on that site may name its bodies.
        for one in (code, code[:2] + "0000"):
            known.setdefault(one, (one, None))
    insert(
        conn,
        "places",
        ({"code": code, "name": name, "parent": parent} for code, (name, parent) in sorted(known.items())),
    )


def write_sessions(conn: sqlite3.Connection) -> None:
    """The table of data/sessions as it stands."""
    insert(
        conn,
        "sessions",
        (
            {
                "id": session.id,
                "place": session.place,
                "body": session.body,
                "term": session.term,
                "meeting": session.meeting,
                "year": held.year,
                "source": held.source,
            }
            for session, held in sessions().items()
        ),
    )


def write_agencies(conn: sqlite3.Connection, authority: Authority) -> None:
    """The authority file and the agencies of the sites, with all their names."""
    # A body stands behind those that took over from it: the reference must exist when the row is written.
    agencies = sorted(authority.agencies.values(), key=lambda one: (_heirs(one, authority), one.id))
    insert(
        conn,
        "agencies",
        (
            {
                "id": agency.id,
                "name": agency.name,
                "place": agency.place,
                "code": agency.code,
                "since": agency.since,
                "until": agency.until,
                "successor": agency.successor,
                "successors": json.dumps(agency.successors, ensure_ascii=False)
                if agency.successors
                else None,
                "source": agency.source,
                "known_on": agency.known_on,
            }
            for agency in agencies
        ),
    )
    insert(
        conn,
        "agency_names",
        (
            {
                "agency_id": agency.id,
                "name": one.name,
                "kind": one.kind,
                "since": one.since,
                "until": one.until,
            }
            for agency in agencies
            for one in agency.names
        ),
    )


def _heirs(agency: Agency, authority: Authority) -> int:
    """How many bodies follow one another behind this one."""
    count, heir = 0, agency.successor
    while heir is not None and count < len(authority.agencies):
        count, heir = count + 1, authority.agencies[heir].successor
    return count


def write_crawls(conn: sqlite3.Connection, log: Log) -> None:
    """One row a run."""
    insert(
        conn,
        "crawls",
        (
            {
                "id": crawl.record.id,
                "kind": "import" if crawl.record.imported else "crawl",
                "started_at": crawl.record.started_at,
                "finished_at": crawl.record.ended_at,
                "outcome": crawl.record.outcome if crawl.record.outcome in RUN_OUTCOMES else None,
                "sites": json.dumps(sorted(crawl.sites), ensure_ascii=False),
                "addresses": crawl.addresses,
                "ok": crawl.ok,
                "blocked": crawl.blocked,
                "failed": crawl.failed,
                "bytes": crawl.size,
            }
            for crawl in log.crawls
        ),
    )


def write_sites(conn: sqlite3.Connection, staging: sqlite3.Connection, log: Log) -> None:
    """Sites, and columns against what the sites print. Health and counts of replies come later (`resolve.verdicts`)."""
    outcomes = Outcomes(staging, log)
    insert(conn, "sites", (_site_row(log, key, outcomes.latest.get(key)) for key in log.sites))
    insert(
        conn, "columns", (column_row(staging, log, column_facts(staging, log, url)) for url in log.columns)
    )
    insert(conn, "site_outcomes", outcomes.rows())


def _site_row(log: Log, key: str, crawled_at: str | None) -> dict[str, Any]:
    site = log.sites[key]
    return {
        "key": key,
        "name": site.name,
        "agency": site.agency,
        "place": site.place,
        "hosts": json.dumps(site.hosts, ensure_ascii=False),
        "family": site.family,
        "health": "never",
        "reasons": None,
        "rules": None,
        "crawled_at": crawled_at,
        "replies": 0,
        "pages": 0,
        "discover": int(site.discover),
        "source": site.source,
        "known_on": site.known,
    }


def count_replies(conn: sqlite3.Connection) -> None:
    """Fill the counts of sites and columns once replies and pages are written."""
    conn.execute(
        "update sites set replies = (select count(distinct reply_id) from pages where site = sites.key), "
        "pages = (select count(*) from pages where site = sites.key and role = 'detail')"
    )
    conn.execute(
        "update columns set replies = (select count(distinct reply_id) from pages where column_url = columns.url)"
    )
