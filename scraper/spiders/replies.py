"""The one spider: lists of the declared columns, then the documents that they list, then what hangs on those."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from pipelines.address import address_key
from pipelines.declare import load_sites
from pipelines.errors import HubeiRepliesError
from pipelines.models import Issue, Page, RawReply, Site
from scraper.browser import unavailable
from scraper.errand import ERRAND, RECEIPT, Errand, Receipt, errand_of, receipt_of
from scraper.families import family
from scraper.items import UNREAD, Fetched, column_gone, unreadable_list
from scraper.middlewares.render import FIRST
from scraper.pace import SLOT, slot_of
from scraper.plan import Plan, plan_of
from scraper.selection import document_limit, select
from scraper.session import Options, Progress, Session, stop
from scraper.spiders.files import CONTINUATION, LIST, Files, Yielded, request_of
from scraper.stand_in import lost_document, not_asked
from scraper.walk import MAX_REPEATS, Walk

MAX_PAGE = 8_000_000
"""Bytes of a list or detail page; the largest real one seen has 0.1 MB."""

OFF_SITE = "链接指向声明之外的主机"


class RepliesSpider(Files, scrapy.Spider):
    """`scrapy crawl replies -a site=kjt,wlt -a limit=20 -O out.jsonl`; without `site` all declared sites."""

    name = "replies"

    def __init__(
        self,
        site: str | None = None,
        sites: str | Path | Mapping[str, Site] | None = None,
        session: Session | None = None,
        since: str | None = None,
        limit: str | int | None = None,
        full: str | bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if session is not None:
            self.sites = session.sites
        else:
            declared = sites if isinstance(sites, Mapping) else load_sites(Path(sites) if sites else None)
            self.sites = select(declared, (site or "").split(","))
        self.session = session
        self._owns_session = session is None
        self._options = Options(
            full=str(full).lower() not in {"0", "false", "no"},
            since=since,
            limit=document_limit(limit),
        )
        self._plans: dict[str, Plan] = {}
        self._delivered: set[str] = set()
        self._refusal: HubeiRepliesError | None = None
        self._failed = False

    # --- start and end ----------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """First page of every column."""
        if self.session is None:
            settings = self.settings
            options = replace(self._options, contact=settings.get("HUBEI_REPLIES_CONTACT"))
            try:
                if self._refusal is not None:
                    raise self._refusal
                self.session = Session(self.sites, Path(settings["HUBEI_REPLIES_DATA"]), options)
            except HubeiRepliesError as error:
                self._failed = True
                self.logger.critical("%s", error)
                raise CloseSpider(type(error).__name__) from error
        if self.session.shift is not None:
            try:
                shared = self.session.shift.requests(self.crawler, self.session, self._first, self._unstick)
                async for request in shared:
                    yield request
            except HubeiRepliesError as error:
                stop(self.crawler, self.session, error)
            return
        # All columns count as pending before the first is asked for: a quick answer must not pass for the last one.
        requests = [request for key in self.sites for request in self._first(key)]
        for key in self.session.results():
            self.session.tell(Progress("site", key))
        for request in requests:
            yield request

    def _first(self, key: str) -> Iterator[scrapy.Request]:
        """First page of every column of a site."""
        site = self.sites[key]
        for column in site.columns:
            yield from self._list_request(site, column.url, column.url, 0)

    def idle(self) -> None:
        """Nothing is under way any more. Connected to `spider_idle`."""
        if self._unstick(tuple(self._plans)):
            raise DontCloseSpider

    def _unstick(self, keys: tuple[str, ...]) -> bool:
        """A walk that still waits for a list when nothing is under way lost it to a fault of ours: it is told, and the
        documents known so far are fetched. Whether there was one among these sites."""
        walks = [self._plans[key].walk for key in keys if key in self._plans]
        waiting = [walk for walk in walks if walk.pending > 0 and not walk.done]
        for walk in waiting:
            message = f"{walk.site.name}：有 {walk.pending} 个列表页没有下文，已取到的照常处理；请报告。"
            self._note(walk.site, Issue("lists_unsettled", message, "error"))
            walk.pending = 1
            for found in self._settle(walk.site):
                if isinstance(found, scrapy.Request):
                    self.crawler.engine.crawl(found)
                elif self.session is not None and not isinstance(found, Fetched):
                    self.session.load(found)
        return bool(waiting)

    def closed(self, reason: str) -> None:
        """A session that the spider opened itself ends with it; one that could not begin, or that a fault ended, makes
        `scrapy crawl` end with exit code 1, which Scrapy gives where no spider came to life."""
        if not self._owns_session:
            return
        if self.session is not None:
            self.session.close(finished=reason == "finished")
        if self._failed or (self.session is not None and self.session.fatal is not None):
            self.crawler.spider = None

    # --- lists ------------------------------------------------------------------------------------------------

    def _list_request(self, site: Site, column: str, url: str, index: int) -> Iterator[scrapy.Request]:
        if self._walk(site).claim(url):
            errand = Errand("list", site, column=column, index=self._walk(site).place(column, url, index))
            yield self._request(url, errand, LIST, self.parse_list, self.lost_list, dont_filter=True)

    def parse_list(self, response: Response) -> Iterator[Yielded]:
        """Rows and further pages of a list; after the last list of a site, its documents.

        The sample list holds one row and a call for one further page.

        @url data:text/html;charset=utf-8,%3Cbase%20href=%22http://list.invalid/jytabl/%22%3E%3Cul%3E%3Cli%3E%3Ca%20href=%22./202409/t20240902_55382.shtml%22%3ETitle%3C/a%3E%3C/li%3E%3C/ul%3E%3Cscript%3EcreatePageHTML(2,0,%22index%22,%22shtml%22)%3C/script%3E
        @sample list http://list.invalid/jytabl/
        @returns requests 2 2
        @returns items 2 2
        """
        page, receipt, errand = self._received(response)
        site = errand.site
        if receipt.outcome != "ok":
            yield Fetched(page, receipt.outcome, receipt.error)
            if errand.index == 0 and receipt.outcome in {"gone", "soft_404"} and self.session is not None:
                column = errand.column or page.url
                self.session.lose_column(site, column, column_gone(site, column))
            yield from self._without(site, errand.column)
            return
        if not errand.rendered and self._is_drawn(site, errand.column):
            drawn = self._request(
                page.url,
                replace(errand, rendered=True),
                LIST,
                self.parse_list,
                self.lost_list,
                dont_filter=True,
            )
            drawn.meta[FIRST] = response
            yield drawn
            return
        try:
            found = family(site.family).read_list(page, errand.index)
        except Exception as error:
            # A list that our rules stumble over must not keep the rest of the site waiting for ever.
            self.logger.exception("cannot read list %s", page.url)
            told = unreadable_list(page, error)
            self._note(site, *told.issues, keep=False)
            yield told
            yield from self._without(site, errand.column)
            return
        listing = found.listing
        self._note(site, *(issue for issue in listing.issues if issue.severity == "error"), keep=False)
        yield listing
        self._tell(Progress("list", site.key, page.url, "list", "ok", len(listing.rows)))
        for row in found.refused:
            yield from self._refused_row(
                row.url, Errand("detail", site, listing.column, row.title or None, row.date)
            )
        for index, url in self._plan(site).take(found, errand.look):
            yield from self._list_request(site, listing.column, url, index)
        walk = self._walk(site)
        if walk.repeats[listing.column] == MAX_REPEATS and self.session is not None:
            self.session.leave_list(site, listing.column, MAX_REPEATS)
        if walk.full:
            message = f"{site.name}：列表没有尽头，只读到前面的；请核对栏目。"
            self._note(site, Issue("list_too_long", message, "error"))
        yield from self._settle(site)

    def _is_drawn(self, site: Site, column: str | None) -> bool:
        """Whether a browser must draw the lists of a column; without one on this machine it is told, and they are read
        as they came."""
        if not any(one.render for one in site.columns if one.url == column):
            return False
        missing = unavailable()
        if missing is not None:
            message = f"栏目 {column} 的列表要用浏览器才看得到，这里看不了：{missing}。"
            self._note(site, Issue("browser_missing", message, "error"))
        return missing is None

    def lost_list(self, failure: Failure) -> Iterator[Yielded]:
        """A list that could not be got."""
        request = request_of(failure)
        errand = errand_of(request)
        if errand is not None:
            yield from self._lost(request, errand)
            yield from self._without(errand.site, errand.column)

    def _without(self, site: Site, column: str | None) -> Iterator[Yielded]:
        """Go on without a list page."""
        for index, url in self._plan(site).lost(column):
            yield from self._list_request(site, column or "", url, index)
        yield from self._settle(site)

    def _settle(self, site: Site) -> Iterator[Yielded]:
        """Note that a list page is dealt with; after the last one lists that moved are read again, then the documents."""
        walk = self._walk(site)
        if not walk.settle():
            return
        plan, session = self._plan(site), self.session
        options = self._options if session is None else session.options
        if not options.dry_run and (again := plan.again()):
            for page in again:
                errand = Errand("list", site, page.column, index=page.index, look=page.look)
                yield self._request(page.url, errand, LIST, self.parse_list, self.lost_list, dont_filter=True)
            return
        self._note(site, *walk.issues())
        asks = plan.asks(options.since, options.limit)
        if session is not None:
            session.note_rows(site, walk.printed, len(asks))
        yield from plan.read()
        if not options.dry_run:
            for ask in asks:
                yield self._document_request(ask)

    # --- documents --------------------------------------------------------------------------------------------

    def parse_detail(self, response: Response) -> Iterator[Yielded]:
        """A document; where it continues on further pages it waits for them.

        The sample document continues on one page.

        @url data:text/html;charset=utf-8,%3Cscript%3EcreatePageHTML(2,0,%22t20240902_55382%22,%22shtml%22)%3C/script%3E
        @sample detail http://list.invalid/jytabl/202409/t20240902_55382.shtml
        @returns requests 1 1
        @returns items 0 0
        """
        page, receipt, errand = self._received(response)
        if receipt.outcome == "unchanged":
            return
        key = address_key(page.url)
        if key in self._delivered:
            # Another row led here by a redirect.
            return
        self._delivered.add(key)
        if receipt.outcome != "ok":
            yield lost_document(self.session, page, receipt, errand)
            return
        further = family(errand.site.family).continuations(page)
        raw = self._read(page)
        yield from self._continue(page, further, raw)
        yield from self._attachments(page, errand, raw)

    def _continue(
        self, page: Page, further: tuple[str, ...], raw: RawReply | None = None
    ) -> Iterator[Yielded]:
        """Ask for the next page of a document, or deliver it when there is none. `raw`: what is read of it, where it has
        no further page."""
        number = len(page.continuations) + 1
        if page.site is None:
            yield Fetched(page, "ok")
            return
        if not further:
            yield from self._deliver(page, page.site, raw if number == 1 else self._read(page))
            return
        errand = Errand(
            "continuation",
            page.site,
            page.column,
            page.row_title,
            page.row_date,
            part_of=page.url,
            index=number,
        )
        yield self._request(
            further[0],
            errand,
            CONTINUATION,
            self.parse_continuation,
            self.lost_continuation,
            cb_kwargs={"page": page, "further": further[1:]},
            dont_filter=True,
        )

    def parse_continuation(
        self, response: Response, page: Page, further: tuple[str, ...]
    ) -> Iterator[Yielded]:
        """A further page of a document, whatever it is: what is missing is told when the whole is read."""
        part, receipt, errand = self._received(response)
        if receipt.outcome in UNREAD:
            part = replace(part, body=b"")
        yield from self._continue(replace(page, continuations=(*page.continuations, part)), further)
        if receipt.outcome == "ok":
            yield from self._attachments(part, errand, self._read(part))

    def lost_continuation(self, failure: Failure) -> Iterator[Yielded]:
        """A further page that could not be got: the document is delivered with the gap."""
        request = request_of(failure)
        errand, receipt = errand_of(request), request.meta.get(RECEIPT)
        if errand is None:
            return
        page, further = request.cb_kwargs["page"], request.cb_kwargs["further"]
        if isinstance(receipt, Receipt):
            gap = receipt.page(errand, b"")
        else:
            gap = Page(url=request.url, body=b"", status=0, site=errand.site, role="continuation")
        yield from self._continue(replace(page, continuations=(*page.continuations, gap)), further)

    def lost_detail(self, failure: Failure) -> Iterator[Yielded]:
        """A document that could not be got."""
        request = request_of(failure)
        errand = errand_of(request)
        if errand is not None:
            yield from self._lost(request, errand)

    def _lost(self, request: scrapy.Request, errand: Errand) -> Iterator[Yielded]:
        """What is known of an answer that did not come; nothing where it was not even asked for."""
        receipt = request.meta.get(RECEIPT) or not_asked(self.session, request.url, errand)
        if isinstance(receipt, Receipt) and receipt.outcome != "redirect":
            yield from self._once(receipt, errand)

    # --- small parts ------------------------------------------------------------------------------------------

    def _request(
        self, url: str, errand: Errand, priority: int, callback: Any, errback: Any, **more: Any
    ) -> scrapy.Request:
        meta: dict[str, Any] = {ERRAND: errand, SLOT: slot_of(url)}
        if errand.role != "attachment":
            meta["download_maxsize"] = MAX_PAGE
        return scrapy.Request(url, callback=callback, errback=errback, priority=priority, meta=meta, **more)

    def _received(self, response: Response) -> tuple[Page, Receipt, Errand]:
        """The page as the archive holds it."""
        errand = errand_of(response.request) if response.request is not None else None
        receipt = receipt_of(response)
        if errand is None or receipt is None:
            raise ValueError(f"{response.url} was not asked for by this spider")
        body = b"" if receipt.outcome in UNREAD else response.body
        return receipt.page(errand, body), receipt, errand

    def _plan(self, site: Site) -> Plan:
        if site.key not in self._plans:
            self._plans[site.key] = plan_of(site, self.session)
        return self._plans[site.key]

    def _walk(self, site: Site) -> Walk:
        return self._plan(site).walk

    def _refuse(self, url: str, errand: Errand) -> Receipt | None:
        return self.session.record_unfetched(url, errand, "refused", OFF_SITE) if self.session else None

    def _refused_row(self, url: str, errand: Errand) -> Iterator[Yielded]:
        receipt = self._refuse(url, errand)
        if receipt is not None:
            yield from self._once(receipt, errand)

    def _once(self, receipt: Receipt, errand: Errand) -> Iterator[Yielded]:
        """What is known of an answer that did not come, each address once."""
        key = address_key(receipt.url)
        if key not in self._delivered:
            self._delivered.add(key)
            yield lost_document(self.session, receipt.page(errand, b""), receipt, errand)

    def _note(self, site: Site, *issues: Issue, keep: bool = True) -> None:
        if self.session is not None:
            for issue in issues:
                self.session.note_issue(site, issue, keep=keep)

    def _tell(self, event: Progress) -> None:
        if self.session is not None:
            self.session.tell(event)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> RepliesSpider:
        try:
            spider = super().from_crawler(crawler, *args, **kwargs)
        except HubeiRepliesError as error:
            # Told when the crawl begins, in one line; from here it would be a traceback.
            spider = super().from_crawler(crawler, sites={})
            spider._refusal = error
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider
