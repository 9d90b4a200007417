"""The vocabulary of labels: which printed label answers to which field, and which of several wins.

Metadata is read by label, never by position. Each field lists its labels in order; the first that has a value wins. A
label that is in no list is reported once (`unknown_label`), so that a new template cannot lose a field in silence.
"""

from __future__ import annotations

import re

from pipelines.models import Kind
from pipelines.normalise.text import despace, fold
from pipelines.remember import remembered

ORDER: dict[str, tuple[str, ...]] = {
    "index_number": ("索引号", "信息索引号", "信息索引", "索引编号", "索取号", "索引码"),
    "document_number": (
        "发文字号",
        "文号",
        "发文文号",
        "文件编号",
        "文件号",
        "发文号",
        "公文文号",
        "文件文号",
    ),
    "publisher": ("发布机构", "发布机关", "发文机关", "发文机构", "信息发布机构", "发文单位", "发布单位"),
    "category": (
        *("主题分类", "分类", "信息主题分类"),
        *("所属分类", "所属主题", "信息分类", "文件分类", "信息类别", "主题类别"),
        *("组配分类", "体裁分类", "类别"),
    ),
    "validity": (
        *(
            "有效性",
            "效力状态",
            "信息有效性",
            "文件有效性",
            "时效性",
            "时效",
            "有效状态",
            "效力",
            "是否有效",
            "文件状态",
        ),
        *("信息状态", "信息时效性", "文件效力", "时效状态", "信息时效"),
    ),
    "disclosure": (
        *("公开方式", "公开属性", "公开形式", "信息公开方式", "信息公开属性", "公开类型", "公开类别"),
        *("建议公开范围", "提案公开范围", "公开范围", "是否公开", "是否同意公开", "公开程度"),
    ),
    "issued_on": ("发文日期", "发文时间", "成文日期", "成文时间"),
    "published_at": (
        *(
            "发布日期",
            "发布时间",
            "信息发布日期",
            "信息发布时间",
            "网站发布日期",
            "网站发布时间",
            "发表日期",
            "发表时间",
        ),
        *(
            "公开日期",
            "公开时间",
            "信息公开日期",
            "编稿时间",
            "编稿日期",
            "添加时间",
            "添加日期",
            "上传时间",
            "上传日期",
        ),
        *(
            "公布日期",
            "公布时间",
            "上网日期",
            "上网时间",
            "录入时间",
            "录入日期",
            "更新时间",
            "更新日期",
            "时间",
            "日期",
        ),
    ),
    "grade": (
        *(
            "办理结果标注",
            "办理结果",
            "办复类别",
            "答复类别",
            "办理类别",
            "办理类型",
            "办理等级",
            "办理结果类别",
            "办理结果分类",
            "办复结果分类",
            "办复结果类别",
            "答复结果",
            "答复结果分类",
            "办复等级",
            "答复等级",
            "提案办理结果",
            "建议办理结果",
        ),
        *("办理程度", "答复类型", "办复结果", "类别", "分类", "答复分类", "办理分类", "解决程度"),
    ),
    "co_handlers": ("会办单位", "协办单位", "分办单位", "会办部门", "协办部门", "会办机关"),
    "lead_agency": ("主办单位", "主办部门", "主办单位(分办单位)"),
}
"""Field → labels, best first. 类别 and 分类 stand in two lists: with a letter they are the grade, else the category."""


def _fields() -> dict[str, list[tuple[str, int]]]:
    out: dict[str, list[tuple[str, int]]] = {}
    for field, printed in ORDER.items():
        for place, label in enumerate(printed):
            out.setdefault(label, []).append((field, place))
    return out


FIELDS = _fields()
"""Label → the fields that it answers to, each with its place among the labels of that field."""

TITLE_LABELS = ("标题", "题目", "名称", "信息名称", "题名", "文件名称", "文件标题", "信息标题", "公文名称")
SUBJECT_LABELS = ("建议标题", "提案标题", "建议题目", "提案题目", "案由", "标题", "题目")
NUMBER_LABELS = (
    "提案编号",
    "建议编号",
    "议案编号",
    "提案号",
    "建议号",
    "编号",
    "案号",
    "提案案号",
    "建议案号",
)
KIND_LABELS: dict[str, Kind] = {
    **dict.fromkeys(("建议类型", "建议标题", "建议编号", "建议号", "建议答复", "建议人", "建议内容"), "建议"),
    **dict.fromkeys(
        ("提案类型", "提案标题", "提案编号", "提案号", "提案答复", "提案人", "提案内容", "提案题目"), "提案"
    ),
}
"""A form does not say 建议 in a sentence; its labels do."""

META = {"pubdate": "published_at", "articletitle": "title"}
"""National tag set. ContentSource is 来源 and never the publisher."""

_NO_FIELD_WORDS = """
人工智能朗读 朗读 语音朗读 保存 收藏 分享至 保护视力色 视力保护色 背景颜色 字号大小 已阅 浏览数 点击次数 阅读数
信息公开单位 公开主体 公开单位 公开机关 公开机构 公开部门 公开状态 公开程序 发布主体 发布人 发布者 发布部门 发文部门
制发单位 制发机关 制发日期 印发日期 印发时间 生成时间 创建时间 有效期 有效期限 内容摘要 内容来源 稿件来源 出处 撰稿
文字编辑 网络编辑 审签 责任单位 所属目录 文件类别 服务对象分类 状态 载体类型 中文名 原建议提出者 原提案提出者
来源 信息来源 文章来源 稿源 作者 编辑 责任编辑 责编 审核 校对 校核 编审 签发人 签发
初审 复审 终审 监制 录入 点击 点击数 点击率 点击量 浏览 浏览量 浏览次数 访问量 访问次数
阅读 阅读量 阅读次数 字体 字体大小 文字大小 背景色 字号 打印 关闭 分享 分享到 主题词 关键词
关键字 摘要 内容概述 内容概要 概述 描述 责任部门 公开时限 公开目录 公开栏目 生效日期
生效时间 失效日期 失效时间 废止日期 终止日期 产生日期 生成日期 归档时间 截止日期 施行日期
实施日期 提交日期 当前位置 您的位置 您现在的位置 您当前所在位置 体裁 语种 电子邮箱 邮箱
邮编 邮政编码 传真 手机 地址 通讯地址 领导署名 责任领导 单位负责人 负责人 抄送 抄报 报送
报 送 主送 附 附件 附件下载 上一篇 下一篇 上一条 下一条 相关链接 相关稿件 相关阅读 案由
题目 内容 问题内容 问题答复 办理情况 内容分类 所属代表团 公开方式说明 隶属
"""
_NO_FIELD = frozenset(_NO_FIELD_WORDS.split())
_NO_FIELD_START = re.compile(r"(?:联系|承办|经办|主管|分管|办理单位|建议|提案|领衔|附议|代表|委员|扫一扫)")


@remembered(40, answers=1024)
def normal_label(label: str) -> str:
    """`索 引 号：` → `索引号`; meta names lower case."""
    return despace(fold(label)).strip(":·•*-.、[]【】|").lower()


def _known() -> frozenset[str]:
    out = {label for labels in ORDER.values() for label in labels}
    return frozenset(out | set(TITLE_LABELS) | set(NUMBER_LABELS) | set(KIND_LABELS))


KNOWN = _known()


def is_known(label: str, source: str) -> bool:
    """True when the label has a field or is known to have none; meta tags outside the national set are nobody's."""
    if source == "meta" or not label:
        return True
    return label in KNOWN or label in _NO_FIELD or _NO_FIELD_START.match(label) is not None or "电话" in label
