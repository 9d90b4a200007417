"""`publish`, `rollback` and `check` as people call them, and their exit codes."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import said
from tests.pipelines.publish.serving import published
from tests.pipelines.publish.test_snapshots import runs, shrunk


def test_rollback_lists_goes_back_and_says_so(tmp_path: Path) -> None:
    first, second = (published(tmp_path, run).snapshot for run in (1, 2))
    shown = said("rollback", "--list", "--data", tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert re.search(rf"当前\s+{second}", shown.stdout)
    assert first in shown.stdout
    assert "2 个快照" in shown.stdout
    shown = said("rollback", "--data", tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"已退回到快照 {first}" in shown.stdout
    assert runs(tmp_path / "corpus.db") == 1
    assert said("check", "--data", tmp_path).returncode == 0


def test_rollback_that_is_not_possible_has_its_exit_code(tmp_path: Path) -> None:
    published(tmp_path, 1)
    unknown = said("rollback", "ffff", "--data", tmp_path)
    assert unknown.returncode == 2
    assert "没有快照的名字以 ffff 开头" in unknown.stderr
    nothing = said("rollback", "--data", tmp_path)
    assert nothing.returncode == 3
    assert "没有更早的快照" in nothing.stderr
    assert said("rollback", "--data", tmp_path / "nowhere").returncode == 3
    assert not (tmp_path / "nowhere").exists()


def test_publish_refuses_a_loss_and_force_passes(tmp_path: Path) -> None:
    shrunk(tmp_path, before=30, after=20)
    refused = said("publish", "--data", tmp_path)
    assert refused.returncode == 1
    assert "replies 表从 30 行减到 20 行" in refused.stderr
    assert "Traceback" not in refused.stderr
    done = said("publish", "--force", "--keep", "1", "--data", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 个快照" in said("rollback", "--list", "--data", tmp_path).stdout
    same = said("publish", "--data", tmp_path)
    assert "内容没有变化" in same.stdout
