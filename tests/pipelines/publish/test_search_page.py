"""`/search`: addresses, answers to what cannot be meant, and the same syntax at every way in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from scraper.cli import cli
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser, visible


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.build(tmp_path_factory.mktemp("page") / "corpus.db", replies=70, seed=5)


@pytest.fixture(scope="module")
def browser(corpus: Path) -> Iterator[Browser]:
    browser = Browser.of(corpus)
    yield browser
    browser.close()


def search(words: str, more: str = "") -> str:
    return f"/search?q={quote(words)}{more}"


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        (search("龘靐齉"), 200, "全库都没有：“龘靐齉”"),
        (search("-电梯"), 200, "只写了不要的词"),
        (search("，。！"), 200, "没有可以检索的字"),
        (search("电" * 501), 400, "检索词太长（501 字），最多 500 字"),
        (search("电" * 5000), 400, "检索词太长（5,000 字）"),
        (search("电梯", "&page=x"), 400, "页码"),
        (search("电梯", "&page=0"), 400, "页码"),
        (search("电梯", "&page=999999999"), 400, "页码"),
        (search("电梯", "&page=77"), 404, "没有第 77 页"),
        (search("电梯", "&year=去年"), 400, "年份“去年”看不懂"),
        (search("电梯", "&agency=%3Cscript%3Ealert(1)%3C/script%3E"), 200, "去掉机关、年份等条件"),
        (search('NEAR(电梯, 2) OR "'), 200, "没有找到"),
        (search("title_words : 电梯"), 200, "没有找到"),
        (search("'; drop table replies; --"), 200, "没有找到"),
        (search("\x00"), 200, "没有可以检索的字"),
        ("/search", 200, "浏览全部答复"),
        ("/search?q=", 200, "浏览全部答复"),
        ("/search?q=+++", 200, "浏览全部答复"),
    ],
)
def test_what_finds_nothing_says_why(browser: Browser, path: str, status: int, told: str) -> None:
    page = browser.page(path, status)
    assert told in visible(page)
    assert not page.css("ol.replies, [onclick], img")
    assert len(page.css("form.search-form")) == 1
    answer = browser.get(path.replace("/search", "/search.json", 1))
    assert answer.status_code == status
    assert answer.json()["ok"] is ("q" in answer.json())


def test_a_search_has_one_short_address(browser: Browser) -> None:
    form = search("电梯", "&year=&agency=&in=")
    assert browser.get(form).headers["location"] == search("电梯")
    for given, wanted in (
        ("&page=1", ""),
        ("&sort=relevance", ""),
        ("&year=2021&year=2019&year=2020", "&year=2019-2021"),
        ("&year=2020,2022 2021年", "&year=2020-2022"),
        ("&page=2&body=政协&agency=x&in=title", "&in=title&agency=x&body=%E6%94%BF%E5%8D%8F&page=2"),
        ("&unknown=1", ""),
    ):
        answer = browser.get(search("电梯", given))
        assert answer.status_code == 302, given
        assert answer.headers["location"] == search("电梯", wanted), given
        assert browser.get(answer.headers["location"]).status_code in (200, 404)
    assert (
        browser.get(search(" 电梯　 补助 ")).headers["location"]
        == "/search?q=%E7%94%B5%E6%A2%AF+%E8%A1%A5%E5%8A%A9"
    )
    assert browser.get("/search.json?q=a&page=1").headers["location"] == "/search.json?q=a"
    assert browser.get("/search?year=2020").headers["location"] == "/corpus/replies?session_year=2020"


def test_every_link_of_a_search_leads_to_what_it_says(browser: Browser) -> None:
    page = browser.page(search("答复"))
    links = [node for node in page.css("main a[href]") if "/search" in (node.attributes["href"] or "")]
    assert len(links) > 15
    for node in links:
        assert browser.get(node.attributes["href"] or "").status_code == 200, node.html
    for item in page.css("#facets li"):
        link = item.css_first("a")
        assert link is not None
        path = (link.attributes["href"] or "").replace("/search?", "/search.json?")
        number = item.css("span")[-1].text()
        assert browser.json(path)["total"] == int(number.replace(",", "")), item.html


def test_choices_can_be_taken_back(browser: Browser) -> None:
    page = browser.page(search("电梯", "&year=2019-2021&body=%E6%94%BF%E5%8D%8F"))
    chips = {node.text().split("✕")[0].strip(): node.attributes["href"] for node in page.css(".chosen a")}
    assert chips == {
        "2019-2021年": search("电梯", "&body=%E6%94%BF%E5%8D%8F"),
        "政协提案": search("电梯", "&year=2019-2021"),
    }
    assert page.css_first("input[name=year]").attributes["value"] == "2019-2021"  # type: ignore[union-attr]
    assert page.css_first("input[name=body]").attributes["value"] == "政协"  # type: ignore[union-attr]


def test_an_agency_is_found_by_its_other_names(browser: Browser, corpus: Path, tmp_path: Path) -> None:
    whole = browser.json(search("电梯", "&agency=湖北省科学技术厅").replace("?", ".json?"))["total"]
    assert whole > 0
    assert browser.json(search("电梯", "&agency=科学技术").replace("?", ".json?"))["total"] == whole
    path = tmp_path / "corpus.db"
    path.write_bytes(corpus.read_bytes())
    with closing(sqlite3.connect(path)) as conn:
        synthetic.insert(conn, "agency_names", agency_id="420000-kjt", name="省科委", kind="former")
        conn.commit()
    other = Browser.of(path)
    assert other.json(search("电梯", "&agency=省科委").replace("?", ".json?"))["total"] == whole
    other.close()


def test_the_page_says_that_it_simplified(browser: Browser) -> None:
    page = browser.page(search("老舊小區"))
    assert "换成简体“老旧小区”以后找到的" in visible(page)
    assert {node.text() for node in page.css(".excerpt mark")} == {"老旧小区"}
    assert "换成简体" not in visible(browser.page(search("老旧小区")))


def test_a_number_leads_to_its_proposal(browser: Browser) -> None:
    [link] = browser.page(search("第004号建议")).css(".named a")
    assert (link.text(), link.attributes["href"]) == (
        "湖北省人大十三届二次会议第4号建议",
        "/corpus/proposals/p00000000003",
    )


@pytest.mark.parametrize(
    "words", ["电梯 -财政资金支持", '标题:科学 "科技成果"', "“课后服务” 岸线", "２０２４年底", "－电梯 科技"]
)
def test_page_json_table_and_command_find_the_same(browser: Browser, corpus: Path, words: str) -> None:
    by_page = {row["id"] for row in browser.json(f"/search.json?q={quote(words)}")["replies"]}
    total = browser.json(f"/search.json?q={quote(words)}")["total"]
    table = browser.json(f"/corpus/replies.json?_search={quote(words)}&_shape=array&_size=max")
    assert len(table) == total > 0
    assert by_page <= {row["id"] for row in table}
    said = CliRunner().invoke(
        cli, ["search", "--json", "--limit", "500", "--data", str(corpus.parent), "--", words]
    )
    assert said.exit_code == 0, said.output
    assert {json.loads(line)["id"] for line in said.output.splitlines()} == {row["id"] for row in table}
    page = browser.page(f"/search?q={quote(words)}")
    [csv] = [node.attributes["href"] or "" for node in page.css(".take-away a") if "CSV" in node.text()]
    assert len(browser.get(csv).text.strip().split("\r\n")) == total + 1


def test_the_command_explains_itself(corpus: Path) -> None:
    def said(*words: str) -> str:
        return CliRunner().invoke(cli, ["search", "--data", str(corpus.parent), *words]).output

    assert "只写了不要的词" in said("-电梯")
    assert "换成简体“老旧小区”以后找到的" in said("老舊小區")
    assert "可以试试：电梯（不要“龘靐齉”" in said("电梯", "龘靐齉")
    assert "--limt" in said("--limt", "电梯")
    assert "命中 0 件" in said("--title", "财政资金支持")


def test_a_search_that_takes_too_long_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser.datasette, "sql_time_limit_ms", 0)
    page = browser.page(search("答复 用时"), 503)
    assert "检索用时超过限制" in visible(page)


def test_the_box_at_the_top_of_every_page_searches(browser: Browser) -> None:
    for path in ("/corpus", "/corpus/replies/r00000000003", "/corpus/sites"):
        [form] = browser.page(path).css("form.site-search")
        assert form.attributes["action"] == "/search"
        assert form.css("input[name=q]")
    assert "nonce" in browser.get(search("电梯")).headers["content-security-policy"]
