"""From bytes to the normalised Reply with its sources, against a bare Lexbor parse and two extractors of the body alone.

All ways take the same page in turn, so that a busy machine slows all of them; compared are the medians of CPU time. A
process of its own measures, in which the allocator's limits stand where they stand at the start of every process: left to
itself glibc raises them as soon as some large block was freed, and then a bare parse, which is mostly fresh memory, takes
half as long or not, by chance.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.rows import Row
from tests.bench.trs_pages import trs_page

PAGES = 2_000
RIVALS_EVERY = 10
"""The two extractors take as long as all else together: they read each tenth page."""
ROOT = Path(__file__).parents[2]
_LIMIT = str(128 * 1024)
"""Initial M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of glibc, see mallopt(3)."""

PARSE, OURS = "Lexbor parse", "bytes → Reply, with sources"
READABILITY, TRAFILATURA = "readability-lxml, body only", "trafilatura, body only"


def measure() -> Iterator[Row]:
    """Against the parse, and against both extractors."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_extract", str(PAGES)],
        cwd=ROOT,
        env={**os.environ, "MALLOC_MMAP_THRESHOLD_": _LIMIT, "MALLOC_TRIM_THRESHOLD_": _LIMIT},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-4000:])
    spent: dict[str, float] = json.loads(done.stdout.splitlines()[-1])

    def row(one: str, other: str, **bound: float) -> Row:
        note = f"{spent[one]:.2f} / {spent[other]:.2f} ms a page"
        return Row(f"{one} / {other}", spent[one] / spent[other], note=note, **bound)

    yield row(OURS, PARSE, most=5.5)
    yield row(READABILITY, OURS, least=5)
    yield row(TRAFILATURA, OURS, least=7)


def _ways() -> dict[str, Callable[[bytes], object]]:
    import trafilatura
    from readability import Document
    from selectolax.lexbor import LexborHTMLParser

    from pipelines.models import Page
    from pipelines.process import process

    def ours(body: bytes) -> object:
        reply = process(Page(url="http://kj.demo.invalid/a/202409/t20240902_1.shtml", body=body)).reply
        if reply is None or not reply.index_number or not reply.references or not reply.body_text:
            raise AssertionError("the page was not read: a fast wrong answer is no measurement")
        return reply

    return {
        PARSE: lambda body: LexborHTMLParser(body.decode()).body,
        OURS: ours,
        READABILITY: lambda body: Document(body.decode()).summary(),
        TRAFILATURA: lambda body: trafilatura.extract(body.decode(), include_tables=True),
    }


def medians(pages: int) -> dict[str, float]:
    """Median CPU milliseconds a page of each way, after a warm-up of three pages."""
    ways = _ways()
    times: dict[str, list[float]] = {way: [] for way in ways}
    for seed in range(3):
        for run in ways.values():
            run(trs_page(seed))
    for seed in range(pages):
        body = trs_page(seed)
        for way, run in ways.items():
            if way in (READABILITY, TRAFILATURA) and seed % RIVALS_EVERY:
                continue
            start = time.process_time_ns()
            run(body)
            times[way].append((time.process_time_ns() - start) / 1e6)
    return {way: statistics.median(values) for way, values in times.items()}


if __name__ == "__main__":
    print(json.dumps(medians(int(sys.argv[1])), ensure_ascii=False))
