"""What a crawl owed us against what is in the corpus; every difference is a line that says which site and what."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.address import canonical
from scraper.demo.answers import Answer
from scraper.demo.render import twin_of
from scraper.demo.verify import compare
from tests.gov.town import Place
from tests.gov.trouble import Expected

ROLES = ("list", "detail", "continuation")


@dataclass(frozen=True, slots=True)
class Case:
    """A site and what is expected of it."""

    place: Place
    expected: Expected


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted over some sites."""

    expected: int
    """Replies that the declarations contain and that can be had."""
    found: int
    wrong: tuple[str, ...]


def path_of(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def judge(corpus: Path, cases: Sequence[Case], result: Mapping[str, Any]) -> Counted:
    """Hold the corpus and the result of the crawl against the expectations."""
    with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        wrong: list[str] = []
        expected = found = 0
        for case in cases:
            made = case.place.made
            wanted, got, problems = _replies(conn, case)
            expected, found = expected + wanted, found + got
            problems += _outcomes(conn, case)
            problems += _codes(conn, case)
            problems += _told(conn, case)
            problems += _exit(conn, case, result["sites"][made.key])
            wrong += [f"{made.key}: {problem}" for problem in problems]
    return Counted(expected, found, tuple(wrong))


def _replies(conn: sqlite3.Connection, case: Case) -> tuple[int, int, list[str]]:
    """(expected, found and right, problems)."""
    made, expected = case.place.made, case.expected
    problems: list[str] = []
    wanted: set[str] = set()
    right = 0
    for answer in made.answers():
        path = path_of(answer.url)
        if answer.document_type not in ("reply", "co_handling_opinion"):
            problems += [str(item) for item in _differences(conn, answer, case)]
            continue
        if path in expected.lost:
            continue
        url = f"http://{made.host}{expected.elsewhere.get(path, path)}"
        wanted.add(canonical(url))
        answer = replace(answer, url=url, values=answer.values | dict(expected.says.get(path, {})))
        different = [str(item) for item in compare(conn, answer) if item.wanted != item.found]
        problems += different
        right += not different
    have = {
        canonical(row["url"]) for row in conn.execute("select url from replies where site = ?", (made.key,))
    }
    problems += [f"a reply that nobody wrote: {url}" for url in sorted(have - wanted)]
    return len(wanted), right, problems


def _differences(conn: sqlite3.Connection, answer: Answer, case: Case) -> Iterator[Any]:
    """Of a page that is no reply: nothing where it could not be had."""
    path = path_of(answer.url)
    if path in case.expected.outcomes or path in case.expected.unasked:
        return
    yield from (item for item in compare(conn, answer) if item.wanted != item.found)


def _outcomes(conn: sqlite3.Connection, case: Case) -> list[str]:
    host, expected = case.place.made.host, case.expected
    rows = conn.execute("select url, role, outcome from pages where site = ?", (case.place.made.key,))
    have = {path_of(row["url"]): row["outcome"] for row in rows if row["role"] in ROLES}
    problems = []
    for path, outcome in expected.outcomes.items():
        if have.get(path) != outcome:
            problems.append(f"{path} is {have.get(path)}, not {outcome}")
    for path, outcome in have.items():
        if path not in expected.outcomes and outcome != "ok":
            problems.append(f"{path} is {outcome}, not ok")
    problems += [f"{path} was asked for" for path in sorted(expected.unasked) if case.place.hits[path]]
    for outcome in ("blocked", "refused"):
        count = sum(found == outcome for found in have.values())
        if count != expected.count(outcome):
            problems.append(f"{host}: {count} {outcome}, not {expected.count(outcome)}")
    return problems


def _codes(conn: sqlite3.Connection, case: Case) -> list[str]:
    made = case.place.made
    found = {row[0] for row in conn.execute("select distinct code from issues where site = ?", (made.key,))}
    wanted = set(case.expected.codes | made.kind.codes)
    return [f"issues {sorted(found)}, not {sorted(wanted)}"] if found != wanted else []


def _told(conn: sqlite3.Connection, case: Case) -> list[str]:
    """No reply is lost without a word: an issue about its page, its list or its site."""
    made = case.place.made
    rows = conn.execute("select url, severity from issues where site = ?", (made.key,)).fetchall()
    pages = {path_of(row["url"]) for row in rows if row["url"]}
    about = {path_of(row["url"]) if row["url"] else None for row in rows if row["severity"] != "info"}
    lists = {path_of(column.url) for column in made.columns}
    folders = tuple(path.rpartition("/")[0] + "/" for path in lists)
    of_lists = {
        path
        for path in about
        if path and path.startswith(folders) and path.count("/") <= max(f.count("/") for f in folders)
    }
    general = None in about or bool(of_lists) or "/robots.txt" in about
    return [
        f"{path} was lost without an issue"
        for path in sorted(case.expected.lost)
        if not general and path not in pages and twin_of(path) not in pages
    ]


def _exit(conn: sqlite3.Connection, case: Case, result: Mapping[str, Any]) -> list[str]:
    health, reasons = conn.execute(
        "select health, reasons from sites where key = ?", (case.place.made.key,)
    ).fetchone()
    good = bool(result["complete"]) and health == "ok"
    if good == case.expected.ok:
        return []
    return [f"{'good' if good else 'bad'} at the end ({health}: {reasons}; {result['complete']})"]
