"""Pages of templates that nobody knows: the letter is not lost, the site's words are not taken for it."""

from __future__ import annotations

import pytest

from pipelines.models import Page
from pipelines.normalise.reply import normalise
from pipelines.read import labels, read_page
from tests.pipelines.read.pages import LETTER, TEXT, TITLE, read

NAV = '<div class="nav"><a href="/">首页</a><a href="/a">政务公开</a></div>'
FOOT = '<div class="footer">版权所有：某市人民政府办公室 网站标识码0000000001 某ICP备00000000号</div>'
SIDE = "".join(
    f'<li><a href="{number}.html">关于市政协九届四次会议第{number}号提案的答复</a><span>2023-05-{number}</span></li>'
    for number in range(10, 28)
)


def page(inside: str, title: str = TITLE) -> str:
    return f"<html><head><title>{title}</title></head><body>{NAV}{inside}{FOOT}</body></html>"


def boxed(open_tag: str, close_tag: str) -> str:
    return "".join(f"{open_tag}{line}{close_tag}" for line in TEXT)


@pytest.mark.parametrize(
    "inside",
    [
        f"<main><h1>{TITLE}</h1>{boxed('<section><section><p>', '</p></section></section>')}</main>",
        f'<div class="m"><h2>{TITLE}</h2><div class="n">{boxed("<div class=l><span><span>", "</span></span></div>")}</div></div>',
        f'<div id="nr"><center><b>{TITLE}</b></center><br>{"<br>　　".join(TEXT)}</div>',
        f'<div class="left"><ul>{SIDE}</ul></div><div class="r"><div class="t">{TITLE}</div><div class="c">{LETTER}</div></div>',
        f'<form action="./show.aspx?id=3"><table><tr><td><span id="lblTitle">{TITLE}</span></td></tr>'
        f'<tr><td><span id="lblContent">{LETTER}</span></td></tr></table></form>',
    ],
)
def test_the_whole_letter_is_read_and_nothing_else(inside: str) -> None:
    paragraphs = [line for line in read(page(inside)).paragraphs if line != TITLE]
    assert paragraphs == list(TEXT)


def test_a_short_letter_is_not_outweighed_by_a_footer() -> None:
    lines = "<p>某委员：</p><p>您提出的提案收悉，答复如下：已安排维修。</p><p>某县城管局</p>"
    assert read(page(f'<div class="y">{TITLE}</div><div class="z">{lines}</div>')).paragraphs[0] == "某委员："


def test_a_footer_alone_is_no_letter() -> None:
    assert read(page("")).paragraphs == ()


def test_title_without_class_is_told_by_its_words_and_a_link_is_none() -> None:
    plain = f'<div class="e5">{TITLE}</div><div class="g7">{LETTER}</div>'
    linked = f'<div class="e5"><a href="1.html">{TITLE}</a></div><div class="g7">{LETTER}</div>'
    assert next(text for _, text in read(page(plain, "某市交通运输局")).titles) == TITLE
    assert TITLE not in [text for _, text in read(page(linked, "某市交通运输局")).titles]


def test_title_over_two_lines_of_the_letter_where_the_head_names_the_site() -> None:
    title = "<p>关于市政协九届四次会议第031号</p><p>提案的答复</p>"
    raw = read_page(
        Page(
            url="https://jt.demo.invalid/1.html",
            body=page(f'<div class="article-content">{title}{LETTER}</div>', "某市交通运输局").encode(),
        )
    )
    reply = normalise(raw)
    assert reply.title == TITLE
    assert [reference.number for reference in reply.references] == ["031"]


def test_date_under_the_title_in_a_row_of_its_own() -> None:
    rows = f"<tr><td>{TITLE}</td></tr><tr><td>2023-06-05</td></tr><tr><td><div>{LETTER}</div></td></tr>"
    assert normalise(read(page(f"<table>{rows}</table>"))).published_at == "2023-06-05"


def test_labels_in_brackets() -> None:
    line = "【发布时间】2023-06-05 【来源】市水务局 【打印】"
    assert labels.split_labels(line)[1][0] == ("发布时间", "2023-06-05")
    assert labels.split_labels("【打印】某事")[1] == []


def test_files_handed_out_by_programs_and_in_a_list_below_the_letter() -> None:
    served = '<p>附件【<a href="/system/download.jsp?wbfileid=1">湖泊保护方案.docx</a>】</p>'
    listed = '<div class="fj"><a href="./P020230605.pdf">规划.pdf</a><a href="/show?id=3">相关新闻</a></div>'
    raw = read(page(f'<div class="content-text">{LETTER}{served}</div>{listed}'))
    assert [item.name for item in raw.attachments] == ["湖泊保护方案.docx", "规划.pdf"]
