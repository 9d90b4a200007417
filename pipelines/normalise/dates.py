"""Dates and times as government pages print them.

Read are: `2024年7月23日` with or without blanks, ISO with and without time, slashes, dots, Chinese numerals with 〇, ○ or
ASCII zeros (`二○一二年六月十四日`, `二00七年五月十四日`), and compact `20240902` in labelled cells and meta tags only. A
date that lost its 年月日 (`2023518`), a malformed one (`2019月6月11日`) and an absurd one (month 13, the year 1900, a
day after the page was fetched) are None and an issue: they could be guessed, and a guess would be indistinguishable
from a fact. Values carry no zone; all pages here are in Asia/Shanghai.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from pipelines.models import Issue
from pipelines.normalise.text import collapse, fold, is_blank, numeral
from pipelines.remember import remembered

SHANGHAI = timezone(timedelta(hours=8))
EARLIEST = 1949
LATEST = 2098

_CLOCK = (
    r"(?:[T ]? ?(?P<h>\d{1,2}) ?[:时点] ?(?P<i>\d{1,2})(?: ?[:分] ?(?P<s>\d{1,2}))? ?[秒分]?(?:\.\d{1,9})?"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_WEEKDAY = r"(?: ?[(]?(?:星期|周)[一二三四五六日天][)]?)?"
_ARABIC = r"(?P<y>\d{4}) ?(?:年度?|[-/.]) ?(?P<m>\d{1,2}) ?(?:月|[-/.]) ?(?P<d>\d{1,2}) ?[日号]?"
_MOMENT = re.compile(_ARABIC + _WEEKDAY + _CLOCK)
_COMPACT = re.compile(
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?: ?(?P<h>\d\d):?(?P<i>\d\d)(?::?(?P<s>\d\d))?)?(?P<zone>)"
)
_HAN_DIGIT = "[一二三四五六七八九〇○零0OoО]"
_CHINESE = re.compile(
    rf"(?P<y>[一二]{_HAN_DIGIT}{{3}}) ?年 ?(?P<m>[元一二三四五六七八九十]{{1,2}}) ?月 ?(?P<d>[一二三四五六七八九十廿卅]{{1,4}}) ?日?"
)
_PRINTED_DAY = re.compile(r"(?:(?:19|20)\d\d) ?年 ?\d{1,2} ?月 ?\d{1,2} ?日")
_DAMAGED = re.compile(
    r"(?:19|20)\d{4,6}|(?:19|20)\d\d ?[年月][\d年月日 ]{0,10}|(?:19|20)\d\d ?[-./] ?\d{1,2}|[〇○零一二三四五六七八九十年月日]{4,12}"
)


class Moment(NamedTuple):
    """What a printed date says. `day` is `YYYY-MM-DD`, `time` is `HH:MM[:SS]` where one is printed."""

    day: str | None = None
    time: str | None = None
    rule: str = "dates.arabic"
    issues: tuple[Issue, ...] = ()

    @property
    def value(self) -> str | None:
        """`YYYY-MM-DDTHH:MM[:SS]`, or the day alone."""
        return f"{self.day}T{self.time}" if self.day and self.time else self.day


def read_moment(
    raw: str, *, field: str, compact: bool = True, latest: str | None = None, search: bool = False
) -> Moment:
    """Read a cell, a meta tag or a line that holds a date and nothing else.

    `field` names the field for issues, `latest` is the last possible day (`YYYY-MM-DD…`, the time of the fetch);
    `search` takes the first date of a longer line (an unlabelled line beside the title).

    >>> read_moment("2019年09月16日 11:26:00", field="issued_on").value
    '2019-09-16T11:26:00'
    >>> read_moment("二00七年五月十四日", field="signed_on").value
    '2007-05-14'
    >>> read_moment("2018年710", field="signed_on").issues[0].code
    'date_damaged'
    """
    return _read_moment(raw, field, compact, latest, search)


@remembered(40, answers=1024)
def _read_moment(raw: str, field: str, compact: bool, latest: str | None, search: bool) -> Moment:
    text = collapse(fold(raw[:120])).strip(" ,;。.()[]")
    if is_blank(text):
        return Moment()
    if "年" in text:
        chinese = _CHINESE.search(text) if search else _CHINESE.fullmatch(text)
        if chinese is not None:
            return _chinese(chinese, raw, field, latest)
    arabic = _MOMENT.search(text) if search else _MOMENT.fullmatch(text)
    if arabic is None and compact and not search:
        arabic = _COMPACT.fullmatch(text)
    if arabic is not None:
        return _arabic(arabic, raw, field, latest)
    if search:
        return Moment()
    return Moment(issues=(_issue("date_damaged", "日期残缺或格式不明，未采用", field, raw),))


def read_signature_date(line: str, *, latest: str | None = None) -> Moment | None:
    """A line that is the date of a signature: 年月日 undamaged, in Arabic or Chinese numerals, and nothing else.

    None when the line is no date at all. A bare ISO date is none: systems print it, people do not sign with it.
    """
    text = collapse(fold(line)).strip(" ()[]。,")
    if not 4 <= len(text) <= 30:
        return None
    chinese = _CHINESE.fullmatch(text)
    if chinese is not None:
        return _chinese(chinese, line, "signed_on", latest)
    if _PRINTED_DAY.fullmatch(text):
        arabic = _MOMENT.fullmatch(text)
        return _arabic(arabic, line, "signed_on", latest) if arabic else None
    if _DAMAGED.fullmatch(text) and text[0] in "12二一〇○":
        return Moment(issues=(_issue("date_damaged", "落款日期残缺，未采用", "signed_on", line),))
    return None


def read_row_date(raw: str, *, latest: str | None = None) -> Moment:
    """Date of a list row; lists also print two-digit years (`24-09-02`), which there mean 20YY."""
    text = collapse(fold(raw[:60])).strip(" ()[]")
    short = re.fullmatch(r"(\d\d)-(\d{1,2})-(\d{1,2})", text)
    if short:
        text = f"20{short[1]}-{short[2]}-{short[3]}"
    moment = read_moment(text, field="published_at", latest=latest)
    return moment if not moment.issues else Moment()


def _arabic(match: re.Match[str], raw: str, field: str, latest: str | None) -> Moment:
    year, month, day = map(int, match.group("y", "m", "d"))
    absurd = _absurd(year, month, day, raw, field, latest)
    if absurd:
        return Moment(issues=(absurd,))
    printed = date(year, month, day).isoformat()
    h, i, s, zone = match.group("h", "i", "s", "zone")
    if h is None:
        return Moment(printed)
    hour, minute, second = int(h), int(i), int(s or 0)
    if hour > 23 or minute > 59 or second > 59:
        return Moment(printed, issues=(_issue("time_absurd", "时刻不存在，只采用日期", field, raw),))
    if zone:
        return _zoned(zone, datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI), match)
    return Moment(printed, time(hour, minute, second).isoformat("seconds" if s else "minutes"))


def _zoned(zone: str, moment: datetime, match: re.Match[str]) -> Moment:
    """A time printed with its zone, told in Asia/Shanghai."""
    if zone == "Z":
        offset = timedelta()
    else:
        sign = -1 if zone[0] == "-" else 1
        offset = sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    if abs(offset) >= timedelta(hours=24):
        offset = timedelta(hours=8)
    local = moment.replace(tzinfo=timezone(offset)).astimezone(SHANGHAI)
    return Moment(local.date().isoformat(), local.strftime("%H:%M:%S" if match["s"] else "%H:%M"))


def _chinese(match: re.Match[str], raw: str, field: str, latest: str | None) -> Moment:
    digits = "".join("0" if char in "〇○零0OoО" else str(numeral(char)) for char in match["y"])
    month = 1 if match["m"] == "元" else numeral(match["m"])
    day = numeral(match["d"])
    if month is None or day is None:
        return Moment(issues=(_issue("date_damaged", "日期残缺或格式不明，未采用", field, raw),))
    absurd = _absurd(int(digits), month, day, raw, field, latest)
    if absurd:
        return Moment(rule="dates.chinese", issues=(absurd,))
    return Moment(date(int(digits), month, day).isoformat(), rule="dates.chinese")


def _absurd(year: int, month: int, day: int, raw: str, field: str, latest: str | None) -> Issue | None:
    try:
        printed = date(year, month, day)
    except ValueError:
        return _issue("date_absurd", "日期不存在，未采用", field, raw)
    if not EARLIEST <= year <= LATEST:
        return _issue("date_absurd", f"日期不合情理（应在 {EARLIEST}–{LATEST} 年之间），未采用", field, raw)
    # A day of grace: a server's clock may run ahead, and the fetch may be told in another zone.
    if latest and printed > date.fromisoformat(latest[:10]) + timedelta(days=1):
        return _issue("date_absurd", f"日期晚于抓取时间 {latest[:10]}，未采用", field, raw)
    return None


def _issue(code: str, message: str, field: str, raw: str) -> Issue:
    return Issue(code, message, field=field, raw=raw[:120])
