"""External programs that read old formats: which are there, and how much they may take."""

from __future__ import annotations

import contextlib
import resource
import shutil
from collections.abc import Callable

PROGRAMS = ("antiword", "catdoc", "soffice")
_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/Applications/LibreOffice.app/Contents/MacOS"
"""Fixed, so that a timer and a terminal find the same programs."""

MEMORY = 384 * 1024 * 1024
"""Bytes of address space: with the crawl itself it stays within what a small machine has."""
CPU_SECONDS = 20
OFFICE_LIMITS = (4 * 1024 * 1024 * 1024, 60)
"""LibreOffice maps far more than it uses."""


def found(name: str) -> str | None:
    """Path of a program, or None."""
    return shutil.which(name, path=_PATH)


def limited(memory: int = MEMORY, seconds: int = CPU_SECONDS) -> Callable[[], None]:
    """A function that limits the process that calls it: address space, processor time, size of files; no core."""

    def limit() -> None:
        for what, amount in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, 100 * 1024 * 1024),
            (resource.RLIMIT_CORE, 0),
        ):
            # Some systems know the name of a limit and refuse it.
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (amount, resource.getrlimit(what)[1]))

    return limit
