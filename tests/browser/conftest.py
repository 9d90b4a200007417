"""One Chromium and one server for the folder; a reader at a desk and one with a phone.

Whatever a test is about, the pages that it visits must ask no other host for anything, say nothing on the console (a
breach of the Content-Security-Policy is said there) and not be wider than the screen.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.schema.summaries import FILLED
from scraper.browser import FLAGS, installed, unavailable
from tests.pipelines.publish.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MISSING = unavailable()
HERE = Path(__file__).parent
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs a browser, and says so where there is none."""
    for item in items:
        if HERE in item.path.parents and not isinstance(item, pytest.DoctestItem):
            item.add_marker(pytest.mark.browser)
            if MISSING:
                item.add_marker(pytest.mark.skip(reason=f"no browser: {MISSING}"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The Chromium of the system. Its names have no address but that of this machine."""
    from playwright.sync_api import sync_playwright

    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    flags = [flag for flag in FLAGS if "host-resolver-rules" not in flag]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed(), args=[*flags, rules, "--no-sandbox"]
        )
        yield browser
        browser.close()


EDITED, GONE = "r2nbv7n64ulp", "r5soirzca442"
"""Replies of the demonstration whose pages were edited and taken down last month, in the copy that is served here."""

_DIFF = [
    {"op": "kept", "text": "这一句没有变。"},
    {"op": "removed", "text": "原来的一句。"},
    {"op": "added", "text": "改过的一句。"},
]


@pytest.fixture(scope="package")
def site(demo_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the served demonstration, without a slash at its end; since it was crawled something has changed."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(demo_corpus, folder / "corpus.db")
    moment = f"{last_month()}-03T02:00:00+08:00"
    with closing(sqlite3.connect(folder / "corpus.db")) as conn, conn:
        conn.execute(
            "insert into revisions(reply_id, number, fetched_at, summary, changed, diff, digest)"
            " values (?, 2, ?, '正文', '{\"body_text\": {}}', ?, '')",
            (EDITED, moment, json.dumps(_DIFF)),
        )
        conn.execute(
            "insert into reply_events(reply_id, happened_at, kind, url) select id, ?, 'gone', url from replies where id = ?",
            (moment, GONE),
        )
        conn.execute("delete from month_changes")
        conn.execute(f"insert into month_changes {FILLED['month_changes']}")
        conn.execute("update replies set gone_on = ? where id = ?", (moment[:10], GONE))
    with serving(folder) as server:
        yield f"http://{server.host}:{server.port}"


def last_month() -> str:
    """`YYYY-MM` of the month before this one."""
    first = datetime.now(UTC).date().replace(day=1)
    return (first - timedelta(days=1)).strftime("%Y-%m")


@dataclass
class Reader:
    """A person with a browser. `said` is what pages printed on the console, `asked` what they loaded."""

    page: Page
    site: str
    screen: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def opens(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(self.site + path)
        self.looks()
        return self.page

    def looks(self) -> None:
        """Nothing sticks out of the screen sideways."""
        wide, screen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= screen, f"{self.page.url} is {wide} wide on a screen of {screen}"

    def sees(self, expression: str, seconds: float = 15.0) -> None:
        """Wait until a JavaScript expression holds. Not Playwright's `wait_for_function`: where it has to ask a second time
        it evaluates inside the page, which the Content-Security-Policy forbids."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, expression
            self.page.wait_for_timeout(50)

    def text(self, selector: str = "main") -> str:
        """What stands in a part of the page."""
        return self.page.locator(selector).first.inner_text()


@pytest.fixture(params=list(SCREENS))
def reader(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Reader]:
    """A reader at a desk, and then one with a phone."""
    with ExitStack() as stack:
        context = chromium.new_context(
            locale="zh-CN",
            accept_downloads=True,
            permissions=["clipboard-read", "clipboard-write"],
            **SCREENS[request.param],
        )
        stack.callback(context.close)
        page = context.new_page()
        one = Reader(page, site, request.param)
        page.on("console", lambda message: one.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: one.said.append(str(error)))
        page.on("request", lambda asked: one.asked.append(asked.url))
        yield one
        foreign = [url for url in one.asked if not url.startswith((site, "data:"))]
        assert foreign == [], "asked another host"
        assert [line for line in one.said if "status of 4" not in line] == []
