"""When known pages are looked at again: the promises of docs/incremental.md."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scraper.revisit import CYCLE, SPARE, YOUNG, History, Visit, budget, chosen, due

START = date(2027, 3, 1)


def visits(
    page: History, days: int, down: frozenset[int] = frozenset(), dead: int | None = None
) -> list[int]:
    """Days on which a page is asked for; `down`: days without an answer; `dead`: 404 from this day on."""
    out = []
    asked, misses = page.asked, page.misses
    for number in range(days):
        today = START + timedelta(days=number)
        if number in down:
            continue
        now = History(page.address, page.born, asked, misses, page.left, page.back, page.alias)
        if due(now, today) is not None:
            out.append(number)
            asked = today
            misses = (*misses, today) if dead is not None and number >= dead else ()
    return out


def test_a_new_page_is_looked_at_soon_and_often() -> None:
    found = visits(History("a", START, START), 241)
    assert set(YOUNG) <= set(found)
    # Its own day in the cycle may come once besides.
    assert len(found) <= len(YOUNG) + 1


def test_a_day_that_was_missed_is_made_up_for_at_once() -> None:
    found = visits(History("a", START, START), 16, down=frozenset((1, 2, 7)))
    assert found[:3] == [3, 8, 14]


@pytest.mark.parametrize("born", [None, date(2019, 5, 1), START])
def test_every_page_is_seen_at_least_once_a_year(born: date | None) -> None:
    for number in range(150):
        found = visits(History(f"kjt.demo.invalid/t{number}.shtml", born, START), 1200)
        gaps = [later - sooner for sooner, later in zip([0, *found], found, strict=False)]
        assert max(gaps) <= CYCLE < 365


def test_old_pages_are_spread_over_the_year() -> None:
    first = [visits(History(f"x/t{number}", None, START), CYCLE + 1)[0] for number in range(1000)]
    busiest = max(first.count(day) for day in set(first))
    assert busiest <= budget(1000, (), None)
    assert 150 < sum(first) / len(first) < 190


def test_a_missing_page_is_asked_for_until_it_is_certain_and_then_rarely() -> None:
    found = visits(History("a", None, START - timedelta(days=1), (), START), 300, dead=0)
    assert found[:3] == [0, 4, 7]
    assert {14, 30, 60, 120, 240} <= set(found)
    assert len(found) <= 9


def test_an_outage_does_not_end_the_confirmation() -> None:
    found = visits(
        History("a", None, START - timedelta(days=1), (), START), 20, frozenset(range(1, 10)), dead=0
    )
    assert found[:3] == [0, 10, 11]


def test_a_row_that_left_the_list_is_a_hint() -> None:
    page = History("a", None, START - timedelta(days=1), (), START)
    assert due(page, START) == Visit("a", "hint", page.asked)
    assert visits(page, 3) == [0]


def test_a_row_that_is_there_again_is_a_hint_where_the_page_was_missing() -> None:
    gone = tuple(START - timedelta(days=days) for days in (30, 26, 23))
    page = History("a", None, gone[-1], gone, back=START)
    assert due(page, START) == Visit("a", "hint", page.asked)
    assert due(History("a", None, START - timedelta(days=1), (), back=START), START) is None


def test_an_address_that_leads_elsewhere_is_only_looked_at_in_its_turn() -> None:
    assert len(visits(History("a", START, START, alias=True), CYCLE)) <= 1


def test_nothing_is_asked_for_twice_on_a_day() -> None:
    assert due(History("a", START, START, (), START), START) is None


def test_the_budget_takes_the_urgent_first() -> None:
    old = [Visit(f"o{number}", "old", START) for number in range(40)]
    urgent = [Visit("m", "missing", START), Visit("y", "young", START), Visit("h", "hint", START)]
    most = budget(1000, [*old, *urgent], None)
    assert most == 2 + SPARE + 6
    found = chosen([*old, *urgent], most)
    assert [visit.address for visit in found[:3]] == ["h", "m", "y"]
    assert len(found) == most
    assert chosen([*old, *urgent], budget(1000, urgent, 2)) == found[:2]
