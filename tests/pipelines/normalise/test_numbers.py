"""Index numbers, document numbers and grades: what must be refused, then what must be read."""

from __future__ import annotations

import pytest

from pipelines.normalise.document_number import cut_document_number, read_document_number, read_number_line
from pipelines.normalise.grade import cut_trailing_grade, read_grade
from pipelines.normalise.index_number import (
    credit_code_valid,
    find_index_number,
    organisation_code_valid,
    read_index_number,
)


@pytest.mark.parametrize("raw", ["", "无", " — ", "暂无", "//", "无。"])
def test_an_empty_cell_is_no_number_and_no_issue(raw: str) -> None:
    assert read_document_number(raw).value is None
    assert read_document_number(raw).issues == ()
    assert read_index_number(raw) == (None, ())


@pytest.mark.parametrize(
    "raw",
    [
        "建议主办[2023]闭08号",
        "〔2022〕号",
        "甲政建复〔2022〕号",
        "甲政字〔2012〕30-17号",
        "〔2024〕12号",
        "有效",
        "甲函〔24〕3号",
        "甲函〔2024〕0号",
    ],
)
def test_what_cannot_be_brought_to_the_form_is_none_with_an_issue(raw: str) -> None:
    number = read_document_number(raw)
    assert number.value is None
    assert [issue.code for issue in number.issues] == ["document_number_form"]
    assert number.issues[0].raw == raw


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("甲科函〔2024〕12号", "甲科函〔2024〕12号"),
        ("甲科函[2024]第012号", "甲科函〔2024〕12号"),
        ("甲民发【2024】275号", "甲民发〔2024〕275号"),
        ("甲城管函﹝2025﹞8号", "甲城管函〔2025〕8号"),
        ("甲政（2020）3 号", "甲政〔2020〕3号"),
        ("甲科 函 〔 2024 〕 12 号", "甲科函〔2024〕12号"),
        ("甲科函〔２０２４〕１２号", "甲科函〔2024〕12号"),
        ("文号：甲科函〔2024〕12号", "甲科函〔2024〕12号"),
        ("甲政办(函)〔2024〕1号", "甲政办(函)〔2024〕1号"),
        ("甲科函〔2024〕12", "甲科函〔2024〕12号"),
    ],
)
def test_brackets_padding_and_di(raw: str, value: str) -> None:
    assert read_document_number(raw).value == value


@pytest.mark.parametrize(
    ("line", "value", "grade", "rest"),
    [
        ("甲水函〔2022〕181号(A)", "甲水函〔2022〕181号", "A", ""),
        ("甲交建复〔2024〕28号A类", "甲交建复〔2024〕28号", "A", ""),
        ("甲城管字〔2024〕17号A1类 同意公开", "甲城管字〔2024〕17号", "A1", "同意公开"),
        ("甲建复〔2017〕5号（B类）", "甲建复〔2017〕5号", "B", ""),
        ("甲交函[2023]第018号  签发人：某某  A类", "甲交函〔2023〕18号", "A", "签发人:某某A类"),
        ("甲办函〔2023〕5号 签发人：某某某", "甲办函〔2023〕5号", None, "签发人:某某某"),
    ],
)
def test_what_is_glued_to_a_number(line: str, value: str, grade: str | None, rest: str) -> None:
    number = read_number_line(line)
    assert number is not None
    assert (number.value, number.grade, number.rest) == (value, grade, rest)


@pytest.mark.parametrize(
    "line",
    [
        "根据甲政发〔2022〕18号文件精神,我局制定了方案。",
        "甲政发〔2022〕18号文件要求各地落实",
        "按照〔2022〕精神",
        "正文",
    ],
)
def test_a_number_inside_a_sentence_is_not_the_letters_own(line: str) -> None:
    assert read_number_line(line) is None


def test_a_broken_number_line_gives_its_grade_and_an_issue() -> None:
    number = read_number_line("甲政建复〔2022〕号(B类)")
    assert number is not None
    assert (number.value, number.grade, number.issues[0].code) == (None, "B", "document_number_form")


def test_the_number_of_a_proposal_is_no_document_number() -> None:
    assert cut_document_number("关于区政协五届二次会议第B〔2017〕062号提案的答复")[1] is None
    assert cut_document_number("关于建议答复的函(编号:B(2017)103号)")[1] is None
    title, number = cut_document_number("关于省人大一次会议第36号建议的答复[甲交建〔2018〕101号]")
    assert (title, number) == ("关于省人大一次会议第36号建议的答复", "甲交建〔2018〕101号")


@pytest.mark.parametrize("raw", ["B超", "AB", "类别", "提案", "G", "A12", ""])
def test_not_a_grade(raw: str) -> None:
    assert read_grade(raw) is None


@pytest.mark.parametrize(
    "raw", ["B", "(B)", "B类", "（Ｂ类）", "B 类", "类别:B", "[办理结果标注(B)]", "办理结果：B类"]
)
def test_grades(raw: str) -> None:
    assert read_grade(raw) == "B"


def test_a_latin_letter_at_the_end_of_a_title_is_not_always_a_grade() -> None:
    assert cut_trailing_grade("关于扶持某产业基地B") == ("关于扶持某产业基地B", None)
    assert cut_trailing_grade("关于第4号建议的答复(A1类)") == ("关于第4号建议的答复", "A1")


# The worked examples of the two standards, and codes printed on sites of provincial departments.
@pytest.mark.parametrize("code", ["D2143569X", "011043145", "MB1568036", "000014349"])
def test_gb_11714(code: str) -> None:
    assert organisation_code_valid(code)
    wrong = "1" if code[-1] != "1" else "2"
    assert not organisation_code_valid(code[:-1] + wrong)


@pytest.mark.parametrize("code", ["91350100M000100Y43"])
def test_gb_32100(code: str) -> None:
    assert credit_code_valid(code)
    assert not credit_code_valid(code[:-1] + ("4" if code[-1] != "4" else "5"))
    assert not credit_code_valid(code.replace("M", "I"))


def test_a_failing_check_digit_is_told_and_the_number_kept() -> None:
    value, issues = read_index_number("055299515/2017-00023")
    assert value == "055299515/2017-00023"
    assert [issue.code for issue in issues] == ["index_number_check_digit"]
    assert read_index_number("０１１０４３１４５ ／ 2024-37154") == ("011043145/2024-37154", ())


@pytest.mark.parametrize(
    "raw",
    [
        "01526265-2-/2019-0628001",
        "430S00/2021-08026431",
        "20230407-233215-668",
        "640104-107/2019-00169",
        "-lyqrmzf-00000915",
        "GS0018-GK136-20180723-000067",
    ],
)
def test_odd_layouts_stay_as_printed(raw: str) -> None:
    assert read_index_number(raw) == (raw, ())


@pytest.mark.parametrize("raw", ["有效", "某市水利局", "x" * 100 + "1"])
def test_a_cell_filled_with_something_else_is_told(raw: str) -> None:
    value, issues = read_index_number(raw)
    assert value is None
    assert [issue.code for issue in issues] == ["index_number_form"]


@pytest.mark.parametrize("text", ["2024-09-02", "2019年07月26日", "027-87654321", "第12号", "640104"])
def test_without_a_label_only_known_layouts_are_index_numbers(text: str) -> None:
    assert find_index_number(text) is None
