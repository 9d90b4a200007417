"""The demonstration end to end: the command in a process of its own, and every row of its corpus against the truth."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from scraper.demo.answers import Answer, answers
from scraper.demo.personality import load_personalities
from scraper.demo.questions import Question, load_questions
from scraper.demo.show import COLUMNS, DATABASES, MARK, found, prepare
from scraper.demo.verify import Difference, verify

COMMAND = [sys.executable, "-c", "from scraper.cli import main; main()", "demo", "--no-serve", "--data"]


@dataclass(frozen=True)
class Shown:
    """What one run of the command left."""

    folder: Path
    printed: str
    code: int


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("demo") / "out"
    done = subprocess.run([*COMMAND, str(folder)], capture_output=True, text=True, timeout=300, check=False)
    yield Shown(folder, done.stdout + done.stderr, done.returncode)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def truth() -> tuple[Answer, ...]:
    return tuple(answers(load_personalities()))


@pytest.mark.parametrize("name", DATABASES)
def test_databases_that_no_demonstration_made_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"precious")
    with pytest.raises(ConfigurationError, match="没有动它"):
        prepare(tmp_path)
    assert (tmp_path / name).read_bytes() == b"precious"


def test_its_own_folder_is_emptied_of_databases_and_of_nothing_else(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / "archive.db").write_bytes(b"old")
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    prepare(tmp_path)
    assert not (tmp_path / "archive.db").exists()
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"
    assert (tmp_path / MARK).exists()


def test_a_wrong_value_and_a_missing_reply_are_told(
    shown: Shown, truth: tuple[Answer, ...], tmp_path: Path
) -> None:
    spoilt = tmp_path / "spoilt.db"
    spoilt.write_bytes((shown.folder / "corpus.db").read_bytes())
    with closing(sqlite3.connect(spoilt)) as conn, conn:
        conn.execute(
            "update replies set signed_on = '1999-01-01' where index_number = 'DM0000013/2024-37154'"
        )
        conn.execute("update waiting_days set days = days + 8 where agency = '湖北省创新促进厅'")
        conn.execute("delete from reply_urls where url like '%t20210520_8701603.html'")
        conn.execute("update pages set outcome = 'ok' where outcome = 'blocked'")
    before = set(verify(shown.folder / "corpus.db", truth).differences)
    told = [one for one in verify(spoilt, truth).differences if one not in before]
    values, questions = told[:3], told[3:]
    assert [(one.field, one.wanted, one.found) for one in values] == [
        ("signed_on", "2024-07-23", "1999-01-01"),
        ("outcome", "blocked", "ok"),
        ("reply", "答复", "没有"),
    ]
    assert [one.url for one in questions] == ["查询 waiting_by_agency"]
    assert ("湖北省创新促进厅", 19, 49.0, 56.6, 15, 108, 0) in questions[0].wanted
    assert ("湖北省创新促进厅", 19, 57.0, 64.6, 23, 116, 0) in questions[0].found
    assert str(told[0]).endswith("signed_on：应为 '2024-07-23'，得到 '1999-01-01'")


def test_every_value_of_the_corpus_is_what_the_pages_say(shown: Shown, truth: tuple[Answer, ...]) -> None:
    verdict = verify(shown.folder / "corpus.db", truth)
    assert list(verdict.differences) == list[Difference]()
    assert verdict.compared > 1000


@pytest.mark.parametrize("question", load_questions(), ids=lambda one: f"{one.query}-{len(one.rows)}")
def test_canned_queries_answer_exactly_what_is_declared(shown: Shown, question: Question) -> None:
    with closing(sqlite3.connect(shown.folder / "corpus.db")) as conn:
        conn.row_factory = sqlite3.Row
        rows = conn.execute(question.sql, dict(question.given)).fetchall()
    assert [tuple(row[name] for name in question.columns) for row in rows] == list(question.rows)


def test_every_question_of_the_users_has_a_declared_answer() -> None:
    asked = Counter(one.query for one in load_questions())
    assert set(asked) == {
        "proposal_replies",
        "most_cited",
        "who_consults_whom",
        "commitments_due",
        "waiting_by_agency",
        "missing_in_session",
    }
    assert asked["missing_in_session"] >= 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {query: most_cited, given: {}, columns: [title]}", "四项"),
        ("- {query: most_sited, given: {}, columns: [title], rows: [[x]]}", "most_sited"),
        ("- {query: most_cited, given: {}, columns: [title], rows: []}", "不能为空"),
        ("- {query: most_cited, given: {}, columns: [title, replies], rows: [[x]]}", "一样长"),
    ],
)
def test_a_slip_in_the_declared_answers_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=told):
        load_questions(path)


def test_two_replies_that_disagree_are_told_with_both_values(shown: Shown) -> None:
    with closing(sqlite3.connect(shown.folder / "corpus.db")) as conn:
        told = conn.execute(
            "select field, raw, message from issues where code = 'proposal_conflict' order by field"
        ).fetchall()
        joined = conn.execute(
            "select proposer, quoted_subject, grade, replies, opinions, has_lead_reply, agencies, first_signed_on,"
            " last_signed_on, first_published_at, last_published_at from proposals where number = '20269018'"
        ).fetchall()
        traced = conn.execute(
            "select raw, rule from proposals join field_sources on reply_id = proposer_reply and field = 'proposer'"
            " where number = '20269018'"
        ).fetchall()
    long = "关于利用滨水空地建设健身步道和口袋湿地的提案"
    assert [row[:2] for row in told] == [("grade", "B"), ("quoted_subject", long)]
    assert all(value in told[1][2] for value in (long, "“关于利用滨水空地建设健身步道的提案”"))
    assert joined == [
        (
            *("省政协滨水生活界别组", "关于利用滨水空地建设健身步道的提案", "A", 2, 1, 1, 3),
            *("2026-06-15", "2026-07-08", "2026-07-20T10:05", "2026-08-12T09:40"),
        )
    ]
    assert traced == [(None, "proposer.salutation")]


def test_the_command_prints_what_it_found_and_ends_well(shown: Shown) -> None:
    assert "全部一致" in shown.printed
    assert shown.code == 0
    assert "演示·武汉市湖渠事务局" in shown.printed
    assert all(name in shown.printed for name in COLUMNS)


def test_trouble_is_counted_by_site_and_nothing_is_lost(shown: Shown, truth: tuple[Answer, ...]) -> None:
    counts = found(shown.folder / "corpus.db")
    assert {key: count["受阻"] for key, count in counts.items() if count["受阻"]} == {"cxt": 1, "hqj": 1}
    assert sum(count["拒绝"] for count in counts.values()) == 2
    assert sum(count["答复"] + count["会办意见"] for count in counts.values()) == sum(
        answer.document_type in ("reply", "co_handling_opinion") and not answer.held for answer in truth
    )
    assert sum(count["附件"] for count in counts.values()) == sum(len(answer.attachments) for answer in truth)


def test_contact_data_is_nowhere_in_the_corpus(shown: Shown) -> None:
    assert b"87120001" not in (shown.folder / "corpus.db").read_bytes()


def test_a_twin_is_the_same_reply_listed_beside_its_original_or_alone(shown: Shown) -> None:
    with closing(sqlite3.connect(shown.folder / "corpus.db")) as conn:
        beside, alone = (
            conn.execute("select kind, url from reply_urls where url like ?", (f"%{docid}%",)).fetchall()
            for docid in ("9108834", "9690551")
        )
    assert [kind for kind, _ in beside] == ["canonical", "twin"]
    assert [kind for kind, _ in alone] == ["twin"]
    assert alone[0][1].endswith("t20251203_9690551_slh.html")
