"""Answers that do harm: what is too large, what has no end, and what leads where nobody should go.

Each site has one trap and one good reply. The good reply must be there, the trap must be an outcome on record, and no
address outside of the declared hosts may be asked for, whatever a page says.
"""

from __future__ import annotations

import gzip
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.archive import Archive
from pipelines.models import Column, Site
from pipelines.publish.build import publish
from tests.gov.crawling import crawl
from tests.gov.pages import PARAGRAPHS, document, listing, row, title_of
from tests.gov.server import Answer, Government, page, serving

PRELUDE = (
    "import scraper.settings, scraper.walk; scraper.settings.DOWNLOAD_TIMEOUT = 10;"
    " scraper.walk.MAX_LIST_PAGES = 60; scraper.settings.AUTOTHROTTLE_TARGET_CONCURRENCY = 8.0"
)
PRIVATE = (
    "file:///etc/passwd",
    "http://127.0.0.1:9/a/t20240902_101.shtml",
    "http://localhost:9/a/t20240902_102.shtml",
    "http://[::1]:9/a/t20240902_103.shtml",
    "http://10.0.0.1/a/t20240902_104.shtml",
    "http://192.168.1.1/a/t20240902_105.shtml",
    "http://169.254.169.254/latest/meta-data/t20240902_106.html",
    "http://2130706433/a/t20240902_107.shtml",
    "ftp://ftp.elsewhere.invalid/a/t20240902_108.shtml",
    "gopher://elsewhere.invalid/t20240902_109.shtml",
)
"""Addresses on this machine and on networks that are nobody else's (RFC 1918, RFC 3927, RFC 4291 §2.5.3)."""
SCRIPTS = (
    '<script>document.title="x";fetch("http://elsewhere.invalid/")</script>',
    '<img src="x" onerror="alert(1)">',
    '<a href="javascript:alert(1)">点击</a>',
    '<iframe src="http://elsewhere.invalid/"></iframe>',
    '<svg onload="alert(1)"><script>alert(2)</script></svg>',
    '<p style="background:url(javascript:alert(1))">尾段</p>',
)
RUNS = ("<script", "onerror", "onload", "javascript:", "<iframe", "<svg")
"""What would run in a reader's browser."""
BIG = 300_000_000
"""Bytes that a bomb unpacks to."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it."""

    sites: int
    requests: int
    seconds: float
    peak: int
    """Resident memory of the crawl at its greatest, bytes."""
    size: int
    """Bytes of the archive."""
    wrong: tuple[str, ...]


def base(key: str) -> str:
    return f"http://www.{key}.invalid/jytabl/"


def good(key: str) -> str:
    return f"{base(key)}202409/t20240902_001.shtml"


def trap(key: str, name: str = "t20240902_666.shtml") -> str:
    return f"{base(key)}202409/{name}"


def _bomb() -> bytes:
    """A gzip stream of zeros, packed piece by piece."""
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(1_000_000)
    return b"".join(packer.compress(piece) for _ in range(BIG // len(piece))) + packer.flush()


class _Endless(Government):
    """One list of which every page has a new row and a next page."""

    def answer(self, url: str, agent: str) -> Answer:
        if url.startswith(base("pages") + "index_"):
            number = int(url.rpartition("_")[2].partition(".")[0])
            self.log.append((time.monotonic(), url))
            rows = row(f"{base('pages')}202409/t20240902_{number + 1000}.shtml", title_of(number))
            return listing(rows, f'<a href="index_{number + 1}.shtml">下一页</a>')
        return super().answer(url, agent)


def sites() -> tuple[dict[str, Answer | list[Answer]], dict[str, str]]:
    """(answers by address, outcome of each trap by site)."""
    bomb = _bomb()
    large = document(title_of(1), paragraphs=(*PARAGRAPHS, "正文很长。" * 1_500_000))
    traps: Mapping[str, tuple[Answer, str]] = {
        "bomb": (Answer(bomb, headers={"Content-Encoding": "gzip"}), "refused"),
        "bombs": (Answer(gzip.compress(bomb), headers={"Content-Encoding": "gzip, gzip"}), "refused"),
        "body": (Answer(fault="flood"), "refused"),
        "announced": (Answer(fault="announce"), "refused"),
        "large": (large, "refused"),
        "header": (Answer(fault="endless_header"), "unreachable"),
        "headers": (replace(document(title_of(7)), fault="many_headers"), "ok"),
        "drip": (Answer(fault="drip"), "unreachable"),
        "deep": (page("<div>" * 400_000), "ok"),
        **{
            f"to{number}": (Answer(status=302, headers={"Location": url}), "refused")
            for number, url in enumerate(PRIVATE)
        },
    }
    answers: dict[str, Answer | list[Answer]] = {}
    outcomes: dict[str, str] = {}
    for key, (answer, outcome) in traps.items():
        answers[base(key)] = listing(row(trap(key), title_of(2)) + row(good(key), title_of(1)))
        answers[trap(key)], outcomes[key] = answer, outcome
    for key, rows in {
        "links": "".join(row(url, title_of(30 + at)) for at, url in enumerate(PRIVATE)),
        "dots": row("../../../../../etc/t20240902_666.shtml", title_of(3))
        + row("202409/..%2f..%2f..%2fetc%2ft20240902_667.shtml", title_of(4)),
        "pages": "",
        "scripts": "",
        "files": "",
    }.items():
        after = '<a href="index_1.shtml">下一页</a>' if key == "pages" else ""
        answers[base(key)] = listing(rows + row(good(key), title_of(1)), after)
    for key in (*traps, "links", "dots", "pages"):
        answers[good(key)] = document(title_of(1))
    answers[good("scripts")] = document(title_of(1), paragraphs=(*PARAGRAPHS, *SCRIPTS))
    files = "".join(
        f'<p><a appendix="true" href="{url}">附件{at}.pdf</a></p>'
        for at, url in enumerate((*PRIVATE, "../../../../../../etc/passwd.pdf", "file:///etc/shadow.pdf"))
    )
    answers[good("files")] = document(title_of(1), files)
    return answers, outcomes


def run(data: Path) -> Found:
    """Crawl all of them into `data` and look at what came of it."""
    answers, outcomes = sites()
    keys = [*outcomes, "links", "dots", "pages", "scripts", "files"]
    declared = {
        key: Site(key, key, None, "420000", (f"www.{key}.invalid",), "trs", (Column(base(key)),), 0.0)
        for key in keys
    }
    government = _Endless(answers)
    begun = time.monotonic()
    with serving(government) as proxy:
        result = crawl(declared, data, proxy, 900, prelude=PRELUDE, events=False)
    seconds = time.monotonic() - begun
    with Archive(data / "archive.db", readonly=True) as archive:
        last = {fetch.url: fetch for fetch in archive.fetches()}
        publish(data, archive)
    wrong = [
        f"{key}: {last[trap(key)].outcome if trap(key) in last else None}, not {outcome}"
        for key, outcome in outcomes.items()
        if trap(key) not in last or last[trap(key)].outcome != outcome
    ]
    wrong += [f"asked for {url}" for _, url in government.log if not _allowed(url, keys)]
    wrong += [
        f"kept {fetch.url[:100]}" for fetch in last.values() if fetch.outcome == "refused" and fetch.sha256
    ]
    listed = [url for _, url in government.log if url.startswith(base("pages") + "index_")]
    if not 40 < len(set(listed)) <= 60:
        wrong.append(f"endless pagination: {len(set(listed))} pages")
    wrong += list(_published(data, keys))
    if "Traceback" in result["log"]:
        wrong.append(result["log"][-1000:])
    return Found(
        len(keys),
        len(government.log),
        seconds,
        result["peak"],
        (data / "archive.db").stat().st_size,
        tuple(wrong),
    )


def _allowed(url: str, keys: list[str]) -> bool:
    return any(url.startswith(f"http://www.{key}.invalid/") for key in keys)


def _published(data: Path, keys: list[str]) -> list[str]:
    """What is wrong with the corpus: a good reply that is missing, a refusal that is not on record, markup that runs."""
    wrong: list[str] = []
    with closing(sqlite3.connect(data / "corpus.db")) as conn:

        def count(sql: str, *values: object) -> int:
            return int(conn.execute(sql, values).fetchone()[0])

        for key in keys:
            # The same letter stands on every site, and so is one reply with many addresses.
            if count("select count(*) from reply_urls where url = ?", good(key)) != 1:
                wrong.append(f"{key}: the good reply is not there")
        refused: Callable[[str], int] = lambda key: count(  # noqa: E731 - three calls below
            "select count(*) from pages where site = ? and outcome = 'refused'", key
        )
        # Other schemes are no web addresses and no rows; the others are listed and refused.
        web = sum(url.startswith("http") for url in PRIVATE)
        if refused("links") != web:
            wrong.append(f"links: {refused('links')} refused, not {web}")
        if refused("files") != 0:
            wrong.append(f"files: {refused('files')} refused of addresses that are no files")
        marked = " ".join(text for (text,) in conn.execute("select html from reply_html")).lower()
        wrong += [f"published markup holds {bad}" for bad in RUNS if bad in marked]
        if count("select count(*) from issues where site = 'pages' and code = 'list_too_long'") != 1:
            wrong.append("endless pagination is not told")
    return wrong
