"""Every command speaks Chinese, says what to do when it cannot, and exits as README documents."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from scraper.cli import COMMANDS
from scraper.cli.errors import EXIT_CODES
from tests.conftest import ROOT, hubei_replies, said

ENGLISH = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]{2,})+")
"""Two English words in a row: a sentence that nobody translated."""

ALLOWED = re.compile(r"https?://\S+|--[a-z]+|hubei-replies [a-z]+|User-Agent|HTTP \d+")

SITE = """
local:
  name: 本机
  hosts: ["127.0.0.1:9"]
  family: trs
  delay: 0
  columns: ["http://127.0.0.1:9/jytabl/"]
"""


def test_the_command_speaks_in_a_process_of_its_own_as_it_does_here() -> None:
    shown = hubei_replies("--help")
    assert shown.stdout == said("--help").stdout
    assert hubei_replies("crwl").stderr == said("crwl").stderr


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese(command: str) -> None:
    shown = said(*command.split(), "--help")
    assert shown.returncode == 0, shown.stderr
    assert "用法：" in shown.stdout
    assert "选项" in shown.stdout
    assert ENGLISH.findall(ALLOWED.sub("", shown.stdout)) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_names_every_command(command: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"hubei-replies {command}" in readme


def test_readme_documents_every_exit_code() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for code, meaning in EXIT_CODES.items():
        assert f"| {code} | {meaning} |" in readme


@pytest.mark.parametrize(
    "arguments",
    [
        ["crwl"],
        ["crawl", "--sinse", "2024"],
        ["search"],
        ["crawl", "--limit", "x"],
        ["crawl", "--since", "昨天"],
    ],
)
def test_a_slip_of_the_hand_is_explained_in_chinese(arguments: list[str]) -> None:
    shown = said(*arguments)
    assert shown.returncode == 2
    assert "错误：" in shown.stderr
    assert ENGLISH.findall(ALLOWED.sub("", shown.stderr)) == []


@pytest.mark.parametrize("command", ["rebuild", "check", "publish", "serve", "status"])
def test_a_folder_without_data_is_named(command: str, tmp_path: Path) -> None:
    shown = said(command, "--data", tmp_path / "nothing")
    assert shown.returncode == 3, shown.stderr
    assert "nothing" in shown.stderr
    assert "hubei-replies" in shown.stderr.replace(str(tmp_path), "")
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize("command", [["check"], ["serve"], ["search", "提案"], ["status"]])
def test_a_damaged_corpus_is_named(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "corpus.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    shown = said(*command, "--data", tmp_path)
    assert shown.returncode == 3, shown.stdout + shown.stderr
    assert "corpus.db" in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize("command", [["rebuild"], ["publish"]])
def test_a_damaged_archive_is_named(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"not a database, whatever its name says" * 400)
    shown = said(*command, "--data", tmp_path)
    assert shown.returncode == 3, shown.stdout + shown.stderr
    assert "archive.db" in shown.stderr


def test_no_crawl_without_a_contact(tmp_path: Path) -> None:
    declared = tmp_path / "sites.yaml"
    declared.write_text(SITE, encoding="utf-8")
    shown = hubei_replies("crawl", "--sites", declared, "--data", tmp_path / "data")
    assert shown.returncode == 2
    assert "HUBEI_REPLIES_CONTACT" in shown.stderr
    assert not (tmp_path / "data" / "corpus.db").exists()


def test_an_unknown_site_is_named_with_what_is_near(tmp_path: Path) -> None:
    shown = hubei_replies("crawl", "ktj", "--contact", "tests@example.org", "--data", tmp_path)
    assert shown.returncode == 2, shown.stderr
    assert "ktj" in shown.stderr


def test_a_wrong_declaration_gives_file_line_and_key(tmp_path: Path) -> None:
    declared = tmp_path / "sites.yaml"
    declared.write_text(SITE.replace("columns:", "colums:"), encoding="utf-8")
    shown = said("sites", "--check", "--sites", declared)
    assert shown.returncode == 2
    assert re.search(r"sites\.yaml.*7.*colums", shown.stderr), shown.stderr
    assert "columns" in shown.stderr


def test_bundled_declarations_pass() -> None:
    shown = said("sites", "--check")
    assert shown.returncode == 0, shown.stderr
    assert "声明核验通过" in shown.stdout
    assert "机关名录核验通过" in shown.stdout


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    from pipelines.lock import DataLock

    sqlite3.connect(tmp_path / "archive.db").close()
    with DataLock(tmp_path, "测试"):
        shown = hubei_replies("publish", "--data", tmp_path)
    assert shown.returncode == 4, shown.stderr
    assert "测试" in shown.stderr
