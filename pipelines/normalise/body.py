"""The letter itself: who is addressed, the opening sentence, the subject, disclosure.

Only fixed formulas are read: an opening that runs up to 收悉 or 如下, and short lines at head and foot. The middle of a
letter is prose about policy, where 会同 and 《》 mean something else; it is never looked at.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.normalise.agencies import looks_like_agency
from pipelines.normalise.document_number import read_number_line
from pipelines.normalise.text import CJK, collapse, despace, fold, is_cut, quoted_spans, squeeze

_HEAD = 25
_PERSONS = r"(?:代表|委员)(?:们|同志|先生|女士)?(?:[(][^()]{1,20}[)])?"
_LINE = re.compile(rf"(?P<name>[^:。;!?《]{{1,400}}?{_PERSONS}) ?(?P<colon>:)?")
_INLINE = re.compile(rf"(?:^|\s|:)(?P<name>[^\s:。;!?《》“”]{{1,120}}?{_PERSONS}) ?:(?=.)")
_COLONS = tuple(":：﹕∶︰")
_AGENCY_LINE = re.compile(rf"(?P<name>[{CJK}A-Za-z0-9、,()·…\[\] ]{{2,80}}) ?:")
_NOT_SALUTATION = re.compile(
    r"提出|建议|提案(?!委)|议案|关于|收悉|答复|办理|届|会议|附件|如下|情况|抄送|感谢|您|你们|我[局厅委办]"
)
_NOT_NAME = frozenset(
    (
        "人大代表",
        "政协委员",
        "领衔代表",
        "提出代表",
        "附议代表",
        "联名代表",
        "领衔委员",
        "提案委员",
        "建议代表",
        "代表",
        "委员",
        "领协代表",
        "主办代表",
    )
)
_COLLECTIVE = re.compile(
    r"(?:代表团|总支(?:部)?|支部|界别?|活动小组|界别小组|市委会|省委会|区委会|县委会|工委)$"
)
"""Ends of the names of those who propose together and are no office."""
_OPENED = re.compile("收悉|如下|特此|办理情况|辦理情况|交由?我")
"""In a text that may not be folded yet."""
_END_OF_OPENING = re.compile(r"如下|收悉|[。]")
_PROPOSED = re.compile(r"提出|提交|所提|提的|反映|您|你|贵|关于|对|案由|领衔|(?:提案|建议|议案|号)[(]?$")
_CITES = re.compile(r"(?:根据|按照|依据|印发|贯彻|落实|结合|依照|出台|制定|以下简称|下称|按|执行)的?了?$")
_AFTER_SUBJECT = re.compile(
    r"(?:等|一文|一案)?(?:的|这一|之)?(?:代表|委员|人大|政协)?(?:建议|提案|议案|意见|问题|一|收悉|提出|中|后|之后|已|业|答复|回复|复函|办理|落实|作如|函|会办|协办|[(,,。:;\[]|第|交|由|$|现|经|我|及|和|、|涉及)"
)
_GAP_ENDS = re.compile(
    r"(?:提出的?|提交的?|所提的?|您的?|你们?的?|号[)]?|会议上?|提案|建议|议案|代表|委员|题为)$"
)
_SENTENCE_END = re.compile("[。!?]")
_STOP = re.compile("[,;。]")
_NO_SUBJECT = re.compile(r".{0,6}第\d{1,12}号.{0,6}|(?:该|本)?(?:提案|建议|议案)")
_LETTER_START = re.compile(r"您|你|贵|收到|[现現][将將就]|接")
"""In a text that may not be folded yet."""


class Letter(NamedTuple):
    """What the head of the letter says; positions are indexes of paragraphs."""

    salutation: str | None = None
    to_persons: bool = False
    """The salutation names 代表 or 委员."""
    start: int = 0
    """First paragraph of the letter proper (the salutation, or the opening)."""
    opening: str = ""
    """Text from the salutation up to the end of the opening formula, squeezed, otherwise as printed."""
    salutations: int = 0
    """How many lines of the whole text salute persons: more than one means several letters."""


def read_letter(paragraphs: tuple[str, ...]) -> Letter:
    """Find salutation and opening."""
    salutation, index, rest, persons = _salutation(paragraphs)
    may_salute = [line for line in paragraphs if "委" in line or ("代" in line and "代表" in line)]
    count = sum(_own_line(line, colon=True) is not None for line in may_salute)
    if salutation is None:
        index = _first_opening(paragraphs)
        rest = ""
    following = [rest] if rest else []
    first = index + 1 if salutation is not None else index
    # The number of the document itself is none of a proposal.
    near = [
        line for line in paragraphs[first : first + 5] if len(line) > 80 or read_number_line(line) is None
    ]
    return Letter(salutation, persons, index, _opening([*following, *near]), count)


def _opening(lines: list[str]) -> str:
    # Nothing behind the first 如下 counts.
    end = next((index for index, line in enumerate(lines) if "如下" in line), len(lines)) + 1
    opening = _cut_opening(squeeze(" ".join(lines[:end])[:3000]))
    if end < len(lines) and not opening.endswith("如下"):
        return _cut_opening(squeeze(" ".join(lines)[:3000]))
    return opening


def _salutation(paragraphs: tuple[str, ...]) -> tuple[str | None, int, str, bool]:
    """(salutation, index, the rest of its paragraph, whether persons are addressed)."""
    for index, paragraph in enumerate(paragraphs[:_HEAD]):
        name = _own_line(paragraph)
        if name is not None:
            return name, index, "", True
        printed = collapse(paragraph[:3000])
        if (
            ("代表" in printed or "委" in printed)
            and any(map(printed.__contains__, _COLONS))
            and (match := _INLINE.search(fold(printed)[:400]))
        ):
            name = despace(printed[match.start("name") : match.end("name")])
            if _addressable(name):
                return name, index, printed[match.end() :], True
        if (name := _addressed_agency(printed)) is not None:
            return name, index, "", False
        if len(printed) > 30 and _OPENED.search(printed):
            break
    return None, 0, "", False


def _own_line(paragraph: str, *, colon: bool = False) -> str | None:
    """The paragraph as a salutation of persons that fills its line."""
    if len(paragraph) > 420 or not ("委" in paragraph or "代表" in paragraph):
        return None
    printed = collapse(paragraph)
    if colon and not printed.endswith(_COLONS):
        return None
    match = _LINE.fullmatch(fold(printed))
    if match is None or (colon and not match["colon"]):
        return None
    name = despace(printed[: match.end("name")])
    return name if _addressable(name) else None


def _addressable(name: str) -> bool:
    return not (
        _NOT_SALUTATION.search(name)
        or name in _NOT_NAME
        or (name.endswith(("人大代表", "政协委员")) and len(name) < 7)
    )


def _addressed_agency(line: str) -> str | None:
    """`东湖风景区管委会:`, `县政协社会和法制委员会:`, `某某党省委:`, an office bearer; the line holds nothing else."""
    if len(line) > 82 or not line.endswith(_COLONS) or (match := _AGENCY_LINE.fullmatch(fold(line))) is None:
        return None
    name = despace(line[: match.end("name")])
    if is_label_like(name) or _NOT_SALUTATION.search(name):
        return None
    names = re.split(r"[、,]", name)
    if all(looks_like_agency(part) or _COLLECTIVE.search(part) for part in names) or name.endswith(
        ("主席", "副主席", "主任", "同志", "先生", "女士", "省长", "委员会")
    ):
        return name
    return None


def is_label_like(name: str) -> bool:
    """Words that stand before a colon without addressing anybody."""
    return bool(
        re.fullmatch(
            r".{0,8}(?:单位|部门|机构|机关|日期|时间|附件|附|抄送|抄报|报|送|来源|标题|名称|分类|方式|电话|联系人|主题词|内容|题目|案由|类别)",
            name,
        )
    )


def _first_opening(paragraphs: tuple[str, ...]) -> int:
    for index, paragraph in enumerate(paragraphs[:12]):
        printed = paragraph[:600].strip()
        if _LETTER_START.match(printed) or (len(printed) > 8 and _OPENED.search(printed)):
            return index
    return 0


def _cut_opening(text: str) -> str:
    """Up to and with the last of 收悉 … 如下 within the first sentences, at most 900 characters."""
    window = fold(text[:900])
    last = None
    for word in ("如下", "特此"):
        position = window.find(word)
        if position >= 0:
            last = position + len(word)
            break
    if last is None:
        sentences = [match.end() for match in _SENTENCE_END.finditer(window)]
        last = sentences[1] if len(sentences) > 1 else (sentences[0] if sentences else len(window))
        received = window.find("收悉")
        last = max(last, received + 2) if received >= 0 else last
    return text[:last]


def _is_phrase(before: str) -> bool:
    """Whether words stand between 关于 and the quotation: `关于打通“断头路”的提案` quotes a phrase, not the subject."""
    _, about, gap = before.rpartition("关于")
    return bool(about and gap) and _STOP.search(gap) is None and _GAP_ENDS.search(gap) is None


def quoted_subject(opening: str) -> tuple[str | None, bool]:
    """(subject, cut by an editor) of `您提出的《…》收悉`, `关于“…”的提案`: marks are needed, unmarked words are not taken."""
    end = opening.find("收悉")
    window = fold(opening[: end + 2] if end >= 0 else opening)
    for start, stop in quoted_spans(window):
        before, inside = window[:start], opening[start + 1 : stop - 1].strip()
        if (before and not _PROPOSED.search(before)) or _CITES.search(before) or "以下简称" in before[-6:]:
            continue
        if _is_phrase(before) or not _AFTER_SUBJECT.match(window[stop:]):
            continue
        if _NO_SUBJECT.fullmatch(inside):
            continue
        if is_cut(inside):
            return None, True
        if 2 <= len(inside) <= 200:
            return inside, False
    return None, False


_DISCLOSURE = re.compile(
    r"[(\[【〔]? ?(?P<value>此(?:件|文|文件|回复|回复件|答复|答复件|复函|函|信息|公文|建议|提案)?[^,。:;()]{0,6}公开(?:发布|属性)?"
    r"|不?同意(?:对外|全文|主动|网上|部分)?公开|是否(?:同意)?(?:对外)?公开 ?[:(] ?[是否][)]?|(?:主动|依申请|不予|全文)公开) ?[)\]】〕]?"
)


def disclosure_line(line: str) -> str | None:
    """`(此件公开发布)`, `同意公开`, `[是否同意公开(是)]` as a line of its own: the words without brackets."""
    head = line[:60]
    if "公" not in head or ("开" not in head and "開" not in head):
        return None
    printed = squeeze(head)
    match = _DISCLOSURE.fullmatch(fold(printed))
    return printed[match.start("value") : match.end("value")] if match else None


def disclosure_inside(text: str) -> str | None:
    """A bracketed disclosure at the end of a longer line, or what follows a document number on its line."""
    tail = text[-80:]
    if "此" not in tail or "公" not in tail:
        return None
    folded = squeeze(fold(tail))
    match = re.search(
        r"[(【\[](此(?:件|文|回复件|答复件|复函|函|信息)[^()。]{0,6}公开(?:发布)?)[)】\]]$", folded
    )
    return match[1] if match else None
