"""Days of the simulated year; the whole of it is `make soak-year SEED=n`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.year.year import simulate

pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("days", [12, pytest.param(30, marks=pytest.mark.soak)])
def test_days_on_the_test_government(tmp_path: Path, days: int) -> None:
    """Each new reply on the day its list is read, each edit and disappearance by its promised day, nothing false."""
    outcome = simulate(tmp_path, seed=1, days=days)
    assert outcome.good, "\n".join(outcome.lines())
    assert outcome.saved
