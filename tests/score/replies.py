"""Replies: precision and recall a field, on texts that are mostly condensed to their formulaic lines.

Two figures. `text`: nothing but the text is given. `crawl`: the title is given as the title of the list row too, as a
crawl has it (a tenth of the texts lack their title). A value that is cut (`[…]`) is left out for its row, and so is a
null document_type.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

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
class Count:
    """Values given and right (precision), values wanted and found (recall)."""

    given: int = 0
    right: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0


@dataclass(slots=True)
class ReplyScore:
    """Counts a field and the misses as (row, field, got, wanted)."""

    name: str
    fields: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    misses: list[tuple[int, str, Any, Any]] = field(default_factory=list)

    @property
    def total(self) -> Count:
        """All fields together."""
        counts = self.fields.values()
        return Count(
            sum(c.given for c in counts), sum(c.right for c in counts), sum(c.wanted for c in counts)
        )

    def table(self, *, misses: bool = True) -> str:
        """The figures as text."""
        total = self.total
        lines = [f"replies, {self.name}", f"  {'field':<17}{'P':>7}{'R':>7}{'wanted':>8}"]
        for name in FIELDS:
            count = self.fields[name]
            lines.append(f"  {name:<17}{count.precision:>7.3f}{count.recall:>7.3f}{count.wanted:>8}")
        lines.append(f"  {'all':<17}{total.precision:>7.4f}{total.recall:>7.4f}{total.wanted:>8}")
        if misses:
            lines += [f"  {row} {name}: got {got!r} want {want!r}" for row, name, got, want in self.misses]
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
    wanted = row[name]
    if "[…]" in str(wanted) or (name == "document_type" and wanted is None):
        return
    count = result.fields[name]
    if name in LISTS:
        have = [_item(item) for item in got or ()]
        want = [_item(item) for item in wanted or ()]
        right = sum(1 for item in want if item in have)
        count.given, count.right, count.wanted = (
            count.given + len(have),
            count.right + right,
            count.wanted + len(want),
        )
    else:
        have, want = got, wanted
        right = int(have == want and want is not None)
        count.given, count.wanted = count.given + (have is not None), count.wanted + (want is not None)
        count.right += right
    if have != want:
        result.misses.append((row["id"], name, have, want))


def _item(item: Any) -> Any:
    """A thing that can be compared: a reference as its parts in a fixed order."""
    if isinstance(item, dict):
        return tuple(sorted((key, value) for key, value in item.items()))
    return asdict(item) if hasattr(item, "__dataclass_fields__") else item
