"""Counting right and wrong values: precision and recall a field. Shared by every score over labelled cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(slots=True)
class Count:
    """Values given and right (precision), values wanted and found (recall)."""

    given: int = 0
    right: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        """Share of the given values that are right; 1 where none is given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the wanted values that were given, and right; 1 where none is wanted."""
        return self.right / self.wanted if self.wanted else 1.0


class Miss(NamedTuple):
    """A field of a case that is not as wanted."""

    case: str
    field: str
    got: Any
    wanted: Any


@dataclass(slots=True)
class Tally:
    """Counts a field, and what was wrong."""

    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    misses: list[Miss] = field(default_factory=list)

    @property
    def total(self) -> Count:
        """All fields together."""
        counts = self.counts.values()
        return Count(
            sum(count.given for count in counts),
            sum(count.right for count in counts),
            sum(count.wanted for count in counts),
        )

    def add(self, case: str, name: str, got: Any, wanted: Any, *, same: bool | None = None) -> None:
        """Count one value; None is no value. A wrong value costs precision and recall, a missing one recall.

        `same` says whether the two are equal where `==` is not the measure.
        """
        count = self.counts[name]
        equal = got == wanted if same is None else same
        count.given += got is not None
        count.wanted += wanted is not None
        if got is not None and wanted is not None and equal:
            count.right += 1
        elif got is not None or wanted is not None:
            self.misses.append(Miss(case, name, got, wanted))

    def add_items(self, case: str, name: str, got: Iterable[Any], wanted: Iterable[Any]) -> None:
        """Count the items of a list, each by itself; their order is no matter, an item given twice counts once."""
        have, want = list(got), list(wanted)
        count = self.counts[name]
        count.given += len(have)
        count.wanted += len(want)
        count.right += sum(1 for item in want if item in have)
        if have != want:
            self.misses.append(Miss(case, name, have, want))
