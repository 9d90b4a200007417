"""Generated pages of the size and make of a TRS department page: 48 KB, 163 links, a catalogue table, 4,200 characters.

The prose is made of random phrases, which is good enough for measuring readers; never measure compression on it.
"""

from __future__ import annotations

import random

from pipelines.read.words import words

_WORDS = words(
    "加快 推进 产业 创新 平台 建设 完善 服务 体系 落实 政策 措施 支持 企业 发展 提升 水平 加强 部门 协同 机制 保障 资金 项目 实施 "
    "人才 培养 交通 环境 治理 教育 医疗 农业 农村 文化 旅游 数字 经济 基础 设施 监督 管理 规划 布局 改革 试点 示范 成果 转化"
)


def sentence(source: random.Random) -> str:
    """A run of phrases ended by a full stop."""
    parts = ["".join(source.choices(_WORDS, k=source.randint(3, 8))) for _ in range(source.randint(2, 5))]
    return "，".join(parts) + "。"


def _paragraphs(source: random.Random, characters: int) -> list[str]:
    out: list[str] = []
    while sum(map(len, out)) < characters:
        out.append("".join(sentence(source) for _ in range(source.randint(2, 5))))
    return out


def _links(source: random.Random, count: int) -> str:
    return "\n".join(
        f'<li class="col-md-4"><a href="http://bm{n}.demo.invalid/xxgk/" target="_blank" title="部门{n}">部门{n}'
        f"{''.join(source.choices(_WORDS, k=2))}</a></li>"
        for n in range(count)
    )


def trs_page(seed: int) -> bytes:
    """One page; the same seed gives the same bytes."""
    source = random.Random(seed)
    number = f"2024{seed % 10000:04d}"
    title = f"关于省政协十三届二次会议第{number}号提案的答复"
    style = 'style="text-indent: 2em; line-height: 2; font-family: 仿宋_GB2312; font-size: 16pt; text-align: justify;"'
    body = "\n".join(
        f'<p {style}><span style="font-family: 仿宋;">{text[: len(text) // 2]}</span><span>{text[len(text) // 2 :]}</span></p>'
        for text in _paragraphs(source, 4100)
    )
    scripts = "\n".join(
        f'<script type="text/javascript" src="/material/js/plugin_{n}.js"></script>' for n in range(14)
    )
    css = "\n".join(
        f".wrap .block{n} a:hover {{ color: #25{n:02d}25; background: url(/material/images/b{n}.png); }}"
        for n in range(60)
    )
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta name="SiteName" content="示例省科学技术厅"><meta name="SiteDomain" content="kj.demo.invalid">
<meta name="SiteIDCode" content="0000000016">
<meta name="ColumnName" content="建议提案办理"><meta name="ColumnType" content="建议提案办理">
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2024-09-02 10:33">
<meta name="ContentSource" content="示例省科学技术厅">
<title>{title} - 示例省科学技术厅</title>
{scripts}
<style>
{css}
</style></head>
<body><div class="wrap">
<div class="header"><div class="ht"><p class="fr"><a href="/">首页</a>|<a href="/m/">手机版</a>|
<a href="/wx/">微信</a>|<a href="/dl/">登录</a></p></div>
<h1><a href="/">示例省科学技术厅</a></h1><div class="nav"><ul>{_links(source, 60)}</ul></div></div>
<div class="content mt20 fdzdgk-xl"><div class="grid p1">
<div class="where mb20"><a href="../../" class="CurrChnlCls">首页</a>><a href="../" class="CurrChnlCls">信息公开</a>></div>
<div class="article"><h2 class="title">{title}</h2>
<div class="info"><span>2024-09-02 10:33</span> <span>示例省科学技术厅</span></div>
<table class="table table-bordered"><tbody>
<tr><th><strong>索 引 号</strong></th><td>011043145/2024-{seed % 100000:05d}</td>
<th><strong>分&nbsp;&nbsp;&nbsp;&nbsp;类</strong></th><td>科技</td></tr>
<tr><th><strong>发布机构</strong></th><td>示例省科学技术厅</td><th><strong>发文日期</strong></th><td>2024-09-02</td></tr>
<tr><th><strong>文&nbsp;&nbsp;&nbsp;&nbsp;号</strong></th><td></td><th><strong>有 效 性</strong></th><td>有效</td></tr>
</tbody></table>
<div class="article-box"><div class="view TRS_UEDITOR trs_paper_default trs_web">
<p {style}>某代表团：</p>
<p {style}>贵单位提出的《关于加快创新平台建设的提案》收悉，经我厅与会办单位（省教育厅、省财政厅）认真研究，现答复如下：</p>
{body}
<p style="text-align: right;">示例省科技厅</p><p style="text-align: right;">2024年7月23日</p>
</div></div>
<div class="apendix"><ul id="list"></ul></div>
<div class="article-code tc"><a href="javascript:" onclick="print();">打印</a><a href="javascript:" onclick="window.close();">关闭</a></div>
</div></div></div>
<div class="footer"><div class="links"><ul class="row">{_links(source, 95)}</ul></div>
<p>网站标识码：0000000016</p></div></div>
<div class="modal">您访问的链接即将离开“示例省科学技术厅”门户网站 是否继续？ <a href="#">放弃</a> <a href="#">继续访问</a></div>
</body></html>""".encode()
