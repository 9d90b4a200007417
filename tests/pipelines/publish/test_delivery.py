"""What stands between Datasette and the reader: headers, caching, compression, Excel, readers who leave."""

from __future__ import annotations

import asyncio
import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.facets import ColumnFacet

from pipelines.publish.serve import application
from pipelines.publish.spreadsheet import plain
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.browser import Browser


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = synthetic.build(tmp_path_factory.mktemp("delivery") / "corpus.db", replies=40)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(
            "update replies set category = '=HYPERLINK(\"http://x.invalid\")' where id = 'r00000000001'"
        )
        conn.execute("update replies set category = '+1+2', grade = '-5' where id = 'r00000000002'")
        conn.execute("update replies set title = '@甲,\"乙\"' || char(10) || '=丙' where id = 'r00000000003'")
        conn.commit()
    return path


@pytest.fixture(scope="module")
def browser(corpus: Path) -> Iterator[Browser]:
    browser = Browser.of(corpus)
    yield browser
    browser.close()


def _ask(browser: Browser, path: str, **headers: str) -> Any:
    return browser.loop.run_until_complete(browser.datasette.client.get(path, headers=headers))


def test_a_page_that_was_seen_is_not_made_again(browser: Browser, corpus: Path) -> None:
    first = browser.get("/corpus/replies")
    tag = first.headers["etag"]
    again = _ask(browser, "/corpus/replies", **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    # A fresh nonce would lock out the scripts of the page that the reader kept.
    assert "content-security-policy" not in again.headers
    assert again.headers["etag"] == tag
    assert _ask(browser, "/corpus/replies", **{"if-none-match": '"other"'}).status_code == 200
    for path in (
        "/",
        "/corpus/replies.json?_shape=array",
        "/corpus/replies.csv",
        "/corpus/replies/r00000000005",
    ):
        assert browser.get(path).headers["etag"] == tag, path


def test_another_content_is_another_tag(tmp_path: Path) -> None:
    path = synthetic.build(tmp_path / "corpus.db", replies=5)
    browser = Browser.of(path)
    before = browser.get("/").headers["etag"]
    synthetic.build(tmp_path / "next.db", replies=6).replace(path)
    assert browser.get("/").headers["etag"] != before
    browser.close()
    other = Browser.of(path, title="另一个题目")
    mine = Browser.of(path)
    assert other.get("/").headers["etag"] != mine.get("/").headers["etag"]
    other.close()
    mine.close()


@pytest.mark.parametrize(
    "path", ["/nothing", "/corpus?sql=selct+1", "/corpus/replies?_search=", "/-/versions.json"]
)
def test_what_is_no_page_of_the_corpus_has_no_tag(browser: Browser, path: str) -> None:
    assert "etag" not in browser.get(path).headers


def test_who_is_logged_in_gets_no_shared_page(browser: Browser) -> None:
    tag = browser.get("/").headers["etag"]
    answer = _ask(browser, "/", cookie="ds_actor=x", **{"if-none-match": tag})
    assert answer.status_code == 200
    assert "etag" not in answer.headers


@pytest.mark.parametrize("path", ["/corpus/replies", "/corpus/pages?_facet=site"])
def test_a_page_without_its_facets_is_not_kept(
    browser: Browser, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "etag" in browser.get(path).headers

    async def late(self: ColumnFacet) -> tuple[list[Any], list[str]]:
        return [], ["site"]

    monkeypatch.setattr(ColumnFacet, "facet_results", late)
    answer = browser.get(f"{path}{'&' if '?' in path else '?'}_size=7")  # the page that was whole is kept
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_json_with_facets_has_no_tag_for_it_does_not_say_what_is_missing(browser: Browser) -> None:
    answer = browser.get("/corpus/replies.json?_facet=agency")
    assert answer.json()["facet_results"]
    assert "etag" not in answer.headers


def test_pages_are_compressed_for_who_can_read_that(browser: Browser) -> None:
    packed = _ask(browser, "/corpus/replies", **{"accept-encoding": "gzip"})
    whole = _ask(browser, "/corpus/replies", **{"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in whole.headers
    assert int(packed.headers["content-length"]) < len(whole.content) / 3
    stream = _ask(browser, "/corpus/replies.csv?_stream=on", **{"accept-encoding": "gzip"})
    assert stream.headers["content-encoding"] == "gzip"
    assert len(list(csv.reader(io.StringIO(stream.text)))) == 42


def test_an_instance_without_a_corpus_is_left_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("create table t (x)")
        conn.executemany("insert into t values (?)", [("=1",)] * 200)
        conn.commit()
    browser = Browser(application(tmp_path / "other.db"))
    answer = _ask(browser, "/other/t.csv?_excel=1&_size=200", **{"accept-encoding": "gzip"})
    assert not {"etag", "content-encoding", "content-security-policy"} & answer.headers.keys()
    assert ",=1\r\n" in answer.text
    browser.close()


def test_excel_shows_text_and_runs_nothing(browser: Browser) -> None:
    path = "/corpus/replies.csv?_size=max&_sort=id&_stream=on"
    for_excel = browser.get(f"{path}&_excel=1")
    assert for_excel.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(for_excel.content.decode("utf-8-sig"), newline="")))
    stock = list(csv.DictReader(io.StringIO(browser.get(path).text, newline="")))
    assert stock[1]["category"].startswith("=HYPERLINK")
    assert rows[1]["category"] == "'" + stock[1]["category"]
    assert (rows[2]["category"], rows[2]["grade"]) == ("'+1+2", "-5")
    assert rows[3]["title"] == '\'@甲,"乙"\n=丙'
    assert len(rows) == len(stock) == 41
    assert all(row["id"] == other["id"] for row, other in zip(rows, stock, strict=True))


def test_excel_gets_the_result_of_a_query_too(browser: Browser) -> None:
    text = browser.get("/corpus.csv?sql=select+%27%3D1%27+as+x&_excel=on").content.decode("utf-8")
    assert text == "\ufeffx\r\n'=1\r\n"
    assert browser.get("/corpus.csv?sql=select+%27%3D1%27+as+x&_excel=0").text == "x\r\n=1\r\n"
    assert browser.get("/corpus.csv?sql=selct&_excel=on").status_code == 400


def test_numbers_stay_numbers() -> None:
    assert [plain(one) for one in ("-5", "+3.5", "-5a", "=", "", "甲=")] == [
        "-5",
        "+3.5",
        "'-5a",
        "'=",
        "",
        "甲=",
    ]


def _call(browser: Browser, path: str, leave_after: int) -> list[Any]:
    """The messages that the application sends to a reader who leaves after so many."""
    route, _, query = path.partition("?")
    sent: list[Any] = []
    left = asyncio.Event()

    async def receive() -> Any:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if len(sent) == leave_after:
            left.set()

    scope = {
        "type": "http",
        "method": "GET",
        "path": route,
        "raw_path": route.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"x")],
        "scheme": "http",
        "http_version": "1.1",
    }
    browser.loop.run_until_complete(browser.datasette.app()(scope, receive, send))
    return sent


def test_nothing_is_read_for_a_reader_who_has_left(browser: Browser) -> None:
    path = "/corpus/replies.csv?_stream=on&_size=10"
    assert len(_call(browser, path, leave_after=1000)) > 40
    assert len(_call(browser, path, leave_after=5)) <= 7


def test_who_asks_for_nonsense_costs_no_page_of_traceback(
    browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in ("/nothing", "/corpus/replies/nothing", "/corpus?sql=selct", "/corpus/replies?_size=x"):
        assert browser.get(path).status_code in (400, 404)
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_every_page_says_that_scripts_need_a_nonce(browser: Browser) -> None:
    for path in ("/", "/corpus", "/corpus/replies/r00000000003", "/nothing", "/feeds"):
        headers = browser.get(path).headers
        assert "script-src 'self' 'nonce-" in headers["content-security-policy"], path
        assert "unsafe-inline" not in headers["content-security-policy"].split("style-src-attr")[0], path
        assert headers["x-frame-options"] == "SAMEORIGIN", path
        assert "geolocation=()" in headers["permissions-policy"], path
