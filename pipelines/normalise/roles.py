"""Who handled a proposal, and in which role: 主办, 承办, 会办, 协办, 分办.

Two places are read: the opening of the letter, up to its 如下, and lines or cells with a label (会办单位:…). In the opening
three forms name a role: behind the names (`由A主办、B会办`), in front of them (`会办单位:A、B`), beside them
(`A(主办)、B(分办)`). Who is consulted without a word for it (会同, 经商, 征求, 综合…意见) gives an opinion to the lead agency, which
is what 会办 means; who helps (我局牵头，A配合) is 协办. The agency that writes (我厅, 本局) has no name here: `RoleMention.name` is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import get_args

from pipelines.models import HandlingRole, RawField, RoleMention
from pipelines.normalise.agencies import looks_like_agency, split_agencies
from pipelines.normalise.labels import normal_label
from pipelines.normalise.text import CJK, collapse, despace, fold, quoted_spans
from pipelines.remember import remembered

ROLES: tuple[HandlingRole, ...] = get_args(HandlingRole)
CONSULTED: frozenset[str] = frozenset(("会办", "协办"))

_ROLE = "(?:" + "|".join(ROLES) + ")"
_ANY_ROLE = re.compile("|".join(ROLES))
_UNIT = "(?:单位|部门|机关)"
_SELF = re.compile(r"(?:我|本)(?:局|厅|委|办|院|部|会|社|行|所|处|馆|队|中心|公司|单位|们)(?:党[组委])?")
_OTHER = re.compile(r"(?:贵|你|您)(?:局|厅|委|办|院|部|会|中心|单位|们)?$")
"""The agency addressed; it has its place in the salutation."""
_COUNTED = re.compile(r"[两双二三四五六七八九十几数多各]{1,2}(?:个|家)?(?:局|厅|委|办|部门|单位)+")
"""`经两局共同研究`: a number of agencies, none by name."""

_LIST = rf"(?P<list>[{CJK}A-Za-z0-9、,()·…\[\]]{{2,400}}?)"
_CONSULTS = (
    (
        ("综合",),
        re.compile(
            rf"综合(?:了)?(?:各|有关|相关)?(?:会办|协办)?{_UNIT}?[(]?{_LIST}[)]?(?:的)?(?:会办|协办|办理|反馈|书面)?意见"
        ),
    ),
    (
        ("会同", "会商", "商请", "协同", "联合", "协商", "经商", "征求"),
        re.compile(
            rf"(?:经|并)?(?:会同|会商|商请|协同|联合|协商|经商|征求)(?:了)?(?:会办|协办|分办)?{_UNIT}?[(]?{_LIST}[)]?(?:的)?(?:意见|同意|协助|配合|提供|提出|反馈|出具|认真|共同|研究|到|赴|前往|现场|实地|组成|办理|协商|进行|联合|开展|会办|协办|\[…\]|后(?=,|研究|答|$)|,现|,并|,经|,我|,对|,就|,结|,认|,逐|,充|;|。|现答|现将|$)"
        ),
    ),
    (
        ("与", "同"),
        re.compile(
            rf"(?:经与|我[局厅委办]与|并与|与|同){_LIST}(?:共同|认真|联合|多次|充分|进行|沟通|对接|衔接|协商|会商|研究)"
        ),
    ),
    (("商",), re.compile(rf"(?<=我[局厅委办们])商{_LIST}(?:同意|意见|研究|后|,)")),
    (
        ("意见",),
        re.compile(
            rf"(?:结合|根据|参考|汇总|吸收){_LIST}(?:的)?(?:会办|协办|办理|反馈)?(?:的)?(?<!交办)意见"
        ),
    ),
    (("商",), re.compile(rf"(?<=[,;])商{_LIST}(?:同意|意见|研究|后)?,")),
    (
        ("牵头", "主办"),
        re.compile(rf"(?:牵头|主办)[,、](?:由)?{_LIST}(?:配合|协同|协助|参与)(?:办理|研究)?(?:,|;|。)"),
    ),
    (("共同", "联合"), re.compile(rf"经(?!商|与|会|过|研){_LIST}(?:共同|联合)(?:研究|协商|会商|办理)")),
    (
        ("办意见",),
        re.compile(rf"(?<=[,;。:]){_LIST}(?:提出|提供|反馈|出具)(?:了|的)?(?:书面)?(?:会办|协办)意见"),
    ),
    (
        ("召集", "组织", "邀请", "协调", "联系", "商请"),
        re.compile(
            rf"(?:召集|组织|邀请|协调|联系|商请){_LIST}等?(?:\d{{1,2}}[个家])?(?:会办|协办|分办){_UNIT}"
        ),
    ),
)
"""Each with words of which it needs one, so that it is not tried where none of them stands."""
_IN_FRONT = re.compile(
    rf"(?<![为是])(?P<role>{_ROLE})(?:{_UNIT}(?:有|为|是|包括|分别为|分别是)?[(:]?|\()(?P<list>(?![,、])[^。;:]{{2,400}}?)"
    rf"(?=[)。;:]|,?(?:主办|承办|会办|协办|分办){_UNIT}|(?:的)?(?:会办|协办|分办|办理|反馈|书面)?意见"
    r"|认真|共同|研究(?!院|所|室|中心|会)|提出|进行|开展|,(?:现|我|经|并|就|对|逐|充)|$)"
)
_AS_UNIT = re.compile(
    rf"(?:^|[,;。:])(?P<list>[^,;。:]{{2,200}}?)(?:为|是|作为)(?:该|此|本)?(?:提案|建议|议案|件)?的?(?P<role>{_ROLE}){_UNIT}"
)
_HELPING = re.compile(r"(?:牵头|主办)[,、].*(?:配合|协同|协助|参与)")
_ROLE_OF_CONSULTED = re.compile(rf"(?P<role>协办|分办)(?:{_UNIT}|(?:的)?意见)")
_BESIDE = re.compile(rf"(?P<list>[{CJK}A-Za-z0-9·]{{2,40}})\((?P<role>{_ROLE}){_UNIT}?\)")
_BRACKETED_ROLE = re.compile(rf"\({_ROLE}")
_SUBJECT = re.compile(r"关于[^,。;:()]{2,120}?的?(?:提案|建议|议案)(?=收悉|[(,。]|已|后|提|交)")
"""The subject where it stands without marks: 由市教育局主办运动会 in it is a wish."""
_BEHIND = re.compile(
    rf"(?P<role>{_ROLE})(?!{_UNIT}|意见|情况|工作|处室|科室|任务|责任|要求|过程|人|公|者|质量|制度)"
)
_SEGMENT = re.compile(r"[^,;。:()]+")
_CONNECTOR = re.compile(
    r".*(?:由|请|为|是|将|经(?!济|信|开|贸|营|委)|交给|转|(?<!公共资源)交(?!通|警|管|易|投|运|巡))", re.DOTALL
)
_VERBS_IN_FRONT = re.compile(r"^(?:并|再|经|又)?(?:征求|会同|会商|协商|经商|商|与|和|同)(?!务)")
_UNIT_WORDS_IN_FRONT = re.compile(r"^(?:会办单位|协办单位|分办单位|会办|协办|单位|部门|[(:])+")
_ROLE_INSIDE = re.compile(rf"{_ROLE}(?!{_UNIT}|公)")
_LISTED = re.compile(r"[、,]|以及|(?<=[局厅委办])[和与及](?=[我本])")
_ADVERB = re.compile(r"(?:负责|牵头|独立|单独|共同|分别|具体|联合|同时|主要)+$")
_OPINION = re.compile(
    rf"(?P<role>会办|协办)(?:的)?(?:意见|情况|工作|件|提案|建议)|作为(?P<as>会办|协办){_UNIT}"
)
_LABEL = re.compile(rf"(?P<role>{_ROLE}){_UNIT}?(?:\([^()]{{0,10}}\))? ?: ?")
_VALUE_ENDS = re.compile(
    r"[。;]| ?(?:承办|经办|签发|负责)人|联系(?:人|电话|方式)?|电话|分管|(?:责任|单位)(?:领导|负责)| \S{2,6} ?:"
)
_HEAD, _FOOT, _LINE_LIMIT = 12, 25, 300


def find_roles(
    title: str | None, opening: str, paragraphs: tuple[str, ...], fields: Iterable[RawField], *, opinion: bool
) -> tuple[RoleMention, ...]:
    """Everything that names a role, in the order: labels, then the opening, then what an opinion says of itself."""
    found = [*_labelled(paragraphs, fields), *_in_opening(opening)]
    if opinion and not any(one.name is None for one in found):
        for source, text in (("title", title or ""), ("body", opening)):
            match = _OPINION.search(fold(text))
            if match is not None:
                found.append(RoleMention(None, _role(match["role"] or match["as"]), source, "roles.opinion"))
                break
    return tuple({(one.name, one.role): one for one in reversed(found)}.values())[::-1]


def co_handlers(opening: str) -> tuple[str, ...]:
    """Agencies named as consulted in the opening: 会办单位(…), 会同…, 综合…意见, 经商…, 经与…共同研究."""
    return consulted(_in_opening(opening))


def consulted(mentions: Iterable[RoleMention]) -> tuple[str, ...]:
    """Names of those who gave an opinion, each once, in order; the labelled lines left out."""
    names = [
        one.name
        for one in mentions
        if one.name is not None
        and one.source == "body"
        and (one.role in CONSULTED or (one.rule == "roles.in_front" and one.role == "分办"))
    ]
    return tuple(dict.fromkeys(names))


def _in_opening(opening: str) -> list[RoleMention]:
    """Mentions in the order of the text; a name keeps the role that a word gives it."""
    text = opening
    for start, stop in quoted_spans(opening):
        text = text[:start] + "■" * (stop - start) + text[stop:]
    text = fold(text)
    if "关于" in text:
        text = _SUBJECT.sub(lambda match: "■" * len(match[0]), text)
    found: list[tuple[int, RoleMention]] = []
    # The form that says most about the role comes first.
    worded: tuple[tuple[str, _Matches], ...] = (
        ("roles.beside", _beside(text)),
        ("roles.in_front", _in_front(text)),
        ("roles.as_unit", _as_unit(text)),
        ("roles.behind", _behind(text)),
    )
    for rule, matches in (
        *(worded if _ANY_ROLE.search(text) is not None else ()),
        ("roles.consulted", _consults(text)),
    ):
        for position, names, role in matches:
            for name in names:
                where = text.find(name, position) if name else position
                found.append((where, RoleMention(name, role, "body", rule)))
    return _settled(found)


def _settled(found: list[tuple[int, RoleMention]]) -> list[RoleMention]:
    """One mention a name, the first found, in the order of the text; of `与市财政局` and `市财政局` the shorter is the name."""
    names = {one.name for _, one in found if one.name}
    chosen: dict[str | None, tuple[int, RoleMention]] = {}
    for entry in found:
        name = entry[1].name
        if name is None or not any(name != other and name.endswith(other) for other in names):
            chosen.setdefault(name, entry)
    return [one for _, one in sorted(chosen.values(), key=lambda entry: entry[0])]


_Matches = Iterator[tuple[int, list[str | None], HandlingRole]]
"""Position, names (None: who writes), role."""


def _role(text: str) -> HandlingRole:
    return next(role for role in ROLES if role == text)


def _beside(text: str) -> _Matches:
    for match in _BESIDE.finditer(text) if _BRACKETED_ROLE.search(text) is not None else ():
        # 经A(主办)、B(会办): the pattern begins behind a bracket, so that only words of the sentence are to be cut.
        yield match.start("list"), _names(_bare(match["list"])), _role(match["role"])


def _in_front(text: str) -> _Matches:
    for match in _IN_FRONT.finditer(text):
        listed = match["list"]
        if text[match.start("list") - 1] != "(":
            listed = re.split(r",(?=我|由|经|现)", listed)[0]
        if _BESIDE.search(listed) is None:
            yield match.start("list"), _names(listed), _role(match["role"])


def _as_unit(text: str) -> _Matches:
    for match in _AS_UNIT.finditer(text):
        yield match.start("list"), _names(_bare(match["list"])), _role(match["role"])


def _behind(text: str) -> _Matches:
    """`由A主办、B和C会办`: what stands between the last boundary and the word."""
    for segment in _SEGMENT.finditer(text):
        begin = 0
        for match in _BEHIND.finditer(segment[0]) if "办" in segment[0] else ():
            listed = segment[0][begin : match.start()][-400:]
            yield segment.start() + begin, _names(_bare(listed)), _role(match["role"])
            begin = match.end()


def _consults(text: str) -> _Matches:
    for needed, pattern in _CONSULTS:
        if not any(map(text.__contains__, needed)):
            continue
        for match in pattern.finditer(text):
            # 会同协办单位A, 综合A协办意见, 会同A等协办单位.
            around = text[match.start() : match.end("list") + 6]
            word = _ROLE_OF_CONSULTED.search(around)
            role: HandlingRole = _role(word["role"]) if word is not None else "会办"
            if _HELPING.match(around):
                role = "协办"
            listed = match["list"]
            if _ROLE_INSIDE.search(listed) is not None:
                continue  # the words of a role inside: another form reads them
            yield match.start("list"), [n for n in _names(_without_verbs(listed)) if n], role


def _bare(listed: str) -> str:
    """A list without the words of its sentence in front: `该提案由省卫健委、我厅` → `省卫健委、我厅`."""
    match = _CONNECTOR.match(listed)
    listed = listed[match.end() :] if match is not None else listed
    return _ADVERB.sub("", listed.lstrip("、和及与并,"))


def _names(listed: str) -> list[str | None]:
    """The agencies of a list; None for the one that writes; nothing for the one addressed."""
    return list(_names_in(listed))


# Two forms read the same list.
@remembered(_LINE_LIMIT, answers=512)
def _names_in(listed: str) -> tuple[str | None, ...]:
    parts = [despace(part) for part in _LISTED.split(listed)]
    own = any(_SELF.fullmatch(part.strip("()")) for part in parts)
    names = [
        name
        for name in split_agencies(_without_verbs(listed))
        if not _SELF.fullmatch(name)
        and not _OTHER.match(name)
        and not _COUNTED.fullmatch(name)
        and name[0] not in "我本贵"
    ]
    return (*([None] if own else []), *names)


def _without_verbs(text: str) -> str:
    """Without the words that may stand in front of the list and are no part of a name."""
    text = text.replace("[…]", "、").replace("…", "、") if "…" in text else text
    return _UNIT_WORDS_IN_FRONT.sub("", _VERBS_IN_FRONT.sub("", text))


def _labelled(paragraphs: tuple[str, ...], fields: Iterable[RawField]) -> Iterator[RoleMention]:
    """Lines at head and foot, and cells: `主办单位:A 会办单位:B、C`, `承办单位:A(主办)、B(分办)`."""
    # Each role has the character 办: most lines are ruled out by looking for it.
    lines = [("line", line) for line in (*paragraphs[:_HEAD], *paragraphs[_HEAD:][-_FOOT:]) if "办" in line]
    for item in fields:
        # 办 is 辦 before a label is folded.
        if item.label and ("办" in item.value or "办" in item.label or "辦" in item.label):
            lines.append((item.source, f"{normal_label(item.label)}:{item.value}"))
    for kind, line in lines:
        if len(line) > _LINE_LIMIT or _ANY_ROLE.search(line) is None:
            continue
        printed = fold(collapse(line)).lstrip("([【 ")
        if _LABEL.match(printed) is None:
            continue
        labels = list(_LABEL.finditer(printed))
        for label, following in zip(labels, [*labels[1:], None], strict=True):
            value = printed[label.end() : following.start() if following else len(printed)]
            ends = _VALUE_ENDS.search(value)
            source = f"{kind}:{despace(printed[label.start() : label.end()]).rstrip(':')}"
            yield from _of_value(value[: ends.start()] if ends else value, _role(label["role"]), source)


def _of_value(value: str, role: HandlingRole, source: str) -> Iterator[RoleMention]:
    """The agencies behind a label; a role in brackets beside one of them counts more than the label."""
    beside = {match["list"]: _role(match["role"]) for match in _BESIDE.finditer(value)}
    plain = re.sub(rf"\({_ROLE}{_UNIT}?\)", "", value)
    for name in split_agencies(plain):
        if looks_like_agency(name):
            own = None if _SELF.fullmatch(name) else name
            rule = "roles.beside" if name in beside else "roles.label"
            yield RoleMention(own, beside.get(name, role), source, rule)
