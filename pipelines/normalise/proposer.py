"""Who proposed, as the page prints it: in the salutation (`某某等12名代表`, `民盟某省委`) or in the opening (`某某委员提出的…`).

A salutation greets persons in a reply and the lead agency in a co-handling opinion, so the latter names no proposer. Words
that name nobody (尊敬的代表, 各位委员, 您, 贵单位) give no name; 贵单位 and the like still tell the kind. The word 代表 or
委员 is part of the print and says nothing about the body. Courtesy in front (尊敬的) is left off, nothing else.

Kinds and names of those who may propose together: 中国人民政治协商会议全国委员会提案工作条例 (参加政协的各党派、人民团体、
专门委员会、界别和委员小组) and 代表法 (代表团, 联名).
"""

from __future__ import annotations

import re

from pipelines.models import ProposerKind
from pipelines.normalise.text import CJK, NUMERAL, fold, is_cut, numeral, quoted_spans, squeeze
from pipelines.records import record

_COURTESY = re.compile(r"^(?:尊敬的?|敬爱的)")
_MAX = 200
_PERSONS_END = re.compile(r"(?:代表|委员)(?:们|同志|先生|女士)?(?:\([^()]{1,20}\))?$")
_NOBODY = re.compile(
    rf"(?:(?:[{CJK}]{{0,8}}[省市州盟旗县区镇乡])?(?:各位|全体|诸位|有关|部分|有的|广大|许多|一些|几位|多位|不少|与会|这些|该"
    r"|人大|政协|领衔|提案|建议|联名|附议|提出|主办)*(?:代表|委员)(?:们|同志|先生|女士)?)"
)
_COUNTS = (
    re.compile(rf"(?:等|共)\(?共?(?P<n>\d{{1,3}}|{NUMERAL}{{1,4}})(?:名|位|人|个)"),
    re.compile(rf"等\(?(?P<n>\d{{1,3}}|{NUMERAL}{{1,4}})\)?(?=代表|委员)"),
    re.compile(rf"(?P<n>\d{{1,3}}|{NUMERAL}{{1,4}})[名位](?=代表|委员)"),
)
_JOINT = re.compile(rf"[、,，]|等|[{CJK}]{{2}}和[{CJK}]{{2,4}}(?:代表|委员)|(?:代表|委员)们")

_ORGANISATIONS = (
    "民革|民盟|民建|民进|农工党|农工民主党|致公党|九三学社|台盟|中国国民党革命委员会|中国民主同盟|中国民主建国会|中国民主促进会"
    "|中国农工民主党|中国致公党|台湾民主自治同盟|工商联|工商业联合会|总工会|妇联|妇女联合会|共青团|团省委|团市委|团县委|团区委"
    "|青联|青年联合会|科协|科学技术协会|侨联|归国华侨联合会|台联|台湾同胞联谊会|文联|社科联|残联|红十字会|知联会"
    "|党外知识分子联谊会|欧美同学会|无党派"
)
_UNIT = re.compile(
    rf"(?:[{CJK}]{{0,12}}(?:{_ORGANISATIONS})(?:[{CJK}()·]{{0,24}}(?:委|委会|委员会|支部|总支|支社|小组|会))?"
    rf"|[{CJK}]{{0,12}}政协[{CJK}、]{{1,24}}(?:委员会|专委会|专委|联络委|联络处|工作组|委员工作室)"
    rf"|[{CJK}()]{{1,30}}(?:代表团|代表小组|代表小组活动组|总支部?|支部|支社))"
)
_SECTOR = re.compile(
    rf"[{CJK}()]{{1,30}}?(?:界别?|界别?(?:活动|委员|召集)?小?组|委员小组|委员活动小?组)(?:委员)?"
)
_NO_PROPOSER = re.compile(r"提案|常委会|常务委员会|办公[厅室]|选举|人事|政府|厅$|局$|研究室")
"""Those who receive and forward proposals, and offices of government, to whom only opinions are written."""

_PROPOSED = re.compile(r"(?:联名|共同|领衔|牵头|集体|联合)?(?:提出|提交|所提)")
_SITTING = re.compile(rf"[,]?(?:在|于)[{CJK}A-Za-z0-9()]{{2,60}}?会议?(?:上|期间|中)?$")
_AFTER_SITTING = re.compile(r".*(?:会议(?:上|期间|中)?|[号悉])")
_LEAD_IN = re.compile(r"^(?:现将|现就|就|对|关于|由|收到|接到|(?:贵(?:单位|[厅局委办会]))?转来的?|交办的?)+")
_NO_NAME = re.compile(r"提案|建议|议案|关于|答复|办理|您|你|我[们局厅委办]|^贵|会议|[届号]")
_ONE = rf"[{CJK}·]{{2,4}}|[{CJK}]{{1,8}}·[{CJK}·]{{1,12}}"
_IN_SENTENCE = re.compile(
    rf"(?:{_ONE})(?:[、,](?:{_ONE}))*?(?:等?\(?共?(?:\d{{1,3}}|{NUMERAL}{{1,4}})?[名位]?\)?)?(?:代表|委员)"
    rf"(?:\(?等\(?共?(?:\d{{1,3}}|{NUMERAL}{{1,4}})[名位人]\)?)?"
)
"""Persons inside a sentence: there only names of the usual length are taken for names."""
_YOURS = re.compile(r"贵(?:(?P<sector>组|界别?组?|小组)|单位|会|委|党|党派|团|支部|支社|社|总支)(?=[^局厅])")
_ONE_PERSON = re.compile(
    rf"[{CJK}]{{2,3}}|某{{2,4}}|[{CJK}]{{1,8}}·[{CJK}·]{{1,12}}"
    rf"|(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|夏侯|端木|百里|西门|南宫)[{CJK}]{{1,2}}"
)
_WINDOW = 400


@record
class Proposer:
    """Who proposed."""

    kind: ProposerKind | None
    """None where the print leaves open whether one person is named or two (blanks between names are lost)."""
    name: str | None
    """As printed without courtesy; None where the page names nobody (贵单位)."""
    count: int | None
    """The number of persons that is printed (等12名代表); never counted by us."""
    rule: str
    """`proposer.salutation` or `proposer.opening`."""
    raw: str


def read_proposer(salutation: str | None, opening: str, *, opinion: bool = False) -> Proposer | None:
    """Salutation first, then the opening up to 收悉; None where neither tells. Never raises.

    `opinion`: the letter is a co-handling opinion, whose salutation is the lead agency.

    >>> read_proposer("尊敬的某某等12名代表", "你们提出的建议收悉")
    Proposer(kind='联名', name='某某等12名代表', count=12, rule='proposer.salutation', raw='尊敬的某某等12名代表')
    """
    if salutation and not opinion and len(salutation) <= _MAX:
        found = _named(salutation, "proposer.salutation")
        if found is not None:
            return found
    printed = squeeze(opening[:_WINDOW])
    text = _window(printed)
    for match in _PROPOSED.finditer(text):
        subject = _subject(text[max(0, match.start() - 120) : match.start()])
        at = text.rfind(subject, 0, match.start())
        found = _named(printed[at : at + len(subject)], "proposer.opening")
        if found is not None:
            return found
    yours = None if opinion else _YOURS.search(text)
    if yours is not None:
        return Proposer("界别" if yours["sector"] else "单位", None, None, "proposer.opening", yours[0])
    return None


def _window(printed: str) -> str:
    """The opening up to 收悉, folded, with quotations blanked: what a proposal says is not what is said about it."""
    text = fold(printed)
    end = text.find("收悉")
    window = masked = text if end < 0 else text[:end]
    for start, stop in quoted_spans(window):
        masked = masked[:start] + "■" * (stop - start) + masked[stop:]
    return masked


def _subject(before: str) -> str:
    """The words in front of 提出 that may name who did: behind the last stop, without the session."""
    clause = before[max(map(before.rfind, "。;:!?■")) + 1 :]
    clause = _SITTING.sub("", clause)
    clause = _AFTER_SITTING.sub("", clause)
    clause = clause.rsplit(",", 1)[-1]
    return _LEAD_IN.sub("", clause)


def _named(printed: str, rule: str) -> Proposer | None:
    """A whole phrase as the name of a proposer."""
    raw = squeeze(printed).strip(" ,，:：")
    name = _COURTESY.sub("", raw)
    folded = fold(name)
    if not 2 <= len(name) <= _MAX or is_cut(name) or _NO_NAME.search(folded) or _NOBODY.fullmatch(folded):
        return None
    if _SECTOR.fullmatch(folded):
        return Proposer("界别", name, None, rule, raw)
    if not _NO_PROPOSER.search(folded) and all(_UNIT.fullmatch(part) for part in re.split("[、,]", folded)):
        return Proposer("单位", name, None, rule, raw)
    count, end = _count(folded), _PERSONS_END.search(folded)
    if (end is None and count is None) or (rule == "proposer.opening" and not _IN_SENTENCE.fullmatch(folded)):
        return None
    if count is not None or _JOINT.search(folded):
        return Proposer("联名", name, count, rule, raw)
    if end is not None and _ONE_PERSON.fullmatch(folded[: end.start()]):
        return Proposer("个人", name, None, rule, raw)
    return Proposer(None, name, None, rule, raw) if rule == "proposer.salutation" else None


def _count(name: str) -> int | None:
    for pattern in _COUNTS:
        if match := pattern.search(name):
            return numeral(match["n"])
    return None
