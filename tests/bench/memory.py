"""How much memory a process has taken at its most."""

from __future__ import annotations

import re
import resource
from pathlib import Path


def peak() -> int:
    """Bytes that this process held at its most (`VmHWM`); `ru_maxrss` may be that of the parent it was forked from."""
    match = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    if match is None:
        raise AssertionError("the system tells no VmHWM")
    return int(match[1]) * 1024


def peak_of_all() -> int:
    """The same of this process or of one that it started and that ended, whichever held more."""
    return max(peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
