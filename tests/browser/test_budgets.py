"""Every kind of page at desk and phone, light and dark: no serious fault of accessibility, light, still, no wider than the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import SCREENS, Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPLY = "rov2qeppqqn3"
PAGES = {
    "home": "/",
    "search": "/search?q=%E6%8F%90%E6%A1%88",
    "nothing found": "/search?q=%E9%BE%98%E9%9D%90%E9%BD%89+%E7%94%B5%E6%A2%AF",
    "search form": "/search",
    "reply": f"/corpus/replies/{REPLY}",
    "agency": "/corpus/agencies/420000-cxt",
    "proposal": "/corpus/proposals/psbbq7nfnqbs",
    "policy": "/corpus/policies/dcmn4wndceud",
    "site": "/corpus/sites/cxt",
    "changes": "/changes",
    "missing": "/missing",
    "charts": "/charts",
    "report": f"/report?table=replies&id={REPLY}",
    "list": "/corpus/replies",
    "grid": "/corpus/replies?_layout=table",
    "table": "/corpus/issues",
    "database": "/corpus",
    "query": "/corpus/who_consults_whom",
    "own sql": "/corpus?sql=select+1",
    "row": "/corpus/columns?_size=1",
    "feeds": "/feeds",
    "not found": "/nothing",
}
BYTES = 300_000
"""Of a page as it arrives in the browser, unpacked, without the text that is its data."""
REQUESTS = 25
NODES = 3_000
SHIFT = 0.1
"""Cumulative layout shift that Lighthouse calls good."""
SERIOUS = {"serious", "critical"}

MEASURE = """() => new Promise(done => {
    let shift = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
    }).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done({shift, nodes: document.querySelectorAll("*").length,
        data: new TextEncoder().encode((document.querySelector("main") || document.body).textContent).length}), 60);
})"""


@pytest.fixture(scope="module")
def axe() -> Any:
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.fixture(params=[(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")], ids="-".join)
def seen(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Reader]:
    screen, scheme = request.param
    context = chromium.new_context(locale="zh-CN", color_scheme=scheme, **SCREENS[screen])
    page = context.new_page()
    yield Reader(page, site, screen)
    context.close()


def faults(found: Any) -> list[str]:
    return [
        f"{one['id']} ({one['impact']}): {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found.response["violations"]
        if one["impact"] in SERIOUS
    ]


def test_axe_sees_a_fault(seen: Reader, axe: Any) -> None:
    page = seen.opens("/search")
    page.evaluate("document.querySelector('input[name=q]').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('input[name=q]').removeAttribute('placeholder')")
    assert any(line.startswith("label") for line in faults(axe.run(page)))


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_has_no_serious_fault(seen: Reader, axe: Any, path: str) -> None:
    assert faults(axe.run(seen.opens(path))) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_is_light_and_still(reader: Reader, path: str) -> None:
    answers: list[Any] = []
    reader.page.on("response", lambda answer: answers.append(answer))
    page = reader.opens(path)
    page.wait_for_load_state("networkidle")
    sizes = {answer.url: len(answer.body()) for answer in answers if answer.status != 304}
    measured = page.evaluate(MEASURE)
    total = sum(sizes.values()) - measured["data"]
    assert total <= BYTES, json.dumps(sizes, indent=1)
    assert len(sizes) <= REQUESTS
    assert measured["nodes"] <= NODES
    assert measured["shift"] <= SHIFT


def test_every_page_can_be_walked_by_keyboard(reader: Reader) -> None:
    page = reader.opens(PAGES["reply"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.wait_for_url("**#content")
    for _ in range(40):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
        if re.search("复制", page.evaluate("document.activeElement.textContent")):
            break
    else:
        raise AssertionError("no copy button within reach")
