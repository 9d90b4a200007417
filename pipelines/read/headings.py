"""How titles look, and where a letter begins. Used where no markup tells: plain text and unknown templates."""

from __future__ import annotations

import re

_NOTE = r"(?:[(（\[〔【].{1,24}[)）\]〕】]){0,2}"
_TITLES = (
    re.compile(
        rf"^.{{0,80}}(?:关于|对|答复).{{2,160}}(?:答复|回复|复函|续复|办复|函|意见|答复摘要|情况){_NOTE}(?:[:：].{{1,120}})?$"
    ),
    re.compile(rf"^.{{2,120}}(?:提案|建议|议案).{{0,60}}(?:答复|回复|复函|函|意见){_NOTE}$"),
    re.compile(
        rf"^.{{2,60}}(?:人大|政协|人民代表大会|会议).{{2,140}}(?:答复|回复|复函|答复的函|会办意见|协办意见){_NOTE}$"
    ),
    re.compile(r"^.{4,100}(?:提案|建议|议案|批评和意见)第?[\w()（）〔〕]{1,16}号$"),
    re.compile(
        r"^.{0,80}关于.{2,140}的"
        r"(?:提案|建议|议案|通知|公告|通告|通报|决定|批复|请示|方案|规划|计划|总结|报告|办法|规定|函)$"
    ),
    re.compile(
        r"^.{4,60}(?:工作方案|情况报告|工作总结|年度总结|总体情况|办理情况|情况通报|工作计划|责任分工|责任分解|责任清单|任务清单)$"
        r"|^.{2,60}(?:提案|建议|议案).{0,12}(?:答复|回复|办复|办理)(?:情况|意见|反馈)?表$"
    ),
)
_MAY_BE_TITLE = re.compile(
    "关于|对|答复|提案|建议|议案|批评和意见|人大|政协|人民代表大会|会议|方案|报告|总结|情况|通报|计划|责任|清单"
)
"""Each of them has one of these; looked for first because most lines have none."""
_COLUMN_ENDS = ("方案", "报告", "总结", "情况", "通报", "计划", "分工", "分解", "清单", "表")
"""Of the last of them."""
_NOT_TITLE = re.compile(r"[。；;！!？?]|^(?:\d{1,3}[.．、]|您|你|我|现将|经|贵|收到|以上|感谢|此)|[:：]$")
_OPENS = re.compile(
    r"^(?:.{0,60})(?:关于|对)|^.{0,40}(?:人民代表大会|政协|人大)|^.{4,40}(?:政府|办公厅|办公室|局|厅|委员会)$"
)

_SALUTATION = re.compile(
    r"^(?:尊敬的?)?[^,，。;；]{1,300}?(?:代表|委员|主席|同志|先生|女士)(?:们)?(?:[(（][^()（）]{0,20}[)）])?[:：]"
)
_BARE_SALUTATION = re.compile(r"^(?:尊敬的?.{1,60}|[^关于对第,，。;；:：]{1,60})(?:代表|委员)$")
_COLON = re.compile(r"^[^,，。;；:：]{2,120}[:：]$")
_PROSE = re.compile(r"[，,。；;！]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OUTLINE = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、])\S"
)
_BEGINS = ("[…]", "您", "你", "贵单位", "贵委", "贵办")

_NUMBERED = re.compile(r"[〔\[(（﹝【]\s*(?:19|20)\d\d\s*[〕\])）﹞】]\s*(?:第)?[\w-]{0,8}\s*号")
_DATE = r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?"
_BYLINE = re.compile(rf"^{_DATE}(?:[ T]{{0,4}}\d{{1,2}}:\d\d(?::\d\d)?)?(?:\s[^,，。;；]{{0,40}})?$")
_INDEX = re.compile(
    r"^(?:[0-9A-Z]{6,20}|\d{3,6}[A-Z]\d{0,3})[-/](?:[\w-]{1,12}/)?(?:19|20)\d{2,4}-\d{1,12}$|^\d{6}-\d{1,4}/(?:19|20)\d\d-\d{1,9}$"
)


def title_like(line: str) -> bool:
    """Whether a line at the head of a document reads as its title. ``line`` without white space, or with."""
    tight = "".join(line.split())
    if not 6 <= len(tight) <= 260 or _MAY_BE_TITLE.search(tight) is None or _NOT_TITLE.search(tight):
        return False
    return any(rule.match(tight) for rule in _TITLES)


def may_hold_title(block: str) -> bool:
    """Whether a part of a block can be `title_like`: it has the words of none otherwise."""
    return _MAY_BE_TITLE.search("".join(block.split())) is not None


def names_column(line: str) -> bool:
    """Whether a title reads as the name of a column or a plan (`建议提案办理情况`) rather than of one document."""
    tight = "".join(line.split())
    return (
        tight.endswith(_COLUMN_ENDS)
        and bool(_TITLES[-1].match(tight))
        and not any(rule.match(tight) for rule in _TITLES[:-1])
    )


def may_open_title(line: str) -> bool:
    """Whether a line could be the first of a title broken over two lines."""
    tight = "".join(line.split())
    return 4 <= len(tight) <= 80 and not _NOT_TITLE.search(tight) and bool(_OPENS.search(tight))


def is_salutation(line: str) -> bool:
    """Whether the line begins with the persons or the agency addressed."""
    tight = "".join(line.split())
    return bool(_SALUTATION.match(tight) or (len(tight) <= 80 and _BARE_SALUTATION.match(tight)))


def begins_letter(line: str) -> bool:
    """Whether a line is of the letter itself: a salutation, an addressed agency, prose, an outline number, a cut."""
    tight = "".join(line.split())
    if tight.startswith(_BEGINS) or _OUTLINE.match(tight) or is_salutation(tight) or _COLON.match(tight):
        return True
    return len(tight) >= 15 and bool(_PROSE.search(tight)) and len(_HAN.findall(tight)) >= 8


def is_number_line(line: str) -> bool:
    """A document number standing above the letter, with whatever is glued to it (grade, 签发人)."""
    return len(line) <= 80 and bool(_NUMBERED.search(line)) and not title_like(line)


_MARK = re.compile(
    r"^[(（\[【]?(?:[A-D][1-3]?类?|(?:办理结果|办复类别|办理类别|答复类别|类别)(?:标注)?[:：(（]?[A-D][1-3]?类?[)）]?"
    r"|(?:是否)?(?:此(?:回复)?件)?(?:同意|主动|依申请|不予|可以)?(?:对外|全文)?公开(?:发布)?(?:[(（][是否][)）])?)[)）\]】]?$"
)


def is_mark_line(line: str) -> bool:
    """A grade or a note on disclosure standing alone above the letter: `B`, `A2 类`, `同意对外公开`."""
    return bool(_MARK.match("".join(line.split())))


def is_byline(line: str) -> bool:
    """`2024-09-02 10:33 某厅`: an unlabelled date beside the title."""
    return bool(_BYLINE.match(line.strip()))


def is_index_number(line: str) -> bool:
    """The shape of an index number standing without a label (domain: 区划-部门/YYYY-N, 组织机构代码/YYYY-N)."""
    return bool(_INDEX.match("".join(line.split())))
