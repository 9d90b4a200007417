"""`extract`: one JSON object a line, a failing file does not stop the others."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelines.models import Reply
from scraper.cli.extract import extract, looks_like_markup
from tests.pipelines.read.pages import LETTER, TITLE, URL, document

TEXT = f"{TITLE}\n索引号 011043145/2023-00123\n某委员:\n您提出的提案收悉,现答复如下:已办。\n某市交通运输局\n2023年5月18日\n打印 关闭\n"


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(extract, list(arguments), input=stdin)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_page(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_bytes(document(letter=LETTER + '<p><a href="a.pdf">表</a></p>'))
    result = run("--url", URL, str(file))
    assert result.exit_code == 0
    (reply,) = objects(result)
    assert reply["url"] == URL
    assert reply["title"] == TITLE
    assert reply["attachments"] == [{"name": "表", "url": "https://jt.demo.invalid/zwgk/jytabl/202306/a.pdf"}]
    assert reply["document_number"] is None
    assert TITLE in result.stdout


def test_a_page_without_an_address_has_none(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_bytes(document(letter=LETTER))
    (reply,) = objects(run(str(file)))
    assert reply["url"] is None


UNPRINTED = {"body_html", "citations", "commitments", "outline", "parts", "images", "roles"} | {
    "proposer",
    "proposer_kind",
    "proposer_count",
}


def test_the_keys_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text(TEXT, encoding="utf-8")
    (reply,) = objects(run(str(file)))
    assert list(reply) == [item.name for item in fields(Reply) if item.name not in UNPRINTED]


def test_the_kind_is_told_by_content_and_not_by_name(tmp_path: Path) -> None:
    page, text = tmp_path / "a.txt", tmp_path / "b.html"
    page.write_bytes(document())
    text.write_bytes(TEXT.encode("gbk"))
    first, second = objects(run(str(page), str(text)))
    assert first["title"] == second["title"] == TITLE
    assert second["index_number"] == "011043145/2023-00123"
    assert "打印" not in second["body_text"]


def test_standard_input() -> None:
    (reply,) = objects(run("-", stdin=TEXT.encode()))
    assert reply["signed_on"] == "2023-05-18"


def test_a_file_that_fails_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    good, empty, wall = tmp_path / "good.txt", tmp_path / "empty.txt", tmp_path / "wall.html"
    good.write_text(TEXT, encoding="utf-8")
    empty.write_bytes(b"")
    wall.write_bytes(b"<html><script>$_ts={}</script></html>")
    missing = str(tmp_path / "missing.txt")
    result = run(missing, str(empty), str(wall), str(tmp_path), str(good))
    assert result.exit_code == 1
    assert [reply["title"] for reply in objects(result)] == [TITLE]
    messages = result.stderr.splitlines()
    assert len(messages) == 4
    for name, word, message in zip(
        (missing, str(empty), str(wall), str(tmp_path)),
        ("不存在", "空", "验证", "目录"),
        messages,
        strict=True,
    ):
        assert message.startswith(name)
        assert word in message


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.html"
    file.write_bytes(document() + b"x" * 9_000_000)
    result = run(str(file))
    assert result.exit_code == 1
    assert "MB" in result.stderr


def test_titles(tmp_path: Path) -> None:
    file = tmp_path / "titles.txt"
    file.write_text(f"{TITLE}\n\n对市十五届人大一次会议第20220398号建议会办工作的意见\n", encoding="utf-8")
    first, second = objects(run("--titles", str(file)))
    assert first["references"][0]["number"] == "031"
    assert second["document_type"] == "co_handling_opinion"


@pytest.mark.parametrize(
    "arguments", [[], ["--url", URL, "a", "b"], ["--url", URL, "--titles", "a"], ["--nothing", "a"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_help_is_chinese() -> None:
    text = run("--help").stdout
    assert "每件输出一行 JSON" in text


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        (document(), True),
        (document().decode().encode("utf-16"), True),
        (b"<p>x</p>", True),
        (TEXT.encode(), False),
        ("甲<乙，丙>丁 <某> ".encode(), False),
        (b"", False),
    ],
)
def test_markup_or_text(body: bytes, markup: bool) -> None:
    assert looks_like_markup(body) is markup
