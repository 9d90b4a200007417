"""The search index as it is made, against the way before: the same words, in the same order, of the same texts.

Before, FTS5 cut and folded words itself, the title was the first column, segments were merged while they were made, and it
was made by a process begun in the usual way. Now it is made by the one that helps in publishing. The two run in turn.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from operator import add
from pathlib import Path
from statistics import median

from pipelines.helper import Helper
from pipelines.publish.search.index import fill
from pipelines.publish.search.pairs import index_text
from pipelines.publish.search.words import segments
from tests.bench.rows import Row, in_turn, ratio
from tests.bench.scale_data import body, sentences

REPLIES = 5_000
CHARACTERS = 5_000
ROUNDS = 2
_BETWEEN = "\0"


def measure() -> Iterator[Row]:
    """Time and size, each against the way before, and against the text."""
    stock, chance = sentences(), random.Random(8)
    texts = [body(chance, stock, CHARACTERS) for _ in range(REPLIES)]
    size = sum(len(text.encode()) for text in texts)
    if any(_words(text).split() != index_text(text).split() for text in texts[:100]):
        raise AssertionError("the two ways make other words")
    found: dict[str, list[tuple[float, int]]] = {"before": [], "now": []}
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "texts"
        stored.write_text(_BETWEEN.join(texts), "utf-8")
        for way in in_turn(tuple(found), ROUNDS):
            found[way].append(_apart(way, stored))
    old, new = ([seconds for seconds, _ in found[way]] for way in ("before", "now"))
    before, now = median(old), median(new)
    old_bytes, new_bytes = (found[way][0][1] for way in ("before", "now"))
    each = (
        f"{now / REPLIES * 1000:.2f} / {before / REPLIES * 1000:.2f} ms a reply of {CHARACTERS:,} characters"
    )
    yield Row("making the search index / the way before, time", ratio(new, old), most=0.5, note=each)
    yield Row(
        "the search index / the way before, size",
        new_bytes / old_bytes,
        most=0.75,
        note=f"{new_bytes / size:.2f} / {old_bytes / size:.2f} of the text",
    )


def _apart(way: str, stored: Path) -> tuple[float, int]:
    """Seconds of CPU and bytes, in a process of its own."""
    if way == "now":
        with Helper(True) as helper:
            made = helper.begin(_measured, way, stored)
            return helper.ended(made, _lost)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_measured, way, stored).result()


def _lost() -> tuple[float, int]:
    raise AssertionError("the process was lost")


def _measured(way: str, stored: Path) -> tuple[float, int]:
    texts = stored.read_text("utf-8").split(_BETWEEN)
    path = stored.with_name(f"{way}.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("pragma page_size = 8192")
        conn.execute("pragma journal_mode = off")
        conn.execute("pragma synchronous = off")
        start = time.process_time()
        conn.execute("begin")
        (_now if way == "now" else _before)(conn, texts)
        conn.execute("commit")
        spent = time.process_time() - start
    size = path.stat().st_size
    path.unlink()
    return spent, size


def _now(conn: sqlite3.Connection, texts: list[str]) -> None:
    fill(conn, ((number, "", text) for number, text in enumerate(texts, start=1)))


def _before(conn: sqlite3.Connection, texts: list[str]) -> None:
    conn.execute(
        "create virtual table replies_fts using fts5(title_words, body_words, attachment_words, content='',"
        " tokenize='unicode61 remove_diacritics 0')"
    )
    conn.execute("insert into replies_fts(replies_fts, rank) values ('hashsize', 67108864)")
    conn.executemany(
        "insert into replies_fts(rowid, title_words, body_words, attachment_words) values (?, '', ?, '')",
        ((number, _words(text)) for number, text in enumerate(texts, start=1)),
    )
    conn.execute("insert into replies_fts(replies_fts) values ('optimize')")


def _words(text: str) -> str:
    words: list[str] = []
    for segment, is_han in segments(text):
        if is_han:
            words.extend(map(add, segment, segment[1:]))
            words.append(segment[-1])
        else:
            words.append(segment)
    return " ".join(words)
