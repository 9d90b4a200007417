"""Proposal references: body, place, 届, 次 and number as a title or an opening sentence prints them.

The grammar is small but its order is free: `省政协十三届二次会议`, `十四届政协三次会议`, `政协第十四届全国委员会第三次会议`,
`第十七届人民代表大会第一次会议`, `人大十五届五次会议`. So the session phrase is found first (three orders of its parts),
the place is what stands between the opening word and the phrase, and numbers and kinds are what follows it. A part
that is not printed is None; the body is never concluded from 提案 or 建议.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.models import Body, Kind, Reference
from pipelines.normalise.places import LEVEL_ONLY, read_place
from pipelines.normalise.text import CJK, NUMERAL, numeral

_N = rf"(?:{NUMERAL}{{1,4}}|\d{{1,2}})"
_TERM = rf"第?(?P<term>{_N})届"
_MEETING = rf"第?(?P<meeting>{_N})次"
_BODY = (
    r"(?P<body>中国人民政治协商会议|人民政治协商会议|政治协商会议|人民政协|政协|人民代表大会|人代会|人大代表大会|人大)"
    r"(?:常务委员会|常委会)?(?:会议)?"
)
_PLACE = rf"[{CJK}]{{0,16}}?"
_TAIL_OF_SESSION = r"(?:全体|全会)?(?:会议|大会)?"

_SESSIONS = (
    # 十五届人大五次会议 · 十三届全国人大五次会议 · 十四届政协三次会议 · 第九届政协第四次会议
    re.compile(rf"{_TERM}(?P<place>{_PLACE}){_BODY}(?:委员会)?(?:{_MEETING}{_TAIL_OF_SESSION})?"),
    # 政协十届三次会议 · 政协第十四届全国委员会第三次会议 · 人大十五届五次会议 · 政协枝江市七届四次会议
    re.compile(
        rf"{_BODY}(?P<place>{_PLACE})(?:委员会)?{_TERM}(?:(?P<late>{_PLACE})(?:委员会)?{_MEETING}{_TAIL_OF_SESSION}"
        rf"|(?P<late2>{_PLACE})委员会)?"
    ),
    # 九届三次政协会议 · 十五届四次人代会
    re.compile(rf"{_TERM}(?P<place>{_PLACE}){_MEETING}(?:全体)?{_BODY}"),
    # 县人大二次会议 (no 届 printed)
    re.compile(rf"{_BODY}{_MEETING}{_TAIL_OF_SESSION}"),
    # 十届三次会议 (no body printed, or only with the proposer: 十届三次会议政协委员提案)
    re.compile(rf"{_TERM}(?:委员会)?{_MEETING}{_TAIL_OF_SESSION}(?:(?P<body>人大|政协)(?=代表|委员))?"),
)
_BEFORE_TERM = 5
"""Characters in front of 届, most: 第 and four numerals."""
_BODY_ALONE = re.compile(_BODY)
_MEETING_OF_BODY = re.compile("次(?:全体)?[中人政]")
"""Only the third has it."""

_HAN_PREFIX = rf"(?!第|代表|委员|建议|提案|议案|会议|期间|编号|关于|复字)[{CJK}]{{1,2}}"
_CODE = r"[A-Za-z]{0,6}-?(?:[(〔\[【]\d{4}[)〕\]】])?-?\d{1,12}(?:-[A-Za-z\d]{1,6}){0,3}[A-Z]?"
_NUMBER = re.compile(
    rf"第(?P<n1>(?:{_HAN_PREFIX})?(?:字第)?{_CODE}|{NUMERAL}{{1,6}})号"
    rf"|第[(](?P<n7>{_CODE})[)]号|第(?P<n8>{_CODE})(?=(?:代表|委员)?(?:提案|建议|议案))"
    rf"|(?<![\d〔\[第{CJK}-])(?P<n2>{_CODE})号"
    rf"|(?<=会议)(?P<n3>(?:{_HAN_PREFIX})?{_CODE})号"
    rf"|(?<=[{CJK}])(?P<n4>{_CODE})号"
    rf"|编号:?第?(?P<n5>(?:{_HAN_PREFIX})?{_CODE})号?"
    rf"|(?<=政协|人大|提案|建议|议案|会议)(?P<n6>\d{{2,12}})(?=[{CJK}《(:]|$)(?![年届次件条个项份])"
)
_MAY_BE_NUMBER = re.compile(r"第|\d")
"""Each number has one of them."""
_BEFORE_SIGN = 14
"""Characters of a number in front of the first of them, fewer: 编号, a colon, two of Han, six letters, a dash, a bracket."""
_LIST = re.compile(r"第?(?P<items>[A-Za-z]{0,6}\d{1,12}(?:[、,/和及][第]?[A-Za-z]{0,6}\d{1,12}){1,40})号")
_RANGE = re.compile(r"第?(?P<low>\d{1,10})号?(?:至|到|[-—–~～]{1,2})第?(?P<high>\d{1,10})号")
_MAY_BE_RANGE = re.compile(r"\d号?[至到—–~～-]")
_MAY_BE_LIST = re.compile(r"\d[、,/和及]")
_CATEGORY = re.compile(
    rf"[(](?P<category>(?:[{CJK}A-Za-z、]{{1,16}}类|[{CJK}、]{{0,12}}(?:党派|界别|团体|集体|联组|专委会)(?:提案|建议))"
    r"第?\d{1,6}号)[)]"
)
_KIND = re.compile(r"提案|建议、?批评和?、?意见|意见建议|建议案|建议|议案|意见(?<=代表意见)")
_KINDS: dict[str, Kind] = {"提": "提案", "建": "建议", "意": "建议", "议": "议案"}
_NEITHER_KIND = re.compile(
    r"提案(?:办(?![理复结])|委(?!员)|人|者|工作|单位|系统|科)|建议(?:人|者|书|办(?![理复结])|科|提案)|议案(?:办(?!理)|组|人)"
)

_OPENING = re.compile(
    r"关于|做好|办好|抓好|征集|公布|召开|现将|现就|答复|办理|回复|落实|转办|承办|主办|会办|协办|分办|交办|反馈|报送|上报|呈报|致|给|对|就|在|提出的|提出|\d{4}年度?|(?<=会)上|[,。;:、()\[\]【】〔〕《》“”\"'·—\s■]"
)
MAX_REFERENCES = 60


class Found(NamedTuple):
    """References and where the text that made them begins and ends."""

    references: tuple[Reference, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    """Of the session phrases with their places."""
    end: int = 0
    """Behind the last number, kind or phrase that was used."""
    ranges: tuple[str, ...] = ()
    """Printed ranges that were expanded."""


class _Session(NamedTuple):
    start: int
    end: int
    reference: Reference


class _Number(NamedTuple):
    start: int
    end: int
    values: tuple[str, ...]
    category: str | None = None
    range: str | None = None


def kind_of_word(word: str) -> Kind | None:
    """`提案`, `建议案`, `议案` … → kind."""
    return _KINDS.get(word[:1])


def find_references(text: str, *, loose: bool = False) -> Found:
    """All references of a folded, squeezed text in which quoted subjects are masked with ■.

    `loose` also takes a bare `(第75号)`, as opening sentences print it after the subject.
    """
    text = text[:600]
    sessions = _find_sessions(text)
    numbers = _find_numbers(text, sessions, loose)
    references: list[Reference] = []
    end = 0
    heads = sessions or [_Session(0, 0, Reference())]
    for index, session in enumerate(heads):
        begin = 0 if index == 0 else session.start
        stop = heads[index + 1].start if index + 1 < len(heads) else len(text)
        own = [number for number in numbers if begin <= number.start < stop]
        kinds = _kinds(text, session.end if own and own[0].start >= session.end else begin, stop)
        if session.end:
            end = max(end, session.end)
        for number in own:
            end = max(end, number.end)
        if not own:
            kind = kinds[-1][1] if kinds else None
            if session.end:
                references.append(_with(session.reference, None, None, kind))
            continue
        for number in own:
            kind = _kind_of(number, own, kinds)
            for value in number.values:
                references.append(_with(session.reference, value, number.category, kind))
    unique = tuple(dict.fromkeys(references))[:MAX_REFERENCES]
    return Found(
        unique,
        tuple((session.start, session.end) for session in sessions),
        end,
        tuple(number.range for number in numbers if number.range),
    )


def _with(session: Reference, number: str | None, category: str | None, kind: Kind | None) -> Reference:
    """The proposal of this number; written out, because `replace` asks for every field by its name."""
    return Reference(
        session.body, session.level, session.place, session.term, session.meeting, number, category, kind
    )


def _find_sessions(text: str) -> list[_Session]:
    """Session phrases from left to right, none overlapping, longest reading first at each place."""
    found: list[_Session] = []
    position = 0
    while len(found) < 20 and (candidates := _candidates(text, position)):
        candidates.sort(key=lambda m: (m.start(), -m.end()))
        match = next(filter(_sound, candidates), None)
        if match is None:
            break
        found.append(_session(text, match, position))
        position = match.end()
    if not found:
        found = _bodies_alone(text)
    return found


def _candidates(text: str, position: int) -> list[re.Match[str]]:
    """What each order of the parts finds first; asked is only where its parts are, and behind them nowhere."""
    term, meeting = text.find("届", position), text.find("次", position)
    if term < 0 and meeting < 0:
        return []
    body = _BODY_ALONE.search(text, position)
    near = max(position, term - _BEFORE_TERM)
    first, second, third, fourth, fifth = _SESSIONS
    found: list[re.Match[str] | None] = []
    if term >= 0 and body is not None:
        found += (first.search(text, near), second.search(text, body.start()))
        if meeting >= 0 and _MEETING_OF_BODY.search(text, meeting) is not None:
            found.append(third.search(text, near))
    if meeting >= 0 and body is not None:
        found.append(fourth.search(text, body.start()))
    if term >= 0 and meeting >= 0:
        found.append(fifth.search(text, near))
    return [match for match in found if match is not None]


def _sound(match: re.Match[str]) -> bool:
    """What stands between the parts of a phrase must be a place, not the rest of a sentence."""
    groups = match.groupdict()
    term = groups.get("term")
    if term is not None and numeral(term) is None:
        return False
    for name in ("place", "late", "late2"):
        between = groups.get(name)
        if between and between != "全国" and read_place(between) is None:
            return False
    return True


def _session(text: str, match: re.Match[str], floor: int) -> _Session:
    groups = match.groupdict()
    place, level, start = _place_before(text, match.start(), floor)
    for name in ("place", "late", "late2"):
        inner = groups.get(name)
        if inner and (read := read_place(inner)) is not None:
            place, level = (place or read[0]), (level if level and not read[1] else read[1])
    term, meeting = groups.get("term"), groups.get("meeting")
    return _Session(
        start,
        match.end(),
        Reference(
            body=_body(groups.get("body")),
            level=level,
            place=place,
            term=numeral(term) if term else None,
            meeting=numeral(meeting) if meeting else None,
        ),
    )


def _body(printed: str | None) -> Body | None:
    if not printed:
        return None
    return "政协" if "政" in printed else "人大"


def _place_before(text: str, core: int, floor: int) -> tuple[str | None, str | None, int]:
    """The place in front of a session phrase: (name or None, level or None, where it begins)."""
    begin = floor
    window = max(floor, core - 40)
    for match in _OPENING.finditer(text, window, core):
        begin = match.end()
    begin = max(begin, window)
    printed = text[begin:core]
    read = read_place(printed)
    if read is None:
        # An agency without 关于 in front, or a joining word: the longest end that is a place.
        for cut in range(1, len(printed)):
            read = read_place(printed[cut:])
            if read is not None and _may_end(printed[:cut], printed[cut:]):
                begin += cut
                break
        else:
            return None, None, core
    return read[0], read[1], begin


_ENDS_PREVIOUS = tuple("和与及并年号局委厅办府司院会心队所复理")
"""Last characters of what may stand in front of a place: a joining word, or the name of an agency."""


def _may_end(before: str, place: str) -> bool:
    return place in LEVEL_ONLY or before.endswith(_ENDS_PREVIOUS)


def _bodies_alone(text: str) -> list[_Session]:
    """A body without a session: `省政协第20240133号提案`, `政协094`, `市人大代表建议第12号`."""
    found: list[_Session] = []
    position = 0
    for match in _BODY_ALONE.finditer(text):
        place, level, start = _place_before(text, match.start(), position)
        found.append(
            _Session(start, match.end(), Reference(body=_body(match["body"]), level=level, place=place))
        )
        position = match.end()
    return found[:5]


def _find_numbers(text: str, sessions: list[_Session], loose: bool) -> list[_Number]:
    """Numbers of proposals from left to right; category numbers are attached to the number before them."""
    taken: list[_Number] = []
    masked = text
    for session in sessions:
        # The last word stays: a number without 第 is recognised by the 会议 or 政协 in front of it.
        masked = _covered(masked, session.start, session.end - 2)
    categories = list(_CATEGORY.finditer(text)) if "(" in text else []
    for match in categories:
        masked = _covered(masked, match.start() + 1, match.end() - 1)
    patterns = [
        pattern
        for pattern, sign in ((_RANGE, _MAY_BE_RANGE), (_LIST, _MAY_BE_LIST), (_NUMBER, None))
        if sign is None or sign.search(masked) is not None
    ]
    position = 0
    while len(taken) < MAX_REFERENCES and (sign := _MAY_BE_NUMBER.search(masked, position)) is not None:
        start = max(position, sign.start() - _BEFORE_SIGN)
        options = [m for p in patterns if (m := p.search(masked, start))]
        if not options:
            break
        match = min(options, key=lambda m: (m.start(), -m.end()))
        position = match.end()
        number = _number(match)
        if number is None or not _belongs(masked, number, sessions, loose):
            continue
        category = next((c for c in categories if c.start() - number.end in range(3)), None)
        taken.append(number._replace(category=category["category"]) if category else number)
    return taken


def _covered(text: str, start: int, end: int) -> str:
    """The text with □ for what stands there, length unchanged."""
    return text[:start] + "□" * (end - start) + text[end:] if start < end else text


def _number(match: re.Match[str]) -> _Number | None:
    groups = match.groupdict()
    start, end = match.span()
    if "low" in groups:
        values = _expand(groups["low"], groups["high"])
        if values is None:
            # `2024-15` is one number; `1号至9999号` is too much to expand, and its two ends are printed.
            ends = (groups["low"], groups["high"])
            one = match[0].removeprefix("第").removesuffix("号")
            return _Number(start, end, (one,) if re.fullmatch(r"\d+[-—–]\d+", one) else ends)
        return _Number(start, end, values, range=match[0])
    if "items" in groups:
        return _Number(
            start, end, tuple(item.removeprefix("第") for item in re.split(r"[、,/和及]", groups["items"]))
        )
    value = next((value for value in groups.values() if value), None)
    if value is None:
        return None
    return _Number(start, end, (value.removeprefix("字第"),))


def _expand(low: str, high: str) -> tuple[str, ...] | None:
    """`012`, `015` → all numbers between; None where the print is no range (`2024-15`)."""
    first, last = int(low), int(high)
    padded = high.startswith("0") and len(low) != len(high)
    if not 0 < last - first <= 40 or len(low) > len(high) or padded:
        return None
    return tuple(str(value).zfill(len(low)) for value in range(first, last + 1))


def _belongs(text: str, number: _Number, sessions: list[_Session], loose: bool) -> bool:
    """A number counts after a session or body, beside a kind, after 编号, or (loose) alone in brackets."""
    before, after = text[max(0, number.start - 4) : number.start], text[number.end : number.end + 8]
    if before.endswith("总"):
        return False
    if text[number.start] in "〔[(【" and re.search(r"答复|复函|回复", text[: number.start]):
        # What is left of a document number that could not be read.
        return False
    if any(session.end <= number.start for session in sessions):
        return True
    if re.match(r"[)】]?(?:人大|政协)?(?:代表|委员)?(?:提案|建议|议案)", after) or re.search(
        r"(?:提案|建议|议案)[(]?$" if after.startswith(")") else r"(?:提案|建议|议案)$", before
    ):
        return True
    if text[number.start : number.start + 2] == "编号":
        return True
    if before.endswith(("■", "■(")):
        return True
    return loose and bool(re.search(r"[(]$", before)) and bool(re.match(r"[,)]", after))


def _kinds(text: str, start: int, stop: int) -> list[tuple[int, Kind]]:
    segment = _NEITHER_KIND.sub(lambda m: "□" * len(m[0]), text[start:stop])
    return [(start + match.start(), _KINDS[match[0][0]]) for match in _KIND.finditer(segment)]


def _kind_of(number: _Number, own: list[_Number], kinds: list[tuple[int, Kind]]) -> Kind | None:
    """The kind printed right after the number, else before it, else the next one, else any."""
    following = next((later.start for later in own if later.start >= number.end), None)
    after = [
        kind for place, kind in kinds if place >= number.end and (following is None or place < following)
    ]
    if after:
        return after[0]
    preceding = max((earlier.end for earlier in own if earlier.end <= number.start), default=-1)
    before = [kind for place, kind in kinds if preceding <= place < number.start]
    if before:
        return before[-1]
    later_kinds = [kind for place, kind in kinds if place >= number.end]
    if later_kinds:
        return later_kinds[0]
    return kinds[-1][1] if kinds else None
