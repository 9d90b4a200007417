"""The shelf gives what was put, whether it is still held or was written."""

from __future__ import annotations

import pytest

from pipelines import shelf
from pipelines.shelf import Shelf


@pytest.mark.parametrize("held", [1, 3, 1000])
def test_what_was_put_last_is_given_however_many_are_held(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "HELD", held)
    things: Shelf[list[int]] = Shelf()
    expected: dict[str, list[int]] = {}
    for number in range(20):
        key = f"k{number * 7 % 10}"
        thing = things.get(key) or []
        thing.append(number)
        things.put(key, "odd" if number % 2 else "even", thing)
        expected.setdefault(key, []).append(number)
    assert {key: things.get(key) for key in expected} == expected
    assert things.get("none") is None
    groups = [key for group in ("even", "odd") for key, _ in things.of(group)]
    assert sorted(groups) == sorted(expected), "each stands in the group that it was put in last"


def test_a_group_is_given_in_the_order_of_first_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "HELD", 2)
    things: Shelf[int] = Shelf()
    for number, key in enumerate("cabca"):
        things.put(key, "one", number)
    assert list(things.of("one")) == [("c", 3), ("a", 4), ("b", 2)]
