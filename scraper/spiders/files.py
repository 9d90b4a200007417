"""Files beside documents, and documents that are files: what the spider asks for last, or waits for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from pipelines.address import address_key
from pipelines.load import Item
from pipelines.models import Page, RawReply, Site
from pipelines.read import read_page
from pipelines.read.pointer import pointer
from scraper.errand import CONDITIONAL, Errand, Receipt, errand_of
from scraper.families import family
from scraper.families.addresses import PAGE_TYPES, is_file, resolve
from scraper.item_pipeline import load
from scraper.items import Fetched
from scraper.plan import Ask
from scraper.reread import attached
from scraper.session import Session

logger = logging.getLogger(__name__)

LIST, DETAIL, CONTINUATION, ATTACHMENT = 400, 200, 300, 100
"""Priorities inside a cluster: lists first, then each document with its continuations, files last: if a site shuts
its door midway, the texts are what we want to have."""

_PAGES = tuple(f".{kind}" for kind in sorted(PAGE_TYPES))
_PARTED = frozenset("?#")
"""What ends the path of an address."""

Yielded = scrapy.Request | Fetched | Item


class Files:
    """A part of the spider."""

    session: Session | None
    crawler: Crawler

    @cached_property
    def _loads_only(self) -> bool:
        """Whether nobody else takes documents as items."""
        return not self.crawler.settings.getbool("HUBEI_REPLIES_ITEMS", True)

    if TYPE_CHECKING:

        def _request(
            self, url: str, errand: Errand, priority: int, callback: Any, errback: Any, **more: Any
        ) -> scrapy.Request: ...
        def _received(self, response: Response) -> tuple[Page, Receipt, Errand]: ...
        def _lost(self, request: scrapy.Request, errand: Errand) -> Iterator[Yielded]: ...
        def _refuse(self, url: str, errand: Errand) -> Receipt | None: ...
        def parse_detail(self, response: Response) -> Iterator[Yielded]: ...
        def lost_detail(self, failure: Failure) -> Iterator[Yielded]: ...

    def _document_request(self, ask: Ask) -> scrapy.Request:
        more: dict[str, Any] = {"headers": ask.conditions or None}
        if ask.errand.role == "attachment" or _names_file(ask.url):
            # Some columns list files; they are kept, and there is no page to read.
            request = self._attachment_request(ask.url, replace(ask.errand, role="attachment"), **more)
        else:
            request = self._request(ask.url, ask.errand, DETAIL, self.parse_detail, self.lost_detail, **more)
        request.meta[CONDITIONAL] = bool(ask.conditions)
        return request

    def _read(self, page: Page) -> RawReply | None:
        """What is read of a page; None where our rules stumble over it."""
        try:
            return read_page(page)
        except Exception:
            # The item pipeline meets the same page and reports it.
            logger.exception("cannot read %s", page.url)
            return None

    def _deliver(self, page: Page, site: Site, raw: RawReply | None) -> Iterator[Yielded]:
        """A whole document; where it only points to a file it waits for that."""
        where = pointer(raw) if raw is not None else None
        file = where.file if where is not None else None
        wanted, _ = family(site.family).attachments(page, (file,)) if file is not None else ((), ())
        if file is None or not wanted:
            whole = Fetched(page, "ok", raw=raw)
            if self._loads_only and self.session is not None:
                # Scrapy's way through its item pipelines costs a tenth of what Scrapy itself does for a page.
                load(self.crawler, self.session, whole)
            else:
                yield whole
            return
        url = wanted[0].url or ""
        errand = Errand("attachment", site, page.column, wanted[0].name or None, None, part_of=page.url)
        yield self._request(
            url,
            errand,
            CONTINUATION,
            self.parse_text_file,
            self.lost_text_file,
            cb_kwargs={"page": page, "url": file.url},
            dont_filter=True,
        )

    def parse_text_file(self, response: Response, page: Page, url: str) -> Iterator[Yielded]:
        """The file that holds the text of a page has come, or something in its place."""
        yield Fetched(self._with_file(page, url), "ok")

    def lost_text_file(self, failure: Failure) -> Iterator[Yielded]:
        """It could not be got: an earlier run may have it."""
        told = request_of(failure).cb_kwargs
        yield Fetched(self._with_file(told["page"], told["url"]), "ok")

    def _with_file(self, page: Page, url: str) -> Page:
        session = self.session
        return page if session is None else attached(session.archive, url, page, session.run.id)

    def _attachments(self, page: Page, errand: Errand, raw: RawReply | None) -> Iterator[scrapy.Request]:
        wanted, refused = family(errand.site.family).attachments(page, raw.attachments if raw else ())
        part_of = errand.part_of or page.url
        for attachment in wanted:
            if not self._is_new(attachment.url):
                continue
            yield self._attachment_request(
                attachment.url or "",
                Errand(
                    "attachment", errand.site, errand.column, attachment.name or None, None, part_of=part_of
                ),
            )
        for attachment in refused:
            self._refuse(
                attachment.url or "",
                Errand(
                    "attachment", errand.site, errand.column, attachment.name or None, None, part_of=part_of
                ),
            )

    def _attachment_request(self, url: str, errand: Errand, **more: Any) -> scrapy.Request:
        return self._request(url, errand, ATTACHMENT, self.parse_attachment, self.lost_attachment, **more)

    def _is_new(self, url: str | None) -> bool:
        """Whether a file is to be fetched with its page; one that is known has its own turn, except in a full run."""
        session = self.session
        return session is None or session.options.full or not session.known.has(address_key(url or ""))

    def parse_attachment(self, response: Response) -> Iterator[Yielded]:
        """A file is archived when it gets here; one that stands in a list of its own is a document."""
        page, receipt, errand = self._received(response)
        if errand.part_of is None and receipt.outcome != "unchanged":
            yield Fetched(page, receipt.outcome, receipt.error)

    def lost_attachment(self, failure: Failure) -> Iterator[Yielded]:
        """The archive has the reason."""
        request = request_of(failure)
        errand = errand_of(request)
        if errand is not None and errand.part_of is None:
            yield from self._lost(request, errand)


def _names_file(url: str) -> bool:
    """Whether an address is that of a file."""
    if url.endswith(_PAGES) and not _PARTED.intersection(url):
        # As nearly every document: it need not be taken apart.
        return False
    target = resolve(url, url)
    return target is not None and is_file(target)


def request_of(failure: Failure) -> scrapy.Request:
    request = getattr(failure, "request", None)
    if not isinstance(request, scrapy.Request):
        raise TypeError("a failure without its request")
    return request
