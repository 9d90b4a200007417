"""List pages: every printed form of pagination, and rows told from navigation."""

from __future__ import annotations

import pytest

from pipelines.models import Column, Page, Site
from scraper.families import ListPage, family

COLUMN = "http://kjt.a.invalid/zwgk/jytabl/"
SITE = Site("kjt", "某厅", None, "420000", ("kjt.a.invalid",), "trs", (Column(COLUMN),), 0.0)
ROW = '<ul class="x"><li><a href="./202409/t20240902_111.shtml">甲</a><span>2024-09-02</span></li></ul>'


def read(html: str, url: str = COLUMN, index: int | None = None, name: str = "trs") -> ListPage:
    page = Page(url=url, body=html.encode(), site=SITE, column=COLUMN, role="list")
    return family(name).read_list(page, index)


def rows(html: str) -> list[tuple[str, str, str | None]]:
    return [(row.url.removeprefix(COLUMN), row.title, row.date) for row in read(html).listing.rows]


@pytest.mark.parametrize(
    "call",
    [
        'createPageHTML(3, 0, "index", "shtml");',
        "createPageHTML(3,0,'index','shtml')",
        "createPageHTML('3', '0', 'index', 'shtml')",
        'createPageHTML( "3" , "0" ,"index","shtml", "black2", 45 );',
        'createPage(3,0,"index","shtml")',
        'createPageHTML(3, 0, "./index", ".shtml");',
        'document.write("x"); createPageHTML(3, 0, \\"index\\", \\"shtml\\");',
        'function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){} createPageHTML(3,0,"index","shtml");',
        '//createPageHTML(9, 0, "index", "shtml");\ncreatePageHTML(3, 0, "index", "shtml");',
        'pageControl(3,1,"index","shtml")',
        "$('#page').pageHtml({currIndex:0,pageTotal:3,total:45,pageFileName:'index',pageFileExt:'shtml'})",
        "var currentPage=0;\nvar countPage=3\nvar endPage=countPage-1;"
        'document.write("<a href=\\"index"+"_"+nextPage+"."+"shtml\\" target=\\"_self\\">下一页</a>");',
        "var countPage = 3; var s = '<a href=\"index_' + nextPage + '.shtml\">';",
        '$("#page").pageHtml({ "pageTotal" : "3", "pageFileName" : "index", "pageFileExt" : "shtml" })',
    ],
)
def test_a_call_gives_all_pages(call: str) -> None:
    found = read(f"{ROW}<script>{call}</script>")
    assert found.next_urls == (COLUMN + "index_1.shtml", COLUMN + "index_2.shtml")
    assert (found.next_index, found.listing.page_count, found.listing.index) == (1, 3, 0)


@pytest.mark.parametrize(
    "call",
    [
        "createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt)",
        'createPageHTML(3, 0, "http://evil.invalid/index", "shtml")',
        'createPageHTML(3, 0, "../../index", "shtml/../x")',
        'createPageHTML(-3, 0, "index", "shtml")',
        'createPageHTML(99999999999, 0, "index", "shtml")',
        "createPageHTML(",
        "pageHtml({})",
    ],
)
def test_what_is_no_call_gives_none(call: str) -> None:
    assert read(f"{ROW}<script>{call}</script>").next_urls == ()


def test_names_other_than_index_and_the_last_page() -> None:
    found = read(f'{ROW}<script>pageControl(3,3,"list1","html")</script>', COLUMN + "list1_2.html")
    assert found.next_urls == (COLUMN + "list1_1.html",)
    assert found.listing.index == 2
    assert read(f'{ROW}<script>createPageHTML(0, 0, "index", "html")</script>').listing.page_count is None


def test_a_list_that_pretends_to_be_endless_is_bounded_and_reported() -> None:
    found = read(f'{ROW}<script>createPageHTML(99999, 0, "index", "shtml")</script>')
    assert len(found.next_urls) == 999
    assert [issue.code for issue in found.listing.issues] == ["list_too_long"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="index_1.shtml">下一页</a>', ("index_1.shtml",)),
        (
            '<a href="index_1.shtml">下一页 &gt;&gt;</a><a href="http://evil.invalid/index_2.shtml">下页</a>',
            ("index_1.shtml",),
        ),
        ('<a href="javascript:void(0)">下一页</a>', ()),
        ('<a href="../qt/index_1.shtml">下一页</a>', ()),
        ('<a title="下一页" href="?page=2">›</a>', ("?page=2",)),
        (
            '<div class="black2"><a href="index.shtml">首页</a><a href="index_1.shtml">后页</a></div>',
            ("index_1.shtml",),
        ),
        (
            '<div class="pagination"><a href="index_1.shtml">2</a><a href="index_2.shtml">3</a></div>',
            ("index_1.shtml", "index_2.shtml"),
        ),
        ('<div class="other"><a href="index_1.shtml">2</a></div>', ()),
    ],
)
def test_links_that_lead_on(html: str, expected: tuple[str, ...]) -> None:
    urls = tuple(
        url.removeprefix(COLUMN) for url in read(ROW + html).next_urls if not url.endswith("/index.shtml")
    )
    assert urls == expected


@pytest.mark.parametrize(
    ("html", "pages", "total"),
    [
        ("<div>共 <b>235</b> 条记录</div>", None, 235),
        ("<p>共12页 第1页</p>", 12, None),
        ("<span>总共有45条信息，共3页</span>", 3, 45),
        ("<div>1/7</div>", 7, None),
        ('<a href="./202409/t20240902_112.shtml">共10条措施促进发展</a>', None, None),
        ("<p>" + "本栏目公开办理结果，欢迎监督。" * 8 + "共10条</p>", None, None),
    ],
)
def test_printed_counts(html: str, pages: int | None, total: int | None) -> None:
    listing = read(ROW + html).listing
    assert (listing.page_count, listing.total) == (pages, total)


def test_rows_are_told_from_navigation() -> None:
    html = """
    <div class=nav><a href="/zwgk/">公开</a><a href="/xw/202601/t20260101_9.shtml">不是</a></div>
    <div class=hot><ul><li><a href="/xw/202601/t20260105_777.shtml">热点</a></li>
    <li><a href="/xw/202601/t20260105_778.shtml">热点</a></li></ul></div>
    <ul id=share>
      <li><a href="./202409/t20240902_111.shtml" title="关于第1号提案的答复（全文）">关于第1号提案的…</a><span>2024-09-02</span></li>
      <li class=line></li>
      <li><a href="202408/t20240802_112.shtml" title="另一个提示">关于第2号提案的答复</a><span>[24-08-02]</span></li>
      <li><a href="/zwgk/other/202408/t20240802_113.shtml">别处的第3号</a> 2024年8月2日</li>
      <li><a href="./202409/t20240902_111.shtml">关于第1号提案的…</a></li>
    </ul>
    <a href="./">本栏目</a>"""
    assert rows(html) == [
        ("202409/t20240902_111.shtml", "关于第1号提案的答复（全文）", "2024-09-02"),
        ("202408/t20240802_112.shtml", "关于第2号提案的答复", "24-08-02"),
        ("http://kjt.a.invalid/zwgk/other/202408/t20240802_113.shtml", "别处的第3号", "2024年8月2日"),
    ]


A, B = "t20240902_111.shtml", "t20240902_112.shtml"


@pytest.mark.parametrize(
    "html",
    [
        f'<div class="lsj-list"><div><a href="{A}">甲</a><p>2024-09-02</p></div>'
        f'<div><a href="{B}">乙</a><p>2024-09-03</p></div></div>',
        f'<table><tr><td>1</td><td><a href="{A}">甲</a></td><td>2024-09-02</td></tr>'
        f'<tr><td>2</td><td><a href="{B}">乙</a></td><td>2024-09-03</td></tr></table>',
        f'<ul class="news-list9"><li><a href="{A}">甲</a><time>2024-09-02</time></li>'
        f'<li><a href="{B}">乙</a><time>2024-09-03</time></li></ul>',
        f'<ul class=m><li><a href="{A}"><em>2024-09-02</em>甲</a></li></ul>'
        f'<ul class=m><li><a href="{B}"><em>2024-09-03</em>乙</a></li></ul>',
        f'<p><a href="{A}">· 甲</a>（2024-09-02）</p><p><a href="{B}">· 乙</a>（2024-09-03）</p>',
        f'<ul><li><a href="{A}"><img src=a.png></a><a href="{A}">甲</a>2024-09-02</li>'
        f'<li><a href="{B}">乙</a>2024-09-03</li></ul>',
    ],
)
def test_row_markups(html: str) -> None:
    assert rows(html) == [
        ("t20240902_111.shtml", "甲", "2024-09-02"),
        ("t20240902_112.shtml", "乙", "2024-09-03"),
    ]


def test_a_calendar_is_kept_as_printed() -> None:
    html = """<ul><li class="col-md-6"><div class="calendar"><b>02</b><i>2024-09</i></div><a href="t20240902_111.shtml">甲</a></li>
    <li class="col-md-6"><div class="calendar"><b>09-03</b></div><a href="t20240903_112.shtml">乙</a></li></ul>"""
    assert [row[2] for row in rows(html)] == ["02 2024-09", "09-03"]


def test_links_that_leave_the_site_are_refused_and_reported() -> None:
    html = """<ul><li><a href="t20240902_111.shtml">甲</a><i>2024-09-02</i></li><li><a href="http://clone.invalid/zwgk/jytabl/t20240902_112.shtml">乙</a></li>
    <li><a href="https://shop.invalid/">广告</a></li></ul><div class=foot><a href="http://www.gov.invalid/">中国政府网</a></div>"""
    found = read(html)
    assert [row.title for row in found.listing.rows] == ["甲"]
    assert [row.url for row in found.refused] == [
        "http://clone.invalid/zwgk/jytabl/t20240902_112.shtml",
        "https://shop.invalid/",
    ]
    assert {issue.code for issue in found.listing.issues} == {"list_link_off_site"}


def test_a_single_row_from_elsewhere_beats_a_footer_that_leaves_the_site() -> None:
    html = """<table><tr><td><a href="/jyj/202008/t20200805_1353179.html">关于第3号建议的答复</a></td><td>2020-08-05</td></tr></table>
    <ul><li><a href="http://portal.invalid/a/t20170912_719157.html">网站声明</a></li>
    <li><a href="http://portal.invalid/b/t20170912_719159.html">联系我们</a></li></ul>"""
    found = read(html)
    assert [(row.title, row.date) for row in found.listing.rows] == [("关于第3号建议的答复", "2020-08-05")]
    assert found.refused == ()


def test_a_list_that_leaves_the_site_with_every_row_is_told() -> None:
    html = "".join(
        f'<li><a href="http://clone.invalid/t20200805_{n}.html">答复{n}</a></li>' for n in (101, 102)
    )
    found = read(f"<ul>{html}</ul>")
    assert found.listing.rows == ()
    assert len(found.refused) == 2
    assert [issue.code for issue in found.listing.issues] == ["list_link_off_site"] * 2 + [
        "list_without_rows"
    ]


def test_a_list_without_rows_is_an_error_unless_declared() -> None:
    assert [issue.code for issue in read("<p>暂无内容</p>").listing.issues] == ["list_without_rows"]
    allowed = Site(
        "kjt", "某厅", None, None, ("kjt.a.invalid",), "trs", (Column(COLUMN, may_be_empty=True),), 0.0
    )
    page = Page(url=COLUMN, body=b"<p>-</p>", site=allowed, column=COLUMN, role="list")
    assert family("trs").read_list(page).listing.issues == ()


def test_base_and_gbk() -> None:
    html = f'<meta charset="gb2312"><base href="{COLUMN}"><ul><li><a href="t20240902_111.shtml">关于提案的答复</a></li></ul>'
    page = Page(url=COLUMN + "x/y.htm", body=html.encode("gb18030"), site=SITE, column=COLUMN, role="list")
    listing = family("trs").read_list(page).listing
    assert [(row.url, row.title) for row in listing.rows] == [
        (COLUMN + "t20240902_111.shtml", "关于提案的答复")
    ]


def test_hostile_lists_are_read_in_bounded_time() -> None:
    html = "<div>" * 20_000 + '<a href="t20240902_111.shtml">甲</a>' * 3_000
    assert [issue.code for issue in read(html).listing.issues] == ["list_without_rows"]
    many = "".join(f'<a href="t20240902_{1000 + i}.shtml">x</a>' for i in range(3_000))
    assert len(read("<div>" * 300 + many).listing.rows) == 3_000
    assert read("createPageHTML(" * 50_000).next_urls == ()


LISTING = """<!DOCTYPE HTML><html><head><title>Directory listing for /pages/</title></head>
<body><h1>Directory listing for /pages/</h1><hr><ul>
<li><a href="01_content.html">01_content.html</a></li><li><a href="%E7%AD%94%E5%A4%8D%20%281%29.html">答复 (1).html</a></li>
<li><a href="a&amp;b.htm">a&amp;b.htm</a></li><li><a href="sub/">sub/</a></li><li><a href="style.css">style.css</a></li>
<li><a href="photo.png">photo.png</a></li></ul><hr></body></html>"""


def test_directory_listing_of_python() -> None:
    found = read(LISTING, name="general")
    assert [(row.url.removeprefix(COLUMN), row.title) for row in found.listing.rows] == [
        ("01_content.html", ""),
        ("%E7%AD%94%E5%A4%8D%20%281%29.html", ""),
        ("a&b.htm", ""),
    ]
    assert found.next_urls == ()


def test_directory_listing_of_nginx_and_apache() -> None:
    html = """<a href="../">../</a><a href="?C=N;O=D">Name</a> <a href="/zwgk/">Parent Directory</a>
    <a href="a_very_long_name_of_a_page.html">a_very_long_na..&gt;</a> 24-Nov-2026 02:40 1234
    <a href="/zwgk/jytabl/b.html">b</a> <a href="http://other.invalid/zwgk/jytabl/c.html">c</a> <a href="index.html">index.html</a>"""
    listing = read(html, name="general").listing
    assert [(row.url.removeprefix(COLUMN), row.title) for row in listing.rows] == [
        ("a_very_long_name_of_a_page.html", ""),
        ("b.html", ""),
    ]


def test_a_directory_listing_is_read_as_such_whatever_the_family_says() -> None:
    general, trs = (read(LISTING, name=name).listing.rows for name in ("general", "trs"))
    assert trs == general != ()


def test_a_list_with_titles_is_no_directory_listing() -> None:
    html = '<ul><li><a href="./202409/t20240902_1.shtml">关于某提案的答复</a></li><li><a href="about.html">about.html</a></li></ul>'
    assert [row.title for row in read(html).listing.rows] == ["关于某提案的答复"]


def test_general_reads_titles_and_turns_pages() -> None:
    html = '<div><p><a href="show/12.html">关于第12号建议的答复</a> 2024-09-02</p></div><a href="list_2.html">下一页</a>'
    found = read(html, name="general")
    assert [(row.title, row.date) for row in found.listing.rows] == [("关于第12号建议的答复", "2024-09-02")]
    assert found.next_urls == (COLUMN + "list_2.html",)


DETAIL = "http://kjt.a.invalid/zwgk/jytabl/202409/t20240902_111.shtml"


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (
            'createPageHTML(3, 0, "t20240902_111", "shtml");',
            ("t20240902_111_1.shtml", "t20240902_111_2.shtml"),
        ),
        ('createPageHTML(1, 0, "t20240902_111", "shtml");', ()),
        ('createPageHTML(3, 0, "index", "shtml");', ()),
        ('createPageHTML(3, 0, "t20240902_112", "shtml");', ()),
        (
            'createPageHTML(2,0,"index","shtml");createPageHTML(2,0,"t20240902_111","shtml")',
            ("t20240902_111_1.shtml",),
        ),
    ],
)
def test_a_document_continues_under_its_own_name_only(call: str, parts: tuple[str, ...]) -> None:
    for name in ("trs", "general"):
        page = Page(url=DETAIL, body=f"<p>x</p><script>{call}</script>".encode(), site=SITE, column=COLUMN)
        assert tuple(url.rpartition("/")[2] for url in family(name).continuations(page)) == parts
