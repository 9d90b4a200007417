"""发文字号, GB/T 9704-2012 §7.2.5.

The number consists of 机关代字, the year in full in six-angle brackets 〔〕 and a serial number that carries neither 第
nor padding, followed by 号. Real pages print [ ], 【】, ﹝﹞, ( ) and （）, add 第, pad with zeros and glue a grade to
the end. What can be brought to the form is; what lacks one of the three parts is None.
"""

from __future__ import annotations

import re

from pipelines.models import Issue
from pipelines.normalise.grade import LETTER
from pipelines.normalise.text import CJK, fold, is_blank
from pipelines.records import record

_OPEN, _CLOSE = r"[〔\[【﹝(［（{〈<〖]", r"[〕\]】﹞)］）}〉>〗]"
_AGENCY = rf"[{CJK}][{CJK}A-Za-z0-9·.]{{0,24}}(?:[(][{CJK}]{{1,8}}[)])?[{CJK}]{{0,6}}"
_NUMBER = re.compile(
    rf"(?P<agency>{_AGENCY}) ?{_OPEN} ?(?P<year>(?:19|20)\d\d) ?年? ?{_CLOSE} ?(?:第 ?)?(?P<serial>\d{{1,5}}) ?号"
)
_NO_HAO = re.compile(
    rf"(?P<agency>{_AGENCY}) ?{_OPEN} ?(?P<year>(?:19|20)\d\d) ?年? ?{_CLOSE} ?(?:第 ?)?(?P<serial>\d{{1,5}})"
)
BRACKETS = rf"{_OPEN[1:-1]}＜｛"
"""For use inside a character class: one of them opens the year of every number, in a text that is not folded yet."""
_OPENED = re.compile(rf"[{BRACKETS}]\s*\d")
_YEAR = re.compile(rf"{_OPEN} ?\d{{2,4}} ?年? ?{_CLOSE}")
"""Looked for first: a number has its year in brackets, and few lines have one."""
_GRADE = re.compile(rf" ?[(\[]? ?({LETTER}) ?类? ?[)\]]?")
_LATER_GRADE = re.compile(rf"(?:^|[^A-Za-z0-9])({LETTER}) ?类(?![A-Za-z0-9])")
_SHAPE = re.compile(rf"{_OPEN} ?\d{{2,4}} ?年? ?{_CLOSE}[^号]{{0,12}}号")
_NO_AGENCY_CODE = re.compile(r"第|届|会议|关于|[对号]|提案$|代表建议$")
_BRACKETED = re.compile(r"[(【〔\[]([^()【】]{4,40}号)[)】〕\]]")
"""A number that stands in brackets below the title."""
_CODE_ENDS = re.compile(rf"[{CJK}]{{1,6}}(?:提案|建议)")
"""`林草提案〔2023〕45号` in brackets behind a title is a number of documents."""
_LABEL = re.compile(r"^(?:发文字号|发文文号|文件编号|文号|字号|编号) ?[::] ?")
_BLANKS = re.compile(r"\s+")
_HAN_DIGIT_GAP = re.compile(r"(?<=[^\x21-\x7e]) +| +(?=[^\x21-\x7e])")


@record
class DocumentNumber:
    """What a cell or line says: the number in the form of the standard, and what was glued to it."""

    value: str | None
    grade: str | None = None
    rest: str = ""
    """What follows number and grade, as printed."""
    issues: tuple[Issue, ...] = ()


def format_number(agency: str, year: str, serial: str) -> str:
    """`鄂科函`, `2024`, `012` → `鄂科函〔2024〕12号`."""
    return f"{agency.replace(' ', '')}〔{year}〕{int(serial)}号"


def read_document_number(raw: str) -> DocumentNumber:
    """Read the value of a 文号 cell.

    >>> read_document_number("鄂科函【2024】第012号(A类)")
    DocumentNumber(value='鄂科函〔2024〕12号', grade='A', rest='', issues=())
    >>> read_document_number("无").value, read_document_number("〔2022〕号").issues[0].code
    (None, 'document_number_form')
    """
    if is_blank(raw):
        return DocumentNumber(None)
    text = _tidy(raw)
    match = _NUMBER.match(text) or _NO_HAO.fullmatch(text)
    if match is None or int(match["serial"]) == 0:
        return DocumentNumber(None, issues=(_bad_form(raw),))
    return _result(text, match)


def read_number_line(line: str) -> DocumentNumber | None:
    """A line of the body that opens with a document number; None when the line is something else.

    A number that breaks the form (`30-17号`) gives a result without value, with an issue.
    """
    if len(line) > 120 or _OPENED.search(line) is None:
        return None
    text = _tidy(line)
    if _YEAR.search(text) is None:
        return None
    if (bracketed := _BRACKETED.fullmatch(text)) is not None:
        text = bracketed[1]
    match = _NUMBER.match(text)
    if match is not None and int(match["serial"]) > 0:
        result = _result(text, match)
        return result if _may_follow(result.rest) else None
    shape = _SHAPE.search(text)
    if shape is not None and shape.start() <= 24 and _may_follow(text[shape.end() :]):
        head = text[: shape.start()]
        if re.fullmatch(rf"[{CJK}A-Za-z0-9·]{{0,24}}", head):
            grade = _GRADE.fullmatch(text[shape.end() :])
            return DocumentNumber(None, grade[1] if grade else None, "", (_bad_form(line),))
    return None


def cut_document_number(title: str) -> tuple[str, str | None]:
    """Take a document number out of a title, with the brackets around it: `…答复[浙交建〔2018〕101号]`."""
    text = fold(title)
    if _YEAR.search(text) is None:
        return title, None
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        # A number that opens the title needs no brackets; one inside it must be bracketed or stand at the end.
        bracketed = start > 0 and text[start - 1] in "([【〔" and end < len(text) and text[end] in ")]】〕"
        if bracketed:
            start, end = start - 1, end + 1
        elif end < len(text) and start > 0:
            continue
        agency = match["agency"]
        if glued := re.search(r"答复意见|答复函|[会协]办意见|答复|回复|复函|的函", agency):
            start, agency = start + glued.end(), agency[glued.end() :]
        if len(agency) < 2 or (
            _NO_AGENCY_CODE.search(agency) and not (bracketed and _CODE_ENDS.fullmatch(agency))
        ):
            continue
        return title[:start] + title[end:], format_number(agency, match["year"], match["serial"])
    return title, None


def _tidy(raw: str) -> str:
    text = fold(raw[:400])
    if " " in text or not text.isprintable():
        text = _HAN_DIGIT_GAP.sub("", _BLANKS.sub(" ", text).strip())
    return _LABEL.sub("", text)


def _result(text: str, match: re.Match[str]) -> DocumentNumber:
    rest, grade = text[match.end() :], None
    glued = _GRADE.match(rest)
    if glued and not re.match(r"[A-Za-z0-9]", rest[glued.end() :]):
        grade, rest = glued[1], rest[glued.end() :]
    elif later := _LATER_GRADE.search(rest):
        grade = later[1]
    return DocumentNumber(format_number(match["agency"], match["year"], match["serial"]), grade, rest.strip())


def _may_follow(rest: str) -> bool:
    """What may stand to the right of the number on its line: nothing, a grade, the disclosure, 签发人."""
    rest = rest.strip()
    return not rest or bool(
        re.match(
            rf"(?:[(\[]? ?{LETTER} ?类?[)\]]?)?(?:$|[(\[]?(?:不?同意|此|签发|是否|主动|依申请|公开|类别))",
            rest,
        )
    )


def _bad_form(raw: str) -> Issue:
    return Issue(
        "document_number_form",
        "发文字号不合 GB/T 9704 的格式（机关代字、〔年份〕、序号、号），未采用",
        field="document_number",
        raw=raw[:200],
    )
