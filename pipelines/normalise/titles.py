"""Titles of replies: what a title says about the proposal, the answering agency and the kind of document.

A title is taken apart from the outside in: column tags in front, grade and document number, quotations (a quoted
subject is masked, a quoted reference is opened), then the references, the agency in front of 关于 or 对, and the ending.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from pipelines.models import DocumentType, Issue, Kind, Reference
from pipelines.normalise.agencies import looks_like_agency
from pipelines.normalise.document_number import cut_document_number
from pipelines.normalise.grade import LETTER, cut_trailing_grade
from pipelines.normalise.references import find_references, kind_of_word
from pipelines.normalise.text import CJK, collapse, fold, is_cut, quoted_spans, squeeze

MAX_TITLE = 500
MASK = "■"

_TAG = re.compile(rf"^(?:【[^】]{{1,20}}】|\[[{CJK}A-Za-z0-9]{{1,12}}\]|[(][{CJK}]{{1,8}}[)])")
_YEAR = re.compile(
    r"^(?:(?:19|20)\d\d(?:[-.]\d{1,2}[-.]\d{1,2}(?!\d)|年\d{1,2}月\d{1,2}日|年度?)|\d{1,3}[、.](?!\d))[\s:_-]{0,2}"
)
"""A year, a day or the number of a list row in front."""
_FRONT_GRADE = re.compile(rf"^(?:[(\[【]? ?({LETTER})类 ?[)\]】]?|[(\[【]({LETTER})[)\]】])[\s:]{{0,2}}(?=.)")
_GRADE_ALONE = re.compile(rf"[(\[【]({LETTER})类?[)\]】]")
_INNER_GRADE = re.compile(rf"(?<=[号案议])[(\[【]({LETTER})类[)\]】]")
_DIGIT_GAP = re.compile(r"(?<=\d) (?=\d)")
_YEAR_INSIDE = re.compile(r"(?<=[省市县区州盟旗镇乡])(?:19|20)\d\d年度?(?=(?:第?.{1,3}届)?(?:政协|人大))")
_ANSWER = re.compile(r"答复|回复|复函|回函|续复|办复|复文|函复")
_CO_HANDLING = re.compile(
    r"(?:会办|协办|分办|会同办理)(?:工作|单位|情况|件|答复|的|函|意见|复函|回复)*(?:意见|函|答复|回复|复函|件)|(?:会办|协办)意见"
    r"|(?:会办|协办)(?:工作)?情况(?:的?(?:报告|函|说明))?$"
)
_CO_HANDLED = re.compile(r"[(](?:会办|协办|分办)(?:件|意见|提案|建议)?[)]")
_TO_CO_HANDLE = re.compile(r"(?:关于|对)(?:会办|协办|分办)(?!单位).{6,80}(?:函|意见|答复|回复)$")
_OTHER_END = re.compile(
    r"(?:通知|方案|总结|公示|计划|要点|一览表?|汇总表?|统计表?|情况表|台账|清单|目录|名单|动态|办法|制度|规定|通报|公告|决定|意见的批复|批复|分工"
    r"|安排|纪要|简报|讲话|新闻|发布会|工作会|推进会|会|(?<![答回办]复)(?<!答复情况)(?<!答复意见)表|进展|情况综述|综述|须知|指南|细则|实施意见|请示|公开|总体情况|办理工作情况)$"
)
_LONGEST_END = 8
"""More characters than any of these words has."""
_SITUATION_END = re.compile(
    r"(?:办理|落实|答复|办复|承办|主办|处理)(?:工作)?(?:的)?(?:情况|结果|进展|意见|反馈)(?:的?(?:报告|说明|汇报|反馈|公开|函|摘要|公示))?$"
)
_GENERAL = re.compile(
    r"(?:总体|工作)情况|(?:建议|议案).{0,4}提案.{0,4}(?:办理|答复|回复)(?:工作|情况)|(?:19|20)\d\d年度?(?:.{0,12}(?:建议|提案))?.{0,4}(?:办理|答复)(?:工作)?(?:情况|结果|复文)"
    r"|(?:建议|提案|意见)办理(?:工作)?(?:情况|结果)的?(?:报告|汇报|公示|公告)$"
)
"""Words about all proposals of a year."""
_LETTER_END = re.compile(r"(?:的函|函|答复件|摘要|报告)$")
_PROPOSAL_END = re.compile(r"(?:提案|建议|议案|建议案)$")
_KIND_WORD = re.compile(r"提案|建议|议案")
_FIRM_KIND_WORD = re.compile(r"提案|议案|人大|政协|代表建议")
_AGENCY_ANSWERS = re.compile(rf"([{CJK}]{{2,40}}?)(?:就|答复|回复)(?=[^\s的函])")
_NO_AGENCY = re.compile(
    r"附件|政府网|门户|网站|官网|届|会议|提案|建议|议案|答复|回复|复函|办理|【|】|第\d|\d号|■|:|的$"
)
_DUI = re.compile(r"对(?!外|台|口|俄|韩|日|港|接|应|标|策)")
_SUBJECT_BEFORE = re.compile(
    r"(?:关于|对|就|号|会议|提案|建议|议案|提出的|提出|期间|代表|委员|[\s)、,:和及]|上|的|人大|政协|案由|题为|^)$"
)
_SUBJECT_AFTER = re.compile(
    r"(?:等|一文|一案)?(?:的|之)?(?:第|编号|(?:人大|政协)?(?:代表|委员)的?)?(?:建议|提案|议案|一案|答|回|复|续|办|会|协|函|意见|[(、,:;和及—\-]|第|\d|$)"
)
_OWN_NAME = re.compile(r"(?:提案|建议|议案)$")
_LAST_BRACKET = re.compile(r"[(\[【](?![答回]复|复函)[^()\[\]【】]{0,30}[)\]】]$")
_LAST_YEAR = re.compile(r"(?:19|20)\d\d年度?$")
_WORDS = re.compile(rf"[{CJK}A-Za-z0-9()（）、·\s]+")
_NUMBER_ALONE = re.compile(r"[A-Za-z]{0,6}\d{1,12}号?")
_REFERENCE_INSIDE = re.compile(r"届.{0,12}次|第[A-Za-z]{0,6}\d{1,12}号(?:提案|建议|议案|代表)")


class Title(NamedTuple):
    """What a title says. Conventions: a part that is not printed is None."""

    references: tuple[Reference, ...] = ()
    document_type: DocumentType | None = None
    answering_agency: str | None = None
    grade: str | None = None
    document_number: str | None = None
    quoted_subject: str | None = None
    issues: tuple[Issue, ...] = ()
    firm: bool = True
    """False when the type is only the default of a title that ends in none of the known words."""


def read_title(title: str) -> Title:
    """Read one printed title.

    >>> read_title("市水务局对市十五届人大一次会议第0398号建议的答复").references[0].number
    '0398'
    """
    printed = _DIGIT_GAP.sub("", squeeze(title[:MAX_TITLE]))
    text, grade = _strip_front(printed)
    text, last_grade = cut_trailing_grade(text)
    grade = grade or last_grade
    text, document_number = cut_document_number(text)
    text, second_grade = cut_trailing_grade(text)
    if document_number and (behind := _GRADE_ALONE.match(fold(text))):
        text, second_grade = text[behind.end() :], behind[1]
    text, subject, cut = _mask_subjects(text)
    folded = fold(text)
    found = find_references(folded)
    references = found.references
    if references and references[0].kind is None and subject:
        kind = _subject_kind(subject)
        references = tuple(replace(ref, kind=ref.kind or kind) for ref in references)
    document_type, firm = _document_type(folded, references)
    if references and not _specific(references, folded, document_type):
        references = ()
    if document_type == "other" and firm:
        subject = None
    issues = _issues(printed, references, document_type, found.ranges, cut)
    agency = _agency(text, folded, found.spans, document_type == "other" and firm)
    return Title(
        references,
        document_type,
        _jointly(title, agency) if agency else None,
        grade or second_grade,
        document_number,
        subject,
        issues,
        firm,
    )


def mask_quotations(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Quoted words replaced by ■ of the same length, so that no number inside them is read; and where they stood.

    A quotation that holds a reference (`“市政协十三届二次会议第103号提案”`) only loses its marks.
    """
    out: list[str] = list(text)
    spans: list[tuple[int, int]] = []
    for start, end in quoted_spans(text):
        inside = fold(text[start + 1 : end - 1])
        if _REFERENCE_INSIDE.search(inside) or _NUMBER_ALONE.fullmatch(inside):
            out[start] = out[end - 1] = " "
            for inner_start, inner_end in quoted_spans(text[start + 1 : end - 1]):
                _cover(out, spans, start + 1 + inner_start, start + 1 + inner_end)
            continue
        _cover(out, spans, start, end)
    return "".join(out), spans


def _cover(out: list[str], spans: list[tuple[int, int]], start: int, end: int) -> None:
    spans.append((start, end))
    out[start:end] = MASK * (end - start)


def _strip_front(text: str) -> tuple[str, str | None]:
    """Without column tags, dates and a grade in front, and without a grade in brackets behind the number; that grade."""
    grade = None
    for _ in range(4):
        folded = fold(text)
        if (graded := _FRONT_GRADE.match(folded)) is not None:
            grade, text = graded[1] or graded[2], text[graded.end() :]
            continue
        match = _TAG.match(folded) or _YEAR.match(folded)
        if match is None or match.end() == len(text) or re.search(r"\d号", match[0]):
            break
        text = text[match.end() :]
    if (inner := _INNER_GRADE.search(fold(text))) is not None:
        grade, text = grade or inner[1], text[: inner.start()] + text[inner.end() :]
    return (_YEAR_INSIDE.sub("", text) if "年" in text else text), grade


def _mask_subjects(text: str) -> tuple[str, str | None, bool]:
    """(masked text, quoted subject, whether the subject was cut by an editor)."""
    masked, spans = mask_quotations(text)
    subject, cut = None, False
    for start, end in spans:
        inside = text[start + 1 : end - 1].strip()
        named = _SUBJECT_BEFORE.search(masked[:start].rstrip()) or _OWN_NAME.search(inside)
        if not named or not _SUBJECT_AFTER.match(fold(masked[end:]).lstrip()):
            continue
        if is_cut(inside) or "…" in inside:
            cut = True
        elif inside and subject is None:
            subject = inside
    return masked.replace(" ", ""), subject, cut


def _subject_kind(subject: str) -> Kind | None:
    for word in ("提案", "议案", "建议"):
        if subject.rstrip("》”").endswith((word, f"{word}案")):
            return kind_of_word(word)
    return None


def _document_type(text: str, references: tuple[Reference, ...]) -> tuple[DocumentType, bool]:
    """From the ending. (type, firm)."""
    end = _LAST_BRACKET.sub("", text) if text.endswith((")", "]", "】")) else text
    end = end.rstrip(".。;!:") or text
    numbered = any(ref.number or ref.term for ref in references)
    co_handled = _CO_HANDLING.search(end[-24:]) or _CO_HANDLED.search(text[-40:]) or _TO_CO_HANDLE.search(end)
    if co_handled and not re.search(r"通知|方案|总结", end[-6:]):
        return "co_handling_opinion", True
    answers = _ANSWER.search(end)
    if _SITUATION_END.search(end) and any(ref.number for ref in references):
        return "reply", True
    if _GENERAL.search(text) and not any(ref.number for ref in references):
        return "other", True
    if _OTHER_END.search(end, max(0, len(end) - _LONGEST_END)) and not re.search(
        r"(?:答复|回复|复函|答复函|回函)$", end
    ):
        return "other", True
    if answers and (numbered or references):
        return "reply", True
    if answers and _KIND_WORD.search(end):
        only_letter = not re.search(r"答复|回复", end) and not _FIRM_KIND_WORD.search(end)
        return ("other" if only_letter else "reply"), not only_letter
    if _LETTER_END.search(end) and any(ref.number for ref in references):
        return "reply", True
    if answers and MASK in end:
        return "reply", False
    return "other", False


def _specific(references: tuple[Reference, ...], text: str, document_type: DocumentType) -> bool:
    """`省人大代表建议和政协提案` in general is no reference: a body alone counts only in the title of one reply."""
    if any(ref.number or ref.term for ref in references):
        return True
    if document_type == "other" or len({ref.body for ref in references}) > 1 or len(references) > 1:
        return False
    return not re.search(r"年度?|工作|情况", text)


def _agency(text: str, folded: str, spans: tuple[tuple[int, int], ...], answers_nobody: bool) -> str | None:
    """What stands before 关于 or 对, when it is a name and the document answers somebody."""
    if answers_nobody:
        return None
    about = folded.find("关于")
    match = _DUI.search(folded)
    ends = [position for position in (about, match.start() if match else -1) if position >= 0]
    if not ends and (named := _AGENCY_ANSWERS.match(folded)) and looks_like_agency(named[1]):
        ends = [named.end(1)]
    if not ends:
        return None
    begin, end = 0, min(ends)
    for start, stop in spans:
        if start <= begin < end and stop <= end:
            begin = stop
    rest = re.match(r"\d{2,8}(?=[^\d号])", folded[begin:end]) if begin else None
    name = text[begin + (rest.end() if rest else 0) : end].strip("-—_: |,：，｜、")
    name = _LAST_YEAR.sub("", name) if name.endswith(("年", "年度")) else name
    if not 2 <= len(name) <= 60 or _NO_AGENCY.search(fold(name)) or not _WORDS.fullmatch(name):
        return None
    return name


def _jointly(title: str, agency: str) -> str:
    """Two agencies that answer together keep the blank between their names: `市教育局 市财政局关于…`."""
    parts = collapse(title[:120]).split(" ")
    for count in range(2, min(5, len(parts)) + 1):
        *whole, last = parts[:count]
        rest = agency.removeprefix("".join(whole))
        if rest != agency and rest and last.startswith(rest) and all(map(looks_like_agency, (*whole, rest))):
            return " ".join((*whole, rest))
    return agency


def _issues(
    printed: str,
    references: tuple[Reference, ...],
    document_type: DocumentType,
    ranges: tuple[str, ...],
    cut: bool,
) -> tuple[Issue, ...]:
    out: list[Issue] = []
    if document_type != "other" and not any(ref.number for ref in references):
        message = "标题中没有提案或建议的编号"
        out.append(Issue("title_without_number", message, "info", "references", printed[:200]))
    for printed_range in ranges:
        out.append(Issue("number_range", "编号为起止范围，已逐号展开", "info", "references", printed_range))
    if any(
        (ref.body == "政协" and ref.kind in ("建议", "议案")) or (ref.body == "人大" and ref.kind == "提案")
        for ref in references
    ):
        message = "会议与文种不一致（政协会议的“建议”或人大会议的“提案”），按标题原样记录"
        out.append(Issue("body_kind_mismatch", message, "info", "references", printed[:200]))
    if cut:
        out.append(Issue("value_cut", "引用的题目有省略，未采用", "info", "quoted_subject", printed[:200]))
    return tuple(out)
