"""Corrections: refused with line and key where wrong, applied last, marked, and laid aside when the page has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.models import FieldSource, Page, Reference, Reply
from pipelines.process import process, process_text
from pipelines.review import ReviewError, correct, corrections, decisions, validate
from tests.pipelines.read.pages import TITLE, URL, document

HEAD = 'reason: 网页印错\n  date: "2026-11-24"\n'


def entry(name: str = "甲", url: str = URL, rest: str = "") -> str:
    return f"{name}:\n  url: {url}\n  {HEAD}{rest}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The reviewed folders, empty."""
    for name in ("corrections", "withheld"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("pipelines.review.entries.reviewed_data", lambda name: tmp_path / name)
    corrections.cache_clear()
    decisions.cache_clear()
    yield tmp_path
    corrections.cache_clear()
    decisions.cache_clear()


def write(folder: Path, text: str) -> Path:
    file = folder / "corrections" / "a.yaml"
    file.write_text(text, "utf-8")
    corrections.cache_clear()
    return file


# --- what is refused ---


@pytest.mark.parametrize(
    ("rest", "line", "key", "message"),
    [
        ('  field: signd_on\n  applies_to: x\n  value: "2024-01-01"\n', 5, "甲.field", "是不是 signed_on"),
        ("  field: body_text\n  applies_to: x\n  value: y\n", 5, "甲.field", "不是可以更正的字段"),
        ('  field: signed_on\n  applies_to: x\n  value: "2024-02-30"\n', 7, "甲.value", "YYYY-MM-DD"),
        ("  field: signed_on\n  applies_to: x\n  value: 2024-02-28\n", 7, "甲.value", "请加引号"),
        ('  field: published_at\n  applies_to: x\n  value: "2024-02-28T25:00"\n', 7, "甲.value", "HH:MM"),
        ("  field: grade\n  applies_to: x\n  value: 1\n", 7, "甲.value", "请加引号"),
        ("  field: grade\n  applies_to: x\n  valeu: A\n", 7, "甲.valeu", "是不是 value"),
        ("  field: grade\n  value: A\n", 1, "甲", "缺少必填的 applies_to"),
        ("  field: grade\n  applies_to: 3.5\n  value: A\n", 6, "甲.applies_to", "或 null"),
        ("  field: document_type\n  applies_to: reply\n  value: null\n", 7, "甲.value", "不能为空值"),
        (
            "  field: document_type\n  applies_to: reply\n  value: letter\n",
            7,
            "甲.value",
            "co_handling_opinion",
        ),
        ("  field: publisher\n  applies_to: x\n  value: 电话：027-87654321\n", 7, "甲.value", "联系方式"),
        ("  field: co_handlers\n  applies_to: x\n  value: 省教育厅\n", 7, "甲.value", "应为列表"),
        (
            '  field: references\n  applies_to: x\n  value:\n    - {body: 政协会议, number: "1"}\n',
            8,
            "甲.value[1].body",
            "政协、人大",
        ),
        ('  field: references\n  applies_to: x\n  value: [{term: "13"}]\n', 7, "甲.value[1].term", "整数"),
        ("  field: grade\n  applies_to: x\n  value: A\n  id: raaaaaaaaaaa\n", 1, "甲", "写一个"),
    ],
)
def test_a_mistake_is_told_with_line_key_and_what_is_allowed(
    folder: Path, rest: str, line: int, key: str, message: str
) -> None:
    file = write(folder, entry(rest=rest))
    with pytest.raises(ReviewError) as caught:
        validate()
    told = [one for one in caught.value.faults if (one.file, one.line, one.key) == (file, line, key)]
    assert any(message in one.message for one in told), caught.value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "名称: 一条记录"),
        ("甲: 1\n", "应为若干"),
        (entry(url="ftp://a.invalid/x", rest="  field: grade\n  applies_to: x\n  value: A\n"), "http://"),
        (
            entry(rest="  field: grade\n  applies_to: x\n  value: A\n").replace('"2026-11-24"', '"11月24日"'),
            "date 应为",
        ),
        (
            entry("甲", rest="  field: grade\n  applies_to: 甲 级\n  value: A\n")
            + entry("乙", rest="  field: grade\n  applies_to: 甲级\n  value: B\n"),
            "已在 a.yaml:1 更正过",
        ),
    ],
)
def test_a_file_that_says_nothing_clear_is_refused(folder: Path, text: str, message: str) -> None:
    write(folder, text)
    with pytest.raises(ReviewError, match=message):
        validate()


def test_the_files_that_ship_are_valid() -> None:
    validate()


# --- what is applied ---

SIGNED = '  field: signed_on\n  applies_to: 2023年5月18日\n  value: "2023-05-19"\n'


def test_a_correction_is_applied_last_and_marked(folder: Path) -> None:
    write(folder, entry(rest=SIGNED))
    done = process(Page(url=URL, body=document()))
    assert done.reply is not None
    assert done.reply.signed_on == "2023-05-19"
    assert done.reply.sources["signed_on"] == FieldSource("correction", "corrections", "2023年5月18日")
    assert all(issue.code != "correction_outdated" for issue in done.reply.issues)


def test_rules_across_fields_see_the_corrected_value(folder: Path) -> None:
    page = Page(url=URL, body=document(), row_date="2023-05-18")
    write(folder, entry(rest=SIGNED))
    done = process(page)
    assert done.reply is not None
    assert "signed_after_published" in [issue.code for issue in done.reply.issues]


def test_an_extract_with_the_address_is_corrected_too(folder: Path) -> None:
    write(folder, entry(rest=SIGNED))
    text = f"{TITLE}\n某委员：\n现答复如下：已办。\n某市交通运输局\n2023年5月18日"
    assert process_text(text.encode(), URL.replace("https", "http")).signed_on == "2023-05-19"
    assert process_text(text.encode()).signed_on == "2023-05-18"


def test_the_value_read_does_as_well_as_the_print_and_null_means_nothing(folder: Path) -> None:
    write(
        folder,
        entry("甲", rest=SIGNED.replace("2023年5月18日", '"2023-05-18"'))
        + entry("乙", rest="  field: grade\n  applies_to: null\n  value: B\n")
        + entry("丙", rest="  field: salutation\n  applies_to: 某委员\n  value: null\n"),
    )
    done = process(Page(url=URL, body=document()))
    assert done.reply is not None
    assert (done.reply.signed_on, done.reply.grade, done.reply.salutation) == ("2023-05-19", "B", None)
    assert done.reply.sources["grade"].raw is None
    assert done.reply.sources["salutation"].raw == "某委员"


def test_references_are_corrected_as_a_whole(folder: Path) -> None:
    value = '  value:\n    - {body: 政协, level: 市, term: 9, meeting: 4, number: "32", kind: 提案}\n'
    write(folder, entry(rest=f"  field: references\n  applies_to: {TITLE}\n{value}"))
    done = process(Page(url=URL, body=document()))
    assert done.reply is not None
    assert done.reply.references == (Reference("政协", "市", None, 9, 4, "32", None, "提案"),)
    assert done.reply.sources["references"].raw == TITLE


def test_a_page_that_has_changed_is_left_as_it_is_and_told(folder: Path) -> None:
    write(folder, entry(rest=SIGNED.replace("18日", "17日")))
    done = process(Page(url=URL, body=document()))
    assert done.reply is not None
    assert done.reply.signed_on == "2023-05-18"
    told = [issue for issue in done.reply.issues if issue.code == "correction_outdated"]
    assert [(one.field, one.raw, one.severity) for one in told] == [("signed_on", "2023年5月18日", "warning")]
    assert "a.yaml:1" in told[0].message


def test_a_site_that_mended_itself_is_told_mildly(folder: Path) -> None:
    write(folder, entry(rest=SIGNED.replace("18日", "17日").replace("05-19", "05-18")))
    done = process(Page(url=URL, body=document()))
    assert done.reply is not None
    assert [one.severity for one in done.reply.issues if one.code == "correction_outdated"] == ["info"]


def test_each_state_of_a_page_has_its_own_correction(folder: Path) -> None:
    write(
        folder,
        entry("甲", rest=SIGNED) + entry("乙", rest=SIGNED.replace("18日", "28日").replace("05-19", "05-29")),
    )
    table = corrections()
    for day, right in (("18", "2023-05-19"), ("28", "2023-05-29")):
        source = FieldSource("body", "x", f"2023年5月{day}日")
        reply = Reply(url=URL, signed_on=f"2023-05-{day}", sources={"signed_on": source})
        done = correct(reply, table)
        assert (done.signed_on, done.issues) == (right, ())


def test_a_twin_is_corrected_and_does_not_complain(folder: Path) -> None:
    write(folder, entry(rest=SIGNED))
    twin = URL.replace(".shtml", "_slh.shtml")
    assert correct(Reply(url=twin, signed_on="2023-05-18"), corrections()).issues == ()
    source = FieldSource("body", "x", "2023年5月18日")
    reply = Reply(url=twin, signed_on="2023-05-18", sources={"signed_on": source})
    assert correct(reply, corrections()).signed_on == "2023-05-19"
