"""Answers that sites of this world give, and what they make of good ones."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace

from tests.gov.pages import CHALLENGE, html
from tests.gov.server import Answer, page
from tests.gov.town import Hit

WALL = page(CHALLENGE, status=412)
WALL_202 = page(CHALLENGE, status=202)
MAINTENANCE = page(html("<p>系统正在升级维护，请稍后访问。</p>", "<title>维护公告</title>"))
APOLOGY = "对不起，您要访问的页面不存在或已被删除! 10 秒之后将带您回到网站首页"
SOFT_404 = page(html(f"<div class='tips'><p>{APOLOGY}</p></div>", "<title>提示信息</title>"))
TWICE = page(html(f"<div>{APOLOGY}</div>", "<title>提示</title>").encode().decode("gb18030", "ignore"))
BOOTSTRAP = (
    '<meta content="{qt1074790464" r=\'m\'><script r=\'m\' charset="iso-8859-1" src="/4QbVtADbnLVIc/d.FxJz.js"></script>'
    "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script>"
)
FORBIDDEN = page("<html><title>403 Forbidden</title><h1>403 Forbidden</h1></html>", status=403)
SERVER_ERROR = page("<html><h1>500 Internal Server Error</h1></html>", status=500)
BUSY = page("<html><h1>503 Service Unavailable</h1></html>", status=503)
GONE = page("<html><h1>404 Not Found</h1></html>", status=404)
PICTURE = Answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 80, content_type="image/png")
BOMB = Answer(gzip.compress(b"<p>" + bytes(60_000_000)), headers={"Content-Encoding": "gzip"})


def _coded(hit: Hit, change: Callable[[str], str]) -> Answer:
    """A page with another text in the same encoding."""
    good = hit.page()
    encoding = hit.place.made.kind.encoding
    return replace(good, body=change(good.body.decode(encoding)).encode(encoding, "xmlcharrefreplace"))


def with_bootstrap(hit: Hit) -> Answer:
    """瑞数's script on a page that has its whole content."""
    return _coded(hit, lambda text: text.replace("<head>", "<head>" + BOOTSTRAP, 1))


def with_apology_below(hit: Hit) -> Answer:
    """A "does not exist" notice at the foot of a good page, outside of its text."""

    def change(text: str) -> str:
        head, close, tail = text.rpartition("</body>")
        return f"{head}<div><p>{APOLOGY}</p></div>{close}{tail}"

    return _coded(hit, change)


def mojibake(hit: Hit) -> Answer:
    """UTF-8 read as Latin-1 and written as UTF-8 again: nothing is lost."""
    good = hit.page()
    text = good.body.decode(hit.place.made.kind.encoding)
    text = text.replace(f'charset="{hit.place.made.kind.encoding}"', 'charset="utf-8"')
    twice = text.encode().decode("latin-1")
    return replace(good, body=twice.encode(), content_type="text/html; charset=utf-8")


def mojibake_gbk(hit: Hit) -> Answer:
    """UTF-8 read as GB 18030 and written as UTF-8 again: bytes that fit nothing are lost."""
    good = hit.page()
    text = good.body.decode(hit.place.made.kind.encoding)
    text = text.replace(f'charset="{hit.place.made.kind.encoding}"', 'charset="utf-8"')
    twice = text.encode().decode("gb18030", "replace")
    return replace(good, body=twice.encode(), content_type="text/html; charset=utf-8")


def wrong_charset(hit: Hit) -> Answer:
    """Bytes that are not in the encoding that header and page declare."""
    good = hit.page()
    kind = hit.place.made.kind
    text = good.body.decode(kind.encoding)
    if kind.encoding == "utf-8":
        text = text.replace('charset="utf-8"', 'charset="gb2312"')
        return replace(good, body=text.encode(), content_type="text/html; charset=gb2312")
    return replace(good, body=text.encode(), content_type=f"text/html; charset={kind.encoding}")


def at_first(answer: Answer, times: int) -> Callable[[Hit], Answer | None]:
    """Trouble that passes after some tries."""
    return lambda hit: answer if hit.again < times else None


def cut(fault: str) -> Callable[[Hit], Answer]:
    """Half of the page arrives."""
    return lambda hit: replace(hit.page(), fault=fault)  # type: ignore[arg-type]


def to(location: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(b"", status=status, headers={"Location": location})
