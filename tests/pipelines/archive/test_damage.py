"""What is wrong with an archive is told with its name and what to do; nothing wrong is given out as right."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.archive import Archive, ArchiveDamaged
from pipelines.archive.schema import PAGE_SIZE
from pipelines.errors import DataUnreadable, Locked
from tests.pipelines.archive.made import fetch, page


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed archive of 40 bodies with a dictionary."""
    file = tmp_path / "archive.db"
    with Archive(file) as archive:
        run = archive.begin_run("{}", {}, "0.1")
        for number in range(40):
            archive.record(fetch(run.id, number), page(number))
        archive.end_run(run.id, "finished")
        archive.maintain()
    return file


def change(path: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize("readonly", [False, True])
@pytest.mark.parametrize(
    "content", [b"<html>not a database</html>" * 99, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_not_a_database(tmp_path: Path, content: bytes, readonly: bool) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(content)
    with pytest.raises(ArchiveDamaged) as caught:
        Archive(path, readonly=readonly)
    assert str(path) in str(caught.value)
    assert "备份" in str(caught.value)
    assert caught.value.path == path
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    change(path, "CREATE TABLE t (a)")
    before = path.read_bytes()
    with pytest.raises(ArchiveDamaged, match="别的程序"):
        Archive(path)
    assert path.read_bytes() == before
    change(path, "PRAGMA application_id = 7")
    with pytest.raises(ArchiveDamaged, match="别的程序"):
        Archive(path, readonly=True)


def test_a_later_version_is_refused(path: Path) -> None:
    change(path, "PRAGMA user_version = 99")
    for readonly in (False, True):
        with pytest.raises(DataUnreadable, match=r"第 99 版.*升级"):
            Archive(path, readonly=readonly)


def test_an_empty_file_is_a_new_archive_to_a_writer_only(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.touch()
    with pytest.raises(ArchiveDamaged, match="是空的"):
        Archive(path, readonly=True)
    Archive(path).close()
    Archive(path, readonly=True).close()


def flip(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


@pytest.mark.parametrize(
    "damage",
    [
        flip,
        lambda data: data[:-1],
        lambda data: b"",
        lambda data: b"\x28\xb5\x2f\xfd" + b"\xff" * 20,
        lambda data: b"plain",
    ],
)
def test_a_damaged_body_is_never_given_out(path: Path, damage: Callable[[bytes], bytes]) -> None:
    with Archive(path) as archive:
        victim = next(archive.fetches())
    assert victim.sha256 is not None
    digest = bytes.fromhex(victim.sha256)
    connection = sqlite3.connect(path)
    (data,) = connection.execute("SELECT data FROM bodies WHERE sha256 = ?", (digest,)).fetchone()
    connection.close()
    change(path, "UPDATE bodies SET data = ? WHERE sha256 = ?", damage(data), digest)
    with Archive(path) as archive:
        with pytest.raises(ArchiveDamaged, match=victim.sha256):
            archive.body(victim.sha256)
        assert list(archive.damaged()) == [victim.sha256]
        assert len(list(archive.fetches())) == 40


def test_a_broken_page_of_the_file_costs_only_what_lies_on_it(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        run = archive.begin_run("{}", {}, "0.1")
        for number in range(9):
            archive.record(fetch(run.id, number, role="attachment"), random.Random(number).randbytes(30_000))
        archive.record(fetch(run.id, 4, role="attachment"), b"another state of the fifth")
        archive.end_run(run.id, "ok")
    fifth = hashlib.sha256(random.Random(4).randbytes(30_000)).hexdigest()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("pragma wal_checkpoint(truncate)")
        (page_number,) = (
            conn.execute(
                "select pageno from dbstat where name = 'bodies' and pagetype = 'overflow' and path like ?",
                ("/004+%",),
            ).fetchone()
            or conn.execute(
                "select max(pageno) from dbstat where name = 'bodies' and pagetype = 'overflow'"
            ).fetchone()
        )
    with path.open("r+b") as file:
        file.seek((page_number - 1) * PAGE_SIZE)
        file.write(b"\xff" * PAGE_SIZE)
    with Archive(path, readonly=True) as archive:
        found = archive.verify()
        assert len(found.damaged) == 1
        assert (found.bodies, len(found.lost), found.ok) == (10, 1, False)
        lost = found.lost[0]
        assert lost.others == (1 if lost.sha256 == fifth else 0)
        whole = [item for item in archive.fetches() if item.sha256 not in found.damaged]
        assert len([archive.body(item.sha256 or "") for item in whole]) == 9


def test_what_is_got_again_is_put_back_in_its_place(path: Path) -> None:
    change(path, "UPDATE bodies SET data = x'00' WHERE id IN (3, 4)")
    with Archive(path) as archive:
        assert len(archive.verify().damaged) == 2
        run = archive.begin_run("{}", {}, "0.1")
        for number in range(40):
            archive.record(fetch(run.id, number), page(number))
        assert archive.verify().ok
        assert archive.stats().bodies == 40


def test_a_body_under_the_hash_of_another(path: Path) -> None:
    change(path, "UPDATE bodies SET data = (SELECT data FROM bodies WHERE id = 2) WHERE id = 1")
    with Archive(path) as archive:
        assert len(list(archive.damaged())) == 1


def test_a_damaged_body_is_not_made_whole_by_maintenance(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        run = archive.begin_run("{}", {}, "0.1")
        for number in range(120):
            archive.record(fetch(run.id, number), page(number))
    change(path, "UPDATE bodies SET data = x'00' WHERE id = 1")
    with Archive(path) as archive:
        with pytest.raises(ArchiveDamaged):
            archive.maintain()
        assert len(list(archive.damaged())) == 1


def test_a_lost_or_damaged_dictionary(path: Path) -> None:
    change(path, "UPDATE dictionaries SET data = substr(data, 1, 900)")
    with Archive(path) as archive, pytest.raises(ArchiveDamaged, match="字典已损坏"):
        archive.body(next(archive.fetches()).sha256 or "")
    change(path, "DELETE FROM dictionaries")
    with Archive(path) as archive, pytest.raises(ArchiveDamaged, match="缺少第 1 号压缩字典"):
        archive.body(next(archive.fetches()).sha256 or "")


def test_damaged_pages_of_the_file_are_named(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        for offset in range(4 * PAGE_SIZE, size, PAGE_SIZE):
            file.seek(offset)
            file.write(b"\xff" * 64)
    with pytest.raises(ArchiveDamaged, match="已损坏"), Archive(path, readonly=True) as archive:
        list(archive.fetches())


def test_one_writer_a_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.storage.BUSY_SECONDS", 0.05)
    with Archive(path) as archive:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Locked, match="锁住"):
            archive.begin_run("{}", {}, "0.1")
        other.execute("ROLLBACK")
        other.close()
        archive.begin_run("{}", {}, "0.1")
