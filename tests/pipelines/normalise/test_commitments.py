"""Promises in a body: what must not be taken, deadlines, positions, limits, and the labelled sample."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.normalise.commitments import LIMIT, find_commitments, sentences
from pipelines.normalise.deadlines import find_deadlines
from tests.pipelines.normalise import commitment_sample
from tests.score import graph

SIGNED = "2024-07-23"


@pytest.mark.parametrize(
    "text",
    [
        "我局已将此事列入台账。",
        "《办法》规定，各地将建立台账。",
        "您建议将课程纳入规划。",
        "这些措施将进一步方便群众。",
        "本条例所称业主，是指将房屋出租的人。",
        "必将对行业发展起到推动作用。",
        "投入将近两亿元。",
        "截至2023年底，建成五座。",
        "下一步工作打算",
        "",
    ],
)
def test_what_is_no_promise(text: str) -> None:
    assert find_commitments([text], SIGNED) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025年", "2025-12-31"),
        ("2025年底前", "2025-12-31"),
        ("2025年2月底", "2025-02-28"),
        ("2025年前", None),
        ("2025年6月前", None),
        ("2025年6月30日前", "2025-06-30"),
        ("2025年2月30日前", None),
        ("2025年5月上旬", "2025-05-10"),
        ("2025年上半年", "2025-06-30"),
        ("2025年第三季度", "2025-09-30"),
        ("2025年第三季度前", None),
        ("2024—2026年", "2026-12-31"),
        ("今年年内", "2024-12-31"),
        ("明年6月底", "2025-06-30"),
        ("后年", "2026-12-31"),
        ("年底前", "2024-12-31"),
        ("9月底前", "2024-09-30"),
        ("3月底前", None),
        ("第四季度", "2024-12-31"),
        ("三年内", None),
    ],
)
def test_deadlines(text: str, day: str | None) -> None:
    [found] = find_deadlines(f"将于{text}完成", SIGNED)
    assert (found.raw, found.day) == (text, day)


@pytest.mark.parametrize(
    "text", ["自2025年1月起", "截至2023年底", "2024年度预算", "2020年以来", "从2024年开始"]
)
def test_starting_points_are_no_deadlines(text: str) -> None:
    assert find_deadlines(text, SIGNED) == ()


def test_relative_words_need_the_year_of_the_signature() -> None:
    for text in ("今年底前", "明年上半年", "年内", "9月底前", "第四季度"):
        assert [one.day for one in find_deadlines(text, None)] == [None]


def test_a_year_that_was_over_is_told_of_the_past() -> None:
    assert find_commitments(["计划于2021年新建两所学校。"], SIGNED) == ()
    assert len(find_commitments(["计划于2021年新建两所学校。"], "2020-07-23")) == 1


def test_positions_cut_the_printed_text() -> None:
    paragraphs = ["第一段。", "　　去年建了三所。　我局将于2025年再建两所；计划于2026年完工。"]
    found = find_commitments(paragraphs, SIGNED)
    assert [one.sentence for one in found] == ["我局将于2025年再建两所；", "计划于2026年完工。"]
    for one in found:
        assert paragraphs[one.paragraph - 1][one.offset :].startswith(one.sentence)


def test_a_heading_about_the_future_ends_with_its_level() -> None:
    text = ["二、下步打算", "（一）加强巡查。", "完善台账制度。", "三、其他情况", "加强巡查很有必要。"]
    assert [one.paragraph for one in find_commitments(text, SIGNED)] == [2, 3]


def test_marks_in_quotation_marks_end_no_sentence() -> None:
    text = "推行“一看。二问；三查”制度。第二句"
    assert [text[a:b] for a, b in sentences(text)] == ["推行“一看。二问；三查”制度。", "第二句"]


def test_a_hostile_page_cannot_fill_the_tables() -> None:
    assert len(find_commitments(["我局将加强管理。" * (LIMIT + 50)], SIGNED)) == LIMIT


@pytest.mark.parametrize(
    "unit",
    [
        "将",
        "下一步，",
        "2025年",
        "；",
        "“",
        "《",
        "您建议",
        "年内",
        "》明确",
        "建成后",
        "一是加强",
        "市",
        "2025年—",
    ],
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    text = unit * (120_000 // len(unit))
    began = time.process_time()
    find_commitments([text, text], SIGNED)
    assert time.process_time() - began < 4.0


@given(
    st.lists(
        st.text(
            alphabet="我局将于在到加强完成力争计划拟下一步年月日底前内2025 0一二（）“”《》；。，", max_size=60
        ),
        max_size=4,
    ),
    st.sampled_from([None, "2024-07-23", "2024-02-29"]),
)
def test_any_text_is_read_and_every_position_holds(paragraphs: list[str], signed_on: str | None) -> None:
    for one in find_commitments(paragraphs, signed_on):
        assert paragraphs[one.paragraph - 1][one.offset :].startswith(one.sentence)
        if one.deadline:
            assert date.fromisoformat(one.deadline).isoformat() == one.deadline
            assert one.deadline_raw
            assert signed_on is None or one.deadline[:4] >= signed_on[:4]


def test_the_labelled_sample_keeps_its_floors() -> None:
    score, deadlines = graph.commitments(commitment_sample.ALL)
    assert score.passages >= 60
    assert score.good, score.table()
    assert deadlines.good, deadlines.table()


def test_a_wrong_label_costs_precision_and_recall() -> None:
    score, _ = graph.commitments((("我局将加强管理。", None, (("明年", None, None),)),))
    assert (score.precision, score.recall, score.good) == (0.0, 0.0, False)
