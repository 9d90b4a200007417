"""`/download`, `/docs`, and what machines ask for: every file is there, every example runs."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest

from pipelines.paths import document
from pipelines.publish.serve import application
from pipelines.publish.site import machines
from pipelines.publish.snapshots import CORPUS, INSPECT, SNAPSHOTS
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser, visible, words
from tests.pipelines.publish.serving import published

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def browser(demo_data: Path) -> Iterator[Browser]:
    """The demonstration, served as `serve` does: from its snapshot, immutable."""
    snapshot = (demo_data / SNAPSHOTS / "current").resolve()
    inspected = json.loads((snapshot / INSPECT).read_text("utf-8"))
    browser = Browser(application(snapshot / CORPUS, None, inspected))
    yield browser
    browser.close()


# --- nothing to give ----------------------------------------------------------------------------------------------


def test_a_file_that_is_no_snapshot_offers_no_files(tmp_path: Path) -> None:
    browser = Browser.of(synthetic.build(tmp_path / "corpus.db", replies=2))
    page = browser.page("/download")
    assert "没有随发布生成的下载文件" in visible(page)
    assert not page.css("table.files")
    for path in ("/download/sample.db", "/download/README.txt"):
        assert browser.get(path).status_code == 404
    browser.close()


def test_an_instance_without_a_corpus_has_none_of_these_pages(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("create table t (x)")
    browser = Browser(application(tmp_path / "other.db"))
    for path in ("/download", "/docs", "/docs/sql", "/robots.txt", "/llms.txt", "/sitemap.xml"):
        assert browser.get(path).status_code == 404, path
    browser.close()


@pytest.mark.parametrize(
    "path",
    [
        "/download/corpus.db",
        "/download/manifest.json",
        "/download/../manifest.json",
        "/download/~2E~2E/manifest.json",
        "/download/nothing.csv",
        "/docs/nothing",
        "/docs/../README.md",
        "/sitemap-replies-2.xml",
        "/sitemap-replies-0.xml",
        "/sitemap-issues-1.xml",
    ],
)
def test_nothing_but_what_is_offered_is_given(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


# --- downloads ----------------------------------------------------------------------------------------------------


def test_every_file_is_listed_with_its_size_and_is_what_the_snapshot_holds(
    browser: Browser, demo_data: Path
) -> None:
    folder = demo_data / SNAPSHOTS / "current" / "exports"
    page = browser.page("/download")
    links = {node.text(): node.attributes["href"] or "" for node in page.css("table.files a")}
    assert set(links) == {path.name for path in folder.iterdir()} | {"corpus.db"}
    for name, address in links.items():
        answer = browser.get(address)
        assert answer.status_code == 200
        expected = (folder / name if name != "corpus.db" else folder.parent / name).read_bytes()
        assert hashlib.sha256(answer.content).digest() == hashlib.sha256(expected).digest()
        assert "content-encoding" not in answer.headers
        if name != "corpus.db":
            assert f'filename="{name}"' in answer.headers["content-disposition"]
            again = browser.loop.run_until_complete(
                browser.datasette.client.get(address, headers={"if-none-match": answer.headers["etag"]})
            )
            assert (again.status_code, again.content) == (304, b"")
    assert all(re.fullmatch(r"[\d,.]+ (字节|KB|MB|GB)", node.text()) for node in page.css("td.size"))


def test_the_page_says_how_to_cite_and_what_to_mind(browser: Browser, demo_data: Path) -> None:
    text = visible(browser.page("/download"))
    name = (demo_data / SNAPSHOTS / "current").resolve().name
    for said in ("不为政府文本另设许可", "没有采集到不等于没有答复", name, "怎样引用", "57 件答复"):
        assert said in text


@pytest.mark.parametrize(
    "path",
    [
        "/corpus/replies.csv",
        "/corpus/replies.json",
        "/feeds/replies.atom",
        "/corpus.db",
        "/download/sample.db",
    ],
)
def test_the_conditions_go_with_every_export(browser: Browser, path: str) -> None:
    link = browser.get(path).headers["link"]
    assert '</download#terms>; rel="terms-of-service"' in link
    assert '</docs/dictionary>; rel="describedby"' in link


def test_what_was_published_next_is_offered_next(tmp_path: Path) -> None:
    published(tmp_path, 1)
    first = (tmp_path / SNAPSHOTS / "current").resolve()
    published(tmp_path, 2)
    second = (tmp_path / SNAPSHOTS / "current").resolve()
    counts = []
    for snapshot in (first, second):
        browser = Browser(application(snapshot / CORPUS, None, json.loads((snapshot / INSPECT).read_text())))
        rows = list(
            csv.reader(io.StringIO(browser.get("/download/reply_urls.csv").content.decode("utf-8-sig")))
        )
        counts.append(len(rows) - 1)
        browser.close()
    assert counts == [1, 2]


# --- documents ----------------------------------------------------------------------------------------------------


def _blocks(name: str, language: str) -> list[str]:
    return [code for kind, code in FENCE.findall(document(name)) if kind == language]


def test_the_tutorial_works_ten_questions(browser: Browser) -> None:
    assert len(re.findall(r"^## [一二三四五六七八九十]、", document("sql.md"), re.MULTILINE)) == 10
    assert len(_blocks("sql.md", "sql")) >= 10


@pytest.mark.parametrize("number", range(11))
def test_the_sql_of_the_tutorial_runs_and_finds_something(browser: Browser, number: int) -> None:
    page = browser.page("/docs/sql")
    links = [node.attributes["href"] or "" for node in page.css("p.run a")]
    assert len(links) == len(_blocks("sql.md", "sql")) == 11
    address = links[number].replace("/corpus?", "/corpus.json?") + "&_shape=array"
    rows = browser.json(address)
    assert rows
    shown = browser.page(links[number])
    assert len(shown.css("table.rows-and-columns tbody tr")) == len(rows)


def test_word_search_in_the_tutorial_says_the_same_in_both_ways(browser: Browser) -> None:
    links = [node.attributes["href"] or "" for node in browser.page("/docs/sql").css("p.run a")]
    exact, like = (
        browser.json(link.replace("/corpus?", "/corpus.json?") + "&_shape=array") for link in links[5:7]
    )
    assert [row["id"] for row in like]
    assert {row["id"] for row in like} <= {row["id"] for row in exact}


@pytest.mark.parametrize("number", range(8))
def test_an_example_of_the_interface_answers(browser: Browser, number: int) -> None:
    examples = _blocks("api.md", "http")
    assert len(examples) == 8
    address = examples[number].strip().removeprefix("GET http://127.0.0.1:8001")
    some = browser.json("/corpus/replies.json?_shape=array&_size=1")[0]["id"]
    answer = browser.get(address.replace("{id}", some))
    assert answer.status_code == 200
    assert {".json": "json", ".csv": "plain", ".atom": "atom"}[
        re.findall(r"\.(?:json|csv|atom)(?=\?)", address)[0]
    ] in (answer.headers["content-type"])
    if ".json" in address:
        told = answer.json()
        rows = told if isinstance(told, list) else told.get("rows") or told["facet_results"]
        assert rows or "proposal_replies" in address
    else:
        assert len(answer.text.splitlines()) > 5


def test_the_examples_in_python_are_python_and_what_they_read_is_there(browser: Browser) -> None:
    [code] = _blocks("api.md", "python")
    compile(code, "api.md", "exec")
    table = list(csv.DictReader(io.StringIO(browser.get("/corpus/replies.csv?_stream=on").text)))
    assert {"place", "session_year", "body"} <= table[0].keys()
    assert len(table) == 57


def test_the_example_in_pandas_runs(
    browser: Browser, demo_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is no part of the project")
    [code] = _blocks("api.md", "python")
    text = browser.get("/corpus/replies.csv?_stream=on").text
    read = pandas.read_csv
    monkeypatch.setattr(pandas, "read_csv", lambda _address, **options: read(io.StringIO(text), **options))
    monkeypatch.chdir(demo_data)
    names: dict[str, object] = {}
    exec(compile(code, "api.md", "exec"), names)
    assert len(names["replies"]) == 57  # type: ignore[arg-type]
    assert (names["dates"]["days"].dropna() > 0).any()  # type: ignore[index]


def test_documents_are_pages_with_the_address_of_the_site(browser: Browser) -> None:
    page = browser.page("/docs/api")
    text = visible(page)
    assert "127.0.0.1:8001" not in (page.html or "")
    assert "接口" in text
    assert [node.attributes["href"] for node in page.css("article a")].count("/download") == 1
    dictionary = browser.page("/docs/dictionary")
    assert {node.text().split()[0] for node in dictionary.css("article h2")} >= {
        "replies",
        "proposals",
        "withheld",
    }
    assert "make metadata" not in visible(dictionary)
    assert len(browser.page("/docs").css("dl.documents a")) == 4


NAMES = {
    *(
        "SQL",
        "SQLite",
        "CSV",
        "JSON",
        "ETag",
        "Parquet",
        "pandas",
        "Excel",
        "WPS",
        "LibreOffice",
        "Data",
        "Package",
    ),
    *(
        "Apache",
        "Datasette",
        "Browser",
        "gzip",
        "SHA",
        "ISO",
        "NULL",
        "OFD",
        "PDF",
        "DOCX",
        "HTML",
        "robots",
        "txt",
    ),
}
"""Names and formats that Chinese readers use as they are."""


@pytest.mark.parametrize("path", ["/download", "/docs", "/docs/sql", "/docs/api"])
def test_these_pages_are_chinese(browser: Browser, path: str) -> None:
    page = browser.page(path)
    for node in page.css("table.files td:first-child"):
        node.decompose()  # names of files
    for node in page.css("#caveats"):
        node.decompose()  # which name columns and tables
    assert words(re.sub(r"\b[0-9a-f]{16}\b", " ", visible(page))) - NAMES == set()


# --- machines -----------------------------------------------------------------------------------------------------


def _addresses(browser: Browser, path: str) -> list[str]:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return [str(node.text) for node in ET.fromstring(answer.content).iter(f"{SITEMAP}loc")]


def test_the_sitemap_leads_to_every_reply(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "SIZE", 25)
    found = [
        address
        for part in _addresses(browser, "/sitemap.xml")
        for address in _addresses(browser, part.removeprefix("http://localhost"))
    ]
    assert len(found) == len(set(found))
    ids = {row["id"] for row in browser.json("/corpus/replies.json?_shape=array&_size=100")}
    assert {address.rsplit("/", 1)[1] for address in found if "/corpus/replies/" in address} == ids
    for address in (*found[:7], *found[7::40]):
        assert browser.get(address.removeprefix("http://localhost")).status_code == 200, address


def test_robots_may_read_replies_and_not_every_combination(browser: Browser) -> None:
    text = browser.get("/robots.txt").text
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    assert parser.can_fetch("x", "/corpus/replies/r00000000001")
    assert not parser.can_fetch("x", "/-/versions")
    for part in ("?*sql=", "?*_facet", "?*__"):
        assert f"Disallow: /*{part}" in text
    assert text.rstrip().endswith("Sitemap: http://localhost/sitemap.xml")


def test_llms_txt_names_what_there_is_and_every_link_answers(browser: Browser) -> None:
    text = browser.get("/llms.txt").text
    assert text.startswith("# 湖北省建议提案办理答复语料库\n\n> ")
    assert "不为政府文本另设许可" in text
    links = re.findall(r"\]\(http://localhost(/[^)]*)\)", text)
    assert len(links) > 40
    for link in links:
        if "{id}" not in link:
            assert browser.get(link).status_code == 200, link
