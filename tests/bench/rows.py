"""A row of `make bench`: one ratio, measured in one run, and the bound that it must keep.

A measurement is a module with a function `measure() -> Iterator[Row]`, listed in `tests.bench.__main__`. It measures CPU
time, both sides of a ratio in the same run, in turn; milliseconds of a shared machine mean little by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One ratio with its bound."""

    name: str
    """What is compared with what."""
    ratio: float | None
    """None where it could not be measured; `note` says why."""
    most: float | None = None
    """Held when the ratio is at most this."""
    least: float | None = None
    """Held when the ratio is at least this."""
    note: str = ""
    """The two figures behind the ratio, with their units."""

    @property
    def held(self) -> bool:
        """Whether the bound is kept; what was not measured is not held."""
        if self.ratio is None:
            return False
        return (self.most is None or self.ratio <= self.most) and (
            self.least is None or self.ratio >= self.least
        )


def in_turn(ways: Sequence[T], rounds: int) -> Iterator[T]:
    """Every way once a round, and every other round in the opposite order: a machine that grows slower while it is measured
    is then no one's gain."""
    for number in range(rounds):
        yield from ways if number % 2 == 0 else reversed(ways)


def ratio(left: Sequence[float], right: Sequence[float]) -> float:
    """Of two that were measured in turn: the median of what it is in each round. Rounds that follow each other differ by
    40 % on a shared machine, and what stands side by side in one round does not."""
    return median(one / other for one, other in zip(left, right, strict=True))


def table(rows: Iterable[Row]) -> str:
    """The rows as text, one a line."""
    lines = [f"{'':5}{'ratio':>8} {'bound':>8}  what"]
    for row in rows:
        bound = f"≤ {row.most:g}" if row.most is not None else f"≥ {row.least:g}"
        ratio = "—" if row.ratio is None else f"{row.ratio:.2f}"
        note = f"  ({row.note})" if row.note else ""
        lines.append(f"{'held ' if row.held else 'MISS '}{ratio:>8} {bound:>8}  {row.name}{note}")
    return "\n".join(lines)
