"""Work for the processes of a test; imports nothing, so that they start at once."""

from __future__ import annotations

import time


def nothing() -> None:
    """Prepare nothing."""


def slow_first(number: int) -> int:
    """The number; 0 takes a while."""
    time.sleep(0.2 if number == 0 else 0)
    return number
