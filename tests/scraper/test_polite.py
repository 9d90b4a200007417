"""What an administrator of a site would look for in the log: one visitor who reads the rules and leaves when asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.http import Response

from pipelines.archive import Archive
from scraper.middlewares.retry import _retry_after
from scraper.session import MAX_BUSY
from tests.gov.crawling import crawl
from tests.gov.pages import PDF, document, html, listing, title_of
from tests.gov.server import Answer, Government, page, serving
from tests.scraper.test_crawl import Answers, World, base, detail, one, rows, site

TEXT = "text/plain"
ATTACHED = '<p class="insertfileTag"><a appendix="true" href="{}">{}</a></p>'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    answers: Answers = {}
    good = document(title_of(1))
    rules = {
        "rall": "User-agent: *\nDisallow: /\n",
        "rmine": "User-agent: *\nDisallow: /\n\nUser-agent: hubei-replies\nAllow: /\n",
        "rupper": "User-Agent: Hubei-Replies\nDisallow: /\n",
        "rother": "User-agent: otherbot\nDisallow: /\n\nSitemap: http://sitemap.elsewhere.invalid/s.xml\n",
        "rnever": "User-agent: *\nCrawl-delay: 86400\n",
        "rfiles": "User-agent: *\nDisallow: /*.pdf$\n",
    }
    for key, text in rules.items():
        answers |= one(key, good)
        answers[f"http://www.{key}.invalid/robots.txt"] = Answer(text.encode(), content_type=TEXT)
    folder = detail("rfiles", 1).rpartition("/")[0]
    answers[detail("rfiles", 1)] = document(title_of(1), ATTACHED.format("./P1.pdf", "附件.pdf"))
    answers[folder + "/P1.pdf"] = Answer(PDF, content_type="application/pdf")
    # A site that is too busy for any document; one that asks to be left alone for an hour.
    answers[base("busy")] = listing(rows("busy", *range(1, 9)))
    answers |= {detail("busy", number): page("busy", status=429) for number in range(1, 9)}
    answers |= one("hour", page("later", status=503, headers={"Retry-After": "3600"}))
    # Two hosts of one system, with files, retries and a redirect between them; a file that is redirected away.
    hosts = ("www.pair.invalid", "files.pair.invalid")
    answers[base("pair")] = listing(rows("pair", *range(1, 6)))
    for number in range(1, 6):
        file = f"http://files.pair.invalid/P{number}.pdf"
        answers[detail("pair", number)] = document(title_of(number), ATTACHED.format(file, "附件.pdf"))
        answers[file] = [
            Answer(b"busy", status=503, times=1),
            Answer(PDF + bytes([48 + number]), content_type="application/pdf"),
        ]
    answers["http://files.pair.invalid/P5.pdf"] = Answer(
        status=302, headers={"Location": "http://cdn.elsewhere.invalid/P5.pdf"}
    )
    answers["http://files.pair.invalid/robots.txt"] = Answer(b"User-agent: *\n", content_type=TEXT)
    # Everything on a page that a browser would load from elsewhere.
    answers |= one(
        "lures",
        page(
            html(
                "<h1>x</h1><img src='http://img.elsewhere.invalid/a.png'><iframe src='http://f.elsewhere.invalid/'></iframe>",
                '<meta http-equiv="refresh" content="0;url=http://meta.elsewhere.invalid/">'
                '<script src="http://js.elsewhere.invalid/a.js"></script>',
            )
        ),
    )
    sites = {key: site(key) for key in (*rules, "busy", "hour", "lures")}
    sites["pair"] = site("pair", hosts=hosts)
    government = Government(answers)
    data = tmp_path_factory.mktemp("polite")
    with serving(government) as proxy:
        result = crawl(sites, data, proxy)
    with Archive(data / "archive.db", readonly=True) as archive:
        fetches = list(archive.fetches())
    return World(government, data, result, fetches)


def asked(world: World, key: str) -> list[str]:
    return [url for _, url in world.government.log if f".{key}.invalid" in url]


@pytest.mark.parametrize("key", ["rall", "rupper", "rnever"])
def test_who_forbids_us_everything_sees_one_request(world: World, key: str) -> None:
    assert asked(world, key) == [f"http://www.{key}.invalid/robots.txt"]
    assert world.outcome(base(key)) == "robots"


@pytest.mark.parametrize("key", ["rmine", "rother"])
def test_rules_for_others_are_not_ours(world: World, key: str) -> None:
    assert world.outcome(detail(key, 1)) == "ok"


def test_robots_txt_comes_first_and_once_on_every_host(world: World) -> None:
    first: dict[str, str] = {}
    for _, url in world.government.log:
        first.setdefault(url.split("/")[2], url)
    assert all(url.endswith("/robots.txt") for url in first.values())
    counts = world.government.counts()
    assert {count for url, count in counts.items() if url.endswith("/robots.txt")} == {1}


def test_files_are_under_the_rules_too(world: World) -> None:
    assert world.outcome(detail("rfiles", 1)) == "ok"
    assert not [url for url in asked(world, "rfiles") if url.endswith(".pdf")]


def test_one_request_at_a_time_with_files_retries_and_redirects(world: World) -> None:
    assert world.government.most_at_once["pair.invalid"] == 1
    assert [world.outcome(f"http://files.pair.invalid/P{number}.pdf") for number in (1, 4, 5)] == [
        "ok",
        "ok",
        "refused",
    ]


def test_a_site_that_is_too_busy_is_left_alone(world: World) -> None:
    documents = [url for url in asked(world, "busy") if "/2024" in url]
    assert len(documents) == MAX_BUSY
    assert world.codes("busy") == ["site_stopped"]


def test_who_asks_for_an_hour_gets_it(world: World) -> None:
    assert world.government.count(detail("hour", 1)) == 1


def test_nobody_else_is_asked(world: World) -> None:
    assert not asked(world, "elsewhere")
    assert {url.split("/")[2] for _, url in world.government.log} <= {
        host for key in world.result["sites"] for host in (f"www.{key}.invalid", f"files.{key}.invalid")
    }


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("120", 120, 120),
        ("99999999999999", 10**8, 10**9),
        (timedelta(hours=1), 3000, 3600),
        (timedelta(hours=-1), 0, 0),
    ],
    ids=str,
)
def test_retry_after(value: str | timedelta, least: float, most: float) -> None:
    if isinstance(value, timedelta):
        value = format_datetime(datetime.now(UTC) + value, usegmt=True)
    found = _retry_after(Response("http://a.invalid/", headers={"Retry-After": value}))
    assert found is not None
    assert least <= found <= most


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "Wed, 99 Foo"])
def test_what_is_no_retry_after(value: str) -> None:
    assert _retry_after(Response("http://a.invalid/", headers={"Retry-After": value})) is None
