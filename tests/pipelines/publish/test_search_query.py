"""What a reader may type, against a reading of the stored text that knows nothing of the index."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.publish.search import excerpt, holds, marked, match_query, parse
from tests.pipelines.publish.test_search import found, make

HAN = "科技创新提案答复"
SENTENCE = 'ab -－"“”「」:：标题title科技创新 　\n2９(NOT)OR*^'


@pytest.fixture(scope="module")
def corpus() -> Iterator[sqlite3.Connection]:
    chance = random.Random(5)
    conn = make(
        [
            (
                "".join(chance.choices(HAN + "，2", k=chance.randint(0, 12))),
                "".join(chance.choices(HAN + "，。 \n2a", k=chance.randint(0, 60))),
            )
            for _ in range(250)
        ]
    )
    yield conn
    conn.close()


@pytest.mark.parametrize(
    "words", ["-科技", "－科技", '-"科技"', "- 科技创新龘", "-", "标题:", '""', "“", "-科 -技"]
)
def test_only_exclusions_or_nothing_at_all_finds_nothing(words: str) -> None:
    assert found(make([("教育", "答复")]), words) == set()


def test_a_term_with_a_minus_excludes_and_a_minus_inside_does_not() -> None:
    conn = make([("科技", "教育"), ("科技", "交通"), ("A-B 2020-2024", "科技"), ("科技", "创-新")])
    assert found(conn, "科技 -教育") == {2, 3, 4}
    assert found(conn, "－教育 科技 −交通") == {3, 4}
    assert found(conn, "A-B") == found(conn, "2020-2024") == {3}
    assert found(conn, "科技 - 教育") == {1}
    assert found(conn, '科技 -"创 新"') == {1, 2, 3}


def test_words_in_quotation_marks_follow_each_other() -> None:
    conn = make([("科技 创新", None), ("科技", "创新"), ("创新，科技", None), ("科技，\n创新园", None)])
    assert found(conn, "科技 创新") == {1, 2, 3, 4}
    for quoted in ('"科技 创新"', "“科技 创新”", "「科技　创新」", "＂科技，创新＂", '"科技 创新'):
        assert found(conn, quoted) == {1, 4}, quoted
    assert found(conn, '"-科技"') == {1, 2, 3, 4}


def test_a_term_of_the_title_is_not_found_in_the_text() -> None:
    conn = make([("科技", "教育"), ("教育", "科技"), ("交通，税", "教育")])
    for prefix in ("标题:", "标题：", "title:", "Title："):
        assert found(conn, f"{prefix}科技") == {1}
        assert found(conn, f"{prefix}科技 教育") == {1}
        assert found(conn, f"教育 -{prefix}科技") == {2, 3}
        assert found(conn, f'{prefix}"交通 税"') == {3}
        assert found(conn, f"{prefix}税") == {3}
    assert {
        row[0]
        for row in conn.execute(
            "select rowid from replies_fts where replies_fts match ?", (parse("教育 -科技", True).match,)
        )
    } == set()


def test_full_width_and_narrow_are_one() -> None:
    conn = make([("５Ｇ网络", "２０２４年"), ("5G网络", "2024年")])
    assert found(conn, "5g") == found(conn, "５Ｇ　２０２４") == {1, 2}


@settings(max_examples=300, deadline=None)
@given(words=st.text(alphabet=SENTENCE, max_size=25))
def test_any_text_is_a_query_and_means_the_same_when_written_out(
    corpus: sqlite3.Connection, words: str
) -> None:
    found(corpus, words)
    for in_title in (False, True):
        query = parse(words, in_title)
        assert parse(str(query)).match == query.match, str(query)
        assert parse(str(query)) == query


def test_terms_quotes_and_exclusions_equal_a_reading_of_the_text(corpus: sqlite3.Connection) -> None:
    texts = {
        number: (title or "", body or "")
        for number, title, body in corpus.execute("select search_id, title, body_text from replies")
    }

    def reading(terms: list[tuple[list[str], bool, bool]]) -> set[int]:
        def stands(parts: list[str], places: tuple[str, ...]) -> bool:
            return any(re.search(r"[\W_]+".join(parts), place) for place in places)

        return {
            number
            for number, places in texts.items()
            if all(stands(parts, places[:1] if title else places) is not out for parts, out, title in terms)
        }

    chance, several = random.Random(9), 0
    for _ in range(400):
        terms = []
        for position in range(chance.randint(1, 3)):
            # The end of a part is the end of a run in the text, so parts of a phrase are one character or a run's end.
            parts = [
                "".join(chance.choices(HAN, k=chance.randint(1, 2))) for _ in range(chance.randint(1, 2))
            ]
            terms.append((parts, position > 0 and chance.random() < 0.4, chance.random() < 0.2))
        words = " ".join(f'{"-" * out}{"标题:" * title}"{" ".join(parts)}"' for parts, out, title in terms)
        expected = reading(terms)
        several += bool(expected)
        assert found(corpus, words) == expected, words
    assert several > 150


def test_a_query_of_five_thousand_characters_is_answered() -> None:
    conn = make([("科技", "字" * 6000)])
    assert found(conn, "字" * 5000) == {1}
    assert found(conn, "科技 " + " ".join(f"-x{n}" for n in range(1200))) == {1}
    assert found(conn, "标题:科技 " + " ".join(f"标题:y{n}" for n in range(600))) == set()


@pytest.mark.parametrize(
    "words",
    [
        "NEAR(科技 提案)",
        "title_words : 科技",
        "{title_words body_words} : 科技",
        "科技 NOT 提案",
        "(科技) OR 1",
        "^科技",
        "科*",
    ],
)
def test_syntax_of_fts5_is_text(words: str) -> None:
    assert found(make([("科技提案", None)]), words) <= {1}
    assert match_query(words).count('"') % 2 == 0


def test_what_is_excluded_or_of_the_title_is_not_marked_in_the_text() -> None:
    text = "科技创新，交通。"
    assert [part.text for part in excerpt(text, "科技 -创新 标题:交通") if part.hit] == ["科技"]
    assert [part.text for part in marked(text, "科技 -创新 标题:交通") if part.hit] == ["科技", "交通"]
    assert [part.text for part in excerpt(text, '"创新 交通"') if part.hit] == ["创新，交通"]
    assert not holds(text, "-科技 标题:科技")
