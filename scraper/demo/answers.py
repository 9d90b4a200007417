"""The answer key: what the corpus should say of each demonstration page, made from the reviewed data alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from posixpath import join, normpath
from typing import Any

from pipelines.models import Reference
from scraper.demo import prose
from scraper.demo.personality import ColumnShape, Document, Personality

KEYS = (
    "references",
    "answering_agency",
    "index_number",
    "document_number",
    "publisher",
    "category",
    "validity",
    "disclosure",
    "issued_on",
    "published_at",
    "signed_on",
    "signatory",
    "salutation",
    "grade",
    "lead_agency",
    "co_handlers",
    "quoted_subject",
    "proposer",
    "proposer_kind",
    "proposer_count",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One document of the demonstration government and the truth about it."""

    site: str
    url: str
    column: str
    """Address of the column as its site declares it."""
    answer: str
    """`page`, or what stands in the way of the page: see `personality.Answer`."""
    document_type: str | None
    """`reply`, `co_handling_opinion`, `other`; None where there is no page."""
    values: dict[str, Any]
    """Normalised values by key of `Reply`; None and empty lists are stated, not left out."""
    body_text: str
    attachments: tuple[tuple[str, str], ...]
    """(name, absolute address)"""
    file_texts: tuple[str, ...]
    """What each of them says, contact data masked."""
    text_from: int | None
    """Which of them holds the text of the reply, from 1; None where the page itself does."""
    target: str | None
    """Where a redirect or a foreign row leads."""
    pages: int
    """Number of pages that the text runs over."""
    held: bool = False
    """Whether the page calls itself open on request, so that it waits for a person and is not published."""


def answers(personalities: tuple[Personality, ...]) -> Iterator[Answer]:
    """The truth about every document, in the order of the reviewed files."""
    for site in personalities:
        for document in site.documents:
            yield _answer(site, site.columns[document.column], document)


def _answer(site: Personality, column: ColumnShape, document: Document) -> Answer:
    base = f"http://{site.host}"
    folder = column.path + document.file.rpartition("/")[0]
    values = {key: document.says.get(key) for key in KEYS}
    values["references"] = [_reference(entry) for entry in document.says.get("references") or ()]
    values["co_handlers"] = [str(name) for name in document.says.get("co_handlers") or ()]
    is_page = document.answer == "page"
    return Answer(
        site=site.key,
        url=base + column.path + document.file,
        column=base
        + column.path
        + (f"{column.index}.{column.ext}" if column.paging == "pageControl" else ""),
        answer=document.answer,
        document_type=document.says.get("document_type", "reply") if is_page else None,
        values={"title": " ".join(document.title.split()), **values},
        body_text=prose.truth(document.body),
        attachments=tuple(
            (name, base + normpath(join("/", folder, file))) for name, file in document.attachments
        ),
        file_texts=tuple(prose.truth(document.file_text(*pair)) for pair in document.attachments),
        text_from=[file for _, file in document.attachments].index(document.text_in) + 1
        if document.text_in
        else None,
        target=document.target,
        pages=len(prose.pages(document.page_body)),
        held=values["disclosure"] == "依申请公开",
    )


def _reference(entry: dict[str, Any]) -> dict[str, Any]:
    """All parts of a reference; Raises ValueError for a part that references do not have."""
    known = {each.name for each in fields(Reference)}
    if unknown := set(entry) - known:
        raise ValueError(f"references: {'、'.join(sorted(unknown))}")
    return {each.name: entry.get(each.name) for each in fields(Reference)}
