"""Docids as a second witness for dates: on one system they rise with the date of publication.

A hole in the numbers proves nothing (every column of every site takes from the same counter), but a document whose date
lies far from those of its neighbours by number was moved in from elsewhere, or one of the two is wrong. Points seen on the
systems of the province and of 武汉: 84 addresses, one break where a new instance began counting anew (before August 2019).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.models import Issue

TOLERANCE = 90
"""Days between a document and its neighbours by number that say nothing: editors date by the day of the document, not of
the upload."""
MAX_OFF = 0.1
"""Share of documents off the curve above which there is no curve: two counters, or none."""
MIN_POINTS = 8

_DOCID = re.compile(r"/t(?:\d{8})?_(\d{4,12})(?:_slh)?\.s?html?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    """One document of a system: its number and its date, in the address or else in the list."""

    url: str
    docid: int
    day: date


def docid_of(url: str) -> int | None:
    """Number in a TRS address; None where there is none.

    >>> docid_of("http://x/202409/t20240902_5311001.shtml"), docid_of("http://x/t_5783074.shtml"), docid_of("http://x/1.html")
    (5311001, 5783074, None)
    """
    match = _DOCID.search(url)
    return int(match[1]) if match else None


def out_of_order(points: Iterable[Point]) -> list[tuple[Point, Issue]]:
    """Documents of one system whose dates contradict their numbers, in order of number; nothing where the numbers do
    not follow the dates at all. Takes O(n log n)."""
    ordered = sorted(set(points), key=lambda point: (point.docid, point.url))
    if len(ordered) < MIN_POINTS:
        return []
    on_curve = _rising([point.day for point in ordered])
    curve = [ordered[place] for place in on_curve]
    numbers = [point.docid for point in curve]
    off = []
    for place in sorted(set(range(len(ordered))).difference(on_curve)):
        point = ordered[place]
        at = bisect_right(numbers, point.docid)
        before, after = curve[max(at - 1, 0)], curve[min(at, len(curve) - 1)]
        first, last = min(before.day, after.day), max(before.day, after.day)
        days = max((first - point.day).days, (point.day - last).days)
        if days > TOLERANCE:
            message = (
                f"文件号 {point.docid} 前后的文件发布于 {first} 至 {last}，这一件的日期却是 {point.day}，相差 {days} 天；"
                "可能是补录、迁移，或日期有误"
            )
            off.append((point, Issue("docid_out_of_order", message, "info", "url", str(point.docid))))
    return off if len(off) <= MAX_OFF * len(ordered) else []


def _rising(days: Sequence[date]) -> list[int]:
    """Places of a longest non-decreasing run of dates, by patience sorting."""
    tails: list[date] = []
    ends: list[int] = []
    previous: list[int | None] = []
    for place, day in enumerate(days):
        at = bisect_right(tails, day)
        previous.append(ends[at - 1] if at else None)
        if at == len(tails):
            tails.append(day)
            ends.append(place)
        else:
            tails[at], ends[at] = day, place
    found: list[int] = []
    at_end = ends[-1] if ends else None
    while at_end is not None:
        found.append(at_end)
        at_end = previous[at_end]
    return found[::-1]
