"""One more process, or none, for pieces of work that end the same wherever they are done."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from pipelines.workers import begin_process, context

R = TypeVar("R")


class Helper:
    """`with Helper(True) as helper: piece = helper.begin(work, …); …; helper.ended(piece, lambda: work(…))`.

    The process is started, anew and not forked, with the first piece, and is killed at the end, whatever it is at.
    """

    def __init__(self, there: bool) -> None:
        """`there`: whether there may be a process."""
        self.there = there
        self._process: BaseProcess | None = None
        self._asked = 0
        self._told: list[tuple[Exception | None, Any]] = []

    def __enter__(self) -> Helper:
        return self

    def __exit__(self, *_: object) -> None:
        self.there = False
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._line.close()

    def begin(self, work: Callable[..., Any], *arguments: Any) -> int | None:
        """Have a piece done, behind those that were begun before; None where nobody is there to do it. Work and arguments
        must be picklable."""
        if not self.there:
            return None
        if self._process is None:
            anew = context(work)
            self._line, end = anew.Pipe()
            self._process = anew.Process(target=_serve, args=(end,), daemon=True)  # type: ignore[attr-defined]
            self._process.start()
            end.close()
        try:
            self._line.send((work, arguments))
        except OSError:
            self.there = False
            return None
        self._asked += 1
        return self._asked - 1

    def ended(self, piece: int | None, here: Callable[[], R]) -> R:
        """What came of a piece, or of `here` where nobody began it or the process was lost. Raises what the work raises."""
        if piece is None:
            return here()
        try:
            while len(self._told) <= piece:
                self._told.append(self._line.recv())
        except (EOFError, OSError):
            self.there = False
            return here()
        error, result = self._told[piece]
        if error is not None:
            raise error
        done: R = result
        return done


def _serve(line: Connection) -> None:
    begin_process()
    while True:
        try:
            work, arguments = line.recv()
        except EOFError:
            return
        try:
            line.send((None, work(*arguments)))
        except Exception as error:  # noqa: BLE001  # it is raised again where it is asked for
            line.send((error, None))
