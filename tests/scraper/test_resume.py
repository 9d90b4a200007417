"""A crawl that is broken off: killed without warning, or asked to stop."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from pipelines.archive import Archive
from pipelines.errors import Locked
from pipelines.models import Column, Site
from scraper.session import HELD, Options, Session
from tests.gov.crawling import CONTACT, crawl, finish, start
from tests.gov.pages import document, listing, row, script, title_of
from tests.gov.server import Answer, Government, serving

pytestmark = pytest.mark.no_cover

BASE = "http://www.kjt.invalid/jytabl/"
SITE = Site("kjt", "某厅", None, "420000", ("www.kjt.invalid",), "trs", (Column(BASE),), 0.0)
NUMBERS = range(1, 13)


def government(delay: float = 0.0, total: str = "<p>共12条</p>") -> Government:
    """A list that prints its total is read once; without it, twice."""

    def address(number: int) -> str:
        return f"{BASE}202409/t20240902_{number:03d}.shtml"

    answers: dict[str, Answer | list[Answer]] = {}
    for k in range(3):
        rows = "".join(row(address(number), title_of(number)) for number in NUMBERS[4 * k : 4 * k + 4])
        answers[BASE + (f"index_{k}.shtml" if k else "")] = listing(
            rows, script(f'createPageHTML(3,{k},"index","shtml")') + total
        )
    for number in NUMBERS:
        name = f"t20240902_{number:03d}"
        more = script(f'createPageHTML(2, 0, "{name}", "shtml");') if number % 4 == 0 else ""
        answers[address(number)] = document(title_of(number), more)
        answers[f"{BASE}202409/{name}_1.shtml"] = document(title_of(number), paragraphs=("续页的内容。",))
    # One document that is busy twice: a kill between two tries must not change what comes out.
    last = answers[address(12)]
    assert isinstance(last, Answer)
    answers[address(12)] = [Answer(b"busy", status=503, times=2), last]
    return Government(answers, delay)


def held(data: Path, look: int = 1) -> set[str]:
    """Addresses that the archive holds, lists in this reading."""
    if not (data / "archive.db").is_file():
        return set()
    with Archive(data / "archive.db", readonly=True) as archive:
        return {
            item.url
            for item in archive.fetches()
            if item.outcome in HELD and (item.role != "list" or int(item.context.get("look") or 1) >= look)
        }


def content(data: Path) -> dict[str, list[str]]:
    """Every table of staging without machine times."""
    connection = sqlite3.connect(data / "staging.db")
    connection.row_factory = sqlite3.Row
    try:
        names = [
            item[0] for item in connection.execute("select name from sqlite_master where type = 'table'")
        ]
        return {
            name: sorted(
                repr([(key, item[key]) for key in item.keys() if not key.endswith("_at")])  # noqa: SIM118
                for item in connection.execute(f"select * from {name}")
            )
            for name in names
        }
    finally:
        connection.close()


def wait_for(child: subprocess.Popen[str], place: Government, requests: int) -> bool:
    """Wait until so many requests came in; False when the crawl ended before."""
    deadline = time.monotonic() + 60
    while len(place.log) < requests:
        if child.poll() is not None:
            return False
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return True


@pytest.mark.parametrize(
    ("total", "look"), [("<p>共12条</p>", 1), pytest.param("", 2, marks=pytest.mark.soak)]
)
def test_killed_again_and_again_it_ends_as_if_undisturbed_and_fetches_nothing_twice(
    tmp_path: Path, total: str, look: int
) -> None:
    undisturbed = government(total=total)
    with serving(undisturbed) as proxy:
        assert crawl({"kjt": SITE}, tmp_path / "quiet", proxy)["outcome"] == "ok"

    assert undisturbed.count(BASE) == look
    place, data = government(0.02, total), tmp_path / "killed"
    before: set[str] = set()
    counts = place.counts()

    def fetched_again() -> set[str]:
        return {url for url in before if place.counts()[url] != counts[url]}

    with serving(place) as proxy:
        for kill in range(4):
            child = start({"kjt": SITE}, data, proxy)
            # Different distances meet the crawl before, between and after its writes.
            wait_for(child, place, len(place.log) + 1 + kill % 3)
            time.sleep(0.011 * (kill % 4))
            child.kill()
            child.communicate()
            assert fetched_again() == set()
            before, counts = held(data, look), place.counts()
        result = crawl({"kjt": SITE}, data, proxy)
    assert fetched_again() == set()
    assert (result["outcome"], result["resumed"]) == ("ok", True)
    assert content(data) == content(tmp_path / "quiet")


def test_asked_to_stop_it_ends_cleanly_and_goes_on_next_time(tmp_path: Path) -> None:
    place = government(delay=0.05)
    with serving(place) as proxy:
        child = start({"kjt": SITE}, tmp_path, proxy)
        assert wait_for(child, place, 6)
        child.send_signal(signal.SIGINT)
        first = finish(child)
        assert (first["outcome"], first["resumed"]) == ("interrupted", False)
        before, counts = held(tmp_path), place.counts()
        assert 4 <= len(before) < 15
        second = crawl({"kjt": SITE}, tmp_path, proxy)
        assert (second["outcome"], second["resumed"], second["run_id"]) == ("ok", True, first["run_id"])
        assert {url for url in before if place.counts()[url] != counts[url]} == set()


def test_a_run_killed_and_not_resumed_is_loaded_all_the_same(tmp_path: Path) -> None:
    place = government(delay=0.02)
    with serving(place) as proxy:
        child = start({"kjt": SITE}, tmp_path, proxy)
        assert wait_for(child, place, 8)
        child.kill()
        child.communicate()
        documents = {url for url in held(tmp_path) if "/t2024" in url and "_1.shtml" not in url}
        result = crawl({"kjt": SITE}, tmp_path, proxy, limit=1)
    assert not result["resumed"]
    connection = sqlite3.connect(tmp_path / "staging.db")
    loaded = {url for (url,) in connection.execute("select url from replies")}
    connection.close()
    assert documents
    assert documents <= loaded


def test_a_second_crawl_fetches_only_what_is_new_unless_full(tmp_path: Path) -> None:
    place = government()
    with serving(place) as proxy:
        crawl({"kjt": SITE}, tmp_path, proxy)
        once = place.counts()
        dry = crawl({"kjt": SITE}, tmp_path, proxy, full=False, dry_run=True)
        assert dry["sites"]["kjt"]["documents"] == 0
        incremental = crawl({"kjt": SITE}, tmp_path, proxy, full=False)
        counts = place.counts()
        crawl({"kjt": SITE}, tmp_path, proxy)
    assert (incremental["sites"]["kjt"]["rows"], incremental["sites"]["kjt"]["documents"]) == (4, 0)
    documents = [url for url in once if "/t2024" in url]
    assert all(counts[url] == once[url] for url in documents)
    assert counts[BASE] == 3
    assert all(place.counts()[url] == once[url] + 1 for url in documents)


def test_a_dry_run_reads_lists_and_touches_nothing(tmp_path: Path) -> None:
    place = government()
    with serving(place) as proxy:
        result = crawl({"kjt": SITE}, tmp_path / "data", proxy, dry_run=True, limit=5)
    assert result["sites"]["kjt"]["documents"] == 5
    assert not [url for url in place.counts() if "/t2024" in url]
    assert not (tmp_path / "data").exists()


def test_a_second_process_is_kept_out(tmp_path: Path) -> None:
    place = government(delay=0.05)
    with serving(place) as proxy:
        child = start({"kjt": SITE}, tmp_path, proxy)
        assert wait_for(child, place, 3)
        with pytest.raises(Locked, match=str(child.pid)):
            Session({"kjt": SITE}, tmp_path, Options(contact=CONTACT))
        os.kill(child.pid, signal.SIGINT)
        finish(child)
