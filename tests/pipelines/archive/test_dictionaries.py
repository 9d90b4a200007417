"""Pages come back whole whatever they were compressed with, and dictionaries earn their room."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.archive import Archive, Maintained
from pipelines.archive.bodies import Bodies
from pipelines.archive.codec import DICTIONARY_BYTES, Codec, Corrupt, make_dictionary
from tests.pipelines.archive.made import fetch, page


def fill(archive: Archive, numbers: range, design: str = "old", run_id: int | None = None) -> None:
    run_id = run_id or archive.begin_run("{}", {}, "0.1").id
    for number in numbers:
        archive.record(fetch(run_id, number), page(number, design))


def whole(archive: Archive, count: int) -> bool:
    return len(list(archive.fetches())) == count and list(archive.damaged()) == []


def frames(path: Path) -> list[tuple[int | None, int]]:
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT dictionary, length(data) FROM bodies ORDER BY id").fetchall()


def test_too_few_pages_get_no_dictionary(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        fill(archive, range(29))
        assert archive.maintain() == Maintained(0, 0)
        assert archive.train("kjt/detail") is None
        assert archive.train("none/detail", minimum=0) is None


def test_pages_are_brought_into_a_dictionary_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path) as archive:
        fill(archive, range(90))
        before = archive.stats()
        assert archive.maintain() == Maintained(1, 90)
        assert archive.maintain() == Maintained(0, 0)
        fill(archive, range(90, 100))
        after = archive.stats()
        assert whole(archive, 100)
        assert [archive.body(item.sha256 or "") for item in archive.fetches()] == [
            page(n) for n in range(100)
        ]
    assert {dictionary for dictionary, _ in frames(path)} == {1}
    assert max(size for _, size in frames(path)) < 1200
    # Room is given back, not only marked free.
    assert after.stored_bytes < before.stored_bytes / 4
    assert after.file_bytes < before.file_bytes * 0.7
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_free_pages_are_given_back_many_at_a_time(tmp_path: Path) -> None:
    said: list[str] = []
    with Archive(tmp_path / "a.db") as archive:
        fill(archive, range(90))
        archive._connection.set_trace_callback(said.append)
        assert archive.maintain() == Maintained(1, 90)
        archive._connection.set_trace_callback(None)
        assert archive._connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    # Each is a transaction that waits for the disk.
    assert len([one for one in said if "incremental_vacuum" in one]) == 1


def test_a_run_with_many_pages_gets_its_first_dictionary_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path) as archive:
        fill(archive, range(130))
        assert [dictionary for dictionary, _ in frames(path)] == [None] * 100 + [1] * 30
        assert archive.maintain() == Maintained(0, 100)
        assert whole(archive, 130)
    assert {dictionary for dictionary, _ in frames(path)} == {1}


def test_a_second_dictionary_leaves_the_first_in_use(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path) as archive:
        fill(archive, range(30))
        assert archive.train("kjt/detail") == 1
        fill(archive, range(30, 40))
        assert archive.train("kjt/detail") == 2
        fill(archive, range(40, 50))
        assert whole(archive, 50)
    assert [dictionary for dictionary, _ in frames(path)] == [None] * 30 + [1] * 10 + [2] * 10
    with Archive(path) as archive:
        assert whole(archive, 50)
        assert archive.maintain() == Maintained(0, 30)


def test_a_redesigned_site_gets_another_dictionary(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        fill(archive, range(40))
        assert archive.maintain().dictionaries == 1
        fill(archive, range(40, 150))
        assert archive.maintain().dictionaries == 0
        fill(archive, range(99), design="new")
        assert archive.maintain().dictionaries == 1
        fill(archive, range(99, 130), design="new")
        assert archive.maintain().dictionaries == 0
        assert whole(archive, 280)


def test_attachments_and_pages_of_no_site_belong_to_no_template(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.db") as archive:
        run = archive.begin_run("{}", {}, "0.1")
        for number in range(40):
            archive.record(fetch(run.id, number, role="attachment"), random.Random(number).randbytes(900))
            archive.record(fetch(run.id, number, site=None), page(number))
        assert archive.maintain() == Maintained(0, 0)
        assert whole(archive, 80)


def test_a_dictionary_is_bounded_whatever_it_is_made_from() -> None:
    assert make_dictionary([]) == b""
    assert make_dictionary([b"", b""]) == b""
    assert len(make_dictionary([b"x" * 1_000_000])) == 0
    long_lines = [
        random.Random(n).randbytes(100_000).replace(b"\n", b"").replace(b">", b"") for n in range(9)
    ]
    assert len(make_dictionary(long_lines)) <= DICTIONARY_BYTES
    many = [page(number, str(number)) for number in range(60)]
    assert DICTIONARY_BYTES * 0.9 < len(make_dictionary(many)) <= DICTIONARY_BYTES


def test_a_frame_that_announces_more_than_was_recorded_is_not_unpacked() -> None:
    codec = Codec(lambda _: b"")
    bomb = codec.compress(b"\0" * 50_000_000)
    tracemalloc.start()
    with pytest.raises(Corrupt):
        codec.decompress(bomb, 100, b"")
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@given(st.lists(st.binary(max_size=300), max_size=5), st.binary(max_size=2000))
def test_any_bytes_come_back_through_any_dictionary(samples: list[bytes], body: bytes) -> None:
    content = make_dictionary(samples) or b"12345678"
    codec = Codec(lambda _: content)
    for dictionary in (None, 1):
        frame = codec.compress(body, dictionary)
        assert codec.decompress(frame, len(body), hashlib.sha256(body).digest(), dictionary) == body


@pytest.mark.parametrize("killed_after", [0, 1, 3])
def test_maintenance_broken_off_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    done = 0
    real = Bodies.recompress

    def breaking(self: Bodies, template: str, limit: int) -> int:
        nonlocal done
        if done == killed_after:
            raise KeyboardInterrupt
        done += 1
        return real(self, template, 10)

    with Archive(tmp_path / "a.db") as archive:
        fill(archive, range(60))
        monkeypatch.setattr(Bodies, "recompress", breaking)
        with pytest.raises(KeyboardInterrupt):
            archive.maintain()
        monkeypatch.undo()
    with Archive(tmp_path / "a.db") as archive:
        assert whole(archive, 60)
        assert archive.maintain() == Maintained(0, 60 - 10 * killed_after)
        assert whole(archive, 60)
