"""What a crawl says of a site as a whole: kept with the run, said once, said again by a run that goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipelines.archive import Archive, Note
from pipelines.models import Issue

STOPPED = Issue("site_stopped", "某厅：连续 3 次被拦截。", "error")
HTML = Issue("robots_is_html", "返回的是网页。", "warning")


def test_notes_are_kept_once_in_order(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        run = archive.begin_run("", {}, "test")
        for _ in range(2):
            archive.note(Note(run.id, "kjt", STOPPED))
            archive.note(Note(run.id, "kjt", HTML, "http://www.kjt.invalid/robots.txt"))
    with Archive(path, readonly=True) as archive:
        assert archive.notes() == [
            Note(1, "kjt", STOPPED),
            Note(1, "kjt", HTML, "http://www.kjt.invalid/robots.txt"),
        ]


def test_a_run_that_goes_on_says_it_anew(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive:
        first = archive.begin_run("", {}, "test")
        archive.note(Note(first.id, "kjt", STOPPED))
        archive.end_run(first.id, "partial")
        second = archive.begin_run("", {}, "test")
        archive.note(Note(second.id, "kjt", STOPPED))
        assert archive.begin_run("", {}, "test").id == second.id
        assert [note.run_id for note in archive.notes()] == [first.id]


def test_an_archive_from_before_has_none_and_takes_some(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive(path).close()
    connection = sqlite3.connect(path)
    connection.execute("drop table notes")
    connection.close()
    with Archive(path, readonly=True) as archive:
        assert archive.notes() == []
    with Archive(path) as archive:
        run = archive.begin_run("", {}, "test")
        archive.note(Note(run.id, "kjt", STOPPED))
        assert len(archive.notes()) == 1
