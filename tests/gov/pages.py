"""Pages of the test government, written by hand and put together from few parts."""

from __future__ import annotations

from collections.abc import Sequence

from tests.gov.server import Answer

PARAGRAPHS = (
    "您提出的提案收悉。经研究，现答复如下：",
    "一、关于完善配套政策的问题。我厅会同有关部门开展了调研，形成了工作方案，明确了责任分工和完成时限。",
    "二、关于加大投入的问题。近年来，我厅逐年安排专项资金，支持基层改善条件，取得了较好成效。",
    "下一步，我们将继续做好相关工作，把您的意见落到实处。感谢您对我们工作的关心和支持。",
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CHALLENGE = (
    "<html><head><meta content=\"{qt1}\"><script r='m' src='/abc.js'></script>"
    "<script>$_ts=window['$_ts'];</script></head><body></body></html>"
)


def html(body: str, head: str = "") -> str:
    """A whole page."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def title_of(number: int) -> str:
    """Title of a reply to a proposal."""
    return f"关于省政协十三届二次会议第{20240000 + number}号提案的答复"


def document(title: str, extra: str = "", paragraphs: Sequence[str] = PARAGRAPHS) -> Answer:
    """A reply on the usual template."""
    text = "".join(f"<p>{item}</p>" for item in paragraphs)
    head = f'<title>{title}</title><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2024-09-02 10:33">'
    body = (
        f'<div class="nav"><a href="/">首页</a></div><div class="article"><h1>{title}</h1>'
        f'<div class="view TRS_UEDITOR trs_paper_default">{text}<p>湖北省某某厅</p><p>2024年7月23日</p></div>{extra}</div>'
    )
    return Answer(html(body, head).encode())


def listing(rows: str, after: str = "") -> Answer:
    """A list page with its navigation, which also links a document of another column."""
    navigation = (
        '<ul class="menu"><li><a href="/zwgk/">政务公开</a></li><li><a href="../">上级栏目</a></li></ul>'
        '<div class="hot"><a href="/xwzx/202601/t20260105_77777.shtml">热点新闻标题一则</a></div>'
    )
    return Answer(
        html(f'{navigation}<ul class="info-list">{rows}</ul>{after}<div class="foot">版权所有</div>').encode()
    )


def row(href: str, title: str, date: str = "2024-09-02") -> str:
    """One row."""
    return f'<li><a href="{href}" target="_blank">{title}</a><span>{date}</span></li>'


def script(call: str) -> str:
    """A pagination call."""
    return f'<div class="page"><script language="javascript">{call}</script></div>'
