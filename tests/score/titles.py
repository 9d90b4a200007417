"""Titles: every field of a title right, or the title counts as wrong. Elided rows are left out of the strict figure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.check.cases import TITLE_FIELDS
from pipelines.normalise.titles import read_title
from tests.score import rows

FLOOR = 0.97
"""Share of titles that must be right in every field."""


@dataclass(frozen=True, slots=True)
class TitleScore:
    """Right and wrong titles; `misses` holds (title, field, got, wanted)."""

    total: int
    right: int
    elided: int
    elided_right: int
    misses: tuple[tuple[str, str, Any, Any], ...]

    @property
    def rate(self) -> float:
        """Share of titles with every field right."""
        return self.right / self.total if self.total else 0.0

    def table(self) -> str:
        """The figures and the misses as text."""
        lines = [
            f"titles    {self.right}/{self.total} = {self.rate:.4f}"
            f"   elided {self.elided_right}/{self.elided}"
        ]
        lines += [
            f"  {title}\n    {field}: got {got!r}\n    want {want!r}"
            for title, field, got, want in self.misses
        ]
        return "\n".join(lines)


def score(folder: Path) -> TitleScore:
    """Score `titles.jsonl` in `folder`."""
    counts = {False: [0, 0], True: [0, 0]}
    misses: list[tuple[str, str, Any, Any]] = []
    for row in rows(folder / "titles.jsonl"):
        title = read_title(row["title"])
        got: dict[str, Any] = {field: getattr(title, field) for field in TITLE_FIELDS}
        got["references"] = [asdict(reference) for reference in title.references]
        wrong = [field for field in TITLE_FIELDS if got[field] != row[field]]
        counts[row["elided"]][0] += 1
        counts[row["elided"]][1] += not wrong
        misses += [(row["title"], field, got[field], row[field]) for field in wrong]
    (total, right), (elided, elided_right) = counts[False], counts[True]
    return TitleScore(total, right, elided, elided_right, tuple(misses))
