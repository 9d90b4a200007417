"""A document that could not be fetched and whose text its list carries: the list's archived bytes give a page of it.

Some TRS lists (`list.json`) hold the whole text of every document. The page itself is asked for and read first: it has
the metadata. Where it is gone, blocked or out of reach, the text in the list stands in for it, so that it is not lost;
the reply says so (`text_from_list`), and the outcome of the page stays what it was. Live crawl and `rebuild` make the
same page of the same bytes.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.address import address_key
from pipelines.archive import Archive
from pipelines.models import Outcome, Page
from scraper.errand import Errand, Receipt
from scraper.families import family
from scraper.items import Fetched

if TYPE_CHECKING:
    from scraper.session import Session

logger = logging.getLogger(__name__)

NOT_ASKED = "本次已不再采集该网站，没有取这一页；列表里带有正文"
"""Recorded for the documents of a stopped site, so that their texts count."""

STANDS_IN: frozenset[Outcome] = frozenset(
    ("gone", "soft_404", "blocked", "maintenance", "error", "truncated", "empty", "unreachable", "robots")
)
"""Outcomes of a document for which the text in its list is used. Not what leads off the site or is no page."""

_SHELL = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><div class="TRS_UEDITOR">{}</div></body></html>'


def lost_document(session: Session | None, page: Page, receipt: Receipt, errand: Errand) -> Fetched:
    """A document that could not be got, with what its list makes of it."""
    instead = None
    if session is not None:
        instead = stand_in(session.archive, session.run.id, page, receipt.outcome, errand.text_in)
    return Fetched(page, receipt.outcome, receipt.error, instead)


def not_asked(session: Session | None, url: str, errand: Errand) -> Receipt | None:
    """Put on record that a document of a stopped site was not even asked for, where its list has the text; else None."""
    if session is None or errand.text_in is None:
        return None
    return session.record_unfetched(url, errand, "unreachable", NOT_ASKED)


def stand_in(archive: Archive, run: int, page: Page, outcome: Outcome, text_in: str | None) -> Page | None:
    """The page that the list makes of a document; None where the document itself is to be used or the list has no text.

    Title and date are those of the row; nothing but the text is in the page.
    """
    if outcome not in STANDS_IN or page.site is None or not text_in:
        return None
    url, _, number = text_in.rpartition("#")
    stored = archive.find(run, url)
    if stored is None or stored.outcome != "ok" or stored.sha256 is None or not number.isdigit():
        return None
    listed = replace(archive.page(stored, {page.site.key: page.site}), continuations=())
    try:
        text = family(page.site.family).text_in_list(listed, int(number))
    except Exception:
        # The document is told as what it is; that its list cannot be read was told with the list.
        logger.exception("cannot read %s from its list", address_key(page.url))
        return None
    if not text:
        return None
    return replace(
        page,
        body=_SHELL.format(text).encode("utf-8", "replace"),
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        continuations=(),
    )
