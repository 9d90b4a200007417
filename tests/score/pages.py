"""Pages: each field of each page scored by itself, precision and recall; the text against its first, last and length."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    """Counts over all fields of all pages; `misses` holds (file, field, got, wanted)."""

    right: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    misses: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of the given values that are right."""
        return self.right.total() / self.given.total() if self.given else 0.0

    @property
    def recall(self) -> float:
        """Share of the wanted values that were given, and right."""
        return self.right.total() / self.wanted.total() if self.wanted else 0.0

    def add(self, file: str, name: str, got: Any, want: Any, *, same: bool) -> None:
        """Count one field of one page."""
        self.given[name] += got is not None
        self.wanted[name] += want is not None
        if got is not None and want is not None and same:
            self.right[name] += 1
        elif got is not None or want is not None:
            self.misses.append((file, name, got, want))

    def table(self) -> str:
        """The figures and the misses as text."""
        lines = [f"pages     precision {self.precision:.4f}   recall {self.recall:.4f}"]
        lines += [
            f"  {name:20} {self.right[name]:3} right of {self.given[name]:3} given, {self.wanted[name]:3} wanted"
            for name in sorted(self.given | self.wanted)
        ]
        lines += [f"  {file} {name}: got {got!r} want {want!r}" for file, name, got, want in self.misses]
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
    score.add(row["file"], BODY[0], text[:40] or None, first, same=whole or without)
    score.add(row["file"], BODY[1], text[-40:] or None, last, same=text.endswith(last))
    expected = length if whole else length - len(head)
    same = abs(len(text) - expected) <= max(2, TOLERANCE * length)
    score.add(row["file"], BODY[2], len(text) or None, length, same=same)


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
            result.add(row["file"], name, got, row[name], same=got == row[name])
        _score_body(result, row, reply)
    return result
