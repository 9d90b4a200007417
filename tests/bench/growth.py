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
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from pipelines.publish.search import Search, find
from tests.bench.bench_load import NEW, loaded
from tests.bench.bench_rebuild import archive_of
from tests.bench.bench_search import queries
from tests.bench.scale_data import command, folder, measured, processed, published, searchable, sentences

PLOT = Path("docs/growth.svg")
REBUILT = 10_000
"""Pages of 48 KB that are made and read at most: those of a million would take a night."""
Figures = dict[str, float | None]


def figures(replies: int) -> Figures:
    """Each quantity with its unit as its name; None where it was not measured at this size."""
    data, stock = folder(replies), sentences()
    made = json.loads((data / "made.json").read_text("utf-8"))
    out: Figures = {
        "入库，毫秒/件": made["load_cpu"] / replies * 1000,
        "入库，内存 MB": made["fill_rss"] / 1e6,
    }
    news = [[processed(turn * NEW + number, stock, "n") for number in range(NEW)] for turn in range(5)]
    out[f"再入库 {NEW} 件，毫秒"] = median(loaded(data / "staging.db", one) for one in news) * 1000
    known = measured("known_cost", data)
    out["采集前读归档，毫秒/件"] = known["read"] / replies * 1000
    out["采集前读归档，内存 MB"] = known["rss"] / 1e6
    out["定一个网站的重访，毫秒/件"] = known["plan"] / (replies / 40) * 1000
    out |= rebuilt(replies)
    done = published(data)
    out["发布，毫秒/件"] = done["publish_cpu"] / replies * 1000
    out["发布，内存 MB"] = done["publish_rss"] / 1e6
    cpu, rss, _ = command("check", "--data", str(data))
    out["检查，毫秒/件"], out["检查，内存 MB"] = cpu / replies * 1000, rss / 1e6
    out["中间库，KB/件"] = made["staging_bytes"] / replies / 1000
    out["语料库，KB/件"] = done["corpus_bytes"] / replies / 1000
    out |= {f"{name}，毫秒": cost for name, cost in measured("pages_cost", data).items()}
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


def rebuilt(replies: int) -> Figures:
    """Of a rebuild of so many pages, with one worker; pages are whole there, with navigation and metadata."""
    names = ("重建，毫秒/页", "重建，内存 MB")
    if replies > REBUILT:
        return dict.fromkeys(names)
    with tempfile.TemporaryDirectory() as made:
        archive_of(Path(made), replies)
        cpu, rss, _ = command("rebuild", "--workers", "1", "--data", made)
    return dict(zip(names, (cpu / replies * 1000, rss / 1e6), strict=True))


def markdown(sizes: Sequence[int], found: Sequence[Figures]) -> Iterator[str]:
    """The table, one quantity a row."""
    yield "| | " + " | ".join(f"{size:,} 件" for size in sizes) + " |"
    yield "|---|" + "---:|" * len(sizes)
    for name in found[0]:
        yield f"| {name} | " + " | ".join(_shown(one[name]) for one in found) + " |"


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:.3g}"


def plot(sizes: Sequence[int], found: Sequence[Figures]) -> str:
    """The same as lines of an SVG, each as a multiple of its first point."""
    width, height, left, top = 800, 640, 60, 20
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
    ratios = {
        name: [max(value / first, 0.1) for one in found if (value := one[name]) is not None]
        for name, first in found[0].items()
        if first is not None
    }
    tallest = max(0.5, *(math.log10(value) for values in ratios.values() for value in values))

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
        dash = ("", ' stroke-dasharray="7 4"', ' stroke-dasharray="2 3"')[number // len(colours) % 3]
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        row = top + 20 + number * 24
        lines.append(
            f'<path d="M510 {row - 4}h22" stroke="{colour}" stroke-width="3"{dash}/><text x="540" y="{row}">{name}</text>'
        )
    return "\n".join((*lines, "</svg>", ""))


def main(sizes: Sequence[int]) -> None:
    """Measure, print the table, write the plot."""
    found = [figures(size) for size in sizes]
    print("\n".join(markdown(sizes, found)))
    PLOT.write_text(plot(sizes, found), "utf-8")


if __name__ == "__main__":
    main(sorted(map(int, sys.argv[1:])))
