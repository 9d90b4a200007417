"""How tables and progress reach the screen: rich on a terminal, plain lines in a pipe or a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

PIPE_WIDTH = 200
"""Columns assumed where there is no terminal to ask, so that a log line is not broken within an address."""

LINE_EVERY = 1000
"""Without a terminal, one line for so many items."""


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
