"""The vocabulary: no label may be lost between the reader and the normaliser."""

from __future__ import annotations

from pipelines.normalise import labels
from pipelines.read import labels as reader


def test_an_invented_label_is_not_known() -> None:
    assert not labels.is_known("新鲜标签", "cell")
    assert labels.is_known("viewport", "meta")
    assert labels.is_known("", "byline")


def test_labels_are_compared_without_spaces_and_width() -> None:
    assert labels.normal_label(" 索 引　号 ：") == "索引号"
    assert labels.normal_label("【主办单位（分办单位）】") == "主办单位(分办单位)"


def test_whatever_the_reader_takes_for_a_label_has_a_field_or_is_known_to_have_none() -> None:
    words = [*reader._METADATA, *reader._LINE]
    assert [word for word in words if not labels.is_known(labels.normal_label(word), "cell")] == []


def test_no_label_answers_to_two_fields_except_the_letters() -> None:
    seen: dict[str, list[str]] = {}
    for field, names in labels.ORDER.items():
        for name in names:
            seen.setdefault(name, []).append(field)
    assert {name: fields for name, fields in seen.items() if len(fields) > 1} == {
        "分类": ["category", "grade"],
        "类别": ["category", "grade"],
    }
