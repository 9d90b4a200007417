"""What the plugin does to a Datasette, and above all what it leaves alone."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import DEFAULT_SETTINGS, Datasette

from pipelines.publish.serve import application
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser, visible


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.build(tmp_path_factory.mktemp("plugin") / "corpus.db", replies=40)


@pytest.fixture
def open_browser() -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def make(*files: Path, **arguments: Any) -> Browser:
        opened.append(Browser(Datasette([str(file) for file in files], **arguments)))
        return opened[-1]

    yield make
    for browser in opened:
        browser.close()


@pytest.fixture(scope="module")
def browser(corpus: Path) -> Iterator[Browser]:
    browser = Browser(application(corpus))
    yield browser
    browser.close()


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """Another database with full-text search of its own, and a table that is called like ours."""
    path = tmp_path / "stranger.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(
            """
            create table replies (id integer primary key, title text, body_text text);
            insert into replies values (1, 'green tea', 'long'), (2, 'black tea', 'text');
            create virtual table replies_fts using fts5(title, content="replies", content_rowid="id");
            insert into replies_fts(replies_fts) values ('rebuild');
            """
        )
    return path


# --- what it leaves alone ---


def test_a_datasette_without_a_corpus_is_as_it_was(
    open_browser: Callable[..., Browser], stranger: Path
) -> None:
    browser = open_browser(stranger)
    answer = browser.get("/stranger/replies?_search=tea")
    assert "2 rows" in answer.text
    assert "lang=" not in answer.text
    assert "content-security-policy" not in answer.headers
    assert browser.datasette.settings_dict() == DEFAULT_SETTINGS
    assert browser.json("/-/metadata.json") == {}


def test_a_database_beside_a_corpus_keeps_its_search_and_its_columns(
    open_browser: Callable[..., Browser], stranger: Path, corpus: Path
) -> None:
    browser = open_browser(corpus, stranger)
    sql = quote("select escape_fts('tea* 科技') as x")
    assert browser.json(f"/stranger.json?sql={sql}&_shape=array") == [{"x": '"tea*" "科技"'}]
    assert browser.json(f"/corpus.json?sql={sql}&_shape=array") == [{"x": '"tea" "科技"'}]
    rows = browser.json("/stranger/replies.json?_search=green&_shape=array")
    assert rows == [{"id": 1, "title": "green tea", "body_text": "long"}]
    assert browser.json("/stranger/replies.json?_search_title=black&_shape=array")[0]["id"] == 2
    page = browser.page("/stranger/replies")
    assert "body_text" in visible(page)
    assert not page.css("ol.replies")
    assert "content-security-policy" not in browser.get("/stranger/replies").headers
    assert browser.datasette.setting("max_returned_rows") == DEFAULT_SETTINGS["max_returned_rows"]
    assert browser.json("/-/metadata.json").get("license") is None
    assert "stranger" in visible(browser.page("/"))


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\x00" + b"\xff" * 200])
def test_a_file_that_is_no_database_is_not_taken_for_a_corpus(tmp_path: Path, content: bytes) -> None:
    from pipelines.publish.site.corpora import is_corpus_file

    (tmp_path / "x.db").write_bytes(content)
    assert not is_corpus_file(tmp_path / "x.db")
    assert not is_corpus_file(tmp_path / "absent.db")
    assert not is_corpus_file(tmp_path)


# --- what it does ---


def test_a_corpus_may_have_any_name(open_browser: Callable[..., Browser], tmp_path: Path) -> None:
    path = synthetic.build(tmp_path / "湖北 2026.db", replies=3)
    browser = open_browser(path)
    database = browser.datasette.urls.database("湖北 2026")
    assert browser.page(f"{database}/replies").css("ol.replies")
    assert "nonce" in browser.get(f"{database}/replies").headers["content-security-policy"]
    assert browser.page(f"{database}/replies/r00000000001").css("article.reply")
    assert "答复" in visible(browser.page(database))
    assert len(browser.json(f"{database}/replies.json?_search={quote('答复')}&_shape=array")) == 3


def test_a_corpus_may_be_served_below_a_path(open_browser: Callable[..., Browser], corpus: Path) -> None:
    browser = open_browser(corpus, settings={"base_url": "/library/"})
    page = browser.page("/corpus/replies")
    assert page.css("link[href^='/library/-/hubei-replies/site.css']")
    assert page.css("a[href='/library/corpus/replies/r00000000005']")
    for path in ("/", "/corpus/replies", "/corpus/replies/r00000000003"):
        assert "nonce" in browser.get(path).headers["content-security-policy"], path


def test_lists_leave_the_body_out_unless_asked(browser: Browser) -> None:
    rows = browser.json("/corpus/replies.json?_shape=array&_size=2")
    assert "body_text" not in rows[0]
    assert "title" in rows[0]
    assert "_nocol" not in browser.json("/corpus/replies.json?_size=2")["next_url"]
    hidden = browser.json("/corpus/replies.json?_shape=array&_size=1&_nocol=title")[0]
    assert not {"title", "body_text"} & hidden.keys()
    asked = browser.json("/corpus/replies.json?_shape=array&_size=1&_col=body_text")[0]
    assert asked.keys() == {"id", "body_text"}
    assert "body_text" in browser.json("/corpus/replies/r00000000001.json?_shape=objects")["rows"][0]
    table = list(csv.reader(io.StringIO(browser.get("/corpus/replies.csv?_size=max").text)))
    assert "body_text" not in table[0]
    assert len(table) == 42
    assert browser.get("/corpus/replies.json?_nocol=nothing").status_code == 400


def test_the_link_to_the_text_in_csv_gives_every_column(browser: Browser) -> None:
    page = browser.page("/corpus/replies?session_year=2020")
    [link] = [node for node in page.css("a") if node.text() == "CSV（含正文）"]
    table = list(csv.DictReader(io.StringIO(browser.get(link.attributes["href"] or "").text)))
    assert table
    assert all(row["body_text"] and row["title"] for row in table)


def test_settings_that_nobody_chose_are_made(browser: Browser) -> None:
    settings = browser.json("/-/settings.json")
    assert settings["suggest_facets"] is False
    assert settings["sql_time_limit_ms"] == 3000
    assert settings["facet_time_limit_ms"] == 1000
    assert settings["max_returned_rows"] == browser.datasette.max_returned_rows == 500
    assert len(browser.page("/corpus/replies").css("ol.replies > li")) == 20


def test_settings_that_somebody_chose_stay(open_browser: Callable[..., Browser], corpus: Path) -> None:
    browser = open_browser(corpus, settings={"max_returned_rows": 77, "sql_time_limit_ms": 1234})
    settings = browser.json("/-/settings.json")
    assert settings["max_returned_rows"] == 77
    assert settings["sql_time_limit_ms"] == 1234
    assert settings["suggest_facets"] is False


def test_a_choice_that_equals_the_default_is_a_choice(tmp_path: Path) -> None:
    synthetic.build(tmp_path / "corpus.db", replies=2)
    (tmp_path / "settings.json").write_text('{"suggest_facets": true}', "utf-8")
    browser = Browser(Datasette(config_dir=tmp_path))
    assert browser.json("/-/settings.json")["suggest_facets"] is True
    browser.close()


def test_facets_of_the_schema_are_there_in_chinese(browser: Browser) -> None:
    page = browser.page("/corpus/replies")
    names = {node.text().split()[0] for node in page.css(".facet-info-name strong")}
    assert names == {"地区", "发布机关", "会议年份", "人大或政协", "文件类型", "有效性"}
    assert "湖北省" in visible(page)
    assert "会办（协办）意见" in visible(page)


def test_the_page_of_a_reply(browser: Browser) -> None:
    page = browser.page("/corpus/replies/r00000000003")
    text = visible(page)
    assert "湖北省人大十三届二次会议第004号建议" in text
    assert "2022年7月23日" in text
    assert "正文" in text
    assert "原网页已经撤下" in text
    assert "省财政厅" in text
    assert "[EB/OL]" in text
    assert [node.text() for node in page.css(".body p")][-1] == "专此答复。"
    [address] = [node for node in page.css("a[rel~=external]") if "shtml" in node.text()]
    assert address.attributes["href"] == "http://swj.demo.invalid/jytabl/202209/t20220902_3.shtml"


def test_codes_are_explained_and_still_there_for_who_writes_sql(browser: Browser) -> None:
    query = browser.page(f"/corpus?sql={quote('select outcome, 1 as body from pages')}")
    assert "被拦截 <code>blocked</code>" in (query.css("td.col-outcome")[0].html or "")
    assert {node.text() for node in browser.page("/corpus/pages").css("td.col-outcome")} == {"被拦截"}
    cell = browser.page("/corpus/field_sources?field=signed_on").css("td.col-field")[0]
    assert cell.text() == "落款日期 signed_on"
    link = browser.page(f"/corpus?sql={quote('select id from replies order by id')}").css("td.col-id a")[0]
    assert link.attributes["href"] == "/corpus/replies/r00000000000"


def test_every_page_states_the_terms(browser: Browser) -> None:
    for path in (
        "/",
        "/corpus/replies",
        "/corpus/replies/r00000000003",
        "/corpus/search?words=x",
        "/corpus/sites/kjt",
    ):
        assert "数据许可" in browser.page(path).css("footer")[0].text(), path
    assert "数据许可" in browser.page("/nothing", 404).css("footer")[0].text()


def test_the_front_page_tells_trouble_openly(browser: Browser) -> None:
    page = browser.page("/")
    troubles = [(node.text(), node.attributes["href"]) for node in page.css(".troubles a")]
    assert ("1 件答复的原网页已经撤下", "/corpus/replies?gone_on__notnull=1") in troubles
    for text, address in troubles:
        rows = browser.json(str(address).replace("?", ".json?") + "&_size=0")
        assert str(rows["filtered_table_rows_count"]) == text.split()[0], address


def test_the_grid_is_one_click_away_with_its_column_menus(browser: Browser) -> None:
    page = browser.page("/corpus/replies?_layout=table")
    assert page.css("table.rows-and-columns th[data-column=title]")
    assert page.css("script[src*='table.js']")
    assert not page.css("th[data-column=body_text]")
    assert not browser.page("/corpus/replies").css("table")


def test_hostile_text_is_text(browser: Browser) -> None:
    last = "r00000000040"
    for path in (
        "/",
        f"/corpus/replies?_search={quote('科技')}&published_at=2018-01-01",
        "/corpus/replies?_layout=table&_size=100",
        f"/corpus/replies/{last}",
        f"/corpus/attachments?reply_id={last}",
        f"/corpus/search?words={quote('科技')}",
        f"/corpus/replies?category={quote(synthetic.HOSTILE)}",
    ):
        page = browser.page(path)
        bodies = page.css("section.body")
        for node in bodies:
            node.decompose()
        assert len(bodies) == (1 if last in path and "replies/" in path else 0)
        assert not page.css("img, [onerror], [onclick]"), path
        assert 'alert("x")' not in "".join(node.text() for node in page.css("script")), path
        assert not page.css("a[href^='javascript:']"), path
        assert "71*73" in visible(page), path
        assert "5183" not in visible(page), path


def test_an_inline_script_runs_only_with_the_nonce_of_its_response(browser: Browser) -> None:
    nonces = set()
    for path in ("/corpus/replies/r00000000040", "/corpus", "/nothing", "/corpus/replies?_layout=table"):
        answer = browser.get(path)
        [nonce] = re.findall(r"script-src 'self' 'nonce-([\w-]+)'", answer.headers["content-security-policy"])
        nonces.add(nonce)
        assert answer.text.count(f'nonce="{nonce}"') >= 1
        assert "unsafe-inline" not in answer.headers["content-security-policy"].split("style-src-attr")[0]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(nonces) == 4
    # In the file it stands; it is sanitised once more on its way out.
    assert "<script>alert(1)</script>" not in browser.get("/corpus/replies/r00000000040").text


def test_a_new_snapshot_is_seen_without_a_restart(tmp_path: Path) -> None:
    path = synthetic.build(tmp_path / "corpus.db", replies=5)
    browser = Browser.of(path)
    count = "/corpus/replies.json?_size=0&_facet=site"
    assert "r00000000008" not in browser.get("/").text
    for _ in range(5):  # every thread of the pool has the old file open
        assert browser.json(count)["filtered_table_rows_count"] == 6
    synthetic.build(tmp_path / "next.db", replies=9, seed=3).replace(path)
    for _ in range(5):
        assert browser.json(count)["filtered_table_rows_count"] == 10
    assert "r00000000008" in browser.get("/").text
    assert len(browser.datasette.get_database("corpus")._all_file_connections) <= 3
    browser.close()


def test_our_files_are_cached_for_ever_under_a_hash_only(browser: Browser) -> None:
    [address] = [node.attributes["href"] or "" for node in browser.page("/").css("link[href*='site.css']")]
    assert "immutable" in browser.get(address).headers["cache-control"]
    assert browser.get(address.split("?")[0]).headers["cache-control"] == "no-cache"
    assert browser.get("/-/hubei-replies/nothing.css").status_code == 404
    assert browser.get("/-/hubei-replies/../site.css").status_code == 404
