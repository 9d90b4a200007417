"""Names of agencies as printed: what looks like one, and lists of them.

Nothing here knows which agencies exist; `pipelines.resolve` ties names to the authority file.
"""

from __future__ import annotations

import re

from pipelines.normalise.text import CJK, despace, fold
from pipelines.remember import remembered

_ENDINGS = """
局 委 厅 办 部 司 署 处 院 会 所 站 社 行 园 馆 校 团 联 协 段 厂 室 组 科 库 镇 乡 中心 公司 集团 政府 大队 支队 总队 中队 分队 街道
大学 电台 电视台 机构 农场 林场 渔场 开发区 新区 高新区 管理区 自贸区 风景区 国务院 国办 海关 电网 电力 铁路 专班 中央 银保监 证监 社区
"""
_ENDING = "(?:" + "|".join(_ENDINGS.split()) + ")"
_NAME = re.compile(rf"[{CJK}A-Za-z0-9·“”]{{1,38}}?{_ENDING}(?:[(（][{CJK}、]{{1,24}}[)）])?")
_GENERAL = re.compile(
    r"^(?:各|有关|相关|其他|其它|多个|本|我|贵|你|该|上述|以上|会办|协办|主办|承办|等|市直|省直|县直|区直)?(?:级|个|家|地)?"
    r"(?:有关|相关|会办|协办|主办|承办|职能|业务|责任|成员|兄弟|部分|市直|省直|县直|区直)*(?:部门|单位|方面|处室|科室|会办|协办|机构|股室)$"
)
_SENTENCE = re.compile(
    r"提出|收悉|答复|回复|复函|您|现将|认真|研究(?!院|所|室|中心|会)|共同|提案(?!委)|建议|议案|主办|承办|会办(?!公)|协办(?!公)|分办|牵头|附件|联系|抄送|感谢"
    r"|支持|请示|通知|进行|开展|实行|执行|^(?:各|有关|相关|以及|其他|其它)"
)
_JOINED = re.compile(r"以及|和|及|与|并")
_PARTED = re.compile(r"[、,，;；/\n]|\s{1,}(?=[市省县区州])")
_QUANTITY = re.compile(r"\d[多余]?(?:处|个|家|所|站|座|人|组|部|段)$")
"""`开放机关单位停车场46处` counts something."""
_ETC_ENDS = ("部门", "单位", "方面", "科室", "处室", "机构", "股室")
_ETC = re.compile(
    r"(?:等|以及|和|及)?(?:其他|其它)?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|多|数|几)?(?:个|家)?"
    rf"(?:有关|相关|会办|协办|分办|主办|职能|市直|省直|县直|区直|成员)*(?:{'|'.join(_ETC_ENDS)})$"
)


@remembered(60, answers=2048)
def looks_like_agency(text: str) -> bool:
    """True for a short name with the ending of an agency: `湖北省科技厅`, `交警某某大队`; false for sentences and 各部门."""
    bare = despace(text)
    if not 2 <= len(bare) <= 46 or _GENERAL.match(fold(bare)):
        return False
    return (
        _NAME.fullmatch(bare) is not None
        and _SENTENCE.search(bare) is None
        and _QUANTITY.search(fold(bare)) is None
    )


def split_agencies(text: str) -> tuple[str, ...]:
    """A printed list → the agencies named in it; general words (有关部门) and the closing 等单位 fall away.

    >>> split_agencies("省教育厅、省委金融办和省发展和改革委员会等单位")
    ('省教育厅', '省委金融办', '省发展和改革委员会')
    """
    found: list[str] = []
    for part in _PARTED.split(text[:600]):
        bare = despace(part)
        if bare.endswith(_ETC_ENDS):
            bare = _ETC.sub("", bare)
        bare = bare.removesuffix("等").strip("()（）。.:： ")
        found.extend(name for name in _split_joined(bare) if looks_like_agency(name))
    return tuple(dict.fromkeys(found))


def _split_joined(text: str) -> list[str]:
    """`A局和B局` → two names, `发展和改革委员会` → one: a cut needs an agency on both sides of the joining word."""
    for match in _JOINED.finditer(text):
        left, right = text[: match.start()], text[match.end() :]
        if looks_like_agency(left) and looks_like_agency(right) and not _is_half(left, right):
            return [*_split_joined(left), *_split_joined(right)]
    return [text]


def _is_half(left: str, right: str) -> bool:
    """`人力资源和社会保障局` and the like: a word that ends like an agency and is none (`社会`, `机会`)."""
    return len(left) < 3 or len(right) < 3 or left.endswith(("社会", "机会", "内部", "全部", "城乡", "街道"))
