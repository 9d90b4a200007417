"""Floors on the real cases; without their folder there is nothing to measure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.score import real_folder, replies, titles


@pytest.fixture(scope="module")
def folder() -> Path:
    found = real_folder()
    if found is None:
        pytest.skip("HUBEI_REPLIES_REAL is not set")
    return found


def test_titles(folder: Path) -> None:
    score = titles.score(folder)
    assert score.total >= 90
    assert score.rate >= titles.FLOOR, score.table()


@pytest.mark.parametrize("crawl", [False, True])
def test_replies(folder: Path, crawl: bool) -> None:
    score = replies.score(folder, crawl=crawl)
    assert score.total.wanted >= 500
    assert score.total.precision >= replies.FLOORS[0], score.table()
    assert score.total.recall >= replies.FLOORS[1], score.table()
