"""Keys of proposals: complete or none, and places as a title means them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.models import Reference
from pipelines.normalise.proposal_number import normal_number, series, year_in_number
from pipelines.resolve.proposals import place_of, proposal_of, session_year

WHOLE = Reference("政协", "省", None, 13, 2, "20240133", None, "提案")


@pytest.mark.parametrize("missing", ["body", "term", "meeting", "number"])
def test_an_incomplete_key_is_no_proposal(missing: str) -> None:
    assert proposal_of(replace(WHOLE, **{missing: None}), "420000") is None


def test_an_unknown_place_is_no_proposal() -> None:
    assert proposal_of(replace(WHOLE, place="某某市"), "420000") is None
    assert proposal_of(WHOLE, None) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("094", "94"), ("０９４", "94"), ("jy20250374", "JY20250374"), ("B(2019)331", "Ｂ〔2019〕331")],
)
def test_forms_of_one_number_are_one_proposal(one: str, other: str) -> None:
    first = proposal_of(replace(WHOLE, number=one), "420000")
    second = proposal_of(replace(WHOLE, number=other), "420000")
    assert first is not None
    assert first == second


def test_numbers_that_differ_stay_apart() -> None:
    assert normal_number("温36") != normal_number("台36")
    assert normal_number("0") == normal_number("000") == "0"
    assert normal_number(" ") is normal_number(None) is None


@pytest.mark.parametrize(
    ("number", "year"),
    [
        ("20240133", 2024),
        ("2017546", 2017),
        ("JY20250374", 2025),
        ("jy2025374", 2025),
        ("B(2019)331", 2019),
        ("B〔2017〕062", 2017),
        # Nothing on the page says that these carry a year: YY+3, term and session, plain serials, other years.
        ("21064", None),
        ("173169", None),
        ("652042", None),
        ("822021", None),
        ("DH0271", None),
        ("BH037", None),
        ("温2024", None),
        ("2024", None),
        ("18990133", None),
        ("202401334", None),
        ("", None),
        (None, None),
    ],
)
def test_a_year_is_read_from_a_number_only_where_it_shows(number: str | None, year: int | None) -> None:
    assert year_in_number(number) == year


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("温", None),
        (None, None),
        ("1234567890", None),
        ("A1234567890", None),
        ("094", ("", 94)),
        ("20240133", ("2024", 133)),
        ("2017546", ("2017", 546)),
        ("JY20250374", ("JY2025", 374)),
        ("B(2019)331", ("B〔2019〕", 331)),
        ("DH0271", ("DH", 271)),
        ("温36", ("温", 36)),
        ("21064", ("", 21064)),
    ],
)
def test_the_series_of_a_number(number: str | None, expected: tuple[str, int] | None) -> None:
    assert series(number) == expected


@pytest.mark.parametrize(
    ("level", "printed", "site", "code"),
    [
        ("省", None, "420000", "420000"),
        ("省", None, "420106", "420000"),
        ("市", None, "420106", "420100"),
        ("市", None, "420583", "420583"),
        ("市", None, "429005", "429005"),
        ("市", None, "420000", None),
        ("区", None, "420106", "420106"),
        ("区", None, "420100", None),
        ("县", None, "420324", "420324"),
        ("州", None, "422800", "422800"),
        ("全国", None, "420000", "100000"),
        (None, None, "420100", "420100"),
        (None, "枝江市", "420500", "420583"),
        ("市", "武汉", "420000", "420100"),
        (None, "宜昌市枝江市", "420500", "420583"),
        (None, "恩施州", "420000", "422800"),
        (None, "湖北省", None, "420000"),
        (None, "商丘市", "420000", None),
        ("镇", None, "420106", None),
    ],
)
def test_places(level: str | None, printed: str | None, site: str | None, code: str | None) -> None:
    assert place_of(level, printed, site) == code


def test_the_year_comes_from_the_table_never_from_arithmetic() -> None:
    assert session_year(WHOLE, "420000") == 2024
    assert session_year(replace(WHOLE, meeting=9), "420000") is None
    assert session_year(replace(WHOLE, body="人大", term=13, meeting=7), "420000") == 2022
    assert session_year(replace(WHOLE, body="人大", term=13, meeting=5), "420000") is None
