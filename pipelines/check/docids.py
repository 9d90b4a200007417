"""Docids as a second witness for dates: on one system they rise with the date of publication.

A hole in the numbers proves nothing (every column of every site takes from the same counter), but a document whose date
lies far from those of its neighbours by number was moved in from elsewhere, or one of the two is wrong. Points seen on the
systems of the province and of 武汉: 84 addresses, one break where a new instance began counting anew (before August 2019).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from pipelines.models import Issue

TOLERANCE = 90
"""Days between a document and its neighbours by number that say nothing: editors date by the day of the document, not of
the upload."""
MAX_OFF = 0.1
"""Share of documents off the curve above which there is no curve: two counters, or none."""
MIN_POINTS = 8

_DOCID = re.compile(r"/t(?:\d{8})?_(\d{4,12})(?:_slh)?\.s?html?$", re.IGNORECASE)


def docid_of(url: str) -> int | None:
    """Number in a TRS address; None where there is none.

    >>> docid_of("http://x/202409/t20240902_5311001.shtml"), docid_of("http://x/t_5783074.shtml"), docid_of("http://x/1.html")
    (5311001, 5783074, None)
    """
    match = _DOCID.search(url)
    return int(match[1]) if match else None


def off_curve(docids: Sequence[int], days: Sequence[int]) -> list[tuple[int, Issue]]:
    """Documents of one system whose dates contradict their numbers, as (place, issue); nothing where the numbers do not
    follow the dates at all. Takes O(n log n).

    `docids`: ascending; `days`: of the same documents, in the address or else in the list, as `date.toordinal` counts.
    """
    if len(docids) < MIN_POINTS:
        return []
    on_curve = _rising(days)
    numbers = array("q", (docids[place] for place in on_curve))
    is_on = bytearray(len(docids))
    for place in on_curve:
        is_on[place] = 1
    off = []
    for place in (place for place, on in enumerate(is_on) if not on):
        at = bisect_right(numbers, docids[place])
        before, after = days[on_curve[max(at - 1, 0)]], days[on_curve[min(at, len(numbers) - 1)]]
        first, last = min(before, after), max(before, after)
        apart = max(first - days[place], days[place] - last)
        if apart > TOLERANCE:
            message = (
                f"文件号 {docids[place]} 前后的文件发布于 {date.fromordinal(first)} 至 {date.fromordinal(last)}，"
                f"这一件的日期却是 {date.fromordinal(days[place])}，相差 {apart} 天；可能是补录、迁移，或日期有误"
            )
            off.append((place, Issue("docid_out_of_order", message, "info", "url", str(docids[place]))))
            if len(off) > MAX_OFF * len(docids):
                return []
    return off


def _rising(days: Sequence[int]) -> Sequence[int]:
    """Places of a longest non-decreasing run of days, by patience sorting."""
    tails, ends, previous = array("q"), array("q"), array("q")
    for place, day in enumerate(days):
        at = bisect_right(tails, day)
        previous.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(day)
            ends.append(place)
        else:
            tails[at], ends[at] = day, place
    found = array("q")
    at_end = ends[-1] if ends else -1
    while at_end >= 0:
        found.append(at_end)
        at_end = previous[at_end]
    return found[::-1]
