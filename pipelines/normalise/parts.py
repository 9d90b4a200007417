"""The parts of a letter: head, salutation, text, list of annexes, signature, notes, annexes. Told line by line.

The order is that of GB/T 9704-2012: 标题, 主送机关 (§7.3.1, §7.3.2), 正文 (§7.3.3), 附件说明 (§7.3.4), 署名 and 成文日期
(§7.3.5), 附注 (§7.3.6), 附件 (§7.3.7), 抄送 and 印发 (§7.4). Web pages move them: contact lines stand above the signature, the
list of annexes below it. Every line belongs to a part; only a line that holds the end of one part and the beginning of
the next (`某代表：您提出…`, `…特此答复。 某局 2024年7月23日`) belongs to both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.models import BodyPart, PartName
from pipelines.normalise.body import Letter, disclosure_line
from pipelines.normalise.document_number import read_number_line
from pipelines.normalise.grade import read_grade
from pipelines.normalise.index_number import find_index_number
from pipelines.normalise.signature import Signature
from pipelines.normalise.text import collapse, despace, fold, squeeze

_LABELS = """
抄送 抄报 报送 分送 主送 发送 送 报 主管领导 主管领导人 分管领导 责任领导 单位负责人 承办负责人 领导署名
具体经办人 联系人 联系单位 联系部门 联系电话 联系方式 经办人 承办人 承办单位 承办处室 承办科室 具体承办人 责任人
电话 办公电话 手机 传真 邮编 邮政编码 电子邮箱 地址 通讯地址 通信地址 联系地址 主题词 校对 签发 签发人 拟稿
拟稿人 附注 办理结果 办复类别 办理类别 答复类别 类别 公开方式 公开属性 公开类型 公开形式 信息公开 信息公开属性
信息公开选项 是否公开 是否同意公开
"""
_LABEL = re.compile(
    r"[(\[]? ?(?:"
    + "|".join(" ?".join(word) for word in sorted(_LABELS.split(), key=lambda word: (-len(word), word)))
    + r")(?: ?姓名)?(?:(?:及|和|与|、|/|,)[^:。]{1,12}| ?[(][^()]{1,16}[)])? ?:"
)
_LABEL_BEHIND_NAME = re.compile(r"[(\[]? ?[^:,。;]{2,20} ?(?:联系人|联系电话|电话|传真) ?:")
"""`省科技厅联系人：…`"""
_NO_COLON = re.compile(r"[(\[]? ?(?:联系人|联系电话|电话|抄送|抄报) ?\S{2,60}$")
_PRINTED = re.compile(r"(?:印发|印制)[)]?$|^[(]? ?共印 ?\d{1,4} ?份")
_RECORD = re.compile(r"[(\[]? ?(?:抄 ?送|抄 ?报|分 ?送|此件|共印)")
"""Notes that close a whole document and so may stand behind its annexes."""
_STAMP = re.compile(r"[(\[] ?(?:单位)?(?:盖章|公章|印章|印|章|代章) ?[)\]]|[(\[]? ?此页无正文 ?[)\]]?")
_BRACKETED = re.compile(r"[(\[][^()\[\]]{2,60}[)\]]")
_ADDRESSED = re.compile(r"[^。;!?:]{2,120}:")
_NOT_ADDRESSED = re.compile(r"(?:如下|情况|意见|内容|附件?) ?:$")
_MAX_NOTE = 300
_MAY_BE_NOTE = re.compile("[:：﹕∶︰印联聯电抄公A-FＡ-Ｆ]")
"""Each note has one of these, in a line that is not folded yet."""

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})"
_ANNEX_LABEL = re.compile(rf"附 ?(?:[件表录] ?{_N}? ?:?|:)")
_ANNEX_TITLED = re.compile(rf"附 ?(?:[件表录] ?(?:{_N} ?[:.、 ]|:)|:) ?\S.{{0,160}}")
_ITEM = re.compile(r"\d{1,2} ?[.、] ?\D.{0,160}")


def is_annex_title(line: str) -> bool:
    """`附件`, `附件1`, `附件1：某某表`: a line that opens an annex or the list of annexes."""
    if "附" not in line:
        return False
    folded = fold(collapse(line))
    return bool(_ANNEX_LABEL.fullmatch(folded) or _ANNEX_TITLED.fullmatch(folded))


def is_note(line: str) -> bool:
    """A line below (or right above) the signature that is no text: copies, contact, disclosure, printing, grade."""
    if len(line) > _MAX_NOTE or _MAY_BE_NOTE.search(line) is None:
        return False
    folded = fold(collapse(line))
    return bool(
        _LABEL.match(folded)
        or (len(folded) <= 60 and _PRINTED.search(folded))
        or (len(folded) <= 100 and _LABEL_BEHIND_NAME.match(folded))
        or (len(folded) <= 70 and "。" not in folded and _NO_COLON.match(folded))
        or disclosure_line(line)
        or read_grade(folded)
    )


class _Parts:
    """Parts under construction, as (name, first, behind the last) by index."""

    def __init__(self) -> None:
        self.found: list[tuple[PartName, int, int]] = []

    def add(self, name: PartName, first: int, behind: int) -> None:
        if first >= behind:
            return
        if self.found and self.found[-1][0] == name and self.found[-1][2] == first:
            first = self.found.pop()[1]
        self.found.append((name, first, behind))


def find_parts(
    paragraphs: Sequence[str], letter: Letter, signature: Signature, title: str | None = None
) -> tuple[BodyPart, ...]:
    """The parts of one letter in order; together they cover every paragraph."""
    lines = list(paragraphs)
    parts = _Parts()
    start = _head(lines, letter, title)
    parts.add("head", 0, start)
    begin = start
    if letter.salutation is not None and start < len(lines):
        parts.add("salutation", start, start + 1)
        own = despace(fold(lines[start])).rstrip(":") == fold(letter.salutation).rstrip(":")
        begin = start + 1 if own else start
    elif start and _is_addressed(lines[start - 1]):
        parts.found = [("head", 0, start - 1)] if start > 1 else []
        parts.add("salutation", start - 1, start)
    first, last = signature.first, signature.last
    if first is None or last is None or first < start:
        end = next((i for i in range(begin + 1, len(lines)) if _is_annex_label(lines[i])), len(lines))
        _before(parts, lines, begin, end)
        _behind(parts, lines, end)
    else:
        while first > begin and not signature.shared and _is_stamp(lines[first - 1]):
            first -= 1
        behind = last + 1
        while behind < len(lines) and _is_stamp(lines[behind]):
            behind += 1
        _before(parts, lines, begin, max(begin, first + signature.shared))
        parts.add("signature", first, behind)
        _behind(parts, lines, behind)
    return tuple(BodyPart(name, one + 1, behind) for name, one, behind in parts.found)


def _head(lines: Sequence[str], letter: Letter, title: str | None) -> int:
    """Index of the first line of the letter; title, number, grade, and whom a notice addresses, stand above."""
    if letter.salutation is not None or letter.start:
        return letter.start
    tight, found = squeeze(title or ""), ""
    for index, line in enumerate(lines[:12]):
        found += squeeze(line)
        if tight and len(found) <= len(tight) and found in tight:
            continue
        mark = (
            (len(line) <= 80 and read_number_line(line) is not None)
            or (len(line) <= 60 and (read_grade(collapse(line)) or disclosure_line(line)))
            or (len(line) <= 40 and find_index_number(line))
        )
        if not mark:
            return index + 1 if index and _is_addressed(line) else index
        found = ""
    return 0


def _is_addressed(line: str) -> bool:
    folded = fold(collapse(line))
    return bool(_ADDRESSED.fullmatch(folded)) and not _NOT_ADDRESSED.search(folded) and not is_note(line)


def _is_stamp(line: str) -> bool:
    return bool(_STAMP.fullmatch(fold(collapse(line))))


def _is_annex_label(line: str) -> bool:
    return "附" in line and _ANNEX_LABEL.fullmatch(fold(collapse(line))) is not None


def _is_item(line: str) -> bool:
    return bool(_ITEM.fullmatch(fold(collapse(line))))


def _before(parts: _Parts, lines: Sequence[str], begin: int, end: int) -> None:
    """What stands between the salutation and the signature: the text, and from its end upwards lists and notes."""
    tail: list[tuple[PartName, int, int]] = []
    bottom = end
    while bottom > begin:
        if bottom - 1 > begin and is_note(lines[bottom - 1]):
            tail.append(("notes", bottom - 1, bottom))
        elif (top := _list_above(lines, begin, bottom)) is not None:
            tail.append(("annex_list", top, bottom))
        else:
            break
        bottom = tail[-1][1]
    parts.add("text", begin, bottom)
    for name, first, behind in reversed(tail):
        parts.add(name, first, behind)


def _list_above(lines: Sequence[str], begin: int, bottom: int) -> int | None:
    """Where a list of annexes that ends here begins: `附件：1.…` and the numbered lines below it."""
    position = bottom - 1
    while position > begin and bottom - position < 60 and _is_item(lines[position]):
        position -= 1
    if position <= begin or not is_annex_title(lines[position]):
        return None
    while position - 1 > begin and is_annex_title(lines[position - 1]):
        position -= 1
    return position


def _behind(parts: _Parts, lines: Sequence[str], index: int) -> None:
    """What stands behind the signature: notes, the list of annexes, annexes with their own text, and what is none."""
    while index < len(lines):
        if is_note(lines[index]) or _is_remark(lines[index]) or _goes_on(parts, lines, index):
            parts.add("notes", index, index + 1)
            index += 1
        elif is_annex_title(lines[index]):
            index = _annexes(parts, lines, index)
        else:
            parts.add("other", index, index + 1)
            index += 1


def _is_remark(line: str) -> bool:
    """`（本文有删减）`: behind the signature whatever fills a line in brackets is a note."""
    return bool(_BRACKETED.fullmatch(fold(collapse(line))))


def _goes_on(parts: _Parts, lines: Sequence[str], index: int) -> bool:
    """The second line of `抄送：…,`"""
    name, _, behind = parts.found[-1] if parts.found else ("text", 0, 0)
    return name == "notes" and behind == index and lines[index - 1].rstrip()[-1:] in tuple("，,、；;")


def _annexes(parts: _Parts, lines: Sequence[str], index: int) -> int:
    """A list of annexes, or the annexes themselves; returns where to read on."""
    behind = index + 1
    while behind < len(lines) and (
        _is_item(lines[behind]) or (is_annex_title(lines[behind]) and not _is_annex_label(lines[behind]))
    ):
        behind += 1
    bare = _is_annex_label(lines[index]) and behind == index + 1
    if behind == len(lines) or is_note(lines[behind]):
        parts.add("annex_list", index, behind)
        return behind
    if not bare and _is_annex_label(lines[behind]):
        parts.add("annex_list", index, behind)
        index = behind
    elif behind - 1 > index and is_annex_title(lines[behind - 1]):
        # `附件：1.甲表 2.乙表`, and then the first annex under its own name.
        parts.add("annex_list", index, behind - 1)
        index = behind - 1
    end = len(lines)
    while end - 1 > index and is_note(lines[end - 1]) and _closes(lines[end - 1]):
        end -= 1
    parts.add("annexes", index, end)
    return end


def _closes(line: str) -> bool:
    folded = fold(collapse(line))
    return bool(_RECORD.match(folded) or _PRINTED.search(folded) or disclosure_line(line))
