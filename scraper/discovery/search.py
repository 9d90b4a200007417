"""The search of one site: what was seen, what it promises, and what to ask for next within the bound.

Best first: links that call themselves columns of replies, then those on the way to them. What a page lists decides;
names only lead there. The same answers give the same requests and the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipelines.address import address_key, is_twin
from pipelines.models import Outcome, Page, Site
from scraper.discovery import links, words
from scraper.discovery.judge import Verdict, column_of, is_reply, judge
from scraper.families.addresses import folder, resolve
from scraper.families.base import ListDocument

HOME = 100.0
MAX_REQUESTS = 25
"""Requests a host, robots.txt, redirects and second tries included."""

MAX_FROM_SITEMAP = 6
"""A sitemap may lie: so many of its addresses are asked for before something else."""

MAX_BLIND = 8
"""Requests for links that promise nothing, as long as no reply was seen: a way may have an unusual name."""

MAX_SAMPLES = 2
"""Documents of a list of cut titles that are looked at."""

_SCRIPT, _DATA, _SEARCH, _SITEMAP, _DOCUMENT, _SAMPLE = 9.5, 11.0, 5.5, 6.5, 4.5, 9.2


@dataclass(slots=True)
class Candidate:
    """An address that may be asked for."""

    url: str
    text: str
    score: float
    reasons: tuple[str, ...] = ()
    via: str | None = None
    """Key of the candidate on whose page it was found."""
    kind: str = "page"
    """`page`, `sitemap`, `script`, `data`, `search`, `sample`."""
    base: str | None = None
    """Of a script: the page that runs it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that was judged, with how it was come by."""

    candidate: Candidate
    url: str
    name: str
    verdict: Verdict

    @property
    def named(self) -> bool:
        """Whether it calls itself a column of replies."""
        return words.names_replies(self.name, self.url) or words.names_replies(self.candidate.text, self.url)

    @property
    def past(self) -> bool:
        """Whether it bears the name of a neighbour (办理动态 …)."""
        return words.is_past(self.name, self.url) or words.is_past(self.candidate.text, self.url)


@dataclass(slots=True)
class Search:
    """What is known of a site so far."""

    site: Site
    limit: int = MAX_REQUESTS
    start: str | None = None
    """Address of the home page; None: the root of the first host."""
    candidates: dict[str, Candidate] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    seen: list[Seen] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    """Addresses that were not got, with the outcome."""
    samples: dict[str, bool] = field(default_factory=dict)
    """Documents that were looked at because their titles are cut short in the list: whether they are replies."""
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Links off the declared hosts that call themselves columns of replies: told, never followed."""
    name: str | None = None
    """What the home page calls the site."""
    blind: int = 0
    """Requests for links that promised nothing."""

    def __post_init__(self) -> None:
        https = any(column.url.startswith("https:") for column in self.site.columns)
        root = self.start or f"{'https' if https else 'http'}://{self.site.hosts[0]}/"
        self._add(Candidate(root, "首页", HOME))
        for hint in self.site.hints:
            if "*" not in hint:
                url = urlsplit(root)._replace(path=hint, query="").geturl()
                self._add(Candidate(url, "", 12.0, (f"声明的 {hint}",)))

    def next(self) -> Candidate | None:
        """What to ask for now; None when nothing promises anything, or the bound is reached."""
        waiting = [one for key, one in self.candidates.items() if key not in self.asked]
        if not waiting or len(self.asked) >= self.limit:
            return None
        best = min(waiting, key=lambda one: (-one.score, one.url.count("/"), one.url))
        if best.score < words.WORTH_ASKING:
            if self.blind >= MAX_BLIND or any(seen.verdict.replies for seen in self.seen):
                return None
            self.blind += 1
        self.asked.add(key_of(best.url))
        return best

    @property
    def unasked(self) -> list[Candidate]:
        """Links that promise replies and were not asked for."""
        return [
            one
            for key, one in sorted(self.candidates.items())
            if key not in self.asked and one.score >= words.STRONG
        ]

    def miss(self, candidate: Candidate, outcome: Outcome | str) -> None:
        """An address that was not got. A home page that does not answer on one scheme is asked for on the other."""
        self.missed.append((candidate.url, outcome))
        if candidate.score == HOME and candidate.url.startswith("http://"):
            # One address to us, so it takes the place of the first.
            key = key_of(candidate.url)
            self.candidates[key] = Candidate("https" + candidate.url[4:], candidate.text, HOME - 1)
            self.asked.discard(key)

    def learn(self, candidate: Candidate, page: Page) -> None:
        """Take a page apart: what it lists, and where its links lead."""
        self.asked.add(key_of(page.url))
        if candidate.kind == "script":
            self._files(
                links.json_named(page.body.decode("utf-8", "replace"), candidate.base or page.url), candidate
            )
            return
        if candidate.kind == "sample":
            self.samples[address_key(candidate.url)] = is_reply(page)
            return
        document = ListDocument.of(page)
        if candidate.kind == "sitemap" or document.text.lstrip()[:5] == "<?xml":
            self._sitemap(document, candidate)
            return
        at_home = candidate.score >= HOME - 1
        if at_home and self.name is None:
            self.name = links.site_name(document.tree)
        verdict = judge(page, self.site)
        name = "" if candidate.kind == "data" else links.name_of(document.tree)
        if not at_home and urlsplit(page.url).path not in {"", "/"}:
            self.seen.append(Seen(candidate, page.url, name or candidate.text, verdict))
        self._rows(verdict, candidate)
        if candidate.kind != "data":
            self._links(document, candidate, verdict)
        if at_home:
            self._entrances(document, candidate, page)

    # --- parts ------------------------------------------------------------------------------------------------

    def _links(self, document: ListDocument, candidate: Candidate, verdict: Verdict) -> None:
        via = key_of(candidate.url)
        for link in links.columns_linked(document):
            weight = words.weigh(link.text, link.url, self.site.hints)
            if not link.own:
                if weight.strong:
                    self.elsewhere.setdefault(link.url, words.plain(link.text))
                continue
            score = weight.score or (0.0 if words.is_past(link.text, link.url) else words.ANY)
            self._add(Candidate(link.url, words.plain(link.text), score, weight.reasons, via))
        for url in links.forwards(document):
            self._add(
                Candidate(
                    url, candidate.text, min(candidate.score, HOME - 2), candidate.reasons, candidate.via
                )
            )
        if not verdict.rows and words.names_replies(candidate.text, document.page.url):
            data, scripts = links.data_files(document)
            self._files(data, candidate)
            for url in scripts:
                self._add(Candidate(url, "", _SCRIPT, (), via, "script", document.page.url))

    def _rows(self, verdict: Verdict, candidate: Candidate) -> None:
        """A reply, wherever it is listed, lies in a column of replies, or knows the way to it."""
        via = key_of(candidate.url)
        for home, count in sorted(verdict.homes.items()):
            target = resolve(home, home)
            if target is not None and target.host in self.site.hosts and target.path != "/":
                self._add(Candidate(home, "", 9.0 + min(count, 5) / 10, (f"{count} 件答复放在这里",), via))
        if verdict.cut and not verdict.replies and words.names_replies(candidate.text, verdict.url):
            for row in verdict.cut[:MAX_SAMPLES]:
                self._add(Candidate(row.url, row.title[:20], _SAMPLE, (), via, "sample"))
        lost = [row for row in verdict.replies if column_of(row.url) is None]
        for row in lost[:2] if candidate.kind != "data" and len(self.seen) < 2 else ():
            self._add(Candidate(row.url, row.title[:20], _DOCUMENT, (), via))

    def _files(self, urls: tuple[str, ...], candidate: Candidate) -> None:
        for url in urls:
            target = resolve(url, url)
            if target is not None and target.host in self.site.hosts:
                reasons = (*candidate.reasons, "列表由脚本从数据文件画出")
                self._add(Candidate(url, candidate.text, _DATA, reasons, key_of(candidate.url), "data"))

    def _sitemap(self, document: ListDocument, candidate: Candidate) -> None:
        taken = 0
        for printed in links.locations(document.text):
            target = resolve(document.page.url, printed.replace("&amp;", "&"))
            if target is None or target.host not in self.site.hosts or is_twin(target.url):
                continue
            if target.extension == "xml":
                self._add(Candidate(target.url, "", _SITEMAP - 1, (), key_of(candidate.url), "sitemap"))
                continue
            url = column_of(target.url) or target.url
            weight = words.weigh("", url, self.site.hints)
            if weight.strong and key_of(url) not in self.candidates and taken < MAX_FROM_SITEMAP:
                taken += 1
                # Below what the pages themselves say: a sitemap may be old.
                reasons = (*weight.reasons, "网站地图文件")
                self._add(Candidate(url, "", words.STRONG - 0.5, reasons, key_of(candidate.url)))

    def _entrances(self, document: ListDocument, candidate: Candidate, page: Page) -> None:
        search = links.search_of(document)
        if search is not None:
            self._add(
                Candidate(search, "站内检索", _SEARCH, ("站内检索（IGS）",), key_of(candidate.url), "search")
            )
        if not any(
            one.score >= words.WORTH_ASKING for one in self.candidates.values() if one.score < HOME - 1
        ):
            # Nothing on the home page leads anywhere: the usual address of a sitemap is the last resort.
            self.add_sitemap(urlsplit(page.url)._replace(path="/sitemap.xml", query="").geturl())

    def add_sitemap(self, url: str) -> None:
        """A sitemap that robots.txt names."""
        target = resolve(url, url)
        if target is not None and target.host in self.site.hosts:
            self._add(Candidate(url, "", _SITEMAP, ("robots.txt 所列的网站地图",), None, "sitemap"))

    def _add(self, found: Candidate) -> None:
        """Take note of an address; of one that is known, the better promise counts."""
        if found.score <= 0:
            return
        known = self.candidates.get(key_of(found.url))
        if known is None:
            self.candidates[key_of(found.url)] = found
        elif found.score > known.score and key_of(found.url) not in self.asked:
            found.text = found.text or known.text
            found.reasons = tuple(dict.fromkeys((*found.reasons, *known.reasons)))
            self.candidates[key_of(found.url)] = found

    def trail(self, candidate: Candidate) -> list[str]:
        """Texts of the links from the home page to a candidate."""
        texts: list[str] = []
        seen: set[str] = set()
        one: Candidate | None = candidate
        while one is not None and key_of(one.url) not in seen:
            seen.add(key_of(one.url))
            texts.append(one.text or folder(one.url).rstrip("/").rpartition("/")[2] or "…")
            one = self.candidates.get(one.via) if one.via else None
        return texts[::-1]


def key_of(url: str) -> str:
    """One key for a folder and its index page.

    >>> key_of("http://a.gov.cn/x/index.shtml") == key_of("https://a.gov.cn/x/")
    True
    """
    key = address_key(url)
    head, slash, name = key.rpartition("/")
    return head + slash if name.lower() in {"index.shtml", "index.html", "index.htm", "index.jhtml"} else key
