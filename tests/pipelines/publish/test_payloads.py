"""A hundred payloads in every field: every page shows them as text. That none runs is seen in tests/browser."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.utils import tilde_encode
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from pipelines import schema
from tests.pipelines.publish import payloads
from tests.pipelines.publish.browser import Browser
from tests.pipelines.publish.payloads import PAYLOADS, PLACES, SHARED, marked, reply_id

pytestmark = pytest.mark.no_cover

MARK = re.compile(r"〖\d+〗")
OURS = {
    "script",
    "style",
    "link",
    "meta",
    "base",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "form",
    "template",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return payloads.build(tmp_path_factory.mktemp("payloads") / "corpus.db")


@pytest.fixture(scope="module")
def browser(corpus: Path) -> Iterator[Browser]:
    browser = Browser.of(corpus)
    yield browser
    browser.close()


def harmed(page: LexborHTMLParser) -> list[str]:
    """What of a page a payload has become, other than text and the value of a harmless attribute."""
    found = []
    for node in page.css("*"):
        for name, value in node.attributes.items():
            if name.startswith("on") or (
                name in ("srcdoc", "formaction", "style") and MARK.search(value or "")
            ):
                found.append(f"{node.tag} {name}={value}")
            if name in ("href", "src", "action", "data") and re.match(
                r"\s*(?:java|data:|vb|//)", value or "", re.I
            ):
                found.append(f"{node.tag} {name}={value}")
        inside = " ".join(f"{name} {value}" for name, value in node.attributes.items())
        if node.tag in OURS and (MARK.search(inside) or "evil.invalid" in inside):
            # The address of our own form may carry a query; the action of a form of theirs is caught above.
            found.append(f"{node.tag} {inside}")
        if node.tag in ("script", "style") and "xss" in node.text() and "css_class" not in inside:
            found.append(node.text())
    return found


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_test_sees_what_is_harmed() -> None:
    for number, payload in enumerate(PAYLOADS[:24]):
        if payload.lower().startswith(("<script", "<img")):
            assert harmed(LexborHTMLParser(f"<p>{marked(number)}</p>")), payload
    assert harmed(LexborHTMLParser('<a href=" javascript:x">x</a>'))
    assert not harmed(LexborHTMLParser("<p>&lt;script&gt; 〖1〗</p><script>ours()</script>"))


def test_there_are_a_hundred_of_every_kind() -> None:
    assert len(set(PAYLOADS)) >= 100
    for piece in ("<script", "<svg", "<style", "\u202e", "{{", "drop table"):
        assert any(piece in payload for payload in PAYLOADS), piece


def test_every_reply_shows_them_as_text(browser: Browser) -> None:
    for number in range(len(PAYLOADS)):
        page = browser.page(f"/corpus/replies/{reply_id(number)}")
        assert harmed(page) == [], number
        heading = page.css_first("h1")
        assert heading is not None
        assert squeezed(heading.text()) == squeezed(marked(number)), number
        facts = squeezed(" ".join(node.text() for node in page.css(".facts dd")))
        assert facts.count(squeezed(marked(number))) > 8, number


def test_every_snapshot_shows_them_as_text(browser: Browser) -> None:
    for number in range(0, len(PAYLOADS), 4):
        page = browser.page(f"/snapshot/{reply_id(number)}")
        assert harmed(page) == [], number
        assert page.css("script") == []


def test_every_list_and_table_shows_them_as_text(browser: Browser) -> None:
    seen: set[str] = set()
    names = [table.name for table in schema.TABLES if not table.hidden] + [view.name for view in schema.VIEWS]
    tables = [f"/corpus/{name}?_size=100" for name in names]
    for path in (*PLACES, *tables):
        page = browser.page(path)
        assert harmed(page) == [], path
        seen |= set(MARK.findall(page.body.text() if page.body else ""))
    assert len(seen) >= 100


def test_every_row_page_shows_them_as_text(browser: Browser, corpus: Path) -> None:
    with closing(sqlite3.connect(corpus)) as conn:
        for table in ("proposals", "agencies", "policies", "sites", "sessions"):
            keys = [
                row[0]
                for row in conn.execute(
                    f"select id from {table}" if table != "sites" else "select key from sites"
                )
            ]
            for key in keys[::9]:
                path = browser.datasette.urls.row("corpus", table, tilde_encode(key))
                page = browser.page(path)
                assert harmed(page) == [], path


def test_what_is_typed_is_shown_as_text(browser: Browser) -> None:
    for number, payload in enumerate(PAYLOADS):
        text = quote(marked(number))
        others = (f"/search?q=a&agency={text}", f"/search?q=a&year={text}") if number % 4 == 0 else ()
        for path in (f"/search?q={text}", *others):
            answer = browser.get(path)
            while answer.status_code == 302:
                answer = browser.get(answer.headers["location"])
            page = LexborHTMLParser(answer.text)
            assert harmed(page) == [], payload
            assert answer.status_code in (200, 400), (path, answer.status_code)


def test_an_agency_with_a_hostile_name_can_be_chosen(browser: Browser) -> None:
    for number in (*range(0, len(PAYLOADS), 7), 88, 90, 91):
        path = f"/search.json?q={quote(SHARED)}&agency={quote(marked(number))}"
        answer = browser.get(path)
        while answer.status_code == 302:
            answer = browser.get(answer.headers["location"])
        assert [row["id"] for row in answer.json()["replies"]] == [reply_id(number)], PAYLOADS[number]


def test_feeds_stay_xml(browser: Browser) -> None:
    for path in ("/feeds/replies.atom", f"/feeds/search.atom?q={quote(SHARED)}", "/feeds/changes.atom"):
        root = etree.fromstring(browser.get(path).content)
        assert len(root.findall("{*}entry")) > 3 or "changes" in path
