"""Every page that links lead to, from the first one on, over the demonstration corpus: it is there, and it is Chinese.

The addresses that facets, filters and sorting make are without end, so pages are told apart by their form (the path with
keys left out, the names of the arguments), and of each form some are visited.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import pytest
from datasette.utils import tilde_decode
from selectolax.lexbor import LexborHTMLParser

from pipelines import schema
from tests.pipelines.publish.browser import Browser, visible, words

OF_A_FORM = 1
"""Pages visited of each form; rows of a table are a form each."""

STARTS = (
    "/",
    f"/search?q={quote('湖岸')}",
    f"/search?q={quote('无此词语')}",
    f"/feeds/search.atom?q={quote('湖岸')}",
)
"""The first page, and where its forms lead."""

ALLOWED = {
    *("articletitle", "pubdate", "contentsource"),  # tags of government pages, quoted
    *("JSON", "CSV", "SQL", "SQLite", "Datasette", "NULL", "LIKE", "GLOB", "HTTP", "SHA", "HTML", "PRAGMA"),
    *(
        "Apache",
        "Atom",
        "PDF",
        "Word",
        "Excel",
        "ZIP",
        "OFD",
        "TRS",
        "YAML",
        "URL",
        "API",
        "BibTeX",
        "Parquet",
        *("FTS", "ISO", "ODF", "RAR", "RTF", "WPS"),
        "pandas",
        "Browser",  # DB Browser
    ),
}
"""Names and abbreviations that Chinese readers use as they are."""

KEYS = re.compile(r"\b(?:[rpd][a-z2-7]{11}|\d{6}-[a-z0-9]+)\b")
"""Identifiers of replies, proposals, policies and agencies."""

FILES = re.compile(r"\S*\.(?:pdf|txt|docx?|xlsx?|zip|ofd|s?html?|aspx|jpg|png)\b|\b[\w.-]+\.invalid\b")
"""Names of files and hosts, as sites print them."""


SHADOW = re.compile(r"/corpus/replies_fts_\w+/")
"""Rows of the tables inside SQLite's full-text index: some have keys that no address can name, in stock Datasette too."""


@dataclass
class Crawled:
    """What was found: pages with their visible text, and what was wrong with them."""

    pages: dict[str, LexborHTMLParser] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """Address → type of what is no HTML."""
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser(demo_corpus: Path) -> Iterator[Browser]:
    browser = Browser.of(demo_corpus)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def crawled(browser: Browser) -> Crawled:
    found = Crawled()
    forms: dict[tuple[object, ...], int] = {}
    queue, known = deque((start, "") for start in STARTS), set(STARTS)
    while queue:
        address, source = queue.popleft()
        answer = browser.get(address)
        hops = 0
        while answer.status_code in (301, 302) and hops < 3:
            answer, hops = browser.get(answer.headers["location"]), hops + 1
        if answer.status_code != 200:
            found.wrong.append(f"{answer.status_code} {address} (from {source})")
            continue
        kind = answer.headers["content-type"].split(";")[0]
        if kind != "text/html":
            found.files[address] = kind
            continue
        page = LexborHTMLParser(answer.text)
        found.pages[address] = page
        for node in page.css("a[href]"):
            target = urljoin(address, node.attributes["href"] or "").split("#")[0]
            if (
                urlsplit(target).scheme
                or not target.startswith("/")
                or target in known
                or SHADOW.match(target)
            ):
                continue
            known.add(target)
            form = _form(target)
            forms[form] = forms.get(form, 0) + 1
            if forms[form] <= OF_A_FORM:
                queue.append((target, address))
    return found


def _form(address: str) -> tuple[object, ...]:
    """Path without keys of rows, and the names of the arguments without the column that each is about."""
    parts = urlsplit(address)
    path = parts.path.split("/")
    if len(path) == 4 and path[1] == "corpus":
        path[3] = "*" + (".json" if path[3].endswith(".json") else "")
    if re.search(r"\.(json|csv|blob|atom)$", parts.path):
        return ("/".join(path),)
    names = sorted(
        {
            "_sort"
            if name == "_sort_desc"
            else re.sub(r"^[a-z_]*[a-z](?=__|$)", "*", name)
            if not name.startswith("_")
            else name
            for name, _ in parse_qsl(parts.query)
        }
    )
    return ("/".join(path), *names)


def english(page: LexborHTMLParser, address: str = "") -> set[str]:
    """Words of Latin letters that a reader sees or hears and that are neither names nor marked as code."""
    for node in page.css(".column-descriptions, .metadata-description, .db-table p"):
        node.decompose()  # the schema's own texts, which name columns and codes
    parts = urlsplit(address)
    typed = words(" ".join([tilde_decode(parts.path), *(value for _, value in parse_qsl(parts.query))]))
    text = re.sub(r"https?://[!-~]+…?", " ", visible(page))
    return words(FILES.sub(" ", KEYS.sub(" ", text))) - ALLOWED - typed


def test_the_crawl_reached_what_there_is(crawled: Crawled) -> None:
    reached = {urlsplit(address).path for address in crawled.pages}
    tables = {f"/corpus/{table.name}" for table in schema.TABLES if not table.hidden}
    views = {f"/corpus/{view.name}" for view in schema.VIEWS}
    queries = {f"/corpus/{query.name}" for query in schema.QUERIES}
    assert (
        tables | views | queries | {"/", "/corpus", "/charts", "/changes", "/missing", "/report", "/feeds"}
    ) - reached == set()
    rows = {path.split("/")[2] for path in reached if path.count("/") == 3}
    assert {"replies", "agencies", "proposals", "policies", "sessions", "sites"} <= rows
    assert {"application/json", "text/plain"} & {
        kind.replace("text/csv", "text/plain") for kind in crawled.files.values()
    }
    assert len(crawled.pages) > 150


def test_every_link_leads_somewhere(crawled: Crawled) -> None:
    assert crawled.wrong == []


def test_no_english_is_left(crawled: Crawled) -> None:
    found = {address: left for address, page in crawled.pages.items() if (left := english(page, address))}
    assert found == {}, "\n".join(f"{address}: {sorted(left)}" for address, left in sorted(found.items()))


def test_every_page_says_its_language_and_has_one_heading(crawled: Crawled) -> None:
    for address, page in crawled.pages.items():
        assert [node.attributes["lang"] for node in page.css("html")] == ["zh-CN"], address
        assert len(page.css("h1")) == 1, address
        assert page.css("title")[0].text().strip(), address


def test_the_test_sees_english(browser: Browser) -> None:
    page = browser.page("/charts")
    page.css("h1")[0].insert_after("Next page")
    assert english(page) >= {"Next", "page"}
