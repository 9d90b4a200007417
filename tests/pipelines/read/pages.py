"""Pages of our own making, in the shapes of the real templates."""

from __future__ import annotations

from pipelines.models import Page, RawReply
from pipelines.read import read_page

TITLE = "关于市政协九届四次会议第031号提案的答复"
LETTER = (
    "<p>某委员：</p><p>您提出的《关于修缮老桥的提案》收悉，现答复如下：</p>"
    "<p>一、老桥已列入今年的修缮计划，资金已经落实，预计秋天开工。</p>"
    "<p>二、施工期间由公交公司增开摆渡车，方便两岸居民往来。</p><p>某市交通运输局</p><p>2023年5月18日</p>"
)
TEXT = (
    "某委员：",
    "您提出的《关于修缮老桥的提案》收悉，现答复如下：",
    "一、老桥已列入今年的修缮计划，资金已经落实，预计秋天开工。",
    "二、施工期间由公交公司增开摆渡车，方便两岸居民往来。",
    "某市交通运输局",
    "2023年5月18日",
)
URL = "https://jt.demo.invalid/zwgk/jytabl/202306/t20230601_100.shtml"


def document(
    around: str = "", letter: str = LETTER, *, head: str = "", after: str = "", title: str = TITLE
) -> bytes:
    """A whole page: menus, what stands around the text, the text, what stands behind it, a footer."""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - 某市交通运输局</title>{head}</head><body>
<div class="header"><h1><a href="/">某市人民政府</a></h1><ul class="nav"><li><a href="/">首页</a></li><li><a href="/x/">新闻</a>
</li></ul></div>
<div class="main"><div class="where">当前位置：<a href="/">首页</a> > <a href="../">建议提案办理</a></div>
<div class="article"><h2 class="title">{title}</h2>{around}
<div class="article-box"><div class="TRS_UEDITOR trs_paper_default">{letter}</div></div>{after}</div></div>
<div class="footer"><p>网站标识码：0000000001</p></div></body></html>""".encode()


def read(body: bytes | str, url: str = URL) -> RawReply:
    """Read one page without continuations."""
    return read_page(Page(url=url, body=body.encode() if isinstance(body, str) else body))


def labelled(raw: RawReply) -> dict[str, str]:
    """Labels of the page itself (not its meta tags) with their values; the first of each."""
    out: dict[str, str] = {}
    for item in raw.fields:
        if item.source != "meta" and item.label:
            out.setdefault(item.label, item.value)
    return out
