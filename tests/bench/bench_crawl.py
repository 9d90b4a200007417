"""A whole crawl over loopback against a bare Scrapy spider that only fetches the same pages.

CPU time of the processes as the system counts it for finished children; the server is a process of its own and is not
counted. The two crawlers run in turn; the median of the rounds' ratios counts.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from tests.bench.rows import Row, in_turn, ratio
from tests.bench.site_server import COLUMN, ROWS, serve

PAGES = 2_000
LISTS = -(-PAGES // ROWS)
ROUNDS = 4
ROOT = Path(__file__).parents[2]


def measure() -> Iterator[Row]:
    """Two rows: up to the loaded replies, and up to the published corpus with its search index."""
    bare: list[float] = []
    crawled: list[float] = []
    published: list[float] = []
    with _serving(PAGES) as column:
        for spider in in_turn(("bare_spider", "whole_crawl"), ROUNDS):
            if spider == "bare_spider":
                seconds, said = _run(spider, column)
                if int(said) != PAGES + LISTS:
                    raise AssertionError(f"the bare spider fetched {said} of {PAGES + LISTS} pages")
                bare.append(seconds)
                continue
            with tempfile.TemporaryDirectory() as data:
                seconds, said = _run(spider, column, data)
            told = json.loads(said)
            if told["replies"] != PAGES:
                raise AssertionError(f"{told['replies']} of {PAGES} replies are in the corpus")
            crawled.append(told["crawled"])
            published.append(seconds)
    base = median(bare)
    for name, times, most in (
        ("crawl archived, read and loaded / bare Scrapy spider", crawled, 1.25),
        ("the same with the corpus published and indexed / bare Scrapy spider", published, 2.3),
    ):
        each = median(times) / PAGES * 1000
        yield Row(
            name, ratio(times, bare), most=most, note=f"{each:.2f} / {base / PAGES * 1000:.2f} ms a page"
        )


def _run(module: str, *arguments: str) -> tuple[float, str]:
    """CPU seconds of a child and the last line that it prints."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", f"tests.bench.{module}", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "no_proxy": "*"},
        )
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            log.seek(0)
            raise AssertionError(log.read()[-4000:])
    return used.ru_utime + used.ru_stime, said.strip().rpartition("\n")[2]


@contextmanager
def _serving(pages: int) -> Iterator[str]:
    """Address of the column that lists the pages, on loopback, while a process serves it."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_serve, args=(there, pages), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}{COLUMN}"
    finally:
        server.terminate()
        server.join()


def _serve(told: Connection, pages: int) -> None:
    serve(pages, told.send)
