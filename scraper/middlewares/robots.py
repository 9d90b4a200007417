"""robots.txt after RFC 9309: fetched once a host and run, obeyed; where it cannot be known, we stay away.

| answer | means | clause |
|---|---|---|
| 2xx, text | its rules | §2.2 |
| 2xx, HTML (a home page served for every address) | no rules, and an issue | §2.3.1.1: not parseable |
| 4xx | no rules | §2.3.1.3 |
| 429, 5xx, no answer, cut answer | stay away | §2.3.1.4 |
| challenge page, redirect off the declared hosts | stay away: the rules exist but were not shown to us | own choice |

`Crawl-delay` and `Request-rate` are no part of the RFC; we honour both as a floor of the pace.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from pipelines.models import Issue
from scraper.contact import TOKEN
from scraper.errand import ERRAND, RECEIPT, Errand, errand_of, receipt_of
from scraper.pace import Pace, slot_of
from scraper.session import session_of

MAX_BYTES = 500 * 1024
"""RFC 9309 §2.5: at least so much must be parsed; we parse no more."""

MAX_CRAWL_DELAY = 3600.0
"""Seconds; more than that between two pages means: do not crawl."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows."""

    parser: Protego | None = None
    """None: everything."""
    stay_away: str | None = None
    """Why nothing may be fetched at all (Chinese)."""

    def allows(self, url: str) -> bool:
        return self.stay_away is None and (self.parser is None or self.parser.can_fetch(url, TOKEN))


class RobotsMiddleware:
    """Asks for robots.txt before the first page of a host; the request goes through the whole chain, so it is paced,
    archived and on resuming served from the archive like any other."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._rules: dict[str, Rules] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest for what robots.txt forbids; it is recorded as `robots`."""
        parts = urlparse_cached(request)
        if request.meta.get("dont_obey_robotstxt") or parts.scheme not in {"http", "https"}:
            return
        errand = errand_of(request)
        host = parts.netloc.lower()
        rules = self._rules.get(host)
        if rules is None:
            async with self._asking.setdefault(host, asyncio.Lock()):
                if host not in self._rules:
                    self._rules[host] = await self._ask(f"{parts.scheme}://{parts.netloc}/robots.txt", errand)
            rules = self._rules[host]
        if rules.allows(request.url):
            return
        session = session_of(self.crawler)
        if session is not None and errand is not None:
            reason = rules.stay_away or "robots.txt 不允许采集这个地址"
            request.meta[RECEIPT] = session.record_unfetched(request.url, errand, "robots", reason)
        raise IgnoreRequest(f"robots.txt: {rules.stay_away or 'disallowed'}")

    async def _ask(self, url: str, errand: Errand | None) -> Rules:
        meta: dict[str, object] = {"dont_obey_robotstxt": True, "download_maxsize": 4 * MAX_BYTES}
        if errand is not None:
            meta[ERRAND] = Errand("robots", errand.site)
        request = Request(url, meta=meta, callback=NO_CALLBACK, dont_filter=True)
        try:
            response = await self.crawler.engine.download_async(request)
        except IgnoreRequest:
            rules = Rules(stay_away="robots.txt 被重定向到声明之外的主机、循环重定向或过大，规则不明，不进站")
        except Exception as error:  # noqa: BLE001 -- whatever kept it from us, the rule is the same
            rules = Rules(stay_away=f"robots.txt 取不到（{type(error).__name__}），按 RFC 9309 不进站")
        else:
            rules = self._read(response, errand)
        session = session_of(self.crawler)
        if rules.stay_away and session is not None and errand is not None:
            issue = Issue("robots_stay_away", f"{url}：{rules.stay_away}", "error")
            session.note_issue(errand.site, issue, url)
        return rules

    def _read(self, response: Response, errand: Errand | None) -> Rules:
        receipt = receipt_of(response)
        outcome = receipt.outcome if receipt is not None else None
        status = response.status
        if outcome == "blocked":
            return Rules(stay_away="robots.txt 返回质询页，规则不明，不进站")
        if status == 429 or status >= 500:
            return Rules(stay_away=f"robots.txt 返回 {status}，按 RFC 9309 不进站")
        if outcome == "truncated":
            return Rules(stay_away="robots.txt 传输中断，规则不明，不进站")
        if 400 <= status < 500:
            return Rules()
        if status >= 300:
            return Rules(stay_away=f"robots.txt 重定向有误（{status}），规则不明，不进站")
        text = response.body[:MAX_BYTES].decode("utf-8-sig", "replace").replace("\x00", "")
        if outcome in {"soft_404", "maintenance"} or text.lstrip()[:1] == "<":
            session = session_of(self.crawler)
            if session is not None and errand is not None:
                message = f"{response.url} 返回的是网页，不是 robots.txt，当作没有规则。"
                session.note_issue(errand.site, Issue("robots_is_html", message, "warning"), response.url)
            return Rules()
        parser = Protego.parse(text)
        delay = self._delay(parser)
        if delay > MAX_CRAWL_DELAY:
            return Rules(stay_away=f"robots.txt 要求每次间隔 {delay:g} 秒，等于不让采集，不进站")
        pace = self.crawler.get_extension(Pace)
        if pace is not None and delay > 0:
            pace.raise_floor(slot_of(response.url), delay)
        return Rules(parser)

    @staticmethod
    def _delay(parser: Protego) -> float:
        """Seconds between two requests that the rules ask of us; 0 where they ask nothing."""
        rate = parser.request_rate(TOKEN)
        by_rate = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return max(float(parser.crawl_delay(TOKEN) or 0.0), float(by_rate))
