"""What is mutated: titles, metadata lines and pages of the labelled cases and of the demonstration."""

from __future__ import annotations

import itertools
import re
from functools import cache

from pipelines.check.cases import load_cases
from pipelines.read.decode import decode
from scraper.demo.personality import load_personalities
from scraper.demo.render import render
from tests.accuracy import FOLDER

_TAGS = re.compile(r"<(script|style)\b[\s\S]*?</\1\s*>|<[^<>]*>", re.IGNORECASE)
_LABELLED = re.compile(r"[\u4e00-\u9fff\s]{2,14}[:：]|\d{4}\s*[-年/]|号|索\s*引|类")


@cache
def titles() -> tuple[str, ...]:
    """Titles of the cases, those of whole pages too."""
    cases = load_cases(FOLDER)
    records = [case.expected for case in cases if case.kind != "title" and case.expected]
    whole = [record["title"] for record in records if record["title"]]
    return tuple(dict.fromkeys([case.body.decode() for case in cases if case.kind == "title"] + whole))


@cache
def pages() -> tuple[bytes, ...]:
    """Pages of the cases, and the HTML that the demonstration serves."""
    demo = render(load_personalities())
    served = [resource.body for resource in demo.values() if b"<html" in resource.body[:400].lower()]
    cases = [case.body for case in load_cases(FOLDER) if case.kind == "html"]
    return (*cases, *sorted(set(served)))


@cache
def lines() -> tuple[str, ...]:
    """Lines of metadata as pages show them: labels, values, bylines, signatures."""
    found: dict[str, None] = {}
    for body in pages():
        text = _TAGS.sub("\n", decode(body).text)
        shown = [line.strip() for line in text.splitlines() if line.strip()]
        joined = [f"{left} {right}" for left, right in itertools.pairwise(shown)]
        found |= dict.fromkeys(
            line for line in (*shown, *joined) if len(line) < 200 and _LABELLED.search(line)
        )
    return tuple(found)
