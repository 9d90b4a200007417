"""What another archive holds into this one, run by run, without loss and without anything twice.

The source is another `archive.db`, or a WARC that `pipelines.warc.write` made of one: a stream of what was said
(`Told`), each run before its answers. Killed at any instant, the same call goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from pipelines.archive.records import Fetch, Given, Note, RunRecord, Stored
from pipelines.errors import DataUnreadable

if TYPE_CHECKING:
    from pipelines.archive.store import Archive

Told = RunRecord | Given | Note

BATCH = 200
"""Answers a transaction."""


@dataclass(slots=True)
class Merged:
    """What became of it."""

    runs: list[int] = field(default_factory=list)
    """Ids here of the runs that something was added to, before they were arranged."""
    fetches: int = 0
    """Added."""
    known: int = 0
    """There before."""


def told_by(archive: Archive) -> Iterator[Told]:
    """All that an archive says; bodies are read only when asked for."""
    runs = {run.id: run for run in archive.runs()}
    yield from runs.values()
    for stored in archive.fetches():
        body = None if stored.sha256 is None else partial(archive.body, stored.sha256)
        yield Given(stored, stored.sha256, body)
    yield from archive.notes()


def merge(
    target: Archive, source: Iterable[Told], progress: Callable[[int], None] | None = None, offset: int = 0
) -> Merged:
    """Add what the source says. Raises ArchiveDamaged where a body cannot be had; what came before is kept then.

    Runs end as in the source once all of it is here. The caller calls `Archive.arrange` after the last source.
    """
    return _Merge(target, progress, offset).take(source)


@dataclass(slots=True)
class _Run:
    number: int
    """Id in the target."""
    record: RunRecord
    known: bool
    held: Iterator[Stored] | None
    """What the target had of it when we began, in order, as far as the source says the same."""
    mixed: bool = False
    """The source says something else than was held: each answer has to be looked for."""


class _Merge:
    def __init__(self, target: Archive, progress: Callable[[int], None] | None, offset: int) -> None:
        self._target, self._progress, self._seen = target, progress, offset
        self._runs: dict[int, _Run] = {}
        self._waiting: list[Given] = []
        self._done = Merged()

    def take(self, source: Iterable[Told]) -> Merged:
        try:
            for told in source:
                if isinstance(told, RunRecord):
                    self._begin(told)
                elif isinstance(told, Note):
                    self._note(told)
                else:
                    self._fetch(told)
        except DataUnreadable:
            # What came before the damage is whole.
            self._flush()
            raise
        self._flush()
        for run in self._runs.values():
            if run.record.ended_at is not None or not run.known:
                self._target.settle_run(run.number, run.record)
        return self._done

    def _begin(self, record: RunRecord) -> None:
        self._flush()
        number, known = self._target.adopt_run(record)
        self._runs[record.id] = _Run(number, record, known, self._target.fetches(number) if known else None)
        if not known:
            self._done.runs.append(number)

    def _fetch(self, given: Given) -> None:
        run = self._runs[given.fetch.run_id]
        self._seen += 1
        if self._progress is not None:
            self._progress(self._seen)
        if self._is_known(run, given):
            self._done.known += 1
            return
        if self._waiting and self._waiting[0].fetch.run_id != given.fetch.run_id:
            self._flush()
        self._waiting.append(given)
        if len(self._waiting) >= BATCH:
            self._flush()

    def _is_known(self, run: _Run, given: Given) -> bool:
        """The same answer may come twice within a second, so place by place, as long as both sides say the same."""
        if run.held is not None:
            held = next(run.held, None)
            if held is not None and _print(held, held.sha256) == _print(given.fetch, given.sha256):
                return True
            run.held, run.mixed = None, held is not None
        return run.mixed and self._target.has(run.number, given)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        number = self._runs[waiting[0].fetch.run_id].number
        self._target.adopt(number, waiting)
        self._done.fetches += len(waiting)
        if number not in self._done.runs:
            self._done.runs.append(number)

    def _note(self, note: Note) -> None:
        self._flush()
        self._target.note(Note(self._runs[note.run_id].number, note.site, note.issue, note.url))


def _print(fetch: Fetch, sha256: str | None) -> tuple[object, ...]:
    url = fetch.url.encode("utf-8", "replace")
    return url, fetch.fetched_at, fetch.status, fetch.role, fetch.outcome, sha256, dict(fetch.context)
