"""Forward-looking sentences of a reply: what a reader can check a year later.

A sentence counts when its main clause speaks of the future in the agency's own voice: 下一步, 今后, 将 with a verb, 力争,
计划于, 拟, 到…年底; and so do the items under such an opening or heading. Left out are the past (已, 了, 截至), what a policy
says (《…》规定), what the proposer wants (您建议将…), 将 as mark of the object (将…纳入), predictions (这将…) and courtesies.
Precision comes first: what may be read otherwise is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.models import Commitment
from pipelines.normalise.deadlines import Deadline, find_deadlines
from pipelines.normalise.text import fold

LIMIT = 300
"""Most commitments of one reply: far beyond any real one."""

_LONGEST = 600
_SHORTEST = 4
_WE = (
    r"我们|我[局厅委办院市省县区州校会处]|我单位|我中心|本[局厅委办院]"
    r"|[市省县区州][\u4e00-\u9fff]{1,8}[局厅委办]|[市省县区州](?:政府|里)|各[县市区地]{1,4}"
)
_ADVERB = (
    r"继续|持续|进一步|积极|不断|全力|全面|大力|着力|深入|统筹|坚持|尽快|逐步|适时"
    r"|择机|主动|一如既往|陆续|分批|分步|分期|定期|最大限度|更加|切实|扎实"
    r"|及时|充分|密切|严格|认真|重点|同步|优先|加快|加速|从严|依法|共同|再|每[年月季周]|立即|抓紧|按|多"
)
_VERB = (
    r"加强|加大|按照|根据|会同|联合|组织|开展|推进|推动|完善|建立|健全|制定|出台|争取|力争|结合|以|在|对|把|于|通过|探索|支持|落实|配合|协调|督促"
    r"|指导|优化|提升|强化|实施|启动|建成|完成|投入|规划|新建|新增|安排|研究|向|与|依托|围绕|聚焦|从|为|同|鼓励|引导|采取|做好|抓好|狠抓|打造|建设|改造"
    r"|开工|竣工|达到|实现|确保|拓展|拓宽|扩大|深化|创新|选择|选取|选派|邀请|牵头|紧盯|利用|参照|培育|谋划|编制|修订|提请|提交|增设|增加|设立|设置|吸纳"
    r"|采纳|召开|举办|推广|规范(?!性|化)|整合|巩固|保障|到|尽|由|跟踪|评估|考虑|增强|提高|改善|申报|申请|请|上报|补充|修建|铺设|新设|培训|发放|建(?!筑|议|制|档|材|设用地)|开放|试点|推行|投用"
)
_WILL = re.compile(rf"将(?<![即必名大干武兵战虎老主女小勇猛]将)(?=(?:{_ADVERB}|{_VERB}))(?!军|近|士|领|来)")
_OBJECT_AFTER = re.compile(
    r"^将(?:在|对|从|为|与|向|由|按|以)(?:(?!把|推|争|积|努|力).){2,60}?(?:纳入|列入|下放|剔除|移交|转交|划归|并入)"
    r"|^将.{1,40}?(?:作为|列为|视为|变成|改为|定为|称为|概括为|写进|写入|改成|分为)"
)
_NEXT = re.compile(
    r"(?:^|[,:])(?:[一二三四五六七八九十\d(]{1,3}[、.)])?(?:在)?(?:下一?步|下一?阶段|接下来|今后|后续|下半年|未来[一二两三四五几]年)"
    r"(?:的?工作(?:打算|计划|安排|思路|措施|重点)?(?:中|里|上)?|中|里|来|的)?(?=[,:]|我|将|继续|进一步|要|会|拟|计划|视|[市省县区州])"
)
_STRIVE = re.compile(
    r"力争|力求在|争取(?=在|于|到|用|20\d\d|今年|明年|年底|年内|尽快|早日)|确保(?=在|于|到|20\d\d|今年|明年|年底|年内)"
)
_PLAN = re.compile(
    r"计划(?<![动年施作工度展设划总排攻资学务原按]计划)(?=于|在|用|今年|明年|20\d\d|到|年[内底]|下半年|启动|实施|新建|新增|开展|再|每年|安排)"
    r"|预计(?=.{0,6}(?:20\d\d ?年|今年|明年|年底|年内|\d{1,2} ?月))"
)
_INTEND = re.compile(
    r"拟(?<![模虚草比原暂]拟)(?=于|在|对|将|由|以|从|按|与|向|联合|邀请|采取(?!的)|开展|新建|新增|增设|安排|选取|出台|制定|纳入|启动|通过|编制|投入|每年)"
)
_BY = re.compile(
    r"(?:到|在)?20\d\d ?年(?:年?[底末]|\d{1,2} ?月)?(?:前|之前|以前)?[,]?"
    r"(?=.{0,40}(?:完成|建成|实现|达到|新增|投用|开工|竣工|启动|全覆盖|全面|基本|完工|更换|覆盖))"
    r"|(?:^|,)(?:今年)?年(?:内|底前|底以前)(?=.{0,6}(?:完成|建成|实现|达到|新增|投用|开工|竣工|启动|全部|出台|再))"
    r"|(?:^|,)(?:今|明)年.{0,6}?(?:底前|年底)(?=.{0,10}(?:完成|建成|实现|达到|新增|投用|开工|竣工|启动|全部|出台))"
)
_RULES = (
    ("next_step", ("下一", "下步", "下阶段", "接下来", "今后", "后续", "下半年", "未来"), _NEXT),
    ("strive", ("力争", "力求", "争取", "确保"), _STRIVE),
    ("plan", ("计划", "预计"), _PLAN),
    ("intend", ("拟",), _INTEND),
    ("will", ("将",), _WILL),
    ("by", ("20", "年内", "年底", "今年", "明年"), _BY),
)
"""In the order in which they are asked, each with the words of which it needs one."""
_FUTURE_WORDS = (
    "将|拟|年|下一|下步|下阶段|接下来|今后|后续|下半年|未来|力争|力求|争取|确保|计划|预计|工作打算|努力方向"
)
"""Each rule above and each heading about the future needs one of these; looked for first because few sentences have one."""
_FUTURE = re.compile(_FUTURE_WORDS)
_MAY_BE_FUTURE = re.compile(
    "將|" + _FUTURE_WORDS.replace("年", r"年(?! ?\d{1,2} ?月 ?\d{1,2} ?日$)"), re.MULTILINE
)
"""The same in a text that is not folded yet; a date at the end of its line, as in a signature, promises nothing."""

_PAST = re.compile(
    r"已(?!有|建|知|出台的|批)|曾|业经|了(?!解|如|结|望)|截至|截止|累计|去年|前年|近年来?|以来|原计划|当年全部|成效|目前正在|过(?=[,。;]|一|多)|先后"
)
_QUOTES_POLICY = re.compile(
    r"(?:》(?:\([^()]{1,40}\))?(?:第[^,。]{1,12}条)?(?:也|均|都|中|还)?(?:已经?)?"
    r"|(?:国家|国务院|中央|省委|省政府|市委|市政府|[\u4e00-\u9fff]{2,6}部|文件|会议|条例|办法|规划|法律|政策)(?:也|已|均)?)"
    r"(?:明确|规定|提出|要求|指出|强调|部署)"
)
_OTHERS = re.compile(
    r"(?:您|你们?|贵[\u4e00-\u9fff]{1,3}|委员|代表|提案|建议|议案|群众|专家)(?:们)?(?:中)?(?:所)?(?:提出|建议|提到|指出|认为|反映|希望|呼吁)(?!的?[^,]{0,20},我)"
)
_WISH = re.compile(r"(?:希望|欢迎|恳请|敬请|请您|感谢|联系人|联系单位|特此|专此|现将|抄送|附件:|如有)")
_PREDICTS = re.compile(
    r"(?:^|,)(?:这(?:些|一|项|个)?[\u4e00-\u9fff]{0,6}|此举)(?:也|都|必)?将|(?:建成|投用|实施|完工|投产|完成|落地)(?:之)?后,?[^,]{0,12}将|(?:若|如果|一旦|如不|否则|逾期)"
)
_DEFINES = re.compile(
    r"所称|是指|指的是|的,?(?:依法)?将?(?:被|予以)?处以|应当将|不得|的,(?:一律)?将?(?:被|依法|予以|给予|责令|一律|按规定)"
)
_SECTION = re.compile(
    r"(?:下一?步|下一?阶段|今后|后续|未来).{0,8}(?:打算|安排|计划|思路|措施|举措|工作|重点|考虑|方向)|^(?:工作打算|努力方向)"
)
_HEADING = re.compile(
    r"(?P<mark>[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十]{1,3}[)]|\d{1,2}[.、]|第[一二三四五六七八九十],)"
)
_ITEM = re.compile(
    r"^(?:[一二三四五六七八九十]是|第[一二三四五六七八九十],?|[(]?[一二三四五六七八九十\d]{1,2}[)、.]|其[一二三四],)?"
)
_ACTION = re.compile(rf"^(?:{_WE})?(?:要|会|还|也)?,?(?:{_ADVERB}|{_VERB})")
_SPLIT = re.compile(r"[。!?;]")
_QUOTED = re.compile(
    '《[^《》]{1,200}》|“[^“”]{1,300}”|‘[^‘’]{1,300}’|「[^「」]{1,300}」|『[^『』]{1,300}』|"[^"]{1,300}"'
)
_QUOTED_PLAN = re.compile("“■■■”")
"""`“十四五”末`"""
_HEADLINE = 40


@dataclass(slots=True)
class _Section:
    """Under which heading the text stands."""

    level: int | None = None
    """Level of the heading that opened a passage about the future; None outside of one."""


def find_commitments(paragraphs: Sequence[str], signed_on: str | None = None) -> tuple[Commitment, ...]:
    """All sentences in order of the text.

    `signed_on` is the date of the signature, `YYYY-MM-DD`; only its year gives relative deadlines a day. Paragraphs are
    counted from 1, offsets in characters from 0. Takes linear time and never raises.

    >>> [(c.sentence, c.deadline) for c in find_commitments(["力争明年底建成。这将改善出行。"], "2024-07-23")]
    [('力争明年底建成。', '2025-12-31')]
    """
    found: list[Commitment] = []
    section = _Section()
    for index, paragraph in enumerate(paragraphs, start=1):
        if section.level is None and _MAY_BE_FUTURE.search(paragraph) is None:
            continue
        for one in _in_paragraph(paragraph, index, signed_on, section):
            found.append(one)
            if len(found) >= LIMIT:
                return tuple(found)
    return tuple(found)


def sentences(printed: str) -> Iterator[tuple[int, int]]:
    """(start, end) of the sentences, end mark included; marks within quotation marks and brackets do not end one."""
    return _sentences(_masked(fold(printed)))


def _sentences(masked: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SPLIT.finditer(masked):
        yield start, match.end()
        start = match.end()
    if start < len(masked):
        yield start, len(masked)


def _masked(text: str) -> str:
    """What stands in quotation marks as ■, length unchanged."""
    return _QUOTED.sub(lambda match: match[0][0] + "■" * (len(match[0]) - 2) + match[0][-1], text)


def _in_paragraph(printed: str, index: int, signed_on: str | None, section: _Section) -> Iterator[Commitment]:
    whole = fold(printed)
    masked = _masked(whole)
    _enter(masked.strip(), section)
    opened, short = False, len(printed.strip()) <= _HEADLINE
    for start, end in _sentences(masked):
        raw = printed[start:end]
        lead = len(raw) - len(raw.lstrip())
        start, raw = start + lead, raw.strip()
        text = masked[start : start + len(raw)]
        plain = whole[start : start + len(raw)]
        item = _ITEM.match(text)
        body = text[item.end() :] if item else text
        if (
            len(body) < _SHORTEST
            or len(text) > _LONGEST
            or (short and _is_heading(text, len(printed.strip())))
        ):
            continue
        rule = _rule(text, plain, signed_on) or _inherited(body, text, section, opened)
        opened = opened or (rule is not None and ":" in text and _NEXT.search(text) is not None)
        if rule is None or raw.endswith(("?", "？")):
            continue
        deadline = _deadline(text, plain, signed_on)
        if deadline is not None and _is_over(deadline, signed_on):
            continue
        yield Commitment(
            index,
            start,
            raw,
            deadline.day if deadline else None,
            deadline.raw if deadline else None,
            f"commitments.{rule}",
        )


def _enter(text: str, section: _Section) -> None:
    """Keep count of the headings: one about the future opens a passage, the next of its level ends it."""
    mark = _HEADING.match(text)
    short = len(text) <= _HEADLINE and "。" not in text and ";" not in text
    if mark is None and not (short and _SECTION.search(text)):
        return
    level = _level(mark["mark"]) if mark else 0
    end = _SPLIT.search(text)
    first = text if end is None else text[: end.start()]
    if _SECTION.search(first) and len(first) <= _HEADLINE and (short or mark is not None):
        section.level = level
    elif section.level is not None and level <= section.level:
        section.level = None


def _level(mark: str) -> int:
    if mark.endswith("、") and not mark[0].isdigit():
        return 0
    return 1 if mark[0] == "(" else 2


def _is_heading(text: str, length: int) -> bool:
    """A short line without end mark is a heading, a signature or a label."""
    return text[-1:] not in "。!;" and len(text) == length


def _rule(text: str, plain: str, signed_on: str | None) -> str | None:
    """Name of the first rule by which the sentence speaks of the future."""
    if _FUTURE.search(text) is None:
        return None
    for name, words, pattern in _RULES:
        for match in pattern.finditer(text) if any(map(text.__contains__, words)) else ():
            if _DEFINES.search(text) or _PREDICTS.search(text):
                return None
            if _holds(name, text, plain, match, signed_on):
                return name
    return None


def _holds(name: str, text: str, plain: str, match: re.Match[str], signed_on: str | None) -> bool:
    """Whether the words around a trigger leave it its meaning."""
    before, after = text[: match.start()], text[match.start() :]
    left = max(before.rfind(","), before.rfind(":")) + 1
    right = after.find(",", match.end() - match.start() + 1)
    clause = text[left : match.start() + right if right >= 0 else len(text)]
    if _PAST.search(clause) or _WISH.search(before[left:] + match[0]):
        return False
    quoted = _QUOTES_POLICY.search(text)
    if (
        quoted
        and quoted.start() <= match.start()
        and not re.search(
            r"(?:我们|我[局厅委办院市省县区州]|本[局厅委办])(?:也|还)?(?:将|拟|力争)", text[quoted.end() :]
        )
    ):
        return False
    wanted = _OTHERS.search(before)
    if wanted and re.search(r"(?:提出|提到)的", before[wanted.start() :]) is None:
        return False
    if wanted and name in ("by", "plan", "strive") and "我" not in before[wanted.end() :]:
        return False
    if name == "strive" and _PAST.search(before) and not find_deadlines(clause, signed_on):
        return False
    if name == "will" and _OBJECT_AFTER.match(after):
        return False
    if name == "next_step":
        return not re.search("^.{0,12}请[贵您你各]|需要的是|如有|疑问|关注和支持|宝贵意见", after)
    return name != "by" or _by_a_day_ahead(match, plain, text, signed_on)


def _by_a_day_ahead(match: re.Match[str], plain: str, text: str, signed_on: str | None) -> bool:
    """A date alone is a promise only when it lay ahead of the signature and nothing speaks of the past."""
    if _PAST.search(text) or "截" in text[max(0, match.start() - 3) : match.start() + 1] or signed_on is None:
        return False
    days = [one.day for one in find_deadlines(plain, signed_on) if one.day]
    return bool(days) and max(days) > signed_on


def _inherited(body: str, text: str, section: _Section, opened: bool) -> str | None:
    """Items after `下一步,…:`, and sentences under a heading about the future, that begin with what is to be done."""
    if not opened and section.level is None:
        return None
    if opened and section.level is None and body == text:
        return None
    if _PAST.search(text) or _WISH.search(text) or _OTHERS.search(text) or _QUOTES_POLICY.search(text):
        return None
    if _DEFINES.search(text) or _PREDICTS.search(text):
        return None
    return "section" if _ACTION.match(body) else None


def _deadline(text: str, plain: str, signed_on: str | None) -> Deadline | None:
    """The last day named, else the last words; years inside quotation marks are names."""
    if "“■■■”" in text:
        text = _QUOTED_PLAN.sub(lambda quoted: plain[quoted.start() : quoted.end()], text)
    found = find_deadlines(text, signed_on)
    dated = [one for one in found if one.day]
    if dated:
        return max(dated, key=lambda one: (one.day or "", -one.start))
    return found[-1] if found else None


def _is_over(deadline: Deadline, signed_on: str | None) -> bool:
    """What was to be done by a year before that of the signature is told of the past."""
    return bool(deadline.day and signed_on and deadline.day[:4] < signed_on[:4])
