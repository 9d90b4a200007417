"""When a known page is looked at again: a pure function of its address, of what came of it, and of the day of the run.

New replies soon and often, old ones rarely, every page at least once a year, and a page that does not answer any more
until it is certain whether it is gone. No chance is involved: the same archive on the same day gives the same visits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipelines.check.gone import GONE_DAYS, GONE_TIMES, is_gone

YOUNG = (1, 3, 7, 14, 30, 60, 120, 240)
"""Days after its birth on which a reply is looked at again."""

CYCLE = 340
"""Days between two looks at an old page, on a day of its own: with 25 days in hand for outages every page is seen within
a year."""

AFTER_GONE = (14, 30, 60, 120, 240)
"""Days after it was first missing on which a page that is gone is asked for again; later once a cycle."""

SPARE = 10
"""Visits that the computed budget has besides the schedule: leftovers of days on which a site was down."""

Why = Literal["hint", "missing", "young", "old"]
"""Why a page is visited: its row left the list, or came back; it answered 404 and may be gone; it is new; its turn has come."""

_RANK: dict[Why, int] = {"hint": 0, "missing": 1, "young": 2, "old": 3}


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one page before the run."""

    address: str
    """Key."""
    born: date | None
    """Day on which it was published as far as is known, at the latest the day it was first seen; None: long ago."""
    asked: date | None
    """Day of the last answer that said something of the page; None: there was none."""
    misses: tuple[date, ...] = ()
    """Days of the 404 and 410 since it last answered well."""
    left: date | None = None
    """Day on which its row was not in any list of its site any more."""
    back: date | None = None
    """Day on which its row was there again after that."""
    alias: bool = False
    """It only leads to another address, which is visited itself."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that is due."""

    address: str
    why: Why
    asked: date | None


def due(page: History, today: date) -> Visit | None:
    """Whether a page is to be asked for in a run of this day."""
    why = _why(page, today)
    return None if why is None else Visit(page.address, why, page.asked)


def _why(page: History, today: date) -> Why | None:
    if page.asked is None or page.asked >= today:
        return None
    if page.left is not None and page.asked < page.left and not page.misses:
        return "hint"
    if page.back is not None and page.asked < page.back and page.misses:
        return "hint"
    if page.misses:
        first = page.misses[0]
        if is_gone(page.misses):
            again = _passed(first, AFTER_GONE, page.asked, today)
        else:
            again = today >= first + timedelta(days=_confirming(len(page.misses)))
        return "missing" if again or _turn(page, today) else None
    if page.born is not None and not page.alias and _passed(page.born, YOUNG, page.asked, today):
        return "young"
    return "old" if _turn(page, today) else None


def _confirming(misses: int) -> int:
    """Days after the first miss on which a page is asked for again that has missed so often and may be gone: spread
    evenly, the last one when the time is up; at the first opportunity where that day was missed.

    >>> [_confirming(misses) for misses in (1, 2, 3)]
    [4, 7, 7]
    """
    steps = GONE_TIMES - 1
    return -(-GONE_DAYS * min(misses, steps) // steps)


def _passed(start: date, offsets: Iterable[int], asked: date, today: date) -> bool:
    return any(asked < start + timedelta(days=days) <= today for days in offsets)


def _turn(page: History, today: date) -> bool:
    """Whether the page's own day in the cycle came since it was last asked for."""
    assert page.asked is not None
    return turn_of(page.address, CYCLE, today) > page.asked


def turn_of(name: str, cycle: int, today: date) -> date:
    """The last day, not after today, that falls to a name when days are dealt out in a cycle."""
    share = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8], "big") % cycle
    return today - timedelta(days=(today.toordinal() - share) % cycle)


def budget(pages: int, visits: Iterable[Visit], declared: int | None) -> int:
    """How many visits a site gets in one run: as declared; else what is new or missing, and twice the daily share of all
    its pages."""
    if declared is not None:
        return declared
    urgent = sum(visit.why in {"young", "missing"} for visit in visits)
    return urgent + SPARE + -(-2 * pages // CYCLE)


def chosen(visits: Iterable[Visit], most: int) -> list[Visit]:
    """The visits of a run within its budget: what may be gone first, then the new, then who waited longest."""
    order = sorted(visits, key=lambda one: (_RANK[one.why], one.asked or date.min, one.address))
    return order[:most]
