"""Headings of a letter, told by their marks: 一、 (一) 1. (1) of GB/T 9704-2012 §7.3.3, ① below them, 第一部分, 第一，.

A marked line is a heading when text stands under it and it reads like a title; otherwise it is an item of a list.

- *Under it*: the next line of the same part is no mark of the same or a higher rank, or text follows in the same line.
- *Alone in its line*: up to 80 characters (50 below (一)); with a full stop up to 50 (30), and no statement of facts.
- *Followed by text in its line*: the first sentence, up to 40 characters (25 below (一)), or what stands before a colon, up
  to 30 (20), or before a gap; no statement of facts. In a series with such headings a sentence alone in its line is an
  item.
- *With its series*: at least half of the numbers of a series are headings, and not the last one only: where the others are
  items, a short sentence is the beginning of an item, and the text behind a list does not stand under its last item.
- *Statement of facts*: it counts (`投入1200万元`), says what was done or stands (已, 目前, 截至, …了), or speaks to somebody.
- Never: an end in a semicolon; `一、二级医院`, `1.5亿元`, `3、4号线`, `(一)项`; a number out of its series (`5.` without a `4.`);
  a row of a table. `一是…` and `2023年…` carry no mark.

Levels count the depth in this letter: a letter that only uses (一) has them on level 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pipelines.models import BodyPart, Heading
from pipelines.normalise.parts import is_annex_title
from pipelines.normalise.text import fold, numeral
from pipelines.records import record

_N = "[一二三四五六七八九十]"
_ANNEX, _CHAPTER, _FIRST, _SECOND, _ORDINAL, _THIRD, _FOURTH, _FIFTH = range(8)
"""Ranks, the higher first."""

_MARKS = (
    (_CHAPTER, re.compile(rf"第(?P<value>{_N}{{1,3}})(?:部分|章|篇)[:、. ]?")),
    (_FIRST, re.compile(rf"(?P<value>{_N}{{1,3}}) ?[、.]")),
    (_SECOND, re.compile(rf"[(](?P<value>{_N}{{1,3}})[)] ?[、.]?|[㈠-㈩]")),
    (_ORDINAL, re.compile(rf"第(?P<value>{_N}{{1,2}})[,、:]")),
    (_THIRD, re.compile(r"(?P<value>\d{1,2}) ?[.、]")),
    (_FOURTH, re.compile(r"[(](?P<value>\d{1,2})[)] ?[、.]?|(?P<half>\d{1,2})[)]|[⑴-⒇]")),
    (_FIFTH, re.compile(r"[①-⑳]")),
)
_BEGINNINGS = (
    ("第", (_CHAPTER, _ORDINAL)),
    ("一二三四五六七八九十", (_FIRST,)),
    ("(", (_SECOND, _FOURTH)),
    ("㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩", (_SECOND,)),
    ("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇", (_FOURTH,)),
    ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", (_FIFTH,)),
)
"""The ranks of which a mark may be by its first character."""
_OF_DIGITS = tuple(mark for mark in _MARKS if mark[0] in (_THIRD, _FOURTH))
_BY_FIRST = {
    first: tuple(mark for mark in _MARKS if mark[0] in ranks)
    for firsts, ranks in _BEGINNINGS
    for first in firsts
}
_BEGINS = re.compile(rf"[{''.join(_BY_FIRST)}（\d]")
"""With which a mark begins in a line that is not folded yet: most lines have none."""
_CLASSIFIER = re.compile(rf" ?{_N}(?:[级类期等线批年月季次档届层楼轮产审、至到]|$)")
"""`一、二级医院`: an enumeration, no mark."""
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_CLAUSE = re.compile(r"[(]|[项款条目至和及、]")
_END = re.compile(r"[。!?;:]")
_QUOTED = re.compile(r"“[^“”]{0,200}”|‘[^‘’]{0,200}’|《[^《》]{0,200}》|\"[^\"]{0,200}\"|[(][^()]{0,100}[)]")
_OPENING_MARK = re.compile('[“‘《"(]')
_GAP = re.compile(r"([\u4e00-\u9fff]{3,24}) {1,4}(?=[\u4e00-\u9fff])")
_FACT = re.compile(
    r"(?<!\d)(?!(?:19|20)\d\d年)\d{2,}|\d[%万亿]|已(?!有)|目前|截至|截止|正在|您|你|了$|^我[局厅委办院市县区省]"
)
_MAY_BE_FACT = re.compile(r"[\d已目截正您你了我]")
"""Each fact has one of these."""
_LIMITS = {True: (80, 50, 40, 30), False: (50, 30, 25, 20)}
"""Down to (一), or below it: characters alone in a line, alone with a full stop, before text, before a colon."""


@record
class _Mark:
    rank: int
    value: int
    end: int
    """Where the words begin."""


_Kind = Literal["alone", "sentence", "run_in", "item"]


@record
class _Found:
    rank: int
    number: int
    kind: _Kind
    heading: str | None


def find_outline(paragraphs: Sequence[str], parts: Sequence[BodyPart]) -> tuple[Heading, ...]:
    """Headings in the text and the annexes; in the whole body where it has no parts (several letters on a page)."""
    out: list[Heading] = []
    open_ranks: list[int] = []
    for part in parts or (BodyPart("text", 1, len(paragraphs)),):
        if part.part not in ("text", "annexes"):
            continue
        for rank, heading, number in _headings(paragraphs, part):
            while open_ranks and open_ranks[-1] >= rank:
                open_ranks.pop()
            open_ranks.append(rank)
            out.append(Heading(len(open_ranks), heading, number))
    return tuple(out)


def _headings(paragraphs: Sequence[str], part: BodyPart) -> list[tuple[int, str, int]]:
    """(rank, heading, paragraph) in order."""
    numbers = range(part.first, part.last + 1)
    titled = part.part == "annexes"
    printed = [
        _mark(line, titled) if titled or _BEGINS.match(line) is not None else None
        for line in paragraphs[part.first - 1 : part.last]
    ]
    if not any(printed):
        return []
    marks = _in_series(printed)
    series: list[list[_Found]] = []
    current: dict[int, list[_Found]] = {}
    for position, (number, mark) in enumerate(zip(numbers, marks, strict=True)):
        if mark is None:
            continue
        following = marks[position + 1] if position + 1 < len(marks) else None
        under = position + 1 < len(marks) and (following is None or following.rank > mark.rank)
        kind, heading = _heading(paragraphs[number - 1], mark, under=under)
        for deeper in [rank for rank in current if rank > mark.rank]:
            del current[deeper]
        if mark.rank not in current or mark.value <= 1:
            current[mark.rank] = []
            series.append(current[mark.rank])
        current[mark.rank].append(_Found(mark.rank, number, kind, heading))
    return sorted(
        (
            (found.rank, found.heading, found.number)
            for siblings in series
            for found in _agreed(siblings)
            if found.heading is not None
        ),
        key=lambda item: item[2],
    )


def _agreed(siblings: Sequence[_Found]) -> Sequence[_Found]:
    """What is a heading in view of its series."""
    found = [one for one in siblings if one.heading is not None]
    if any(one.kind == "run_in" for one in siblings):
        found = [one for one in found if one.kind != "sentence"]
    # What follows a list stands under its last item only in appearance.
    last_alone = len(siblings) > 1 and found == [siblings[-1]]
    return found if 2 * len(found) >= len(siblings) and not last_alone else []


def _mark(line: str, titled: bool) -> _Mark | None:
    """The mark with which a line begins; `titled`: it may be the title of an annex, which is as good as one."""
    if "\t" in line:
        return None
    if titled and is_annex_title(line):
        return _Mark(_ANNEX, 0, len(line))
    folded = fold(line)
    for rank, pattern in _BY_FIRST.get(folded[:1], _OF_DIGITS):
        if (match := pattern.match(folded)) is not None:
            rest = folded[match.end() :]
            if not rest.strip() or _is_no_mark(rank, match, rest):
                return None
            return _Mark(rank, _value(match), match.end())
    return None


def _is_no_mark(rank: int, match: re.Match[str], rest: str) -> bool:
    if rank == _FIRST:
        return bool(_CLASSIFIER.match(rest)) or (match[0].endswith(".") and rest[0] in "一二三四五六七八九十")
    if rank == _THIRD:
        return bool(_DIGIT.match(rest)) and not _YEAR.match(rest)
    return rank in (_SECOND, _FOURTH) and bool(_CLAUSE.match(rest))


def _value(match: re.Match[str]) -> int:
    if match.lastgroup is not None:
        return numeral(match[match.lastgroup]) or 0
    code = ord(match[0][0])
    return code - next(first for first in (ord("㈠"), ord("⑴"), ord("①")) if 0 <= code - first < 20) + 1


def _in_series(marks: Sequence[_Mark | None]) -> list[_Mark | None]:
    """Without numbers that continue nothing: from 1. downwards a mark is 1 or one more than the last of its rank."""
    last: dict[int, int] = {}
    out: list[_Mark | None] = []
    for mark in marks:
        if mark is None or (
            mark.rank >= _THIRD and mark.value != 1 and last.get(mark.rank) != mark.value - 1
        ):
            out.append(None)
            continue
        for deeper in [rank for rank in last if rank > mark.rank]:
            del last[deeper]
        last[mark.rank] = mark.value
        out.append(mark)
    return out


def _heading(line: str, mark: _Mark, *, under: bool) -> tuple[_Kind, str | None]:
    """How the words stand, and the heading as printed; None for an item of a list."""
    if mark.rank == _ANNEX:
        return "alone", (line.strip().rstrip(":：") if under else None)
    alone, sentence, before_text, before_colon = _LIMITS[mark.rank <= _SECOND]
    words = fold(line)[mark.end :]
    indent = len(words) - len(words.lstrip())
    end = _END.search(words)
    if _OPENING_MARK.search(words, 0, len(words) if end is None else end.start()) is not None:
        end = _END.search(_without_quotations(words))
    gap = _GAP.match(words, indent)
    if gap is not None and (end is None or gap.end() < end.start()):
        behind = _without_quotations(words)[gap.end() :]
        if len(behind) >= 20 and re.search("[,。]", behind):
            return "run_in", line[: mark.end + gap.end(1)]
    title = words if end is None else words[: end.start()]
    sign = "" if end is None else end[0]
    size = len(title.strip())
    printed = line[: mark.end + len(title)].strip()
    if sign == ";" or not size:
        return "item", None
    if end is not None and words[end.end() :].strip():
        limit = before_colon if sign == ":" else before_text
        return "run_in", (printed if size <= limit and not _states(title, mark.rank) else None)
    if sign in ("", ":"):
        return "alone", (printed if under and size <= alone else None)
    fits = under and size <= sentence and not _states(title, mark.rank)
    return "sentence", (printed if fits else None)


def _without_quotations(words: str) -> str:
    return _QUOTED.sub(lambda quoted: "■" * len(quoted[0]), words)


def _states(title: str, rank: int) -> bool:
    """Whether the words state facts, or are a sentence of several clauses."""
    if _MAY_BE_FACT.search(title) is not None and _FACT.search(title.strip()) is not None:
        return True
    clauses = [clause.strip() for clause in title.split(",")]
    if rank <= _SECOND:
        return len(clauses) > 4 or (len(clauses) > 2 and max(map(len, clauses)) > 14)
    return len(clauses) > 2
