"""What the text and the path of a link say about where it leads: to replies, towards them, or past them.

Texts and path tokens as seen on sites of the province: 建议提案, 人大代表建议, 政协委员提案, 办理结果 …; `jytabl` (nearly
all), `jyta`, `jytabl_1`, `jytabl2018`, `2024jyta`, below them `zxwyta`, `zxta`, `syta` (政协) and `rddbjy`, `rdjy`,
`rddbjyh`, `jyq` (人大); `ztqk`, `gzdt_*` and `*gzgk` were seen to hold notices, plans and summaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

Holds = Literal["mixed", "政协", "人大"]

STRONG = 8
"""A link of this weight calls itself a column of replies."""

WORTH_ASKING = 3
"""Links below this weight are followed only where nothing better leads anywhere."""

ANY = 0.5
"""Weight of a link that says nothing."""

_REPLIES = re.compile(
    r"(?:人大|代表|政协|委员|两会|民主党派)?(?:代表|委员)?(?:意见)?(?:建议|提案|议案)(?:[、和及与]?(?:政协|委员|人大|代表)*(?:提案|建议|议案))?"
    r"(?:的)?(?:办理|办复|答复|复文|公开|结果|情况|专栏|办理结果|办理情况|\d{0,4}年?){0,4}(?:栏目)?"
)
_OF_A_BODY = re.compile(r"(?:人大|代表|政协|委员|提案|建议)")
_RESULT = re.compile(r"(?:办理|答复)(?:结果|复文|情况|公开|答复){1,2}(?:公开)?")
_YEAR = re.compile(r"(?:19|20)\d\d(?:年度?)?")
_PAST = re.compile(
    r"动态|方案|总结|总体|通知|公告|计划|规定|制度|办法|征集|征求|我要|网上|投诉|咨询|信箱|意见建议|合理化|调查|新闻|会议|概况|工作进展|分办|交办"
)
"""Names of neighbours: notices, plans, summaries, and places where citizens make suggestions."""
_WAY = (
    (
        re.compile(
            r"其[他它](?:法定|主动|重点|应当|应)*(?:主动)?公开(?:的)?(?:政府)?(?:内容|信息|事项|文件)?"
        ),
        7,
    ),
    (re.compile(r"法定主动公开(?:内容|目录|信息)?|重点领域(?:信息公开)?|主动公开(?:内容|目录)?"), 6),
    (re.compile(r"(?:政府)?信息公开(?:目录|平台|专栏|内容)?|部门信息公开(?:目录)?|公开目录"), 5),
    (re.compile(r"政务公开|政府信息|网站地图|站点地图|网站导航"), 4),
    (re.compile(r"(?:市直|县直|区直|政府)?部门(?:信息公开|公开)|(?:乡镇|街道)?(?:信息)?公开|发布解读"), 3),
    (re.compile(r"(?:市直|县直|区直|政府)?(?:部门|单位|机构)(?:导航)?|政策(?:法规|文件)?|目录|政务|政府"), 2),
)

_REPLY_TOKEN = re.compile(
    r"jytabl|jyta(?![a-z]{4})|tajy|jytajgg|zxwyta|zxta|(?<![a-z])syta|rddbjy|rdjy|rdyjta|zxtabl|(?<![a-z])jyq(?![a-z])|qjytan|jyhta|dbjy|wyta"
)
_PAST_TOKEN = re.compile(r"ztqk|gzdt|gzgk|gzfa|ndzj|tzgg|blgz|zjbg")
_WAY_TOKENS = (
    (re.compile(r"qt[a-z]{0,4}zdgk|qtzd|qtgk"), 6),
    (re.compile(r"fdzd|fdgk|zdgknr"), 5),
    (re.compile(r"zfxxgk|xxgkml|gkml"), 4),
    (re.compile(r"xxgk|zwgk|fbjd"), 3),
    (re.compile(r"sitemap|wzdt"), 3),
)
_FOR_CPPCC = re.compile(r"政协|委员|zxwyta|zxta|(?<![a-z])syta|wyta")
_FOR_CONGRESS = re.compile(r"人大|代表|rddbjy|rdjy|dbjy|(?<![a-z])jyq(?![a-z])")
_YEAR_SEGMENT = re.compile(
    r"(?:jytabl|jyta|ta|jy)?((?:19|20)\d\d)(?:n|nd|nian|jyta|jytabl|ta|jy)?(?:_\d{1,8})?"
)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a link promises, and the words and tokens that promise it."""

    score: float
    reasons: tuple[str, ...] = ()

    @property
    def strong(self) -> bool:
        """Whether the link calls itself a column of replies."""
        return self.score >= STRONG


def plain(text: str) -> str:
    """A printed name without spaces, brackets, arrows and counts: `【建议提案】 >>` → `建议提案`."""
    return re.sub(r"[\s\u3000\u00a0\[\]【】()（）<>《》›»·•:：|,，。]+", "", text)[:60]


def weigh(text: str, url: str, hints: Iterable[str] = ()) -> Weight:
    """Weight of a link from its text and its path. Texts over 24 characters are sentences and say nothing."""
    name, path = plain(text), unquote(urlsplit(url).path).lower()
    score, reasons = 0.0, []
    past = bool(_PAST.search(name)) or bool(_PAST_TOKEN.search(_last(path)))
    if 2 <= len(name) <= 24 and not past:
        if (_REPLIES.fullmatch(_YEAR.sub("", name)) and _OF_A_BODY.search(name)) or _RESULT.fullmatch(name):
            score = 10 if _OF_A_BODY.search(name) else 7
            reasons.append(f"链接文字“{name}”")
        else:
            score = next((float(points) for words, points in _WAY if words.fullmatch(name)), 0.0)
    token = _REPLY_TOKEN.search(path)
    if token:
        reasons.append(f"路径含 {token[0]}")
        score = max(score, 9.0) + (1 if _REPLY_TOKEN.search(_last(path)) and not past else 0)
    else:
        score = max(
            score, max((points for words, points in _WAY_TOKENS if words.search(_last(path))), default=0)
        )
    for hint in hints:
        if matches(hint, path):
            score = max(score, 8.0) + 4
            reasons.append(f"符合声明的 {hint}")
            break
        if (depth := path.strip("/").count("/")) and matches(
            "/".join(hint.strip("/").split("/")[: depth + 1]), path
        ):
            # On the way to what the hint describes: the deeper, the sooner, so that a column is reached at all.
            score = max(score, 4 + depth / 2)
    if past:
        # Such a column is looked at last, and taken only for what it lists.
        score = min(score, 3.5) if token or score >= STRONG else min(score, 1.0)
    return Weight(score, tuple(reasons))


def matches(hint: str, path: str) -> bool:
    """Whether a path is the one that a hint describes, or lies below it: `/bm/*/jytabl/` and `/bm/gaj/jytabl/2024/`."""
    wanted, found = hint.lower().strip("/").split("/"), path.strip("/").split("/")
    return len(found) >= len(wanted) and all(a in {"*", b} for a, b in zip(wanted, found, strict=False))


def is_past(text: str, url: str) -> bool:
    """Whether a name or the end of a path is that of a neighbour (办理动态, 工作方案, `gzdt_…`)."""
    return bool(_PAST.search(plain(text)) or _PAST_TOKEN.search(_last(unquote(urlsplit(url).path).lower())))


def names_replies(text: str, url: str) -> bool:
    """Whether a column calls itself one of replies, in its name or anywhere in its path."""
    return weigh(text, url).strong


def holds_of(text: str, url: str) -> Holds:
    """What a name and the path below the common column promise: 政协, 人大, or both."""
    path = unquote(urlsplit(url).path).lower()
    below = path.rpartition("jytabl")[2] if "jytabl" in path else path
    for found in (plain(text), below):
        cppcc, congress = bool(_FOR_CPPCC.search(found)), bool(_FOR_CONGRESS.search(found))
        if cppcc != congress:
            return "政协" if cppcc else "人大"
    return "mixed"


def year_of(text: str, url: str) -> int | None:
    """The year of a column that says so itself: `2024jyta`, `jytabl2018`, `/2018/`, `2024年`."""
    name = plain(text)
    printed = _YEAR.findall(name)
    if len(printed) == 1:
        return int(printed[0][:4])
    match = _YEAR_SEGMENT.fullmatch(_last(unquote(urlsplit(url).path).lower()))
    return int(match[1]) if match else None


def _last(path: str) -> str:
    """Last segment of a path that names a column."""
    parts = [
        part for part in path.split("/") if part and not re.fullmatch(r"(?:index|list)[\w-]*\.\w+", part)
    ]
    return parts[-1] if parts else ""
