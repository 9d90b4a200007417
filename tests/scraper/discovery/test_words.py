"""What names and paths promise; what rows prove; which of the columns found are proposed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from pipelines.declare import load_sites
from pipelines.models import Column, ListRow, Page, Site
from scraper.discovery import words
from scraper.discovery.judge import Verdict, column_of, family_of, judge
from scraper.discovery.proposal import proposed, rejected
from scraper.discovery.search import Candidate, Search, Seen, key_of
from tests.gov.pages import document
from tests.scraper.discovery.sites import items, title

AT = "http://a.invalid"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("办理动态", "/x/jytabl/gzdt_jytabl/"),
        ("工作方案", "/x/jytabl/gzfa/"),
        ("年度总结", "/x/jytabl/nd/"),
        ("总体情况", "/x/jytabl/ztqk/"),
        ("建议提案办理动态", "/x/a/"),
        ("建议提案办理工作方案", "/x/a/"),
        ("意见建议征集", "/x/a/"),
        ("我要建议", "/x/a/"),
        ("合理化建议", "/x/a/"),
        ("关于加强建议提案办理工作的若干意见和实施细则说明", "/x/a/"),
        ("通知公告", "/x/tzgg/"),
        ("领导之窗", "/x/ldzc/"),
        ("投诉建议", "/x/a/"),
        ("", "/x/a/"),
    ],
)
def test_names_that_promise_no_replies(text: str, path: str) -> None:
    assert not words.weigh(text, AT + path).strong


@pytest.mark.parametrize(
    "text",
    [
        "建议提案", "人大建议", "政协提案", "建议提案办理", "建议提案办理结果公开", "人大代表建议", "政协委员提案",
        "【建议提案】 >>", "建议提案办理结果", "人大代表建议办理", "政协提案办理结果", "提案建议", "建议、提案办理",
        "代表建议", "委员提案", "建议提案答复", "2024年建议提案办理", "人大建议和政协提案办理", "建议提案办理情况",
        "人大代表建议和政协提案",
    ],
)  # fmt: skip
def test_names_that_promise_replies(text: str) -> None:
    assert words.weigh(text, AT + "/x/a/").strong


def test_every_column_of_the_registry_is_promised_by_its_path_or_known_not_to_be() -> None:
    for site in load_sites().values():
        for column in site.columns:
            assert words.weigh("", column.url).strong or column.may_be_empty, column.url


@pytest.mark.parametrize(
    ("text", "path", "holds", "year"),
    [
        ("", "/x/jytabl/zxwyta/", "政协", None),
        ("", "/x/jytabl/rddbjy/", "人大", None),
        ("", "/x/jytabl_GK2020/rdjy_GK2020/", "人大", None),
        ("", "/x/jytabl_1/qjytan/jyq/", "人大", None),
        ("", "/x/jytabl/syta/", "政协", None),
        ("政协提案", "/x/jytabl/", "政协", None),
        ("人大建议政协提案", "/x/jytabl/", "mixed", None),
        ("", "/x/jytabl/2024jyta/", "mixed", 2024),
        ("", "/x/jyta/jytabl2018/zxta/", "政协", None),
        ("", "/x/jytabl2018/", "mixed", 2018),
        ("", "/x/zxta_1/2020_71599/", "mixed", 2020),
        ("2023年", "/x/jytabl/elesn/", "mixed", 2023),
        ("2019-2023年", "/x/jytabl/", "mixed", None),
    ],
)
def test_what_a_column_holds(text: str, path: str, holds: str, year: int | None) -> None:
    if path.endswith("2020_71599/"):
        holds = "政协"
    assert (words.holds_of(text, AT + path), words.year_of(text, AT + path)) == (holds, year)


@pytest.mark.parametrize(
    ("hint", "path", "fits"),
    [
        ("/bm/*/jytabl/", "/bm/gaj/jytabl/", True),
        ("/bm/*/jytabl/", "/bm/gaj/jytabl/2024/", True),
        ("/bm/*/jytabl/", "/bm/gaj/", False),
        ("/bm/*/jytabl/", "/bm/gaj/x/jytabl/", False),
    ],
)
def test_hints(hint: str, path: str, fits: bool) -> None:
    assert words.matches(hint, path) == fits


# --- judge ------------------------------------------------------------------------------------------------------

SITE = Site("a", "某局", None, "420000", ("a.invalid",), "trs", (), 0.0, discover=True)
BASE = f"{AT}/x/jytabl/"


def verdict(titles: list[str], url: str = BASE) -> Verdict:
    return judge(Page(url=url, body=f"<ul class=l>{items(titles)}</ul>".encode(), site=SITE), SITE)


NOTICES = [
    "关于印发2024年建议提案办理工作方案的通知",
    "2023年建议提案办理工作总结",
    "2024年度建议提案办理总体情况",
    "省某厅召开建议提案办理工作推进会",
    "关于2023年人大代表建议和政协提案办理情况的报告",
    "关于公布2024年人大代表建议承办单位的通知",
    "市水务局关于2024年建议提案办理情况的通报",
    "关于征集2025年度提案线索的公告",
    "省某厅关于2024年度省政协提案办理情况的公示",
    "某局2024年度人大代表建议政协提案办理结果汇总表",
    "政协委员视察我局提案办理工作",
    "关于咨询社保转移问题的回复",
]


def test_notices_plans_and_summaries_are_no_replies() -> None:
    found = verdict(NOTICES)
    assert (found.rows, found.replies) == (len(NOTICES), ())


def test_replies_are_counted_with_what_they_answer() -> None:
    found = verdict(
        [
            title(1),
            title(2, "人大"),
            "关于加强宠物管理建议的答复",
            NOTICES[0],
            "关于省政协十三届二次会议第2024…",
        ]
    )
    assert (found.rows, len(found.replies), found.referring) == (4, 3, 2)
    assert found.bodies == Counter({"政协": 1, "人大": 1})
    assert found.homes == Counter({BASE: 3})


@pytest.mark.parametrize(
    ("html", "family"),
    [
        ('<a href="./202409/t20240902_51001.shtml">x</a>', "trs"),
        ('<a href="t_5783074.shtml">x</a>', "trs"),
        ('<a href="/c/x/190774.jhtml">x</a><a href="t1.html">y</a>', "jhtml"),
        ('<a href="content-541-607151-1.html">x</a>', "content"),
        ('{"data":[{"URL":"t.html"}]}', "trs_json"),
        ("<p>x</p>", "trs"),
    ],
)
def test_the_family_is_told_by_the_addresses_of_documents(html: str, family: str) -> None:
    assert family_of(Page(url=BASE, body=html.encode()), SITE) == family


def test_the_column_of_a_document() -> None:
    assert column_of(f"{AT}/x/t20240902_51001.html") == f"{AT}/x/"
    assert column_of(f"{AT}/c/x/190774.jhtml") == f"{AT}/c/x/"
    assert column_of(f"{AT}/art/2024/9/art_1_23456.html") is None


# --- proposal ---------------------------------------------------------------------------------------------------


def seen(
    path: str, rows: list[str], others: int = 0, text: str = "", name: str = "", kind: str = "page"
) -> Seen:
    replies = tuple(ListRow(AT + row, title(k)) for k, row in enumerate(rows, start=1))
    found = Verdict(
        AT + path, "trs", len(rows) + others, replies, len(rows), Counter({"政协": len(rows)} if rows else {})
    )
    return Seen(Candidate(AT + path, text, 9.0, ("路径含 jytabl",), None, kind), AT + path, name, found)


def docs(folder: str, *numbers: int) -> list[str]:
    return [f"{folder}202409/t20240902_{51000 + k}.shtml" for k in numbers]


def paths(*found: Seen, site: Site = SITE) -> list[str]:
    search = Search(site)
    search.seen.extend(found)
    return [one.column.url.removeprefix(AT) for one in proposed(search) if not one.declared]


P, Z, R = "/x/jytabl/", "/x/jytabl/zxwyta/", "/x/jytabl/rddbjy/"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        # Nothing but notices, an empty column, one reply among many.
        ([seen(P, [], 5)], []),
        ([seen(P, [])], []),
        ([seen(P, docs(P, 1), 9)], []),
        # A name that says nothing needs more.
        ([seen("/x/qt/", docs("/x/qt/", 1, 2), 0)], []),
        ([seen("/x/qt/", docs("/x/qt/", 1, 2, 3), 1)], ["/x/qt/"]),
        # News that mentions replies stored elsewhere is no column.
        ([seen("/x/zx/", docs(P, 1, 2, 3))], []),
        # A neighbour by name is taken only for what it lists, and only its own.
        ([seen("/x/jytabl/gzdt/", docs("/x/jytabl/gzdt/", 1), 3, "办理动态")], []),
        ([seen("/x/jytabl/gzdt/", docs(P, 1, 2, 3), 0, "办理动态")], []),
        ([seen("/x/jytabl/gzdt/", docs("/x/jytabl/gzdt/", 1, 2, 3), 1, "办理动态")], ["/x/jytabl/gzdt/"]),
        # A search result is no column.
        ([seen("/x/jytabl/", docs(P, 1, 2, 3), 0, kind="search")], []),
        # Parent and children: the leaves, where the parent only shows theirs …
        ([seen(P, docs(Z, 1) + docs(R, 9)), seen(Z, docs(Z, 1, 2)), seen(R, docs(R, 9))], [R, Z]),
        # … the parent, where a child was not seen …
        ([seen(P, docs(Z, 1, 2) + docs(R, 9)), seen(Z, docs(Z, 1, 2))], [P]),
        # … or where it lists everything of its own and theirs …
        ([seen(P, docs(P, 7) + docs(Z, 1, 2)), seen(Z, docs(Z, 1, 2))], [P]),
        # … and both where each has rows of its own.
        ([seen(P, docs(P, 7)), seen(Z, docs(Z, 1, 2))], [P, Z]),
        # One column under two addresses.
        ([seen(P, docs(P, 1, 2)), seen(P + "index.shtml", docs(P, 1, 2))], [P + "index.shtml"]),
    ],
)  # fmt: skip
def test_which_columns_are_proposed(found: list[Seen], expected: list[str]) -> None:
    assert paths(*found) == expected


def test_columns_that_are_declared_are_not_proposed_again() -> None:
    site = replace(SITE, columns=(Column(AT.replace("http", "https") + P),))
    assert paths(seen(P, docs(P, 1, 2)), site=site) == []
    assert paths(seen(P, docs(P, 1, 2)), seen(Z, docs(Z, 3)), site=site) == [Z]


def test_what_the_titles_say_overrules_the_name() -> None:
    search = Search(SITE)
    search.seen.append(seen(R, docs(R, 1, 2)))
    (one,) = proposed(search)
    assert (one.column.holds, one.confidence) == ("mixed", "中")


def test_what_was_looked_at_and_not_taken_is_told() -> None:
    search = Search(SITE)
    search.seen += [
        seen(P, docs(P, 1, 2, 3)),
        seen("/x/jytabl/gzfa/", [], 4, "工作方案"),
        seen("/x/news/", [], 4),
    ]
    assert [one.url.removeprefix(AT) for one in rejected(search)] == ["/x/jytabl/gzfa/"]


# --- search -----------------------------------------------------------------------------------------------------


def learn(search: Search, html: str) -> None:
    candidate = search.next()
    assert candidate is not None
    search.learn(candidate, Page(url=candidate.url, body=html.encode(), site=search.site))


def test_the_best_promise_is_followed_first_and_what_leaves_the_site_never() -> None:
    search = Search(SITE)
    learn(
        search,
        '<a href="/zwgk/">政务公开</a><a href="/x/jytabl/">建议提案</a><a href="http://clone.invalid/jytabl/">建议提案</a>'
        '<a href="/x/jytabl/index_slh.html">长者版</a><a href="/x/jytabl/202409/t20240902_51001.shtml">答复</a>'
        '<a href="/x/jytabl/index_1.shtml">2</a><a href="/list-541-2.html">下一页</a>'
        '<a href="/x/jytabl/a.pdf">附件</a><a href="javascript:void(0)">建议提案</a><a href="http://[::1/">建议提案</a>',
    )
    order = []
    while (candidate := search.next()) is not None:
        order.append(candidate.url.removeprefix(AT))
    assert order == ["/x/jytabl/", "/zwgk/"]
    assert search.elsewhere == {"http://clone.invalid/jytabl/": "建议提案"}


def test_the_way_to_what_a_hint_describes_is_followed_down_first() -> None:
    search = Search(replace(SITE, hints=("/bm/*/fdzdgk/qt/jytabl/",)))
    learn(
        search, "".join(f'<a href="/bm/d{k}/">某单位{k}</a>' for k in range(9)) + '<a href="/xwzx/">新闻</a>'
    )
    learn(search, '<a href="/bm/d0/fdzdgk/">更多</a>')
    learn(search, '<a href="/bm/d0/fdzdgk/qt/" >更多</a><a href="/bm/d0/zjbg/">更多</a>')
    learn(search, '<a href="/bm/d0/fdzdgk/qt/jytabl/">更多</a>')
    candidate = search.next()
    assert candidate is not None
    assert candidate.url == AT + "/bm/d0/fdzdgk/qt/jytabl/"


def test_a_folder_that_a_script_would_open_is_followed() -> None:
    search = Search(SITE)
    learn(search, """<a href="javascript:;" onclick="window.open('/x/jytabl/')">建议提案</a>""")
    candidate = search.next()
    assert candidate is not None
    assert candidate.url == AT + "/x/jytabl/"


def test_the_bound_holds_and_what_was_left_out_is_told() -> None:
    search = Search(SITE, limit=4)
    learn(search, "".join(f'<a href="/bm/{k}/jytabl/">建议提案</a>' for k in range(9)))
    count = 0
    while search.next() is not None:
        count += 1
    assert (count, len(search.unasked)) == (3, 6)


CUT = [f"关于省政协十三届二次会议第202400{k}..." for k in (11, 12, 13)]


@pytest.mark.parametrize("replies", [2, 1])
def test_of_titles_cut_short_two_documents_are_looked_at(replies: int) -> None:
    search = Search(SITE)
    learn(search, '<a href="/x/jytabl/">建议提案</a>')
    learn(search, f"<ul class=l>{items(CUT)}</ul>")
    for number in range(2):
        candidate = search.next()
        assert candidate is not None
        assert (candidate.kind, candidate.url) == ("sample", f"{BASE}202409/t20240902_{51001 + number}.shtml")
        text = title(number + 1) if number < replies else NOTICES[0]
        search.learn(candidate, Page(url=candidate.url, body=document(text).body, site=SITE))
    assert search.next() is None
    found = proposed(search)
    assert [one.column.url for one in found] == ([BASE] if replies == 2 else [])
    assert all("抽看 2 件" in one.evidence and one.confidence == "中" for one in found)


def test_links_that_promise_nothing_are_tried_only_while_nothing_else_was_seen() -> None:
    search = Search(SITE)
    learn(search, "".join(f'<a href="/a{k}/">栏目{k}</a>' for k in range(50)))
    count = 0
    while search.next() is not None:
        count += 1
    # With the usual address of a sitemap.
    assert count == 9


def test_a_home_page_that_does_not_answer_is_asked_for_by_https() -> None:
    search = Search(SITE)
    first = search.next()
    assert first is not None
    search.miss(first, "unreachable")
    second = search.next()
    assert second is not None
    # One address, two schemes: they share a key, and the second is a try of its own.
    assert second.url == "https://a.invalid/"
    search.miss(second, "unreachable")
    assert search.next() is None


def test_hostile_pages_are_taken_apart_in_bounded_time() -> None:
    for html in (
        "<a href=x>" * 50_000,
        "<loc>" * 100_000,
        "createPageHTML(" * 50_000,
        '"x.json"' * 50_000,
        "<div>" * 20_000,
    ):
        search = Search(SITE)
        learn(search, html)


def test_keys() -> None:
    assert key_of(f"{AT}/x/index.jhtml") == key_of("https://a.invalid/x/")
