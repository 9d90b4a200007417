"""Corrections as data: right values for what a site prints wrong or our rules read wrong (`data/corrections`).

Applied after every rule that makes a value. Each is written for one state of the page: where the page says something
else than it did then, the correction rests and an issue asks for another look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.address import is_twin, reply_id
from pipelines.declare.words import did_you_mean, one_of
from pipelines.models import FieldSource, Issue, Reply
from pipelines.review.entries import Entry, folder, read_entries
from pipelines.review.values import FIELDS, said_problems, shaped, value_problems

REQUIRED = ("field", "applies_to", "value", "reason", "date")
ALLOWED = ("id", "url", *REQUIRED)
SOURCE = "correction"
RULE = "corrections"


@dataclass(frozen=True, slots=True)
class Correction:
    """One right value."""

    reply_id: str
    url: str | None
    field: str
    applies_to: Any
    """What the page said when this was written: as printed, or the value read; None: nothing."""
    value: Any
    """As `models.Reply` holds it; None or empty where the page has no such value."""
    reason: str
    date: str
    where: str
    """File and line."""


Table = Mapping[str, tuple[Correction, ...]]
"""Id of a reply → its corrections, in the order written."""


@cache
def corrections(root: Path | None = None) -> Table:
    """All corrections of a file or folder; None: the reviewed ones. Raises ReviewError with every mistake."""
    table: dict[str, list[Correction]] = {}
    first: dict[tuple[str, str, str], str] = {}
    for entry in read_entries(root or folder("corrections"), ALLOWED, REQUIRED):
        made = _correction(entry)
        if made is None:
            continue
        key = (made.reply_id, made.field, _squeezed(repr(made.applies_to)))
        if key in first:
            entry.blame(f"同一件答复的 {made.field} 已在 {first[key]} 更正过；applies_to 不同才能另写一条")
        first.setdefault(key, made.where)
        table.setdefault(made.reply_id, []).append(made)
    return {key: tuple(found) for key, found in table.items()}


def _correction(entry: Entry) -> Correction | None:
    target, url = entry.target()
    day, reason = entry.day(), entry.text("reason")
    field = entry.values.get("field")
    if not isinstance(field, str) or field not in FIELDS:
        near = did_you_mean(str(field), FIELDS)
        entry.blame(f"“{str(field)[:60]}”不是可以更正的字段{near}（{one_of(FIELDS)}）", "field")
        return None
    said, value = entry.values.get("applies_to"), entry.values.get("value")
    wrong = [(("applies_to", *way), message) for way, message in said_problems(field, said)]
    wrong += [(("value", *way), message) for way, message in value_problems(field, value)]
    for way, message in wrong:
        entry.blame(message, *way)
    if wrong or target is None or day is None or reason is None:
        return None
    said, value = (None if said is None else shaped(field, said)), shaped(field, value)
    return Correction(target, url, field, said, value, reason, day, entry.where)


def correct(reply: Reply, table: Table | None = None) -> Reply:
    """The reply with its corrections applied; a twin of a corrected page is corrected as well.

    A corrected value has source `correction`, rule `corrections`, and as raw what the page says. Where none of the
    corrections of a field fits the page any more, an issue `correction_outdated` tells so and nothing is changed.
    """
    url = reply.url
    if not url:
        return reply
    known = corrections() if table is None else table
    found = known.get(reply_id(url), ()) if known else ()
    if not found:
        return reply
    by_field: dict[str, list[Correction]] = {}
    for one in found:
        by_field.setdefault(one.field, []).append(one)
    before = reply
    for field, choices in by_field.items():
        fitting = next((one for one in choices if _fits(one, before)), None)
        if fitting is not None:
            source = FieldSource(SOURCE, RULE, _said(before, field))
            reply = replace(reply, **{field: fitting.value, "sources": {**reply.sources, field: source}})
        elif not is_twin(url) or any(is_twin(one.url or "") for one in choices):
            reply = replace(reply, issues=(*reply.issues, _outdated(choices[-1], before)))
    return reply


def _said(reply: Reply, field: str) -> str | None:
    """What the page says, as printed where that was kept."""
    value, source = getattr(reply, field), reply.sources.get(field)
    if source is not None and source.raw:
        return source.raw
    if field == "references":
        return reply.title if value else None
    if field == "co_handlers":
        return "、".join(value) or None
    return value or None


def _fits(correction: Correction, reply: Reply) -> bool:
    value, said = getattr(reply, correction.field), correction.applies_to
    if said is None:
        return value in (None, "", ())
    if isinstance(said, str):
        printed = [one for one in (value, _said(reply, correction.field)) if isinstance(one, str)]
        return _squeezed(said) in [_squeezed(one) for one in printed]
    return bool(value == said)


def _outdated(correction: Correction, reply: Reply) -> Issue:
    value, said = getattr(reply, correction.field), _said(reply, correction.field)
    if value == correction.value:
        message = f"网页现在的值已与更正（{correction.where}）相同，这条更正可以删去"
        return Issue("correction_outdated", message, "info", correction.field, said)
    message = f"更正（{correction.where}）针对的内容网页上已经变了，没有采用，请重新核对"
    return Issue("correction_outdated", message, "warning", correction.field, said)


def _squeezed(text: str) -> str:
    return "".join(text.split())
