"""Titles and numbers of policy documents: what one is called, and in which form two prints of it are the same.

GB/T 9704-2012 §7.3.1 makes a title of 发文机关名称, 事由 and 文种; its last words, the kind of document (党政机关公文处理工作条例,
中办发〔2012〕14号, §8, names fifteen) tell a policy from a book. §7.2.5 gives the number. Titles within a title stand in
〈〉 (GB/T 15834-2011 §4.15.3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.normalise.document_number import format_number
from pipelines.normalise.text import CJK, despace, fold
from pipelines.remember import remembered

_OPEN, _CLOSE = r"[〔\[【﹝({〈<〖]", r"[〕\]】﹞)}〉>〗]"
_CODE = rf"[{CJK}][{CJK}A-Za-z·]{{1,24}}"
NUMBER = re.compile(
    rf"(?P<code>{_CODE}) ?{_OPEN} ?(?P<year>(?:19|20)\d\d) ?年? ?{_CLOSE} ?(?:第 ?)?(?P<serial>\d{{1,5}}) ?号(?!提案|建议|议案)"
)
"""A number anywhere in folded text; the code may have swallowed words in front of it, see `normal_number`."""

_YEAR = re.compile(rf"{_OPEN} ?(?:19|20)\d\d ?年? ?{_CLOSE}")
"""Looked for first: every number has one, and few texts do."""

ORDER = re.compile(rf"(?P<code>[{CJK}]{{2,24}}令) ?(?:第 ?)?(?P<serial>\d{{1,4}}) ?号")
"""命令（令）, which carry their own numbers: 湖北省人民政府令第999号."""

_BEFORE_CODE = re.compile(
    r"(?:根据|依据|按照|依照|遵照|参照|印发|出台|下发|制定|发布|公布|转发|执行|落实|贯彻|结合|关于|详见|文号|文件|通知|意见|规定|办法"
    r"|方案|的|了|以|和|及|与|或|即|为|在|由|对|将|见|等|是|我[省市州县区]|按|据|如|原)"
)
_OFFICE = re.compile(r"^[^A-Za-z]{1,12}(?:[局厅](?=.{3})|(?:办公室|政府|委员会)(?=.{2}))")
_CODE_ENDS = re.compile(r"[发办函字文规令电通政审批]$")

_LAW = re.compile(r"(?<![方做说看书手算想写疗技魔戏兵疗枪打司])法$|法典$|宪法$")
_KIND = re.compile(
    r"(?:条例|规定|办法|意见|通知|方案|规划|纲要|措施|细则|决定|决议|标准|指南|计划|行动|要点|公告|通告|通报|批复|函|规范|规程|规则"
    r"|准则|目录|名录|清单|指引|导则|通则|章程|预案|制度|政策|命令|令|[一二三四五六七八九十]{1,4}条|大纲|战略|意见稿|草案|修正案|公约|[办守]则)$"
)
_TAIL = re.compile(r"\([^()]{1,40}\)$")
_PLAN_OF_THE_PARTY = re.compile(r"^中共.{0,40}关于制定.{0,60}规划.{0,30}建议$")
_REPLY = re.compile(
    r"(?:提案|建议|议案)[^〈〉]{0,12}(?:答复|复函|回复|会办|协办|意见)|[会协]办意见|(?:提案|议案)$|答复$|回复$"
)
_ISSUED = re.compile(
    r"^[^〈〉]{0,40}关于(?:印发|发布|公布|颁布|颁发)〈(?P<inner>[^〈〉]{3,150})〉(?:\([^()]{1,20}\))?的(?:通知|公告|决定|令)$"
)
_ISSUED_PLAIN = re.compile(
    r"^[^〈〉]{0,40}关于(?:印发|发布|公布|颁布|颁发)(?P<inner>[^〈〉]{4,150})的(?:通知|公告|决定|令)$"
)
_LETTER = re.compile(r"(?:请示|报告|汇报|申请|来信|备案)$")
_MARKS = str.maketrans(
    {
        "《": "〈",
        "》": "〉",
        "<": "〈",
        ">": "〉",
        "—": "-",
        "–": "-",
        "－": "-",
        "~": "-",
        "﹝": "〔",
        "﹞": "〕",
    }
)
_ANY_MARK = re.compile("[" + "".join(map(chr, _MARKS)) + "]")
_PUBLIC = "中华人民共和国"
_GENERIC = re.compile(
    r"(?:(?:19|20)\d\d年?度?|我[省市州县区]|本[省市州县区]|[省市州县区]|若干|具体|实施|管理|工作|指导|行动|年度|总体|暂行|试行|专项|有关"
    r"|政策|三年|五年|任务|责任|重点|相关|\([^()]*\)|-)+"
)


def normal_number(code: str, year: str, serial: str) -> str | None:
    """The number in the form of GB/T 9704-2012 §7.2.5, without words that run into its code.

    >>> normal_number("根据江政办发", "2020", "033"), normal_number("补助按鄂财社发", "2023", "45")
    ('江政办发〔2020〕33号', '鄂财社发〔2023〕45号')
    >>> normal_number("在武汉", "2020", "0")
    """
    bare = code
    for match in _BEFORE_CODE.finditer(code):
        if len(code) - match.end() >= 2:
            bare = code[match.end() :]
    bare = _OFFICE.sub("", bare)
    if len(bare) > 14 or int(serial) == 0:
        return None
    return format_number(bare, year, serial)


def has_code_of_office(number: str) -> bool:
    """Whether the code ends as codes of offices do (发, 办, 函, 规 …): wanted where nothing else says it is a policy.

    >>> has_code_of_office("鄂政办发〔2023〕1号"), has_code_of_office("武地挂〔2023〕1号")
    (True, False)
    """
    return _CODE_ENDS.search(number.partition("〔")[0]) is not None


def numbers(text: str) -> Iterator[tuple[str, int, int]]:
    """(normal number, start of its code, end) of every number of GB/T 9704 in folded text."""
    if _YEAR.search(text) is None:
        return
    for match in NUMBER.finditer(text):
        number = normal_number(match["code"], match["year"], match["serial"])
        if number is not None:
            yield number, match.start() + match["code"].rfind(number.partition("〔")[0]), match.end()


def find_number(text: str) -> tuple[str, int, int] | None:
    """The first of `numbers`, else the number of an order (令)."""
    for found in numbers(text):
        return found
    if "令" in text and (match := ORDER.search(text)):
        code = match["code"]
        lead = 0
        for word in _BEFORE_CODE.finditer(code):
            if len(code) - word.end() >= 3:
                lead = word.end()
        return f"{code[lead:]}第{int(match['serial'])}号", match.start() + lead, match.end()
    return None


def looks_like_policy(title: str) -> bool:
    """Whether a title (marks off) ends as policies do.

    >>> [looks_like_policy(t) for t in ("食品安全法", "烹饪方法", "江畔市容貌标准(试行)", "大江奔流", "整改通知书")]
    [True, False, True, False, False]
    """
    text = normal_title(title)
    if _PLAN_OF_THE_PARTY.search(text):
        return True
    if names_a_reply(text):
        return False
    bare = text
    for _ in range(3):
        bare = _TAIL.sub("", bare)
    return len(bare) >= 2 and bool(_KIND.search(bare) or _LAW.search(bare))


def names_a_reply(title: str) -> bool:
    """Whether a title is that of a proposal, a reply, a co-handling opinion, or of a letter to a higher office.

    >>> names_a_reply("对第45号提案的答复"), names_a_reply("关于加强提案办理工作的意见")
    (True, False)
    """
    text = normal_title(title)
    if text.startswith("关于") and re.search(r"(?:提案|建议)(?:的)?办理工作", text):
        return False
    return _REPLY.search(text) is not None or _LETTER.search(text) is not None


def normal_title(title: str) -> str:
    """Width and white space folded, inner marks 〈〉, every dash `-`; words as printed.

    >>> normal_title("江畔市 总体规划（2021—2035年）")
    '江畔市总体规划(2021-2035年)'
    """
    return _normal_title(title)


@remembered(200, answers=1024)
def _normal_title(title: str) -> str:
    text = despace(fold(title))
    if _ANY_MARK.search(text) is not None:
        text = text.translate(_MARKS)
    return (re.sub("-{2,}", "-", text) if "--" in text else text).strip("。,;:、")


def policy_key(title: str) -> str:
    """The form in which two prints of one policy are the same: a notice that issues another document is that document,
    laws lose 中华人民共和国.

    >>> policy_key("关于印发《湖北省某办法》的通知"), policy_key("中华人民共和国水法")
    ('湖北省某办法', '水法')
    """
    text = normal_title(title)
    if issued := _ISSUED.match(text):
        text = issued["inner"]
    elif (plain := _ISSUED_PLAIN.match(text)) and looks_like_policy(plain["inner"]):
        text = plain["inner"]
    if text.startswith(_PUBLIC) and re.search(r"(?:法|条例)(?:\([^()]*\))?$", text):
        text = text.removeprefix(_PUBLIC)
    return text


def is_generic(title: str) -> bool:
    """Whether a title names no subject of its own, so that alone it cannot say which policy is meant.

    >>> is_generic("实施方案"), is_generic("2024年工作要点"), is_generic("城市绿化条例")
    (True, True, False)
    """
    text = normal_title(title)
    kind = _KIND.search(_TAIL.sub("", text))
    if kind is None:
        return len(text) < 3
    return len(text) < 5 or _GENERIC.fullmatch(text[: kind.start()]) is not None
