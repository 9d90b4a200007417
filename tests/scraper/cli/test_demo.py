"""The command itself: help in Chinese, and a folder that is not its own."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from scraper.cli import cli
from scraper.cli.demo import METADATA
from tests.pipelines.publish.browser import Browser


def test_a_folder_with_somebody_elses_databases_is_refused_with_code_2(tmp_path: Path) -> None:
    (tmp_path / "corpus.db").write_bytes(b"precious")
    result = CliRunner().invoke(cli, ["demo", "--no-serve", "--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "没有动它" in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus.db"]


def test_help_says_that_nothing_leaves_the_machine() -> None:
    result = CliRunner().invoke(cli, ["demo", "--help"])
    assert result.exit_code == 0
    assert "不连接外网" in result.output
    assert str(Path("build") / "demo") in result.output


def test_every_page_says_that_the_contents_are_invented(demo_corpus: Path) -> None:
    browser = Browser.of(demo_corpus, **METADATA)
    try:
        for path in ("/", "/corpus", "/corpus/replies"):
            text = browser.page(path).body.text()  # type: ignore[union-attr]
            assert "虚构" in text, path
            assert "湖北省各级行政机关公开" not in text, path
    finally:
        browser.close()
