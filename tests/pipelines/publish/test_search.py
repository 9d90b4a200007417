"""Search against its oracle: LIKE over title, text and attachments."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import schema
from pipelines.publish.search import build, excerpt, index_text, match_query, problems
from pipelines.publish.search.words import segments

HAN = "科技创新提案答复省厅〇々龥㐀\U00020000\U00020001\U0002a6d6\U00030000\uf900⼀⺀"
OTHER = "，。、；：“”《》〔〕（）-—·_* \u3000\n\n\tabZ9２Ｂ①é\u0301\ufe0f\u200b🙂\ue000"


def make(
    texts: list[tuple[str | None, str | None]], files: dict[int, list[str | None]] | None = None
) -> sqlite3.Connection:
    """A corpus of titles and texts, numbered from 1, with the texts of attachments by number."""
    conn = sqlite3.connect(":memory:")
    schema.create(conn)
    conn.executemany(
        "insert into replies(id, title, document_type, co_handlers, url, body_chars, search_id, body_text)"
        " values (?, ?, 'reply', '[]', '', 0, ?, ?)",
        ((f"r{number}", title, number, body) for number, (title, body) in enumerate(texts, start=1)),
    )
    conn.executemany(
        "insert into attachments(reply_id, position, name, text) values (?, ?, '附件', ?)",
        (
            (f"r{number}", position, text)
            for number, some in (files or {}).items()
            for position, text in enumerate(some, start=1)
        ),
    )
    build(conn)
    return conn


def found(conn: sqlite3.Connection, words: str) -> set[int]:
    sql = "select rowid from replies_fts where replies_fts match ?"
    return {row[0] for row in conn.execute(sql, (match_query(words),))}


def like(conn: sqlite3.Connection, run: str) -> set[int]:
    sql = (
        "select search_id from replies where title like '%'||?1||'%' or body_text like '%'||?1||'%'"
        " or exists (select 1 from attachments where reply_id = replies.id and text like '%'||?1||'%')"
    )
    return {row[0] for row in conn.execute(sql, (run,))}


@pytest.fixture(scope="module")
def corpus() -> Iterator[sqlite3.Connection]:
    chance = random.Random(20240133)
    texts: list[tuple[str | None, str | None]] = []
    for _ in range(300):
        body = "".join(
            chance.choice(HAN) if chance.random() < 0.8 else chance.choice(OTHER)
            for _ in range(chance.randint(0, 120))
        )
        title = "".join(chance.choice(HAN + "，2") for _ in range(chance.randint(0, 12)))
        texts.append((title, body))
    texts.extend(((None, None), (None, "科"), ("技", None)))
    files: dict[int, list[str | None]] = {
        number: [
            None,
            *("".join(chance.choice(HAN + "，\n2") for _ in range(chance.randint(0, 40))) for _ in range(2)),
        ]
        for number in range(1, 304, 3)
    }
    conn = make(texts, files)
    yield conn
    conn.close()


def test_nothing_is_found_for_what_holds_no_word(corpus: sqlite3.Connection) -> None:
    for words in ("", "  ", "，。", '"', "***", "()", "🙂", "\u0301", "\ue000", "\uf8ff", "_", "\x00", None):
        assert corpus.execute(
            "select count(*) from replies_fts where replies_fts match ?", (match_query(words),)
        ).fetchone() == (0,), repr(words)


def test_a_nonsense_word_finds_nothing(corpus: sqlite3.Connection) -> None:
    assert found(corpus, "鬱鬯鬰") == found(corpus, "zzzz") == set()


def test_search_equals_like_on_runs_of_the_corpus(corpus: sqlite3.Connection) -> None:
    chance = random.Random(7)
    hits = 0
    for _ in range(1500):
        run = "".join(chance.choice(HAN) for _ in range(chance.choice((1, 2, 2, 3, 4))))
        if chance.random() < 0.7:  # taken from a text, so that long runs are found too
            text = chance.choice(
                corpus.execute(
                    "select title, body_text from replies union all select name, text from attachments"
                ).fetchall()
            )
            runs = [
                piece
                for piece in "".join(char if char in HAN else " " for char in f"{text[0]} {text[1]}").split()
                if piece
            ]
            if runs:
                source = chance.choice(runs)
                start = chance.randrange(len(source))
                run = source[start : start + chance.randint(1, 8)]
        assert found(corpus, run) == like(corpus, run), run
        hits += bool(like(corpus, run))
    assert hits > 900


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=HAN[:8] + OTHER, max_size=30), st.text(alphabet=HAN[:8], min_size=1, max_size=4))
def test_search_equals_like_on_any_text(text: str, run: str) -> None:
    conn = make([(None, text), (text[:5], None)])
    assert found(conn, run) == like(conn, run)
    conn.close()


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=HAN + OTHER + "\uf8f0\uf8f1\ud800", max_size=30))
def test_the_words_of_the_index_are_the_pairs_and_the_last_of_each_run(text: str) -> None:
    wanted = []
    for run, is_han in segments(text):
        wanted += [*(run[at : at + 2] for at in range(len(run) - 1)), run[-1]] if is_han else [run]
    assert index_text(text).split() == wanted


def test_a_run_is_not_found_across_punctuation_paragraphs_or_marks() -> None:
    conn = make([("科，技", "科\n技 科技\u0301创科 技科2技"), ("科", "技")])
    assert found(conn, "科技创") == set()
    assert found(conn, "科技") == {1}
    assert found(conn, "技科") == {1}
    assert found(conn, "创科") == {1}
    assert found(conn, "科") == {1, 2}


def test_a_run_is_not_found_across_files_nor_from_the_text_into_a_file() -> None:
    conn = make([("科", "技"), (None, None)], {1: ["创", None, "新"], 2: ["科技创新"]})
    assert found(conn, "技创") == found(conn, "创新") == {2}
    assert found(conn, "科 新") == {1, 2}
    conn.execute("update attachments set text = '别的' where reply_id = 'r2'")
    assert [line.split("：")[0] for line in problems(conn)] == ["检索索引已过时"]


def test_words_and_numbers_match_whole_and_in_any_case() -> None:
    conn = make([("鄂科函〔2024〕12号", "5G网络，GDP增长3.5%，Ａ类１０项"), ("第20240133号提案", "gdpr")])
    assert found(conn, "gdp") == {1}
    assert found(conn, "2024") == {1}
    assert found(conn, "20240133") == {2}
    assert found(conn, "第20240133号") == {2}
    assert found(conn, "5g网") == {1}
    assert found(conn, "A类10") == {1}
    assert found(conn, "鄂科函〔2024〕12号") == {1}
    assert found(conn, "鄂科函〔2024〕13号") == set()


def test_two_words_find_what_holds_both_wherever_they_stand() -> None:
    conn = make([("科技提案", "关于教育"), ("科技提案", "关于交通"), (None, "教育，科技")])
    assert found(conn, "科技 教育") == {1, 3}
    assert found(conn, "教育　科技") == {1, 3}
    assert found(conn, "科技 教育 交通") == set()


@pytest.mark.parametrize(
    "words",
    ['科技" OR "', "科技 -", "title:科技", "科*", "^科技", "科技)", "NEAR(科技 提案)", "{科}", "'科技'"],
)
def test_operators_and_quotation_marks_are_harmless(words: str) -> None:
    conn = make([("科技提案", None)])
    assert found(conn, words) <= {1}


def test_a_very_long_query_is_answered() -> None:
    conn = make([("科技", "字" * 3000)])
    assert found(conn, "字" * 3000) == {1}
    assert found(conn, " ".join(f"x{n}" for n in range(5000))) == set()
    assert found(conn, " ".join(["科技"] * 5000)) == {1}


def test_the_query_of_the_readme_works_without_us() -> None:
    conn = make([("省科技厅", "提案"), ("教育", "省科学技术")])
    sql = (
        "select title from replies join replies_fts on replies_fts.rowid = replies.search_id"
        " where replies_fts match '科技'"
    )
    assert conn.execute(sql).fetchall() == [("省科技厅",)]
    assert conn.execute("select count(*) from replies_fts").fetchone() == (2,)


def test_an_excerpt_reads_as_ordinary_text() -> None:
    text = "贵单位提出的提案收悉。\n" + "一二三四五六七八九十" * 20 + "加强科技创新，5G 网络。"
    parts = excerpt(text, "科技创新 5g", width=40)
    assert "".join(part.text for part in parts).count("…") == 1
    assert [part.text for part in parts if part.hit] == ["科技创新", "5G"]
    assert "科技 技创" not in "".join(part.text for part in parts)
    assert "".join(part.text for part in excerpt(text, "没有", width=8)) == "贵单位提出的提案…"
    assert excerpt(None, "科") == excerpt("", "") == ()


def test_an_excerpt_is_bounded_and_keeps_a_hit_that_is_longer() -> None:
    parts = excerpt("科" * 500, "科" * 300, width=20)
    assert sum(len(part.text) for part in parts if part.text != "…") <= 20


def test_a_stale_or_damaged_index_is_noticed() -> None:
    conn = make([("科技", "提案"), ("教育", "答复")])
    assert problems(conn) == []
    conn.execute("update replies set body_text = '改过' where search_id = 1")
    assert "过时" in problems(conn)[0]
    build(conn)
    conn.execute("delete from replies_fts_docsize where id = 2")
    assert "损坏" in problems(conn)[0]
    build(conn)
    conn.execute("update replies_fts_data set block = zeroblob(length(block)) where id > 10")
    assert "损坏" in problems(conn)[0]
    conn.execute("drop table replies_fts")
    assert problems(conn) == ["没有检索索引"]


def test_punctuation_only_text_is_indexed_as_nothing() -> None:
    assert index_text("，。——") == index_text(None) == ""
