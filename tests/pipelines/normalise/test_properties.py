"""What must hold for every input: nothing raises, normalising twice is normalising once, printing and reading agree, and
no value is without a source. How long a rule takes is measured by the fuzz run (`tests/fuzz`)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.check.cases import load_cases
from pipelines.models import Page
from pipelines.normalise.agencies import looks_like_agency, split_agencies
from pipelines.normalise.dates import read_moment, read_row_date, read_signature_date
from pipelines.normalise.document_number import (
    cut_document_number,
    format_number,
    read_document_number,
    read_number_line,
)
from pipelines.normalise.grade import read_grade
from pipelines.normalise.index_number import find_index_number, read_index_number
from pipelines.normalise.labels import normal_label
from pipelines.normalise.places import read_place
from pipelines.normalise.privacy import mask, mask_html
from pipelines.normalise.references import find_references
from pipelines.normalise.text import collapse, despace, fold, is_blank, numeral, quoted_spans, squeeze
from pipelines.normalise.titles import read_title
from pipelines.process import process, process_text, process_title
from pipelines.read.sanitise import sanitise
from tests.accuracy import FOLDER
from tests.fuzz.words import FRAGMENTS, unsourced

THOROUGH = settings(max_examples=150, deadline=None, derandomize=True)
SLOW = settings(max_examples=40, deadline=None, derandomize=True)

ANY = st.text(max_size=300)
LIKELY = st.lists(st.sampled_from(FRAGMENTS), max_size=24).map("".join)
"""Words of the trade in any order: they reach the rules that noise never reaches."""
MIXED = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=24).map("".join)
TEXTS = st.one_of(ANY, LIKELY, MIXED)
CASES = load_cases(FOLDER)

HAN = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1–199 as it is written: `十三`, `二十一`, `一百零五`."""
    if number >= 100:
        rest = number - 100
        return "一百" + (
            "" if not rest else ("零" if rest < 10 else "一" if rest < 20 else "") + chinese(rest)
        )
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{HAN[tens]}十"
    return head + (HAN[ones] if ones or not tens else "")


def widened(text: str) -> str:
    """ASCII in full width."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


# --- nothing raises ---------------------------------------------------------------------------------------------


@THOROUGH
@given(TEXTS)
def test_no_text_makes_a_rule_raise(text: str) -> None:
    for rule in (
        fold, collapse, squeeze, despace, is_blank, numeral, read_index_number, find_index_number, read_document_number,
        read_number_line, cut_document_number, read_grade, read_place, find_references, looks_like_agency, split_agencies,
        read_row_date, read_signature_date, normal_label, mask, mask_html, sanitise, read_title,
    ):  # fmt: skip
        rule(text)
    list(quoted_spans(text))
    for search in (False, True):
        read_moment(text, field="published_at", search=search, latest="2026-01-01T00:00:00+08:00")


@THOROUGH
@given(TEXTS)
def test_no_title_raises_and_every_value_has_a_source(text: str) -> None:
    assert unsourced(process_title(text)) == []


@SLOW
@given(st.lists(MIXED, max_size=14).map("\n".join))
def test_no_text_raises_and_every_value_has_a_source(text: str) -> None:
    assert unsourced(process_text(text.encode())) == []


@SLOW
@given(st.binary(max_size=2000))
def test_no_bytes_raise(body: bytes) -> None:
    process_text(body)
    process(Page(url="", body=body))


@SLOW
@given(st.sampled_from([case for case in CASES if case.kind == "html"]), st.data())
def test_no_damaged_page_raises_and_every_value_has_a_source(case: Any, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(case.body)))
    gap = data.draw(st.integers(0, 200))
    junk = data.draw(
        st.one_of(
            st.binary(max_size=20), st.sampled_from([b"<table><tr><td>", b"</div></div>", b"<!--", b"\xff"])
        )
    )
    reply = process(
        Page(url=case.label["url"] or "", body=case.body[:cut] + junk + case.body[cut + gap :])
    ).reply
    assert reply is None or unsourced(reply) == []


# --- normalising twice is normalising once ----------------------------------------------------------------------


@THOROUGH
@given(TEXTS)
def test_folding_and_spacing_are_idempotent_and_keep_positions(text: str) -> None:
    assert len(fold(text)) == len(text)
    for rule in (fold, collapse, squeeze, despace, mask, normal_label):
        assert rule(rule(text)) == rule(text)
    assert len(mask(text)) == len(text)


@SLOW
@given(TEXTS)
def test_sanitising_is_idempotent(text: str) -> None:
    once = sanitise(text)
    assert sanitise(once) == once


@THOROUGH
@given(TEXTS)
def test_identifiers_are_idempotent(text: str) -> None:
    for value in (read_index_number(text)[0], find_index_number(text)):
        assert value is None or read_index_number(value)[0] == value
    number = read_document_number(text).value
    assert number is None or read_document_number(number).value == number
    grade = read_grade(text)
    assert grade is None or read_grade(grade) == grade


@THOROUGH
@given(TEXTS)
def test_dates_are_idempotent(text: str) -> None:
    for moment in (read_moment(text, field="issued_on"), read_moment(text, field="issued_on", search=True)):
        if moment.value:
            assert read_moment(moment.value, field="issued_on").value == moment.value


@THOROUGH
@given(TEXTS)
def test_a_list_of_agencies_read_again_is_the_same(text: str) -> None:
    names = split_agencies(text)
    assert split_agencies("、".join(names)) == names


@THOROUGH
@given(TEXTS)
def test_a_title_reads_the_same_however_it_is_spaced(text: str) -> None:
    assert read_title(collapse(text)) == read_title(text[:500]) or len(text) > 500


# --- printing and reading agree ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, 200))
def test_chinese_numerals(number: int) -> None:
    assert numeral(chinese(number)) == number


DAYS = st.dates(date(1949, 10, 1), date(2098, 12, 31))


def _digits(year: int, zero: str) -> str:
    return "".join(zero if digit == "0" else HAN[int(digit)] for digit in str(year))


@THOROUGH
@given(DAYS, st.sampled_from("〇○零0"))
def test_dates_in_every_print(day: date, zero: str) -> None:
    y, m, d = day.year, day.month, day.day
    for printed in (
        f"{y}年{m}月{d}日", f"{y}年{m:02}月{d:02}日", f"{y} 年 {m} 月 {d} 日", widened(f"{y}年{m}月{d}日"), f"{y}-{m:02}-{d:02}",
        f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}{m:02}{d:02}", f"{_digits(y, zero)}年{chinese(m)}月{chinese(d)}日",
    ):  # fmt: skip
        assert read_moment(printed, field="issued_on").day == day.isoformat(), printed
    for printed in (
        f"{y}年{m}月{d}日",
        f"{y} 年{m}月 {d}日",
        f"{_digits(y, zero)}年{chinese(m)}月{chinese(d)}日",
    ):
        moment = read_signature_date(printed)
        assert moment is not None
        assert moment.day == day.isoformat(), printed


@THOROUGH
@given(st.datetimes(), st.booleans())
def test_times_in_every_print(moment: Any, seconds: bool) -> None:
    day = f"2024-{moment.month:02}-{moment.day:02}"
    time = moment.strftime("%H:%M:%S" if seconds else "%H:%M")
    if moment.month == 2 and moment.day == 29:
        day = "2024-02-29"
    for printed in (
        f"{day} {time}",
        f"{day}T{time}",
        f"{day.replace('-', '/')} {time}",
        widened(f"{day} {time}"),
    ):
        assert read_moment(printed, field="published_at").value == f"{day}T{time}", printed


@THOROUGH
@given(
    st.sampled_from(["鄂科函", "武水函", "襄农提字", "某政办发", "鄂教建（提）函", "溪交"]),
    st.integers(1990, 2030),
    st.integers(1, 9999),
    st.sampled_from(["〔〕", "[]", "【】", "（）", "()", "﹝﹞", "［］"]),
    st.sampled_from(["", "第"]),
    st.integers(1, 5),
)
def test_document_numbers_in_every_print(
    agency: str, year: int, serial: int, marks: str, ordinal: str, width: int
) -> None:
    wanted = format_number(fold(agency), str(year), str(serial))
    for printed in (
        f"{agency}{marks[0]}{year}{marks[1]}{ordinal}{serial:0{width}}号",
        f"{agency} {marks[0]} {year} {marks[1]} {ordinal}{serial:0{width}} 号",
        f"文号：{agency}{marks[0]}{year}{marks[1]}{ordinal}{serial:0{width}}号",
    ):
        assert read_document_number(printed).value == wanted, printed


@THOROUGH
@given(st.sampled_from([case for case in CASES if case.kind == "title"]))
def test_titles_in_full_width_say_the_same(case: Any) -> None:
    title = case.label["title"]
    plain, wide = read_title(title), read_title(widened(title))
    assert wide.document_type == plain.document_type
    narrow = [{name: fold(str(value)) for name, value in vars_of(one).items()} for one in wide.references]
    assert narrow == [
        {name: fold(str(value)) for name, value in vars_of(one).items()} for one in plain.references
    ]


def vars_of(reference: Any) -> dict[str, Any]:
    """The parts of a reference."""
    return {name: getattr(reference, name) for name in reference.__slots__}
