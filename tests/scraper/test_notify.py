"""Messages: sent once each, never a flood, never the end of a run; through Apprise to a server on this machine."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import ConfigurationError
from pipelines.publish.news import STATE, State, after_run, read_state
from scraper.notify import VARIABLE, Sender, tell_failure, tell_run
from tests.conftest import hubei_replies
from tests.pipelines.load.make import COLUMN, item, listing
from tests.pipelines.publish import synthetic
from tests.pipelines.publish.test_snapshots import again
from tests.pipelines.resolve.chain import crawl


class Inbox:
    """A web hook on loopback that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status = 200
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if inbox.status == 200:
                    inbox.got.append(json.loads(body))
                self.send_response(inbox.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://127.0.0.1:{self.server.server_port}/secret-token-in-the-path"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def titles(self) -> list[str]:
        """Titles since the last call."""
        found = [one["title"] for one in self.got]
        self.got.clear()
        return found


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    made = Inbox()
    monkeypatch.setenv(VARIABLE, made.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    synthetic.build(tmp_path / "corpus.db", replies=5)
    return tmp_path


def change(data: Path, sql: str) -> None:
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        conn.executescript(sql)
        conn.commit()


def run(data: Path, number: int) -> None:
    """Another run that went well, in the corpus."""
    change(
        data,
        f"create temp table next as select * from crawls where id = {number - 1};"
        f" update next set id = {number}, started_at = '2026-11-2{number}T02:00:00+08:00';"
        " insert into crawls select * from next",
    )


def health(data: Path, site: str, value: str, reasons: str = "栏目没有读到") -> None:
    change(data, f"update sites set health = '{value}', reasons = '{reasons}' where key = '{site}'")


def silence(line: str) -> None:
    raise AssertionError(line)


# --- what is told -------------------------------------------------------------------------------------------------


def test_one_summary_a_run_and_one_message_when_a_site_turns_bad_and_when_it_is_well(
    data: Path, inbox: Inbox
) -> None:
    tell_run(data, silence)
    assert inbox.titles() == ["建议提案答复：新答复 6 件"]
    tell_run(data, silence)
    assert inbox.titles() == [], "a run is told once"
    health(data, "swj", "failed")
    run(data, 2)
    tell_run(data, silence)
    assert inbox.titles() == ["建议提案答复：新答复 0 件", "采集出了问题：武汉市水务局"]
    for number in (3, 4, 5):
        health(data, "swj", "partial", f"别的原因{number}")
        run(data, number)
        tell_run(data, silence)
        assert inbox.titles() == ["建议提案答复：新答复 0 件"], "a repeated bad run says nothing"
    health(data, "swj", "ok")
    run(data, 6)
    tell_run(data, silence)
    assert inbox.titles() == ["建议提案答复：新答复 0 件", "采集恢复正常：武汉市水务局"]
    assert read_state(data).troubled == {}


def test_the_summary_names_replies_and_bad_sites(data: Path, inbox: Inbox) -> None:
    health(data, "kjt", "partial")
    tell_run(data, silence)
    body = inbox.got[0]["message"]
    assert "第 1 次采集" in body
    assert "全库共 6 件" in body
    assert "http://kjt.demo.invalid/jytabl/" in body
    assert "湖北省科学技术厅" in body
    assert [one["type"] for one in inbox.got] == ["info", "failure"]


def test_a_summary_that_waits_covers_the_runs_between(data: Path, inbox: Inbox) -> None:
    tell_run(data, silence)
    inbox.titles()
    run(data, 2)
    tell_run(data, silence, summary=False)
    assert inbox.titles() == []
    run(data, 3)
    change(data, "update replies set first_seen_at = '2026-11-22T02:10:00+08:00' where id = 'r00000000001'")
    tell_run(data, silence)
    assert "第 2–3 次采集" in inbox.got[0]["message"]
    assert inbox.titles() == ["建议提案答复：新答复 1 件"]


def test_forty_sites_that_turn_bad_make_one_message(data: Path, inbox: Inbox) -> None:
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        for number in range(40):
            synthetic.insert(
                conn,
                "sites",
                key=f"s{number}",
                name=f"网站{number}",
                health="failed",
                reasons="连不上\n二\n三",
                crawled_at="2026-11-20T03:00:00+08:00",
            )
        conn.commit()
    tell_run(data, silence)
    assert len(inbox.got) == 2
    body = inbox.got[1]["message"]
    assert "另有 30 个网站" in body
    assert "（另有 1 条）" in body
    assert len(body) < 1000


def test_a_failure_of_the_whole_is_told_once_and_its_end_too(data: Path, inbox: Inbox) -> None:
    tell_run(data, silence)
    inbox.titles()
    for _ in range(3):
        tell_failure(data, "语料库没有通过关口", silence)
    tell_run(data, silence, idle=True)
    assert inbox.titles() == ["语料库没有发布"]
    tell_run(data, silence)
    assert inbox.titles() == ["语料库恢复发布"]


# --- when it cannot be sent ---------------------------------------------------------------------------------------


def test_what_could_not_be_sent_is_told_without_its_secret_and_sent_later(data: Path, inbox: Inbox) -> None:
    inbox.status = 500
    health(data, "kjt", "failed")
    lines: list[str] = []
    tell_run(data, lines.append)
    assert len(lines) == 2
    assert all("没有发到" in line and "secret-token" not in line for line in lines), lines
    assert read_state(data) == State()
    inbox.status = 200
    tell_run(data, silence)
    assert inbox.titles() == ["建议提案答复：新答复 6 件", "采集出了问题：湖北省科学技术厅"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nonsense://secret-token", "第 1 项（nonsense://…）"),
        ("/nowhere/apprise.yml", "第 1 项既不是网址"),
        ("json://127.0.0.1:9/secret-token", "没有发到"),
    ],
)
def test_a_target_that_is_none_is_told_and_fails_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch, target: str, said: str
) -> None:
    monkeypatch.setenv(VARIABLE, target)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    lines: list[str] = []
    tell_run(data, lines.append)
    assert any(said in line for line in lines), lines
    assert "secret-token" not in "".join(lines)


def test_without_targets_nothing_is_made(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    tell_run(data, silence)
    monkeypatch.setenv(VARIABLE, "")
    tell_run(data, silence)
    assert not (data / STATE).exists()


def test_a_state_that_makes_no_sense_is_begun_anew(data: Path, inbox: Inbox) -> None:
    (data / STATE).write_text("{half", "utf-8")
    tell_run(data, silence)
    assert inbox.titles() == ["建议提案答复：新答复 6 件"]
    assert read_state(data).run == 1
    assert [path.name for path in data.glob(".notify*")] == []


def test_a_folder_that_cannot_be_written_is_told(
    data: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("scraper.notify.write_state", broken)
    lines: list[str] = []
    tell_run(data, lines.append)
    assert "Read-only" in lines[0]
    assert len(inbox.titles()) == 1, "nothing more is sent that could not be remembered"


# --- Apprise ------------------------------------------------------------------------------------------------------


def test_a_configuration_file_names_targets(tmp_path: Path, inbox: Inbox) -> None:
    config = tmp_path / "apprise.yml"
    config.write_text(f"urls:\n  - {inbox.url}\n", "utf-8")
    shown = hubei_replies("notify", HUBEI_REPLIES_NOTIFY=f"{config} {inbox.url}", NO_PROXY="127.0.0.1")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert inbox.titles() == ["建议提案答复：试验消息"] * 2
    assert "已发出 2 条" in shown.stdout


def test_the_trial_has_its_exit_codes(inbox: Inbox) -> None:
    assert hubei_replies("notify", HUBEI_REPLIES_NOTIFY="").returncode == 2
    assert hubei_replies("notify", HUBEI_REPLIES_NOTIFY="nonsense://x").returncode == 2
    inbox.status = 500
    shown = hubei_replies("notify", HUBEI_REPLIES_NOTIFY=inbox.url, NO_PROXY="127.0.0.1")
    assert shown.returncode == 1
    assert "secret-token" not in shown.stdout + shown.stderr


@pytest.mark.parametrize(
    "url",
    [
        "wecombot://693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa",
        "dingtalk://4f3d9c8b7a6e5f4d3c2b1a0f9e8d7c6b5a4f3e2d",
        "feishu://6d5c4b3a-1f2e-3d4c-5b6a-7f8e9d0c1b2a",
        "lark://6d5c4b3a-1f2e-3d4c-5b6a-7f8e9d0c1b2a",
        "mailtos://user:secret@example.org?to=you@example.org",
    ],
)
def test_the_services_that_the_documentation_names_are_known(url: str) -> None:
    Sender([url])


def test_without_apprise_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigurationError, match=r"hubei-replies\[notify\]"):
        Sender(["json://127.0.0.1"])


# --- the whole ----------------------------------------------------------------------------------------------------


def test_state_follows_a_real_corpus(tmp_path: Path) -> None:
    crawl(tmp_path, [listing(range(1, 3)), item(1)], others=[(COLUMN, "list", "blocked")])
    again(tmp_path)
    messages = after_run(tmp_path / "corpus.db", State(), "2026-11-02T03:00:00+08:00", summary=True)
    assert [one.kind for one in messages] == ["summary", "trouble"]
    state = State()
    for one in messages:
        state = one.told(state)
    assert state == State(run=1, troubled={"kjt": "2026-11-02T03:00:00+08:00"})
    crawl(tmp_path, [listing(range(1, 3)), item(2, day=3)], arguments="2")
    again(tmp_path)
    messages = after_run(tmp_path / "corpus.db", state, "2026-11-03T03:00:00+08:00", summary=True)
    assert [one.kind for one in messages] == ["summary", "recovery"]
    assert messages[1].title == "采集恢复正常：演示省科学技术厅"
