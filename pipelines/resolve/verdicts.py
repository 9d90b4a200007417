"""How each site's last crawl ended, by the rules of `pipelines.check`: facts from staging, the log and the rows written."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from pipelines.check.expect import Coverage, Dropped, Facts, unmet
from pipelines.check.gate_rules import Trouble
from pipelines.check.health import ABSENT, FetchFacts, site_health
from pipelines.declare.schema import REPLY_FIELDS
from pipelines.models import Issue, Outcome
from pipelines.process import UNREADABLE
from pipelines.resolve.columns import column_facts, wanted
from pipelines.resolve.insert import Row, issue_row
from pipelines.resolve.log import Address, Log

SILENT = frozenset({"rows_dropped", "block_rate", "exceptions", "replies_lost", "replies_few", "field_floor"})
"""Rules whose trouble no other issue tells."""
ALL, NEW = "全部", "最近一次新取到的"


def write_verdicts(
    conn: sqlite3.Connection, staging: sqlite3.Connection, log: Log, changed: Mapping[str, Issue]
) -> list[Row]:
    """Fill health and reasons of every site, behind its replies; returns the issues that this makes.

    `changed`: the templates that are not what they were.
    """
    entries = _ordered(log)
    codes, examples = _codes(staging)
    issues = []
    for key, site in log.sites.items():
        run = log.latest_run.get(key)
        latest = [entry for entry in entries(key) if entry.run == run]
        columns = [column_facts(staging, log, column.url) for column in site.columns]
        told: list[Trouble] = []
        if run is not None:
            told += _told(log, key, codes[key], examples[key])
            if key in changed:
                told.append(Trouble("template_changed", changed[key].message, "partial"))
            facts = _facts(conn, staging, log, key, latest, codes[key], examples[key])
            told += unmet(site.expect, facts)
        health, troubles = site_health(columns, None if run is None else _fetch_facts(latest), told)
        conn.execute(
            "update sites set health = ?, reasons = ?, rules = ? where key = ?",
            (
                health,
                "\n".join(one.message for one in troubles) or None,
                "\n".join(one.rule for one in troubles) or None,
                key,
            ),
        )
        issues += [
            issue_row(Issue(one.rule, one.message, "error"), None, None, key)
            for one in troubles
            if one.rule in SILENT
        ]
    return issues


def _ordered(log: Log) -> Callable[[str], Iterator[Address]]:
    """What the log knows of a site; to be asked in ascending order, so that one site at a time is held."""
    rest = log.by_site()
    ahead: list[tuple[str, Iterator[Address]]] = []

    def of(site: str) -> Iterator[Address]:
        for key, entries in chain([ahead.pop()] if ahead else [], rest):
            if key == site:
                yield from entries
            elif key > site:
                ahead.append((key, entries))
                return

    return of


def _told(log: Log, key: str, codes: Counter[str], examples: dict[str, str]) -> list[Trouble]:
    """Errors that the crawl itself reported, and pages in which nothing was recognised."""
    told = [
        Trouble("crawl_told", note.issue.message.replace("\n", " "), "partial")
        for note in log.notes.get(key, ())
        if note.issue.severity == "error"
    ]
    unread = sorted(code for code in UNREADABLE if codes[code])
    if unread:
        count = sum(codes[code] for code in unread)
        message = f"{count} 个网页读不出内容（模板不认识，或是乱码），例如 {examples[unread[0]]}"
        told.append(Trouble("template_unknown", message, "partial"))
    return told


def _codes(staging: sqlite3.Connection) -> tuple[dict[str, Counter[str]], dict[str, dict[str, str]]]:
    """Site → code → addresses with an error or warning of it, and one of them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    examples: dict[str, dict[str, str]] = defaultdict(dict)
    sql = (
        "select site, code, count(distinct address), min(url) from issues"
        " where site is not null and severity in ('error', 'warning')"
        # Of a page that no list calls a reply, that nothing was read in it is a warning only.
        " and (code not in (select value from json_each(?)) or (severity = 'error' and scope = 'page'))"
        " group by site, code order by site, code"
    )
    for site, code, count, url in staging.execute(sql, (json.dumps(sorted(UNREADABLE)),)):
        counts[site][code] = count
        examples[site][code] = url
    return counts, examples


def _facts(
    conn: sqlite3.Connection,
    staging: sqlite3.Connection,
    log: Log,
    key: str,
    latest: list[Address],
    codes: Counter[str],
    examples: dict[str, str],
) -> Facts:
    asked = [entry for entry in latest if entry.role in ("list", "detail", "continuation")]
    new = {entry.url for entry in latest if entry.first_ok_run == entry.run}
    coverage = _coverage(conn, key, new)
    return Facts(
        replies=coverage[0].replies,
        pages=sum(entry.role == "detail" for entry in asked),
        fetches=len(asked),
        blocked=sum(entry.outcome == "blocked" for entry in asked),
        codes=codes,
        example=examples,
        coverage=coverage,
        dropped=[_dropped(staging, log, column.url) for column in log.sites[key].columns],
    )


def _coverage(conn: sqlite3.Connection, key: str, new: set[str]) -> tuple[Coverage, Coverage]:
    """Over all replies of a site, and over those whose address was first got in its last crawl."""
    filled = ", ".join(f"coalesce({name}, '') <> ''" for name in REPLY_FIELDS)
    sql = f"select url, {filled} from replies where site = ?"  # noqa: S608 -- our own words
    everything, newest = [0] * (len(REPLY_FIELDS) + 1), [0] * (len(REPLY_FIELDS) + 1)
    for url, *has in conn.execute(sql, (key,)):
        for counts in (everything, newest) if url in new else (everything,):
            counts[0] += 1
            for place, one in enumerate(has, start=1):
                counts[place] += bool(one)
    return _counted(everything, ALL), _counted(newest, NEW)


def _counted(counts: list[int], what: str) -> Coverage:
    return Coverage(counts[0], dict(zip(REPLY_FIELDS, counts[1:], strict=True)), what)


def _dropped(staging: sqlite3.Connection, log: Log, url: str) -> Dropped:
    """A list is known by all its rows ever read; an address that the site itself took away is not missed."""
    ever = [
        address
        for (address,) in staging.execute("select address from list_rows where column_url = ?", (url,))
        if (entry := log.addresses.get(address)) is None or entry.outcome not in ABSENT
    ]
    now = set(wanted(staging, column_facts(staging, log, url)))
    return Dropped(url, len(ever), sum(address not in now for address in ever))


def _fetch_facts(latest: list[Address]) -> FetchFacts:
    """Last outcome of each address in the latest run of the site; an absent robots.txt is no trouble."""
    lists: dict[str, Outcome] = {}
    details: dict[str, Outcome] = {}
    for entry in latest:
        if entry.role == "list" or (entry.role == "robots" and entry.keeps_out):
            lists[entry.url] = entry.outcome
        elif entry.role in ("detail", "continuation"):
            details[entry.url] = entry.outcome
    return FetchFacts(lists, details)
