"""Figures as charts: lengths and places only; the templates draw them as SVG beside the table of the same numbers.

Why our own SVG and no library: Vega and its like are more script than a page of ours may weigh and evaluate code, pygal
writes style elements and a script into each chart, and both would need holes in our Content-Security-Policy. What we
draw are bars and bundles of lines: a few dozen lines, no script at all, and colours from the style sheet, so that dark
mode and print come by themselves.

Text never stands inside a scaled drawing: horizontal measures are percentages, vertical ones are pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEIGHT = 180
"""Pixels from the base line of a column chart to its highest tick."""

ROW = 44
"""Units of a row of the flow chart: the CSS gives a row the same number of pixels."""

FLOWS = 10
"""Agencies on each side of the flow chart."""

REST = "其余"

CROWDED = 12
"""Columns above which a phone shows every other label."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart and of its table: `values` follow the order of the series."""

    label: str
    values: tuple[int, ...]
    url: str | None = None
    note: str | None = None

    @property
    def total(self) -> int:
        """All series together."""
        return sum(self.values)


def steps(highest: int) -> list[int]:
    """Ticks of an axis from 0: three to five round numbers, the last not below `highest`."""
    unit, step = 1, 1
    while step * 4 < highest:
        for factor in (1, 2, 5):
            step = unit * factor
            if step * 4 >= highest:
                break
        else:
            unit *= 10
    count = max(-(-highest // step), 1)
    return [step * index for index in range(count + 1)]


def columns(rows: Sequence[Row], series: Sequence[str], head: str, unit: str = "件") -> dict[str, Any] | None:
    """A column chart with stacked series over time; None where there is nothing to draw.

    `head` names what the labels are. Each column has `x`, `middle` and `width` in percent, and segments with `y` and
    `height` in pixels from the top.
    """
    if not rows or not any(row.total for row in rows):
        return None
    ticks = steps(max(row.total for row in rows))
    pitch = 100 / len(rows)
    width = min(pitch * 0.66, 9)
    drawn = []
    for index, row in enumerate(rows):
        below = 0.0
        segments = []
        for number, value in enumerate(row.values):
            if value:
                height = value * HEIGHT / ticks[-1]
                below += height
                segments.append(
                    {
                        "series": number + 1,
                        "y": round(HEIGHT - below, 2),
                        "height": round(height, 2),
                        "title": f"{row.label} {series[number]} {value:,} {unit}",
                    }
                )
        middle = (index + 0.5) * pitch
        drawn.append(
            {
                "label": row.label,
                "minor": len(rows) > CROWDED and (len(rows) - 1 - index) % 2 == 1,
                "x": round(middle - width / 2, 3),
                "middle": round(middle, 3),
                "width": round(width, 3),
                "top": round(HEIGHT - below, 2),
                "total": row.total,
                "segments": segments,
            }
        )
    return {
        "columns": drawn,
        "ticks": [{"value": tick, "y": round(HEIGHT - tick * HEIGHT / ticks[-1], 2)} for tick in ticks],
        "height": HEIGHT,
        "series": list(series),
        "head": head,
        "unit": unit,
        "rows": [_tabled(row) for row in rows],
        "totals": [sum(row.values[number] for row in rows) for number in range(len(series))],
    }


def bars(
    rows: Sequence[Row], series: Sequence[str], head: str, unit: str = "件", full: int | None = None
) -> dict[str, Any] | None:
    """A table whose last column draws its numbers; None where there is nothing to draw.

    Segments are in percent of `full`, or of the longest row.
    """
    longest = full or max((row.total for row in rows), default=0)
    if not any(row.total for row in rows):
        return None
    drawn = []
    for row in rows:
        before, segments = 0.0, []
        for number, value in enumerate(row.values):
            if value:
                share = value * 100 / longest
                segments.append({"series": number + 1, "x": round(before, 3), "width": round(share, 3)})
                before += share
        drawn.append(_tabled(row) | {"segments": segments})
    return {"rows": drawn, "series": list(series), "head": head, "unit": unit}


def _tabled(row: Row) -> dict[str, Any]:
    return {"label": row.label, "url": row.url, "note": row.note, "shown": row.values, "total": row.total}


def flows(pairs: Sequence[Mapping[str, Any]], limit: int = FLOWS) -> dict[str, Any] | None:
    """Who consults whom: leads on the left, consulted agencies on the right, lines as thick as documents are many.

    `pairs` have `lead`, `consulted`, `lead_id`, `consulted_id` and `documents`. The busiest agencies of each side are
    shown, the others put together as `其余 N 个`. The right side is ordered so that lines cross little.
    """
    if not pairs:
        return None
    left, left_of = _side(pairs, "lead", limit)
    right, right_of = _side(pairs, "consulted", limit)
    bundles: dict[tuple[int, int], int] = {}
    for pair in pairs:
        key = left_of[pair["lead"]], right_of[pair["consulted"]]
        bundles[key] = bundles.get(key, 0) + pair["documents"]
    order = _least_crossings(bundles, len(right))
    place = {old: new for new, old in enumerate(order)}
    rows = max(len(left), len(right))
    # The shorter side is spread over the height of the longer.
    thickest = max(bundles.values())
    lines = [
        {
            "path": _curve((a + 0.5) * rows / len(left), (place[b] + 0.5) * rows / len(right)),
            "width": round(1 + 11 * documents / thickest, 2),
            "title": f"{left[a]['name']} → {right[b]['name']}：{documents:,} 份",
        }
        for (a, b), documents in sorted(bundles.items(), key=lambda one: (one[1], one[0]))
    ]
    return {
        "left": left,
        "right": [right[index] for index in order],
        "lines": lines,
        "rows": rows,
        "height": rows * ROW,
    }


def _side(
    pairs: Sequence[Mapping[str, Any]], name: str, limit: int
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    totals: dict[str, int] = {}
    ids: dict[str, str | None] = {}
    for pair in pairs:
        totals[pair[name]] = totals.get(pair[name], 0) + pair["documents"]
        ids[pair[name]] = pair[f"{name}_id"]
    ranked = sorted(totals, key=lambda one: (-totals[one], one))
    kept = ranked if len(ranked) <= limit else ranked[: limit - 1]
    nodes = [{"name": one, "id": ids[one], "documents": totals[one]} for one in kept]
    where = {one: index for index, one in enumerate(kept)}
    others = ranked[len(kept) :]
    if others:
        nodes.append(
            {
                "name": f"{REST} {len(others)} 个机关",
                "id": None,
                "documents": sum(totals[one] for one in others),
            }
        )
        where |= dict.fromkeys(others, len(kept))
    return nodes, where


def _least_crossings(bundles: Mapping[tuple[int, int], int], count: int) -> list[int]:
    """Right nodes by the mean place of what leads to them."""
    weight, sums = [0] * count, [0] * count
    for (a, b), documents in bundles.items():
        weight[b] += documents
        sums[b] += a * documents
    return sorted(range(count), key=lambda b: (sums[b] / weight[b], b))


def _curve(start: float, end: float) -> str:
    first, last = round(start * ROW, 1), round(end * ROW, 1)
    return f"M0 {first}C50 {first} 50 {last} 100 {last}"


def median(counts: Mapping[int, int]) -> float | None:
    """Median of values with how often each occurs; None for none."""
    total = sum(counts.values())
    if not total:
        return None
    seen, lower = 0, None
    for value in sorted(counts):
        seen += counts[value]
        if lower is None and seen >= (total + 1) // 2:
            lower = value
        if lower is not None and seen >= total // 2 + 1:
            return (lower + value) / 2
    raise AssertionError("counts do not add up")
