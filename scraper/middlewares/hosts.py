"""Where a request may go: the declared hosts, also after a redirect, and no site that has been stopped."""

from __future__ import annotations

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from pipelines.address import host_of
from pipelines.declare import is_private
from scraper.contact import ContactMissing, user_agent
from scraper.errand import CONDITIONAL, RECEIPT, errand_of
from scraper.known import VALIDATORS
from scraper.pace import SLOT, slot_of
from scraper.session import session_of

logger = logging.getLogger(__name__)


class HostsMiddleware:
    """Outermost: nothing that it refuses reaches robots.txt or the network."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._proxy: str | None = crawler.settings.get("HUBEI_REPLIES_PROXY")
        try:
            self._user_agent: str | None = user_agent(crawler.settings.get("HUBEI_REPLIES_CONTACT"))
        except ContactMissing:
            self._user_agent = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostsMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Set slot, proxy and User-Agent. Raises IgnoreRequest for addresses outside the declared hosts."""
        host = host_of(request.url)
        if host is None:
            return
        # Redirects and robots.txt requests come through here too and may be of another cluster than their origin.
        request.meta[SLOT] = slot_of(request.url)
        if self._proxy:
            request.meta["proxy"] = self._proxy
        elif is_private(host):
            # A proxy of the environment does not lead to this machine.
            request.meta["proxy"] = None
        if self._user_agent is not None:
            request.headers["User-Agent"] = self._user_agent
        elif not is_private(host):
            # Also `scrapy shell` and `scrapy fetch` do not ask anybody without saying who we are.
            logger.error("%s", ContactMissing())
            raise IgnoreRequest("no contact")
        errand, session = errand_of(request), session_of(self.crawler)
        if errand is None or session is None:
            return
        if host not in errand.site.hosts:
            request.meta[RECEIPT] = session.record_unfetched(
                request.url, errand, "refused", "主机不在声明之内"
            )
            raise IgnoreRequest(f"{host} is not declared for {errand.site.key}")
        if session.is_stopped(errand):
            request.meta.pop(RECEIPT, None)
            raise IgnoreRequest(f"{errand.site.key} was stopped")


class HopMiddleware(RedirectMiddleware):
    """Scrapy's redirects, past the filter of duplicates: http → https is one address to us and two to a server."""

    def _engine_started(self) -> None:
        """Scrapy would look for its referer middleware here and complain: we never send a Referer."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Nothing to pass on."""

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        try:
            hop = super()._redirect(redirected, request, reason)
        except IgnoreRequest:
            session, errand = session_of(self.crawler), errand_of(request)
            if session is not None and errand is not None:
                reason = f"重定向超过 {self.max_redirect_times} 次"
                request.meta[RECEIPT] = session.record_unfetched(request.url, errand, "refused", reason)
            raise
        hop.dont_filter = True
        # A validator is that of the address it came from.
        hop.meta.pop(CONDITIONAL, None)
        for name in VALIDATORS.values():
            hop.headers.pop(name, None)
        return hop
