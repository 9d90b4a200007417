"""The families beside `trs`: what is no list, no row or no count is told; then what each of them reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.declare import FAMILIES as DECLARED
from pipelines.models import Column, ListRow, Page, Site
from pipelines.read.outcome import classify
from scraper.families import FAMILIES, ListPage, family

HOST = "www.a.invalid"
ROOT = f"https://{HOST}/zwgk/jytabl/"


def read(
    name: str, text: str | bytes, column: str = ROOT, url: str | None = None, index: int | None = None
) -> ListPage:
    site = Site("a", "某局", None, "420000", (HOST,), name, (Column(column),), 0.0)
    body = text if isinstance(text, bytes) else text.encode()
    page = Page(url=url or column, body=body, site=site, column=column, role="list")
    return family(name).read_list(page, index)


def codes(found: ListPage) -> list[str]:
    return [issue.code for issue in found.listing.issues]


def raw(found: ListPage, code: str) -> str | None:
    (issue,) = [issue for issue in found.listing.issues if issue.code == code]
    return issue.raw


def li(href: str, title: str = "关于第1号建议的答复", date: str = "2024-09-02") -> str:
    return f'<li><a href="{href}">{title}</a><span>{date}</span></li>'


def test_declarations_may_name_every_family_and_no_other() -> None:
    assert tuple(FAMILIES) == DECLARED


# --- strictness, in every family that reads pages ---------------------------------------------------------------

FIRST, SECOND = "./202409/t20240902_101.shtml", "./202409/t20240903_102.shtml"


def test_two_blocks_that_could_be_the_list_are_read_and_told() -> None:
    html = f"<ul class=list>{li(FIRST)}</ul><div><ul class=hot>{li(SECOND)}</ul></div>"
    found = read("trs", html)
    assert [row.url for row in found.listing.rows] == [
        ROOT + "202409/t20240902_101.shtml",
        ROOT + "202409/t20240903_102.shtml",
    ]
    assert codes(found) == ["list_ambiguous"]
    assert raw(found, "list_ambiguous") == "1、1"


def test_a_block_that_repeats_the_list_is_no_second_list() -> None:
    html = f"<ul class=list>{li(FIRST)}{li(SECOND)}</ul><div><ul class=hot>{li(SECOND)}</ul></div>"
    assert codes(read("trs", html)) == []


def test_sections_of_one_kind_are_one_list() -> None:
    html = "".join(
        f"<div class=year><h3>{k}</h3><ul>{li(url)}</ul></div>" for k, url in enumerate((FIRST, SECOND))
    )
    found = read("trs", f"<div>{html}</div>")
    assert (len(found.listing.rows), codes(found)) == (2, [])


def test_two_equally_good_blocks_from_elsewhere_are_an_error() -> None:
    html = f"<ul class=a>{li('/xw/t20240902_101.shtml')}</ul><div><ul class=b>{li('/tz/t20240902_102.shtml')}</ul></div>"
    found = read("trs", html)
    assert [(issue.code, issue.severity) for issue in found.listing.issues] == [("list_ambiguous", "error")]
    assert len(found.listing.rows) == 2


def test_a_list_from_elsewhere_is_told() -> None:
    found = read("trs", f"<ul>{li('/xw/t20240902_101.shtml')}</ul>")
    assert codes(found) == ["list_from_elsewhere"]


@pytest.mark.parametrize(
    "row",
    [
        '<li><a href="javascript:void(0)">关于第2号建议的答复</a><span>2024-09-03</span></li>',
        '<li><a href="javascript:;" onclick="openDetail(607151)">关于第2号建议的答复</a></li>',
        '<li><a href="#" onclick="show(\'607151\')">关于第2号建议的答复</a></li>',
        "<li><a>关于第2号建议的答复</a><span>2024-09-03</span></li>",
        "<li>关于第2号建议的答复<span>2024-09-03</span></li>",
    ],
)
def test_a_row_that_leads_nowhere_is_told(row: str) -> None:
    found = read("trs", f"<ul>{li(FIRST)}{row}</ul>")
    assert len(found.listing.rows) == 1
    assert [(issue.code, issue.severity) for issue in found.listing.issues] == [
        ("list_row_without_link", "error")
    ]
    assert "第2号" in (raw(found, "list_row_without_link") or "")


@pytest.mark.parametrize(
    "row",
    [
        '<li class="line"></li>',
        '<li><a href="javascript:void(0)">下一页</a></li>',
        '<li><a href="javascript:more()">更多&gt;&gt;</a></li>',
        '<li><a href="/zwgk/">政务公开</a></li>',
        "<li>标题<span>发布时间</span></li>",
    ],
)
def test_spacers_headings_and_pagers_are_no_rows(row: str) -> None:
    assert codes(read("trs", f"<ul>{li(FIRST)}{row}</ul>")) == []


def test_a_list_that_leads_nowhere_with_every_row_says_both() -> None:
    row = '<li><a href="javascript:void(0)">关于第2号建议的答复</a><span>2024-09-03</span></li>'
    for name in ("trs", "jhtml", "content", "general"):
        assert codes(read(name, f"<ul>{row}{row}</ul>")) == ["list_row_without_link", "list_without_rows"]


@pytest.mark.parametrize(
    "opener",
    [
        '<a href="javascript:void(0)" onclick="window.open(\'./202409/t20240902_101.shtml\')">关于第1号建议的答复</a>',
        "<a href=\"javascript:openUrl('./202409/t20240902_101.shtml');\">关于第1号建议的答复</a>",
        '<a href="#" onclick=\'location.href="./202409/t20240902_101.shtml"\'>关于第1号建议的答复</a>',
    ],
)
def test_an_address_that_a_script_would_open_is_taken_where_it_is_written_out(opener: str) -> None:
    found = read("trs", f"<ul><li>{opener}<span>2024-09-02</span></li></ul>")
    assert found.listing.rows == (
        ListRow(ROOT + "202409/t20240902_101.shtml", "关于第1号建议的答复", "2024-09-02"),
    )
    assert codes(found) == []


def test_a_row_without_a_date_among_others_is_a_warning_and_a_list_without_dates_a_remark() -> None:
    bare = f'<li><a href="{SECOND}">关于第2号建议的答复</a></li>'
    for html, severity in ((li(FIRST) + bare, "warning"), (bare, "info")):
        (issue,) = read("trs", f"<ul>{html}</ul>").listing.issues
        assert (issue.code, issue.severity) == ("list_row_without_date", severity)


def test_a_dated_row_with_an_address_of_unusual_shape_is_a_row() -> None:
    found = read("trs", f"<ul>{li(FIRST)}{li('show/12.html', '关于第2号建议的答复', '2024-09-03')}</ul>")
    assert [row.title for row in found.listing.rows] == ["关于第1号建议的答复", "关于第2号建议的答复"]


def test_documents_without_a_date_in_their_address() -> None:
    found = read("trs", f"<ul>{li('./t_5783074.shtml')}{li('./t_5783075.shtml')}</ul>")
    assert [row.url.rpartition("/")[2] for row in found.listing.rows] == [
        "t_5783074.shtml",
        "t_5783075.shtml",
    ]


@pytest.mark.parametrize("name", ["trs", "general"])
def test_http_links_of_an_https_site_get_the_declared_scheme(name: str) -> None:
    rows = li(f"http://{HOST}/zwgk/jytabl/202409/t20240902_101.shtml") + li(
        "http://b.invalid/t20240902_102.shtml"
    )
    found = read(name, f'<ul>{rows}</ul><a href="http://{HOST}/zwgk/jytabl/index_1.shtml">下一页</a>')
    assert [row.url for row in found.listing.rows] == [ROOT + "202409/t20240902_101.shtml"]
    assert found.next_urls == (ROOT + "index_1.shtml",)
    if name == "trs":
        assert [row.url for row in found.refused] == ["http://b.invalid/t20240902_102.shtml"]


def test_https_links_of_an_http_column_stay() -> None:
    url = f"https://{HOST}/zwgk/jytabl/t20240902_101.shtml"
    found = read("trs", f"<ul>{li(url)}</ul>", column=ROOT.replace("https", "http"))
    assert [row.url for row in found.listing.rows] == [url]


# --- trs_json ---------------------------------------------------------------------------------------------------

DATA = ROOT + "qtzd.json"


def entry(number: int, **more: Any) -> dict[str, Any]:
    return {
        "URL": f"http://{HOST}/zwgk/jytabl/202409/t20240902_10{number}.shtml",
        "FILENAME": f"关于第{number}号建议的答复",
        "PUBDATE": "2024-09-02",
        "DOCRELTIME": "2024-08-30 10:00:00",
        **more,
    }


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><ul><li>首页</li></ul></body></html>",
        "{",
        '{"data": [{"URL": "x"}]} and more',
        "[" * 100_000,
        "load('qtzd.json')",
        "",
    ],
)
def test_what_is_no_json_is_told(text: str) -> None:
    found = read("trs_json", text, DATA)
    assert found.listing.rows == ()
    assert [(issue.code, issue.severity) for issue in found.listing.issues] == [("list_not_json", "error")]


@pytest.mark.parametrize("value", [{"data": []}, [], {}, {"data": [{"TITLE": "甲"}]}, [1, 2], "text"])
def test_data_without_a_list_has_no_rows(value: object) -> None:
    assert codes(read("trs_json", json.dumps(value), DATA)) == ["list_without_rows"]


def test_rows_of_data_without_address_or_date_are_told() -> None:
    value = {
        "data": [entry(1), entry(2, URL=""), entry(3, PUBDATE="", DOCRELTIME=None), "x", entry(4, URL=7)]
    }
    found = read("trs_json", json.dumps(value), DATA)
    assert [row.title[:4] for row in found.listing.rows] == ["关于第1", "关于第3"]
    assert codes(found) == ["list_row_without_link", "list_row_without_date"]


def test_two_lists_in_one_file_are_an_error() -> None:
    found = read("trs_json", json.dumps({"a": [entry(1)], "b": [entry(2)]}), DATA)
    assert [(issue.code, issue.severity) for issue in found.listing.issues] == [("list_ambiguous", "error")]
    assert len(found.listing.rows) == 2


def test_rows_of_data_that_leave_the_site_are_refused() -> None:
    found = read(
        "trs_json", json.dumps([entry(1), entry(2, URL="http://clone.invalid/t20240902_102.shtml")]), DATA
    )
    assert [row.url for row in found.refused] == ["http://clone.invalid/t20240902_102.shtml"]
    assert codes(found) == ["list_link_off_site"]


PLAIN = json.dumps({"data": [entry(1), entry(2)]}, ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("gb18030"),
        f"callback({PLAIN});".encode(),
        f"jQuery1830_1724({PLAIN})".encode(),
        f"var qtzd = {PLAIN};\n".encode(),
        f"window.list={PLAIN}".encode(),
        PLAIN.replace("}]", "},\n ]").replace('"2024-09-02"', '"2024-09-02",').replace(",,", ",").encode(),
        json.dumps([entry(1), entry(2)]).encode(),
        json.dumps({"code": 200, "result": {"list": [entry(1), entry(2)]}}).encode(),
        PLAIN.replace("关于第1号", "关于第1号\t").replace("号\t", "号").encode(),
    ],
)
def test_data_in_every_wrapping(text: bytes) -> None:
    found = read("trs_json", text, DATA)
    assert [(row.url, row.title, row.date, row.text_in) for row in found.listing.rows] == [
        (
            f"https://{HOST}/zwgk/jytabl/202409/t20240902_10{k}.shtml",
            f"关于第{k}号建议的答复",
            "2024-09-02",
            None,
        )
        for k in (1, 2)
    ]
    assert codes(found) == []


def test_counts_that_data_prints() -> None:
    listing = read("trs_json", json.dumps({"total": 45, "pageCount": "3", "data": [entry(1)]}), DATA).listing
    assert (listing.total, listing.page_count) == (45, 3)
    listing = read(
        "trs_json", json.dumps({"page": {"totalElements": 45, "content": [entry(1)]}}), DATA
    ).listing
    assert (listing.total, listing.page_count) == (45, None)
    assert read("trs_json", json.dumps({"total": -1, "data": [entry(1)]}), DATA).listing.total is None


def test_the_text_that_a_list_carries_is_found_again_by_its_place() -> None:
    rows = [
        entry(1),
        {"DocId": 7, **entry(2), "TITLE": "题名", "DOCHTMLCON": "<p>正文</p>", "files": [{"url": "x.pdf"}]},
    ]
    text = json.dumps({"data": rows})
    found = read("trs_json", text, DATA)
    assert [(row.title, row.text_in) for row in found.listing.rows] == [
        ("关于第1号建议的答复", None),
        ("题名", f"{DATA}#1"),
    ]
    page = Page(url=DATA, body=text.encode())
    reader = family("trs_json")
    assert [reader.text_in_list(page, number) for number in (0, 1, 2)] == [None, "<p>正文</p>", None]
    assert reader.text_in_list(Page(url=DATA, body=b"<p>"), 1) is None
    assert family("trs").text_in_list(page, 1) is None


@pytest.mark.parametrize(
    ("kind", "body", "outcome"),
    [
        ("application/json", PLAIN.encode(), "ok"),
        ("application/octet-stream", b"\xef\xbb\xbf[{}]", "ok"),
        ("application/javascript", b'callback({"data":[]})', "ok"),
        ("text/html", '{"data":[{"TITLE":"关于系统升级维护的建议的答复"}]}'.encode(), "ok"),
        ("application/json", b"\x89PNG", "refused"),
        ("application/javascript", b"function f(){}", "refused"),
        ("application/json", b"", "empty"),
    ],
)
def test_data_is_taken_as_a_list_and_nothing_else_is(kind: str, body: bytes, outcome: str) -> None:
    assert classify(200, (("content-type", kind),), body, "list") == outcome


def test_data_is_no_document() -> None:
    assert classify(200, (("content-type", "application/json"),), PLAIN.encode(), "detail") == "refused"


# --- igs --------------------------------------------------------------------------------------------------------

SEARCH = f"http://{HOST}/igs/front/search.jhtml?code=abc&siteId=22&searchWord=建议提案&pageNumber=1&pageSize=2&orderBy=time"


def page_of(number: int) -> str:
    return SEARCH.replace("pageNumber=1", f"pageNumber={number}")


RESULTS = (
    f'<div class=nav><a href="/zwgk/">公开</a></div><ul class=results>{li("/a/t20240902_101.shtml")}'
    f"{li('/b/202409/t20240903_102.shtml', '关于<em>建议</em>第2号的答复')}</ul>"
)


def test_a_search_without_results_or_with_broken_data_is_told() -> None:
    assert codes(read("igs", "<p>没有找到相关结果</p>", SEARCH)) == ["list_without_rows"]
    assert codes(read("igs", '{"page":', SEARCH)) == ["list_not_json"]


@pytest.mark.parametrize(
    ("printed", "pages", "total"),
    [("<p>共找到 5 条结果</p>", 3, 5), ("<p>为您找到约5条</p>", None, None), ("<p>共3页</p>", 3, None)],
)
def test_pages_of_a_search(printed: str, pages: int | None, total: int | None) -> None:
    found = read("igs", RESULTS + printed, SEARCH)
    assert [row.title for row in found.listing.rows] == ["关于第1号建议的答复", "关于建议第2号的答复"]
    assert (found.listing.page_count, found.listing.total) == (pages, total)
    if pages:
        assert (found.next_urls, found.next_index) == ((page_of(2), page_of(3)), 1)
    else:
        # The page is full, so there may be another; the walk ends at one that says nothing new.
        assert (found.next_urls, found.next_index) == ((page_of(2),), 1)
    assert codes(found) == []


def test_a_search_page_that_is_not_full_is_the_last() -> None:
    found = read("igs", f"<ul>{li('/a/t20240902_103.shtml')}</ul>", SEARCH, page_of(3))
    assert (found.next_urls, found.listing.index) == ((), 2)


def test_a_search_without_a_page_number_in_its_address() -> None:
    column = f"http://{HOST}/igs/front/search.jhtml?siteId=22&pageSize=2"
    assert read("igs", RESULTS, column).next_urls == (column + "&pageNumber=2",)
    zero = column + "&pageNumber=0"
    assert read("igs", RESULTS + "<p>共5条</p>", zero).next_urls == tuple(
        f"{column}&pageNumber={k}" for k in (1, 2)
    )


def test_answers_of_a_search_as_data() -> None:
    rows = [
        {"DOCTITLE": "关于<em>建议</em>第1号的答复&nbsp;", "DOCPUBURL": f"http://{HOST}/a/t20240902_101.shtml", "PUBDATE": "2024-09-02"},
        {"DOCTITLE": "关于第2号的答复", "DOCPUBURL": "/b/t20240902_102.shtml", "DOCRELTIME": "2024-09-02 10:00"},
    ]  # fmt: skip
    value = {"success": True, "page": {"content": rows, "totalElements": 4001, "totalPages": 2001, "size": 2}}
    found = read("igs", json.dumps(value, ensure_ascii=False), SEARCH)
    assert [(row.title, row.date) for row in found.listing.rows] == [
        ("关于建议第1号的答复", "2024-09-02"),
        ("关于第2号的答复", "2024-09-02 10:00"),
    ]
    assert (found.listing.total, found.listing.page_count, len(found.next_urls)) == (4001, 2001, 999)
    assert codes(found) == ["list_too_long"]


# --- jhtml ------------------------------------------------------------------------------------------------------

C = f"http://{HOST}/c/ycsgaj/jytabl/"
J = f"<ul>{li('/c/ycsgaj/jytabl/190774.jhtml')}{li('57.jhtml', '关于第2号建议的答复')}</ul>"


def test_lists_and_navigation_of_jhtml_sites_are_no_rows() -> None:
    html = '<ul><li><a href="/c/ycsgaj/jytabl/index.jhtml">建议提案</a></li><li><a href="/c/ycsgaj/zfxxgk.jhtml">公开</a></li></ul>'
    assert codes(read("jhtml", html, C)) == ["list_without_rows"]


@pytest.mark.parametrize(
    ("printed", "column", "following"),
    [
        ("<p>共 45 条 3 页</p>", C, ("index_2.jhtml", "index_3.jhtml")),
        ("<p>页次：1/3 每页20条</p>", C + "index.jhtml", ("index_2.jhtml", "index_3.jhtml")),
        ('<a href="index_2.jhtml">下一页</a>', C, ("index_2.jhtml",)),
        (
            '<a href="javascript:;" onclick="location.href=encodeURI(\'index_2.jhtml\');">下一页</a>',
            C,
            ("index_2.jhtml",),
        ),
        ("<p>共1页</p>", C, ()),
    ],
)
def test_pages_of_jhtml_lists(printed: str, column: str, following: tuple[str, ...]) -> None:
    found = read("jhtml", J + printed, column)
    assert [row.url for row in found.listing.rows] == [C + "190774.jhtml", C + "57.jhtml"]
    assert found.next_urls == tuple(C + name for name in following)
    assert found.next_index == 1
    assert codes(found) == []


def test_the_place_of_a_jhtml_list_page_stands_in_its_address() -> None:
    found = read("jhtml", J + "<p>共3页</p>", C, C + "index_2.jhtml")
    assert found.listing.index == 1
    assert found.next_urls == (C + "index_3.jhtml",)


# --- content ----------------------------------------------------------------------------------------------------

L = f"http://{HOST}/list-541-1.html"


def test_documents_of_another_column_and_further_pages_are_no_list() -> None:
    html = (
        f'<ul>{li("content-541-607151-2.html")}</ul><ul class=n><li><a href="list-541-2.html">2</a></li></ul>'
    )
    assert codes(read("content", html, L)) == ["list_without_rows"]
    assert codes(read("content", f"<ul>{li('content-542-607151-1.html')}</ul>", L)) == ["list_from_elsewhere"]


def test_rows_and_pages_of_content_lists() -> None:
    html = (
        f"<ul class=hot>{li('/content-99-1-1.html', '热点')}</ul><div><ul>{li('/content-541-607151-1.html')}"
        f"{li('/content-541-607152-1.html')}</ul></div><p>共45条 3页</p>"
    )
    found = read("content", html, L)
    assert [row.url.rpartition("/")[2] for row in found.listing.rows] == [
        "content-541-607151-1.html",
        "content-541-607152-1.html",
    ]
    assert (found.listing.total, found.listing.page_count) == (45, 3)
    assert found.next_urls == tuple(L.replace("-1.html", f"-{k}.html") for k in (2, 3))
    assert codes(found) == []
    second = read("content", html, L, L.replace("-1.html", "-2.html"))
    assert (second.listing.index, second.next_urls) == (1, (L.replace("-1.html", "-3.html"),))


# --- further pages of documents ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "url", "html", "parts"),
    [
        ("content", "content-541-607151-1.html", '<a href="content-541-607151-2.html">2</a>', ["content-541-607151-2.html"]),
        ("content", "content-541-607151-1.html", '<a href="content-541-607152-2.html">下一篇</a>', []),
        ("content", "content-541-607151-1.html", '<a href="http://b.invalid/content-541-607151-2.html">2</a>', []),
        ("content", "content-541-607151-1.html", '<a href="/x/content-541-607151-2.html">2</a>', []),
        ("content", "content-541-607151-1.html", '<a href="content-541-607151-99999.html">2</a>', 29),
        ("jhtml", "190774.jhtml", '<a href="190774_2.jhtml">2</a> <a href="190774_4.jhtml"></a>', [f"190774_{k}.jhtml" for k in (2, 3, 4)]),
        ("jhtml", "190774.jhtml", '<a href="190775_2.jhtml">2</a>', []),
        ("jhtml", "index.jhtml", '<a href="index_2.jhtml">2</a>', []),
        ("trs_json", "t20240902_1.shtml", '<script>createPageHTML(2,0,"t20240902_1","shtml")</script>', ["t20240902_1_1.shtml"]),
    ],
)  # fmt: skip
def test_further_pages_of_a_document(name: str, url: str, html: str, parts: list[str] | int) -> None:
    found = family(name).continuations(Page(url=ROOT + url, body=html.encode()))
    if isinstance(parts, int):
        assert len(found) == parts
    else:
        assert [one.removeprefix(ROOT) for one in found] == parts


# --- general ----------------------------------------------------------------------------------------------------


def test_columns_and_documents_in_different_folders() -> None:
    column = f"http://{HOST}/col/col123/index.html"
    html = f'<ul>{li("/art/2024/9/2/art_123_45678.html")}{li("/art/2024/9/3/art_123_45679.html")}</ul><a href="/">首页</a>'
    found = read("general", html, column)
    assert [row.date for row in found.listing.rows] == ["2024-09-02", "2024-09-02"]
    assert codes(found) == ["list_from_elsewhere"]


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "trs_json"])
def test_a_gbk_list_with_a_base(name: str) -> None:
    column = {"igs": SEARCH, "content": L}.get(name, ROOT)
    href = {"jhtml": "190774.jhtml", "content": "content-541-607151-1.html"}.get(name, "t20240902_101.shtml")
    html = f'<meta charset="gb2312"><base href="{ROOT}"><ul>{li(href)}</ul>'
    (row,) = read(name, html.encode("gb18030"), column, index=0).listing.rows
    assert (row.url, row.title) == (ROOT + href, "关于第1号建议的答复")
