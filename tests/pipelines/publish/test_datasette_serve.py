"""`hubei-replies serve`, and the plain `datasette` command with the plugin beside it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from pipelines.errors import ConfigurationError, DataUnreadable
from pipelines.publish.corpus import readable_corpus
from pipelines.publish.serve import application, serve
from scraper.cli import cli
from tests.pipelines.publish import synthetic

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serve")
    synthetic.build(folder / "corpus.db", replies=5)
    return folder


def _truncated(path: Path) -> None:
    synthetic.build(path, replies=30)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _overwritten(path: Path) -> None:
    synthetic.build(path, replies=30)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20000] = os.urandom(20000)
    path.write_bytes(content)


def _other(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("create table something (x)")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: None, "没有语料库文件"),
        (lambda path: path.write_bytes(b"<html>not a database</html>" * 50), "无法读取"),
        (lambda path: path.write_bytes(b""), "不是本项目的语料库"),
        (_other, "不是本项目的语料库"),
        (_truncated, "corpus.db"),
        (_overwritten, "corpus.db"),
    ],
)
def test_a_corpus_that_cannot_be_served_is_named_with_what_to_do(
    tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(tmp_path / "corpus.db")
    with pytest.raises(DataUnreadable, match=said) as caught:
        readable_corpus(tmp_path)
    assert str(tmp_path / "corpus.db") in str(caught.value)
    assert "hubei-replies" in str(caught.value)
    answer = CliRunner().invoke(cli, ["serve", "--data", str(tmp_path)])
    assert answer.exit_code == 3
    assert "错误" in answer.output


def test_an_address_that_is_taken_is_a_configuration_error(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigurationError, match="--port 0"):
            serve(data, port=taken.getsockname()[1])


@pytest.mark.parametrize("content", ["{", "[]", None])
def test_metadata_that_cannot_be_read_is_a_configuration_error(
    data: Path, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "metadata.json"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match=r"metadata\.json"):
        application(data / "corpus.db", file)


def test_serve_prints_its_address_answers_and_stops(data: Path) -> None:
    command = "from scraper.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", command, "serve", "--data", str(data), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert address, line + process.stderr.read()
            answer = httpx.get(address[0] + "corpus/replies.json?_size=0&_shape=objects", trust_env=False)
            assert answer.json()["filtered_table_rows_count"] == 6
            assert "湖北省" in httpx.get(address[0], trust_env=False).text
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0, process.stderr.read()
        finally:
            process.kill()


def test_help_is_chinese() -> None:
    answer = CliRunner().invoke(cli, ["serve", "--help"])
    assert answer.exit_code == 0
    assert "按 Ctrl+C 停止" in answer.output
    assert "--data" in answer.output


@pytest.mark.parametrize("metadata", [(), ("-m", "datasette-metadata.json")])
def test_plain_datasette_does_the_same(data: Path, metadata: tuple[str, ...]) -> None:
    def get(path: str) -> str:
        arguments = ["serve", str(data / "corpus.db"), *metadata, "--get", path]
        done = subprocess.run(
            [sys.executable, "-m", "datasette", *arguments],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        return done.stdout.decode("utf-8")

    rows = json.loads(get("/corpus/replies.json?_search=%E7%AD%94%E5%A4%8D&_shape=array"))
    assert len(rows) == 5
    assert "body_text" not in rows[0]
    assert "会议年份" in get("/corpus/replies")
    assert json.loads(get("/-/settings.json"))["suggest_facets"] is False


def test_a_setting_of_the_command_line_that_equals_the_default_is_kept(data: Path) -> None:
    arguments = [
        "serve",
        str(data / "corpus.db"),
        "--setting",
        "suggest_facets",
        "1",
        "--get",
        "/-/settings.json",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "datasette", *arguments], capture_output=True, check=True, cwd=ROOT
    )
    settings = json.loads(done.stdout)
    assert settings["suggest_facets"] is True
    assert settings["sql_time_limit_ms"] == 3000
