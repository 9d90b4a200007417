"""What a column prints of itself against what was found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.check.reconcile import ColumnFacts, differences, expected_rows

URL = "http://kjt.demo.invalid/jytabl/"
GOOD = ColumnFacts(URL, False, 3, 15, 40, 0, 40, 3, 40, (15, 15, 10))
PAGED = replace(GOOD, printed_total=None)


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        (replace(GOOD, printed_total=41), ["column_rows_missing"]),
        (replace(GOOD, printed_total=39), ["column_rows_extra"]),
        # A row printed twice is one to some sites and two to others.
        (replace(GOOD, printed_total=39, distinct=39), []),
        (replace(GOOD, page_count=4), ["column_pages_missing"]),
        (replace(GOOD, page_count=4, printed_total=55), ["column_pages_missing", "column_rows_missing"]),
        (replace(PAGED, rows_found=30, distinct=30, page_rows=(15, 5, 10)), []),
        (replace(PAGED, page_count=4, page_rows=(15, 15, 3, 7), pages_read=4), ["column_rows_missing"]),
        (replace(PAGED, page_rows=(17, 15, 15, 10), page_count=4, rows_found=57, pages_read=4), []),
        (replace(PAGED, page_count=1, page_rows=(40,)), []),
        (PAGED, []),
        (GOOD, []),
        (replace(GOOD, pages_read=0), []),
    ],
)
def test_a_difference_is_an_error_with_both_numbers(column: ColumnFacts, codes: list[str]) -> None:
    found = differences(column)
    assert [issue.code for issue in found] == codes
    assert {issue.severity for issue in found} <= {"error"}
    assert all(URL in issue.message for issue in found)
    allowed = differences(replace(column, may_differ=True))
    assert [issue.code for issue in allowed] == codes
    assert {issue.severity for issue in allowed} <= {"info"}


def test_both_numbers_are_told() -> None:
    (issue,) = differences(replace(GOOD, printed_total=41))
    assert "41" in issue.message
    assert "40" in issue.message


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (GOOD, (40, 40)),
        (PAGED, (31, 45)),
        (replace(PAGED, page_rows=(16, 15, 15, 9), page_count=4, rows_found=55), (46, 60)),
        (replace(PAGED, page_rows=(15, 15)), None),  # a page was not read
        (replace(PAGED, page_count=None), None),
    ],
)
def test_what_a_column_must_have_by_its_own_word(
    column: ColumnFacts, expected: tuple[int, int] | None
) -> None:
    assert expected_rows(column) == expected
