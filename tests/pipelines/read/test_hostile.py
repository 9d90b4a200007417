"""Markup made to hurt: deep, huge, unclosed, scripted. Bounded time, text kept, nothing dangerous comes out."""

from __future__ import annotations

import re
import time

import pytest

from pipelines.models import Page
from pipelines.read import read_page, sanitise
from pipelines.read.guard import MAX_BYTES, limit_depth
from tests.pipelines.read.pages import LETTER, TEXT, URL, document, read


@pytest.mark.parametrize(
    "opening", ["<div>", "<span>", "<b>", "<font color=red>", "<table><tr><td>", "<ul><li>", "<blockquote>"]
)
@pytest.mark.parametrize("close", [False, True])
def test_deep_nesting_keeps_the_text_and_is_quick(opening: str, close: bool) -> None:
    name = opening[1:].split(">")[0].split(" ")[0]
    inner = opening * 20_000 + "深处的文字，一个也不少。" + (f"</{name}>" * 20_000 if close else "")
    start = time.process_time()
    raw = read(document(letter=LETTER + inner))
    assert time.process_time() - start < 8
    assert "深处的文字，一个也不少。" in "".join(raw.paragraphs)
    assert "markup_too_deep" in {issue.code for issue in raw.issues}


def test_formatting_that_multiplies() -> None:
    fonts = "".join(f"<font size={n}>" for n in range(240))
    letter = LETTER + f"<div>{fonts}甲</div>" + "<div>乙</div>" * 3000
    start = time.process_time()
    raw = read(document(letter=letter))
    assert time.process_time() - start < 8
    assert raw.paragraphs.count("乙") == 3000


def test_ordinary_pages_are_not_touched() -> None:
    text = document(letter=LETTER * 50).decode()
    assert limit_depth(text) == (text, None)


def test_many_unclosed_paragraphs_are_not_deep() -> None:
    text = "<div>" + "<p>甲" * 20_000 + "</div>"
    assert limit_depth(text) == (text, None)


def test_a_page_above_the_limit_is_not_read() -> None:
    raw = read_page(Page(url=URL, body=b"<p>" + b"x" * MAX_BYTES))
    assert raw.paragraphs == ()
    assert [issue.code for issue in raw.issues] == ["page_too_large"]


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\x00",
        b"<",
        b"<html",
        b"\xff\xfe",
        b"<!--",
        b"<table><tr><td>",
        b"<div class=TRS_Editor>",
        b"</p></div>",
        b"<a href='http://[' >x</a>",
    ],
)
def test_ruins_raise_nothing(page: bytes) -> None:
    read_page(Page(url="", body=page))


@pytest.mark.parametrize(
    "unit",
    [
        "<p>索 引 号</p>",
        "<td>文号",
        "<li>发布机构：甲",
        "<h1>甲乙丙丁</h1>",
        "<a href=a.pdf>x",
        '<div class="share">',
        "<br>",
        "&amp;#x",
    ],
)
def test_repetition_is_quick(unit: str) -> None:
    start = time.process_time()
    read(document(around=unit * 5_000))
    read(document(letter=LETTER + unit * 5_000))
    assert time.process_time() - start < 8


EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,x'>x</a>",
    "<iframe src='//x'></iframe>",
    "<svg onload=alert(1)></svg>",
    "<style>body{background:url(//x)}</style>",
    "<p style='background:url(//x)' onclick='x()' class='a' id='b'>x</p>",
    "<form action='//x'><input></form>",
    "<object data='x'></object><embed src='x'><link rel=stylesheet href='//x'><meta http-equiv=refresh content=0>",
    "<a href='https://x/\"onmouseover=alert(1)'>x</a>",
    "<math><mi xlink:href='javascript:x'></mi></math>",
    "<base href='//x'>",
    "<p><![CDATA[<script>x</script>]]></p>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<td background='//x' colspan='2'>",
]


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_dangerous_comes_out(evil: str) -> None:
    for html in (sanitise(LETTER + evil), read(document(letter=LETTER + evil)).body_html):
        # The names of our own paragraphs are the only ones.
        lowered = re.sub(r'<span id="p[1-9]\d*"></span>', "", html).lower()
        for word in (
            "<script",
            "onerror=",
            "onclick=",
            "onload=",
            "javascript:",
            "data:text",
            "<iframe",
            "<style",
            "style=",
            "<svg",
            "<form",
        ):
            assert word not in lowered
        for word in (
            "<input",
            "<object",
            "<embed",
            "<link",
            "<meta",
            "<base",
            "<math",
            " src=",
            "background=",
            " class=",
            " id=",
        ):
            assert word not in lowered
        assert "老桥已列入今年的修缮计划" in html


def test_every_paragraph_has_one_name_and_the_page_gives_none() -> None:
    evil = '<p id="p1">甲</p><span id="p2">乙</span><span id="x">丙</span><a name="p3" id="p4">丁</a>'
    raw = read(document(letter=LETTER + evil))
    names = re.findall(r' (?:id|name)="([^"]*)"', raw.body_html)
    assert names == [f"p{number}" for number in range(1, len(raw.paragraphs) + 1)]
    assert sanitise('<span id="p3">甲</span><span id="q3">乙</span><p id="p4">丙</p>') == (
        '<span id="p3">甲</span><span>乙</span><p>丙</p>'
    )


def test_links_become_absolute_and_images_load_nothing() -> None:
    html = read(
        document(
            letter=LETTER
            + '<p><a href="../a.html">甲</a><img src="./图.png" alt="桥" width="3"><a href="#top">乙</a></p>'
        )
    ).body_html
    assert (
        '<a href="https://jt.demo.invalid/zwgk/jytabl/a.html" rel="noopener noreferrer nofollow"><span id="p7"></span>甲</a>'
        in html
    )
    assert '<img alt="桥" data-src="https://jt.demo.invalid/zwgk/jytabl/202306/图.png">' in html
    assert "乙" in html
    assert "#top" not in html


def test_a_base_element_is_minded() -> None:
    html = read(
        document(
            head='<base href="https://other.demo.invalid/b/">', letter=LETTER + '<a href="c.html">甲</a>'
        )
    ).body_html
    assert 'href="https://other.demo.invalid/b/c.html"' in html


def test_tables_keep_their_form() -> None:
    html = read(
        document(
            letter=LETTER
            + '<table border=1><tr><th colspan="2">甲</th></tr><tr><td rowspan="x">乙</td><td>丙</td></tr></table>'
        )
    ).body_html
    assert '<th colspan="2"><span id="p7"></span>甲</th>' in html
    assert "rowspan" not in html


def test_nul_bytes_in_a_page() -> None:
    raw = read(document().replace("老桥".encode(), "老\x00桥".encode()))
    assert raw.paragraphs == TEXT
    assert [issue.code for issue in raw.issues] == ["nul_bytes"]


def test_gbk_page_declared_as_utf8() -> None:
    raw = read(document().decode().encode("gbk"))
    assert raw.paragraphs == TEXT
    assert [issue.code for issue in raw.issues] == ["encoding_mismatch"]


@pytest.mark.parametrize("distance", ["<p>&nbsp;</p>", "<p>　<br></p>", "<div> </div>", "<p> </p><p></p>"])
def test_distance_made_of_empty_paragraphs_is_left_out(distance: str) -> None:
    assert sanitise(f"<p>甲</p>{distance}<p>乙</p>") == "<p>甲</p><p>乙</p>"


def test_a_paragraph_with_one_character_or_a_picture_stays() -> None:
    assert sanitise('<p>&nbsp;B</p><p><img alt="图" data-src="https://a.gov.cn/1.jpg"></p>').count("<p>") == 2
