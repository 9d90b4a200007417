"""Deadlines in sentences about the future: the printed words and, where they say it, the last day they allow.

A period stands for its last day (2025年 → 2025-12-31, 第三季度 → 09-30, 2024—2026年 → 2026-12-31). `2025年前` and
`6月前` without 底 may mean the beginning or the end: they are kept as words without a day. Relative words (今年底, 明年, 年内,
6月底) count from the year of the signature and from nothing else.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

from pipelines.records import record

_PART = (
    r"(?P<part>(?:上|下)半年|(?:第?[一二三四1-4])季度|年?末|年?底|"
    r"(?P<month>1[0-2]|0?[1-9]) ?月(?:份)?(?:(?P<day>3[01]|[12]\d|0?[1-9]) ?日)?(?P<third>上旬|中旬|下旬|中|底|末|初)?)"
)
_BEFORE = r"(?P<before>以前|之前|前)?"
_DEADLINE = re.compile(
    rf"(?:(?P<from>(?:19|20)\d\d) ?年? ?(?:-|—|–|~|至|到){{1,2}} ?)?"
    rf"(?P<year>20\d\d) ?年(?!度|版|以来|代|预算|工作要点|重点工作)(?: ?{_PART})?(?:内)?{_BEFORE}"
)
_RELATIVE = re.compile(
    rf"(?P<word>今年|本年|明年|后年|当年)(?!度|以来|初|预算|工作要点|重点工作)(?: ?{_PART})?(?:年?内)?{_BEFORE}"
)
_WITHIN = re.compile(
    r"(?<!\d)(?<![一二两三四五六七八九十几多每近])(?P<end>年内|年底前?|年底以前|年末|岁末)(?:之?前)?"
)
_NO_YEAR = re.compile(
    rf"(?<![\d年月])(?:(?P<half>(?:上|下)半年)|(?P<quarter>第?[一二三四1-4]季度)|(?P<month>1[0-2]|0?[1-9]) ?月(?P<third>底|末)){_BEFORE}"
)
_OPEN = re.compile(
    r"(?:[一二两三四五六七八九十]|\d{1,2})(?:个)?(?:年|个月|月)(?:时间)?(?:之?内|左右)|[“\"]?十[三四五六]五[”\"]?(?:规划)?(?:时?期)?(?:间)?末|近期内|五年内"
)
_MAY_BE_DEADLINE = re.compile("[年月季末近]")
"""Each of them has one."""
_NOT_UNTIL = re.compile(r"^ ?(?:起|开始|以来|后|度|期间|初步)")
_NOT_FROM = re.compile(r"(?:自|从|截至|截止|截止到|始于)$")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


@record
class Deadline:
    """A printed deadline: position in the text, words, and the last day where it is known."""

    start: int
    raw: str
    day: str | None


def find_deadlines(text: str, signed_on: str | None) -> tuple[Deadline, ...]:
    """All deadlines of a folded sentence in order; starting points (自…起, 截至…) are none.

    >>> [d.day for d in find_deadlines("力争2025年启动,明年6月底前建成,三年内见效", "2024-07-23")]
    ['2025-12-31', '2025-06-30', None]
    """
    if _MAY_BE_DEADLINE.search(text) is None:
        return ()
    signed = date.fromisoformat(signed_on) if signed_on else None
    found: list[Deadline] = []
    free = 0
    candidates = sorted(
        (match.start(), -match.end(), number, match)
        for number, pattern in enumerate((_DEADLINE, _RELATIVE, _WITHIN, _NO_YEAR, _OPEN))
        for match in pattern.finditer(text)
    )
    for start, _, number, match in candidates:
        if start < free:
            continue
        free = match.end()
        if _NOT_UNTIL.match(text[match.end() : match.end() + 4]) or _NOT_FROM.search(
            text[max(0, start - 4) : start]
        ):
            continue
        found.append(Deadline(start, match[0].strip(), _day(number, match, signed)))
    return tuple(found)


def _day(number: int, match: re.Match[str], signed: date | None) -> str | None:
    if number == 0:
        return _in_year(int(match["year"]), match)
    if number == 4 or signed is None:
        return None
    if number == 1:
        ahead = {"明年": 1, "后年": 2}.get(match["word"], 0)
        return None if match["word"] == "当年" else _in_year(signed.year + ahead, match)
    if number == 2:
        return f"{signed.year}-12-31"
    return _without_year(match, signed)


def _in_year(year: int, match: re.Match[str]) -> str | None:
    part, before = match["part"], match["before"]
    if part is None:
        return None if before else f"{year}-12-31"
    if match["month"] is None:
        return _end_of(year, part, before)
    month = int(match["month"])
    if match["day"]:
        try:
            return date(year, month, int(match["day"])).isoformat()
        except ValueError:
            return None
    third = match["third"]
    if third in ("上旬", "中旬"):
        return f"{year}-{month:02}-{10 if third == '上旬' else 20}"
    if third in ("初", "中") or (before and third not in ("底", "末", "下旬")):
        return None
    return _last(year, month)


def _without_year(match: re.Match[str], signed: date) -> str | None:
    if match["month"] is None:
        part = match["half"] or match["quarter"]
        day = _end_of(signed.year, part, match["before"])
    else:
        day = _last(signed.year, int(match["month"]))
    # A month that was over when the letter was signed is one of another year, or one of the past.
    return day if day and day >= signed.isoformat() else None


def _end_of(year: int, part: str, before: str | None) -> str | None:
    if part.endswith("半年"):
        month = 6 if part[0] == "上" else 12
    elif part.endswith("季度"):
        digit = part.removeprefix("第")[0]
        month = 3 * (_QUARTERS.get(digit) or int(digit))
    else:
        return f"{year}-12-31"
    return None if before else _last(year, month)


def _last(year: int, month: int) -> str:
    return f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}"
