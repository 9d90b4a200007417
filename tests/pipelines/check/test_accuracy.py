"""Scoring: what is wrong costs, what is missing costs, a lowered result falls below its floor, and bad folders are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.check.accuracy import Floor, floors_from, load_floors, score, shortfalls
from pipelines.check.cases import FIELDS, TITLE_FIELDS, Case, CaseError, load_cases
from pipelines.check.tally import Tally

TITLE = "市水务局对市十五届人大一次会议第0398号建议的答复"
RECORD: dict[str, Any] = {
    "document_type": "reply",
    "references": [
        {
            "body": "人大", "level": "市", "place": None, "term": 15, "meeting": 1, "number": "0398",
            "category_number": None, "kind": "建议",
        }
    ],
    "answering_agency": "市水务局",
    "grade": None,
    "document_number": None,
    "quoted_subject": None,
}  # fmt: skip


def title(**changed: Any) -> Case:
    return Case("t", TITLE.encode(), {"title": TITLE, "record": {**RECORD, **changed}}, "title")


def text(body: str, letter: str) -> Case:
    record: dict[str, Any] = {
        name: [] if name in ("references", "co_handlers", "attachments") else None for name in FIELDS
    }
    record |= {
        "title": TITLE,
        "references": RECORD["references"],
        "document_type": "reply",
        "body_text": body,
    }
    return Case("x", letter.encode(), {"url": None, "record": record}, "txt")


def test_a_right_title_costs_nothing() -> None:
    tally = score([title()])
    assert tally.misses == []
    assert (tally.total.right, tally.total.given, tally.total.wanted) == (3, 3, 3)


def test_a_wrong_value_costs_precision_and_recall_a_missing_one_recall_an_invented_one_precision() -> None:
    tally = score([title(answering_agency="市水利局", grade="A", document_type=None)])
    agency, grade, kind = (tally.counts[name] for name in ("answering_agency", "grade", "document_type"))
    assert (agency.precision, agency.recall) == (0, 0)
    assert (grade.precision, grade.recall) == (1, 0)
    assert (kind.precision, kind.recall) == (0, 1)
    assert {miss.field for miss in tally.misses} == {"answering_agency", "grade", "document_type"}


def test_items_of_a_list_are_counted_one_by_one() -> None:
    tally = Tally()
    tally.add_items("a", "co_handlers", ["甲局", "乙局"], ["乙局", "丙局"])
    count = tally.counts["co_handlers"]
    assert (count.precision, count.recall) == (0.5, 0.5)


def test_the_heading_above_the_text_may_be_there_or_not() -> None:
    letter = "某代表：\n您提出的关于疏浚河道的建议收悉，现答复如下：\n河道已疏浚。"
    whole = f"{TITLE}\n{letter}"
    for wanted in (letter, whole):
        assert not [miss for miss in score([text(wanted, whole)]).misses if miss.field == "body_text"]
    lost = score([text(letter, whole.replace("\n河道已疏浚。", ""))])
    assert "body_text" in {miss.field for miss in lost.misses}


def test_a_page_is_read_as_what_it_is() -> None:
    label = {"url": None, "status": 412, "outcome": "blocked", "issues": ["outcome_blocked"], "record": None}
    tally = score([Case("wall", b"<html><script>$_ts=1</script></html>", label, "html")])
    assert tally.misses == []
    assert (
        score([Case("wall", b"<html></html>", {**label, "status": 200}, "html")]).counts["outcome"].right == 0
    )


def test_a_lowered_result_falls_below_its_floor() -> None:
    floors = floors_from(score([title()]))
    assert list(shortfalls(score([title()]), floors)) == []
    lowered = list(shortfalls(score([title(answering_agency="市水利局")]), floors))
    assert [(short.field, short.figure) for short in lowered] == [
        ("answering_agency", "precision"), ("answering_agency", "recall"),
    ]  # fmt: skip


def test_cases_that_are_gone_and_fields_without_a_floor_fall_short() -> None:
    floors = {"title": Floor(1, 1, 5)}
    assert ("title", "wanted", 0, 5) in list(shortfalls(score([]), floors))
    assert ("references", "wanted", 1, 0) in list(shortfalls(score([title()]), floors))


def test_floors_are_cut_not_rounded() -> None:
    tally = Tally()
    for number in range(3):
        tally.add(str(number), "title", "甲", "甲" if number else "乙")
    assert floors_from(tally) == {"title": Floor(0.666, 0.666, 3)}


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({}, "cases"),
        ({"cases/a.html": "<p>"}, "a.json"),
        ({"cases/a.json": '{"record": null}'}, "a.json"),
        ({"cases/a.json": "{", "cases/a.html": ""}, "a.json"),
        ({"cases/a.json": '{"record": {"title": "甲"}}', "cases/a.html": ""}, "body_text"),
        ({"cases/b.json": '{"url": null}', "cases/b.txt": ""}, "record"),
        ({"cases/c.txt": "", "cases/c.json": '{"record": null}', "titles.jsonl": '{"title": "甲", "record": {}}'}, "第 1 行"),
    ],
)  # fmt: skip
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, files: dict[str, str], named: str) -> None:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CaseError, match=named):
        load_cases(tmp_path)


@pytest.mark.parametrize("content", [None, "[]", '{"title": {"precision": 1}}', "x"])
def test_floors_that_cannot_be_used_are_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "floors.json").write_text(content, encoding="utf-8")
    with pytest.raises(CaseError, match=r"floors\.json"):
        load_floors(tmp_path)


def test_how_the_json_is_laid_out_changes_no_digest() -> None:
    one = title()
    other = Case("t", one.body, json.loads(json.dumps(one.label, sort_keys=True, indent=4)), "title")
    assert one.label_digest == other.label_digest
    assert one.label_digest != title(grade="A").label_digest


def test_title_fields_are_fields() -> None:
    assert set(TITLE_FIELDS) < set(FIELDS)
