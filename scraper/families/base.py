"""What every CMS family answers: which rows a list page has, where it goes on, and how a document continues.

A family reads `Page` objects and nothing else; the live spider and `rebuild` call the same functions, so a list read
from the archive gives the rows that the crawl saw.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from selectolax.lexbor import LexborHTMLParser

from pipelines.address import address_key, continuation_index, host_of
from pipelines.models import Attachment, Listing, ListRow, Page
from pipelines.read.decode import decode
from pipelines.read.guard import MAX_BYTES, limit_depth
from scraper.families.addresses import (
    FILE_TYPES,
    IMAGE_TYPES,
    PAGE_TYPES,
    Target,
    as_declared,
    folder,
    resolve,
    suffix,
)
from scraper.families.complaints import MAX_REFUSED, MAX_ROWS, complaints
from scraper.families.numbered import MAX_CONTINUATIONS
from scraper.families.pagination import MAX_PAGES, Pager, next_hrefs, pagers, printed_counts
from scraper.families.rows import Rows

MAX_ATTACHMENTS = 40


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list page says, and where the list goes on."""

    listing: Listing
    next_urls: tuple[str, ...] = ()
    next_index: int = 1
    """0-based position of the first of `next_urls`; the others follow it."""

    @property
    def refused(self) -> tuple[ListRow, ...]:
        """Rows whose links leave the declared hosts: recorded, never fetched."""
        return self.listing.refused


@dataclass(frozen=True, slots=True)
class ListDocument:
    """A list page, decoded and parsed once."""

    page: Page
    text: str
    tree: LexborHTMLParser
    base: str
    """What relative links are resolved against."""
    column: str
    """Path of the column with its final slash."""
    hosts: frozenset[str]

    @classmethod
    def of(cls, page: Page) -> ListDocument:
        """Decode and parse; pages over `guard.MAX_BYTES` are cut there (the crawler refuses larger ones)."""
        text = limit_depth(decode(page.body[:MAX_BYTES], page.headers).text)[0]
        tree = LexborHTMLParser(text)
        declared = tree.css_first("base[href]")
        target = resolve(page.url, declared.attributes.get("href") or "") if declared is not None else None
        base = target.url if target else page.url
        return cls(page, text, tree, base, folder(page.column or page.url), hosts_of(page))


def hosts_of(page: Page) -> frozenset[str]:
    """Hosts that rows may lead to: the declared ones, or the page's own."""
    return frozenset(page.site.hosts) if page.site else frozenset(filter(None, (host_of(page.url),)))


class Family(ABC):
    """A kind of site. Instances have no state."""

    name: ClassVar[str]
    """As declarations write it."""

    @abstractmethod
    def find_rows(self, document: ListDocument, next_urls: frozenset[str]) -> Rows:
        """Rows of the list; `next_urls` are keys of addresses that only turn the page."""

    def read_list(self, page: Page, index: int | None = None) -> ListPage:
        """Rows, printed counts and continuation of a list page.

        `index` is its 0-based position in the column where the walk knows it; else the page's own word is taken.
        """
        document = ListDocument.of(page)
        pager = self._pager(document)
        links = self._next_links(document)
        pages, total = printed_counts(document.tree)
        if pager is not None:
            pages, total = pager.pages, pager.total if pager.total is not None else total
        if index is None:
            index = self._index(page, pager)
        urls, first = (pager.urls(document.base), 1) if pager else (links, index + 1)
        turning = frozenset(map(address_key, (*urls, *links)))
        found = self.find_rows(document, turning)
        return self._answer(page, index, found, urls, first, pages, total)

    def text_in_list(self, page: Page, number: int) -> str | None:
        """HTML of the document of row `number` that the list page itself carries; None where it carries none."""
        return None

    def _answer(
        self,
        page: Page,
        index: int,
        found: Rows,
        urls: tuple[str, ...],
        first: int,
        pages: int | None,
        total: int | None,
    ) -> ListPage:
        """Put together what was read, within bounds, and complain about what is not as it should be."""
        column = page.column or page.url
        here = address_key(page.url)
        onward = (as_declared(url, column) for url in urls if address_key(url) != here)
        rows = (replace(row, url=as_declared(row.url, column)) for row in found.rows[:MAX_ROWS])
        listing = Listing(
            site=page.site.key if page.site else "",
            column=column,
            url=page.url,
            index=index,
            rows=tuple({row.url: row for row in rows}.values()),
            page_count=pages,
            total=total,
            issues=tuple(complaints(page, found, pages, index)),
            refused=found.refused[:MAX_REFUSED],
        )
        return ListPage(listing, tuple(dict.fromkeys(onward)), first)

    def place(self, url: str, index: int) -> int:
        """Position of a list page that a link leads to; `index` is what the order of the links says, in which 尾页 comes
        right behind 下一页."""
        return index

    def continuations(self, page: Page) -> tuple[str, ...]:
        """Addresses of the further pages of a document, in order: TRS `createPageHTML(3, 0, "t1", "shtml")` on
        `t1.shtml` means `t1_1.shtml` and `t1_2.shtml`. A call with any other name belongs to something else."""
        if b"createPage" not in page.body and b"pageHtml" not in page.body:
            return ()
        for pager in pagers(decode(page.body[:MAX_BYTES], page.headers).text):
            if pager.pages > 1:
                urls = pager.urls(page.url)[: MAX_CONTINUATIONS - 1]
                if urls and continuation_index(urls[0], page.url) == 1:
                    return urls
        return ()

    def attachments(
        self, page: Page, printed: Iterable[Attachment]
    ) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
        """Of the files that a page names (as `pipelines.read` found them): those to fetch, and those refused because
        they lie outside the declared hosts. Files of other kinds are in neither."""
        hosts = page.site.hosts if page.site else ()
        wanted: dict[str, Attachment] = {}
        refused: dict[str, Attachment] = {}
        for attachment in printed:
            target = resolve(page.url, attachment.url) if attachment.url else None
            if target is None:
                continue
            # Where a program hands out the file (`download.jsp?wbfileid=1`), its printed name says what it is.
            kind = target.extension if target.extension not in PAGE_TYPES | {""} else suffix(attachment.name)
            if kind not in FILE_TYPES | IMAGE_TYPES:
                continue
            into = wanted if target.host in hosts else refused
            if len(into) < MAX_ATTACHMENTS:
                into.setdefault(target.url, Attachment(attachment.name, target.url))
        return tuple(wanted.values()), tuple(refused.values())

    def _pager(self, document: ListDocument) -> Pager | None:
        """The call that turns this list's pages; with several, the one with the most pages."""
        found = [pager for pager in pagers(document.text) if pager.pages > 0]
        return max(found, key=lambda pager: pager.pages, default=None)

    def _next_links(self, document: ListDocument) -> tuple[str, ...]:
        """Addresses behind 下一页 and page numbers, on the declared hosts and in the folder of this page."""
        targets = (resolve(document.base, href) for href in next_hrefs(document.tree))
        return tuple(
            dict.fromkeys(
                target.url
                for target in targets
                if target is not None and target.host in document.hosts and self._turns(document, target)
            )
        )

    def _turns(self, document: ListDocument, target: Target) -> bool:
        return folder(target.url) in {folder(document.page.url), document.column}

    def _index(self, page: Page, pager: Pager | None) -> int:
        if pager is not None:
            for k, url in enumerate(pager.urls(page.url), start=1):
                if address_key(url) == address_key(page.url):
                    return k
            if pager.index is not None and pager.index < MAX_PAGES:
                return pager.index
        return 0
