"""Further pages of a document that links them by number: `190774_2.jhtml`, `content-541-607151-2.html`."""

from __future__ import annotations

from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from pipelines.address import host_of
from pipelines.models import Page
from pipelines.read.decode import decode
from pipelines.read.guard import MAX_BYTES, limit_depth
from scraper.families.addresses import folder
from scraper.families.rows import MAX_LINKS, target_of

MAX_CONTINUATIONS = 30
"""Pages of one document; the longest real one has 4."""


def further_pages(page: Page, prefix: str, suffix: str) -> tuple[str, ...]:
    """Addresses `<prefix>2<suffix>` to the highest number that the page links, in its own folder. A pager that leaves
    out numbers (1 2 … 9) means all of them."""
    if prefix.encode() not in page.body:
        return ()
    tree = LexborHTMLParser(limit_depth(decode(page.body[:MAX_BYTES], page.headers).text)[0])
    last = 1
    for anchor in tree.css("a")[:MAX_LINKS]:
        target = target_of(anchor, page.url)
        if target is None or target.host != host_of(page.url) or folder(target.url) != folder(page.url):
            continue
        number = target.file_name.removeprefix(prefix).removesuffix(suffix)
        if target.file_name == f"{prefix}{number}{suffix}" and number.isascii() and number.isdigit():
            last = max(last, min(int(number[:4]), MAX_CONTINUATIONS))
    return tuple(urljoin(page.url, f"{prefix}{number}{suffix}") for number in range(2, last + 1))
