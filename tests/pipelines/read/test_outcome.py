"""Telling the document from what stands in its place: challenge, notice, hole."""

from __future__ import annotations

import time

import pytest

from pipelines.models import Outcome
from pipelines.read import classify
from tests.pipelines.read.pages import LETTER, document

HTML = (("content-type", "text/html; charset=utf-8"),)
MENU = "<ul>" + "".join(f"<li><a href='/{n}/'>政务公开栏目{n}</a></li>" for n in range(60)) + "</ul>"
BOOTSTRAP = (
    '<meta content="{qt1074790464abcdef" r="m"><script r=\'m\' charset="iso-8859-1" src="/4QbVtADbnLVIc/d.js"></script>'
    "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;</script>"
)
NOTICE = "<p>对不起，您要访问的页面不存在或已被删除！10 秒之后将带您回到首页</p>"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, document(), "ok"),
        (301, b"", "redirect"),
        (404, document(), "gone"),
        (410, b"", "gone"),
        (500, b"<h1>Internal Server Error</h1>", "error"),
        (503, b"", "error"),
        (0, b"", "unreachable"),
        (412, b"<html xmlns='x'><h1>Precondition Failed</h1></html>", "blocked"),
        (202, BOOTSTRAP.encode(), "blocked"),
        (412, b"", "blocked"),
        (200, b"", "empty"),
        (200, b" \r\n\x00\x00 ", "empty"),
    ],
)
def test_statuses(status: int, body: bytes, outcome: Outcome) -> None:
    assert classify(status, HTML, body) == outcome


def test_challenge_with_status_200() -> None:
    assert classify(200, HTML, f"<html><head>{BOOTSTRAP}</head><body></body></html>".encode()) == "blocked"


def test_challenge_cookies_on_an_empty_shell() -> None:
    headers = (*HTML, ("set-cookie", "FSSBBIl1UgzbN7N80S=abc; path=/"))
    assert classify(200, headers, b"<html><script>x()</script></html>") == "blocked"


@pytest.mark.parametrize("status", [200, 202, 412])
def test_the_bootstrap_on_a_page_with_its_whole_content_is_the_document(status: int) -> None:
    long = LETTER.replace("</p>", "，" + "市政府高度重视老桥安全，" * 6 + "特此说明。</p>")
    headers = (*HTML, ("set-cookie", "FSSBBIl1UgzbN7N80T=abc"))
    assert classify(status, headers, document(head=BOOTSTRAP, letter=long)) == "ok"


@pytest.mark.parametrize(
    "text",
    [
        "安全验证 请完成下方验证后继续访问",
        "您的访问请求已被拦截",
        "网站防火墙：您的请求带有不合法参数",
        "请开启JavaScript并刷新该页",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_walls(text: str, encoding: str) -> None:
    assert (
        classify(
            200, HTML, f"<html><title>提示</title><body><div>{text}</div></body></html>".encode(encoding)
        )
        == "blocked"
    )


@pytest.mark.parametrize(
    "text",
    [
        "系统维护中，请稍后访问",
        "网站正在升级维护，给您带来不便敬请谅解！",
        "网站升级改版公告",
        "平台维护期间暂停服务",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_maintenance_notices_with_status_200(text: str, encoding: str) -> None:
    assert classify(200, HTML, f"<html><body><h2>{text}</h2></body></html>".encode(encoding)) == "maintenance"


@pytest.mark.parametrize(
    "text",
    [
        "对不起，您要访问的页面不存在或已被删除！10 秒之后将带您回到首页",
        "抱歉，该信息已删除",
        "找不到您访问的页面",
        "404 Not Found",
        "您查看的文章不存在",
    ],
)
@pytest.mark.parametrize("around", ["", MENU])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_soft_404(text: str, around: str, encoding: str) -> None:
    assert (
        classify(200, HTML, f"<html><body>{around}<div>{text}</div></body></html>".encode(encoding))
        == "soft_404"
    )


def test_soft_404_as_utf8_read_as_gbk() -> None:
    twisted = NOTICE.encode("utf-8").decode("gb18030", "replace").encode("utf-8")
    assert classify(200, HTML, b"<html><body>" + twisted + b"</body></html>") == "soft_404"


@pytest.mark.parametrize("twist", [False, True])
def test_a_notice_appended_to_a_good_page_leaves_the_document(twist: bool) -> None:
    notice = NOTICE.encode("utf-8")
    body = document() + (notice.decode("gb18030", "replace").encode("utf-8") if twist else notice)
    assert classify(200, HTML, body) == "ok"


@pytest.mark.parametrize("word", ["信息系统维护", "页面不存在的情况", "安全验证", "网站升级改版"])
def test_letters_that_speak_of_such_things_are_documents(word: str) -> None:
    letter = LETTER.replace("老桥已列入", f"关于{word}的意见，老桥已列入")
    assert classify(200, HTML, document(letter=letter)) == "ok"


def test_fewer_bytes_than_announced() -> None:
    body = document()
    headers = (*HTML, ("content-length", str(len(body) + 1)))
    assert classify(200, headers, body) == "truncated"
    assert classify(200, (*headers, ("content-encoding", "gzip")), body) == "ok"
    assert classify(200, (*HTML, ("content-length", str(len(body)))), body) == "ok"
    assert classify(200, (*HTML, ("content-length", "100")), b"") == "truncated"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("image/png", b"\x89PNG\r\n"),
        ("application/pdf", b"%PDF-1.4"),
        ("application/json", b'{"data":[]}'),
        ("text/html", b"%PDF-1.4 ..."),
        ("", b"PK\x03\x04..."),
    ],
)
def test_wrong_types(kind: str, body: bytes) -> None:
    assert classify(200, (("content-type", kind),) if kind else (), body) == "refused"


def test_a_huge_page_is_refused_at_once() -> None:
    body = document() + b"<p>" + b"x" * 40_000_000
    took = []
    for _ in range(3):
        start = time.process_time()
        assert classify(200, HTML, body) == "refused"
        took.append(time.process_time() - start)
    assert min(took) < 0.1, "all of it was looked at"


def test_attachments_are_of_any_type_but_html() -> None:
    assert classify(200, (("content-type", "application/pdf"),), b"%PDF-1.4", role="attachment") == "ok"
    assert classify(200, (("content-type", "text/html"),), document(), role="attachment") == "refused"
    assert classify(200, HTML, NOTICE.encode(), role="attachment") == "soft_404"


def test_robots_that_is_html_is_no_robots() -> None:
    assert (
        classify(200, (("content-type", "text/plain"),), b"User-agent: *\nDisallow: /x/\n", role="robots")
        == "ok"
    )
    assert classify(200, HTML, document(), role="robots") == "soft_404"
    assert classify(200, HTML, f"<html>{BOOTSTRAP}</html>".encode(), role="robots") == "blocked"


@pytest.mark.parametrize(
    "body",
    [
        b"<" * 300_000,
        b"<script>" * 40_000,
        b"<!--" * 70_000,
        b"404" + b"<a " * 80_000,
        "维护".encode() * 50_000,
    ],
)
def test_hostile_markup_costs_nothing(body: bytes) -> None:
    start = time.process_time()
    classify(200, HTML, body)
    assert time.process_time() - start < 1.0


def test_a_short_list_whose_titles_speak_of_maintenance_is_a_list() -> None:
    row = '<li><a href="./202409/t20240902_10{}.shtml">关于推进政务平台升级维护的建议的答复</a></li>'
    whole = f"<html><body><ul>{row.format(1)}{row.format(2)}</ul></body></html>".encode()
    assert classify(200, HTML, whole, "list") == "ok"
    notice = '<html><body><h2>系统维护中</h2><a href="/">首页</a></body></html>'
    assert classify(200, HTML, notice.encode(), "list") == "maintenance"
