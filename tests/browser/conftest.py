"""One Chromium and one server for the folder; a reader at a desk and one with a phone.

Whatever a test is about, the pages that it visits must ask no other host for anything, say nothing on the console (a
breach of the Content-Security-Policy is said there) and not be wider than the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

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


@pytest.fixture(scope="package")
def site(demo_data: Path) -> Iterator[str]:
    """Address of the served demonstration, without a slash at its end."""
    with serving(demo_data) as server:
        yield f"http://{server.host}:{server.port}"


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
