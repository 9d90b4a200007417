"""An unattended installation over the demonstration government: due sites, JSON lines, metrics, messages, refusals."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.paths import reviewed_data
from scraper.demo.server import DemoGovernment
from tests.conftest import hubei_replies
from tests.pipelines.publish.test_metrics import parsed
from tests.scraper.test_notify import Inbox


@pytest.fixture(scope="module")
def government() -> Iterator[DemoGovernment]:
    with DemoGovernment() as made:
        yield made


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    made = Inbox()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Installation:
    """A data folder and the environment that a timer would give."""

    def __init__(self, data: Path, government: DemoGovernment, inbox: Inbox) -> None:
        self.data = data
        self.environment = {
            "HUBEI_REPLIES_CONTACT": "tests@example.org",
            "HUBEI_REPLIES_PROXY": government.proxy,
            "HUBEI_REPLIES_LOG_FORMAT": "json",
            "HUBEI_REPLIES_METRICS": str(data / "metrics.prom"),
            "HUBEI_REPLIES_NOTIFY": inbox.url,
            "HUBEI_REPLIES_NIGHT": "00:00-00:01",
            "NO_PROXY": "127.0.0.1",
        }

    def crawl(self, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
        """Exit code and log lines; nothing but JSON may come on standard error, and nothing at all on standard output."""
        sites = reviewed_data("demo", "sites.yaml")
        done = hubei_replies("crawl", *arguments, "--sites", sites, "--data", self.data, **self.environment)
        assert done.stdout == ""
        return done.returncode, [json.loads(line) for line in done.stderr.splitlines()]


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, government: DemoGovernment, inbox: Inbox
) -> Installation:
    return Installation(tmp_path_factory.mktemp("unattended"), government, inbox)


@pytest.fixture(scope="module")
def first(installation: Installation) -> tuple[int, list[dict[str, Any]]]:
    return installation.crawl("--due")


def test_every_line_has_time_level_and_event_and_the_crawl_its_run_and_site(
    first: tuple[int, list[dict[str, Any]]],
) -> None:
    code, lines = first
    assert code == 1  # the demonstration holds trouble on purpose
    assert all({"time", "level", "event"} <= line.keys() for line in lines)
    fetched = [line for line in lines if line["event"] == "crawl.fetch"]
    assert len(fetched) > 50
    assert all(line["run"] == 1 and line["site"] and line["url"] and line["outcome"] for line in fetched)
    assert {line["event"] for line in lines} >= {"crawl.rows", "site.done", "crawl.end", "gate", "publish"}
    assert all(line["run"] == 1 for line in lines if line["event"] != "crawl.site")
    [end] = [line for line in lines if line["event"] == "crawl.end"]
    assert (end["outcome"], end["level"]) == ("partial", "warning")


def test_metrics_and_messages_follow(
    installation: Installation, inbox: Inbox, first: tuple[int, list[dict[str, Any]]]
) -> None:
    found = parsed(installation.data / "metrics.prom")
    with closing(sqlite3.connect(installation.data / "corpus.db")) as conn:
        replies = conn.execute("select count(*) from replies").fetchone()[0]
    assert found["hubei_replies_replies"] == {(): replies}
    titles = inbox.titles()
    assert titles[0] == f"建议提案答复：新答复 {replies} 件"
    assert [title[:7] for title in titles[1:]] == ["采集出了问题："]


def test_the_next_look_has_nothing_to_do_and_says_nothing_to_people(
    installation: Installation, inbox: Inbox, first: tuple[int, list[dict[str, Any]]]
) -> None:
    inbox.titles()
    before = (installation.data / "metrics.prom").read_bytes()
    code, lines = installation.crawl("--due")
    assert (code, [line["event"] for line in lines]) == (0, ["idle"])
    assert inbox.titles() == []
    assert (installation.data / "metrics.prom").read_bytes() == before


def test_a_refusal_has_its_exit_code_its_message_and_its_metric(
    installation: Installation, inbox: Inbox, first: tuple[int, list[dict[str, Any]]]
) -> None:
    inbox.titles()
    # Somebody publishes a corpus from elsewhere; the next one of ours is far smaller.
    with closing(sqlite3.connect(installation.data / "corpus.db")) as conn:
        conn.execute("pragma foreign_keys = off")
        conn.execute(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 500) insert into reply_urls"
            " select 'http://elsewhere.invalid/' || i, (select min(id) from replies), 'twin', null, null from n"
        )
        conn.commit()
    (installation.data / "snapshots" / "current").unlink()
    code, lines = installation.crawl("cxt")
    assert code == 1
    assert lines[-1]["event"] == "error"
    assert "reply_urls 表从" in lines[-1]["message"]
    assert inbox.titles() == ["语料库没有发布"]
    assert parsed(installation.data / "metrics.prom")["hubei_replies_publish_success"] == {(): 0}
    installation.crawl("cxt")
    assert inbox.titles() == [], "told once"
    done = hubei_replies("publish", "--force", "--data", installation.data, **installation.environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stderr.splitlines()[-1])["event"] == "publish"
    assert parsed(installation.data / "metrics.prom")["hubei_replies_publish_success"] == {(): 1}
