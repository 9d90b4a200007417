"""No English is left on any page that a reader reaches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import schema
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser, visible, words

KEPT = {
    *("JSON", "CSV", "SQL", "SQLite", "Datasette", "NULL", "LIKE", "GLOB", "HTTP", "SHA", "HTML", "PRAGMA"),
    *("Apache", "Excel", "pdf", "BibTeX"),
}
"""Names and abbreviations that Chinese readers use as they are."""

CODES = {
    *("trs", "kjt", "swj", "demo", "invalid", "application"),
    *("titles", "first", "dates", "signature", "iso", "meta", "pubdate", "index", "number", "check", "digit"),
    *("title", "body", "signed", "published", "roles", "consulted"),
    *("old", "new", "op", "text", "kept", "removed", "added", "gone", "back", "moved"),
}
"""Values that the tables keep as codes, as the synthetic corpus has them."""

TYPED = {"SELECT", "select", "from", "where", "size", "contains", "search", "nothing"}
"""SQL and parameters that the reader of the page typed, or is told to type."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser.of(synthetic.build(tmp_path_factory.mktemp("chinese") / "corpus.db", replies=30))
    yield browser
    browser.close()


def _paths() -> list[str]:
    # Every table and view as it opens: see test_site_crawl.
    return [
        "/",
        "/corpus",
        "/corpus?_show_hidden=1",
        "/corpus/replies?_sort_desc=id",
        "/corpus/revisions",
        "/corpus/reply_events",
        "/corpus/replies?_search=%E7%A7%91%E6%8A%80&session_year=2020&title__contains=%E7%9C%81",
        "/corpus/replies?_search=%E6%97%A0%E6%AD%A4%E8%AF%8D%E8%AF%AD",
        "/corpus/replies?_layout=table&_size=5&session_year__gt=2019&co_handlers__arraycontains=x",
        "/corpus/pages?_where=1&outcome__in=blocked,ok&status__isblank=1",
        "/corpus/replies?_facet=site&_facet_array=co_handlers&_facet_date=signed_on&_facet_size=1",
        "/corpus/replies/r00000000003",
        "/snapshot/r00000000003",
        "/corpus/sites/kjt",
        "/corpus/proposals/p00000000003",
        *(
            f"/corpus/{query.name}?words=%E7%A7%91%E6%8A%80&number=4&id=r00000000003"
            for query in schema.QUERIES
        ),
        "/search",
        "/search?q=%E7%A7%91%E6%8A%80&year=2020",
        "/search?q=%E7%A7%91%E6%8A%80+%E6%97%A0%E6%AD%A4%E8%AF%8D%E8%AF%AD&in=title",
        "/corpus?sql=select+1+as+%E4%B8%80",
        "/corpus?sql=select+1+as+%E4%B8%80&_hide_sql=1",
        "/corpus?sql=select+1+as+%E4%B8%80+where+0",
    ]


ERRORS = (
    ("/nothing", 404),
    ("/corpus/nothing", 404),
    ("/corpus/replies/nothing", 404),
    ("/corpus.db", 403),
    ("/corpus/replies?_sort=nothing", 500),
    ("/corpus/replies?_size=9999", 400),
    ("/corpus/replies?_search_title=x", 400),
    ("/corpus?sql=delete+from+replies", 400),
    ("/corpus?sql=selct+1", 400),
    ("/corpus?sql=select+nothing", 400),
    ("/corpus?sql=select+*+from+nothing", 400),
    ("/corpus?sql=select+%27", 400),
    (
        "/corpus?sql=with+recursive+n(x)+as+(select+1+union+all+select+x%2B1+from+n)+select+count(*)+from+n"
        "&_timelimit=5",
        400,
    ),
)


def _english(browser: Browser, path: str, status: int = 200) -> set[str]:
    page = browser.page(path, status)
    assert [node.attributes["lang"] for node in page.css("html")] == ["zh-CN"]
    for node in page.css(".column-descriptions, .metadata-description, .db-table p"):
        node.decompose()  # the schema's own texts, which name columns and codes
    for node in page.css(".col-changed, .col-diff"):
        node.decompose()  # data as JSON, here full of attacks
    text = visible(page).replace(synthetic.HOSTILE, " ")
    typed = TYPED if "sql=" in path or status != 200 else set()
    return words(text) - KEPT - CODES - typed


@pytest.mark.parametrize("path", _paths())
def test_a_page_is_chinese(browser: Browser, path: str) -> None:
    assert _english(browser, path) == set()


@pytest.mark.parametrize(("path", "status"), ERRORS)
def test_an_error_is_chinese(browser: Browser, path: str, status: int) -> None:
    assert _english(browser, path, status) == set()


def test_the_test_sees_english(browser: Browser) -> None:
    page = browser.page("/corpus")
    page.css("h2")[0].insert_after("Next page")
    assert words(visible(page)) >= {"Next", "page"}


def test_links_of_the_pages_lead_somewhere(browser: Browser) -> None:
    seen: set[str] = set()
    for start in (
        "/",
        "/corpus",
        "/corpus/replies?_search=%E7%A7%91%E6%8A%80",
        "/corpus/replies/r00000000003",
    ):
        for node in browser.page(start).css("a[href]"):
            address = (node.attributes["href"] or "").split("#")[0]
            if address.startswith("/") and address not in seen:
                seen.add(address)
                assert browser.get(address).status_code in (200, 302), (start, address)
    assert len(seen) > 40


def test_nothing_is_loaded_from_another_host(browser: Browser) -> None:
    for path in ("/", "/corpus", "/corpus/replies", "/corpus/replies/r00000000003", "/corpus/search?words=x"):
        page = browser.page(path)
        for node in page.css("script[src], link[rel=stylesheet], img[src]"):
            address = node.attributes.get("src") or node.attributes.get("href") or ""
            assert address.startswith("/"), (path, address)
            assert browser.get(address).status_code == 200, (path, address)


def test_metadata_of_the_reader_wins(tmp_path: Path) -> None:
    browser = Browser.of(synthetic.build(tmp_path / "corpus.db", replies=2), title="我的题目")
    assert "我的题目" in visible(browser.page("/"))
    browser.close()
