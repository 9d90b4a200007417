"""A page drawn by Chromium that has no network: whatever it asks for is got by our own downloader, or not at all.

So a drawn page costs the site what its parts would cost a crawl: each request waits its turn, obeys robots.txt, stays on
the declared hosts and is archived before anybody sees it. Nothing is clicked, no cookie is kept, and a challenge ends the
page: the browser is here for lists that are drawn from data, not to get past a door.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from pipelines.address import address_key, host_of

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
VARIABLE = "HUBEI_REPLIES_CHROMIUM"
"""Names another program."""

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Behind the routes of Playwright a second door that is shut: no name has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
KINDS = frozenset({"document", "script", "xhr", "fetch"})
"""Pictures, fonts, styles and frames draw no list."""
MAX_PARTS = 60
"""Requests of one page."""
MAX_BYTES = 20_000_000
MAX_DRAWN = 8_000_000
SECONDS = 300.0
"""For one page, waiting for its parts included."""
QUIET = 0.6
"""Seconds without a request after which a page is drawn."""
_STAMP = re.compile(r"^_=\d{10,17}$")


@dataclass(frozen=True, slots=True)
class Part:
    """What a page asked for, as it is given to it."""

    status: int
    content_type: str
    body: bytes


Fetch = Callable[[str], Awaitable[Part]]
"""Gets a part of a page; raises Challenge, or anything else where there is nothing to give."""


class Challenge(Exception):
    """The site asks whether we are a person; says where."""


class NotDrawn(Exception):
    """The browser could not draw the page; says why, in Chinese."""


class Missing(Exception):
    """There is no browser on this machine; says what to install, in Chinese."""


@dataclass(slots=True)
class _Drawing:
    """One page under way."""

    url: str
    hosts: Sequence[str]
    first: Part
    fetch: Fetch
    parts: int = 0
    size: int = 0
    under_way: int = 0
    quiet_since: float = 0.0
    challenge: str | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Chromium:
    """The browser of a crawl: started when the first page is to be drawn, one page at a time."""

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._playwright: Any = None
        self._browser: Any = None
        self._one = asyncio.Lock()

    async def draw(self, url: str, hosts: Sequence[str], first: Part, fetch: Fetch) -> tuple[str, str]:
        """(HTML of the page when it has come to rest, name and version of the browser).

        `first` is the page as the server sent it. Raises Missing, Challenge, NotDrawn.
        """
        async with self._one:
            await self._start()
            drawing = _Drawing(url, hosts, first, fetch)
            try:
                return await asyncio.wait_for(
                    self._draw(drawing), SECONDS
                ), f"chromium {self._browser.version}"
            except TimeoutError as error:
                raise NotDrawn(f"{SECONDS:g} 秒没有画完") from error

    async def close(self) -> None:
        """End the browser; harmless when there is none."""
        browser, playwright = self._browser, self._playwright
        self._browser = self._playwright = None
        with suppress(Exception):
            if browser is not None:
                await browser.close()
        with suppress(Exception):
            if playwright is not None:
                await playwright.stop()

    async def _start(self) -> None:
        if self._browser is not None and self._browser.is_connected():
            return
        await self.close()
        missing, program = unavailable(), installed()
        if missing is not None:
            raise Missing(missing)
        try:
            from playwright.async_api import async_playwright  # optional: the extra `browser`

            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=program,
                args=list(FLAGS),
                # Chromium refuses its sandbox to root.
                chromium_sandbox=os.geteuid() != 0,
            )
        except Exception as error:
            await self.close()
            raise Missing(f"Chromium 起不来（{str(error).splitlines()[0][:200]}）") from error

    async def _draw(self, drawing: _Drawing) -> str:
        context = await self._browser.new_context(
            user_agent=self._user_agent, service_workers="block", accept_downloads=False, locale="zh-CN"
        )
        try:
            await context.route("**/*", lambda route: self._answer(drawing, route))
            await context.route_web_socket("**/*", lambda socket: socket.close())
            page = await context.new_page()
            page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
            drawing.quiet_since = asyncio.get_running_loop().time()
            try:
                await page.goto(drawing.url, wait_until="load", timeout=SECONDS * 1000)
                await self._rest(drawing)
                html: str = await page.content()
            except Exception as error:
                if drawing.challenge is None:
                    raise NotDrawn(f"浏览器出错（{str(error).splitlines()[0][:200]}）") from error
                html = ""
            cookies = "; ".join(str(cookie.get("name")) for cookie in await context.cookies())
        finally:
            with suppress(Exception):
                await context.close()
        if drawing.challenge is not None:
            raise Challenge(drawing.challenge)
        if cookies and is_challenge_cookie(cookies):
            raise Challenge(f"{drawing.url} 的脚本设置了质询 cookie")
        if len(html) > MAX_DRAWN:
            raise NotDrawn("画出来的网页过大")
        return html

    async def _rest(self, drawing: _Drawing) -> None:
        """Wait until nothing has been asked for a while."""
        loop = asyncio.get_running_loop()
        while drawing.challenge is None and (drawing.under_way or loop.time() - drawing.quiet_since < QUIET):
            await asyncio.sleep(0.05)

    async def _answer(self, drawing: _Drawing, route: Any) -> None:
        """Give the page what it asks for, if it may have it."""
        drawing.under_way += 1
        try:
            part = await self._part(drawing, route.request)
            if part is None:
                await route.abort()
            else:
                await route.fulfill(status=part.status, content_type=part.content_type, body=part.body)
        except Challenge as found:
            drawing.challenge = str(found)
            with suppress(Exception):
                await route.abort()
        except Exception:  # noqa: BLE001 -- what cannot be got is not there; the record says why
            with suppress(Exception):
                await route.abort()
        finally:
            drawing.under_way -= 1
            drawing.quiet_since = asyncio.get_running_loop().time()

    async def _part(self, drawing: _Drawing, request: Any) -> Part | None:
        url = str(request.url).partition("#")[0]
        if request.resource_type not in KINDS or request.method != "GET" or drawing.challenge is not None:
            return None
        if request.resource_type == "document":
            main = request.is_navigation_request() and request.frame.parent_frame is None
            same = address_key(url) == address_key(drawing.url)
            first, drawing.parts = drawing.parts == 0, drawing.parts + 1
            return drawing.first if main and same and first else None
        if host_of(url) not in drawing.hosts:
            return None
        async with drawing.lock:
            drawing.parts += 1
            if drawing.parts > MAX_PARTS or drawing.size > MAX_BYTES:
                return None
            part = await drawing.fetch(without_stamp(url))
            drawing.size += len(part.body)
            return part


def installed() -> str | None:
    """Path of the browser, or None."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def unavailable() -> str | None:
    """Why no page can be drawn on this machine, in Chinese; None where one can."""
    if find_spec("playwright") is None:
        return "没有装 playwright，请运行 pip install 'hubei-replies[browser]'"
    if installed() is None:
        return f"没有找到 Chromium，请安装（如 apt-get install chromium），或用环境变量 {VARIABLE} 指明"
    return None


def without_stamp(url: str) -> str:
    """The address without jQuery's `_=1732500000000`, which only keeps caches away.

    >>> without_stamp("http://a.invalid/list.json?page=2&_=1732500000000")
    'http://a.invalid/list.json?page=2'
    """
    address, mark, query = url.partition("?")
    kept = [part for part in query.split("&") if not _STAMP.match(part)]
    return address + ("?" + "&".join(kept) if mark and kept != [""] and kept else "")


_COOKIES = re.compile(r"FSSBBIl1UgzbN7N80|__jsl_clearance|acw_sc__|924omrTVcFch", re.IGNORECASE)


def is_challenge_cookie(names: str) -> bool:
    """Whether one of these cookies is that of a known challenge."""
    return _COOKIES.search(names) is not None
