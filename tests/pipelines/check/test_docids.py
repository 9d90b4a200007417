"""Docids against dates."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from pipelines.check.docids import MIN_POINTS, docid_of, off_curve
from pipelines.models import Issue

START = date(2023, 1, 5)


@dataclass(frozen=True)
class Point:
    """One document of a system."""

    url: str
    docid: int
    day: date


def out_of_order(points: Iterable[Point]) -> list[tuple[Point, Issue]]:
    """Those off the curve, in order of number."""
    ordered = sorted(points, key=lambda one: one.docid)
    found = off_curve([one.docid for one in ordered], [one.day.toordinal() for one in ordered])
    return [(ordered[place], issue) for place, issue in found]


def point(docid: int, days: int) -> Point:
    return Point(f"http://a.invalid/t{docid}.html", docid, START + timedelta(days=days))


CURVE = [point(4_000_000 + 500 * k, 9 * k) for k in range(60)]


def test_a_curve_with_small_disorder_is_fine() -> None:
    # Editors date by the day of the document, not of the upload.
    chance = random.Random(1)
    shaken = [point(4_000_000 + 500 * k, 9 * k + chance.randrange(-20, 20)) for k in range(60)]
    assert out_of_order(CURVE) == out_of_order(shaken) == []


@pytest.mark.parametrize("days", [-900, 1200])
def test_a_document_far_from_its_neighbours_is_told_with_all_numbers(days: int) -> None:
    odd = point(4_010_001, days)
    shuffled = random.Random(2).sample([*CURVE, odd], len(CURVE) + 1)
    ((found, issue),) = out_of_order(shuffled)
    assert (found, issue.code, issue.severity) == (odd, "docid_out_of_order", "info")
    assert str(odd.docid) in issue.message
    assert odd.day.isoformat() in issue.message


def test_a_system_that_counts_anew_has_no_curve() -> None:
    second = [point(1_000 + 500 * k, 600 + 9 * k) for k in range(60)]
    assert out_of_order([*CURVE, *second]) == []


def test_too_few_documents_say_nothing() -> None:
    assert out_of_order([*CURVE[: MIN_POINTS - 2], point(4_000_001, 3000)]) == []


def test_ten_thousand_are_looked_at_in_no_time() -> None:
    many = [point(10_000 + k, k // 5) for k in range(20_000)]
    assert out_of_order(many) == []


@pytest.mark.parametrize(
    ("url", "docid"),
    [
        ("http://x/202409/t20240902_5311001.shtml", 5311001),
        ("http://x/202409/t20240902_5311001_slh.html", 5311001),
        ("http://x/t_5783074.shtml", 5783074),
        ("http://x/190774.jhtml", None),
        ("http://x/content-541-607151-1.html", None),
        ("http://x/t20240902_5311001/index.html", None),
    ],
)
def test_numbers_in_addresses(url: str, docid: int | None) -> None:
    assert docid_of(url) == docid
