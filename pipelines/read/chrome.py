"""What the site adds around a text: tools, counters, trails, neighbours. Told by the wording of a whole line.

A line that only contains such words is not chrome; a line that consists of them is. Lines are judged at the two ends of
a document, so that a letter about printers or bar codes keeps its middle.
"""

from __future__ import annotations

import re

from pipelines.read.words import words
from pipelines.removal import RemovalReason

_WORDS = frozenset(
    words("""
打印 关闭 下载 打印本页 打印正文 打印页面 打印此页 关闭窗口 关闭本页 关闭页面 返回 返回顶部 回到顶部 回顶部 返回首页 返回列表 返回上一页
我要写信 我要纠错 分享 分享到 分享至 收藏 加入收藏 设为首页 推荐 转发 微信 微博 新浪微博 腾讯微博 QQ空间 朋友圈 手机 手机版 电脑版
客户端 登录 注册 退出 邮箱 邮箱登录 中国政府网 首页 网站首页 网站地图 联系我们 关于我们 网站声明 繁体 繁體 简体 繁 简 English 无障碍
无障碍阅读 无障碍浏览 长者版 长者模式 适老版 关怀版 老年模式 拼音 辅助浏览 轻松阅读 读屏 换肤 指读 大字幕 大 中 小 默认 大字 标准 扫码关注
扫一扫 手机浏览 下载Word 下载PDF 下载word 下载pdf 下载文字版 下载图片版 下载文本 语音播报 语音朗读 语音 朗读 播放 暂停 搜索 搜 索 检索
站内搜索 在线检阅 搜 索: 继续访问 放弃 取消 确定 提交 重置 上一页 下一页 正文 字号 字体 视力保护色 归档时间 已归档 智能问答 智能助手
""")
)
_SPLIT = re.compile(r"[\s|｜/·•,，、【】\[\]()（）「」<>《》:：'\"-]+")
_FIRST = re.compile(r"[^\s|｜/·•,，、【】\[\]()（）「」<>《》:：'\"-]+")
"""The first word of those between two of these marks."""
_NO_PUNCTUATION = re.compile(r"[\w\u3400-\u9fff…#＃×]")
_COUNTED = ("已阅", "阅读", "浏览", "点击", "访问")
_READ = re.compile(rf"^(?:{'|'.join(_COUNTED)})(?:量|数|次数)?\d{{0,9}}次?$")

_RULES: tuple[tuple[RemovalReason, re.Pattern[str]], ...] = (
    (
        "breadcrumb",
        re.compile(
            r"^(?:您?(?:现在|当前)(?:所在)?的?)?(?:当前)?(?:所在)?位置[:：]?.{0,200}[>＞→»/].{0,200}$|^您?(?:现在|当前)?(?:所在|的)?(?:的)?位置[:：]"
        ),
    ),
    ("breadcrumb", re.compile(r"^(?:网站)?首页[>＞→»/].{0,200}$")),
    (
        "qr_code",
        re.compile(
            r"^.{0,8}(?:扫一扫|扫描二维码|扫码|扫描上方二维码|扫描下方二维码|手机扫描|手机扫一扫).{0,30}$"
        ),
    ),
    (
        "neighbours",
        re.compile(
            r"^[【\[<«]?(?:上一篇|下一篇|上一条|下一条|上篇|下篇|前一篇|后一篇)[】\]]?[:：>]?.{0,300}$"
        ),
    ),
    (
        "related",
        re.compile(
            r"^(?:相关(?:链接|稿件|文章|新闻|阅读|信息|解读|文件|文档)|延伸阅读|热门推荐|推荐阅读)[:：]?.{0,100}$"
        ),
    ),
    (
        "leave_site",
        re.compile(r"^您(?:访问|点击)的链接即将离开.{0,80}$|^您即将离开.{0,80}$|^是否继续[?？]?$"),
    ),
    (
        "credits",
        re.compile(
            r"^[-—–]{0,3}(?:责任编辑|编辑|责编|审核|初审|复审|终审|编审|责任校对|值班编辑|网络编辑)[:：].{0,60}$"
        ),
    ),
    ("assistant", re.compile(r"^[!！]?.{0,20}(?:内容由AI生成|由人工智能生成|仅供参考,?请以).{0,30}$")),
    (
        "site_footer",
        re.compile(
            r"^.{0,60}(?:网站标识码|ICP备|公网安备|版权所有|PoweredBy|ProducedBy|技术支持[:：]).{0,120}$",
            re.IGNORECASE,
        ),
    ),
    ("date_of_visit", re.compile(r"^今天是[:：]?.{0,40}$")),
    (
        "counter",
        re.compile(r"^[【\[]?(?:浏览|访问|点击|阅读)(?:量|数|次数|率)?[:：]?\[?-?\d{0,9}\]?次?[】\]]?$"),
    ),
    (
        "toolbar",
        re.compile(
            r"^[【\[]?(?:字号|字体|字体大小|文字大小|背景色|背景颜色)[:：]?[【\[(]?(?:大|中|小|特大|较大|默认|[\[\]【】()\s])*[】\])]?.{0,6}$"
        ),
    ),
)

_BEGINNINGS = frozenset("您现当所位的网首【[<«上下前后相延热推是-—–责编审初复终值今浏访点阅字文背")
_WITHIN = (
    "扫",
    "生成",
    "仅供参考",
    "标识码",
    "cp备",
    "安备",
    "版权所有",
    "技术支持",
    "oweredby",
    "roducedby",
)
"""A line that answers to a rule begins with the one or has the other; asked first, because most lines answer to none."""
_OF_A_WORD: frozenset[RemovalReason] = frozenset({"qr_code", "assistant", "site_footer"})
"""To the rules of these only a line with one of the words answers; they look for it at every place of the line."""

_TAIL = frozenset({"qr_code", "neighbours", "related", "leave_site", "assistant", "site_footer", "credits"})

_LABELLED_NOTHING = re.compile(r"^附件?(?:下载|列表)?[:：]$|^附件(?:下载|列表)?$")


def chrome_reason(line: str) -> RemovalReason | None:
    """Why the whole line is chrome (`toolbar`, `breadcrumb`, `qr_code` …), or None. Bounded by 600 characters.

    >>> chrome_reason("已阅 0  打印   关闭")
    'toolbar'
    """
    if len(line) > 600:
        return None
    tight = "".join(line.split())
    if not tight:
        return None
    begins, holds = tight[0] in _BEGINNINGS, any(map(tight.lower().__contains__, _WITHIN))
    if begins or holds:
        for reason, rule in _RULES:
            if (holds or reason not in _OF_A_WORD) and rule.match(tight):
                return reason
    if len(tight) <= 160:
        first = _FIRST.search(line)
        if first is not None and _is_tool(first[0]):
            words = [word for word in _SPLIT.split(line) if word]
            if all(map(_is_tool, words)):
                # A bare number alone is not a tool.
                return "toolbar" if any(not word.isdigit() for word in words) else None
        if tight in _WORDS:
            return "toolbar"
        if line.count("|") + line.count("｜") >= 2 and not re.search("[。；;，,]", line):
            return "navigation"
    return "markup" if _NO_PUNCTUATION.search(tight) is None else None


def _is_tool(word: str) -> bool:
    return word in _WORDS or word.isdigit() or (word.startswith(_COUNTED) and _READ.match(word) is not None)


def ends_document(reason: RemovalReason | None) -> bool:
    """Whether chrome of this kind only stands below a document, so that what follows is the site's too."""
    return reason in _TAIL


_FORM = frozenset(
    words("""
姓名 您的姓名 联系方式 联系电话 手机号码 电子邮箱
内容 留言内容 反馈内容 标题 验证码 提交 重置
看不清 换一张 我要评论 发表评论 用户评论
""")
)


def is_form_line(line: str) -> bool:
    """A line of the feedback form that some sites put below a text: nothing but the names of its boxes."""
    words = [word.strip("*:：") for word in re.split(r"[/|]", "".join(line.split()))]
    return all(word in _FORM for word in words)


def is_empty_attachment_label(line: str) -> bool:
    """`附件:` with nothing after it: many templates print it whether or not there is a file."""
    return bool(_LABELLED_NOTHING.match("".join(line.split())))
