"""A hundred payloads in every field of every table, and none of them runs, loads, hides or turns anything in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from pipelines import schema
from tests.browser.conftest import Reader
from tests.pipelines.publish import payloads
from tests.pipelines.publish.payloads import PAYLOADS, PLACES, marked, reply_id
from tests.pipelines.publish.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog

STATE = """() => [window.xss === undefined, document.title, document.querySelectorAll("main").length,
    getComputedStyle(document.body).display, location.href]"""
TURNED = """selector => {
    const found = [];
    for (const node of document.querySelectorAll(selector)) {
        const text = [...node.childNodes].find(one => one.nodeType === 3);
        if (!text || text.length < 4 || /[\u202a-\u202e\u2066-\u2069]/.test(text.data)) continue;
        const place = n => { const range = document.createRange(); range.setStart(text, n); range.setEnd(text, n + 1);
            return range.getBoundingClientRect().left; };
        if (place(0) > place(2)) found.push(node.outerHTML);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def reader(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("hostile")
    payloads.build(folder / "corpus.db")
    with serving(folder) as server:
        site = f"http://{server.host}:{server.port}"
        context = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        one = Reader(page, site, "desktop")

        def refused(dialog: Dialog) -> None:
            one.said.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.on("dialog", refused)
        page.on("pageerror", lambda error: one.said.append(str(error)))
        page.on("console", lambda message: one.said.append(message.text) if message.type == "error" else None)
        page.on("request", lambda asked: one.asked.append(asked.url))
        page.on("popup", lambda popup: one.said.append(f"popup: {popup.url}"))
        yield one
        context.close()


def calm(reader: Reader, path: str) -> None:
    """Go to a page: nothing ran, nothing was loaded from elsewhere, the page is where and what it should be."""
    page = reader.page
    page.goto(reader.site + path)
    unharmed, title, mains, display, where = page.evaluate(STATE)
    assert (unharmed, mains) == (True, 1), path
    assert title
    assert display != "none"
    assert where.startswith(reader.site)
    assert [url for url in reader.asked if not url.startswith((reader.site, "data:image/"))] == [], path
    # A breach of the policy is said on the console: that it was stopped is not enough, nothing may have tried.
    assert [line for line in reader.said if "status of" not in line] == [], path


def test_the_test_sees_what_runs(reader: Reader) -> None:
    page = reader.page
    page.goto("about:blank")
    page.set_content(f"<main></main>{marked(0)}")
    assert page.evaluate(STATE)[0] is False


def test_none_runs_on_the_page_of_a_reply(reader: Reader) -> None:
    for number in range(len(PAYLOADS)):
        calm(reader, f"/corpus/replies/{reply_id(number)}")
        shown = reader.page.locator("h1").first.text_content() or ""
        assert "".join(shown.split()) == "".join(marked(number).split())


def test_none_runs_in_a_snapshot(reader: Reader) -> None:
    for number in range(0, len(PAYLOADS), 3):
        reader.page.goto(f"{reader.site}/snapshot/{reply_id(number)}")
        assert reader.page.title().startswith("快照")
    assert [line for line in reader.said if "status of" not in line] == []


def test_none_runs_in_lists_tables_and_searches(reader: Reader) -> None:
    for path in (
        *PLACES,
        "/corpus/who_consults_whom",
        *(f"/corpus/{table.name}?_size=100" for table in schema.TABLES if not table.hidden),
        *(f"/search?q={quote(marked(number))}" for number in range(0, len(PAYLOADS), 4)),
    ):
        calm(reader, path)


def test_a_name_that_turns_the_direction_of_writing_turns_itself_only(reader: Reader) -> None:
    turning = [number for number, payload in enumerate(PAYLOADS) if "\u202e" in payload]
    assert turning
    for number in turning:
        reader.page.goto(f"{reader.site}/corpus/replies/{reply_id(number)}")
        assert reader.page.locator("section li small").count() > 0
        assert (
            reader.page.evaluate(TURNED, ".facts dt, .export-links, h2, footer p, li small, dd summary") == []
        )
    reader.page.goto(f"{reader.site}/corpus/replies?_size=100")
    assert reader.page.locator("ol.replies time").count() == 100
    assert reader.page.evaluate(TURNED, "ol.replies time") == []
