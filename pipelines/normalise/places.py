"""Names of places as a title prints them: `湖北省`, `商丘市梁园区`, `清原满族自治县`, or a level alone (`省`, `市`).

Levels follow the units of GB/T 2260 and of the Constitution, article 30; autonomous prefectures, counties and banners
answer to 州, 县 and 旗, as their bodies do in print (县八届人大), while an autonomous region is a 自治区.
"""

from __future__ import annotations

import re

from pipelines.normalise.text import CJK

_UNITS = r"自治区|自治州|自治县|自治旗|街道办事处|街道|林区|矿区|特区|地区|开发区|新区|省|市|州|县|区|盟|旗|镇|乡|苏木"
LEVEL_ONLY = frozenset(
    (
        *("全国", "省", "自治区", "市", "自治州", "州", "自治县", "县", "区", "盟", "旗", "镇", "乡", "街道"),
        *("林区", "特区", "地区", "新区", "开发区", "高新区"),
    )
)
_LEVELS = {
    "自治州": "州",
    "自治县": "县",
    "自治旗": "旗",
    "街道办事处": "街道",
    "苏木": "苏木",
} | dict.fromkeys(("林区", "矿区", "特区", "开发区", "新区", "高新区"), "区")
_UNIT_WORDS = tuple(_UNITS.split("|"))
_HAN = re.compile(rf"[{CJK}]+")
_LONGEST_NAME = 15
"""Characters of one name without its unit."""
_LAST = re.compile(rf"(?:{_UNITS})$")
_NO_PLACE = re.compile(
    r"届|人大|政协|会议|关于|代表|委员|提案|建议|议案|答复|办理|局|厅|委|政府|办公|第|号|对|的|和国|以及|工作|情况|公司|中心|大队|法院"
)
_SHORT_NAMES = """
北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南
湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 武汉 黄石
十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架
"""
_SHORT = frozenset(_SHORT_NAMES.split())
"""Names that are also printed without their unit (武汉政协十四届…): provinces, and the cities of Hubei."""


def read_place(printed: str) -> tuple[str | None, str | None] | None:
    """(name, level) of a printed place; None when the text is no place. The name is None for a level alone.

    >>> read_place("商丘市梁园区"), read_place("县"), read_place("全国"), read_place("清原满族自治县")
    (('商丘市梁园区', '区'), (None, '县'), (None, '全国'), ('清原满族自治县', '县'))
    """
    if printed in LEVEL_ONLY:
        return None, _LEVELS.get(printed, printed)
    if not 2 <= len(printed) <= 30 or _NO_PLACE.search(printed):
        return None
    if printed in _SHORT:
        return printed, None
    if not printed.endswith(_UNIT_WORDS) or not _HAN.fullmatch(printed) or not _in_units(printed):
        return None
    unit = _LAST.search(printed)
    return (printed, _LEVELS.get(unit[0], unit[0])) if unit else None


def _in_units(printed: str) -> bool:
    """Whether a text is one name with its unit behind another. A regular expression would try every way to part it."""
    ends = [0]
    for end in range(2, len(printed) + 1):
        for unit in _UNIT_WORDS:
            start = end - len(unit)
            if printed.endswith(unit, 0, end) and any(1 <= start - one <= _LONGEST_NAME for one in ends):
                ends.append(end)
                break
    return ends[-1] == len(printed)
