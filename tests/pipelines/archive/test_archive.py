"""What goes in comes out, once, in order, and beside a writer."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.archive import INTERRUPTED, Archive
from pipelines.errors import DataUnreadable
from pipelines.models import Outcome, Page, Site
from tests.pipelines.archive.made import HOST, fetch, page

SITE = Site("kjt", "某厅", None, None, ("kjt.demo.invalid",), "trs", ())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def test_no_archive_to_read(path: Path) -> None:
    with pytest.raises(DataUnreadable, match="hubei-replies crawl"):
        Archive(path, readonly=True)
    assert not path.exists()


def test_a_fetch_comes_back_as_it_was(path: Path) -> None:
    with Archive(path) as archive:
        run = archive.begin_run("{}", {"full": True}, "0.1")
        put = fetch(run.id, row_title="关于第1号提案的答复", row_date="24-09-02")
        number = archive.record(put, b"\x00\xff bytes")
        (got,) = archive.fetches()
        assert got.id == number
        assert {name: getattr(got, name) for name in put.__dataclass_fields__} == {
            name: getattr(put, name) for name in put.__dataclass_fields__
        }
        assert got.size == 8
        assert got.sha256 is not None
        assert archive.body(got.sha256) == b"\x00\xff bytes"


def test_no_body_and_an_empty_body_differ(path: Path) -> None:
    with Archive(path) as archive:
        run = archive.begin_run("{}", {}, "0.1")
        archive.record(fetch(run.id, 1, outcome="unreachable"), None)
        archive.record(fetch(run.id, 2, outcome="empty"), b"")
        nothing, empty = archive.fetches()
        assert nothing.sha256 is None
        assert empty.sha256 is not None
        assert archive.body(empty.sha256) == b""
        assert archive.page(nothing, {}).body == archive.page(empty, {}).body == b""


def test_an_unknown_run_or_body(path: Path) -> None:
    with Archive(path) as archive:
        with pytest.raises(Exception, match="FOREIGN KEY"):
            archive.record(fetch(7), b"x")
        assert archive.stats().bodies == 0
        with pytest.raises(KeyError):
            archive.body("00" * 32)
        with pytest.raises(ValueError):
            archive.end_run(7, "finished")


def test_the_same_body_is_kept_once(path: Path) -> None:
    with Archive(path) as archive:
        run = archive.begin_run("{}", {}, "0.1")
        for number in range(5):
            archive.record(fetch(run.id, number), page(1))
        stats = archive.stats()
        assert (stats.fetches, stats.bodies, stats.body_bytes) == (5, 1, len(page(1)))


def test_broken_addresses_do_not_stop_the_crawl(path: Path) -> None:
    with Archive(path) as archive:
        run = archive.begin_run("{}", {}, "0.1")
        url = f"{HOST}/\ud800.shtml"
        archive.record(fetch(run.id, url=url, row_title="\ud800"), b"x")
        found = archive.find(run.id, url)
        assert found is not None
        assert found.url == f"{HOST}/?.shtml"


def test_find_is_of_this_run_and_newest_first(path: Path) -> None:
    with Archive(path) as archive:
        first = archive.begin_run("{}", {}, "0.1")
        archive.record(fetch(first.id, outcome="error"), b"a")
        again = archive.record(fetch(first.id), b"b")
        archive.end_run(first.id, "finished")
        second = archive.begin_run("{}", {}, "0.1")
        url = fetch(1).url
        assert archive.find(second.id, url) is None
        found = archive.find(first.id, url)
        assert found is not None
        assert found.id == again
        newest = archive.latest_by_url(url)
        assert newest == found
        assert archive.find(first.id, url.replace("https", "http")) is None


def test_an_address_is_found_without_walking_its_run(path: Path) -> None:
    with Archive(path) as archive:
        run = archive.begin_run("{}", {}, "0.1")
        archive.record(fetch(run.id), b"x")
        (stored,) = archive.fetches()
        asked: list[str] = []
        archive._connection.set_trace_callback(asked.append)
        archive.find(run.id, stored.url)
        archive.latest_by_url(stored.url)
        archive.page(stored, {})
        archive._connection.set_trace_callback(None)
        looked_up = [statement for statement in asked if "fetches" in statement]
        assert len(looked_up) == 3
        for statement in looked_up:
            plan = archive._connection.execute("EXPLAIN QUERY PLAN " + statement).fetchall()
            assert any("fetches_url" in row[3] or "fetches_part_of" in row[3] for row in plan), statement


def test_runs_go_on_only_with_equal_declarations_and_arguments(path: Path) -> None:
    with Archive(path) as archive:
        one = archive.begin_run("{}", {"limit": 3, "since": None}, "0.1")
        assert not one.resumed
    with Archive(path) as archive:
        same = archive.begin_run("{}", {"since": None, "limit": 3}, "0.2")
        assert (same.id, same.resumed, same.started_at) == (one.id, True, one.started_at)
        other = archive.begin_run("{}", {"limit": 4, "since": None}, "0.2")
        assert (other.resumed, other.id != one.id) == (False, True)
        changed = archive.begin_run('{"kjt":{}}', {"limit": 4, "since": None}, "0.2")
        archive.end_run(changed.id, "finished")
        fresh = archive.begin_run('{"kjt":{}}', {"limit": 4, "since": None}, "0.2")
        assert not fresh.resumed
        assert [run.outcome for run in archive.runs()] == [INTERRUPTED, INTERRUPTED, "finished", None]
        with pytest.raises(ValueError):
            archive.end_run(one.id, "finished")


def test_fetches_stream_in_order(path: Path) -> None:
    with Archive(path) as archive:
        one = archive.begin_run("{}", {}, "0.1")
        for number in range(600):
            archive.record(fetch(one.id, number, outcome="gone"), None)
        archive.end_run(one.id, "finished")
        two = archive.begin_run("{}", {}, "0.1")
        archive.record(fetch(two.id), b"x")
        everything = [stored.id for stored in archive.fetches()]
        assert everything == sorted(everything)
        assert len(everything) == 601
        assert len(list(archive.fetches(one.id))) == 600
        (last,) = archive.fetches(two.id)
        assert [stored.id for stored in archive.fetches(after=everything[-2])] == [last.id]


def test_a_page_with_its_continuations(path: Path) -> None:
    with Archive(path) as archive:
        run = archive.begin_run("{}", {}, "0.1")
        first = fetch(run.id, 5, row_title="标题", row_date="2024-09-02")
        archive.record(first, b"one")

        def part(index: int, body: bytes, run_id: int = run.id, good: bool = True) -> None:
            url = first.url.replace(".shtml", f"_{index}.shtml")
            outcome: Outcome = "ok" if good else "soft_404"
            archive.record(
                fetch(run_id, url=url, role="continuation", outcome=outcome, part_of=first.url, index=index),
                body,
            )

        part(2, b"three")
        part(1, b"old two")
        part(1, b"two")
        part(3, b"not found", good=False)
        (stored,) = [item for item in archive.fetches() if item.role == "detail"]
        archive.end_run(run.id, "finished")
        part(1, b"of a later run", run_id=archive.begin_run("{}", {}, "0.1").id)
        got = archive.page(stored, {"kjt": SITE})
        assert [item.body for item in got.continuations] == [b"two", b"three"]
        assert got == Page(
            url=first.url,
            body=b"one",
            headers=first.headers,
            fetched_at=first.fetched_at,
            site=SITE,
            column=first.column,
            row_title="标题",
            row_date="2024-09-02",
            continuations=got.continuations,
        )
        assert archive.page(stored, {}).site is None


def test_reading_while_a_crawl_writes(path: Path) -> None:
    with Archive(path) as writer:
        run = writer.begin_run("{}", {}, "0.1")
        writer.record(fetch(run.id, 1), page(1))
        with Archive(path, readonly=True) as reader:
            stream = reader.fetches()
            first = next(stream)
            writer.record(fetch(run.id, 2), page(2))
            assert first.sha256 is not None
            assert reader.body(first.sha256) == page(1)
            assert len(list(reader.fetches())) == 2
            with pytest.raises(DataUnreadable, match="不可写"):
                reader.begin_run("{}", {}, "0.1")
            writer.record(fetch(run.id, 3), page(3))
            assert reader.stats().fetches == 3
