"""The signature block: who signs and on which day.

GB/T 9704-2012 §7.3.5: 发文机关署名 and below it 成文日期, at the end of the body and before annexes, 抄送 and contact lines.
A date that lost its 年月日 is no date; a bare ISO date at the end of a page is printed by the system and signs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypedDict

from pipelines.models import Issue
from pipelines.normalise.agencies import looks_like_agency
from pipelines.normalise.dates import Moment, read_signature_date
from pipelines.normalise.text import CJK, collapse, despace, fold, is_tidy
from pipelines.records import record

_LAST_LINES = 400
_INLINE_TAIL = 160
_LONGEST_DATE = 40
"""Characters of the longest line that can be a date."""
_ARABIC_DATE = r"(?:19|20)\d\d ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
_CHINESE_DATE = (
    "[一二][〇○零0一二三四五六七八九]{3}年[元一二三四五六七八九十]{1,2}月[一二三四五六七八九十廿卅]{1,4}日"
)
_CUT_DATE = r"(?:19|20)\d\d ?年(?: ?\d{1,2} ?月?)?"
_ONLY_CUT_DATE = re.compile(_CUT_DATE)
_INLINE_DATE = re.compile(
    r"(?:^|[\s。!)]|(?<=[局厅委办府会院处司队部心]))"
    rf"(?P<date>{_ARABIC_DATE}|{_CHINESE_DATE}|{_CUT_DATE})(?= ?(?:$|[(])| (?:抄送|抄报|报送|分送|主送|联系|承办|经办|附件))"
)
_DATE_ENDS = re.compile(r"[\d年月日] ?(?:$|[(（]| [抄报報分主联聯承经經附])")
"""What every date of the pattern above has behind it, in a text that is not folded yet: most years stand in a sentence."""
_MAY_BE_DATE = re.compile("[0-9０-９年]|[〇○零一二三四五六七八九十月日][〇○零一二三四五六七八九十月日]{3}")
"""What every date has, whole or damaged; headings are as short and have none."""
_NO_DATE = re.compile(r"[^\W\d年月日元〇零一二三四五六七八九十廿卅OoОＯｏ]")
"""A letter that stands in no date, whole or damaged."""
_DOTTED = re.compile(r"((?:19|20)\d\d) ?\. ?(\d{1,2}) ?\. ?(\d{1,2})")
_STAMP = re.compile(r"[(（] ?(?:单位)?(?:盖章|公章|印章|印|章|代章) ?[)）]$")
_BROKEN_ENTITY = re.compile(r"&[A-Za-z]{2,8};?")
"""`&bsp;` and the like: no entity, so that no parser resolves it."""
_LABELLED = re.compile(r"^[^:：]{1,16}[:：]")
_CLOSING = re.compile(r"[。!！?？]|特此|此复|此函|答复如下|收悉")
_ANNEX = re.compile(r"^(?:附件?\d{0,2}|附表|附录)[::. 、]?")


class _Extent(TypedDict):
    first: int
    last: int
    shared: bool


@record
class Signature:
    """What the block says, and which paragraphs it takes."""

    signatory: str | None = None
    signed_on: str | None = None
    raw_date: str | None = None
    rule: str = "signature.block"
    issues: tuple[Issue, ...] = ()
    count: int = 0
    """Number of complete blocks (agency above date) on the page."""
    first: int | None = None
    """Index of the first paragraph of the block; None where there is no block. So is `last`, the last one."""
    last: int | None = None
    shared: bool = False
    """The first paragraph holds the end of the letter's text as well."""


@record
class _Candidate:
    top: int
    """Line in which the block begins."""
    index: int
    """Line of its date."""
    moment: Moment
    raw: str
    signatory: str | None


def read_signature(
    paragraphs: tuple[str, ...], start: int, *, latest: str | None = None, signs: Sequence[str] | None = None
) -> Signature:
    """Find the block in the paragraphs behind `start` (the salutation).

    `signs`: those of the paragraphs (`text.signs_of`), where they are known.
    """
    lines, owners = _lines(paragraphs, paragraphs if signs is None else signs)
    begin = max(start, len(lines) - _LAST_LINES)
    found = [
        candidate
        for index, line in enumerate(lines[begin:], start=begin)
        if len(line) <= _LONGEST_DATE
        and _MAY_BE_DATE.search(line) is not None
        and _NO_DATE.search(line) is None
        and (candidate := _candidate(lines, index, begin, latest))
    ]
    if not found:
        position = _agency_alone(lines, begin)
        if position is None:
            return Signature()
        return Signature(as_signatory(lines[position]), **_extent(owners, position, position))
    complete = [c for c in found if c.signatory and c.moment.day]
    chosen = _choose(complete, found, lines)
    issues = list(chosen.moment.issues)
    days = {c.moment.day for c in complete}
    if len(days) > 1:
        message = "文中有不止一个带单位的落款日期，采用正文之后的第一个"
        issues.append(
            Issue(
                "several_signature_dates",
                message,
                "warning",
                "signed_on",
                ", ".join(sorted(filter(None, days))),
            )
        )
    return Signature(
        chosen.signatory,
        chosen.moment.day,
        chosen.raw,
        f"signature.{chosen.moment.rule}",
        tuple(issues),
        len(complete),
        **_extent(owners, chosen.top, _last(chosen, complete)),
    )


def _last(chosen: _Candidate, complete: list[_Candidate]) -> int:
    """Line of the last date: agencies that sign together may each have a date of their own."""
    last = chosen.index
    for other in complete:
        if other.top == last + 1:
            last = other.index
    return last


def _extent(owners: list[int], top: int, bottom: int) -> _Extent:
    return {
        "first": owners[top],
        "last": owners[bottom],
        "shared": top > 0 and owners[top - 1] == owners[top],
    }


def _choose(complete: list[_Candidate], found: list[_Candidate], lines: list[str]) -> _Candidate:
    """The first agency-and-date pair; annexes that follow may carry dates and signatures of their own."""
    if complete:
        return complete[0]
    annex = next((i for i, line in enumerate(lines) if _ANNEX.match(line) and len(line) < 40), len(lines))
    body = [c for c in found if c.index < annex] or found
    whole = [c for c in body if c.moment.day]
    return (whole or body)[-1]


def _lines(paragraphs: tuple[str, ...], signs: Sequence[str]) -> tuple[list[str], list[int]]:
    """Paragraphs as lines, and the paragraph of each; one that ends in a signature gives its last words as lines."""
    tidy = is_tidy("".join(signs))
    lines = list(map(str.strip, paragraphs))
    owners = list(range(len(lines)))
    for index in range(len(lines) - 1, -1, -1):
        if tidy and "年" not in lines[index]:
            continue
        # Of a long paragraph only the end can hold a signature.
        parts: list[str] = []
        for line in (paragraphs[index],) if tidy else paragraphs[index].split("\n"):
            end = collapse(line[-_INLINE_TAIL:])
            parts += _parts(end) if "年" in end else [end]
        if parts != [lines[index]]:
            lines[index : index + 1] = parts
            owners[index : index + 1] = [index] * len(parts)
    return lines, owners


def _parts(line: str) -> list[str]:
    """`…万事如意! 某县水利局 2018年7月30日` → the sentence, the agency, the date."""
    if len(line) <= 8 or _DATE_ENDS.search(line) is None:
        return [line]
    folded = fold(line)
    match = _INLINE_DATE.search(folded)
    if match is None or "印发" in folded[match.end() : match.end() + 4]:
        return [line]
    begin, end = match.span("date")
    before = line[:begin].rstrip()
    if not before:
        rest = line[end:].strip()
        # `2022年7月29日（此件主动公开）`
        return [line[begin:end], rest] if rest[:1] in ("(", "（") else [line]
    words = before.rsplit(" ", 1)
    if looks_like_agency(words[-1]):
        return [*words[:-1], words[-1], line[begin:end]]
    if before[-1] in "。!！":
        return [before, line[begin:end]]
    tail = re.search(rf"(?<=[。!！])[{CJK}]{{3,30}}$", before)
    if tail and looks_like_agency(tail[0]):
        return [before[: tail.start()], tail[0], line[begin:end]]
    return [before, line[begin:end]] if len(words) == 2 else [line]


def _candidate(lines: list[str], index: int, begin: int, latest: str | None) -> _Candidate | None:
    line = lines[index]
    moment = read_signature_date(line, latest=latest)
    if moment is None and _ONLY_CUT_DATE.fullmatch(fold(line)):
        moment = read_signature_date(line + "0", latest=latest)
    dotted = _DOTTED.fullmatch(fold(line)) if moment is None and index > begin else None
    if dotted and as_signatory(lines[index - 1]):
        # Dots are written by people, but by systems too: only right below the agency that signs.
        moment = read_signature_date("{}年{}月{}日".format(*dotted.groups()), latest=latest)
    if moment is None:
        return None
    top, signatory = _above(lines, index, begin)
    return _Candidate(top, index, moment, line, signatory)


def _above(lines: list[str], index: int, begin: int) -> tuple[int, str | None]:
    """(first line of the block, the agencies in the lines right above the date); several stand one below the other."""
    names: list[str] = []
    top, position = index, index - 1
    while position >= begin and len(names) < 6:
        line = lines[position]
        if not line or _STAMP.fullmatch(line):
            position -= 1
            continue
        name = as_signatory(line)
        if name is None:
            break
        names.insert(0, name)
        top = position
        position -= 1
    return top, (" ".join(names) if names else None)


def as_signatory(line: str) -> str | None:
    """The line as the name of a signing agency, or None: `湖北省科技厅(盖章)` → `湖北省科技厅`."""
    if len(line) > 60 or _LABELLED.match(line) or _CLOSING.search(line):
        return None
    bare = _STAMP.sub("", _BROKEN_ENTITY.sub(" ", line).strip())
    parts = bare.split(" ")
    if len(parts) > 1 and all(looks_like_agency(part) for part in parts):
        return " ".join(parts)
    name = despace(bare)
    return name if looks_like_agency(name) and len(name) >= 3 else None


def _agency_alone(lines: list[str], begin: int) -> int | None:
    """Line of an agency that stands alone in one of the last lines, where the date is missing."""
    tail = [index for index in range(begin, len(lines)) if lines[index]]
    for position in range(len(tail) - 1, max(0, len(tail) - 4), -1):
        name = as_signatory(lines[tail[position]])
        printed = position + 1 < len(tail) and lines[tail[position + 1]].endswith("印发")
        if name and not printed and len(name) >= 4:
            return tail[position]
    return None
