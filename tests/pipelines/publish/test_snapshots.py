"""Snapshots: whole or not there, killed at whichever step; compared, counted, kept, gone back to, taken down."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.errors import ConfigurationError, DataUnreadable
from pipelines.load import fingerprint
from pipelines.models import Reference
from pipelines.publish import compare, exports, rollback, snapshots
from pipelines.publish.build import PublicationRefused, PublishResult, judge, publish
from pipelines.publish.inspection import check
from pipelines.publish.snapshots import (
    SNAPSHOTS,
    count_rows,
    current,
    digest,
    find,
    listed,
    open_snapshot,
    pointed,
    verified,
)
from pipelines.review.withheld import Decision
from pipelines.storage import StorageFailed
from tests.pipelines.load.make import item, listing, reply, url
from tests.pipelines.publish.serving import published
from tests.pipelines.resolve.chain import crawl


def again(folder: Path, **options: Any) -> PublishResult:
    """Publish what is loaded, without a new run."""
    with Archive(folder / "archive.db", readonly=True) as archive:
        return publish(folder, archive, **options)


def runs(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        assert conn.execute("pragma integrity_check").fetchone() == ("ok",)
        return int(conn.execute("select count(*) from crawls").fetchone()[0])


def leftovers(folder: Path) -> list[str]:
    """What is no snapshot, no pointer and no database of ours."""
    inside = [one.name for one in (folder / SNAPSHOTS).iterdir() if one.name != "current"]
    return sorted(
        [name for name in inside if not snapshots._NAME.fullmatch(name)]
        + [one.name for one in folder.glob(".corpus*")]
        + [one.name for one in (folder / "feeds").rglob(".*")]
    )


# --- killed -------------------------------------------------------------------------------------------------------

WRITING = frozenset(
    {
        "os.rename",
        "os.remove",
        "os.rmdir",
        "os.mkdir",
        "os.symlink",
        "os.chmod",
        "os.truncate",
        "sqlite3.connect",
    }
)
"""Audit events (PEP 578) of calls that change what lies on the disk; opening for writing is told by its flags."""
UNHEARD = frozenset({"copy_file_range", "copyfileobj"})
"""Calls that change it and raise no such event."""
FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def killed_at(folder: Path, step: int) -> bool:
    """Publish in a process that kills itself right after the `step`-th change in the folder; False when it ended.

    Between two changes there is nothing to see, so that these are all the instants there are.
    """
    child = os.fork()
    if child == 0:
        count, touched = 0, False

        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal touched
            mine = any(str(folder) in str(one) for one in arguments)
            writes = event in WRITING or (event == "open" and bool((arguments[2] or 0) & FOR_WRITING))
            touched = touched or (mine and writes)

        def after(_frame: Any, event: str, called: Any) -> None:
            nonlocal count, touched
            unheard = event == "c_return" and getattr(called, "__name__", "") in UNHEARD
            if (touched and event == "c_return") or unheard:
                touched = False
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hear)
        sys.setprofile(after)
        try:
            again(folder, keep=2)
        except BaseException:  # noqa: BLE001 -- the parent is told by the exit code
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "publication failed"
    return False


def _few(_corpus: Path, folder: Path, *_: str) -> list[str]:
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("1\n")
    return ["a.csv", "b.csv"]


@pytest.mark.parametrize("stride", [4, pytest.param(1, marks=pytest.mark.soak)])
def test_killed_at_every_step_the_old_or_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stride: int
) -> None:
    monkeypatch.setattr(
        os, "fsync", lambda _: None
    )  # a kill, unlike a power cut, loses nothing that was written
    # The thirty files of the exports lie in a folder that is not in its place yet: two tell as much.
    monkeypatch.setattr(exports, "write", _few)
    fresh = tmp_path / "fresh"
    for run in (1, 2, 3):
        published(fresh, run, keep=2)
    crawl(fresh, [listing(range(1, 5)), item(4, day=5)], arguments="4")
    saw: set[int] = set()
    step = 1 - stride
    while True:
        step += stride
        folder = tmp_path / "again"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(fresh, folder, symlinks=True)
        killed = killed_at(folder, step)
        found = runs(folder / "corpus.db")
        saw.add(found)
        assert found in (3, 4)
        present = current(folder)
        assert present is not None, f"step {step}: nothing to serve"
        assert runs(verified(present).corpus) in (3, 4)
        # Each name under which a snapshot could be found leads to a whole one, but for one that is being discarded.
        for one in listed(folder):
            verified(one)
        result = again(folder, keep=2)
        assert (runs(folder / "corpus.db"), pointed(folder)) == (4, result.snapshot)
        assert leftovers(folder) == []
        assert len(listed(folder)) == 2
        if not killed:
            break
    assert saw == {3, 4}
    assert step > 30, "the hook saw too little"


@pytest.mark.parametrize("place", ["_copy", "_write", "digest", "sync", "_schema"])
def test_a_full_disk_leaves_the_old_one_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    published(tmp_path, 1)
    before = digest(tmp_path / "corpus.db")
    crawl(tmp_path, [listing(range(1, 3)), item(2)], arguments="2")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, place, full)
    with pytest.raises(StorageFailed, match="磁盘已满"):
        again(tmp_path)
    assert digest(tmp_path / "corpus.db") == before
    assert current(tmp_path) is not None
    monkeypatch.undo()
    assert runs(verified(current(tmp_path)).corpus) == 1  # type: ignore[arg-type]
    assert leftovers(tmp_path) == []
    again(tmp_path)
    assert runs(tmp_path / "corpus.db") == 2
    assert leftovers(tmp_path) == []


# --- what a snapshot is -------------------------------------------------------------------------------------------


def test_the_manifest_says_what_it_is(tmp_path: Path) -> None:
    result = published(tmp_path, 1)
    first = current(tmp_path)
    assert first is not None
    told = first.manifest
    assert (first.name, result.fresh) == (result.snapshot, True)
    assert told.sha256 == digest(first.corpus) == digest(tmp_path / "corpus.db")
    assert told.sha256.startswith(first.name)
    assert (told.rules, told.sqlite) == (fingerprint(), sqlite3.sqlite_version)
    assert (told.sequence, told.previous, told.accepted) == (1, None, ())
    assert told.tables["replies"] == 1
    assert told.tables == count_rows(tmp_path / "corpus.db")
    published(tmp_path, 2)
    second = current(tmp_path)
    assert second is not None
    assert (second.manifest.sequence, second.manifest.previous) == (2, first.name)
    assert second.manifest.schema == told.schema


def test_checksums_are_those_of_sha256sum(tmp_path: Path) -> None:
    published(tmp_path, 1)
    folder = tmp_path / SNAPSHOTS / "current"
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == sum(path.is_file() for path in folder.rglob("*")) - 1


def test_inspect_data_is_what_datasette_inspect_writes(tmp_path: Path) -> None:
    published(tmp_path, 1)
    folder = tmp_path / SNAPSHOTS / "current"
    tool = Path(sys.executable).with_name("datasette")
    done = subprocess.run(
        [str(tool), "inspect", "corpus.db"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert json.loads((folder / "inspect-data.json").read_text()) == json.loads(done.stdout)


def test_the_folder_of_a_snapshot_is_served_by_stock_datasette_as_immutable(tmp_path: Path) -> None:
    published(tmp_path, 1)
    tool = Path(sys.executable).with_name("datasette")
    done = subprocess.run(
        [str(tool), str(tmp_path / SNAPSHOTS / "current"), "--get", "/-/databases.json"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DATASETTE_LOAD_PLUGINS": ""},
    )
    [database] = json.loads(done.stdout)
    assert (database["name"], database["is_mutable"]) == ("corpus", False)


def test_an_unchanged_corpus_makes_no_snapshot(tmp_path: Path) -> None:
    first = published(tmp_path, 1)
    inode = (tmp_path / "corpus.db").stat().st_ino
    second = again(tmp_path)
    assert (second.snapshot, second.fresh) == (first.snapshot, False)
    assert len(listed(tmp_path)) == 1
    assert (tmp_path / "corpus.db").stat().st_ino == inode


def test_writing_to_the_open_file_never_reaches_the_snapshot_and_is_undone(tmp_path: Path) -> None:
    published(tmp_path, 1)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        conn.execute("delete from issues")
        conn.commit()
    present = current(tmp_path)
    assert present is not None
    verified(present)
    assert not check(tmp_path).ok
    assert [gate.message[:9] for gate in check(tmp_path).gates if not gate.ok] == ["corpus.db"]
    assert not again(tmp_path).fresh
    assert check(tmp_path).ok
    assert digest(tmp_path / "corpus.db") == present.manifest.sha256


def test_a_damaged_snapshot_of_the_same_content_is_made_anew(tmp_path: Path) -> None:
    name = published(tmp_path, 1).snapshot
    file = tmp_path / SNAPSHOTS / name / "corpus.db"
    content = bytearray(file.read_bytes())
    content[5000] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)
    with pytest.raises(DataUnreadable, match="已损坏"):
        verified(open_snapshot(file.parent))
    assert again(tmp_path).fresh
    verified(open_snapshot(file.parent))


def test_the_last_ones_are_kept(tmp_path: Path) -> None:
    for run in range(1, 5):
        published(tmp_path, run, keep=2)
    assert [one.manifest.sequence for one in listed(tmp_path)] == [3, 4]
    again(tmp_path, keep=1)
    assert [one.manifest.sequence for one in listed(tmp_path)] == [4]


# --- gates --------------------------------------------------------------------------------------------------------


def test_a_damaged_index_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.publish import search

    real = search.Side.finish

    def broken(self: search.Side, conn: sqlite3.Connection) -> None:
        real(self, conn)
        conn.execute("update replies set title = '建索引之后改过'")

    published(tmp_path, 1)
    monkeypatch.setattr(search.Side, "finish", broken)
    crawl(tmp_path, [listing(range(1, 3)), item(2)], arguments="2")
    with pytest.raises(PublicationRefused, match="检索索引已过时"):
        again(tmp_path)
    assert runs(tmp_path / "corpus.db") == 1


def shrunk(folder: Path, before: int, after: int) -> None:
    """A published corpus of so many replies, and a staging that holds fewer."""
    crawl(folder, [listing(range(1, before + 1)), *(item(n) for n in range(1, before + 1))])
    again(folder)
    from pipelines.load import Loader

    (folder / "staging.db").unlink()
    with Loader(folder / "staging.db") as loader:
        loader.load(listing(range(1, before + 1)))
        for number in range(1, after + 1):
            loader.load(item(number))


def test_too_many_lost_rows_stop_publication_until_somebody_says_force(tmp_path: Path) -> None:
    shrunk(tmp_path, before=30, after=24)
    before = digest(tmp_path / "corpus.db")
    with pytest.raises(PublicationRefused, match="replies 表从 30 行减到 24 行") as caught:
        again(tmp_path)
    assert "publish --force" in str(caught.value)
    assert digest(tmp_path / "corpus.db") == before
    assert again(tmp_path, force=True).replies == 24
    present = current(tmp_path)
    assert present is not None
    assert "replies 表从 30 行减到 24 行" in present.manifest.accepted[0]
    again(tmp_path)  # what was accepted is the measure from now on


def test_a_few_lost_rows_are_allowed(tmp_path: Path) -> None:
    shrunk(tmp_path, before=30, after=25)
    assert again(tmp_path).replies == 25


def test_force_passes_over_no_other_gate(tmp_path: Path) -> None:
    shrunk(tmp_path, before=10, after=0)
    with pytest.raises(PublicationRefused, match="一件答复也没有"):
        again(tmp_path, force=True)


def take_down(monkeypatch: pytest.MonkeyPatch, numbers: range) -> None:
    from pipelines.address import reply_id

    made = {
        reply_id(url(number)): Decision(reply_id(url(number)), url(number), "2026-11-20", "request")
        for number in numbers
    }
    for module in ("pipelines.resolve.withheld", "pipelines.publish.rollback"):
        monkeypatch.setattr(f"{module}.decisions", lambda: made)


def test_what_is_taken_down_is_no_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl(tmp_path, [listing(range(1, 31)), *(item(number) for number in range(1, 31))])
    again(tmp_path)
    take_down(monkeypatch, range(1, 21))
    assert again(tmp_path).replies == 10


def test_what_waits_for_a_decision_is_no_loss(tmp_path: Path) -> None:
    crawl(tmp_path, [listing(range(1, 31)), *(item(number) for number in range(1, 31))])
    again(tmp_path)
    closed = [item(number, day=2, disclosure="依申请公开") for number in range(1, 21)]
    crawl(tmp_path, [listing(range(1, 31)), *closed], arguments="2")
    assert again(tmp_path).replies == 10


def test_a_rule_that_reads_nothing_any_more_is_noticed(tmp_path: Path) -> None:
    many = tuple(Reference("政协", "省", None, 13, 2, str(n), None, "提案") for n in range(60))
    crawl(tmp_path, [listing(range(1, 2)), replace(item(1), reply=reply(1, references=many))])
    again(tmp_path)
    crawl(
        tmp_path,
        [listing(range(1, 2)), replace(item(1, day=2), reply=reply(1, references=()))],
        arguments="2",
    )
    with pytest.raises(PublicationRefused, match="reply_proposals 表从 60 行减到 0 行"):
        again(tmp_path)


def test_a_file_before_that_cannot_be_read_is_said_and_stops_nothing(tmp_path: Path) -> None:
    published(tmp_path, 1)
    (tmp_path / "before.db").write_bytes(b"no database" * 1000)
    found = [one for one in judge(tmp_path / "corpus.db", tmp_path / "before.db") if one.name == compare.NAME]
    assert [one.ok for one in found] == [True]
    assert "没有比较" in found[0].message


# --- back, and away -----------------------------------------------------------------------------------------------


def test_back_to_the_one_before_and_to_a_named_one(tmp_path: Path) -> None:
    names = [published(tmp_path, run).snapshot for run in (1, 2, 3)]
    assert rollback.rollback(tmp_path).name == names[1]
    assert (runs(tmp_path / "corpus.db"), pointed(tmp_path)) == (2, names[1])
    assert rollback.rollback(tmp_path).name == names[0]
    assert rollback.rollback(tmp_path, names[2][:6]).name == names[2]
    assert runs(tmp_path / "corpus.db") == 3
    assert check(tmp_path).ok
    assert leftovers(tmp_path) == []


def test_the_feeds_go_back_too(tmp_path: Path) -> None:
    published(tmp_path, 1)
    before = (tmp_path / "feeds" / "replies.atom").read_bytes()
    published(tmp_path, 2)
    assert (tmp_path / "feeds" / "replies.atom").read_bytes() != before
    rollback.rollback(tmp_path)
    assert (tmp_path / "feeds" / "replies.atom").read_bytes() == before


def test_nothing_to_go_back_to_is_said(tmp_path: Path) -> None:
    published(tmp_path, 1)
    with pytest.raises(DataUnreadable, match="没有更早的快照"):
        rollback.rollback(tmp_path)
    with pytest.raises(ConfigurationError, match="没有快照的名字以 zz 开头"):
        rollback.rollback(tmp_path, "zz")


def test_a_damaged_snapshot_is_not_gone_back_to(tmp_path: Path) -> None:
    name = published(tmp_path, 1).snapshot
    published(tmp_path, 2)
    file = tmp_path / SNAPSHOTS / name / "corpus.db"
    content = bytearray(file.read_bytes())
    content[-100] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)
    with pytest.raises(DataUnreadable, match="已损坏"):
        rollback.rollback(tmp_path)
    assert runs(tmp_path / "corpus.db") == 2


def test_taking_down_discards_the_snapshots_that_hold_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(tmp_path, 1).snapshot
    second = published(tmp_path, 2).snapshot
    take_down(monkeypatch, range(2, 3))
    with pytest.raises(rollback.RollbackRefused, match="撤下的答复"):
        rollback.rollback(tmp_path, second)
    result = again(tmp_path)
    assert result.withdrawn == (second,)
    assert [one.name for one in listed(tmp_path)] == sorted(
        [first, result.snapshot], key=lambda name: find(tmp_path, name).manifest.sequence
    )
    text = "第2件提案"
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name not in ("archive.db", "staging.db"):
            assert text.encode() not in path.read_bytes(), path
    assert "第1件提案" in (tmp_path / "feeds" / "replies.atom").read_text("utf-8")
