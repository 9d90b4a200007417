"""Replies: precision and recall a field, on texts that are mostly condensed to their formulaic lines.

Two figures. `text`: nothing but the text is given. `crawl`: the title is given as the title of the list row too, as a
crawl has it (a tenth of the texts lack their title). A value that is cut (`[…]`) is left out for its row, and so is a
null document_type.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.check.tally import Count, Tally
from pipelines.models import Page
from pipelines.normalise.reply import normalise
from pipelines.read.text import read_text
from tests.score import rows

FLOORS = (0.97, 0.93)
"""Precision and recall over all fields."""

FIELDS = (
    *(
        "title",
        "document_type",
        "references",
        "index_number",
        "document_number",
        "publisher",
        "category",
        "validity",
    ),
    *(
        "disclosure",
        "issued_on",
        "published_at",
        "signed_on",
        "signatory",
        "salutation",
        "grade",
        "lead_agency",
    ),
    *("co_handlers", "quoted_subject", "attachments"),
)
LISTS = ("references", "co_handlers", "attachments")


@dataclass(slots=True)
class ReplyScore:
    """Counts a field and the misses."""

    name: str
    tally: Tally = field(default_factory=Tally)

    @property
    def total(self) -> Count:
        """All fields together."""
        return self.tally.total

    def table(self, *, misses: bool = True) -> str:
        """The figures as text."""
        total = self.total
        lines = [f"replies, {self.name}", f"  {'field':<17}{'P':>7}{'R':>7}{'wanted':>8}"]
        for name in FIELDS:
            count = self.tally.counts[name]
            lines.append(f"  {name:<17}{count.precision:>7.3f}{count.recall:>7.3f}{count.wanted:>8}")
        lines.append(f"  {'all':<17}{total.precision:>7.4f}{total.recall:>7.4f}{total.wanted:>8}")
        if misses:
            lines += [
                f"  {row} {name}: got {got!r} want {want!r}" for row, name, got, want in self.tally.misses
            ]
        return "\n".join(lines)


def score(folder: Path, *, crawl: bool = False) -> ReplyScore:
    """Score `replies.jsonl` in `folder`."""
    result = ReplyScore("title known from the list row" if crawl else "text alone")
    for row in rows(folder / "replies.jsonl"):
        page = (
            Page(url=row["url"] or "http://example.invalid/", body=b"", row_title=row["title"])
            if crawl
            else None
        )
        got = normalise(read_text(row["text"], row["url"]), page).as_dict()
        got["attachments"] = [item["name"] for item in got["attachments"]]
        for name in FIELDS:
            _count(result, row, name, got[name])
    return result


def _count(result: ReplyScore, row: dict[str, Any], name: str, got: Any) -> None:
    wanted, case = row[name], str(row["id"])
    if "[…]" in str(wanted) or (name == "document_type" and wanted is None):
        return
    if name in LISTS:
        result.tally.add_items(case, name, _items(got), _items(wanted))
    else:
        result.tally.add(case, name, got, wanted)


def _items(values: Iterable[Any] | None) -> list[Any]:
    """Things that can be compared: a reference as its parts in a fixed order."""
    return [tuple(sorted(item.items())) if isinstance(item, dict) else item for item in values or ()]
