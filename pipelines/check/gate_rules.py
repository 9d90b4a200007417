"""The rules by which a site's run, and the whole, end ok, partial or failed: one table, in words for a person.

Where each is reckoned: sites in `health` and `expect`, the corpus in `gates` and `publish.compare`, the installation in
`publish.build.check`. docs/gates.md says the same; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["failed", "partial", "note"]
"""`note`: somebody should know; nothing failed."""
Scope = Literal["site", "corpus", "installation"]

_MEANS: Mapping[Verdict, str] = {"failed": "该站失败", "partial": "该站部分成功", "note": "只作说明"}
_STOPS = "不发布，原来的 corpus.db 不动"
_TELLS = "check 不通过"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One rule that a site did not pass, or something to know."""

    rule: str
    message: str
    """What and where, in Chinese."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class GateRule:
    """One rule as documented."""

    scope: Scope
    compares: str
    threshold: str
    does: str
    advice: str


def _site(compares: str, threshold: str, verdict: Verdict, advice: str) -> GateRule:
    return GateRule("site", compares, threshold, _MEANS[verdict], advice)


RULES: Mapping[str, GateRule] = {
    "list_not_got": _site(
        "列表页和 robots.txt 的取页结果",
        "有一个没有取到",
        "failed",
        "过些时候再采集；一直如此请核对栏目网址；被拦截时不要绕过",
    ),
    "column_not_read": _site("声明的栏目", "一页列表也没有读到", "failed", "核对声明里的栏目网址"),
    "column_empty": _site(
        "栏目首页的条数",
        "一条也没有，声明又不允许为空",
        "failed",
        "核对栏目是否搬家或改版；确实可以为空时声明 may_be_empty",
    ),
    "column_differs": _site(
        "网站所印的条数、页数与找到的",
        "不相符",
        "partial",
        "再采集一次；网站的数不可靠时声明 total_may_differ",
    ),
    "rows_dropped": _site(
        "栏目现在列出的文件与以前各次列出过的（已撤下的不算）",
        "少了 5 件以上，并超过三成",
        "partial",
        "核对栏目是否改版、分页是否读全；网站只留近期文件时声明 expect: {rows_may_drop: true}",
    ),
    "page_not_got": _site(
        "详情页的取页结果", "有一个没有取到（网站撤下的不算）", "partial", "再采集一次；被拦截时不要绕过"
    ),
    "pages_absent": _site(
        "列表列出而网站说没有的详情页", "3 个以上，并超过一半", "partial", "核对网站是否改版、搬家"
    ),
    "block_rate": _site(
        "被拦截的取页占比",
        "3 次以上，并超过两成",
        "failed",
        "停一两天再采集，放慢 delay；不要绕过，可与网站管理员联系",
    ),
    "exceptions": _site(
        "处理时程序出错、没有入库的网页（not_processed、not_loaded、list_unreadable）",
        "有一个；3 个以上并超过 5% 算该站失败",
        "partial",
        "请报告；网页已归档，改好规则后运行 rebuild 即可补上",
    ),
    "replies_lost": _site(
        "以前是答复、现在读不成答复的地址（no_longer_reply）",
        "3 个以上，并超过一成",
        "partial",
        "核对网站是否改版；此前的答复都保留着",
    ),
    "replies_few": _site(
        "该站的答复数与声明的 expect.min_replies",
        "少于声明的数（默认不设）",
        "failed",
        "核对栏目和模板；数目过高时改声明",
    ),
    "field_floor": _site(
        "字段的填写率与声明的 expect.fields",
        "10 件以上答复，低于声明的比例（默认 body_text 0.8）；最近一次新取到的满 10 件时另算一次",
        "partial",
        "核对新的网页；模板改了请报告，网站确实不再填写时降低 expect.fields 里的比例",
    ),
    "template_changed": _site(
        "以前的答复都有、新的答复都没有的标签",
        "见 template_changed",
        "partial",
        "核对新的网页；模板改了请报告",
    ),
    "template_unknown": _site(
        "列表说是答复、却什么也没有读出来的网页", "有一个", "partial", "请报告，以便加入模板"
    ),
    "snapshot_held": _site(
        "已入库的答复这次读出来丢了正文，或丢了两个以上标签",
        "有一件",
        "partial",
        "核对原文；是模板改了请报告，网站确实不再印时声明 expect: {gone_fields: [字段]}",
    ),
    "archive_damaged": _site(
        "归档里读不出来的网页", "有一个", "partial", "从备份恢复归档，或运行 crawl --full 重取"
    ),
    "crawl_told": _site(
        "采集自己报告的错误（如连续被拦截而停下）",
        "有一条",
        "partial",
        "照所说的办；代码的解释见 docs/issues.md",
    ),
    "rows_refused": _site("指向声明之外主机的链接", "有一条", "note", "确属该网站时，把主机加入声明的 hosts"),
    "foreign_keys": GateRule("corpus", "表之间的引用", "有一处落空", _STOPS, "请报告；运行 rebuild 重做"),
    "integrity": GateRule(
        "corpus", "数据库文件（integrity_check）", "有一处损坏", _STOPS, "检查磁盘后重新发布"
    ),
    "not_empty": GateRule(
        "corpus", "答复总数与上一版", "一件也没有，而上一版有", _STOPS, "核对归档和数据目录是否放对"
    ),
    "index": GateRule("corpus", "检索索引与答复的文字", "不一致", _STOPS, "运行 hubei-replies publish 重做"),
    "rows": GateRule(
        "corpus",
        "各表的行数、各网站的答复数与上一版",
        "答复等表少 1%（至少 5 行）以上；文中读出的各表少一半以上；某个网站少一半（至少 3 件）以上",
        _STOPS + "，publish --force 除外",
        "运行 rebuild --compare 核对，确属预期再 publish --force",
    ),
    "snapshot": GateRule(
        "installation", "corpus.db 和当前快照的校验和", "不符", _TELLS, "运行 hubei-replies publish 重新写好"
    ),
    "unpublished": GateRule(
        "installation",
        "归档里最近做完的采集与已发布的",
        "没有发布",
        _TELLS,
        "运行 hubei-replies publish，看它为什么不发布",
    ),
    "clock": GateRule(
        "installation",
        "系统时钟与归档里最近的时间",
        "时钟早 10 分钟以上",
        _TELLS,
        "校准系统时钟；在那以前，取页时间记作归档里最近的时间",
    ),
    "archive": GateRule(
        "installation",
        "归档里每份正文的 SHA-256 和文件结构（check --archive）",
        "有一份不符",
        _TELLS,
        "从备份恢复 archive.db（docs/backup.md）；没有备份时运行 crawl --full，网站上还有而且没有变的会补好",
    ),
}
