"""The same function over many items in several processes: results in the order of the items, and bounded memory."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import forkserver, get_context, parent_process, resource_tracker
from multiprocessing.context import BaseContext
from typing import Any, TypeVar

from pipelines.errors import HubeiRepliesError

T = TypeVar("T")
R = TypeVar("R")

WAITING = 6
"""Batches under way a worker, its own among them: enough that none waits while what came is written, few enough to be held
in memory."""

_TUNABLES = "GLIBC_TUNABLES"
_LARGE_PAGES = "glibc.malloc.hugetlb=1"
"""Asks the kernel for large pages: what FTS5 gathers before it writes is a hundred MB read at random, and making the index
takes a fifth less. The C library reads it when a process begins; one that does not know it passes it over ("Memory
Allocation Tunables" in the manual of glibc)."""


class WorkerLost(HubeiRepliesError):
    """The system ended a worker process."""

    def __init__(self) -> None:
        super().__init__(
            "一个工作进程被系统终止了（多半是内存不足）；已做的都在，请用 --workers 减少进程数再运行一次，会接着来"
        )


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def context(work: Callable[..., Any]) -> BaseContext:
    """How processes that do this work are started: anew, for this one has threads and open databases.

    Where the system can, they are forked from one that has loaded the module of the first work that was asked for and
    nothing else, which takes most of the time of a start: so it is loaded once for all of them, and from this call on.
    """
    if sys.platform != "linux":
        return get_context("spawn")
    started = get_context("forkserver")
    started.set_forkserver_preload([work.__module__])
    # Ctrl+C, which reaches it too, must not end it while it loads: it inherits that the signal waits. The other process that
    # is started along would let the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _large_pages():
            forkserver.ensure_running()
    except OSError:  # no room for its socket: the folder for temporary files has too long a name
        return get_context("spawn")
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return started


@contextmanager
def _large_pages() -> Iterator[None]:
    """For processes that are begun anew meanwhile, and for all that they fork."""
    before = os.environ.get(_TUNABLES)
    os.environ[_TUNABLES] = f"{before}:{_LARGE_PAGES}" if before else _LARGE_PAGES
    try:
        yield
    finally:
        if before is None:
            del os.environ[_TUNABLES]
        else:
            os.environ[_TUNABLES] = before


def in_order(
    work: Callable[[T], R],
    batches: Iterable[T],
    workers: int,
    prepare: Callable[..., None],
    arguments: tuple[Any, ...],
) -> Iterator[R]:
    """`work(batch)` for each batch, in order; at most `WAITING` batches a worker are held at any time.

    `prepare(*arguments)` runs once in each process; functions and batches must be picklable. Raises what `work` raises,
    and WorkerLost.
    """
    pool = ProcessPoolExecutor(workers, context(work), begin_process, (prepare, arguments))
    waiting: deque[Future[R]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(work, batch))
            if len(waiting) >= workers * WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerLost from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def begin_process(prepare: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()) -> None:
    """What a process does first: it leaves Ctrl+C to its parent, and ends when the parent has."""
    # Ctrl+C reaches every process of a terminal; the parent decides, and a batch that is under way ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare(*arguments)
    # Modules and tables of rules stay until the end, in memory that the processes share until one of them writes to it.
    gc.freeze()


def _end_with_parent() -> None:
    """A parent that was killed cannot end its workers."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
