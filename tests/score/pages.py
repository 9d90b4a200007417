"""Pages: each field of each page scored by itself, precision and recall; the text against its first, last and length."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.check.tally import Tally
from pipelines.models import Page, Reply
from pipelines.process import process
from tests.score import rows

FIELDS = (
    "title",
    "index_number",
    "document_number",
    "publisher",
    "category",
    "issued_on",
    "published_on",
    "document_type",
)
BODY = ("body_first_40_chars", "body_last_40_chars", "body_chars")
TOLERANCE = 0.005
"""Of the length of the text: the container may or may not repeat title and document number."""


@dataclass(slots=True)
class PageScore:
    """Counts over all fields of all pages, and the misses."""

    tally: Tally = field(default_factory=Tally)

    @property
    def precision(self) -> float:
        """Share of the given values that are right."""
        return self.tally.total.precision

    @property
    def recall(self) -> float:
        """Share of the wanted values that were given, and right."""
        return self.tally.total.recall

    def table(self) -> str:
        """The figures and the misses as text."""
        lines = [f"pages     precision {self.precision:.4f}   recall {self.recall:.4f}"]
        lines += [
            f"  {name:20} {count.right:3} right of {count.given:3} given, {count.wanted:3} wanted"
            for name, count in sorted(self.tally.counts.items())
        ]
        lines += [
            f"  {file} {name}: got {got!r} want {want!r}" for file, name, got, want in self.tally.misses
        ]
        return "\n".join(lines)


def _text(reply: Reply) -> str:
    return "".join((reply.body_text or "").split())


def _score_body(score: PageScore, row: dict[str, Any], reply: Reply | None) -> None:
    """Title and number above the text may be missing from it: the first characters are then looked for behind them."""
    text = _text(reply) if reply is not None else ""
    title = "".join((row["title"] or "").split())
    head = f"{title}{row['document_number'] or ''}"
    first, last, length = (row[name] for name in BODY)
    whole = text.startswith(first)
    without = not whole and first[: len(head)] == head[: len(first)]
    score.tally.add(row["file"], BODY[0], text[:40] or None, first, same=whole or without)
    score.tally.add(row["file"], BODY[1], text[-40:] or None, last, same=text.endswith(last))
    expected = length if whole else length - len(head)
    same = abs(len(text) - expected) <= max(2, TOLERANCE * length)
    score.tally.add(row["file"], BODY[2], len(text) or None, length, same=same)


def score(folder: Path) -> PageScore:
    """Score `pages.jsonl` in `folder` against the files of `pages/`."""
    result = PageScore()
    for row in rows(folder / "pages.jsonl"):
        body = (folder / "pages" / row["file"]).read_bytes()
        reply = process(Page(url=row["url"], body=body)).reply
        for name in FIELDS:
            got = (
                getattr(reply, "published_at" if name == "published_on" else name)
                if reply is not None
                else None
            )
            if name == "published_on" and got is not None:
                got = got[:10]
            result.tally.add(row["file"], name, got, row[name])
        _score_body(result, row, reply)
    return result
