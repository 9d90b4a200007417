"""What a person sees while a crawl runs: a bar a site on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from scraper.cli.screen import console
from scraper.session import Progress as Event

LINE_EVERY = 100
"""Without a terminal, one line for so many addresses of a site."""


@contextmanager
def crawl_progress() -> Iterator[Callable[[Event], None]]:
    """A listener for `scraper.run.crawl`."""
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console(stderr=True)) as progress:
            yield _Bars(progress)
    else:
        yield _Lines()


class _Bars:
    """One bar a site: documents fetched of documents listed."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        if not event.site:
            return
        if event.site not in self._tasks:
            self._tasks[event.site] = self._progress.add_task(event.site, total=None)
        task = self._tasks[event.site]
        if event.kind == "rows":
            self._progress.update(task, total=event.count)
        elif event.kind == "fetch" and event.role == "detail":
            self._progress.advance(task)
        elif event.kind in ("stopped", "search"):
            self._progress.console.print(event.message)


class _Lines:
    """A line for each site that begins, each hundred addresses, each stop and each search."""

    def __init__(self) -> None:
        self._fetched: Counter[str] = Counter()

    def __call__(self, event: Event) -> None:
        if event.kind == "rows":
            self._say(f"{event.site}：列表读完，要取 {event.count} 个详情页")
        elif event.kind in ("stopped", "search"):
            self._say(event.message or "")
        elif event.kind == "fetch" and event.role == "detail":
            self._fetched[event.site] += 1
            if self._fetched[event.site] % LINE_EVERY == 0:
                self._say(f"{event.site}：已取 {self._fetched[event.site]} 个详情页")

    @staticmethod
    def _say(text: str) -> None:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
