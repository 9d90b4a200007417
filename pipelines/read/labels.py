"""Labels as sites print them: recognised by their letters, never by where they stand.

Which field a label fills is the business of `pipelines.normalise`; here a label only has to be told from a value.
A label may have its letters spread (`索 引 号`, `文    号`), with or without a colon, alone in its cell or in one
line with its value and with the next label, and its value may be missing. Nothing after a label is its value when
it is a label itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pipelines.normalise.labels import ORDER
from pipelines.read.words import words

_METADATA = words("""
索引号 索引码 信息索引号 信息索引 索取号 分类 主题分类 所属分类 所属主题 信息分类 组配分类 体裁分类 信息类别 文件类别 主题类别
服务对象分类 公开目录 公开类别 所属目录 发布机构 发布机关 发布单位 发布部门 发布主体 发文机关 发文机构 发文单位 发文部门
制发机关 制发单位 公开主体 公开机构 公开机关 公开部门 公开单位 信息公开单位 责任部门 责任单位 发文日期 发文时间
成文日期 成文时间 生成日期 生成时间 制发日期 印发日期 印发时间 产生日期 生效日期 生效时间 实施日期 施行日期 废止日期 失效日期
失效时间 发布日期 发布时间 发表日期 发表时间 更新日期 更新时间 编稿时间 编稿日期 添加日期 添加时间 公开日期 公开时间 公布日期
公布时间 上网日期 上网时间 录入时间 录入日期 创建时间 文号 发文字号 发文文号 发文号 文件编号 文件号 文件文号
有效性 信息有效性 文件有效性 是否有效 效力状态 有效状态 时效 时效性 时效状态 信息时效 信息状态 文件状态 有效期 有效期限
公开方式 公开形式 公开属性 公开范围
公开时限 公开程序 公开状态 建议公开范围 提案公开范围 建议标题 提案标题 建议类型 建议办理类型 内容分类 提交日期 主题词 关键词 关键字
名称 标题 信息名称 文件名称 文件标题 信息标题 内容概述 内容摘要
信息主题分类 文件分类 公文名称 公文文号 文件效力 信息时效性 是否公开 是否同意公开 公开程度 公开类型 公开栏目 信息公开属性
信息公开方式 信息公开日期 信息发布日期 信息发布时间 信息发布机构 网站发布日期 网站发布时间 上传日期 上传时间 索引编号 截止日期
终止日期 内容概要 信息来源 文章来源 稿件来源 内容来源 载体类型 语种
""")
"""Labels of catalogue cells: they are labels even when only a space follows."""

_LINE = words("""
来源 出处 时间 日期 作者 撰稿 编辑 责编 责任编辑 文字编辑 网络编辑 审核 审签 初审 复审 终审 校对 发布人 发布者 录入 点击 点击数 点击率
点击量 点击次数 浏览 浏览数 浏览量 浏览次数 访问量 访问次数 阅读 阅读数 阅读量 阅读次数 已阅 字号 字体 字体大小 文字大小 字号大小
背景色 背景颜色 人工智能朗读 语音朗读 朗读 视力保护色 保护视力色 分享 分享到 分享至 打印 保存 收藏 题目 题名 类别 状态 签发人 归档时间
稿源 校核 编审 监制 签发 效力 体裁 摘要 概述
""")
"""Labels of the line under a title: too common as words to be labels without a colon."""

_LETTER = words("""
签发人 类别 题目 题名 办理结果 办理结果标注 办理结果类别 办理结果分类 办复类别 办复结果 办理类别 办理等级 办理程度
办理分类 答复类别 答复类型 答复分类 解决程度 提案编号 建议编号 议案编号 提案号 建议号 案号 提案案号 建议案号 编号 案由
提案题目 建议题目 提案人 建议人 领衔代表 提案者 主办单位 主办部门 协办单位 协办部门 会办单位 会办部门 会办机关
分办单位 承办单位 建议内容 提案内容 问题内容 建议答复 提案答复 问题答复
""")
"""Labels of the letter itself or of a form that holds it; with a colon or alone in a cell."""

_listed = frozenset(_METADATA + _LINE + _LETTER)
_LETTER += sorted({label for names in ORDER.values() for label in names if label.isalnum()} - _listed)
"""Whatever label the normaliser comes to know is recognised here."""

_KEPT = frozenset(_LETTER)
"""Labels that belong to the letter itself: their lines stay in the body."""

TITLE_LABELS = frozenset(
    {
        "名称",
        "标题",
        "信息名称",
        "文件名称",
        "文件标题",
        "信息标题",
        "题目",
        "题名",
        "建议标题",
        "提案标题",
        "公文名称",
    }
)
"""Their value is a candidate for the title."""

DISPLAY = frozenset(
    words("""
字号 字体 字体大小 文字大小 字号大小 背景色 背景颜色 人工智能朗读 语音朗读 朗读 视力保护色 保护视力色 分享 分享到 分享至
打印 保存 收藏 点击 点击数 点击率 点击量 点击次数 浏览 浏览数 浏览量 浏览次数 访问量 访问次数 阅读 阅读数 阅读量
阅读次数 已阅 归档时间
""")
)
"""Labels of tools and counters: nothing that follows on another line is their value."""

_CATALOGUE = frozenset(
    {
        *(
            "索引号",
            "信息索引号",
            "索引码",
            "发文字号",
            "文号",
            "发布机构",
            "发布机关",
            "发文机关",
            "发文机构",
        ),
        *(
            "发文日期",
            "发文时间",
            "成文日期",
            "主题分类",
            "组配分类",
            "体裁分类",
            "所属分类",
            "信息分类",
            "分类",
        ),
        *(
            "有效性",
            "信息有效性",
            "效力状态",
            "公开方式",
            "公开形式",
            "公开属性",
            "主题词",
            "生成日期",
            "制发日期",
        ),
    }
)
"""Two of these close together make a catalogue block."""

_BLANKS = "\t\u3000\u00a0\u2002\u2003"
"""They part the letters of a label as a space does, and a line is searched with spaces in their place: a class of
characters in every gap of the pattern would take longer to compile than all other patterns of the house."""
_GAP = " {0,8}"


def _spread(words: list[str]) -> str:
    """Alternatives for labels with their letters spread: evenly, or, for two or three letters, anyhow.

    Words that begin alike share their beginning, longer ones first: the pattern is compiled at every start.
    """
    short = [word for word in words if len(word) <= 3]
    long = [word for word in words if len(word) > 3]
    parts = [_trie(long, ""), _trie(long, " {1,8}"), _trie(short, _GAP)]
    return "|".join(part for part in parts if part)


def _trie(words: list[str], gap: str) -> str:
    if not any(words):
        return ""
    branches: list[str] = []
    for letter in sorted({word[0] for word in words if word}):
        rest = [word[1:] for word in words if word[:1] == letter]
        tail = _trie(rest, gap)
        branches.append(
            letter + (f"{gap}{tail}" if tail and "" not in rest else tail and f"(?:{gap}{tail})?")
        )
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


MAX_LINE = 1000
"""A longer line is prose; it is not searched for labels."""

_LONG = [word for word in _METADATA + _LINE if len(word) >= 4]
_FIRST = "".join(sorted({word[0] for word in _METADATA + _LINE + _LETTER}))
_LABEL = re.compile(
    # Looked at first, so that ordinary text costs one look-up a character.
    rf"(?=[{_FIRST}])(?:"
    # With a colon: after anything that is not a Chinese character, or, for labels of four letters and more,
    # glued to the value before it (`发布日期:2018-07-30浏览次数:`).
    rf"(?:(?<![\u3400-\u9fff])(?P<colon>{_spread(_METADATA + _LINE + _LETTER)})|(?P<glued>{_spread(_LONG)})){_GAP}[:：]"
    # Without: only labels of catalogue cells, standing free on both sides.
    rf"|(?<!\S)(?P<free>{_spread(_METADATA)})(?!\S)"
    r")"
)
_BARE = frozenset(_METADATA + _LINE + _LETTER)
_FREE = frozenset(_METADATA)
_BOX_WORDS = frozenset(_METADATA + _LINE) - DISPLAY
_BOXED = re.compile(r"[【\[]([^【】\[\]:：]{2,14})[】\]](?=\s{0,4}[^\s【\[])[:：]?")
_MARKS = " \t\u3000\u00a0:：·•*※★-–—|【】[]"
_EDGE = " \t\u3000\u00a0|;；'’\"【·•"
_TOOLS = re.compile(r"(?:\s{0,4}[【\[]?(?:打印(?:本页)?|关闭(?:窗口)?|下载|收藏|分享|我要纠错)[】\]]?)+$")


def squeeze(text: str) -> str:
    """Text without any white space.

    >>> squeeze("索 引\u3000号")
    '索引号'
    """
    return "".join(text.split())


def bare_label(text: str) -> str | None:
    """The label that a cell or line consists of, or None.

    >>> bare_label("索 引 号：")
    '索引号'
    """
    return _bare_label(text) if len(text) <= 40 else None


@lru_cache(maxsize=2048)
def _bare_label(text: str) -> str | None:
    # A cell is asked several times, and its label stands on every page of the site.
    word = squeeze(text).strip(_MARKS)
    return word if word in _BARE else None


_LIKE = re.compile(r"[\u3400-\u9fff]{2,10}")


def like_label(text: str) -> str | None:
    """The word of a cell that looks like a label, whether a list knows it or not.

    >>> like_label("密 件 等 级：")
    '密件等级'
    """
    word = squeeze(text[:40]).strip(_MARKS)
    return word if _LIKE.fullmatch(word) else None


def is_catalogue_label(label: str) -> bool:
    """Whether the label is typical of a catalogue block (索引号, 文号 …), not of a line under a title."""
    return label in _CATALOGUE


def is_catalogue(found: Iterable[str | None]) -> bool:
    """Whether labels are those of a catalogue block, in which whatever looks like a label is one.

    >>> is_catalogue(["索引号", None, "文号"]), is_catalogue(["索引号", "索引号", "来源"])
    (True, False)
    """
    return len(_CATALOGUE.intersection(found)) >= 2


def is_letter_label(label: str) -> bool:
    """Whether the label is one of the letter or of a form that holds it (案由, 办理结果), known as such."""
    return label in _KEPT


def is_kept(label: str) -> bool:
    """Whether a line with this label belongs to the letter and stays in its body."""
    return label in _KEPT or label not in _BARE


def _value(text: str) -> str:
    text = _TOOLS.sub("", text.strip(_EDGE))
    return re.sub(r"[ \u3000\u00a0]+", " ", text).strip(_EDGE)


def _unbox(match: re.Match[str]) -> str:
    """`【发布时间】2023-06-05` → ` 发布时间：2023-06-05`; other words in brackets stay."""
    return f" {match[1]}：" if squeeze(match[1]) in _BOX_WORDS else match[0]


def split_labels(line: str) -> tuple[str, list[tuple[str, str]]]:
    """Cut a line at its labels: what stands before the first, and (label, value) pairs; a value may be empty.

    >>> split_labels("文    号 有 效 性 有效")
    ('', [('文号', ''), ('有效性', '有效')])
    """
    if "【" in line or "[" in line:
        line = _BOXED.sub(_unbox, line[: MAX_LINE + 1])
    found = list(_LABEL.finditer(_spaced(line))) if len(line) <= MAX_LINE and _may_have_labels(line) else []
    if not found:
        return line.strip(), []
    pairs = []
    for position, match in enumerate(found):
        end = found[position + 1].start() if position + 1 < len(found) else len(line)
        word = match["colon"] or match["glued"] or match["free"]
        pairs.append((squeeze(word), _value(line[match.end() : end].lstrip(" \t\u3000:："))))
    return line[: found[0].start()].strip(_MARKS), pairs


def _spaced(line: str) -> str:
    for blank in _BLANKS:
        line = line.replace(blank, " ")
    return line


def _may_have_labels(line: str) -> bool:
    """A label has a colon behind it or stands free: in one run of characters it is the whole line."""
    return ":" in line or "：" in line or line in _FREE or line.split() != [line]


_GENERIC = re.compile(
    r"^[【\[]?([\u4e00-\u9fff][\u4e00-\u9fff \u3000]{0,14}[\u4e00-\u9fff])\s{0,4}[:：]\s{0,4}(.{0,80})$"
)
_PERSON = re.compile(r"(?:代表|委员|同志|先生|女士|主席|你好|您好)$")
_FORM = re.compile(
    r"(?:内容|姓名|电话|单位|类型|类别|日期|时间|范围|情况|答复|意见|编号|提出者|中文名|案由|(?:所属|所在|^)代表团)$"
)


def generic_label(line: str) -> tuple[str, str] | None:
    """A label of a form that no list knows: `提出者：…`. A salutation is none.

    >>> generic_label("原建议提出者:某代表团")
    ('原建议提出者', '某代表团')
    """
    match = _GENERIC.match(line.strip())
    if match is None:
        return None
    word = squeeze(match[1])
    if _PERSON.search(word) or not (match[2].strip() or _FORM.search(word)):
        return None
    return word, match[2].strip()
