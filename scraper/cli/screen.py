"""How tables and progress reach the screen: rich on a terminal, plain lines in a pipe or a log."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

PIPE_WIDTH = 200
"""Columns assumed where there is no terminal to ask, so that a log line is not broken within an address."""

LINE_EVERY = 1000
"""Without a terminal, one line for so many items."""

SECONDS_EVERY = 10
"""Without a terminal, a gauge writes a line after so many seconds."""


def console(stderr: bool = False) -> Console:
    """A console for standard output, or for standard error where progress goes."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else PIPE_WIDTH, highlight=False)


@contextmanager
def counter(what: str) -> Iterator[Callable[[int], None]]:
    """A function to call with the number of items done so far."""
    if not sys.stderr.isatty():

        def line(done: int) -> None:
            if done % LINE_EVERY == 0:
                sys.stderr.write(f"{what}：{done} 项\n")

        yield line
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}：{task.completed} 项"), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True)) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done: progress.update(task, completed=done)


@contextmanager
def gauge(what: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Callable[[int, int], None]]:
    """A function to call with what is done and what there is; shows the share, and about how long it will take yet."""
    if not sys.stderr.isatty():
        begin = said = clock()
        first = -1

        def line(done: int, total: int) -> None:
            nonlocal said, first
            # What an earlier run did says nothing of the pace of this one.
            first = done if first < 0 else first
            if clock() - said < SECONDS_EVERY:
                return
            said = clock()
            pace = (said - begin) / max(1, done - first)
            left = duration(pace * (total - done))
            sys.stderr.write(f"{what}：{done}/{total} 项，{done * 100 // max(1, total)}%，约剩 {left}\n")
            sys.stderr.flush()

        yield line
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}：{task.completed}/{task.total} 项"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("已用"),
        TimeElapsedColumn(),
        TextColumn("约剩"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True), speed_estimate_period=120) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def duration(seconds: float) -> str:
    """A length of time as people say it, rounded up.

    >>> duration(40), duration(61), duration(7300)
    ('1 分钟', '2 分钟', '2 小时 2 分钟')
    """
    minutes = max(1, math.ceil(seconds / 60))
    hours, minutes = divmod(minutes, 60)
    return f"{hours} 小时 {minutes} 分钟" if hours else f"{minutes} 分钟"
