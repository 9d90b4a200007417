"""Lists that move while they are read."""

from __future__ import annotations

import pytest

from pipelines.models import Listing, ListRow
from scraper.looks import MAX_LOOKS, Looks

COLUMN = "http://www.kjt.invalid/jytabl/"
Pages = list[tuple[str, ...]]


def read(looks: Looks, look: int, pages: Pages, total: int | None = None, count: int | None = None) -> None:
    for index, names in enumerate(pages):
        rows = tuple(ListRow(f"{COLUMN}{name}.html", name) for name in names)
        looks.see(Listing("kjt", COLUMN, f"{COLUMN}index_{index}.html", index, rows, count, total), look)


def again(looks: Looks, known: str = "") -> list[int]:
    return list(looks.again(lambda key: key.removesuffix(".html")[-1] in known))


def code(looks: Looks) -> str | None:
    issue = looks.issue()
    return issue.code if issue else None


@pytest.mark.parametrize(
    ("pages", "total", "count", "known", "twice"),
    [
        ([("a", "b")], None, 1, "", False),  # one page cannot move under the reader
        ([("a", "b"), ("c",)], None, 2, "", True),  # nothing printed to go by
        ([("a", "b"), ("c",)], None, 2, "bc", False),  # what is behind the first page is known
        ([("a", "b"), ("c",)], 3, 2, "", False),
        ([("a", "b"), ("c",)], 4, 2, "abc", True),
        ([("a", "b"), ("b",)], 3, 2, "abc", True),  # published twice, or moved
        ([("p", "a"), ("p", "b"), ("p", "c")], 4, 3, "", False),  # pinned on every page
        ([("a", "b"), ("a", "b")], None, None, "", False),  # leads nowhere
    ],
)
def test_when_a_list_is_read_again(
    pages: Pages, total: int | None, count: int | None, known: str, twice: bool
) -> None:
    looks = Looks(COLUMN)
    read(looks, 1, pages, total, count)
    assert again(looks, known) == (list(range(len(pages))) if twice else [])
    assert code(looks) is None


def test_counts_that_differ_between_pages_are_a_sign() -> None:
    looks = Looks(COLUMN)
    read(looks, 1, [("a", "b"), ("c",)], 3)
    looks.see(Listing("kjt", COLUMN, COLUMN, 1, (ListRow(f"{COLUMN}c.html", "c"),), None, 2), 1)
    assert again(looks, "abc") == [0, 1]


def test_two_readings_that_agree_are_enough() -> None:
    looks = Looks(COLUMN)
    for look in (1, 2):
        read(looks, look, [("a", "b"), ("b", "c")])
    assert again(looks) == []
    assert code(looks) is None


def test_a_list_that_moved_and_stood_still_is_told_and_one_that_keeps_moving_is_an_error() -> None:
    looks = Looks(COLUMN)
    read(looks, 1, [("a", "b"), ("d",)])
    read(looks, 2, [("b", "c"), ("d",)])
    assert again(looks) == [0, 1]
    read(looks, 3, [("b", "c"), ("d",)])
    assert again(looks) == []
    assert code(looks) == "list_changed"
    looks.readings.pop()
    read(looks, MAX_LOOKS, [("c", "d")])
    assert again(looks) == []
    assert code(looks) == "list_unstable"


def test_a_page_that_a_later_reading_did_not_get_is_no_change() -> None:
    looks = Looks(COLUMN)
    read(looks, 1, [("a", "b"), ("c",)])
    read(looks, 2, [("a", "b")])
    assert again(looks) == []
    assert code(looks) is None


def test_a_reading_that_brings_nothing_is_not_asked_for_for_ever() -> None:
    looks = Looks(COLUMN)
    read(looks, 1, [("a", "b"), ("b", "c")])
    assert again(looks) == [0, 1]
    assert again(looks) == []
