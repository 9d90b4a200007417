"""A list known by its head: what must not fool it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from pipelines.load.listed import Listed, agrees, is_enough, take
from pipelines.models import Listing, ListReading, ListRow

COLUMN = "http://kjt.demo.invalid/jytabl/"
SIZE = 4


def pages(rows: Sequence[str], *, total: bool = True, counts: bool = True, repeat: int = 0) -> list[Listing]:
    """The pages of a list; `repeat`: rows that the site counts besides."""
    chunks = [rows[start : start + SIZE] for start in range(0, len(rows), SIZE)] or [[]]
    return [
        Listing(
            site="kjt",
            column=COLUMN,
            url=f"{COLUMN}index_{number}.shtml" if number else COLUMN,
            index=number,
            rows=tuple(ListRow(f"{COLUMN}{row}.shtml", row) for row in chunk),
            page_count=len(chunks) if counts else None,
            total=len(rows) + repeat if total else None,
        )
        for number, chunk in enumerate(chunks)
    ]


def reading(found: Sequence[Listing], complete: bool, on: str = "2027-01-02") -> ListReading:
    return ListReading("kjt", COLUMN, on, tuple(found), complete)


def known(rows: Sequence[str], **more: bool) -> Listed:
    return take(Listed(), reading(pages(rows, **more), True, "2027-01-01"))[0]


def names(keys: Sequence[str] | frozenset[str]) -> list[str]:
    return [key.rpartition("/")[2].removesuffix(".shtml") for key in sorted(keys)]


def order(listed: Listed) -> list[str]:
    return [key.rpartition("/")[2].removesuffix(".shtml") for key in listed.addresses]


def head(before: Listed, found: Sequence[Listing]) -> tuple[int, Listed, list[str]]:
    """Read on while there is doubt: pages read, the list after it, who left."""
    for number in range(1, len(found) + 1):
        if is_enough(before, found[:number]):
            break
    after, left = take(before, reading(found[:number], number == len(found)))
    return number, after, names(left)


OLD = "abcdefghijkl"


@pytest.mark.parametrize(
    ("now", "read", "left"),
    [
        ("abcdefghijkl", 1, ""),  # nothing happened
        ("xabcdefghijkl", 2, ""),  # one page is read beyond what is new
        ("wxyzabcdefghijkl", 2, ""),
        ("vwxyzabcdefghijkl", 3, ""),
        ("acdefghijkl", 1, "b"),  # the page itself shows who left, and the sum comes out
        ("abcdefghjkl", 3, "i"),  # the sum is short: on until it comes out
        ("abcdefgijkl", 2, "h"),
        ("abcdexfghijkl", 3, ""),  # put in behind the head
        ("kabcdefghijl", 1, ""),  # pinned: only its place changed
        ("bacdefghijkl", 1, ""),
        ("", 1, ""),  # an empty list is no news
    ],
)
def test_the_sum_decides_how_far_a_list_is_read(now: str, read: int, left: str) -> None:
    before = known(OLD)
    count, after, gone = head(before, pages(now))
    assert (count, "".join(gone)) == (read, left)
    assert sorted(order(after)) == sorted(now or OLD)


def test_what_is_printed_twice_is_counted_as_when_the_list_was_read_in_full() -> None:
    before = known("abcdefghia")
    assert (len(before.addresses), before.repeats, before.gap) == (9, 1, 0)
    assert head(before, pages("abcdefghia"))[0] == 1
    assert head(before, pages("abcdefghi"))[0] == 3
    odd = take(Listed(), reading(pages("abcdef", repeat=3), True, "2027-01-01"))[0]
    assert odd.gap == 3
    assert head(odd, pages("abcdef", repeat=3))[0] == 1
    assert head(odd, pages("abcdef", repeat=2))[0] == 2


def test_without_a_total_the_number_of_pages_tells_something() -> None:
    before = known("abcdefgh", total=False)
    assert head(before, pages("abcdefgh", total=False))[0] == 1
    assert head(before, pages("abcdexfgh", total=False))[0] == 3
    # One in, one out behind the head: nobody can tell before the list is read in full.
    assert head(before, pages("abcdexfg", total=False))[0] == 1


def test_without_any_number_a_known_page_is_enough() -> None:
    before = known("abcdefgh", total=False, counts=False)
    assert head(before, pages("abcdefg", total=False, counts=False))[0] == 1
    assert head(before, pages("xabcdefgh", total=False, counts=False))[0] == 2


def test_a_list_that_was_never_read_in_full_agrees_with_nothing() -> None:
    assert not agrees(Listed(), pages("abcd"))
    partial = take(Listed(), reading(pages(OLD)[:2], False))[0]
    assert partial.walked_on is None
    assert not is_enough(partial, pages(OLD)[:1])


def test_a_reading_that_breaks_off_forgets_nothing_and_is_made_up_for() -> None:
    before = known(OLD)
    after, left = take(before, reading(pages("xyabcdefghijkl")[:1], False))
    assert not left
    assert sorted(order(after)) == sorted("xy" + OLD)
    assert after.walked_on is None


def test_a_total_that_comes_or_goes_is_a_reason_to_read_on() -> None:
    assert head(known(OLD), pages(OLD, total=False))[0] == 3
    assert head(known(OLD, total=False), pages(OLD))[0] == 3


@pytest.mark.parametrize("seed", range(40))
def test_any_sequence_of_edits_ends_in_the_list_as_it_is(seed: int) -> None:
    """Rows come and go on any day; by its total alone the list is known after each reading."""
    chance = random.Random(seed)
    rows = [f"o{number}" for number in range(30)]
    fresh = 0
    listed = known(rows)
    for _ in range(60):
        came = went = 0
        for _ in range(chance.randrange(3)):
            if chance.random() < 0.6 or len(rows) < 5:
                rows.insert(0 if chance.random() < 0.8 else chance.randrange(len(rows)), f"n{fresh}")
                fresh, came = fresh + 1, came + 1
            elif came == 0:
                rows.pop(chance.randrange(len(rows)))
                went += 1
            if went and came:
                break
        if went and came:
            # One in, one out: full readings are for that.
            listed = take(listed, reading(pages(rows), True))[0]
        _, listed, _ = head(listed, pages(rows))
        assert sorted(order(listed)) == sorted(rows)
