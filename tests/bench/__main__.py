"""`make bench`: every measurement, one after the other, each as ratios within its own run.

    python -m tests.bench [extract|archive|crawl|rebuild|index|warc|proofs …]

Prints a table and ends with `bench: H of N held`; the exit code is 1 when a bound is not held.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module

from tests.bench.rows import Row, table

Measure = Callable[[], Iterator[Row]]


def _later(name: str) -> Measure:
    """The measurement of a module `bench_…`, which is loaded when it is asked for: processes that a measurement starts
    load this module too, and what they load counts."""

    def measure() -> Iterator[Row]:
        rows: Iterator[Row] = import_module(f"tests.bench.bench_{name}").measure()
        return rows

    return measure


MEASUREMENTS: dict[str, Measure] = {
    name: _later(name) for name in ("extract", "archive", "crawl", "rebuild", "index", "warc", "proofs")
}


def main(wanted: list[str]) -> int:
    """Measure what is asked for, all without a word; 1 when a bound is not held, 2 for an unknown name."""
    if unknown := sorted(set(wanted) - MEASUREMENTS.keys()):
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in wanted or MEASUREMENTS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += MEASUREMENTS[name]()
    held = sum(row.held for row in rows)
    print(table(rows))
    print(f"bench: {held} of {len(rows)} held")
    return 0 if held == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
