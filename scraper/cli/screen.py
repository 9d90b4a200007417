"""How tables and progress reach the screen: rich on a terminal, plain lines in a pipe or a log."""

from __future__ import annotations

import sys

from rich.console import Console

PIPE_WIDTH = 200
"""Columns assumed where there is no terminal to ask, so that a log line is not broken in the middle of an address."""


def console(stderr: bool = False) -> Console:
    """A console for standard output, or for standard error where progress goes."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else PIPE_WIDTH, highlight=False)
