"""Thirty days of the simulated year; the whole of it is `make soak-year SEED=n`."""

from __future__ import annotations

from pathlib import Path

from tests.year.year import simulate


def test_thirty_days_on_the_test_government(tmp_path: Path) -> None:
    """Each new reply on the day its list is read, each edit and disappearance by its promised day, nothing false."""
    outcome = simulate(tmp_path, seed=1, days=30)
    assert outcome.good, "\n".join(outcome.lines())
    assert outcome.saved
