"""Policy documents named in the body of a reply.

Read are titles in 《》 with 〈〉 or 《》 in them (GB/T 15834-2011 §4.15), with a document number in brackets behind, in
front or inside; short names that the text itself declares (以下简称《…》); and numbers without a title where they stand
as the number of a policy. Left out are books, films, newspapers and forms, the proposal that is answered, and letters
about it. What is doubtful is left out too: a citation that is not one costs more than one that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.models import Citation
from pipelines.normalise.policies import (
    find_number,
    has_code_of_office,
    looks_like_policy,
    names_a_reply,
    normal_title,
    numbers,
    policy_key,
)
from pipelines.normalise.text import CJK, despace, fold, lines_with

LIMIT = 400
"""Most citations of one reply: far beyond any real one, so that a hostile page cannot fill the tables."""

_LONGEST = 200
_TAIL_WINDOW = 120
_HEADLINE = 40
_WORKS = (
    r"电影|影片|电视剧|纪录片|纪实片|专题片|宣传片|动画片|动漫|短片|微电影|短视频|视频|公益片|图书|书籍|专著|小说|诗集|散文集|绘本|画册|读本|教材"
    r"|课本|丛书|歌曲|歌舞|舞蹈|话剧|舞剧|歌剧|京剧|汉剧|楚剧|黄梅戏|花鼓戏|戏曲|剧目|小品|相声|大戏|节目|栏目|专栏|报纸|杂志|期刊|刊物"
    r"|论文|文章|课程|作品|著作|油画|摄影展|展览|游戏|公众号|直播"
)
_WORK_BEFORE = re.compile(rf"(?:{_WORKS})[:“\"]?$|(?:发表|刊登|刊发|登载|刊载|连载)(?:于|在)$|观看(?:了)?$")
_WORK_AFTER = re.compile(
    rf"^(?:等)?(?:一[书片剧歌]|(?:{_WORKS}|诵读|健身气功)|(?:上|中)?(?:发表|刊登|刊发|登载|刊载))"
)
_COPIES = re.compile(
    r"^[”\"]?(?:共)?[\d一二三四五六七八九十百千余多]{1,8}(?:余|多)?(?:份|张|件次|次|本)(?!文)"
)
_PROPOSED = re.compile(
    r"(?:提出|提交|所提|撰写|递交|领衔|反映)(?:的|了)?[^。;》]{0,12}$|(?:您|你|贵[单组委党会]位?|你们|各位)的?$"
)
_PROPOSAL_AFTER = re.compile(
    r"^(?:\([^()]{1,30}\)|\[[^\[\]]{1,30}\])?(?:等)?(?:的)?(?:建议|提案|议案|一案|收悉|(?:已|均)?(?:收悉|收到|交由|交我)|第[\w]{1,16}号(?:提案|建议|议案))"
)
_RECEIVED = re.compile(r"^[^。;]{0,40}?收悉")
_SESSION_BEFORE = re.compile(r"(?:会议|提案|议案|建议|案由|标题|题为|题目)(?:上)?[:的]?$")
_SHORT = re.compile(
    r"(?:以下|下|后)?(?:统一)?(?:简称|称)(?:为|作)?[:]?(?P<name>《[^《》]{1,30}》|[“\"‘]《?[^“”\"’《》]{1,30}》?[”\"’])"
)
_BRACKET = re.compile(
    r" ?(?P<bracket>[(\[〔【](?P<inside>[^()《]{0,20}(?:[^()]|\([^()]{0,30}\)){0,80})[)\]〕】])"
)
_LOOSE_SHORT = re.compile(r"^[,] ?(?=(?:以下|下)?(?:简)称)")
_NUMBER_BEFORE = re.compile(r"[)\]】]? ?(?:号)?(?:文件?)?(?:印发)?(?:的)? ?$")
_BARE_BEFORE = re.compile(
    r"(?:根据|依据|按照|依照|按|执行|落实|贯彻|印发|下发|出台|转发|参照|遵照|见)[^,。;]{0,20}$"
)
_BARE_AFTER = re.compile(
    rf"^ ?(?:文(?!化|物|旅|明)|文件|通知|规定|要求|精神|[{CJK}]{{0,6}}(?:规定|要求|精神|执行|实施))"
)
_NAMED_BEFORE = re.compile(
    r"(?:条例|规定|办法|意见|通知|方案|规划|措施|细则|决定|标准|计划|要点|公告|批复|政策|文件)[\"”]?[(\[]$"
)
_MARK = re.compile("[《》。\n]")
_MAY_CITE = re.compile(r"[《〔\[【﹝({〈<〖](?:(?<=《)| ?(?:19|20)\d\d)")
"""Without a title or the year of a number a paragraph cites nothing, unless by a short name."""
_OPENS = re.compile(r"[《〔\[【﹝({〈<〖（［｛＜]")
"""With which each of them begins, in a text that is not folded yet."""
_OPENS_CITATION = re.compile(rf"{_OPENS.pattern}(?:(?<=《)|\s?[1１2２])")
"""The same with what stands behind it, as far as it needs no folding."""
_REST = re.compile("[^《》。;]{0,12}》")
_QUOTED = re.compile(r"[“\"‘](?P<inner>[^“”\"’]{1,30})[”\"’]")


@dataclass(slots=True)
class _Named:
    """The whole title for which a short name stands."""

    title: str
    policy: str
    number: str | None


def find_citations(
    paragraphs: Sequence[str],
    *,
    subject: str | None = None,
    own: Sequence[str] = (),
    signs: Sequence[str] | None = None,
) -> tuple[Citation, ...]:
    """All mentions in order of the text.

    `subject` is the quoted subject of the proposal, `own` holds the title and the number of the reply itself, `signs` those
    of the paragraphs (`text.signs_of`), where they are known. Paragraphs are counted from 1, offsets in characters from 0.
    Takes linear time and never raises.

    >>> [c.policy for c in find_citations(["落实《水法》（以下简称《法》），《法》第三条。观看电影《行动计划》。"])]
    ['水法', '水法']
    """
    names: dict[str, _Named] = {}
    found: list[Citation] = []
    signs = paragraphs if signs is None else signs
    opened = [
        index for index in lines_with(_OPENS, signs) if _OPENS_CITATION.search(signs[index]) is not None
    ]
    if not opened:
        return ()
    own_titles = {normal_title(text) for text in (subject, *own) if text}
    waiting = iter(opened)
    index: int | None = next(waiting)
    while index is not None:
        found += _in_paragraph(paragraphs[index], index + 1, names, own_titles, own)
        if len(found) >= LIMIT:
            return tuple(found[:LIMIT])
        if names and index + 1 < len(paragraphs):
            # A short name is cited without a mark that opens it.
            index += 1
        else:
            index = next((later for later in waiting if later > index), None)
    return tuple(found)


def title_spans(text: str) -> Iterator[tuple[int, int]]:
    """Outermost 《…》 as (start, end), marks included; at most 200 characters; 〈 that 》 closes is put right.

    >>> [t[a:b] for t in ("《关于印发《甲》的通知》和《乙》",) for a, b in title_spans(t)]
    ['《关于印发《甲》的通知》', '《乙》']
    """
    closing = _pairs(text)
    position = text.find("《")
    while position >= 0:
        end = closing.get(position, len(text) + _LONGEST)
        if end - position > _LONGEST:
            position = text.find("《", position + 1)
            continue
        yield position, end
        position = text.find("《", end)


def _pairs(text: str) -> dict[int, int]:
    """Position of each 《 that is closed → end of its title; a full stop closes nothing but ends what is open."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for match in _MARK.finditer(text):
        position = match.start()
        if match[0] == "《":
            opened.append(position)
        elif match[0] != "》":
            opened = opened[:-1] if len(opened) == 1 else opened
        elif opened:
            start = opened.pop()
            end = position + 1
            inside = text[start + 1 : min(position, start + _LONGEST)]
            if not opened and inside.count("〈") > inside.count("〉"):
                longer = _REST.match(text, end, end + 14)
                end = longer.end() if longer else end
            closing[start] = end
    return closing


def _in_paragraph(
    printed: str, index: int, names: dict[str, _Named], own_titles: set[str], own: Sequence[str]
) -> list[Citation]:
    text = fold(printed)
    if not names and _MAY_CITE.search(text) is None:
        return []
    found: list[Citation] = []
    taken = 0
    was_work = False
    covered: list[tuple[int, int]] = []
    for start, end in title_spans(text):
        if start < taken:
            continue
        after = text[end : end + _TAIL_WINDOW]
        number, short, tail = _behind(after)
        joined = was_work and not re.search(r"[^、,及和与以 等]", text[taken:start])
        was_work = joined or _is_work(text, start, after)
        inside = printed[start + 1 : end - 1]
        title, inner_number = _cut_number(inside)
        before_number, begin = (None, start) if number or inner_number else _in_front(text, taken, start)
        number = number or inner_number or before_number
        key = normal_title(inside)
        if key in names and not number:
            known = names[key]
            found.append(
                Citation(
                    index,
                    start,
                    printed[start:end],
                    title,
                    known.policy,
                    known.number,
                    "citations.short_name",
                )
            )
            taken = end
            covered.append((start, end))
            continue
        taken = end
        if not _is_policy(text, start, after, title, number, own_titles, was_work):
            covered.append((start, end + (tail if number else 0)))
            continue
        policy = policy_key(title)
        taken = end + tail
        covered.append((begin, taken))
        found.append(Citation(index, begin, printed[begin:taken], title, policy, number, "citations.title"))
        if short:
            names[normal_title(short)] = _Named(title, policy, number)
    found += _bare_numbers(printed, text, index, covered, own)
    found += _quoted_names(printed, text, index, covered, names)
    return sorted(found, key=lambda one: one.offset)


def _behind(after: str) -> tuple[str | None, str | None, int]:
    """(number, short name, length) of what stands in brackets right behind a title."""
    number: str | None = None
    short: str | None = None
    length = 0
    for _ in range(2):
        match = _BRACKET.match(after, length)
        if match is None:
            break
        inside = match["inside"]
        said = find_number(inside)
        name = _SHORT.search(inside)
        if said is None and name is None:
            if length == 0 and re.fullmatch(r"[^,。]{1,20}", inside):
                # (2022年版) may stand between the title and its number.
                following = _BRACKET.match(after, match.end())
                if following is not None and (
                    find_number(following["inside"]) or _SHORT.search(following["inside"])
                ):
                    length = match.end()
                    continue
            break
        number = number or (said[0] if said else None)
        short = short or (name["name"] if name else None)
        length = match.end()
    if short is None and (loose := _LOOSE_SHORT.match(after[length:])):
        name = _SHORT.match(after, length + loose.end())
        if name is not None:
            short, length = name["name"], name.end()
    return number, short.strip('《》“”"‘’') if short else None, length


def _in_front(text: str, taken: int, start: int) -> tuple[str | None, int]:
    """(number, its start) of a number that ends right in front of a title."""
    low = max(taken, start - 60)
    window = text[low:start]
    if "号" not in window:
        return None, start
    trailing = _NUMBER_BEFORE.search(window)
    head = window[: trailing.start()] if trailing else window
    # The pattern above may have eaten the 号 of the number itself.
    head = window[: len(head) + 1] if window[len(head) : len(head) + 1] == "号" else head
    last = next(iter([*numbers(head)][::-1]), None)
    if last is None or last[2] != len(head):
        return None, start
    begin = last[1]
    if begin > 0 and window[begin - 1] in "([":
        begin -= 1
    return last[0], low + begin


def _cut_number(inside: str) -> tuple[str, str | None]:
    """(title without its number, number) of what stands between the marks."""
    said = find_number(fold(inside))
    if said is None:
        return inside.strip(), None
    number, start, end = said
    if start > 0 and inside[start - 1] in "(（[〔【" and inside[end : end + 1] in tuple(")）]〕】"):
        start, end = start - 1, end + 1
    elif start > 0 and end < len(inside):
        return inside.strip(), None
    rest = (inside[:start] + inside[end:]).strip()
    return (rest, number) if rest else (inside.strip(), number)


def _is_work(text: str, start: int, after: str) -> bool:
    """Whether the words around a title call it a book, a film, an article."""
    before = text[max(0, start - 12) : start]
    return bool(_WORK_BEFORE.search(before) or _WORK_AFTER.match(after))


def _is_policy(
    text: str, start: int, after: str, title: str, number: str | None, own_titles: set[str], was_work: bool
) -> bool:
    if was_work or normal_title(title) in own_titles or names_a_reply(title):
        return False
    if not number and not looks_like_policy(title):
        return False
    if not 1 < len(title) <= _LONGEST or _COPIES.match(after):
        return False
    before = text[max(0, start - 60) : start]
    clause = before[max(before.rfind("。"), before.rfind(";")) + 1 :]
    if _PROPOSAL_AFTER.match(after) and (not number or _RECEIVED.match(after)):
        return False
    if _RECEIVED.match(after):
        return False
    return not (_PROPOSED.search(clause) and re.match(r"[^,。;]{0,20}(?:提案|建议|议案|收悉|一案)", after))


def _bare_numbers(
    printed: str, text: str, index: int, covered: list[tuple[int, int]], own: Sequence[str]
) -> Iterator[Citation]:
    """Numbers outside titles that the words around them call policies."""
    if len(text) <= _HEADLINE and "。" not in text and ";" not in text:
        # A line that is but a number is the reply's own.
        return
    for number, start, end in numbers(_blank(text, covered)):
        if number in own:
            continue
        before, after = text[max(0, start - 40) : start], text[end : end + 20]
        named = _NAMED_BEFORE.search(before) is not None
        said_so = _BARE_AFTER.match(after) is not None or (
            _BARE_BEFORE.search(before) is not None and not re.match("提案|建议|议案", after)
        )
        if (named or (said_so and has_code_of_office(number))) and not _RECEIVED.match(text[end : end + 60]):
            yield Citation(index, start, printed[start:end], None, None, number, "citations.number")


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with these spans, which are in order, as full stops; length unchanged."""
    parts: list[str] = []
    position = 0
    for start, end in spans:
        if start >= position:
            parts += [text[position:start], "。" * (end - start)]
            position = end
    return "".join([*parts, text[position:]])


def _quoted_names(
    printed: str, text: str, index: int, covered: list[tuple[int, int]], names: dict[str, _Named]
) -> Iterator[Citation]:
    """Later mentions of a short name in quotation marks."""
    if not names:
        return
    for match in _QUOTED.finditer(_blank(text, covered)):
        known = names.get(normal_title(match["inner"]))
        if known is None:
            continue
        yield Citation(
            index,
            match.start(),
            printed[match.start() : match.end()],
            despace(match["inner"]),
            known.policy,
            known.number,
            "citations.short_name",
        )
