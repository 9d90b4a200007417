"""Days from signature to publication: bands, median, and what cannot be true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.publish.site.charts import Row, bars, median

BANDS = (
    (7, "一周以内"),
    (30, "8 至 30 天"),
    (90, "31 至 90 天"),
    (180, "91 至 180 天"),
    (365, "181 至 365 天"),
    (None, "一年以上"),
)
"""(last day, name). A month, a quarter and a year are what the rules on publication speak of."""


def figures(counts: Iterable[tuple[int, int]]) -> dict[str, Any] | None:
    """(days, replies) → median, shortest, longest, suspect, replies and the chart; None where no day is known.

    Negative days are impossible: one of the two dates is wrong. They are counted as `suspect` and nowhere else.
    """
    by_days: dict[int, int] = {}
    for days, replies in counts:
        by_days[days] = by_days.get(days, 0) + replies
    if not by_days:
        return None
    sound = {days: replies for days, replies in by_days.items() if days >= 0}
    return {
        "replies": sum(sound.values()),
        "suspect": sum(by_days.values()) - sum(sound.values()),
        "median": _shown(median(sound)),
        "shortest": min(sound, default=None),
        "longest": max(sound, default=None),
        "chart": bars([Row(name, (count,)) for name, count in _banded(sound)], ("件数",), "天数"),
    }


def _banded(by_days: Mapping[int, int]) -> list[tuple[str, int]]:
    out = []
    first = 0
    for last, name in BANDS:
        out.append(
            (name, sum(n for days, n in by_days.items() if days >= first and (last is None or days <= last)))
        )
        first = (last or 0) + 1
    return out


def medians(counts: Iterable[tuple[int, int, int]]) -> list[dict[str, Any]]:
    """(year, days, replies) → a line a year: `year`, `median`, `replies`; negative days do not count."""
    by_year: dict[int, dict[int, int]] = {}
    for year, days, replies in counts:
        if days >= 0:
            of_year = by_year.setdefault(year, {})
            of_year[days] = of_year.get(days, 0) + replies
    return [
        {"year": year, "median": _shown(median(by_year[year])), "replies": sum(by_year[year].values())}
        for year in sorted(by_year)
    ]


def _shown(value: float | None) -> str | None:
    return None if value is None else f"{value:,.1f}".removesuffix(".0")
