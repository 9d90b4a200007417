"""When a page that does not answer any more is taken to be gone (invariant: gone is not deleted).

Only 404 and 410 count, only several of them over several days, and only with no good answer in between. A block, a
time-out, a server error or a notice of an unknown kind says nothing about the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

GONE_TIMES = 3
"""So many answers 404 or 410 in different crawls,"""
GONE_DAYS = 7
"""over so many days at least."""


def gone_on(misses: Sequence[date]) -> date | None:
    """The day on which it became certain that a page is gone; None while it is not. `misses`: days of its 404 and 410
    since its last good answer, one a crawl, in order.

    >>> gone_on([date(2026, 3, 1), date(2026, 3, 5)]) is None
    True
    >>> gone_on([date(2026, 3, 1), date(2026, 3, 5), date(2026, 3, 8), date(2026, 3, 30)])
    datetime.date(2026, 3, 8)
    """
    for times, day in enumerate(misses, start=1):
        if times >= GONE_TIMES and (day - misses[0]).days >= GONE_DAYS:
            return day
    return None


def is_gone(misses: Sequence[date]) -> bool:
    """Whether a page is taken to be gone, see `gone_on`."""
    return gone_on(misses) is not None
