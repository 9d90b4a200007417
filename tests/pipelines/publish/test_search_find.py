"""Hits, their order, their facets and what is suggested instead, against plain SQL and LIKE."""

from __future__ import annotations

import random
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from pipelines.publish import search as engine
from pipelines.publish.search import FACETS, NONE, Search, absent, find, hints, named
from tests.pipelines.publish import synthetic

MODULE = sys.modules["pipelines.publish.search.find"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = synthetic.build(tmp_path_factory.mktemp("find") / "corpus.db", replies=90, seed=3)
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        yield conn


def like(conn: sqlite3.Connection, run: str, more: str = "1") -> dict[str, sqlite3.Row]:
    sql = f"select * from replies where (title like ?1 or body_text like ?1) and {more}"
    return {row["id"]: row for row in conn.execute(sql, (f"%{run}%",))}


def everything(conn: sqlite3.Connection, search: Search) -> list[str]:
    """Ids of all pages in order."""
    first = find(conn, search)
    pages = [find(conn, replace(search, page=number)).ids for number in range(1, first.pages + 1)]
    return [key for ids in pages for key in ids]


def test_nothing_is_found_for_nonsense_and_nothing_is_suggested(corpus: sqlite3.Connection) -> None:
    for words in ("龘靐齉", "，", "-科技", "", "qqqzzz", '"'):
        found = find(corpus, Search(words))
        assert (found.total, found.ids, found.facets, found.pages) == (0, (), {}, 0), words
        assert hints(corpus, Search(words)) == [], words
    assert absent(corpus, Search("龘靐齉 科技")) == ["龘靐齉"]


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_the_pages_together_are_the_hits(corpus: sqlite3.Connection, sort: Any) -> None:
    for run in ("科技成果", "电梯", "充电桩布局", "提案"):
        ids = everything(corpus, Search(run, sort=sort, size=7))
        assert len(ids) == len(set(ids))
        assert set(ids) == set(like(corpus, run)), run


def test_newest_first_and_what_has_no_date_last(corpus: sqlite3.Connection) -> None:
    rows = like(corpus, "科技")
    wanted = sorted(
        rows, key=lambda key: (rows[key]["published_at"] or "", rows[key]["search_id"]), reverse=True
    )
    assert everything(corpus, Search("科技", sort="date", size=9)) == wanted
    for page in (1, 2):
        alone = find(corpus, Search("科技", sort="date", size=9, page=page), facets=False)
        assert (list(alone.ids), alone.total, alone.facets) == (
            wanted[9 * page - 9 : 9 * page],
            min(len(wanted), engine.COUNTED),
            {},
        )
    chosen = Search("科技", sort="date", chosen={"type": ["reply"]})
    assert find(corpus, chosen, facets=False).ids == find(corpus, chosen).ids


def test_a_hit_in_the_title_comes_before_one_in_the_text(corpus: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        corpus.backup(conn)
        conn.execute("update replies set title = '引导社会力量' where id = 'r00000000040'")
        conn.execute("update replies set body_text = '引导社会力量参与' where id = 'r00000000041'")
        engine.build(conn)
        assert find(conn, Search("引导社会力量")).ids[0] == "r00000000040"


def test_too_many_hits_are_cut_and_the_cut_is_told(
    corpus: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_date = everything(corpus, Search("答复", sort="date"))
    assert len(by_date) > 60
    monkeypatch.setattr(MODULE, "BOUND", 12)
    monkeypatch.setattr(MODULE, "COUNTED", 31)
    alone = find(corpus, Search("答复", sort="date"), facets=False)
    assert (list(alone.ids), alone.total, alone.more) == (by_date[:20], 31, True)
    found = find(corpus, Search("答复"))
    assert (found.total, found.counted, found.search.sort) == (len(by_date), 12, "date")
    assert all(sum(one.hits for one in counts) == 12 for counts in found.facets.values())
    assert everything(corpus, Search("答复", size=11)) == by_date
    assert find(corpus, Search("答复", page=400)).ids == ()


def test_a_single_character_is_not_ranked(corpus: sqlite3.Connection) -> None:
    found = find(corpus, Search("梯"))
    assert found.search.sort == "date"
    assert found.total == len(like(corpus, "梯"))


def test_facets_count_every_hit_once(corpus: sqlite3.Connection) -> None:
    rows = like(corpus, "电梯")
    found = find(corpus, Search("电梯"))
    assert found.counted == found.total == len(rows)
    for name, column in FACETS.items():
        expected = Counter(row[column] for row in rows.values())
        assert {one.value: one.hits for one in found.facets[name]} == dict(expected), name
        if name != "year":
            assert [one.hits for one in found.facets[name]] == sorted(expected.values(), reverse=True)
    years = [one.value for one in found.facets["year"]]
    assert years == sorted((year for year in years if year), key=int, reverse=True) + [None] * (None in years)


def test_a_choice_narrows_the_hits_to_what_the_facet_said(corpus: sqlite3.Connection) -> None:
    found = find(corpus, Search("电梯"))
    several = 0
    for name, counts in found.facets.items():
        for one in counts:
            chosen = {name: (NONE if one.value is None else str(one.value),)}
            assert find(corpus, Search("电梯", chosen=chosen)).total == one.hits, chosen
            several += 1
    assert several > 10
    two = find(corpus, Search("电梯", chosen={"year": ("2019", NONE), "body": ("政协",)}))
    assert set(two.ids) == set(
        like(corpus, "电梯", "body = '政协' and (session_year = 2019 or session_year is null)")
    )
    assert find(corpus, Search("电梯", chosen={"agency": ("' or 1=1 --",)})).total == 0


def test_traditional_characters_are_simplified_only_when_nothing_holds_them(
    corpus: sqlite3.Connection,
) -> None:
    found = find(corpus, Search("老舊小區"))
    assert (found.converted, found.search.words) == (True, "老旧小区")
    assert found.total == len(like(corpus, "老旧小区")) > 0
    assert not find(corpus, Search("龘靐齉舊")).converted
    with closing(sqlite3.connect(":memory:")) as conn:
        corpus.backup(conn)
        conn.row_factory = sqlite3.Row
        conn.execute(
            "update replies set title = '關於老舊小區', session_year = 2031 where id = 'r00000000040'"
        )
        engine.build(conn)
        found = find(conn, Search("老舊小區"))
        assert (found.converted, found.ids) == (False, ("r00000000040",))
        # It is somewhere, though not in that year.
        found = find(conn, Search("老舊小區", chosen={"year": ("2020",)}))
        assert (found.converted, found.total) == (False, 0)


def test_every_suggestion_brings_what_it_says(corpus: sqlite3.Connection) -> None:
    asked = [
        Search("电梯 龘靐齉"),
        Search("老旧小区加装电梯和农村饮水安全"),
        Search("财政资金", in_title=True),
        Search("电梯", chosen={"year": ("1999",)}),
        Search("电梯 -答复"),
        Search("标题:充电桩 电梯"),
        Search("湖北省科学技术厅龘"),
    ]
    for search in asked:
        assert find(corpus, search).total == 0, search
        found = hints(corpus, search)
        assert found, search
        for hint in found:
            assert find(corpus, hint.search).total == hint.hits > 0, hint
    texts = [str(one.search.query) for one in hints(corpus, asked[1])]
    assert texts[0] == "老旧小区加装电梯 农村饮水安全"


def test_what_a_query_names_is_found_by_its_number(corpus: sqlite3.Connection) -> None:
    assert named(corpus, "r00000000003") == []  # no id of ours has a 0 or a 1
    assert named(corpus, "第004号提案") == named(corpus, "4") == [("proposals", "p00000000003")]
    number = "鄂科函〔2021〕3号"
    [reply] = corpus.execute("select id from replies where document_number = ?", (number,)).fetchone()
    assert named(corpus, "鄂科函[2021]03号") == [("replies", reply)]
    [key, index] = corpus.execute(
        "select id, index_number from replies where index_number is not null"
    ).fetchone()
    assert named(corpus, index) == [("replies", key)]
    for words in ("", "电梯", "99999", "r" * 90, "' or 1", "第4号 提案", "鄂科函〔2021〕3号和别的"):
        assert named(corpus, words) == [], words


def test_random_searches_equal_like(corpus: sqlite3.Connection) -> None:
    chance = random.Random(4)
    texts = [row[0] for row in corpus.execute("select body_text from replies")]
    for _ in range(60):
        runs = [run for run in re.split(r"\W+", chance.choice(texts)) if run.isalpha()]
        if len(runs) < 2:
            continue
        one, other = (run[: chance.randint(2, 6)] for run in chance.sample(runs, 2))
        found = find(corpus, Search(f'"{one}" -{other}', size=200))
        assert set(found.ids) == set(like(corpus, one)) - set(like(corpus, other)), (one, other)


def test_sorting_and_counting_do_not_touch_the_rows_of_replies(corpus: sqlite3.Connection) -> None:
    asked: list[str] = []
    with closing(sqlite3.connect(":memory:")) as conn:
        corpus.backup(conn)
        conn.row_factory = sqlite3.Row
        conn.execute(
            "analyze"
        )  # as publish does; without it SQLite takes the unique index, which costs three times as much
        conn.set_trace_callback(asked.append)
        find(conn, Search("电梯", sort="date"))
        find(conn, Search("电梯"))
        conn.set_trace_callback(None)
        large = [sql for sql in asked if "cross join replies" in sql]
        # The newest come from the end of the index; their counts, and the order by relevance with its counts, do not.
        assert len(large) == 3
        for sql in large:
            plan = [row[3] for row in conn.execute(f"explain query plan {sql}")]
            assert any("replies USING COVERING INDEX" in step for step in plan), plan
