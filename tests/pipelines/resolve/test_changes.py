"""Gone, back and moved: what an address says from one answer to the next, and what that makes of its reply."""

from __future__ import annotations

import random
import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest

from pipelines.address import reply_id
from pipelines.models import Outcome
from pipelines.resolve.addresses import Addresses
from pipelines.resolve.changes import _events, gone_on
from pipelines.resolve.identity import Candidate, merge
from pipelines.resolve.life import Life
from pipelines.resolve.log import Address, Log

START = date(2027, 3, 1)


def moment(day: int) -> str:
    return f"{START + timedelta(days=day)}T02:00:00+08:00"


def life(*answers: tuple[int, Outcome]) -> Life:
    """A life from (day, outcome); each day is a run."""
    out = Life()
    for day, outcome in answers:
        out.take(outcome, moment(day), day + 1, "http://x/new" if outcome == "redirect" else None)
    return out


@pytest.mark.parametrize(
    ("answers", "state", "gone"),
    [
        ([(0, "ok"), (10, "gone"), (14, "gone"), (17, "gone")], "gone", 17),
        ([(0, "ok"), (10, "gone"), (11, "gone"), (12, "gone"), (13, "gone")], "missing", None),
        ([(0, "ok"), (10, "gone"), (17, "gone")], "missing", None),
        ([(0, "ok"), (10, "gone"), (14, "gone"), (15, "ok"), (17, "gone"), (20, "gone")], "missing", None),
        ([(0, "ok"), (10, "gone"), (14, "gone"), (15, "unchanged"), (17, "gone")], "missing", None),
        (
            [(0, "ok"), (10, "gone"), (14, "blocked"), (16, "unreachable"), (17, "gone"), (18, "gone")],
            "gone",
            18,
        ),
        ([(0, "ok"), *((day, "blocked") for day in range(1, 40))], "there", None),
        ([(0, "ok"), *((day, "soft_404") for day in range(1, 40))], "there", None),
        ([(0, "ok"), *((day, "error") for day in range(1, 40))], "there", None),
        ([(0, "ok"), *((day, "maintenance") for day in range(1, 40))], "there", None),
        ([(0, "ok"), *((day, "refused") for day in range(1, 40))], "there", None),
        ([(0, "gone"), (5, "gone"), (9, "gone")], "there", None),  # it never answered: a dead link
        ([(0, "ok"), (10, "redirect")], "leads", None),
        ([(0, "ok"), (1, "gone"), (5, "gone"), (8, "gone"), (20, "ok")], "there", None),
    ],
)
def test_only_repeated_404_over_days_mean_gone(
    answers: list[tuple[int, Outcome]], state: str, gone: int | None
) -> None:
    found = life(*answers)
    assert (found.state, found.gone_at) == (state, None if gone is None else moment(gone))


def test_two_404_in_one_crawl_count_once() -> None:
    found = Life()
    found.take("ok", moment(0), 1)
    for day, run in ((5, 2), (5, 2), (12, 3), (12, 3)):
        found.take("gone", moment(day), run)
    assert found.state == "missing"


def test_what_came_back_is_told_and_may_go_again() -> None:
    found = life(
        (0, "ok"), (1, "gone"), (5, "gone"), (8, "gone"), (20, "ok"), (30, "gone"), (34, "gone"), (37, "gone")
    )
    assert found.events == [("gone", moment(8)), ("back", moment(20)), ("gone", moment(37))]


def candidate(name: str, text: str, **more: Any) -> Candidate:
    address = f"kjt.demo.invalid/{name}.shtml"
    values: dict[str, Any] = {"run": 1, "content": text, "arrived_with": text, "had": frozenset((text,))}
    return Candidate(address, f"http://{address}", "kjt", **(values | more))


def kinds(*candidates: Candidate) -> list[list[tuple[str, str]]]:
    merged = merge(candidates)
    shuffled = list(candidates)
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert merge(shuffled) == merged
    return [[(one.address[17:-6], kind) for one, kind in found.members] for found in merged]


def test_a_page_that_moved_keeps_its_id_and_is_read_where_it_is_now() -> None:
    old = candidate("t1", "x", state="leads", last_ok_run=5)
    new = candidate("t9", "x", run=6)
    assert kinds(old, new) == [[("t9", "canonical"), ("t1", "moved")]]
    assert merge([old, new])[0].id == reply_id("http://kjt.demo.invalid/t1.shtml")


def test_an_edit_after_the_move_does_not_part_them() -> None:
    old = candidate("t1", "y", state="gone", last_ok_run=5, had=frozenset("xy"), arrived_with="x")
    new = candidate("t9", "z", run=6, arrived_with="y", had=frozenset("yz"))
    assert kinds(old, new) == [[("t9", "canonical"), ("t1", "moved")]]


def test_a_second_move_keeps_the_first_id() -> None:
    first = candidate("t1", "x", state="gone", last_ok_run=5)
    second = candidate("t5", "y", run=6, arrived_with="x", had=frozenset("xy"), state="leads", last_ok_run=9)
    third = candidate("t9", "z", run=10, arrived_with="y", had=frozenset("yz"))
    assert kinds(first, second, third) == [[("t9", "canonical"), ("t1", "moved"), ("t5", "moved")]]


def test_what_still_answers_did_not_move() -> None:
    old = candidate("t1", "y", last_ok_run=9, had=frozenset("xy"), arrived_with="x")
    assert len(kinds(old, candidate("t9", "x", run=6))) == 2


def test_what_was_there_beside_it_did_not_move() -> None:
    """Y was pasted into the page of X by mistake for some days; then Y's own page went."""
    pasted = candidate("t1", "x", run=1, arrived_with="x", had=frozenset("xy"), last_ok_run=9)
    own = candidate("t2", "y", run=1, state="gone", last_ok_run=8)
    assert len(kinds(pasted, own)) == 2


def test_of_two_publications_one_may_be_missing_for_a_day() -> None:
    one = candidate("t1", "x", state="missing", last_ok_run=5)
    assert kinds(one, candidate("t2", "x", run=2, last_ok_run=6)) == [
        [("t1", "canonical"), ("t2", "duplicate")]
    ]
    gone = candidate("t1", "x", state="gone", last_ok_run=5)
    assert kinds(gone, candidate("t2", "x", run=2, last_ok_run=6)) == [[("t2", "canonical"), ("t1", "moved")]]


def test_a_short_text_says_too_little_to_follow_it() -> None:
    old = candidate(
        "t1", "short", state="gone", last_ok_run=5, arrived_with=None, had=frozenset(), content=None
    )
    new = candidate("t9", "short", run=6, arrived_with=None, had=frozenset(), content=None)
    assert len(kinds(old, new)) == 2


def address(url: str, found: Life, first: int) -> Address:
    return Address(
        url,
        "detail",
        "kjt",
        None,
        "ok",
        200,
        moment(0),
        None,
        0,
        None,
        1,
        first_ok_at=moment(first),
        life=found,
    )


def log_of(known: dict[str, Address]) -> Log:
    addresses = Addresses(sqlite3.connect(":memory:"))
    for key, entry in known.items():
        addresses[key] = entry
    return Log(addresses)


def told(log: Log, *candidates: Candidate) -> tuple[str | None, list[tuple[str, str]]]:
    [one] = merge(candidates)
    return gone_on(one, log), [(row["kind"], row["happened_at"][:10]) for row in _events(one, log)]


def test_a_reply_is_gone_with_its_last_address() -> None:
    one, two = candidate("t1", "x", state="gone", last_ok_run=1), candidate("t2", "x", run=2, last_ok_run=2)
    gone = life((0, "ok"), (1, "gone"), (5, "gone"), (8, "gone"))
    log = log_of({one.address: address(one.url, gone, 0), two.address: address(two.url, life((1, "ok")), 1)})
    assert told(log, one, two) == (None, [("moved", "2027-03-02")])
    later = life((1, "ok"), (20, "gone"), (24, "gone"), (27, "gone"))
    log.addresses[two.address] = address(two.url, later, 1)
    both = told(log, one, candidate("t2", "x", run=2, state="gone", last_ok_run=2))
    assert both == ("2027-03-28", [("moved", "2027-03-02"), ("gone", "2027-03-28")])


def test_an_address_that_leads_on_in_the_same_second_is_not_gone() -> None:
    old, new = candidate("t1", "x", state="leads", last_ok_run=1), candidate("t9", "x", run=9, last_ok_run=9)
    log = log_of(
        {
            old.address: address(old.url, life((0, "ok"), (8, "redirect")), 0),
            new.address: address(new.url, life((8, "ok")), 8),
        }
    )
    assert told(log, old, new) == (None, [("moved", "2027-03-09")])
