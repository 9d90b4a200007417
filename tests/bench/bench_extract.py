"""From bytes to Reply against trafilatura and against a bare Lexbor parse: CPU time, interleaved, medians, ratios.

    python -m tests.bench.bench_extract [PAGES]

Believe the ratios: the three are run page by page in turn, so that a busy machine slows all of them.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import trafilatura
from selectolax.lexbor import LexborHTMLParser

from pipelines.models import Page
from pipelines.process import process
from pipelines.read import read_page
from tests.bench.trs_pages import trs_page


@dataclass(frozen=True)
class Measured:
    """Median CPU milliseconds of one way, and its ratio to the bare parse."""

    way: str
    milliseconds: float
    ratio: float


def _ours(body: bytes) -> object:
    reply = process(Page(url="http://kj.demo.invalid/a/202409/t20240902_1.shtml", body=body)).reply
    if reply is None or not reply.index_number or not reply.body_text:
        raise AssertionError("the page was not read: a fast wrong answer is no measurement")
    return reply


def _read(body: bytes) -> object:
    return read_page(Page(url="http://kj.demo.invalid/a/202409/t20240902_1.shtml", body=body))


WAYS: dict[str, Callable[[bytes], object]] = {
    "Lexbor parse alone": lambda body: LexborHTMLParser(body.decode()).body,
    "bytes → RawReply": _read,
    "bytes → Reply, with sources": _ours,
    "trafilatura (body only)": lambda body: trafilatura.extract(body.decode(), include_tables=True),
}


def measure(pages: int) -> list[Measured]:
    """Measure all ways over ``pages`` generated pages, after a warm-up of three."""
    bodies = [trs_page(seed) for seed in range(pages)]
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for body in bodies[:3]:
        for run in WAYS.values():
            run(body)
    for body in bodies:
        for way, run in WAYS.items():
            start = time.process_time_ns()
            run(body)
            times[way].append((time.process_time_ns() - start) / 1e6)
    medians = {way: statistics.median(values) for way, values in times.items()}
    base = medians["Lexbor parse alone"]
    return [Measured(way, value, value / base) for way, value in medians.items()]


def main() -> int:
    """Print the table."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(f"{'way':30} {'ms':>8} {'× parse':>8}   ({pages} pages, CPU, medians)")
    for row in measure(pages):
        print(f"{row.way:30} {row.milliseconds:8.2f} {row.ratio:8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
