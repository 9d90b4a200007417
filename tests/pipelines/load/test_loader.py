"""Staging: nothing half written, nothing written for nothing, nothing lost."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import DataUnreadable
from pipelines.load import Loader, StagingStale, open_staging
from pipelines.models import Attachment, FieldSource, Issue, Reference
from tests.pipelines.load.make import COLUMN, item, listing, url


def dump(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    conn = open_staging(path, readonly=True)
    tables = [
        row[0] for row in conn.execute("select name from sqlite_master where type = 'table' order by 1")
    ]
    found = {name: sorted(conn.execute(f"select * from {name}").fetchall(), key=repr) for name in tables}
    conn.close()
    return found


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    conn = open_staging(path, readonly=True)
    found = conn.execute(sql).fetchall()
    conn.close()
    return found


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    return tmp_path / "staging.db"


def test_staging_of_other_rules_is_refused(staging: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Loader(staging).close()
    monkeypatch.setattr("pipelines.load.store.fingerprint", lambda: "other")
    with pytest.raises(StagingStale, match="rebuild"):
        Loader(staging)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_named_with_what_to_do(staging: Path, content: bytes) -> None:
    staging.write_bytes(content)
    with pytest.raises(DataUnreadable, match=r"staging\.db.*rebuild"):
        Loader(staging)


def test_a_foreign_database_is_not_touched(staging: Path) -> None:
    conn = sqlite3.connect(staging)
    conn.execute("create table mine (x)")
    conn.commit()
    conn.close()
    with pytest.raises(DataUnreadable):
        Loader(staging)


def test_an_absent_file_is_no_empty_corpus(staging: Path) -> None:
    with pytest.raises(DataUnreadable, match="crawl"):
        open_staging(staging, readonly=True)


def test_a_reply_is_written_with_all_its_children(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(item())
    for table in ("pages", "replies", "reply_html", "reply_references", "attachments", "revisions", "issues"):
        assert rows(staging, f"select count(*) from {table}") == [(1,)], table
    assert rows(staging, "select count(*) from field_sources") == [(2,)]
    assert rows(staging, "select changed from revisions") == [(None,)]


def test_unchanged_writes_nothing(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(item())
        loader.load(listing(range(1, 4)))
        loader.flush()
        before = loader.conn.total_changes
        loader.load(item(day=2))
        loader.load(listing(range(1, 4)))
        loader.flush()
        assert loader.conn.total_changes == before
        assert loader.loaded.unchanged == 1


def test_a_changed_page_makes_a_revision_and_the_old_state_stays(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(item())
        loader.load(item(day=2, validity="失效", body_text="改过的正文。"))
        loader.load(item(day=3, validity="失效", body_text="改过的正文。", references=(Reference("政协"),)))
    found = rows(staging, "select number, substr(fetched_at, 9, 2), changed from revisions order by number")
    assert [row[:2] for row in found] == [(1, "01"), (2, "02"), (3, "03")]
    second = json.loads(found[1][2])
    assert second["validity"] == {"old": "有效", "new": "失效"}
    assert second["body_text"]["old"].startswith("贵单位提出的")
    assert set(second) == {"validity", "body_text"}
    assert set(json.loads(found[2][2])) == {"references"}
    assert rows(staging, "select validity from replies") == [("失效",)]


def test_a_page_that_changes_back_has_three_states(staging: Path) -> None:
    with Loader(staging) as loader:
        for day, value in ((1, "有效"), (2, "失效"), (3, "有效")):
            loader.load(item(day=day, validity=value))
    digests = [row[0] for row in rows(staging, "select digest from revisions order by number")]
    assert digests[0] == digests[2] != digests[1]


def test_another_scheme_markup_or_source_is_no_new_state(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(item())
        secure = url(1, scheme="https")
        files = (Attachment("附件.pdf", "https://kjt.demo.invalid/P1.pdf"),)
        sources = {"title": FieldSource("title", "title.first")}
        loader.load(
            item(day=2, address=secure, attachments=files, sources=sources, body_html="<p>x</p>", issues=())
        )
    assert rows(staging, "select count(*) from revisions") == [(1,)]
    assert rows(staging, "select url, substr(fetched_at, 9, 2) from replies") == [(secure, "01")]
    assert rows(staging, "select html from reply_html") == [("<p>x</p>",)]


@pytest.mark.parametrize("html", ["<p>y</p>", "<p>x </p>", "", None])
def test_markup_alone_is_written_anew_and_is_no_new_state(staging: Path, html: str | None) -> None:
    with Loader(staging) as loader:
        loader.load(item(body_html="<p>x</p>"))
        loader.load(item(day=2, body_html=html))
        loader.flush()
        before = loader.conn.total_changes
        loader.load(item(day=3, body_html=html))
        loader.flush()
        assert loader.conn.total_changes == before
    assert rows(staging, "select html from reply_html") == ([(html,)] if html else [])
    assert rows(staging, "select count(*) from revisions") == [(1,)]
    assert rows(staging, "select substr(fetched_at, 9, 2) from replies") == [("01",)]


def test_trouble_never_deletes_a_reply(staging: Path) -> None:
    blocked = Issue("blocked", "被拦截", "error")
    with Loader(staging) as loader:
        loader.load(item())
        loader.load(item(day=2, outcome="blocked", issues=(blocked,)))
    assert rows(staging, "select outcome, document_type from pages") == [("blocked", "reply")]
    assert rows(staging, "select count(*) from replies") == [(1,)]
    assert {row[0] for row in rows(staging, "select code from issues")} == {
        "blocked",
        "index_number_check_digit",
    }
    with Loader(staging) as loader:
        loader.load(item(day=3))
    assert rows(staging, "select outcome from pages") == [("ok",)]
    assert rows(staging, "select code from issues") == [("index_number_check_digit",)]


def test_what_is_said_of_a_page_is_renewed_with_each_answer_and_written_once(staging: Path) -> None:
    said = [(), ("甲",), ("甲", "乙"), ("丙",), ("丙",), ()]
    with Loader(staging) as loader:
        for day, messages in enumerate(said, start=1):
            before = loader.conn.total_changes
            issues = tuple(Issue("blocked", message, "error") for message in messages)
            loader.load(item(day=day, outcome="blocked", issues=issues))
            loader.flush()
            found = rows(staging, "select message from issues order by position")
            assert found == [(message,) for message in messages]
            again = day > 1 and messages == said[day - 2]
            assert (loader.conn.total_changes == before) == again


def test_what_is_no_reply_is_a_page_only(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(item(1, document_type="other"))
        loader.load(item(2, document_type=None))
        loader.load(item(3))
        loader.load(item(3, day=2, document_type="other"))
    assert rows(staging, "select count(*) from pages") == [(3,)]
    assert rows(staging, "select url from replies") == [(url(3),)]
    assert ("no_longer_reply",) in rows(staging, "select code from issues")


def test_twins_stand_apart(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(item(1))
        loader.load(item(1, address=url(1, "_slh")))
    assert rows(staging, "select count(*) from replies") == [(2,)]


def test_an_item_older_than_the_state_is_ignored(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(item(day=5))
        loader.load(item(day=2, validity="失效"))
    assert rows(staging, "select validity from replies") == [("有效",)]


def test_what_sqlite_refuses_leaves_an_issue_and_the_batch_goes_on(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(item(1))
        loader.load(item(2, body_html="\ud800 a lone surrogate"))
        loader.load(item(3))
        loader.flush()
        assert loader.loaded.failed == 1
    assert rows(staging, "select url from replies order by url") == [(url(1),), (url(3),)]
    assert rows(staging, "select url, severity from issues where code = 'not_loaded'") == [(url(2), "error")]
    with Loader(staging) as loader:
        loader.load(item(2, day=2))
    assert rows(staging, "select count(*) from issues where code = 'not_loaded'") == [(0,)]


def test_rows_of_a_column_are_remembered_when_they_slide_to_the_next_page(staging: Path) -> None:
    with Loader(staging) as loader:
        loader.load(listing(range(1, 4), 0, page_count=2, total=5))
        loader.load(listing(range(4, 6), 1, page_count=2, total=5))
        loader.load(listing(range(3), 0, page_count=2, total=6))
    assert rows(staging, f"select count(*) from list_rows where column_url = '{COLUMN}'") == [(6,)]
    assert rows(staging, "select number, rows, total from list_pages") == [(0, 3, 6), (1, 2, 5)]


def test_a_list_that_was_trouble_is_forgiven_when_it_is_read(staging: Path) -> None:
    blocked = Issue("outcome_blocked", "被拦截", "error")
    trouble = item(outcome="blocked", address=COLUMN + "index.shtml", issues=(blocked,))
    with Loader(staging) as loader:
        loader.load(trouble)
    assert rows(staging, "select outcome from pages") == [("blocked",)]
    with Loader(staging) as loader:
        loader.load(listing(range(1, 4)))
    assert rows(staging, "select count(*) from pages") == [(0,)]
    assert rows(staging, "select count(*) from issues") == [(0,)]


def test_one_by_one_and_in_batches_give_the_same(tmp_path: Path) -> None:
    items = [item(number, day) for day in (1, 2) for number in range(1, 30)]
    for name, batch in (("a.db", 1), ("b.db", 7), ("c.db", 100)):
        with Loader(tmp_path / name, batch=batch) as loader:
            for one in items:
                loader.load(one)
    assert dump(tmp_path / "a.db") == dump(tmp_path / "b.db") == dump(tmp_path / "c.db")


KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines.load import Loader
from tests.pipelines.load.make import item
loader = Loader(Path(sys.argv[1]), batch=5)
for number in range(1, 41):
    loader.load(item(number))
    if number == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
loader.close()
"""


def test_killed_it_holds_whole_replies_and_carries_on(tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "a.db", tmp_path / "b.db"
    with Loader(undisturbed) as loader:
        for number in range(1, 41):
            loader.load(item(number))
    for moment in (3, 18):
        run = subprocess.run([sys.executable, "-c", KILLED, str(killed), str(moment)], check=False)
        assert run.returncode == -signal.SIGKILL
        conn = open_staging(killed, readonly=True)
        counts = {
            conn.execute(f"select count(distinct address) from {table}").fetchone()[0]
            for table in ("replies", "reply_html", "field_sources", "revisions", "attachments")
        }
        assert counts == {moment // 5 * 5}
        conn.close()
    with Loader(killed) as loader:
        for number in range(1, 41):
            loader.load(item(number))
    assert dump(killed) == dump(undisturbed)
