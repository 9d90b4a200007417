"""Dates: damaged and absurd ones first."""

from __future__ import annotations

import pytest

from pipelines.normalise.dates import read_moment, read_row_date, read_signature_date
from pipelines.normalise.text import numeral


@pytest.mark.parametrize(
    "raw", ["2023518", "2019月6月11日", "2018年710", "2022年7", "2023年", "昨天", "20-1", "有效"]
)
def test_damaged_dates_are_none_with_an_issue(raw: str) -> None:
    moment = read_moment(raw, field="issued_on")
    assert moment.value is None
    assert [(issue.code, issue.field, issue.raw) for issue in moment.issues] == [
        ("date_damaged", "issued_on", raw)
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "2024年13月1日",
        "2023-02-29",
        "1900-01-01",
        "2099-01-01",
        "9999-12-31",
        "2026-11-26",
        "一九〇〇年一月一日",
    ],
)
def test_absurd_dates_are_none_with_an_issue(raw: str) -> None:
    moment = read_moment(raw, field="published_at", latest="2026-11-24T02:30:00+08:00")
    assert moment.value is None
    assert [issue.code for issue in moment.issues] == ["date_absurd"]


def test_an_absurd_time_costs_the_time_only() -> None:
    moment = read_moment("2024-09-02 25:61", field="published_at")
    assert (moment.value, moment.issues[0].code) == ("2024-09-02", "time_absurd")


@pytest.mark.parametrize("raw", ["", "无", "--", " "])
def test_an_empty_cell_is_no_issue(raw: str) -> None:
    assert read_moment(raw, field="issued_on").issues == ()


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2024年7月23日", "2024-07-23"),
        ("2024 年 7 月 23 日", "2024-07-23"),
        ("２０２４年７月２３日", "2024-07-23"),
        ("2024-07-23", "2024-07-23"),
        ("2024/7/23", "2024-07-23"),
        ("2024.07.23", "2024-07-23"),
        ("[2024-07-23]", "2024-07-23"),
        ("20240723", "2024-07-23"),
        ("2019年09月16日 11:26:00", "2019-09-16T11:26:00"),
        ("2019-09-18 06:23", "2019-09-18T06:23"),
        ("2019-09-18　06：23", "2019-09-18T06:23"),
        ("2017/6/30 16:31:56", "2017-06-30T16:31:56"),
        ("2024-09-02T10:33:00+08:00", "2024-09-02T10:33:00"),
        ("2024-09-01T18:33:00Z", "2024-09-02T02:33:00"),
        ("2024年7月23日 星期二 9:05", "2024-07-23T09:05"),
        ("2024-07-23 10时33分", "2024-07-23T10:33"),
        ("20240723103300", "2024-07-23T10:33:00"),
        ("二〇二四年七月二十三日", "2024-07-23"),
        ("二○一二年六月十四日", "2012-06-14"),
        ("二0一七年五月二十六日", "2017-05-26"),
        ("二00七年五月十四日", "2007-05-14"),
        ("二〇〇六年十月十八日", "2006-10-18"),
        ("一九九八年十二月三十一日", "1998-12-31"),
        ("二零二一年一月廿一日", "2021-01-21"),
    ],
)
def test_forms(raw: str, value: str) -> None:
    moment = read_moment(raw, field="published_at")
    assert moment.value == value
    assert moment.issues == ()


@pytest.mark.parametrize(
    "line",
    ["2024-07-23", "2024/7/23", "2024年7月23日印发", "截至2024年7月23日", "第20240723号", "一、二、三"],
)
def test_a_line_that_signs_nothing(line: str) -> None:
    assert read_signature_date(line) is None


@pytest.mark.parametrize("line", ["20240723", "2023518", "2018年710", "2019月6月11日"])
def test_a_damaged_signature_is_seen_and_not_guessed(line: str) -> None:
    moment = read_signature_date(line)
    assert moment is not None
    assert (moment.day, moment.issues[0].code) == (None, "date_damaged")


def test_signature_dates() -> None:
    for line in ("2024年7月23日", " 2024 年 7 月 23 日 ", "（2024年7月23日）", "二〇二四年七月二十三日"):
        moment = read_signature_date(line)
        assert moment is not None
        assert moment.day == "2024-07-23"


def test_list_rows_print_short_years() -> None:
    assert read_row_date("[24-09-02]").value == "2024-09-02"
    assert read_row_date("2024-09-02").value == "2024-09-02"
    assert read_row_date("09-02").value is None


def test_numerals() -> None:
    assert [numeral(text) for text in ("十", "十九", "二十", "三十二", "廿一", "一〇", "一百零二", "12")] == [
        10,
        19,
        20,
        32,
        21,
        10,
        102,
        12,
    ]
    assert [numeral(text) for text in ("", "十十", "甲", "一二三四", "百", "二百")] == [None] * 6
