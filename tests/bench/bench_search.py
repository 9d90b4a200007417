"""Search over many replies against LIKE: the first page by date, and whether it is right.

Queries are runs of two to eight characters cut from replies, so that rare ones and those that every reply holds are asked
as often as they stand in texts. Both ways read the same file; each is timed in CPU of this process.
"""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from statistics import median, quantiles
from typing import ParamSpec, TypeVar

from pipelines.publish.search import Search, find, match_query
from tests.bench.rows import Row
from tests.bench.scale_data import searchable

T = TypeVar("T")
P = ParamSpec("P")

PAGE = 20
QUERIES = 200
LIKE = "select id from replies where title like ?1 or body_text like ?1 order by published_at desc, search_id desc limit 20"
ALL_LIKE = "select count(*), sum(search_id) from replies where title like ?1 or body_text like ?1"
ALL_MATCH = "select count(*), sum(rowid) from replies_fts where replies_fts match ?"


def measure(replies: int = 1_000_000, number: int = QUERIES) -> Iterator[Row]:
    """How much faster at the 95th percentile, how many queries are right, and one character by itself."""
    with closing(sqlite3.connect(f"{searchable(replies).absolute().as_uri()}?mode=ro", uri=True)) as conn:
        asked = queries(conn, replies, number, range(2, 9))
        single = queries(conn, replies, max(10, number // 10), range(1, 2))
        ours = [_timed(_ours, conn, run) for run in asked]
        facets = [_timed(find, conn, Search(run, sort="date")) for run in asked]
        alone = [_timed(_ours, conn, run) for run in single]
        likes = [_timed(_like, conn, run) for run in asked]
        right = sum(
            conn.execute(ALL_MATCH, (match_query(run),)).fetchone()
            == conn.execute(ALL_LIKE, (f"%{run}%",)).fetchone()
            and _ours(conn, run) == [row[0] for row in page]
            for run, (_, page) in zip(asked, likes, strict=True)
        )
    told = (
        f"{replies:,} replies; search p50 {_p50(ours):.2f} p95 {_p95(ours):.2f} ms, with facets {_p50(facets):.1f} and"
        f" {_p95(facets):.1f} ms, LIKE {_p50(likes):.0f} and {_p95(likes):.0f} ms"
    )
    yield Row("LIKE / search, first page by date, p95", _p95(likes) / _p95(ours), least=100, note=told)
    yield Row(
        "queries that find what LIKE finds / queries",
        right / len(asked),
        least=1,
        note=f"{right} of {len(asked)}",
    )
    yield Row(
        "one character: LIKE p95 / search p95",
        _p95(likes) / _p95(alone),
        least=1,
        note=f"search p50 {_p50(alone):.0f} p95 {_p95(alone):.0f} ms",
    )


def queries(conn: sqlite3.Connection, replies: int, wanted: int, lengths: range) -> list[str]:
    """Runs of Han of these lengths, cut from replies."""
    chance = random.Random(len(lengths))
    found: list[str] = []
    while len(found) < wanted:
        text = conn.execute(
            "select body_text from replies where search_id = ?", (1 + chance.randrange(replies),)
        ).fetchone()[0]
        runs = re.findall("[\u4e00-\u9fff]+", text)
        length = chance.choice(lengths)
        long = [run for run in runs if len(run) >= length]
        if long:
            run = chance.choice(long)
            start = chance.randrange(len(run) - length + 1)
            found.append(run[start : start + length])
    return found


def _ours(conn: sqlite3.Connection, run: str) -> list[str]:
    return list(find(conn, Search(run, sort="date", size=PAGE), facets=False).ids)


def _like(conn: sqlite3.Connection, run: str) -> list[tuple[str]]:
    return conn.execute(LIKE, (f"%{run}%",)).fetchall()


def _timed(ask: Callable[P, T], *given: P.args, **named: P.kwargs) -> tuple[float, T]:
    """Milliseconds of CPU, and the answer."""
    start = time.process_time()
    answer = ask(*given, **named)
    return (time.process_time() - start) * 1000, answer


def _p50(times: Sequence[tuple[float, object]]) -> float:
    return median(one for one, _ in times)


def _p95(times: Sequence[tuple[float, object]]) -> float:
    return quantiles([one for one, _ in times], n=20)[-1]
