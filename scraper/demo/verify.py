"""Hold a corpus against the answer key: every difference is one line that a person can act on."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.demo.answers import Answer
from scraper.demo.questions import Question, load_questions
from scraper.demo.render import twin_of

OUTCOMES = {
    "challenge": "blocked",
    "soft_404": "soft_404",
    "gone": "gone",
    "empty": "empty",
    "redirect": "redirect",
    "leaves": "refused",
    "foreign": "refused",
}
"""How the corpus names what stood in the way of a page."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what the page says."""

    url: str
    field: str
    wanted: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.url} {self.field}：应为 {self.wanted!r}，得到 {self.found!r}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison found."""

    compared: int
    """Number of values looked at."""
    differences: tuple[Difference, ...]


def verify(
    corpus: Path, answers: tuple[Answer, ...], questions: tuple[Question, ...] | None = None
) -> Verdict:
    """Compare every row of a corpus of the demonstration government with the truth, value by value.

    The answers of the canned queries too: those declared, or `questions`.
    """
    with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        results = [result for answer in answers for result in compare(conn, answer)]
        results.append(_count(conn, answers))
        results += [_question(conn, one) for one in (load_questions() if questions is None else questions)]
    return Verdict(len(results), tuple(result for result in results if result.wanted != result.found))


def _count(conn: sqlite3.Connection, answers: tuple[Answer, ...]) -> Difference:
    wanted = sum(
        answer.document_type in ("reply", "co_handling_opinion") and not answer.held for answer in answers
    )
    found = conn.execute("select count(*) from replies").fetchone()[0]
    return Difference("corpus.db", "replies", wanted, found)


def _question(conn: sqlite3.Connection, question: Question) -> Difference:
    """One entry a question: all rows in order."""
    rows = conn.execute(question.sql, dict(question.given)).fetchall()
    found = tuple(tuple(row[name] for name in question.columns) for row in rows)
    given = "、".join(filter(None, question.given.values()))
    return Difference(f"查询 {question.query}", given or "全部", question.rows, found)


def compare(conn: sqlite3.Connection, answer: Answer) -> Iterator[Difference]:
    """One entry a value of a document, equal or not; rows of `conn` are read by name (`sqlite3.Row`)."""
    if answer.answer != "page":
        yield from _page(conn, answer, "outcome", OUTCOMES[answer.answer])
    elif answer.document_type == "other":
        yield from _page(conn, answer, "document_type", "other")
        yield from _page(conn, answer, "reply_id", None)
    elif answer.held:
        yield from _held(conn, answer)
    else:
        yield from _reply(conn, answer)


def _page(conn: sqlite3.Connection, answer: Answer, field: str, wanted: object) -> Iterator[Difference]:
    url = answer.target if answer.answer == "foreign" else answer.url
    row = conn.execute("select * from pages where url = ?", (url,)).fetchone()
    yield Difference(answer.url, field, wanted, row[field] if row else "没有这个页面")


def _held(conn: sqlite3.Connection, answer: Answer) -> Iterator[Difference]:
    """Known as a reply and told to be held; neither title nor text is there."""
    for field, wanted in (("document_type", answer.document_type), ("reply_id", None), ("title", None)):
        yield from _page(conn, answer, field, wanted)
    codes = conn.execute("select code from issues where url = ?", (answer.url,)).fetchall()
    yield Difference(answer.url, "issues", ["held_for_review"], [row[0] for row in codes])


def _reply(conn: sqlite3.Connection, answer: Answer) -> Iterator[Difference]:
    row = conn.execute(
        "select replies.* from reply_urls join replies on replies.id = reply_id where reply_urls.url in (?, ?)",
        (answer.url, twin_of(answer.url)),
    ).fetchone()
    if row is None:
        yield Difference(answer.url, "reply", "答复", "没有")
        return
    found: dict[str, Any] = dict(row) | {
        "co_handlers": json.loads(row["co_handlers"]),
        "references": _references(conn, row["id"]),
        "title": " ".join((row["title"] or "").split()),
    }
    yield Difference(answer.url, "document_type", answer.document_type, row["document_type"])
    yield Difference(answer.url, "column_url", answer.column, row["column_url"])
    for field, wanted in answer.values.items():
        yield Difference(answer.url, field, wanted, found[field])
    yield _body(answer, row["body_text"] or "")
    files = conn.execute(
        "select name, url, outcome, media_type from attachments where reply_id = ? order by position",
        (row["id"],),
    )
    wanted_files = [(name, url, "ok", "application/pdf") for name, url in answer.attachments]
    yield Difference(answer.url, "attachments", wanted_files, [tuple(file) for file in files])
    yield from _files(conn, answer, row["id"])


def _files(conn: sqlite3.Connection, answer: Answer, reply_id: str) -> Iterator[Difference]:
    """What the attachments say, and whether the reply says that its text is one of them."""
    rows = conn.execute("select text from attachments where reply_id = ? order by position", (reply_id,))
    for number, (wanted, (found,)) in enumerate(zip(answer.file_texts, rows, strict=False), start=1):
        yield Difference(answer.url, f"attachments.{number}.text", wanted, found)
    sources = conn.execute(
        "select source from field_sources where reply_id = ? and field in ('body_text', 'signed_on') order by field",
        (reply_id,),
    ).fetchall()
    if answer.text_from is not None:
        source = f"attachment:{answer.text_from}"
        yield Difference(answer.url, "field_sources", [source, source], [row[0] for row in sources])


def _references(conn: sqlite3.Connection, reply_id: str) -> list[dict[str, Any]]:
    columns = "body, level, place, term, meeting, number, category_number, kind"
    rows = conn.execute(
        f"select {columns} from reply_proposals where reply_id = ? order by position",  # noqa: S608 - constant
        (reply_id,),
    )
    return [dict(row) for row in rows]


def _body(answer: Answer, text: str) -> Difference:
    """White space left out; a site that lists its files inside the text container may have them at the end."""
    wanted, found = _squeezed(answer.body_text), _squeezed(text)
    if found == wanted + _squeezed("".join(name for name, _ in answer.attachments)):
        found = wanted
    if found != wanted:
        pairs = zip(wanted, found, strict=False)
        at = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(wanted), len(found)))
        start = max(at - 10, 0)
        return Difference(
            answer.url, "body_text", wanted[start : at + 30], found[start : at + 30] or "（空）"
        )
    return Difference(answer.url, "body_text", "", "")


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
