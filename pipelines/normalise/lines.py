"""Short lines at the head and foot of a letter that carry metadata: document number, grade, disclosure.

`武水函〔2022〕181号(A)`, `类别:B`, a lone `B` as line 1, `(此件公开发布)`, `钱办发〔2020〕11号A类 同意公开`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.models import FieldSource, Issue, RawField
from pipelines.normalise import labels
from pipelines.normalise.body import disclosure_inside, disclosure_line
from pipelines.normalise.document_number import BRACKETS, read_number_line
from pipelines.normalise.grade import LETTER, read_grade
from pipelines.normalise.index_number import check_digit_issues, find_index_number
from pipelines.normalise.text import collapse, fold, lines_with
from pipelines.records import record

_HEAD = 12
_FOOT = 25
_GRADE_LABEL = "|".join(r" ?".join(label) for label in labels.ORDER["grade"])
_LABELLED_GRADE = re.compile(
    rf"(?:^|[\s(\[【〔;,])(?:{_GRADE_LABEL}) ?(?:: ?[(]?|[(]) ?(?P<grade>{LETTER}) ?类?(?![A-Za-z0-9\u3400-\u9fff])"
)
_INDEX_LINES = 3
"""The first lines, in which an index number may stand alone."""
_LONGEST_GRADE = 60
"""Characters of the longest line with a labelled grade."""
_ANY_LETTER = re.compile("[A-FＡ-Ｆ]")
_SIGNS = re.compile(f"[A-FＡ-Ｆ{BRACKETS}]")
"""A grade has its letter, a document number the bracket in front of its year."""
_COLON = re.compile("[:：﹕∶︰]")
_LABELLED = re.compile(r"[(【\[]?(?P<label>[^:()【】]{2,14}):(?P<value>[^:]{1,60}?)[)】\]]?")
_LABELLED_FIELDS = (
    "index_number",
    "document_number",
    "validity",
    "disclosure",
    "publisher",
    "co_handlers",
    "lead_agency",
)
_FIELD_LABELS = frozenset(label for field in _LABELLED_FIELDS for label in labels.ORDER[field])


@record
class Lines:
    """(field, value, source) found in lines, best first, and issues."""

    values: tuple[tuple[str, object, FieldSource], ...]
    issues: tuple[Issue, ...]


def read_lines(paragraphs: tuple[str, ...], signs: Sequence[str] | None = None) -> Lines:
    """Look at the first and the last lines of a text.

    `signs`: those of the paragraphs (`text.signs_of`), where they are known.
    """
    signs = paragraphs if signs is None else signs
    values: list[tuple[str, object, FieldSource]] = []
    issues: list[Issue] = []
    for index, paragraph in enumerate(paragraphs[:_HEAD]):
        if index < _INDEX_LINES or _SIGNS.search(signs[index]) is not None:
            _head_line(paragraph, index, values, issues)
    foot = paragraphs[max(_HEAD, len(paragraphs) - _FOOT) :] if len(paragraphs) > _HEAD else ()
    for paragraph in [line for line in (*paragraphs[:_HEAD], *foot) if "公" in line]:
        value = disclosure_line(paragraph) or disclosure_inside(paragraph)
        if value:
            values.append(
                ("disclosure", value, FieldSource("body", "body.disclosure", collapse(paragraph)[:80]))
            )
    for paragraph in [line for line in foot if len(line) <= _LONGEST_GRADE]:
        if grade := _labelled_grade(paragraph):
            values.append(("grade", grade, FieldSource("body", "grade.line", collapse(paragraph)[:80])))
    return Lines(tuple(values), tuple(issues))


def _head_line(
    paragraph: str, index: int, values: list[tuple[str, object, FieldSource]], issues: list[Issue]
) -> None:
    if len(paragraph) > 160:
        return
    printed = collapse(paragraph)
    number = read_number_line(printed)
    if number is not None:
        issues.extend(number.issues)
        if number.value:
            values.append(
                ("document_number", number.value, FieldSource("body", "document_number.gb9704", printed))
            )
        if number.grade:
            values.append(("grade", number.grade, FieldSource("body", "grade.glued", printed)))
        if number.rest and (value := disclosure_line(number.rest)):
            values.append(("disclosure", value, FieldSource("body", "body.disclosure", printed)))
        return
    grade = read_grade(printed) or _labelled_grade(printed)
    if grade:
        values.append(("grade", grade, FieldSource("body", "grade.line", printed)))
        return
    if index < _INDEX_LINES and (value := find_index_number(printed)):
        issues.extend(check_digit_issues(value))
        values.append(("index_number", value, FieldSource("body", "index_number.shape", printed)))


def _labelled_grade(line: str) -> str | None:
    """`类  别:B`, `办理结果:C类`, `[办理结果标注(A1)]`."""
    if len(line) > _LONGEST_GRADE or _ANY_LETTER.search(line) is None:
        return None
    match = _LABELLED_GRADE.search(collapse(fold(line)))
    return match["grade"] if match else None


def labelled_lines(paragraphs: tuple[str, ...], signs: Sequence[str] | None = None) -> tuple[RawField, ...]:
    """Labelled lines that a reader left in the letter (`公开属性:主动公开` below the signature), as fields.

    `signs`: those of the paragraphs (`text.signs_of`), where they are known.
    """
    out: list[RawField] = []
    foot = max(_HEAD, len(paragraphs) - _FOOT)
    for index in lines_with(_COLON, paragraphs if signs is None else signs):
        if _HEAD <= index < foot:
            continue
        paragraph = paragraphs[index]
        printed = collapse(paragraph)
        match = _LABELLED.fullmatch(fold(printed)) if len(printed) <= 80 else None
        if match is not None and (label := labels.normal_label(match["label"])) in _FIELD_LABELS:
            out.append(RawField(label, printed[match.start("value") : match.end("value")].strip(), "line"))
    return tuple(out)
