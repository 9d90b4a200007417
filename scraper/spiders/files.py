"""Files beside documents: what the spider asks for last."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from pipelines.address import address_key
from pipelines.load import Item
from pipelines.models import Page
from pipelines.read import read_page
from scraper.errand import Errand, Receipt
from scraper.families import family
from scraper.items import Fetched
from scraper.session import Session

logger = logging.getLogger(__name__)

LIST, DETAIL, CONTINUATION, ATTACHMENT = 400, 200, 300, 100
"""Priorities inside a cluster: lists first, then each document with its continuations, files last: if a site shuts
its door midway, the texts are what we want to have."""

Yielded = scrapy.Request | Fetched | Item


class Files:
    """A part of the spider."""

    session: Session | None

    if TYPE_CHECKING:

        def _request(
            self, url: str, errand: Errand, priority: int, callback: Any, errback: Any, **more: Any
        ) -> scrapy.Request: ...
        def _refuse(self, url: str, errand: Errand) -> Receipt | None: ...

    def _attachments(self, page: Page, errand: Errand) -> Iterator[scrapy.Request]:
        try:
            printed = read_page(page).attachments
        except Exception:
            # The item pipeline meets the same page and reports it.
            logger.exception("cannot read attachments of %s", page.url)
            return
        wanted, refused = family(errand.site.family).attachments(page, printed)
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

    def parse_attachment(self, response: Response) -> None:
        """Nothing: a file is archived when it gets here."""

    def lost_attachment(self, failure: Failure) -> None:
        """Nothing: the archive has the reason."""


def request_of(failure: Failure) -> scrapy.Request:
    request = getattr(failure, "request", None)
    if not isinstance(request, scrapy.Request):
        raise TypeError("a failure without its request")
    return request
