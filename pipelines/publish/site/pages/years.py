"""Counts by year as rows of a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pipelines.publish.site.charts import Row

UNKNOWN = "不明"
"""What stands where the year is not known: such documents are counted, not left out."""

LONGEST = 40
"""Years without a gap that a chart shows; beyond that only those which have something."""


def by_year(
    counts: Iterable[tuple[int | None, Any, int]],
    series: Sequence[Any],
    url: Callable[[int | None], str] | None = None,
) -> list[Row]:
    """(year, key, count) → a row a year from the first to the last, empty ones too; unknown years last.

    `series`: the keys in their order; None takes every key that is not named.
    """
    found: dict[int | None, dict[Any, int]] = {}
    for year, key, count in counts:
        place = key if key in series else None
        sums = found.setdefault(year, {})
        sums[place] = sums.get(place, 0) + count
    known = sorted(year for year in found if year is not None)
    years: list[int | None] = list(known)
    if known and known[-1] - known[0] < LONGEST:
        years = list(range(known[0], known[-1] + 1))
    if None in found:
        years.append(None)
    return [
        Row(
            UNKNOWN if year is None else str(year),
            tuple(found.get(year, {}).get(key, 0) for key in series),
            url(year) if url and year in found else None,
        )
        for year in years
    ]


def used(rows: Sequence[Row], names: Mapping[int, str]) -> tuple[list[Row], list[str]]:
    """The rows without the series that are empty throughout, and the names of those that stay."""
    kept = [index for index in names if any(row.values[index] for row in rows)]
    return (
        [Row(row.label, tuple(row.values[index] for index in kept), row.url, row.note) for row in rows],
        [names[index] for index in kept],
    )
