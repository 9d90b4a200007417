"""For people who know Scrapy: its own commands work from the root of the checkout, and nobody crawls without a name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.models import Column, Site
from scraper.contact import ContactMissing, ContactUnusable, user_agent
from scraper.run import crawl
from tests.gov.crawling import CONTACT, ROOT
from tests.gov.pages import document, listing, row, title_of
from tests.gov.server import Government, serving

BASE = "http://www.kjt.invalid/jytabl/"
DOCUMENT = BASE + "202409/t20240902_001.shtml"
SITE = Site("kjt", "某厅", None, "420000", ("www.kjt.invalid",), "trs", (Column(BASE),), 0.0)
DECLARATION = f"""kjt:
  name: 某厅
  place: 420000
  hosts: [www.kjt.invalid]
  family: trs
  delay: 0
  columns: ["{BASE}"]
"""


def government() -> Government:
    return Government({BASE: listing(row(DOCUMENT, title_of(1))), DOCUMENT: document(title_of(1))})


def scrapy(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HUBEI_REPLIES_")}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT,
        env={**clean, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_a_contact_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUBEI_REPLIES_CONTACT", raising=False)
    with pytest.raises(ContactMissing, match="HUBEI_REPLIES_CONTACT"):
        crawl({"kjt": SITE}, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    place, sites = government(), tmp_path / "kjt.yaml"
    sites.write_text(DECLARATION, encoding="utf-8")
    with serving(place) as proxy:
        done = scrapy(
            "crawl", "replies", "-a", f"sites={sites}",
            HUBEI_REPLIES_PROXY=proxy, HUBEI_REPLIES_DATA=str(tmp_path / "data"),
        )  # fmt: skip
    assert "没有联系方式" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert not place.log


@pytest.mark.parametrize(("key", "value", "word"), [("site", "kjx", "kjx"), ("limit", "many", "limit")])
def test_a_wrong_argument_is_told_and_nothing_is_asked(
    tmp_path: Path, key: str, value: str, word: str
) -> None:
    place, sites = government(), tmp_path / "kjt.yaml"
    sites.write_text(DECLARATION, encoding="utf-8")
    with serving(place) as proxy:
        done = scrapy(
            "crawl", "replies", "-a", f"sites={sites}", "-a", f"{key}={value}",
            HUBEI_REPLIES_PROXY=proxy, HUBEI_REPLIES_DATA=str(tmp_path / "data"), HUBEI_REPLIES_CONTACT=CONTACT,
        )  # fmt: skip
    assert done.returncode == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert not place.log


def test_a_fault_that_ends_the_crawl_ends_the_command_badly(tmp_path: Path) -> None:
    place, sites, data = government(), tmp_path / "kjt.yaml", tmp_path / "data"
    sites.write_text(DECLARATION, encoding="utf-8")
    data.mkdir()
    (data / "archive.db").write_bytes(b"this is no archive" * 100)
    with serving(place) as proxy:
        done = scrapy(
            "crawl", "replies", "-a", f"sites={sites}",
            HUBEI_REPLIES_PROXY=proxy, HUBEI_REPLIES_DATA=str(data), HUBEI_REPLIES_CONTACT=CONTACT,
        )  # fmt: skip
    assert done.returncode == 1
    assert str(data / "archive.db") in done.stderr
    assert not place.log


@pytest.mark.parametrize("contact", ["a b@c.d", "联系人", "x\r\nX-Evil: 1", "a)b", "x" * 201])
def test_a_contact_that_cannot_stand_in_a_header_is_refused(contact: str) -> None:
    with pytest.raises(ContactUnusable):
        user_agent(contact)


def test_a_site_that_is_not_declared_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="kjx"):
        crawl({"kjt": SITE}, tmp_path, only=["kjx"], contact=CONTACT)


def test_crawl_writes_normalised_items(tmp_path: Path) -> None:
    place, sites, out = government(), tmp_path / "kjt.yaml", tmp_path / "out.jsonl"
    sites.write_text(DECLARATION, encoding="utf-8")
    with serving(place) as proxy:
        done = scrapy(
            "crawl", "replies", "-a", f"sites={sites}", "-a", "site=kjt", "-O", str(out),
            HUBEI_REPLIES_PROXY=proxy, HUBEI_REPLIES_DATA=str(tmp_path / "data"), HUBEI_REPLIES_CONTACT=CONTACT,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (item,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (item["site"], item["column"], item["url"], item["title"]) == ("kjt", BASE, DOCUMENT, title_of(1))
    assert item["references"][0]["number"] == "20240001"
    assert item["published_at"] == "2024-09-02T10:33"
    assert (tmp_path / "data" / "archive.db").is_file()
    assert "Traceback" not in done.stderr


def test_list_and_check() -> None:
    assert scrapy("list").stdout.split() == ["replies"]
    checked = scrapy("check")
    assert checked.returncode == 0, checked.stderr
    assert "Ran 6 contracts" in checked.stderr


def test_shell_fetches_and_records_nothing(tmp_path: Path) -> None:
    place = government()
    with serving(place) as proxy:
        done = scrapy(
            "shell", DOCUMENT, "-c", "response.css('h1::text').get()",
            HUBEI_REPLIES_PROXY=proxy, HUBEI_REPLIES_DATA=str(tmp_path), HUBEI_REPLIES_CONTACT=CONTACT,
        )  # fmt: skip
    assert title_of(1) in done.stdout, done.stderr
    assert not list(tmp_path.iterdir())


def test_shell_asks_no_stranger_without_a_name() -> None:
    done = scrapy("shell", "http://127.1.2.3.example/", "-c", "response")
    assert "没有联系方式" in done.stderr + done.stdout
