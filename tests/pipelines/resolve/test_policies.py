"""Mentions of policies become one row a policy, whatever the order; what is in doubt stays apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pipelines import schema
from pipelines.archive import Archive
from pipelines.models import Citation, Commitment
from pipelines.publish.build import publish
from pipelines.resolve.policies import Key, policies_of
from tests.pipelines.load.make import item
from tests.pipelines.resolve.chain import crawl

NUMBER, OTHER = "江政发〔2023〕1号", "江政发〔2024〕2号"


def groups(*mentions: Key) -> list[set[Key]]:
    found = policies_of(mentions)
    by_id: dict[str, set[Key]] = {}
    for key, policy in found.items():
        by_id.setdefault(policy.id, set()).add(key)
    return sorted(by_id.values(), key=lambda keys: sorted(map(str, keys)))


def test_a_title_without_subject_is_nobodys() -> None:
    assert groups(("实施方案", None), ("意见", None)) == []


def test_two_numbers_are_two_policies_and_the_bare_title_is_neither() -> None:
    assert len(groups(("甲县节水办法", NUMBER), ("甲县节水办法", OTHER), ("甲县节水办法", None))) == 3


def test_titles_that_differ_under_one_number_stay_apart() -> None:
    assert len(groups(("甲县节水办法", NUMBER), ("乙县停车细则", NUMBER), (None, NUMBER))) == 3


@pytest.mark.parametrize(
    "mentions",
    [
        (("甲县节水办法", NUMBER), ("甲县节水办法", None), (None, NUMBER)),
        (("甲县政府关于节水的意见", NUMBER), ("关于节水的意见", NUMBER), ("关于节水的意见", None)),
        (("甲县节水办法", None),),
        (("意见", NUMBER), (None, NUMBER)),
    ],
)
def test_mentions_of_one_policy_in_any_order(mentions: tuple[Key, ...]) -> None:
    ids = {frozenset(policy.id for policy in policies_of(order).values()) for order in permutations(mentions)}
    assert len(ids) == 1
    assert len(next(iter(ids))) == 1
    assert groups(*mentions) == [set(mentions)]


def test_a_numbered_policy_keeps_its_id_when_another_form_of_its_title_turns_up() -> None:
    first = policies_of([(None, NUMBER)])[None, NUMBER].id
    later = policies_of([("甲县节水办法", NUMBER), ("节水办法", NUMBER)])["节水办法", NUMBER].id
    assert first == later
    assert len(first) == 12
    assert first[0] == "d"


def cite(title: str | None, number: str | None = None, rule: str = "citations.title") -> Citation:
    return Citation(1, 0, f"《{title}》", title, title, number, rule)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    promise = Commitment(2, 4, "我厅将于2026年底前完成。", "2026-12-31", "2026年底前", "commitments.will")
    later = Commitment(3, 0, "力争三年内见效。", None, "三年内", "commitments.strive")
    crawl(
        tmp_path,
        [
            item(
                1,
                citations=(cite("甲县节水办法", NUMBER), cite("甲县节水办法")),
                commitments=(promise, later),
            ),
            item(2, citations=(cite("甲县节水办法"), cite("实施方案"))),
            item(3, citations=(cite("甲县停车细则"),)),
        ],
    )
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        publish(tmp_path, archive)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        yield conn


def query(conn: sqlite3.Connection, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
    sql = next(query.sql for query in schema.QUERIES if query.name == name)
    return conn.execute(sql, parameters).fetchall()


def test_policies_cited_most(corpus: sqlite3.Connection) -> None:
    assert [row[1:] for row in query(corpus, "most_cited")] == [
        ("甲县节水办法", NUMBER, 2, 3),
        ("甲县停车细则", None, 1, 1),
    ]
    assert corpus.execute("select title from citations where policy_id is null").fetchall() == [("实施方案",)]


def test_commitments_due_in_a_year(corpus: sqlite3.Connection) -> None:
    [row] = query(corpus, "commitments_due", year="2026")
    assert row[:3] == ("2026-12-31", "2026年底前", "我厅将于2026年底前完成。")
    assert query(corpus, "commitments_due", year="2025") == []
    assert corpus.execute("select count(*) from commitments where deadline is null").fetchone() == (1,)
