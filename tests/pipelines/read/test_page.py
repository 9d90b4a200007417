"""The text of a page: all of it, in order, and nothing of the site; titles, meta tags, files, continuations."""

from __future__ import annotations

import re

import pytest

from pipelines.models import Attachment, Page
from pipelines.read import read_page
from tests.pipelines.read.pages import LETTER, TEXT, TITLE, URL, document, labelled, read

# --- text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "container",
    [
        '<div class="TRS_Editor">{}</div>',
        '<div class="view TRS_UEDITOR trs_paper_default trs_web">{}</div>',
        '<div class="TRS_Editor"><div class="Custom_UnionStyle">{}</div></div>',
        '<td id="UCAP-CONTENT">{}</td>',
        '<div class="article-box">{}</div>',
        '<div class="pages_content">{}</div>',
        '<div id="zoom">{}</div>',
        '<div id="vsb_content_2"><div class="v_news_content">{}</div></div>',
        '<div class="hbgov-article-content"><div class="view TRS_UEDITOR">{}</div><div class="hbgov-att-list-block"></div></div>',
    ],
)
def test_containers_of_the_known_systems(container: str) -> None:
    inner = container.format(LETTER)
    inner = f"<table><tr>{inner}</tr></table>" if inner.startswith("<td") else inner
    page = f"<title>{TITLE}</title><body><ul><li><a href='/'>首页</a></li></ul><h1>{TITLE}</h1>{inner}<p>页脚</p></body>"
    raw = read(page)
    assert raw.paragraphs == TEXT
    assert raw.issues == ()


def test_unknown_template_is_read_by_density_and_says_so() -> None:
    page = f"<html><body><ul>{'<li><a href=x>栏目，栏目。</a></li>' * 30}</ul><div><div class='q7'>{LETTER}</div></div></body></html>"
    raw = read(page)
    assert raw.paragraphs == TEXT
    assert [issue.code for issue in raw.issues] == ["body_by_density"]


def test_text_parted_by_breaks_only() -> None:
    page = f"<html><body><div><a href='/'>首页</a></div><div class='q7'>{'<br>　　'.join(TEXT)}</div></body></html>"
    assert read(page).paragraphs == TEXT


def test_a_page_of_links_has_no_text() -> None:
    raw = read(f"<html><body><ul>{'<li><a href=x>关于某事的答复，某年。</a></li>' * 30}</ul></body></html>")
    assert raw.paragraphs == ()
    assert [issue.code for issue in raw.issues] == ["no_body"]


def test_an_empty_container_is_not_filled_with_menus() -> None:
    raw = read(document(letter="", after="<div class='more'><p>相关说明，一二三四五。</p></div>"))
    assert [issue.code for issue in raw.issues] == ["no_body"]
    assert raw.paragraphs == ()


def test_inline_nodes_lose_nothing() -> None:
    letter = (
        "<p><span>2018</span><span>年</span><b>7</b>月<font>10</font>日，<em>共</em>计<i>1</i>,<u>234</u>人<sup>①</sup>。</p>"
        + LETTER
    )
    assert read(document(letter=letter)).paragraphs[0] == "2018年7月10日，共计1,234人①。"


def test_a_line_break_of_the_source_between_chinese_characters_is_none() -> None:
    letter = "<p>加快推进\n      老旧小区</p><p>see the\n  report</p>" + LETTER
    assert read(document(letter=letter)).paragraphs[:2] == ("加快推进老旧小区", "see the report")


def test_a_break_parts_paragraphs_where_it_stands() -> None:
    assert read(
        document(letter="<p>某委员：<br/>您提出的提案收悉，现答复如下：<br>一、已办。</p>")
    ).paragraphs == (
        "某委员：",
        "您提出的提案收悉，现答复如下：",
        "一、已办。",
    )


def test_broken_entities_stay() -> None:
    assert "某局&bsp;某处" in read(document(letter=LETTER + "<p>某局&bsp;某处</p>")).paragraphs


def test_rows_of_a_table_are_paragraphs_and_cells_are_parted_by_a_tab() -> None:
    table = "<table><tr><th>项目</th><th>金额</th></tr><tr><td><p>老桥</p><p>修缮</p></td><td>120万元</td></tr></table>"
    raw = read(document(letter=LETTER + table + "<p>附表完。</p>"))
    assert raw.paragraphs[-3:] == ("项目\t金额", "老桥 修缮\t120万元", "附表完。")
    assert "<td>120万元</td>" in raw.body_html


def test_a_table_for_the_layout_only_keeps_its_paragraphs() -> None:
    assert (
        read(document(letter=f"<table><tr><td>&nbsp;</td><td>{LETTER}</td></tr></table>")).paragraphs == TEXT
    )


def test_text_that_a_stray_end_tag_spills_out_of_the_container_is_read() -> None:
    first, second = LETTER.split("<p>二、")
    raw = read(document(letter=first + "</div><p>二、" + second))
    assert raw.paragraphs == TEXT


def test_two_editor_blocks_side_by_side_are_one_text() -> None:
    page = f"<div class='article-box'><div class='TRS_Editor'>{LETTER}</div><div class='TRS_Editor'><p>附：施工图说明。</p></div></div>"
    assert read(page).paragraphs == (*TEXT, "附：施工图说明。")


CHROME = [
    "<p>已阅 0  打印   关闭</p>",
    "<p>扫一扫在手机上查看当前页面</p>",
    "<p>扫一扫在手机打开当前页</p>",
    "<p>责任编辑：某科</p>",
    '<p style="text-align:right">编辑：某甲</p><p style="text-align:right">--审核：某乙</p>',
    "<p>【打印正文】</p><p>我要写信 关闭 返回顶部</p>",
    "<p>您访问的链接即将离开“某市人民政府”门户网站，是否继续？</p><p>放弃 继续访问</p>",
    "<p>上一篇：关于市政协九届四次会议第030号提案的答复</p><p>下一篇：关于市政协九届四次会议第032号提案的答复</p>",
    "<p>!回复内容由AI生成,仅供参考</p>",
    '<div class="bdsharebuttonbox"><a>分享到微博</a></div>',
    '<div id="qr_container">手机看</div>',
    '<form><label>姓名</label><input name="n"><button>提交意见</button></form>',
    "<p>附件：</p>",
    "<script>document.write('统计')</script><style>p{}</style>",
]


@pytest.mark.parametrize("chrome", CHROME)
def test_tools_below_the_text_are_left_out_and_recorded(chrome: str) -> None:
    raw = read(document(letter=LETTER + chrome))
    assert raw.paragraphs == TEXT
    visible = re.sub(r"<(script|style)>.*?</\1>|<[^>]+>", " ", chrome)
    for word in visible.replace(" 0 ", " ").split():
        assert any(word in item.text for item in raw.removed)
        assert word not in re.sub("<[^>]+>", "", raw.body_html)
    assert all(item.reason for item in raw.removed)


def test_lines_above_the_letter_are_sorted() -> None:
    letter = (
        "<p>发布时间：2023-06-01 来源：某科 浏览次数：105 次</p><p>类别：B</p><p>某交函〔2023〕7号</p>"
        + LETTER
    )
    raw = read(document(letter=letter))
    assert raw.paragraphs == ("类别：B", "某交函〔2023〕7号", *TEXT)
    assert labelled(raw)["发布时间"] == "2023-06-01"
    assert labelled(raw)["类别"] == "B"


def test_a_letter_about_printers_keeps_its_middle() -> None:
    letter = LETTER.replace(
        "<p>某市交通运输局</p>",
        "<p>打印 关闭</p><p>扫一扫</p><p>以上是机器上的字样，已统一更换。</p><p>某市交通运输局</p>",
    )
    assert "扫一扫" in read(document(letter=letter)).paragraphs


def test_html_and_paragraphs_hold_the_same_text() -> None:
    letter = (
        LETTER
        + "<table><tr><td>甲</td><td>乙<br>丙</td></tr></table><ul><li>丁</li></ul><p>责任编辑：某科</p>"
    )
    raw = read(document(letter=letter))
    text = re.sub("<[^>]+>", "", raw.body_html)
    assert "".join(text.split()) == "".join("".join(raw.paragraphs).split())


# --- titles and meta tags --------------------------------------------------------------------------------------


def test_candidates_for_the_title_with_their_sources() -> None:
    head = f'<meta name="ArticleTitle" content="{TITLE}">'
    raw = read_page(Page(url=URL, body=document(head=head), row_title="关于市政协九届四次会议第031号…"))
    assert dict(raw.titles)["meta:articletitle"] == TITLE
    assert dict(raw.titles)["h2"] == TITLE
    assert dict(raw.titles)["title"] == TITLE
    assert dict(raw.titles)["row"].endswith("…")
    assert raw.titles[0][1] == TITLE


def test_site_and_column_behind_the_title_are_cut_off() -> None:
    head = '<meta name="SiteName" content="演示门户"><meta name="ColumnName" content="建议提案办理">'
    page = f"<html><head>{head}<title>{TITLE}_建议提案办理_演示门户</title></head><div class='TRS_Editor'>{LETTER}</div></html>"
    assert read(page).titles == (("title", TITLE),)


def test_the_row_gives_the_title_where_the_page_has_none() -> None:
    page = f"<div class='TRS_Editor'>{LETTER}</div>".encode()
    raw = read_page(Page(url=URL, body=page, row_title=" 关于市政协九届四次会议第031号提案的答复 "))
    assert raw.titles == (("row", TITLE),)


def test_meta_tags_with_their_traps() -> None:
    head = (
        '<meta name="SiteName" content="某市人民政府"><meta name="SiteName" content="某市人民政府"><meta name="SiteIDCode" content="">'
        '<meta name="contentSource" content="某科"><META NAME="Url" CONTENT="./t2019.shtml"><meta name="PubDate" content="2020年08月02日">'
        '<meta name="viewport" content="width=1"><meta name="Keywords" content=""><meta name="keywords" content="桥">'
    )
    meta = [(item.label, item.value) for item in read(document(head=head)).fields if item.source == "meta"]
    assert meta == [
        ("sitename", "某市人民政府"),
        ("siteidcode", ""),
        ("contentsource", "某科"),
        ("url", "./t2019.shtml"),
        ("pubdate", "2020年08月02日"),
        ("keywords", "桥"),
    ]


# --- files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "after"),
    [
        (
            '<p class="insertfileTag"><a appendix="true" needdownload="true" href="./P020230601.pdf" OLDSRC="/protect/x">表.pdf</a></p>',
            "",
        ),
        ('<p>附件：<a href="./P020230601.pdf">表.pdf</a></p>', ""),
        ("", '<div class="apendix"><ul id="list"><li><a href="./P020230601.pdf">表.pdf</a></li></ul></div>'),
        ("", '<div id="pfileattach"><a href="./P020230601.pdf" title="表.pdf"></a></div>'),
        (
            "",
            '<div class="hbgov-att-list-block"><ul><li><a href="./P020230601.pdf">表.pdf</a></li></ul></div>',
        ),
        ("", '<div><span>附件下载</span><a href="./P020230601.pdf">表.pdf</a></div>'),
    ],
)
def test_files_beside_the_text(letter: str, after: str) -> None:
    raw = read(document(letter=LETTER + letter, after=after))
    url = "https://jt.demo.invalid/zwgk/jytabl/202306/P020230601.pdf"
    assert [(item.name, item.url) for item in raw.attachments] == [("表.pdf", url)]


@pytest.mark.parametrize(
    "after",
    [
        "<p>附件：</p>",
        '<div class="hbgov-att-list-block"><ul></ul></div>',
        '<ul id="list"></ul>',
        '<ul id="list"><li><a href="t20230602_1.shtml">别的答复</a></li></ul>',
        '<div><a href="javascript:print()">打印</a></div>',
    ],
)
def test_no_file_is_no_attachment(after: str) -> None:
    assert read(document(letter=LETTER, after=after)).attachments == ()


def test_a_file_put_into_the_text_by_the_editor_is_no_sentence_of_it() -> None:
    raw = read(
        document(
            letter=LETTER + '<p class="insertfileTag"><a appendix="true" href="P02.pdf">技术指引.pdf</a></p>'
        )
    )
    assert raw.paragraphs == TEXT
    assert [item.name for item in raw.attachments] == ["技术指引.pdf"]


def test_files_of_the_footer_are_not_attachments() -> None:
    page = document().replace(
        b'<div class="footer">', '<div class="footer"><a href="/app.zip">客户端</a>'.encode()
    )
    assert read(page).attachments == ()


@pytest.mark.parametrize("kind", ["pdf", "doc", "docx", "xls", "xlsx", "wps", "ofd", "zip", "rar", "PDF"])
def test_kinds_of_files(kind: str) -> None:
    raw = read(document(letter=LETTER + f'<p><a href="/f/a.{kind}?x=1">甲</a></p>'))
    assert raw.attachments == (Attachment("甲", f"https://jt.demo.invalid/f/a.{kind}?x=1", 7),)


# --- continuations ---------------------------------------------------------------------------------------------


def test_continuations_are_joined_and_repeat_nothing() -> None:
    first, second = LETTER.split("<p>二、")
    head = f"<p style='text-align:center'>{TITLE}</p>"
    following = document(letter=head + "<p>二、" + second + "<p><a href='b.doc'>乙.doc</a></p>")
    page = Page(
        url=URL,
        body=document(letter=head + first),
        continuations=(Page(url=URL.replace(".shtml", "_1.shtml"), body=following),),
    )
    raw = read_page(page)
    assert raw.paragraphs == (TITLE, *TEXT, "乙.doc")
    assert raw.body_html.count(TITLE) == 1
    assert [item.name for item in raw.attachments] == ["乙.doc"]
    assert [item.reason for item in raw.removed if item.text == TITLE] == ["repeated_on_continuation"]


# --- a whole page inside its container -------------------------------------------------------------------------

WHOLE = (
    "当前位置:首页 > 政府信息公开 > 建议提案办理",
    "索引号",
    "741792287-2019-00130",
    "主题分类：交通 有效性：有效",
    "发文日期",
    "2019年09月16日 11:26:00",
    "文号",
    TITLE,
    "某交函〔2023〕7号",
    *TEXT,
    "扫一扫在手机上查看当前页面",
    "相关链接：",
    "某新闻",
)


@pytest.mark.parametrize("container", ['<div class="TRS_Editor">{}</div>', '<div class="unknown7">{}</div>'])
@pytest.mark.parametrize("joined", ["<p>{}</p>", "{}<br>\n", "<div>　　{}</div>"])
def test_labels_and_letter_in_one_container(container: str, joined: str) -> None:
    inner = "".join(joined.format(line.replace(">", "&gt;")) for line in WHOLE)
    raw = read(f"<html><body><div><a href='/'>首页</a></div>{container.format(inner)}</body></html>")
    assert labelled(raw) == {
        "索引号": "741792287-2019-00130",
        "主题分类": "交通",
        "有效性": "有效",
        "发文日期": "2019年09月16日 11:26:00",
        "文号": "",
    }
    assert raw.paragraphs == (TITLE, "某交函〔2023〕7号", *TEXT)
    assert {item.text for item in raw.removed} >= {"扫一扫在手机上查看当前页面", "相关链接：", "某新闻"}


def test_a_list_without_labels_inside_the_container() -> None:
    lines = ("• 640104-107/2019-00169", "• 某区住房和城乡建设局", "• 有效", TITLE, *TEXT)
    raw = read("<div class='TRS_Editor'>" + "".join(f"<p>{line}</p>" for line in lines) + "</div>")
    assert [(item.value, item.source) for item in raw.fields] == [
        ("640104-107/2019-00169", "cell"),
        ("某区住房和城乡建设局", "cell"),
        ("有效", "cell"),
    ]
    assert raw.paragraphs == (TITLE, *TEXT)


# --- less usual markup -----------------------------------------------------------------------------------------


def test_lines_of_preformatted_text_are_paragraphs() -> None:
    assert read(document(letter="<pre>" + "\n".join(TEXT) + "</pre>")).paragraphs == TEXT


def test_a_form_that_holds_the_letter_gives_fields_and_stays_text() -> None:
    form = (
        "<table><tr><td>案　号</td><td>第12号</td><td>主办单位</td><td>某市交通运输局</td></tr>"
        "<tr><td>案　由</td><td colspan='3'>关于修缮老桥的建议</td></tr><tr><td>办理结果</td><td colspan='3'>A</td></tr></table>"
    )
    raw = read(document(letter=form + LETTER))
    assert labelled(raw) == {
        "案号": "第12号",
        "主办单位": "某市交通运输局",
        "案由": "关于修缮老桥的建议",
        "办理结果": "A",
    }
    assert "案 号\t第12号\t主办单位\t某市交通运输局" in raw.paragraphs
    assert raw.paragraphs[-len(TEXT) :] == TEXT


def test_a_catalogue_of_loose_leaves_is_read_by_beautifulsoup() -> None:
    from pipelines.read.region import read_irregular

    markup = (
        "<div><script>x</script><i>索引号</i><i>1/2020-9</i><table><tr><td><table><tr><th>文号</th><td>甲〔2020〕1号</td></tr></table>"
        "</td></tr></table><b>发布机构</b><u>某局</u></div>"
    )
    assert {(f.label, f.value) for f in read_irregular(markup)} == {
        ("索引号", "1/2020-9"),
        ("文号", "甲〔2020〕1号"),
        ("发布机构", "某局"),
    }


@pytest.mark.parametrize("href", ["http://[bad", "javascript:void(0)//a.pdf", "", "mailto:a.pdf"])
def test_links_that_lead_nowhere_are_no_attachments_with_addresses(href: str) -> None:
    raw = read(document(letter=LETTER + f'<p><a href="{href}">甲</a></p>'))
    assert all(item.url is None for item in raw.attachments)


def test_links_without_an_address_of_the_page_stay_names() -> None:
    raw = read(document(letter=LETTER + '<p><a href="./a.pdf">甲.pdf</a></p>'), url="")
    assert raw.url is None
    assert raw.attachments == (Attachment("甲.pdf", None),)
