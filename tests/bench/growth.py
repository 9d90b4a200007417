"""How time, memory and files grow with the number of replies: the table and the plot of docs/growth.md.

    python -m tests.bench.growth REPLIES… > table

Each line is divided by the number of replies, or is of a fixed piece of work, so that it is level where cost grows with the
work. CPU time; the plot, with both axes logarithmic, is written to docs/growth.svg.
"""

from __future__ import annotations

import json
import math
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from pipelines.archive import Archive
from pipelines.publish.search import Search, find
from scraper.known import Known
from tests.bench.bench_load import NEW, loaded
from tests.bench.bench_search import queries
from tests.bench.scale_data import folder, processed, published, searchable, sentences

PLOT = Path("docs/growth.svg")
Figures = dict[str, float]


def figures(replies: int) -> Figures:
    """Each quantity with its unit as its name."""
    data, stock = folder(replies), sentences()
    made = json.loads((data / "made.json").read_text("utf-8"))
    out: Figures = {"入库，毫秒/件": made["load_cpu"] / replies * 1000}
    news = [[processed(turn * NEW + number, stock, "n") for number in range(NEW)] for turn in range(5)]
    out[f"再入库 {NEW} 件，毫秒"] = median(loaded(data / "staging.db", one) for one in news) * 1000
    begin = time.process_time()
    with Archive(data / "archive.db", readonly=True) as archive:
        Known(archive, None, None)
    out["采集前读归档，毫秒/件"] = (time.process_time() - begin) / replies * 1000
    done = published(data)
    out["发布，毫秒/件"] = done["publish_cpu"] / replies * 1000
    out["发布，内存 MB"] = done["publish_rss"] / 1e6
    out["中间库，KB/件"] = made["staging_bytes"] / replies / 1000
    out["语料库，KB/件"] = done["corpus_bytes"] / replies / 1000
    with closing(sqlite3.connect(f"{searchable(replies).absolute().as_uri()}?mode=ro", uri=True)) as conn:
        asked = queries(conn, replies, 100, range(2, 9))
        for name, facets in (("检索一页，毫秒", False), ("检索一页带分面，毫秒", True)):
            times = []
            for run in asked:
                begin = time.process_time()
                find(conn, Search(run, sort="date"), facets=facets)
                times.append(time.process_time() - begin)
            out[name] = sorted(times)[len(times) * 95 // 100] * 1000
    return out


def markdown(sizes: Sequence[int], found: Sequence[Figures]) -> Iterator[str]:
    """The table, one quantity a row."""
    yield "| | " + " | ".join(f"{size:,} 件" for size in sizes) + " |"
    yield "|---|" + "---:|" * len(sizes)
    for name in found[0]:
        yield f"| {name} | " + " | ".join(f"{one[name]:.3g}" for one in found) + " |"


def plot(sizes: Sequence[int], found: Sequence[Figures]) -> str:
    """The same as lines of an SVG, each as a multiple of its first point."""
    width, height, left, top = 760, 420, 60, 20
    colours = (
        "#0b5fa5",
        "#b3261e",
        "#2e7d32",
        "#8e24aa",
        "#e65100",
        "#00838f",
        "#6d4c41",
        "#546e7a",
        "#c2185b",
    )
    logs = [math.log10(size) for size in sizes]
    span = max(logs[-1] - logs[0], 1e-9)
    ratios = {name: [max(one[name] / found[0][name], 0.1) for one in found] for name in found[0]}
    tallest = max(1.0, *(math.log10(value) for values in ratios.values() for value in values))

    def at(index: int, value: float) -> str:
        across = left + (logs[index] - logs[0]) / span * 420
        down = top + (tallest - math.log10(value)) / (tallest + 1) * (height - 80)
        return f"{across:.1f},{down:.1f}"

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for power in range(-1, math.ceil(tallest) + 1):
        across, down = at(0, 10.0**power).split(",")
        lines.append(
            f'<path d="M{across} {down}h420" stroke="#ddd"/><text x="8" y="{float(down) + 4}">×{10.0**power:g}</text>'
        )
    for index, size in enumerate(sizes):
        across = at(index, 1).split(",")[0]
        lines.append(f'<text x="{across}" y="{height - 30}" text-anchor="middle">{size:,}</text>')
    lines.append(
        f'<text x="{left + 210}" y="{height - 8}" text-anchor="middle">答复件数；各线是第一点的倍数</text>'
    )
    for number, (name, values) in enumerate(ratios.items()):
        points = " ".join(at(index, value) for index, value in enumerate(values))
        colour = colours[number % len(colours)]
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        row = top + 20 + number * 24
        lines.append(
            f'<path d="M510 {row - 4}h22" stroke="{colour}" stroke-width="3"/><text x="540" y="{row}">{name}</text>'
        )
    return "\n".join((*lines, "</svg>", ""))


def main(sizes: Sequence[int]) -> None:
    """Measure, print the table, write the plot."""
    found = [figures(size) for size in sizes]
    print("\n".join(markdown(sizes, found)))
    PLOT.write_text(plot(sizes, found), "utf-8")


if __name__ == "__main__":
    main(sorted(map(int, sys.argv[1:])))
