"""Whether the time of a rule grows faster than its input: the rule is run on a fragment repeated, once and four times as
often. A linear rule takes four times as long, a quadratic one sixteen; between them lies the threshold. A first suspicion
is measured again with more runs, so that a busy machine accuses nobody.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from selectolax.lexbor import LexborHTMLParser

from pipelines.models import Page, RawField, RawReply
from pipelines.normalise import (
    agencies,
    body,
    citations,
    commitments,
    dates,
    document_number,
    grade,
    index_number,
    lines,
    places,
    privacy,
    proposal_number,
    proposer,
    references,
    roles,
    signature,
    subject,
    text,
    titles,
)
from pipelines.normalise import labels as vocabulary
from pipelines.normalise.reply import normalise
from pipelines.process import process, process_text
from pipelines.read import chrome, classify, decode, headings, labels, sanitise
from pipelines.read.fields import read_lines, read_rows
from pipelines.read.flatten import flatten
from pipelines.read.guard import limit_depth
from pipelines.read.outcome import notices
from pipelines.read.rows import read_markup

Rule = Callable[[str], object]

STEP = 4
SIZE = 4000
"""Characters of the smaller input; the larger has ``STEP`` times as many."""
THRESHOLD = 9.0
"""Between 4 (linear) and 16 (quadratic)."""
NOTICEABLE = 0.004
"""Seconds; below it a clock measures itself."""


def _lines(value: str) -> tuple[str, ...]:
    return tuple(value.split("\n"))


def _serialised(value: str) -> str:
    """Markup as the readers of parts get it: limited in depth, and serialised by the parser."""
    body = LexborHTMLParser(limit_depth(value)[0]).body
    return (body.html or "") if body is not None else ""


def _whole(value: str) -> object:
    return normalise(RawReply(None, (("h1", value[:400]),), (), _lines(value), f"<p>{value}</p>"))


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "text.fold": text.fold,
        "text.squeeze": text.squeeze,
        "text.quoted_spans": lambda value: list(text.quoted_spans(value)),
        "titles.read_title": titles.read_title,
        "titles.mask_quotations": titles.mask_quotations,
        "references.find_references": references.find_references,
        "references.loose": partial(references.find_references, loose=True),
        "document_number.read": document_number.read_document_number,
        "document_number.line": document_number.read_number_line,
        "document_number.cut": document_number.cut_document_number,
        "index_number.read": index_number.read_index_number,
        "index_number.find": index_number.find_index_number,
        "dates.moment": partial(dates.read_moment, field="issued_on"),
        "dates.search": partial(dates.read_moment, field="issued_on", search=True),
        "dates.signature": dates.read_signature_date,
        "dates.row": dates.read_row_date,
        "grade.read": grade.read_grade,
        "grade.cut": grade.cut_trailing_grade,
        "places.read_place": places.read_place,
        "agencies.looks_like": agencies.looks_like_agency,
        "agencies.split": agencies.split_agencies,
        "roles.co_handlers": roles.co_handlers,
        "roles.find_roles": lambda value: roles.find_roles(value, value, _lines(value), (), opinion=True),
        "body.quoted_subject": body.quoted_subject,
        "body.read_letter": lambda value: body.read_letter(_lines(value)),
        "body.disclosure": body.disclosure_line,
        "body.disclosure_inside": body.disclosure_inside,
        "proposer.read": lambda value: proposer.read_proposer(value, value),
        "proposal_number.normal": proposal_number.normal_number,
        "proposal_number.series": proposal_number.series,
        "subject.opening": subject.references_in_opening,
        "subject.kind": subject.kind_in_opening,
        "lines.read_lines": lambda value: lines.read_lines(_lines(value)),
        "lines.labelled": lambda value: lines.labelled_lines(_lines(value)),
        "labels.normal": vocabulary.normal_label,
        "signature.read": lambda value: signature.read_signature(_lines(value), 0),
        "signature.as_signatory": signature.as_signatory,
        "privacy.mask": privacy.mask,
        "privacy.mask_html": privacy.mask_html,
        "citations.find": lambda value: list(citations.find_citations(_lines(value))),
        "commitments.find": lambda value: list(commitments.find_commitments(_lines(value), "2024-07-23")),
        "reply.normalise": _whole,
        "read.chrome": chrome.chrome_reason,
        "read.title_like": headings.title_like,
        "read.may_open_title": headings.may_open_title,
        "read.begins_letter": headings.begins_letter,
        "read.number_line": headings.is_number_line,
        "read.byline": headings.is_byline,
        "read.split_labels": labels.split_labels,
        "read.generic_label": labels.generic_label,
        "read.lines": lambda value: read_lines(_lines(value)),
        "read.rows": lambda value: read_rows([[line, line] for line in _lines(value)]),
        "read.markup": lambda value: read_markup(_serialised(value)),
        "read.flatten": lambda value: flatten(_serialised(value)),
        "read.sanitise": lambda value: sanitise(flatten(_serialised(value)).markup()),
        "read.limit_depth": limit_depth,
        "read.decode": lambda value: decode(value.encode()),
        "read.classify": lambda value: classify(200, (), value.encode()),
        "read.notices": lambda value: notices(_lines(value)),
        "process.text": lambda value: process_text(value.encode()),
        "process.page": lambda value: process(
            Page(url="", body=f"<div class=TRS_Editor>{value}</div>".encode())
        ),
        "process.cells": lambda value: normalise(
            RawReply(None, (), tuple(RawField("文号", line, "cell") for line in _lines(value)), (), "")
        ),
    }
)
"""Every rule that looks at what somebody else wrote."""


def seconds(rule: Rule, value: str, runs: int) -> float:
    """The quickest of several runs, in seconds of this process."""
    best = float("inf")
    gc.disable()
    try:
        for _ in range(runs):
            start = time.process_time()
            rule(value)
            best = min(best, time.process_time() - start)
    finally:
        gc.enable()
    return best


def repeated(fragment: str, size: int) -> str:
    """The fragment again and again, as many characters as asked for."""
    return (fragment * (size // len(fragment) + 1))[:size]


def growth(rule: Rule, fragment: str, size: int = SIZE) -> float:
    """Time on the larger input by time on the smaller; 0 where neither can be measured.

    A rule that begins to work at some size, or that has reached a bound of its own, shows one step and no growth: what
    is suspicious is measured again at the next size, and the smaller of the two ratios counts.
    """
    if not fragment:
        return 0.0
    ratio = _ratio(rule, fragment, size)
    return min(ratio, _ratio(rule, fragment, size * STEP)) if ratio > THRESHOLD else ratio


SHORT = (16, 24, 30, 40, 64, 120, 300)
"""Characters; rules that look at short texts only are tried on such. A rule that tries every way explodes here already."""
BURST = 0.2
"""Seconds that no rule needs for so little."""


def burst(rule: Rule, fragment: str) -> float:
    """The longest that a rule takes on a few characters: the fragment again and again, and something else at its end."""
    if not fragment:
        return 0.0
    worst = 0.0
    for size in SHORT:
        for tail in ("", "十", "。", "号"):
            value = repeated(fragment, size) + tail
            start = time.perf_counter()
            rule(value)
            spent = time.perf_counter() - start
            worst = max(worst, min(spent, seconds(rule, value, 2)) if spent > BURST else spent)
            if worst > BURST:
                return worst
    return worst


def _ratio(rule: Rule, fragment: str, size: int) -> float:
    small, large = repeated(fragment, size), repeated(fragment, size * STEP)
    ratio = 0.0
    for runs in (1, 3, 9):
        slow = seconds(rule, large, runs)
        if slow < NOTICEABLE:
            return 0.0
        ratio = slow / max(seconds(rule, small, runs), 1e-6)
        if ratio <= THRESHOLD:
            return ratio
    return ratio
