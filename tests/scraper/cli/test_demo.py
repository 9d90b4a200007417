"""The command itself: help in Chinese, and a folder that is not its own."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from scraper.cli import cli


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
