"""Disks that are full, read-only or held by others: told with file, need and advice; nothing committed is lost."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipelines import storage
from pipelines.archive import Archive
from pipelines.errors import Locked
from pipelines.load import Loader, open_staging
from pipelines.lock import DataLock
from pipelines.publish.build import publish
from pipelines.storage import StorageFailed
from tests.kill.disks import read_only, small_mount
from tests.pipelines.archive.made import fetch
from tests.pipelines.load.make import item, listing
from tests.pipelines.resolve.chain import crawl


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Files of this process may not grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def full(path: Path) -> Iterator[None]:
    """The file system that holds a file has no room left: SQLite says so when a database may not grow."""
    pages = path.stat().st_size // 2048
    real = sqlite3.connect

    def small(*arguments: object, **options: object) -> sqlite3.Connection:
        conn: sqlite3.Connection = real(*arguments, **options)  # type: ignore[call-overload]
        conn.execute(f"pragma max_page_count = {pages}")
        return conn

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", small)
        yield


def recorded(path: Path, count: int, first: int = 0) -> None:
    with Archive(path) as archive:
        run = archive.begin_run("{}", {}, "test")
        for number in range(first, first + count):
            archive.record(fetch(run.id, number), os.urandom(3000))


def loaded(path: Path, numbers: range) -> None:
    with Loader(path) as loader:
        for number in numbers:
            loader.load(item(number))


def test_a_full_disk_names_the_archive_what_is_left_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    recorded(path, 20)
    with full(path), pytest.raises(StorageFailed) as caught:
        recorded(path, 500, 20)
    message = str(caught.value)
    assert str(path) in message
    assert "磁盘已满，现在剩" in message
    assert "这一步约需 67.1 MB" in message
    assert "请腾出空间后用同样的参数再运行一次" in message
    with Archive(path, readonly=True) as archive:
        assert archive.verify().ok
        assert len(list(archive.fetches())) >= 20


def test_a_file_that_may_not_grow_is_told_with_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    recorded(path, 20)
    size = path.stat().st_size
    with at_most(size), pytest.raises(StorageFailed, match=r"大小上限（ulimit -f，现为"):
        recorded(path, 500, 20)
    recorded(path, 5, 900)
    with Archive(path, readonly=True) as archive:
        assert archive.verify().ok


def test_a_full_disk_leaves_staging_with_whole_batches(tmp_path: Path) -> None:
    path = tmp_path / "staging.db"
    loaded(path, range(100))
    with full(path), pytest.raises(StorageFailed, match=r"中间库 .* 写不下：磁盘已满"):
        loaded(path, range(100, 5000))
    with closing(open_staging(path, readonly=True)) as conn:
        replies = conn.execute("select count(*) from replies").fetchone()[0]
        assert (replies % 100, replies >= 100) == (0, True)
        assert conn.execute("pragma integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("room", [100_000, 300_000])
def test_a_full_disk_leaves_the_published_corpus_and_nothing_beside_it(tmp_path: Path, room: int) -> None:
    crawl(tmp_path, [listing(range(1, 31), page_count=1), *(item(number) for number in range(1, 31))])
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        publish(tmp_path, archive)
        before = sorted((path, path.stat().st_size) for path in tmp_path.rglob("*") if path.is_file())
        loaded(tmp_path / "staging.db", range(31, 300))
        with at_most(room), pytest.raises(StorageFailed, match=r"语料库 .*corpus\.db") as caught:
            publish(tmp_path, archive)
        assert "这一步约需" in str(caught.value) or "大小上限" in str(caught.value)
        after = sorted((path, path.stat().st_size) for path in tmp_path.rglob("*") if path.is_file())
        assert [one for one in after if "staging" not in one[0].name] == [
            one for one in before if "staging" not in one[0].name
        ]
        assert publish(tmp_path, archive).replies == 299


def test_an_error_of_the_system_is_told_in_the_same_words(tmp_path: Path) -> None:
    for number, words in (
        (errno.ENOSPC, "磁盘已满"),
        (errno.EDQUOT, "磁盘已满"),
        (errno.EROFS, "磁盘是只读的"),
        (errno.EIO, "读写出错"),
    ):
        with pytest.raises(StorageFailed, match=words), storage.explained(tmp_path, "文件"):
            raise OSError(number, "x")
    with pytest.raises(FileNotFoundError), storage.explained(tmp_path, "文件"):
        raise FileNotFoundError(errno.ENOENT, "x")


def test_what_is_on_a_read_only_disk_can_be_read_and_is_not_written(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_mount(folder) as mounted:
        if not mounted:
            pytest.skip("this user may mount no file system")
        crawl(folder, [listing(range(1, 3), page_count=1), item(1)])
        read_only(folder, True)
        with Archive(folder / "archive.db", readonly=True) as archive:
            assert len(list(archive.fetches())) == 2
        open_staging(folder / "staging.db", readonly=True).close()
        for attempt in (
            lambda: Archive(folder / "archive.db"),
            lambda: Loader(folder / "staging.db"),
            lambda: DataLock(folder).acquire(),
        ):
            with pytest.raises(StorageFailed, match="只读"):
                attempt()
        read_only(folder, False)
        Archive(folder / "archive.db").close()


HOLD = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program holds the write lock of a database."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    try:
        yield child
    finally:
        child.communicate("")


@pytest.mark.parametrize("name", ["archive.db", "staging.db"])
def test_a_locked_database_is_waited_for_and_then_the_holder_is_named(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BUSY_SECONDS", 0.3)
    crawl(tmp_path, [listing(range(1, 3), page_count=1), item(1)])
    with held(tmp_path / name) as child:
        begin = time.monotonic()
        with pytest.raises(Locked, match=rf"{name} 被另一个程序锁住超过 0.3 秒（.*pid {child.pid}，"):
            crawl(tmp_path, [item(2)], arguments="2")
        assert time.monotonic() - begin > 0.25
    crawl(tmp_path, [item(2)], arguments="2")


def test_a_lock_that_is_let_go_in_time_is_none(tmp_path: Path) -> None:
    crawl(tmp_path, [listing(range(1, 3), page_count=1), item(1)])
    with held(tmp_path / "archive.db") as child:
        assert child.stdin is not None
        timer = threading.Timer(0.5, child.stdin.close)
        timer.start()
        child.stdin = None
        recorded(tmp_path / "archive.db", 1)
