"""Columns against what the sites print, by column and by year, and what came of each site's pages in its last crawl."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pipelines.address import address_key, canonical, is_twin, url_date
from pipelines.check.docids import docid_of, off_curve
from pipelines.check.health import NO_ANSWER
from pipelines.check.reconcile import ColumnFacts, count_rows, differences, pinned
from pipelines.check.template import Seen, lost_labels, template_changed
from pipelines.declare import cluster
from pipelines.load.columns import listed
from pipelines.load.listed import Listed
from pipelines.models import Column, Issue
from pipelines.normalise.dates import read_row_date
from pipelines.resolve.insert import insert
from pipelines.resolve.log import FIRST_RUN_UNKNOWN, Address, Log
from pipelines.resolve.whole import ReplyOf

Row = dict[str, Any]
Told = tuple[Issue, str | None, str | None]
"""An issue, the address it is about, the site."""

PERMANENT = (301, 308)


def column_facts(staging: sqlite3.Connection, log: Log, url: str) -> ColumnFacts:
    """What a column prints and what its list pages have, as last read."""
    first = staging.execute(
        "select rows, page_count, total from list_pages where column_url = ? order by number limit 1", (url,)
    ).fetchone()
    rows, page_count, total = first or (0, None, None)
    declared = log.columns[url][1]
    known = listed(staging, url)
    if known.head_only:
        return _head_facts(url, known, declared, rows, total, page_count)
    found = listed_pages(staging, url, page_count)
    pages = [addresses for addresses, _ in found]
    return ColumnFacts(
        url=url,
        may_be_empty=declared.may_be_empty,
        pages_read=len(pages),
        first_rows=rows,
        rows_found=count_rows(pages),
        rows_refused=sum(refused for _, refused in found),
        printed_total=total,
        page_count=page_count,
        distinct=len({address for page in pages for address in page}),
        page_rows=tuple(len(page) - len(pinned(pages)) for page in pages),
        may_differ=declared.total_may_differ,
    )


def _head_facts(
    url: str, known: Listed, declared: Column, first_rows: int, total: int | None, page_count: int | None
) -> ColumnFacts:
    """Facts of a list of which only the head was read last: the rest is taken to stand where it stood."""
    rows = len(known.addresses)
    pages = -(-rows // known.page_rows) if known.page_rows else 1
    if page_count is not None and known.walked_on is not None:
        # The head agreed with what is known: the pages that the site prints are there.
        pages = page_count
    return ColumnFacts(
        url=url,
        may_be_empty=declared.may_be_empty,
        pages_read=pages,
        first_rows=first_rows,
        rows_found=rows + known.repeats,
        rows_refused=len(known.refused),
        printed_total=total,
        page_count=page_count,
        distinct=rows,
        may_differ=declared.total_may_differ,
    )


def listed_pages(
    staging: sqlite3.Connection, url: str, page_count: int | None
) -> list[tuple[list[str], int]]:
    """(addresses of the rows, number of refused ones at their end) of each list page in order. Pages beyond the last one
    that the site prints today are leftovers of a longer list."""
    return [
        (json.loads(addresses), refused)
        for addresses, refused in staging.execute(
            "select addresses, refused from list_pages"
            " where column_url = ?1 and (?2 is null or number < ?2) order by number",
            (url, page_count),
        )
    ]


def wanted(staging: sqlite3.Connection, facts: ColumnFacts) -> list[str]:
    """Different addresses on the declared hosts that the column lists today."""
    known = listed(staging, facts.url)
    if known.head_only:
        return [key for key in known.addresses if key not in known.refused]
    pages = listed_pages(staging, facts.url, facts.page_count)
    return list(dict.fromkeys(key for keys, refused in pages for key in keys[: len(keys) - refused]))


def unanswered(log: Log, addresses: list[str]) -> list[str]:
    """Those of the listed addresses of which nothing is known: not got, or not asked for. A twin is its original."""

    def answered(key: str) -> bool:
        entry = log.addresses.get(key)
        return entry is not None and entry.outcome not in NO_ANSWER and entry.outcome != "robots"

    return [key for key in addresses if not (answered(key) or (is_twin(key) and answered(canonical(key))))]


def column_row(staging: sqlite3.Connection, log: Log, facts: ColumnFacts) -> Row:
    """A row of `columns`; its replies are counted later."""
    site, column = log.columns[facts.url]
    total = facts.printed_total
    addresses = wanted(staging, facts)
    missing = unanswered(log, addresses)
    differ = any(issue.severity == "error" for issue in differences(facts))
    empty = facts.first_rows == 0 and not facts.may_be_empty
    return {
        "url": facts.url,
        "site": site,
        "holds": column.holds,
        "may_be_empty": int(column.may_be_empty),
        "total_may_differ": int(column.total_may_differ),
        "year": column.year,
        "printed_total": total,
        "page_count": facts.page_count,
        "pages_read": facts.pages_read,
        "rows_found": facts.rows_found,
        "rows_refused": facts.rows_refused,
        "documents": len(addresses),
        "documents_missing": len(missing),
        "replies": 0,
        "coverage": facts.rows_found * 100 // total if total else None,
        "reconciled": int(not (differ or missing or empty)) if facts.pages_read else None,
    }


def write_column_years(
    conn: sqlite3.Connection, staging: sqlite3.Connection, log: Log, reply_of: ReplyOf
) -> None:
    """What each column lists by year, and what came of it: by the date of the row, else by that of the address."""
    rows = enumerate(_column_years(staging, log, reply_of), 1)
    insert(conn, "column_years", ({"id": number, **row} for number, row in rows))


def _column_years(staging: sqlite3.Connection, log: Log, reply_of: ReplyOf) -> Iterator[Row]:
    for url in log.columns:
        facts = column_facts(staging, log, url)
        addresses = wanted(staging, facts)
        missing = set(unanswered(log, addresses))
        dates = dict(
            staging.execute("select address, date from list_rows where column_url = ?", (url,)).fetchall()
        )
        counts: dict[int | None, Counter[str]] = defaultdict(Counter)
        for address in addresses:
            count = counts[listed_year(dates.get(address), address, _fetched(log, address))]
            count["documents"] += 1
            count["documents_missing"] += address in missing
            count["replies"] += not is_twin(address) and reply_of.by_canonical(address) is not None
        for year in sorted(counts, key=lambda year: year or 0):
            yield {
                "column_url": url,
                "year": year,
                **{name: counts[year][name] for name in ("documents", "documents_missing", "replies")},
            }


def _fetched(log: Log, address: str) -> str | None:
    entry = log.addresses.get(address)
    return entry.fetched_at if entry else None


def listed_year(printed: str | None, address: str, latest: str | None) -> int | None:
    """Year of a row; None where neither list nor address has a full date that can be.

    >>> listed_year("24-09-02", "x/t1.shtml", None), listed_year("09-02", "x/t20230511_1000.shtml", None), listed_year(None, "x", None)
    (2024, 2023, None)
    """
    day = read_row_date(printed, latest=latest).day if printed else None
    day = day or url_date(address)
    return int(day[:4]) if day and not (latest and day > latest) else None


class Outcomes:
    """Addresses of each site's last crawl by what came of them; robots.txt is none of its pages."""

    def __init__(self, staging: sqlite3.Connection, log: Log) -> None:
        """One pass over the log."""
        unknown = {
            row[0] for row in staging.execute("select address from issues where code = 'template_unknown'")
        }
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self.latest: dict[str, str] = {}
        """Site → moment of its last answer."""
        for site, entries in log.by_site():
            if site not in log.sites:
                continue
            for entry in entries:
                self.latest[site] = max(entry.fetched_at, self.latest.get(site, ""))
                if entry.run == log.latest_run.get(site) and entry.role != "robots":
                    self._counts[site, entry.role, _refined(entry, unknown)] += 1

    def rows(self) -> Iterator[Row]:
        """Rows of `site_outcomes`."""
        for site, role, outcome in sorted(self._counts):
            count = self._counts[site, role, outcome]
            yield {"site": site, "role": role, "outcome": outcome, "addresses": count}


def _refined(entry: Address, unknown: set[str]) -> str:
    if entry.outcome == "ok" and entry.role == "detail" and address_key(entry.url) in unknown:
        return "template_unknown"
    if entry.outcome == "ok" and entry.unchanged:
        return "unchanged"
    if entry.outcome == "redirect" and entry.status in PERMANENT:
        return "moved"
    return entry.outcome


def column_issues(staging: sqlite3.Connection, log: Log) -> list[Told]:
    """Differences between what columns print and have."""
    return [
        (issue, url, log.columns[url][0])
        for url in log.columns
        for issue in differences(column_facts(staging, log, url))
    ]


def changed_templates(staging: sqlite3.Connection, log: Log) -> dict[str, Issue]:
    """Site → what its newer replies do not print any more."""
    rows = staging.execute(
        # A reply whose page was never got (its list has the text) says nothing of the template.
        "select pages.site, log.first_ok_run, (select group_concat(field) from (select field from field_sources f"
        " where f.address = replies.address and (source like 'cell:%' or source like 'line:%' or source like 'meta:%'"
        " or source = 'byline') order by field)), count(*)"
        " from replies join pages using (address) join temp.addresses log on log.key = replies.address"
        " where log.first_ok_run <> ? group by 1, 2, 3",
        (FIRST_RUN_UNKNOWN,),
    )
    seen: dict[str, list[Seen]] = defaultdict(list)
    for site, run, fields, count in rows:
        if site in log.sites:
            seen[site].append(Seen(run, frozenset((fields or "").split(",")), count))
    lost = {site: lost_labels(seen[site]) for site in sorted(seen)}
    return {site: template_changed(log.sites[site].name, names) for site, names in lost.items() if names}


def docid_issues(staging: sqlite3.Connection) -> Iterator[Told]:
    """Listed documents whose dates contradict their numbers, system by system."""
    sites = dict(
        staging.execute("select column_url, min(site) from list_pages group by column_url").fetchall()
    )
    staging.execute("create temp table points (system, docid integer, url, day integer, site)")
    staging.executemany("insert into temp.points values (?, ?, ?, ?, ?)", _points(staging, sites))
    # All hosts of a province may be one system, so numbers alone are held.
    systems = staging.execute("select distinct system from temp.points order by 1").fetchall()
    for (system,) in systems:
        numbers, docids, days = array("q"), array("q"), array("q")
        last = None
        for number, docid, url, day in staging.execute(
            "select rowid, docid, url, day from temp.points where system = ? order by docid, url, rowid",
            (system,),
        ):
            if url != last:
                numbers.append(number)
                docids.append(docid)
                days.append(day)
            last = url
        for place, issue in off_curve(docids, days):
            url, site = staging.execute(
                "select url, site from temp.points where rowid = ?", (numbers[place],)
            ).fetchone()
            yield issue, url, site
    staging.execute("drop table temp.points")


def _points(
    staging: sqlite3.Connection, sites: Mapping[str, str | None]
) -> Iterator[tuple[str, int, str, int, str | None]]:
    """(system, docid, address, day as a number, site)."""
    systems: dict[str, str] = {}
    for column, url, printed in staging.execute("select column_url, url, date from list_rows order by rowid"):
        docid = docid_of(url)
        if docid is None or column not in sites:
            continue
        day = url_date(url) or (read_row_date(printed).day if printed else None)
        if day is not None:
            host = url.partition("//")[2].partition("/")[0]
            if host not in systems:
                systems[host] = cluster(host)
            yield systems[host], docid, url, date.fromisoformat(day).toordinal(), sites[column]
