"""What a corrected value may look like, field by field: the forms in which `models.Reply` holds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, get_args

from pipelines.declare.words import did_you_mean, one_of
from pipelines.models import Body, DocumentType, Kind, ProposerKind, Reference
from pipelines.review.entries import is_day, text_problem

Way = tuple[str | int, ...]
Problem = tuple[Way, str]
"""Way from the value down to the mistake, and what is allowed."""

_TIME = re.compile(r"T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_PARTS = tuple(part.name for part in fields(Reference))
_ENUMERATED: Mapping[str, tuple[str, ...]] = {"body": get_args(Body), "kind": get_args(Kind)}
_NUMBERS = ("term", "meeting")
MAX_ITEMS = 200


def _text(value: object) -> list[Problem]:
    problem = text_problem(value)
    return [((), problem)] if problem else []


def _day(value: object) -> list[Problem]:
    return [] if isinstance(value, str) and is_day(value) else [((), "应为加引号的日期 YYYY-MM-DD")]


def _moment(value: object) -> list[Problem]:
    good = isinstance(value, str) and is_day(value[:10]) and (not value[10:] or _TIME.fullmatch(value[10:]))
    return [] if good else [((), "应为加引号的 YYYY-MM-DD 或 YYYY-MM-DDTHH:MM[:SS]")]


def _document_type(value: object) -> list[Problem]:
    allowed = get_args(DocumentType)
    return [] if value in allowed else [((), f"不合要求（{one_of(allowed)}）")]


def _proposer_kind(value: object) -> list[Problem]:
    allowed = get_args(ProposerKind)
    return [] if value in allowed else [((), f"不合要求（{one_of(allowed)}）")]


def _count(value: object) -> list[Problem]:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 999
    return [] if good else [((), "应为 1 到 999 的整数")]


def _names(value: object) -> list[Problem]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        return [((), f"应为列表，最多 {MAX_ITEMS} 项")]
    return [((index,), message) for index, name in enumerate(value) for _, message in _text(name)]


def _references(value: object) -> list[Problem]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        return [((), f"应为列表，最多 {MAX_ITEMS} 项，每项写 {one_of(_PARTS)}")]
    return [((index, *way), message) for index, item in enumerate(value) for way, message in _reference(item)]


def _reference(item: object) -> list[Problem]:
    if not isinstance(item, dict) or not item:
        return [((), f"应为若干“键: 值”（{one_of(_PARTS)}）")]
    found: list[Problem] = []
    for key, value in item.items():
        if key not in _PARTS:
            found.append(((key,), f"没有 {key} 这个键{did_you_mean(key, _PARTS)}（{one_of(_PARTS)}）"))
        elif value is None:
            continue
        elif key in _ENUMERATED:
            if value not in _ENUMERATED[key]:
                found.append(((key,), f"不合要求（{one_of(_ENUMERATED[key])}）"))
        elif key in _NUMBERS:
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 99:
                found.append(((key,), "应为 1 到 99 的整数"))
        else:
            found += [((key,), message) for _, message in _text(value)]
    return found


FIELDS: Mapping[str, Callable[[object], list[Problem]]] = {
    "title": _text,
    "document_type": _document_type,
    "references": _references,
    "answering_agency": _text,
    "index_number": _text,
    "document_number": _text,
    "publisher": _text,
    "category": _text,
    "validity": _text,
    "disclosure": _text,
    "issued_on": _day,
    "published_at": _moment,
    "signed_on": _day,
    "signatory": _text,
    "salutation": _text,
    "grade": _text,
    "lead_agency": _text,
    "co_handlers": _names,
    "quoted_subject": _text,
    "proposer": _text,
    "proposer_kind": _proposer_kind,
    "proposer_count": _count,
}
"""Fields that can be corrected. The text of a reply is not among them: what the page says is what we show."""

LISTS = frozenset(("references", "co_handlers"))


def value_problems(field: str, value: object) -> list[Problem]:
    """What is wrong with the right value of a field; null says that the page has no such value."""
    if value is None:
        return [((), "不能为空值")] if field == "document_type" else []
    return FIELDS[field](value)


def said_problems(field: str, value: object) -> list[Problem]:
    """What is wrong with `applies_to`: what the page prints as text, or its value, or null where it says nothing."""
    if value is None:
        return []
    if isinstance(value, str):
        return [] if value.strip() else [((), "不能为空；网页没有写这一项时用 null")]
    if field in LISTS:
        return FIELDS[field](value)
    return [((), "应为文字（网页上印的样子或现在的值），或 null；纯数字请加引号")]


def shaped(field: str, value: Any) -> Any:
    """A checked value as `models.Reply` holds it."""
    if field == "references" and not isinstance(value, str):
        return tuple(Reference(**item) for item in value or ())
    if field == "co_handlers" and not isinstance(value, str):
        return tuple(value or ())
    return value
