"""The archive into a new staging file, by one process or by several with one writer: the same rows either way.

How far it came is written with each batch of rows, in the same transaction. Killed at any instant, the next call goes on
behind the last batch, as long as the archive is the one that it was; else it begins anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from pipelines.archive import Archive
from pipelines.attached import ReadFile
from pipelines.errors import DataUnreadable
from pipelines.load import Item, Loader, StagingStale, open_staging
from pipelines.load.files import Borrowed, take_over
from pipelines.models import FileText, Processed
from pipelines.workers import context, cores, in_order
from scraper.items import Fetched
from scraper.reread import Reading, Unread, finished, steps

Progress = Callable[[int, int], None]
"""Called with the number of fetches passed, and that of all fetches."""

WRITE = 500
"""Items a transaction."""
BATCH = 16
"""Items that a worker takes at once, at most."""
BATCH_BYTES = 1 << 20
"""Bytes of pages beyond which a batch is full, so that large pages are not gathered."""
FIRST = 10
"""Batches that are read here while the other processes are started, which takes as long."""
FEW = 500
"""Fetches below which starting processes takes longer than it saves."""
MARK = "filled"
"""Key in the table `state`: how far an unfinished file is."""

_Step = tuple[int, Unread | Fetched | Item | None]
_Done = tuple[list[tuple[int, Item | None]], list[tuple[str, FileText]]]


def fill(
    path: Path,
    archive: Archive,
    progress: Progress | None = None,
    old: Path | None = None,
    workers: int | None = None,
) -> int:
    """Process the whole archive into a staging file, or what is missing in one that was begun; returns the number of items.

    What an `old` staging file knows of attachments is taken over where it was read by the present rules. `workers`:
    processes beside this one that read pages, 1 for none; None: as many as there are processors, where it is worth it.
    """
    total, _ = archive.extent()
    if workers is None:
        workers = cores() if total >= FEW else 1
    with Loader(path, batch=WRITE + 1) as loader:
        # Until the file is complete it can be lost to a power cut: the mark is lost with the rows, and `settle` ends it.
        loader.conn.execute("pragma synchronous = normal")
        if old is not None:
            take_over(loader.conn, old)
        print_ = _print_of(archive)
        count = _begun(loader.conn, print_)
        try:
            for passed, item in _items(path, archive, loader, count, workers):
                if item is None:
                    continue
                count += 1
                loader.load(item)
                if count % WRITE == 0:
                    loader.flush((MARK, json.dumps([print_, count])))
                if progress is not None:
                    progress(passed, total)
        except BaseException:
            loader.forget()  # rows without their mark would be loaded twice
            raise
        loader.flush((MARK, json.dumps([print_, count])))
        loader.conn.execute("delete from state where key = ?", (MARK,))
    return count


def begun(path: Path, archive: Archive) -> bool:
    """Whether a file is one that `fill` began under the present rules and from this archive, and can go on with."""
    if not path.is_file():
        return False
    with suppress(StagingStale, DataUnreadable, sqlite3.Error), closing(open_staging(path)) as conn:
        return _begun(conn, _print_of(archive)) > 0
    return False


def _begun(conn: sqlite3.Connection, print_: str) -> int:
    row = conn.execute("select value from state where key = ?", (MARK,)).fetchone()
    told, count = json.loads(row[0]) if row else (None, 0)
    return int(count) if told == print_ else 0


def _print_of(archive: Archive) -> str:
    """Digest by which an archive is known to be as it was: another fetch or another end of a run gives other items."""
    runs = [(run.id, run.ended_at, run.outcome) for run in archive.runs()]
    return hashlib.sha256(json.dumps([runs, archive.extent()]).encode()).hexdigest()


def _items(
    path: Path, archive: Archive, loader: Loader, skip: int, workers: int
) -> Iterator[tuple[int, Item | None]]:
    found = steps(archive, skip=skip)
    reading = Reading(archive)
    if workers == 1:
        for passed, item in found:
            yield passed, _done(reading, archive, item, loader.files.read)
        return
    context(_work)  # from here on what the workers need is loaded, beside the first batches
    batches = _batches(found)
    for batch in islice(batches, FIRST):
        for passed, item in batch:
            yield passed, _done(reading, archive, item, loader.files.read)
    for results, files in in_order(_work, batches, workers, _open, (archive.path, path)):
        for sha256, text in files:
            loader.files.keep(sha256, text)
        yield from results


def _done(
    reading: Reading, archive: Archive, item: Unread | Fetched | Item | None, read: ReadFile
) -> Item | None:
    if isinstance(item, Unread):
        item = reading.read(item)
    return finished(archive, item, read) if isinstance(item, Fetched) else item


def _batches(found: Iterable[_Step]) -> Iterator[list[_Step]]:
    batch: list[_Step] = []
    size = 0
    for passed, item in found:
        if item is None:
            continue
        batch.append((passed, item))
        # What a worker reads for itself is counted by what it will hold.
        size += item.size if isinstance(item, Unread) else 0
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


# --- in a worker ----------------------------------------------------------------------------------------------------

_archive: Archive
_reading: Reading
_files: Borrowed


def _open(archive: Path, staging: Path) -> None:
    global _archive, _reading, _files
    _archive = Archive(archive, readonly=True)
    _reading = Reading(_archive)
    _files = Borrowed(open_staging(staging, readonly=True))


def _work(batch: list[_Step]) -> _Done:
    results: list[tuple[int, Item | None]] = []
    for passed, item in batch:
        done = _done(_reading, _archive, item, _files.read)
        results.append((passed, _light(done) if isinstance(done, Processed) else done))
    return results, _files.taken()


def _light(done: Processed) -> Processed:
    """Without the bytes, which the writer does not want."""
    return replace(done, page=replace(done.page, body=b"", headers=(), continuations=(), attached=()))
