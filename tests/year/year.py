"""A year, or part of one: script, town, crawl and judge put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.clock import SHANGHAI
from tests.year.judge import Judge
from tests.year.promise import Promise
from tests.year.run import crawl_day, preload
from tests.year.script import FIRST, Script
from tests.year.town import YearTown, serving

MOST = 1.2
"""Requests may be so many times the least."""


@dataclass(slots=True)
class Outcome:
    """What a simulation came to."""

    missed: dict[str, int]
    false: dict[str, int]
    asked: int
    least: int
    robots: int
    most_robots: int
    saved: int
    months: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Requests per request that was needed."""
        return self.asked / self.least

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        return not (self.missed or self.false) and self.ratio <= MOST and self.robots <= self.most_robots

    def lines(self) -> Iterator[str]:
        """What was missed and what is false, and the last line."""
        for what, day in sorted(self.missed.items(), key=lambda entry: entry[1]):
            yield f"missed on day {day}: {what}"
        for what, day in sorted(self.false.items(), key=lambda entry: entry[1]):
            yield f"false on day {day}: {what}"
        yield f"robots.txt: {self.robots} requests, {self.most_robots} allowed; answers 304: {self.saved}"
        yield (
            f"year: {len(self.missed)} missed, {len(self.false)} false, requests {self.ratio:.2f} times the least"
        )


def simulate(folder: Path, seed: int, days: int, say: Callable[[str], None] = lambda line: None) -> Outcome:
    """Run the crawl of every day on a government that changes by script, and judge the published corpus each day."""
    preload()
    script = Script(seed, days)
    town, promise = YearTown(script), Promise(script)
    judge = Judge(script, promise)
    sites = {place.key: place.made.site for place in script.places.values()}
    columns = sum(len(site.columns) for site in sites.values())
    months: list[str] = []
    done: Counter[str] = Counter()
    say("month     days  new  looks  requests  least  missed  false  seconds")
    with serving(town) as proxy:
        for day in range(days):
            town.begin(day)
            moment = datetime(FIRST.year, FIRST.month, FIRST.day, 2, tzinfo=SHANGHAI) + timedelta(days=day)
            crawled = crawl_day(sites, folder, proxy, moment)
            promise.day(day, [(site, path) for at, site, path in town.paths if at == day])
            judge.day(day, folder / "corpus.db")
            done["days"] += 1
            done["seconds"] += round(1000 * sum(crawled["seconds"]))
            if (moment + timedelta(days=1)).day == 1 or day == days - 1:
                row = _month(town, promise, judge, day, done, columns)
                say(f"{moment:%Y-%m}  {row}")
                months.append(row)
                done.clear()
    strikes = sum(count for (day, host), count in town.robots.items())
    return Outcome(
        missed=judge.missed,
        false=judge.false,
        asked=sum(town.requests.values()),
        least=columns * days + sum(promise.new.values()) + sum(promise.allowed.values()),
        robots=strikes,
        # A robots.txt that does not answer is tried three times.
        most_robots=len(sites) * days + 2 * len(script.troubles),
        saved=town.saved,
        months=months,
    )


def _month(
    town: YearTown, promise: Promise, judge: Judge, last: int, done: Counter[str], columns: int
) -> str:
    days = range(last - done["days"] + 1, last + 1)
    new, looks = (sum(table[day] for day in days) for table in (promise.new, promise.allowed))
    asked = sum(count for (day, _), count in town.requests.items() if day in days)
    missed, false = (sum(day in days for day in table.values()) for table in (judge.missed, judge.false))
    return (
        f"{done['days']:6}{new:5}{looks:7}{asked:10}{columns * len(days) + new + looks:7}{missed:8}{false:7}"
        f"{done['seconds'] / 1000:9.0f}"
    )
