"""Answers that do harm are bounded, refused and on record, and take little memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gov import hostile
from tests.gov.__main__ import MAX_PEAK

pytestmark = pytest.mark.no_cover


def test_hostile_answers_are_bounded_refused_and_recorded(tmp_path: Path) -> None:
    found = hostile.run(tmp_path)
    assert found.wrong == ()
    assert found.peak < MAX_PEAK
    # Nothing of what was refused is kept: bombs, floods and endless bodies leave a line each.
    assert found.size < 2_000_000
