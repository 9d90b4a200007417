"""The canned queries: what each answers over the demonstration corpus, held against a count of our own in Python."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines import schema
from pipelines.publish.search import match_query
from tests.bench import large

Row = dict[str, Any]
Tables = dict[str, list[Row]]

QUERIES = {query.name: query for query in schema.QUERIES}
NEEDED = 20
LARGE = (
    "replies",
    "reply_html",
    "reply_proposals",
    "reply_agencies",
    "field_sources",
    "citations",
    "commitments",
)
"""Tables that grow with the corpus and whose rows are wide or many."""
WHOLE = {
    "waiting_time": "the longest of all need every pair of dates",
    "waiting_by_agency": "a median needs every pair of dates",
    "who_consults_whom": "every pair of agencies",
    "several_replies": "every proposal, over an index",
    "by_number": "numbers are compared without their zeros",
    "busiest_days": "every day, over an index",
}
"""Queries that look at every reply, and why."""


@pytest.fixture(scope="module")
def demo(demo_data: Path) -> Iterator[sqlite3.Connection]:
    with closing(_opened(demo_data / "corpus.db")) as conn:
        yield conn


@pytest.fixture(scope="module")
def tables(demo: sqlite3.Connection) -> Tables:
    names = [one.name for one in schema.TABLES]
    return {name: [dict(row) for row in demo.execute(f"select * from {name}")] for name in names}


@pytest.fixture(scope="module")
def middling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = large.build(tmp_path_factory.mktemp("questions") / "corpus.db", 300, 250)
    with closing(_opened(path)) as conn:
        yield conn


def _opened(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
    conn.create_function("escape_fts", 1, match_query, deterministic=True)
    conn.row_factory = sqlite3.Row
    return conn


def _ask(conn: sqlite3.Connection, name: str, **given: str) -> list[Row]:
    sql = QUERIES[name].sql
    blanks = dict.fromkeys(_parameters(sql), "")
    assert given.keys() <= blanks.keys()
    return [dict(row) for row in conn.execute(sql, blanks | given)]


def _parameters(sql: str) -> set[str]:
    return set(re.findall(r"(?<!:):(\w+)", sql))


def _most(values: list[Any]) -> Any:
    return Counter(one for one in values if one is not None).most_common(1)[0][0]


def _of_agency(tables: Tables) -> str:
    return str(_most([row["agency"] for row in tables["replies"]]))


def test_there_are_enough_and_each_is_described_in_chinese() -> None:
    assert len(QUERIES) == len(schema.QUERIES) >= NEEDED
    for query in schema.QUERIES:
        assert re.search("[一-鿿]", query.title), query.name
        assert len(query.description) >= 12, query.name
        assert re.search(r"\blimit \d+$", query.sql) or query.name in _SMALL, query.name


_SMALL = {
    *("by_number", "waiting_by_agency", "proposal_replies", "missing_in_session", "several_replies"),
    *("coverage", "sources", "word_by_year", "proposers_by_year"),
}
"""Bounded by what is asked for, or by the number of agencies, sessions or columns."""


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_blanks_that_nobody_filled_in_are_no_error_and_no_flood(demo: sqlite3.Connection, name: str) -> None:
    rows = _ask(demo, name)
    if {"agency", "policy", "words", "code", "url"} & _parameters(QUERIES[name].sql) and name != "vanished":
        assert rows == []


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_no_query_reads_every_reply_without_a_reason(middling: sqlite3.Connection, name: str) -> None:
    sql = QUERIES[name].sql
    given = {
        "words": "x",
        "year": "2024",
        "agency": "第3号",
        "policy": "第3项",
        "month": "2026-10",
        "number": "12",
    }
    blanks = dict.fromkeys(_parameters(sql), "") | {
        key: given[key] for key in given.keys() & _parameters(sql)
    }
    plan = [row[3] for row in middling.execute(f"explain query plan {sql}", blanks)]
    scanned = [step for step in plan if re.match(rf"SCAN (?:{'|'.join(LARGE)}|mine|lead|other)\b", step)]
    whole = [step for step in scanned if "COVERING INDEX" not in step and "VIRTUAL" not in step]
    assert (not whole) or name in WHOLE, whole


def _agency_by_year(tables: Tables) -> tuple[Row, list[Row]]:
    agency = _of_agency(tables)
    counted: dict[Any, Counter[bool]] = defaultdict(Counter)
    for row in tables["replies"]:
        if row["agency"] == agency:
            counted[row["session_year"]][row["document_type"] == "reply"] += 1
    return {"agency": agency}, [
        {"session_year": year, "replies": kinds[True], "opinions": kinds[False]}
        for year, kinds in sorted(counted.items(), key=lambda one: (one[0] is not None, one[0]), reverse=True)
    ]


def _agency_replies(tables: Tables) -> tuple[Row, list[Row]]:
    agency = _of_agency(tables)
    year = _most([row["session_year"] for row in tables["replies"] if row["agency"] == agency])
    found = [row for row in tables["replies"] if row["agency"] == agency and row["session_year"] == year]
    found.sort(key=lambda row: row["id"])
    found.sort(key=lambda row: row["published_at"] or "", reverse=True)
    return {"agency": agency, "year": str(year)}, [{"id": row["id"]} for row in found]


def _agency_partners(tables: Tables) -> tuple[Row, list[Row]]:
    leads = {"主办", "承办"}
    names = {row["id"]: row["name"] for row in tables["agencies"]}
    agency = _most([row["agency_id"] for row in tables["reply_agencies"] if row["role"] in leads])
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mine in tables["reply_agencies"]:
        for other in tables["reply_agencies"]:
            if mine["agency_id"] == agency and mine["reply_id"] == other["reply_id"]:
                leading, following = mine["role"] in leads, other["role"] not in leads
                if leading == following:
                    key = ("找它" if leading else "被找", str(names.get(other["agency_id"], other["name"])))
                    pairs[key].add(mine["reply_id"])
    ordered = sorted(pairs.items(), key=lambda one: (-len(one[1]), one[0][1]))
    ordered.sort(key=lambda one: one[0][0], reverse=True)
    return {"agency": names[agency]}, [
        {"direction": direction, "partner": partner, "documents": len(ids)}
        for (direction, partner), ids in ordered
    ]


def _agency_commitments(tables: Tables) -> tuple[Row, list[Row]]:
    agencies = {row["id"]: row["agency"] for row in tables["replies"]}
    agency = _most([agencies[row["reply_id"]] for row in tables["commitments"]])
    found = [row for row in tables["commitments"] if agencies[row["reply_id"]] == agency]
    found.sort(
        key=lambda row: (row["deadline"] is None, row["deadline"] or "", row["reply_id"], row["position"])
    )
    return {"agency": agency}, [{"sentence": row["sentence"], "deadline": row["deadline"]} for row in found]


def _policy_citers(tables: Tables) -> tuple[Row, list[Row]]:
    policy = max(tables["policies"], key=lambda row: row["replies"])
    ids = {row["reply_id"] for row in tables["citations"] if row["policy_id"] == policy["id"]}
    found = sorted((row for row in tables["replies"] if row["id"] in ids), key=lambda row: row["id"])
    found.sort(key=lambda row: row["published_at"] or "", reverse=True)
    assert len(found) == policy["replies"]
    return {"policy": policy["title"][:8]}, [{"id": row["id"], "policy": policy["title"]} for row in found]


def _with(tables: Tables, word: str) -> list[Row]:
    files: dict[str, str] = defaultdict(str)
    for row in tables["attachments"]:
        files[row["reply_id"]] += "\n" + (row["text"] or "")
    return [
        row
        for row in tables["replies"]
        if any(word in (text or "") for text in (row["title"], row["body_text"], files[row["id"]]))
    ]


def _word_by_year(tables: Tables) -> tuple[Row, list[Row]]:
    hits = Counter(row["session_year"] for row in _with(tables, "建设"))
    every = Counter(row["session_year"] for row in tables["replies"])
    years = sorted(hits, key=lambda year: (year is not None, year), reverse=True)
    return {"words": "建设"}, [
        {"session_year": year, "hits": hits[year], "replies": every[year]} for year in years
    ]


def _word_by_agency(tables: Tables) -> tuple[Row, list[Row]]:
    hits = Counter(row["agency"] for row in _with(tables, "建设"))
    return {"words": "建设"}, [
        {"agency": agency, "hits": count}
        for agency, count in sorted(hits.items(), key=lambda one: (-one[1], one[0]))
    ]


def _title_words(tables: Tables) -> tuple[Row, list[Row]]:
    found = sorted(
        (row for row in tables["replies"] if "会办" in (row["title"] or "")), key=lambda row: row["id"]
    )
    found.sort(key=lambda row: row["published_at"] or "", reverse=True)
    return {"words": "会办"}, [{"id": row["id"]} for row in found]


def _by_document_number(tables: Tables) -> tuple[Row, list[Row]]:
    row = min((row for row in tables["replies"] if row["document_number"]), key=lambda row: str(row["id"]))
    same = [one["id"] for one in tables["replies"] if one["document_number"] == row["document_number"]]
    return {"number": f" {row['document_number']} "}, [{"id": one} for one in sorted(same)]


def _by_address(tables: Tables) -> tuple[Row, list[Row]]:
    row = min(tables["reply_urls"], key=lambda row: (row["kind"] == "canonical", row["url"]))
    swapped = row["url"].replace("http://", "https://") if row["url"].startswith("http://") else row["url"]
    return {"url": swapped}, [{"id": row["reply_id"], "kind": row["kind"]}]


def _new_in_month(tables: Tables) -> tuple[Row, list[Row]]:
    month = _most([row["first_seen_at"][:7] for row in tables["replies"]])
    found = sorted(
        (row for row in tables["replies"] if row["first_seen_at"][:7] == month),
        key=lambda row: row["id"],
        reverse=True,
    )
    found.sort(key=lambda row: row["first_seen_at"], reverse=True)
    return {"month": month}, [{"id": row["id"]} for row in found]


def _busiest_days(tables: Tables) -> tuple[Row, list[Row]]:
    days = Counter(row["published_at"][:10] for row in tables["replies"] if row["published_at"])
    ordered = sorted(days.items(), key=lambda one: (-one[1], one[0]))
    return {}, [{"published_at": day, "replies": count} for day, count in ordered]


def _only_opinions(tables: Tables) -> tuple[Row, list[Row]]:
    kinds = defaultdict(set)
    types = {row["id"]: row["document_type"] for row in tables["replies"]}
    for row in tables["reply_proposals"]:
        kinds[row["proposal_id"]].add(types[row["reply_id"]])
    found = [row for row in tables["proposals"] if kinds[row["id"]] == {"co_handling_opinion"}]
    found.sort(key=lambda row: row["id"])
    found.sort(key=lambda row: row["session_year"] or 0, reverse=True)
    return {}, [{"proposal": row["id"]} for row in found]


def _proposers_by_year(tables: Tables) -> tuple[Row, list[Row]]:
    counted = Counter((row["session_year"], row["body"], row["proposer_kind"]) for row in tables["proposals"])
    return {}, [
        {"session_year": year, "body": body, "proposer_kind": kind, "proposals": count}
        for (year, body, kind), count in counted.items()
    ]


def _grades_by_year(tables: Tables) -> tuple[Row, list[Row]]:
    places = {row["code"]: row["name"] for row in tables["places"]}
    counted = Counter(
        (row["session_year"], row["grade"])
        for row in tables["proposals"]
        if row["grade"] and places[row["place"]] == "湖北省"
    )
    return {"place": "湖北"}, [
        {"place": "湖北省", "session_year": year, "grade": grade, "proposals": count}
        for (year, grade), count in sorted(counted.items(), key=lambda one: (-(one[0][0] or 0), one[0][1]))
    ]


def _issues_of_kind(tables: Tables) -> tuple[Row, list[Row]]:
    code = _most([row["code"] for row in tables["issues"]])
    return {"code": code}, [{"url": row["url"]} for row in tables["issues"] if row["code"] == code]


def _several_replies(tables: Tables) -> tuple[Row, list[Row]]:
    counted = Counter(row["proposal_id"] for row in tables["reply_proposals"] if row["proposal_id"])
    return {}, [
        {"id": proposal, "replies": count}
        for proposal, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
        if count > 1
    ]


def _by_number(tables: Tables) -> tuple[Row, list[Row]]:
    number = min(row["number"] for row in tables["reply_proposals"] if row["number"])
    wanted = {
        row["reply_id"]
        for row in tables["reply_proposals"]
        if (row["number"] or "").lstrip("0") == number.lstrip("0")
    }
    found = sorted((row for row in tables["replies"] if row["id"] in wanted), key=lambda row: row["id"])
    found.sort(key=lambda row: row["session_year"] or 0, reverse=True)
    return {"number": f"0{number}"}, [{"id": row["id"]} for row in found]


def _co_handling(tables: Tables) -> tuple[Row, list[Row]]:
    ids = defaultdict(list)
    for row in tables["reply_agencies"]:
        if row["role"] in ("会办", "协办"):
            ids[row["name"]].append(row["reply_id"])
    ordered = sorted(ids.items(), key=lambda one: (-len(one[1]), one[0]))
    return {}, [{"name": name, "times": len(of), "replies": len(set(of))} for name, of in ordered]


def _search(tables: Tables) -> tuple[Row, list[Row]]:
    return {"words": "建设"}, [{"id": row["id"]} for row in _with(tables, "建设")]


def _waiting_time(tables: Tables) -> tuple[Row, list[Row]]:
    both = [row for row in tables["replies"] if row["signed_on"] and row["published_at"]]
    return {}, [{"id": row["id"]} for row in both]


def _commitments_due(tables: Tables) -> tuple[Row, list[Row]]:
    year = _most([row["deadline"][:4] for row in tables["commitments"] if row["deadline"]])
    found = [row for row in tables["commitments"] if (row["deadline"] or "")[:4] == year]
    found.sort(key=lambda row: (row["deadline"], row["reply_id"], row["position"]))
    return {"year": year}, [{"sentence": row["sentence"]} for row in found]


def _most_cited(tables: Tables) -> tuple[Row, list[Row]]:
    ordered = sorted(tables["policies"], key=lambda row: (-row["replies"], -row["citations"], row["id"]))
    return {}, [{"id": row["id"]} for row in ordered[:200]]


def _sources(tables: Tables) -> tuple[Row, list[Row]]:
    reply = _most([row["reply_id"] for row in tables["field_sources"]])
    found = sorted(
        (row for row in tables["field_sources"] if row["reply_id"] == reply), key=lambda row: row["field"]
    )
    return {"id": reply}, [{"field": row["field"], "source": row["source"]} for row in found]


ORACLES: dict[str, Callable[[Tables], tuple[Row, list[Row]]]] = {
    name.removeprefix("_"): oracle
    for name, oracle in globals().items()
    if name.startswith("_") and name.removeprefix("_") in QUERIES
}
"""Query → what to fill in, and some columns of what must come out."""
UNORDERED = {"search", "waiting_time", "proposers_by_year"}
ELSEWHERE = {
    "waiting_by_agency": "test_agencies.py",
    "who_consults_whom": "test_agencies.py",
    "proposal_replies": "tests/pipelines/resolve",
    "missing_in_session": "tests/pipelines/resolve",
    "coverage": "the demonstration corpus has one row a column",
    "changed": "nothing changes in one run; below, over a corpus made for it",
    "changed_in_month": "as above",
    "vanished": "as above",
}


def test_every_query_is_tested_for_its_result() -> None:
    assert ORACLES.keys() | ELSEWHERE.keys() == QUERIES.keys()


@pytest.mark.parametrize("name", sorted(ORACLES))
def test_a_query_says_what_the_tables_say(demo: sqlite3.Connection, tables: Tables, name: str) -> None:
    given, expected = ORACLES[name](tables)
    assert expected, "the demonstration corpus has nothing to count here"
    rows = [{key: row[key] for key in expected[0]} for row in _ask(demo, name, **given)]
    if name in UNORDERED:
        rows, expected = (sorted(some, key=str) for some in (rows, expected))
    assert rows == expected


def test_an_agency_is_found_by_a_former_or_short_name() -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.row_factory = sqlite3.Row
        schema.create(conn)
        large.insert(conn, "agencies", [{"id": "420000-kjt", "name": "湖北省科学技术厅"}])
        names = (("湖北省科学技术厅", "canonical"), ("省科技厅", "short"), ("湖北省科学技术委员会", "former"))
        rows = [{"agency_id": "420000-kjt", "name": name, "kind": kind} for name, kind in names]
        large.insert(conn, "agency_names", rows)
        large.insert(
            conn,
            "replies",
            [
                {"id": "r1", "search_id": 1, "agency": "湖北省科学技术厅"},
                {"id": "r2", "search_id": 2, "agency": "名录里没有的单位"},
            ],
        )
        for words in ("省科技厅", "技术委员会", " 科学技术厅 "):
            assert [row["id"] for row in _ask(conn, "agency_replies", agency=words)] == ["r1"], words
        assert [row["id"] for row in _ask(conn, "agency_replies", agency="名录里没有的单位")] == ["r2"]
        assert _ask(conn, "agency_replies", agency=" ") == []


def test_what_changed_in_a_month(middling: sqlite3.Connection) -> None:
    rows = _ask(middling, "changed_in_month", month="2026-11")
    changed = middling.execute(
        "select count(*) from revisions where number > 1 and substr(fetched_at, 1, 7) = '2026-11'"
    ).fetchone()[0]
    gone = middling.execute(
        "select count(*) from reply_events where substr(happened_at, 1, 7) = '2026-11'"
    ).fetchone()[0]
    assert Counter(row["kind"] for row in rows) == Counter({"修改": changed, "撤下": gone}) - Counter()
    assert {row["happened_on"][:7] for row in rows} == {"2026-11"}
    assert _ask(middling, "changed_in_month", month="2031-01") == []
    assert len(_ask(middling, "changed")) == 6
    assert [row["id"] for row in _ask(middling, "vanished")] == ["r00000000003", "r00000000203"]
    assert _ask(middling, "vanished", agency="没有这个机关") == []
