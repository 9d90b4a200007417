"""`rebuild` with two workers against one, and one worker against a bare loop over the same pages and rows.

Two workers are compared by the clock, since they are there to shorten it: the runs take turns, and the median of the
rounds' ratios counts. It needs two processors that are free; so beside it stands what two bare loops gain, one on each, and
what the clock would show then, from CPU times: of each half of the work, the longer of what the writer does and half of what
all do. One worker is compared by CPU time.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from statistics import median
from typing import Any

from pipelines.address import address_key
from pipelines.archive import Archive, Fetch
from pipelines.declare import dump_sites
from pipelines.load import rows
from pipelines.load.tables import TABLES
from pipelines.models import Column, Reply, Site
from pipelines.process import process
from pipelines.publish.search.index import fill
from pipelines.schema.tables import create_tables
from scraper.cli.chain import publish_data, rebuild_staging
from tests.bench.rows import Row, in_turn, ratio
from tests.bench.trs_pages import trs_page

PAGES = 6_000
"""So many that the start of the processes, which is once, is a small part: a rebuild matters where it is long."""
ROUNDS = 3
COLUMN = "http://kj.demo.invalid/a/"
SITE = Site("kj", "示例省科学技术厅", None, "420000", ("kj.demo.invalid",), "trs", (Column(COLUMN),), 0.0)
TIME = "2026-11-24T02:30:00+08:00"
_LOOP = """
import time
begin, value = time.perf_counter(), 0
for number in range(5_000_000):
    value = (value * 31 + number) & 0xFFFF
print(time.perf_counter() - begin)
"""


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of CPU of this process and of all that it started."""

    clock: float
    own: float
    others: float

    @classmethod
    def now(cls) -> Spent:
        """Since some moment."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return cls(time.perf_counter(), time.process_time(), used.ru_utime + used.ru_stime + _living())

    def since(self, before: Spent) -> Spent:
        """What came between."""
        return Spent(self.clock - before.clock, self.own - before.own, self.others - before.others)

    @property
    def longest(self) -> float:
        """What two free processors need at least."""
        return max(self.own, (self.own + self.others) / 2) if self.others else self.own


def measure(pages: int = PAGES, rounds: int = ROUNDS) -> Iterator[Row]:
    """Four rows: the whole command by the clock and by CPU, its first half (archive → staging) by the clock, and one
    worker against the bare loop."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        archive_of(data, pages)
        clock: dict[int, list[float]] = {1: [], 2: []}
        first: dict[int, list[float]] = {1: [], 2: []}
        path: dict[int, list[float]] = {1: [], 2: []}
        bare: list[float] = []
        gain: list[float] = []
        for workers in in_turn((0, 1, 2), rounds):
            if not workers:
                bare.append(_bare(data, pages))
                gain.append(_gain())
                continue
            reading, publishing = _rebuilt(data, workers, pages)
            clock[workers].append(reading.clock + publishing.clock)
            first[workers].append(reading.clock)
            path[workers].append(reading.longest + publishing.longest)
    for name, times, more in (
        (
            "rebuild: one worker / two workers, by the clock",
            clock,
            f"; two bare loops at once gain {median(gain):.2f}",
        ),
        ("the same by CPU on the longest way through two processors", path, ""),
        ("of it archive → staging", first, ""),
    ):
        note = _each(median(times[1]), median(times[2]), pages) + more
        yield Row(name, ratio(times[1], times[2]), least=1.7, note=note)
    yield Row(
        "bare loop (parse, executemany, FTS5) / rebuild with one worker, CPU",
        ratio(bare, path[1]),
        least=0.6,
        note=_each(median(bare), median(path[1]), pages),
    )


def _living() -> float:
    """CPU seconds of the processes that this one started and that still run, with those that they started and that ended:
    the workers of a rebuild are such."""
    seconds = 0.0
    for listed in Path("/proc/self/task").glob("*/children"):
        for pid in listed.read_text("ascii").split():
            with suppress(OSError):  # it ended
                told = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
                seconds += sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")
    return seconds


def _gain() -> float:
    """How much two bare loops that know nothing of each other do at once, against one by itself: 2 where two processors are
    free and share nothing."""
    alone, both = _loops(1), _loops(2)
    return 2 * alone / both


def _loops(count: int) -> float:
    """Seconds that each of so many takes, side by side."""
    command = [sys.executable, "-c", _LOOP]
    begun = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return sum(float(one.communicate()[0]) for one in begun) / count


def _each(left: float, right: float, pages: int) -> str:
    return f"{left / pages * 1000:.2f} / {right / pages * 1000:.2f} ms a page"


def archive_of(data: Path, pages: int) -> None:
    """An archive of one run with so many pages of one site."""
    with Archive(data / "archive.db") as archive:
        run = archive.begin_run(dump_sites({SITE.key: SITE}), {}, "bench")
        for number in range(pages):
            fetch = Fetch(
                run.id, f"{COLUMN}202409/t20240902_{number}.shtml", TIME, 200, (("content-type", "text/html"),),
                "ok", "detail", SITE.key, COLUMN, {"row_title": f"第{number}号提案的答复"},
            )  # fmt: skip
            archive.record(fetch, trs_page(number))
            if number == min(500, pages // 2):
                archive.maintain()
        archive.end_run(run.id, "ok")
        archive.maintain()


def _rebuilt(data: Path, workers: int, pages: int) -> tuple[Spent, Spent]:
    """To staging, and from there to the corpus; from nothing, as a command of its own does it."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # what the workers are forked from would otherwise be there already
    for left in ("staging.db", "corpus.db"):
        (data / left).unlink(missing_ok=True)
    shutil.rmtree(data / "snapshots", ignore_errors=True)
    begin = Spent.now()
    rebuild_staging(data, workers=workers)
    middle = Spent.now()
    result = publish_data(data, workers=workers)
    if result.replies != pages:
        raise AssertionError(f"{result.replies} of {pages} replies are in the corpus")
    return middle.since(begin), Spent.now().since(middle)


def _bare(data: Path, pages: int) -> float:
    """CPU seconds of a loop without savepoints, comparison, merging and gates: bytes → rows → tables → index."""
    begin = time.process_time()
    path = data / "bare.db"
    path.unlink(missing_ok=True)
    texts: list[tuple[Any, ...]] = []
    with (
        Archive(data / "archive.db", readonly=True) as archive,
        closing(sqlite3.connect(path, isolation_level=None)) as conn,
    ):
        conn.execute("pragma journal_mode = wal")
        conn.execute("pragma synchronous = normal")
        create_tables(conn, TABLES)
        conn.execute("begin")
        for stored in archive.fetches():
            page = archive.page(stored, {SITE.key: SITE})
            reply = process(page).reply
            if reply is None:
                raise AssertionError(f"{page.url} was not read")
            address = address_key(page.url)
            _write(conn, "pages", [{"address": address, "url": page.url, "site": SITE.key}])
            _write(conn, "replies", [rows.reply_row(address, page.url, reply)])
            for table, found in rows.child_rows(address, reply).items():
                _write(conn, table, found)
            texts.append(_text(len(texts) + 1, reply))
        fill(conn, texts)
        conn.execute("commit")
    if len(texts) != pages:
        raise AssertionError(f"{len(texts)} of {pages} pages")
    return time.process_time() - begin


def _text(number: int, reply: Reply) -> tuple[Any, ...]:
    return number, reply.title, reply.body_text


def _write(conn: sqlite3.Connection, table: str, found: list[rows.Row]) -> None:
    if found:
        names = ", ".join(f'"{name}"' for name in found[0])
        sql = f"insert into {table} ({names}) values ({', '.join('?' * len(found[0]))})"
        conn.executemany(sql, [tuple(row.values()) for row in found])
