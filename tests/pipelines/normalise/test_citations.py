"""Policies named in a body: what must not be taken, positions, limits, and the labelled sample."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.normalise.citations import LIMIT, find_citations, title_spans
from pipelines.normalise.policies import (
    find_number,
    is_generic,
    looks_like_policy,
    names_a_reply,
    normal_number,
    policy_key,
)
from tests.pipelines.normalise import citation_sample
from tests.score import graph


@pytest.mark.parametrize(
    "text",
    [
        "您提出的《关于修订养犬管理办法的意见》收悉。",
        "观看电影《雷霆行动》。",
        "签订《劳动合同》，填写《申请表》。",
        "《长江日报》刊发了评论。",
        "江公函〔2024〕88号",
        "",
        "《》",
        "《《《《",
    ],
)
def test_what_is_no_policy(text: str) -> None:
    assert find_citations([text]) == ()


def test_the_subject_and_the_reply_itself_are_no_policies() -> None:
    text = "《完善公园管护办法》提得很好。我局以江园函〔2024〕5号文件作了答复，并修订《城市绿化细则》。"
    found = find_citations([text], subject="完善公园管护办法", own=("江园函〔2024〕5号",))
    assert [one.policy for one in found] == ["城市绿化细则"]


def test_positions_cut_the_printed_text() -> None:
    paragraphs = [
        "　　第一段。",
        "依据《甲县节水管理办法》（甲政规〔2021〕07号，以下简称《办法》）和《水法》，按《办法》执行。",
    ]
    found = find_citations(paragraphs)
    assert [one.title for one in found] == ["甲县节水管理办法", "水法", "办法"]
    for one in found:
        assert one.paragraph == 2
        assert paragraphs[1][one.offset :].startswith(one.raw)
    assert found[0].raw.endswith("《办法》）")
    assert found[2].rule == "citations.short_name"
    assert found[2].document_number == found[0].document_number == "甲政规〔2021〕7号"


def test_a_short_name_holds_only_after_it_was_declared() -> None:
    found = find_citations(["《办法》要求严。《甲县节水办法》（以下简称《办法》）。"])
    assert [one.policy for one in found] == ["办法", "甲县节水办法"]


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("根据省里的鄂政发", "鄂政发〔2023〕1号"),
        ("原市物价局江价字", "江价字〔2023〕1号"),
        ("市委办发", "市委办发〔2023〕1号"),
        ("教基厅函", "教基厅函〔2023〕1号"),
        ("一二三四五六七八九十甲乙丙丁戊", None),
    ],
)
def test_words_in_front_of_a_code(code: str, number: str | None) -> None:
    assert normal_number(code, "2023", "01") == number


def test_orders_have_numbers_of_their_own() -> None:
    assert find_number("依据湖北省人民政府令第 99号") == ("湖北省人民政府令第99号", 2, 15)
    assert find_number("第99号提案") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("关于印发《甲办法》的通知", "甲办法"),
        ("甲市人民政府关于印发〈乙方案（试行）〉的通知", "乙方案(试行)"),
        ("甲厅关于印发乙三年行动方案的通知", "乙三年行动方案"),
        ("中华人民共和国水法", "水法"),
        ("甲 规 划（2021—2025年）", "甲规划(2021-2025年)"),
    ],
)
def test_forms_of_one_policy_have_one_key(one: str, other: str) -> None:
    assert policy_key(one) == policy_key(other) == other


def test_other_documents_keep_their_own_key() -> None:
    assert policy_key("甲办法实施细则") != policy_key("甲办法")
    assert policy_key("甲办法(试行)") != policy_key("甲办法")
    assert policy_key("关于转发〈甲办法〉的通知") != policy_key("甲办法")


def test_kinds_of_documents() -> None:
    assert not any(map(looks_like_policy, ("看法", "孙子兵法", "守桥人", "整改通知书", "法", "工作报告")))
    assert names_a_reply("对市政协三次会议第45号提案的答复")
    assert not names_a_reply("关于加强政协提案办理工作的意见")
    assert is_generic("实施方案")
    assert is_generic("2024年工作要点")
    assert not is_generic("甲县节水办法")


def test_marks_nest_and_may_stay_open() -> None:
    text = "《甲《乙》丙》《丁〈戊》的通知》《己。《庚》"
    assert [text[a:b] for a, b in title_spans(text)] == ["《甲《乙》丙》", "《丁〈戊》的通知》", "《庚》"]


def test_a_hostile_page_cannot_fill_the_tables() -> None:
    assert len(find_citations(["《甲办法》。" * (LIMIT + 50)])) == LIMIT


@pytest.mark.parametrize(
    "unit", ["《", "》", "〈《", "《甲办法》（", "（鄂政发〔2023〕1号", "以下简称《", "〔2023〕", "“", "根据"]
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    text = unit * (120_000 // len(unit))
    began = time.process_time()
    find_citations([text])
    assert time.process_time() - began < 4.0


@given(
    st.lists(
        st.text(alphabet="《》〈〉（）()〔〕“”0123号令第年甲办法通知以下简称鄂政发，。 ", max_size=80),
        max_size=4,
    )
)
def test_any_text_is_read_and_every_position_holds(paragraphs: list[str]) -> None:
    for one in find_citations(paragraphs):
        assert paragraphs[one.paragraph - 1][one.offset :].startswith(one.raw)
        assert one.policy or one.document_number
        assert policy_key(one.policy or "") == (one.policy or "") or "中华人民共和国" in (one.title or "")


def test_the_labelled_sample_keeps_its_floors() -> None:
    score = graph.citations(citation_sample.ALL)
    assert score.passages >= 60
    assert score.good, score.table()


def test_a_wrong_label_costs_precision_and_recall() -> None:
    score = graph.citations((("《水法》", (("土地管理法", None),)),))
    assert (score.precision, score.recall, score.good) == (0.0, 0.0, False)
