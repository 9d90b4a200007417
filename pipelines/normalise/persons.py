"""Contact data of persons in a whole reply: the one place through which every value, source and issue leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

from pipelines.models import FieldSource, Issue, Reference, Reply, RoleMention
from pipelines.normalise.privacy import mask

_TEXTS = (
    "title",
    "answering_agency",
    "publisher",
    "category",
    "validity",
    "disclosure",
    "signatory",
    "salutation",
    "grade",
    "lead_agency",
    "quoted_subject",
    "proposer",
)
"""Not here: text and HTML of the body, which are masked where they are made; numbers and dates, which have a form of
their own."""
_texts = attrgetter(*_TEXTS)


def mask_reply(reply: Reply) -> Reply:
    """The reply with contact data masked in every field, in what the page printed, and in the issues.

    A proposal's number that is a telephone number is none: it becomes None.
    """
    printed = _printed(reply)
    if list(map(mask, printed)) == printed:
        return reply
    values: dict[str, object] = {}
    for name in _TEXTS:
        text = getattr(reply, name)
        if text:
            values[name] = mask(text)
    values |= {
        "references": tuple(_reference(one) for one in reply.references),
        "co_handlers": tuple(mask(name) for name in reply.co_handlers),
        "roles": tuple(_role(one) for one in reply.roles),
        "attachments": tuple(replace(file, name=mask(file.name)) for file in reply.attachments),
        "sources": {field: _source(source) for field, source in reply.sources.items()},
        "issues": mask_issues(reply.issues),
    }
    return replace(reply, **values)  # type: ignore[arg-type]


def _printed(reply: Reply) -> list[str]:
    """Every text in which contact data may stand, once."""
    found: set[str | None] = {*_texts(reply), *reply.co_handlers}
    for source in reply.sources.values():
        found.add(source.source)
        found.add(source.raw)
    for one in reply.references:
        found.update((one.number, one.category_number, one.place, one.level))
    for mention in reply.roles:
        found.update((mention.name, mention.source))
    found.update([file.name for file in reply.attachments])
    for issue in reply.issues:
        found.update((issue.message, issue.raw))
    return [text for text in found if text]


def mask_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The same for issues: what they say and what they quote."""
    return tuple(_issue(one) for one in issues)


def _issue(issue: Issue) -> Issue:
    message, raw = mask(issue.message), mask(issue.raw) if issue.raw else issue.raw
    return issue if (message, raw) == (issue.message, issue.raw) else replace(issue, message=message, raw=raw)


def _role(mention: RoleMention) -> RoleMention:
    name, source = mask(mention.name) if mention.name else mention.name, mask(mention.source)
    kept = (name, source) == (mention.name, mention.source)
    return mention if kept else replace(mention, name=name, source=source)


def _reference(reference: Reference) -> Reference:
    wrong = {
        part: None
        for part in ("number", "category_number", "place", "level")
        if (text := getattr(reference, part)) is not None and mask(text) != text
    }
    return replace(reference, **wrong) if wrong else reference


def _source(source: FieldSource) -> FieldSource:
    raw = mask(source.raw) if source.raw else source.raw
    name = mask(source.source)
    return source if (name, raw) == (source.source, source.raw) else replace(source, source=name, raw=raw)
