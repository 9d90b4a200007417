"""From bytes to the normalised Reply with its sources, against a bare Lexbor parse and two extractors of the body alone.

Each way gets the bytes, for finding their encoding is part of the work, and has a process of its own: what one leaves behind
in memory must not make another faster or slower. A bare parse is mostly fresh memory, and in a process with others it takes
half as long or not, by chance; so the allocator's limits stay where they stand at the start of every process. The processes
take turns, a few pages each, so that a busy machine slows all of them; compared are the medians of CPU time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench.rows import Row
from tests.bench.trs_pages import trs_page

PAGES = 2_000
TURN = 20
"""Pages that a process reads before the next one has its turn."""
RIVALS_EVERY = 10
"""The two extractors take as long as all else together: they have each tenth turn."""
WARM = 3
ROOT = Path(__file__).parents[2]
_LIMIT = str(128 * 1024)
"""Initial M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of glibc, see mallopt(3)."""

PARSE, OURS = "Lexbor parse", "bytes → Reply, with sources"
READABILITY, TRAFILATURA = "readability-lxml, body only", "trafilatura, body only"


def measure() -> Iterator[Row]:
    """Against the parse, and against both extractors."""
    spent = medians(PAGES)

    def row(one: str, other: str, **bound: float) -> Row:
        note = f"{spent[one]:.2f} / {spent[other]:.2f} ms a page"
        return Row(f"{one} / {other}", spent[one] / spent[other], note=note, **bound)

    yield row(OURS, PARSE, most=5.5)
    yield row(READABILITY, OURS, least=5)
    yield row(TRAFILATURA, OURS, least=7)


def _parse() -> Callable[[bytes], object]:
    from selectolax.lexbor import LexborHTMLParser

    return lambda body: LexborHTMLParser(body.decode()).body


def _ours() -> Callable[[bytes], object]:
    from pipelines.models import Page
    from pipelines.process import process

    def read(body: bytes) -> object:
        reply = process(Page(url="http://kj.demo.invalid/a/202409/t20240902_1.shtml", body=body)).reply
        if reply is None or not reply.index_number or not reply.references or not reply.body_text:
            raise AssertionError("the page was not read: a fast wrong answer is no measurement")
        return reply

    return read


def _readability() -> Callable[[bytes], object]:
    from readability import Document

    # It says that it takes bytes and raises TypeError: whoever uses it decodes.
    return lambda body: Document(body.decode()).summary()


def _trafilatura() -> Callable[[bytes], object]:
    import trafilatura

    return lambda body: trafilatura.extract(body, include_tables=True)


WAYS: dict[str, Callable[[], Callable[[bytes], object]]] = {
    PARSE: _parse,
    OURS: _ours,
    READABILITY: _readability,
    TRAFILATURA: _trafilatura,
}


def medians(pages: int, *more: str) -> dict[str, float]:
    """Median CPU milliseconds a page of each way, after a warm-up of three pages; `rich` for letters with more in them."""
    times: dict[str, list[int]] = {way: [] for way in WAYS}
    with ExitStack() as stack:
        children = {way: stack.enter_context(_Child(way, *more)) for way in WAYS}
        for turn, first in enumerate(range(0, pages, TURN)):
            for way, child in children.items():
                if way in (PARSE, OURS) or turn % RIVALS_EVERY == 0:
                    times[way] += child.read(first)
    return {way: statistics.median(values) / 1e6 for way, values in times.items()}


class _Child:
    """A process that reads pages in one way when it is told to."""

    def __init__(self, way: str, *more: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.bench_extract", way, *more],
            cwd=ROOT,
            env={**os.environ, "MALLOC_MMAP_THRESHOLD_": _LIMIT, "MALLOC_TRIM_THRESHOLD_": _LIMIT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> _Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def read(self, first: int) -> list[int]:
        """Nanoseconds of CPU that each page of a turn took. Raises AssertionError when the process gave up."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{first}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            told: list[str] = []
        else:
            told = self._process.stdout.readline().split()
        if len(told) != TURN:
            raise AssertionError("a way of reading pages failed; what it says stands above")
        return list(map(int, told))


def _serve(way: str, *, rich: bool) -> None:
    """In the child: for each line with the number of a page, read that and the following ones and say how long each took."""
    read = WAYS[way]()
    for seed in range(WARM):
        read(trs_page(-1 - seed))
    for line in sys.stdin:
        times = []
        for seed in range(int(line), int(line) + TURN):
            body = trs_page(seed, rich=rich)
            start = time.process_time_ns()
            read(body)
            times.append(time.process_time_ns() - start)
        print(*times, flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1], rich="rich" in sys.argv[2:])
