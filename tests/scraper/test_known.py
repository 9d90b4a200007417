"""What earlier runs know of a site, from an archive written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.address import address_key
from pipelines.archive import Archive, Fetch
from pipelines.declare import dump_sites
from pipelines.load.listed import Listed
from pipelines.models import Outcome, Role
from scraper.known import Known
from tests.pipelines.load.make import COLUMN, SITE, url

TAG = (("etag", '"1"'), ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT"))
CONDITIONS = {"If-None-Match": '"1"', "If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}
FILE = "http://kjt.demo.invalid/P1.pdf"


class Book:
    """An archive with one run a day."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._runs: dict[str, int] = {}

    def put(self, day: str, where: str, outcome: Outcome, role: Role = "detail", **context: Any) -> None:
        if day not in self._runs:
            self._runs[day] = self.archive.begin_run(dump_sites({"kjt": SITE}), {"day": day}, "test").id
        status = {"ok": 200, "unchanged": 304, "gone": 404, "redirect": 301, "blocked": 412}.get(outcome, 500)
        moment = f"{day}T02:00:00+08:00"
        self.archive.record(
            Fetch(self._runs[day], where, moment, status, TAG, outcome, role, "kjt", COLUMN, context), b"x"
        )

    @property
    def known(self) -> Known:
        return Known(self.archive, None, None)

    def due(self, day: str, left: frozenset[str] = frozenset(), listed: tuple[str, ...] = ()) -> set[str]:
        lists = {COLUMN: Listed(tuple(map(address_key, listed)))}
        visits = self.known.visits(SITE, date.fromisoformat(day), lists, left, set())
        return {visit.address for visit in visits}


@contextmanager
def opened(folder: Path) -> Iterator[Book]:
    with Archive(folder / "archive.db") as archive:
        yield Book(archive)


def test_a_validator_is_used_every_other_time(tmp_path: Path) -> None:
    key = address_key(url(1))
    with opened(tmp_path) as book:
        book.put("2027-01-01", url(1), "ok")
        assert book.known.conditions(key) == CONDITIONS
        book.put("2027-01-02", url(1), "unchanged")
        # It proves nothing: the next time the page is seen in full.
        assert book.known.conditions(key) == {}
        book.put("2027-01-04", url(1), "ok")
        assert book.known.conditions(key) == CONDITIONS


@pytest.mark.parametrize("outcome", ["gone", "redirect", "soft_404"])
def test_no_validator_after_an_answer_that_was_no_page(tmp_path: Path, outcome: Outcome) -> None:
    with opened(tmp_path) as book:
        book.put("2027-01-01", url(1), "ok")
        book.put("2027-01-02", url(1), outcome)
        assert book.known.conditions(address_key(url(1))) == {}


def test_a_document_of_several_pages_is_always_seen_in_full(tmp_path: Path) -> None:
    with opened(tmp_path) as book:
        book.put("2027-01-01", url(1), "ok")
        book.put("2027-01-01", url(1, "_1"), "ok", "continuation", part_of=url(1), index=1)
        assert book.known.conditions(address_key(url(1))) == {}


def test_what_was_never_answered_is_still_to_be_had(tmp_path: Path) -> None:
    with opened(tmp_path) as book:
        book.put("2027-01-01", url(1), "blocked")
        book.put("2027-01-01", url(2), "gone")
        known = book.known
        assert not known.is_settled(address_key(url(1)))
        assert known.is_settled(address_key(url(2)))
        assert not known.has(address_key(url(2)))


def test_age_is_what_the_list_prints_else_the_address_else_the_first_sight(tmp_path: Path) -> None:
    plain = [f"http://kjt.demo.invalid/zfxxgk/jytabl/d{number}.shtml" for number in range(3)]
    with opened(tmp_path) as book:
        book.put("2027-01-01", COLUMN, "ok", "list")
        # No date anywhere, and met with the first reading of its column: it may be of any age.
        book.put("2027-01-01", plain[0], "ok")
        # A date in the list that is long past, and one of today.
        book.put("2027-03-01", plain[1], "ok", row_date="2024-05-06")
        book.put("2027-03-01", url(1), "ok")
        book.put("2027-03-01", plain[2], "ok")
        book.put("2027-03-01", url(3), "ok", row_date="2027-03-01")
        due = book.due("2027-03-02")
        assert due >= {address_key(plain[2]), address_key(url(3))}
        assert not due & {address_key(plain[0]), address_key(plain[1]), address_key(url(1))}


def test_files_have_their_own_turn_and_belong_to_their_document(tmp_path: Path) -> None:
    with opened(tmp_path) as book:
        book.put("2027-01-01", url(1), "ok", row_date="2020-01-01")
        book.put("2027-01-01", FILE, "ok", "attachment", part_of=url(1))
        key = address_key(FILE)
        assert (book.known.part_of(key), book.known.part_of(address_key(url(1)))) == (url(1), None)
        days = [
            day
            for day in range(340)
            if key in book.due(str(date.fromordinal(date(2027, 1, 2).toordinal() + day)))
        ]
        assert days
        assert len(days) == 340 - days[0]
        assert book.known.of_site("kjt") == [address_key(url(1))]


def test_a_row_in_another_list_is_no_hint(tmp_path: Path) -> None:
    key = address_key(url(1))
    with opened(tmp_path) as book:
        book.put("2027-01-01", url(1), "ok", row_date="2020-01-01")
        assert book.due("2027-01-03", frozenset((key,))) == {key}
        assert book.due("2027-01-03", frozenset((key,)), (url(1),)) == set()


def test_404_of_one_crawl_count_once_and_a_good_answer_wipes_them_out(tmp_path: Path) -> None:
    with opened(tmp_path) as book:
        book.put("2027-01-01", url(1), "ok")
        book.put("2027-01-05", url(1), "gone")
        book.put("2027-01-05", url(1), "gone")
        assert book.known.missing([address_key(url(1))]) == date(2027, 1, 5)
        book.put("2027-01-09", url(1), "unchanged")
        assert book.known.missing([address_key(url(1))]) is None
