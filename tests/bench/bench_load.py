"""What more replies cost where the corpus is large: loading, and the memory of commands."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from pipelines.address import address_key
from pipelines.load import Loader
from pipelines.load.tables import CHILDREN
from pipelines.models import Processed
from tests.bench.rows import Row
from tests.bench.scale_data import command, folder, measured, processed, published, searchable, sentences

NEW = 100
"""Replies that a day brings."""
SMALL = 10_000
ROUNDS = 5
GIGABYTE = 1_000_000_000


def measure(replies: int = 1_000_000) -> Iterator[Row]:
    """The load against that of a small corpus, and the memory of each command as a share of a gigabyte."""
    stock = sentences()
    sizes = (SMALL, replies)
    spent: dict[int, list[float]] = {size: [] for size in sizes}
    for turn in range(ROUNDS):
        news = [processed(turn * NEW + number, stock, "n") for number in range(NEW)]
        for size in sizes:
            spent[size].append(loaded(folder(size) / "staging.db", news))
    small, large = (median(spent[size]) * 1000 for size in sizes)
    yield Row(
        f"loading {NEW} new replies: into {replies:,} / into {SMALL:,}",
        large / small,
        most=1.5,
        note=f"{large:.0f} / {small:.0f} ms of CPU",
    )
    for name, used in _memory(replies):
        yield Row(
            f"memory of {name} at {replies:,} replies / 1 GB",
            used / GIGABYTE,
            most=1,
            note=f"{used / 1e6:.0f} MB",
        )


def _memory(replies: int) -> Iterator[tuple[str, float]]:
    data = str(folder(replies))
    yield "what a crawl knows", measured("known_cost", folder(replies))["rss"]
    yield "publish", published(folder(replies))["publish_rss"]
    for name in (("check",), ("status",)):
        yield name[0], command(*name, "--data", data)[1]
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "corpus.db").symlink_to(searchable(replies).absolute())
        yield "search", command("search", "的", "--data", made)[1]


def loaded(staging: Path, news: list[Processed]) -> float:
    """CPU seconds of loading new replies; they are taken away again."""
    begin = time.process_time()
    with Loader(staging) as loader:
        for item in news:
            loader.load(item)
    spent = time.process_time() - begin
    if loader.loaded.new != len(news):
        raise AssertionError(f"{loader.loaded.new} of {len(news)} replies were new")
    with closing(sqlite3.connect(staging)) as conn, conn:
        for table in (*(one.name for one in CHILDREN), "revisions", "issues", "replies", "pages"):
            conn.executemany(
                f"delete from {table} where address = ?",
                ((address_key(item.page.url),) for item in news),
            )
    return spent
