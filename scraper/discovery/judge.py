"""What a page lists, told by the titles of its rows: replies, or notices, plans and summaries about them.

Rows are read by the same families as in a crawl, titles by the project's own reader of titles.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from pipelines.models import ListRow, Page, Site
from pipelines.process import process, process_title
from scraper.families import family
from scraper.families.addresses import folder
from scraper.families.json_list import looks_like_json

_TRS = re.compile(r"/t(?:\d{8})?_\d{3,}(?:_\d+)?\.s?html?$")
_JHTML = re.compile(r"/\d{1,12}\.jhtml$")
_CONTENT = re.compile(r"/content-(\d{1,12})-\d{1,14}-1\.html?$")
_LIST_FILE = re.compile(r"/list-\d{1,12}-\d{1,4}\.html?$|\.json$|/igs/front/search")
_DATED_FOLDER = re.compile(r"(?:\d{6}|\d{4}/\d{1,2}(?:/\d{1,2})?)/$")
_PROPOSAL = re.compile(r"建议|提案|议案|代表|委员")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was seen on one list page."""

    url: str
    family: str
    rows: int
    """Rows whose title says what they are; cut titles that do not are left out."""
    replies: tuple[ListRow, ...]
    referring: int
    """Replies whose title names the proposal that they answer."""
    bodies: Counter[str]
    """政协, 人大: of the proposals that the replies name."""
    cut: tuple[ListRow, ...] = ()
    """Rows whose titles are cut short and name a proposal: likely replies, which only their documents can confirm."""
    sampled: int = 0
    """Documents of cut rows that were looked at and are replies; the cut rows are among `replies` then."""
    total: int | None = None
    """Rows that the site itself prints (共N条)."""

    @property
    def ratio(self) -> float:
        """Part of the rows that are replies."""
        return len(self.replies) / self.rows if self.rows else 0.0

    @property
    def homes(self) -> Counter[str]:
        """The columns that the replies themselves lie in, as far as their addresses tell."""
        return Counter(filter(None, (column_of(row.url) for row in self.replies)))


def judge(page: Page, site: Site) -> Verdict:
    """Read a page as the first page of a list and look at what its rows are."""
    name = family_of(page, site)
    listed = replace(page, column=page.url, role="list", site=replace(site, family=name))
    listing = family(name).read_list(listed, 0).listing
    replies: list[ListRow] = []
    cut: list[ListRow] = []
    bodies: Counter[str] = Counter()
    rows = referring = 0
    for row in listing.rows:
        title = process_title(row.title)
        answers = title.document_type in {"reply", "co_handling_opinion"}
        if not answers and title.references and row.title.endswith(("…", "...")):
            cut.append(row)
            continue
        rows += 1
        if answers and (title.references or _PROPOSAL.search(row.title)):
            replies.append(row)
            named = {reference.body for reference in title.references if reference.body}
            referring += any(reference.number for reference in title.references)
            if len(named) == 1:
                bodies[next(iter(named))] += 1
    return Verdict(page.url, name, rows, tuple(replies), referring, bodies, tuple(cut), total=listing.total)


def is_reply(page: Page) -> bool:
    """Whether a document is a reply, by all that the project's reader knows."""
    reply = process(page).reply
    return reply is not None and reply.document_type in {"reply", "co_handling_opinion"}


def family_of(page: Page, site: Site) -> str:
    """The family of a page, from the shape of its document addresses; the declared one where they say nothing."""
    text = page.body[:2_000_000].decode("utf-8", "replace")
    if "/igs/front/search" in page.url:
        return "igs"
    if looks_like_json(text):
        return "trs_json"
    hrefs = re.findall(r"href\s{0,4}=\s{0,4}[\"']?([^\"'<>\s]{1,300})", text)[:5000]
    shapes = Counter(
        name
        for href in hrefs
        for name, shape in (("trs", _TRS), ("jhtml", _JHTML), ("content", _CONTENT))
        if shape.search("/" + href)
    )
    if shapes:
        return max(shapes, key=lambda name: (shapes[name], name))
    return site.family if site.family in {"jhtml", "content", "general"} else "trs"


def column_list(url: str) -> bool:
    """Whether a column is a file of its own, so that its folder says nothing: `list-541-1.html`, `qtzd.json`, a search."""
    return _LIST_FILE.search(url) is not None


def column_of(url: str) -> str | None:
    """Address of the column that a document lies in, where its address tells: TRS keeps documents below their column.

    >>> column_of("http://a.gov.cn/x/jytabl/202409/t20240902_5311.shtml")
    'http://a.gov.cn/x/jytabl/'
    >>> column_of("http://b.gov.cn/content-541-607151-1.html")
    'http://b.gov.cn/list-541-1.html'
    """
    match = _CONTENT.search(urlsplit(url).path)
    if match:
        return urljoin(url, f"list-{match[1]}-1.html")
    if _TRS.search(urlsplit(url).path):
        return urljoin(url, _DATED_FOLDER.sub("", folder(url)) or "/")
    return urljoin(url, folder(url)) if _JHTML.search(urlsplit(url).path) else None
