"""Which documents a walk through the lists leads to."""

from __future__ import annotations

import pytest

from pipelines.models import Column, ListRow, Site
from scraper.walk import Walk, full_date

A, B = "http://a.invalid/x/", "http://a.invalid/y/"
SITE = Site("a", "甲", None, None, ("a.invalid",), "trs", (Column(A), Column(B)))


def row(name: str, date: str | None = None) -> ListRow:
    return ListRow(f"http://a.invalid/x/{name}.html", name, date)


def names(
    walk: Walk, since: str | None = None, limit: int | None = None, known: frozenset[str] = frozenset()
) -> list[str]:
    return [found.row.title for found in walk.documents(since, limit, known)]


def test_the_order_is_that_of_columns_pages_and_rows_however_answers_came() -> None:
    walk = Walk(SITE)
    walk.add(B, 0, (row("t5"),))
    walk.add(A, 1, (row("t3"), row("t1")))
    walk.add(A, 0, (row("t1"), row("t2")))
    assert names(walk) == ["t1", "t2", "t3", "t5"]
    assert names(walk, limit=2) == ["t1", "t2"]
    assert names(walk, known=frozenset({"a.invalid/x/t2.html"})) == ["t1", "t3", "t5"]


def test_a_row_in_two_columns_belongs_to_the_first() -> None:
    walk = Walk(SITE)
    walk.add(B, 0, (row("t1"),))
    walk.add(A, 0, (row("t1"),))
    assert [found.column for found in walk.documents(None, None)] == [A]


def test_http_and_https_are_one_address() -> None:
    walk = Walk(SITE)
    walk.add(A, 0, (row("t1"), ListRow("https://a.invalid/x/t1.html", "again")))
    assert names(walk) == ["t1"]


def test_a_twin_gives_way_to_its_original_wherever_that_is_listed() -> None:
    walk = Walk(SITE)
    walk.add(A, 0, (row("t1_slh"), row("t2_slh")))
    walk.add(B, 0, (row("t1"),))
    assert names(walk) == ["t2_slh", "t1"]


def test_since_leaves_out_only_what_is_printed_as_older() -> None:
    walk = Walk(SITE)
    walk.add(A, 0, (row("new", "2024-09-02"), row("old", "24-08-01"), row("none"), row("short", "09-02")))
    assert names(walk, since="2024-09-01") == ["new", "none", "short"]


def test_list_pages_are_claimed_once_and_the_last_one_settles() -> None:
    walk = Walk(SITE)
    assert [walk.claim(A), walk.claim(A), walk.claim("https://a.invalid/x/"), walk.claim(B)] == [
        True,
        False,
        False,
        True,
    ]
    assert [walk.settle(), walk.settle(), walk.settle()] == [False, True, False]


def test_two_list_pages_do_not_stand_in_one_place() -> None:
    walk = Walk(SITE)
    # The first page links the next one and the last one; the next one links the third.
    assert [walk.place(A, A, 0), walk.place(A, A + "2", 1), walk.place(A, A + "9", 2)] == [0, 1, 2]
    assert [walk.place(A, A + "3", 2), walk.place(A, A + "9", 2), walk.place(B, B, 0)] == [3, 2, 0]


def test_a_list_page_is_no_document() -> None:
    walk = Walk(SITE)
    walk.claim(A + "t9.html")
    walk.add(A, 0, (row("t9"),))
    assert names(walk) == []


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("2024年9月2日", "2024-09-02"),
        ("2024/9/2 10:33", "2024-09-02"),
        ("[24-09-02]", "2024-09-02"),
        ("02 2024-09", None),
        ("2024-13-02", None),
        ("09-02", None),
        ("", None),
        (None, None),
    ],
)
def test_full_dates(printed: str | None, expected: str | None) -> None:
    assert full_date(printed) == expected
