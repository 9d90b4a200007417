"""Lists that are drawn by JavaScript: a second look at a page that came well, through a browser without a network."""

from __future__ import annotations

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from pipelines.models import Outcome
from pipelines.read.outcome import is_challenge
from scraper.browser import MAX_BYTES, Challenge, Chromium, Missing, NotDrawn, Part
from scraper.errand import ERRAND, RECEIPT, Errand, errand_of, receipt_of
from scraper.session import Session, session_of

FIRST = "first"
"""Key of `meta`: the page as the server sent it."""


class RenderMiddleware:
    """Behind the archive, in place of the network: what it draws is recorded like an answer, marked `rendered`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._browser: Chromium | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RenderMiddleware:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.closed, signal=signals.spider_closed)
        return middleware

    async def closed(self) -> None:
        """The browser ends with the crawl."""
        if self._browser is not None:
            await self._browser.close()

    async def process_request(self, request: Request) -> Response | None:
        """The drawn page for an errand that asks for one. Raises IgnoreRequest where there is none; it is recorded why."""
        errand, session, first = errand_of(request), session_of(self.crawler), request.meta.get(FIRST)
        if errand is None or session is None or not errand.rendered or not isinstance(first, Response):
            return None
        receipt = receipt_of(first)
        if is_challenge(receipt.headers if receipt else (), first.body):
            raise self._refused(session, request, errand, "blocked", "网页带有质询脚本，不渲染")
        if self._browser is None:
            self._browser = Chromium(session.user_agent)

        async def fetch(url: str) -> Part:
            return await self._part(request, errand, url)

        try:
            html, by = await self._browser.draw(request.url, errand.site.hosts, _part_of(first), fetch)
        except Challenge as found:
            raise self._refused(session, request, errand, "blocked", f"渲染时遇到质询：{found}") from found
        except (Missing, NotDrawn) as failure:
            raise self._refused(session, request, errand, "error", f"没有渲染出来：{failure}") from failure
        return HtmlResponse(
            request.url,
            status=200,
            headers={"Content-Type": "text/html; charset=utf-8", "X-Rendered-By": by},
            body=html.encode("utf-8", "replace"),
            encoding="utf-8",
            request=request,
        )

    async def _part(self, request: Request, errand: Errand, url: str) -> Part:
        """A script or a file of data, through the whole chain: paced, obeying robots.txt, archived."""
        meta: dict[str, Any] = {
            ERRAND: Errand("resource", errand.site, errand.column, part_of=request.url),
            "download_maxsize": MAX_BYTES,
        }
        wanted = Request(url, meta=meta, callback=NO_CALLBACK, dont_filter=True)
        response = await self.crawler.engine.download_async(wanted)
        receipt = receipt_of(response)
        if receipt is not None and receipt.outcome == "blocked":
            raise Challenge(url)
        return _part_of(response)

    @staticmethod
    def _refused(
        session: Session, request: Request, errand: Errand, outcome: Outcome, reason: str
    ) -> IgnoreRequest:
        request.meta[RECEIPT] = session.record(request.url, errand, outcome, error=reason)
        return IgnoreRequest(f"{request.url}: {reason}")


def _part_of(response: Response) -> Part:
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Part(response.status, kind or "text/html", response.body)
