"""Work for the processes of a test; imports nothing, so that they start at once."""

from __future__ import annotations

import os
import time


def nothing() -> None:
    """Prepare nothing."""


def slow_first(number: int) -> int:
    """The number; 0 takes a while."""
    time.sleep(0.2 if number == 0 else 0)
    return number


def parent(_: object) -> int:
    """The process that this one was started or forked by."""
    return os.getppid()
