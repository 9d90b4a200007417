"""Which sites are due: spread over the night, once a night, and what was missed is caught up."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from pipelines.archive import RunRecord
from pipelines.clock import SHANGHAI
from pipelines.declare import load_sites
from pipelines.errors import ConfigurationError
from scraper.due import Night, due

NIGHT = Night()
SITES = tuple(f"site{number}" for number in range(40))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def run(number: int, start: datetime, sites: tuple[str, ...] = SITES, **values: object) -> RunRecord:
    ended = values.pop("ended_at", (start + timedelta(hours=1)).isoformat())
    outcome = values.pop("outcome", "ok" if ended else None)
    arguments = {"sites": list(sites), "full": False, "since": None, "limit": None, **values}
    return RunRecord(number, start.isoformat(), ended, outcome, "", json.dumps(arguments), "")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "0:30-5:30", "00:30", "25:00-05:00", "03:00-03:00", "夜里"])
def test_a_night_that_is_none_is_said(text: str) -> None:
    with pytest.raises(ConfigurationError, match="时段"):
        Night.parse(text)


def test_a_night_may_run_over_midnight() -> None:
    night = Night.parse("22:00-04:00")
    assert {night.covers(at(2, hour)) for hour in (22, 23, 0, 3)} == {True}
    assert {night.covers(at(2, hour)) for hour in (21, 4, 12)} == {False}
    minutes = [night.minute(key) for key in SITES]
    assert all(minute >= 22 * 60 or minute < 4 * 60 for minute in minutes)


def test_the_declared_sites_are_spread_over_the_night() -> None:
    minutes = sorted(NIGHT.minute(key) for key in load_sites())
    assert minutes[0] >= 30
    assert minutes[-1] < 330
    assert max(later - earlier for earlier, later in pairwise([30, *minutes, 330])) < 100


def test_one_day_of_hourly_looks_crawls_each_site_once_and_at_its_time() -> None:
    runs = [run(1, at(1, 12))]
    looks: dict[str, datetime] = {}
    for hour in range(24):
        now = at(2, hour, 17)
        found = due(SITES, runs, now)
        if found:
            runs.append(run(len(runs) + 1, now, found))
        for key in found:
            assert key not in looks, "crawled twice in a night"
            looks[key] = now
    assert set(looks) == set(SITES)
    for key, now in looks.items():
        assert timedelta(0) <= now - NIGHT.last_moment(key, now) < timedelta(hours=1)
    assert len(runs) > 4, "not spread"


def test_the_time_zone_of_the_machine_does_not_matter() -> None:
    runs = [run(1, at(1, 12))]
    for hour in range(24):
        here, there = at(2, hour), at(2, hour).astimezone(timezone(timedelta(hours=-8)))
        assert due(SITES, runs, here) == due(SITES, runs, there)


def test_missed_nights_are_caught_up_at_the_next_look() -> None:
    assert due(SITES, [], at(5, 15)) == SITES
    assert due(SITES, [run(1, at(1, 6))], at(5, 15)) == SITES
    assert due(SITES, [run(1, at(5, 9))], at(5, 15)) == ()


def test_a_run_that_was_broken_off_comes_first_but_not_for_ever() -> None:
    part = SITES[:7]
    runs = [run(1, at(1, 6)), run(2, at(2, 2), part, ended_at=None)]
    assert due(SITES, runs, at(2, 7)) == part
    assert due(SITES, runs, at(3, 7)) == SITES
    assert due(SITES[3:], runs, at(2, 7)) == SITES[3:], "a site of it is not declared any more"


def test_runs_that_a_person_limited_do_not_count() -> None:
    for limits in ({"limit": 3}, {"since": "2026-11-01"}):
        assert due(SITES, [run(1, at(5, 9), **limits)], at(5, 15)) == SITES
    assert due(SITES, [run(1, at(5, 9), outcome="interrupted")], at(5, 15)) == SITES


def test_a_clock_that_was_ahead_delays_nothing() -> None:
    assert due(SITES, [run(1, at(20, 9))], at(5, 15)) == SITES
