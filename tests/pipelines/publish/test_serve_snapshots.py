"""`serve` follows what is published: no request fails, no answer mixes two snapshots."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from pipelines.publish.rollback import rollback
from pipelines.publish.snapshots import SNAPSHOTS, listed
from tests.pipelines.publish.serving import Load, published, serving


def replaced_under_load(folder: Path, times: int, clients: int) -> Load:
    published(folder, 1)
    with serving(folder) as server:
        load = Load(server)
        with load.running(clients):
            for run in range(2, times + 2):
                published(folder, run)
                # The pace of a child: otherwise the server rightly goes from the first to the last.
                if run % 6 == 0:
                    server.until(run)
            server.until(times + 1)
        # Old children end by themselves.
        end = time.monotonic() + 120
        while len(server.children()) > 1:
            assert time.monotonic() < end, "an old child stays"
            time.sleep(0.1)
    return load


@pytest.mark.parametrize(
    ("times", "asked", "seen"), [(4, 20, 2), pytest.param(20, 100, 4, marks=pytest.mark.soak, id="twenty")]
)
def test_snapshots_replaced_under_load_fail_no_request_and_mix_nothing(
    tmp_path: Path, times: int, asked: int, seen: int
) -> None:
    load = replaced_under_load(tmp_path, times, clients=2)
    assert load.failures == []
    assert load.asked > asked
    assert len(load.seen) >= seen


@pytest.mark.soak
def test_a_hundred_snapshots_under_load(tmp_path: Path) -> None:
    load = replaced_under_load(tmp_path, times=100, clients=8)
    assert load.failures == []
    assert len(load.seen) >= 17


def test_a_snapshot_that_cannot_be_opened_leaves_the_old_one(tmp_path: Path) -> None:
    published(tmp_path, 1)
    with serving(tmp_path) as server:
        name = published(tmp_path, 2).snapshot
        server.until(2)
        # A snapshot that fell to pieces, and that somebody pointed at all the same.
        broken = tmp_path / SNAPSHOTS / "0123456789abcdef"
        shutil.copytree(tmp_path / SNAPSHOTS / name, broken)
        (broken / "corpus.db").chmod(0o644)
        (broken / "corpus.db").write_bytes(b"nothing that SQLite could read")
        link = tmp_path / SNAPSHOTS / "link"
        link.symlink_to(broken.name)
        link.replace(tmp_path / SNAPSHOTS / "current")
        assert server.heard("0123456789abcdef"), server.said
        assert server.heard(f"继续用快照 {name}"), server.said
        assert server.runs() == 2
        published(tmp_path, 3)
        server.until(3)


def test_rollback_is_followed_and_a_killed_child_is_started_again(tmp_path: Path) -> None:
    published(tmp_path, 1)
    published(tmp_path, 2)
    with serving(tmp_path) as server:
        assert server.runs() == 2
        assert server.said == [], "a server that goes well says nothing"
        rollback(tmp_path)
        server.until(1)
        for child in server.children():
            os.kill(child, signal.SIGKILL)
        assert server.heard("意外结束"), server.said
        server.until(1)


def test_a_discarded_snapshot_is_answered_from_to_the_end(tmp_path: Path) -> None:
    """Taking a reply down discards the snapshots that hold it, also one that a child still serves."""
    published(tmp_path, 1)
    with serving(tmp_path) as server:
        (tmp_path / SNAPSHOTS / "current").unlink()
        shutil.rmtree(listed(tmp_path)[0].path)
        for _ in range(20):
            assert server.runs() == 1


def test_the_supervisor_killed_takes_its_child_with_it(tmp_path: Path) -> None:
    published(tmp_path, 1)
    with contextlib.suppress(AssertionError), serving(tmp_path) as server:
        children = server.children()
        assert children
        server.process.kill()
        end = time.monotonic() + 20
        while any(Path(f"/proc/{child}").exists() for child in children):
            assert time.monotonic() < end, "the child outlived its parent"
            time.sleep(0.1)
        raise AssertionError("as every killed process, it did not end well")
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_folder_without_snapshots_is_served_and_moves_to_the_first(tmp_path: Path) -> None:
    published(tmp_path, 1)
    shutil.rmtree(tmp_path / SNAPSHOTS)
    with serving(tmp_path) as server:
        assert server.runs() == 1
        published(tmp_path, 2)
        server.until(2)
        assert server.heard("已换用快照"), server.said
