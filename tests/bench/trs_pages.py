"""Generated pages of the size and make of a TRS department page: 48 KB, 454 tags, 163 links, 4,200 characters of body.

All are pages of one site: header, navigation and footer are the same on each, as a crawler meets them, and whatever belongs
to the document differs (title, session, proposer, dates, numbers, agencies, prose). The prose is made
of random phrases, which is good enough for measuring readers; never measure compression on it.
"""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

from pipelines.read.words import words

BYTES, TAGS, CHARACTERS = 48_000, 454, 4_200
"""Of a page: bytes (some 60 more or less), start tags (exactly), characters of the body (one sentence more or less)."""

_WORDS = words(
    "加快 推进 产业 创新 平台 建设 完善 服务 体系 落实 政策 措施 支持 企业 发展 提升 水平 加强 部门 协同 机制 保障 资金 项目 实施 "
    "人才 培养 交通 环境 治理 教育 医疗 农业 农村 文化 旅游 数字 经济 基础 设施 监督 管理 规划 布局 改革 试点 示范 成果 转化"
)
_AGENCIES = words(
    "省教育厅 省财政厅 省发展改革委 省农业农村厅 省自然资源厅 省文化和旅游厅 省卫生健康委 省水利厅 省交通运输厅"
)
_SIGNERS = words("示例省科技厅 示例省科学技术厅")
_PARAGRAPH = 'style="text-indent: 2em; line-height: 2; font-family: 仿宋_GB2312; font-size: 16pt; text-align: justify;"'
_RIGHT = 'style="text-align: right;"'


def sentence(source: random.Random) -> str:
    """A run of phrases ended by a full stop."""
    parts = [_phrase(source, 3, 8) for _ in range(source.randint(2, 5))]
    return "，".join(parts) + "。"


def _phrase(source: random.Random, least: int, most: int) -> str:
    return "".join(source.choices(_WORDS, k=source.randint(least, most)))


class _Document:
    """What differs from page to page."""

    def __init__(self, seed: int) -> None:
        source = self.source = random.Random(seed)
        self.signed = date(2019, 1, 7) + timedelta(days=source.randrange(2100))
        self.published = self.signed + timedelta(days=source.randrange(1, 200))
        self.index = f"011043145/{self.published.year}-{seed % 100000:05d}"
        self.is_proposal = source.random() < 0.5
        kind = "提案" if self.is_proposal else "建议"
        term = "十二十三十四"[source.randrange(3) * 2 :][:2]
        meeting = "一二三四五"[source.randrange(5)]
        body = f"省政协{term}届{meeting}次会议" if self.is_proposal else f"省{term}届人大{meeting}次会议"
        self.number = (
            f"{self.signed.year}{seed % 10000:04d}" if self.is_proposal else f"{source.randint(1, 899)}"
        )
        self.subject = f"关于{_phrase(source, 3, 6)}的{kind}"
        self.title = source.choice(
            (
                f"关于{body}第{self.number}号{kind}的答复",
                f"对{body}第{self.number}号{kind}的答复",
                f"省科技厅关于{body}第{self.number}号{kind}答复的函",
                f"关于{body}第{self.number}号《{self.subject}》的答复",
            )
        )
        self.document_number = (
            f"示科函〔{self.signed.year}〕{source.randint(1, 400)}号" if source.random() < 0.5 else ""
        )

    def lines(self, *, rich: bool) -> list[tuple[str, str]]:
        """(style, text) of the paragraphs of the letter, from the salutation to the date."""
        source = self.source
        person = "委员" if self.is_proposal else "代表"
        salutation = source.choice(
            (f"某某{person}：", f"某某等{source.randint(2, 20)}名{person}：", "某代表团：")
        )
        agencies = "、".join(source.sample(_AGENCIES, source.randint(1, 3)))
        opening = source.choice(
            (
                f"您提出的《{self.subject}》收悉，经我厅与会办单位（{agencies}）认真研究，现答复如下：",
                f"您提出的《{self.subject}》收悉。经商{agencies}，现答复如下：",
                f"贵单位提出的《{self.subject}》收悉，我厅会同{agencies}进行了研究，现将办理情况答复如下：",
            )
        )
        head, foot = [salutation, opening], [source.choice(_SIGNERS), _chinese(self.signed)]
        size = CHARACTERS - sum(map(len, head)) - sum(map(len, foot))
        middle = _sections(source, size) if rich else _prose(source, size)
        return [(_PARAGRAPH, text) for text in head + middle] + [(_RIGHT, text) for text in foot]


def _prose(source: random.Random, characters: int) -> list[str]:
    out: list[str] = []
    while (missing := characters - sum(map(len, out))) > 0:
        count = source.randint(2, 5) if missing > 200 else 1
        out.append("".join(sentence(source) for _ in range(count)))
    return out


def _sections(source: random.Random, characters: int) -> list[str]:
    """The same under headings, each with a policy, and a promise at the end."""
    out: list[str] = []
    for mark in "一二三":
        out.append(f"{mark}、关于{_phrase(source, 3, 5)}的问题")
        out.append(f"根据《{_phrase(source, 3, 5)}条例》，{sentence(source)}")
        out += _prose(source, characters // 3 - 100)
    return [*out, f"下一步，我厅将{sentence(source)}感谢您对科技工作的关心和支持。"]


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _links(source: random.Random, count: int) -> str:
    return "\n".join(
        f'<li class="col-md-4"><a href="http://bm{n}.demo.invalid/xxgk/" target="_blank" title="部门{n}">部门{n}'
        f"{_phrase(source, 2, 2)}</a></li>"
        for n in range(count)
    )


_SITE = random.Random("one site")
_NAVIGATION, _FOOTER = _links(_SITE, 60), _links(_SITE, 92)
_SCRIPTS = "\n".join(
    f'<script type="text/javascript" src="/material/js/plugin_{n}.js"></script>' for n in range(14)
)
_TAG = re.compile("<[a-zA-Z]")


def trs_title(seed: int) -> str:
    """Title of a page, as the list of its column prints it."""
    return _Document(seed).title


def trs_page(seed: int, *, rich: bool = False) -> bytes:
    """One page; the same seed gives the same bytes. `rich`: the letter has headings, names policies and promises something."""
    document = _Document(seed)
    lines = document.lines(rich=rich)
    spans = TAGS - len(_TAG.findall(_page(document, lines, spans=0, rules=0)))
    size = len(_page(document, lines, spans=spans, rules=0).encode())
    return _page(document, lines, spans=spans, rules=(BYTES - size) // len(_rule(0))).encode()


def _rule(number: int) -> str:
    return f".wrap .block{number:03d} a:hover {{ color: #25{number % 100:02d}25; background: url(/material/images/b{number:03d}.png); }}\n"


def _body(lines: list[tuple[str, str]], spans: int) -> str:
    """The paragraphs with so many spans in them, two in each as editors leave them, while there are any."""
    out: list[str] = []
    for style, text in lines:
        half = len(text) // 2 if spans > 1 else len(text)
        parts = [text[:half], text[half:]] if spans > 1 else [text]
        if spans:
            text = "".join(f'<span style="font-family: 仿宋;">{part}</span>' for part in parts)
        spans = max(0, spans - 2)
        out.append(f"<p {style}>{text}</p>")
    return "\n".join(out)


def _page(document: _Document, lines: list[tuple[str, str]], *, spans: int, rules: int) -> str:
    title, published = document.title, document.published
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta name="SiteName" content="示例省科学技术厅"><meta name="SiteDomain" content="kj.demo.invalid">
<meta name="SiteIDCode" content="0000000016">
<meta name="ColumnName" content="建议提案办理"><meta name="ColumnType" content="建议提案办理">
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{published} 10:33">
<meta name="ContentSource" content="示例省科学技术厅">
<title>{title} - 示例省科学技术厅</title>
{_SCRIPTS}
<style>
{"".join(map(_rule, range(rules)))}</style></head>
<body><div class="wrap">
<div class="header"><div class="ht"><p class="fr"><a href="/">首页</a>|<a href="/m/">手机版</a>|
<a href="/wx/">微信</a>|<a href="/dl/">登录</a></p></div>
<h1><a href="/">示例省科学技术厅</a></h1><div class="nav"><ul>{_NAVIGATION}</ul></div></div>
<div class="content mt20 fdzdgk-xl"><div class="grid p1">
<div class="where mb20"><a href="../../" class="CurrChnlCls">首页</a>><a href="../" class="CurrChnlCls">信息公开</a>></div>
<div class="article"><h2 class="title">{title}</h2>
<div class="info"><span>{published} 10:33</span> <span>示例省科学技术厅</span></div>
<table class="table table-bordered"><tbody>
<tr><th><strong>索 引 号</strong></th><td>{document.index}</td>
<th><strong>分&nbsp;&nbsp;&nbsp;&nbsp;类</strong></th><td>科技</td></tr>
<tr><th><strong>发布机构</strong></th><td>示例省科学技术厅</td><th><strong>发文日期</strong></th><td>{published}</td></tr>
<tr><th><strong>文&nbsp;&nbsp;&nbsp;&nbsp;号</strong></th><td>{document.document_number}</td>
<th><strong>有 效 性</strong></th><td>有效</td></tr>
</tbody></table>
<div class="article-box"><div class="view TRS_UEDITOR trs_paper_default trs_web">
{_body(lines, spans)}
</div></div>
<div class="apendix"><ul id="list"></ul></div>
<div class="article-code tc"><a href="javascript:" onclick="print();">打印</a><a href="javascript:" onclick="window.close();">关闭</a></div>
</div></div></div>
<div class="footer"><div class="links"><ul class="row">{_FOOTER}</ul></div>
<p>网站标识码：0000000016</p></div></div>
<div class="modal">您访问的链接即将离开“示例省科学技术厅”门户网站 是否继续？ <a href="#">放弃</a> <a href="#">继续访问</a></div>
</body></html>"""
