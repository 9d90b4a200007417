"""A crawl leaves a small archive: a template of which enough pages are known gets a dictionary, and all is read back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.archive import Archive, ArchiveDamaged
from pipelines.load import Loader
from scraper.reread import replay
from scraper.session import Options, Session
from tests.gov.crawling import CONTACT, crawl
from tests.gov.pages import document, listing, title_of
from tests.gov.server import Government, serving
from tests.scraper.test_crawl import Answers, base, detail, rows, site, tables

NUMBERS = range(1, 111)


def test_after_a_hundred_pages_there_is_a_dictionary(tmp_path: Path) -> None:
    own = site("many")
    answers: Answers = {base("many"): listing(rows("many", *NUMBERS))}
    answers |= {detail("many", number): document(title_of(number)) for number in NUMBERS}
    with serving(Government(answers)) as proxy:
        assert crawl({"many": own}, tmp_path, proxy)["outcome"] == "ok"
    with (
        Archive(tmp_path / "archive.db", readonly=True) as archive,
        Loader(tmp_path / "again.db") as loader,
    ):
        assert archive.stats().dictionaries == 1
        assert list(archive.damaged()) == []
        for item in replay(archive):
            loader.load(item)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
        plain = conn.execute(
            "select count(*) from bodies where template = 'many/detail' and dictionary is null"
        ).fetchone()
    assert plain == (0,)
    live, again = tables(tmp_path / "staging.db"), tables(tmp_path / "again.db")
    assert len(live["replies"]) == len(NUMBERS)
    assert live == again


def test_housekeeping_that_fails_does_not_cost_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(self: Archive) -> None:
        raise ArchiveDamaged(self.path, "中有正文与归档时的内容不符")

    monkeypatch.setattr(Archive, "maintain", damaged)
    session = Session({"many": site("many")}, tmp_path, Options(contact=CONTACT))
    assert session.close(finished=True) == "partial"
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        assert archive.runs()[0].outcome == "partial"
