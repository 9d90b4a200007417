"""What changed in a text, sentence by sentence, for a person to read.

A sentence ends at 。！？； (with the quotation mark or bracket that closes it, GB/T 15834 4.8) or with its paragraph. Kept
text is shown for one sentence on either side of a change; how much lies between is a number.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, TypedDict

_SENTENCE = re.compile(r"[^。！？；\n]*(?:[。！？；]+[”’）》」』]*\n?|\n|$)")
CONTEXT = 1
"""Sentences of kept text on either side of a change."""
MAX_SENTENCES = 1_000
"""Of the changed middle of either text: beyond it the whole middle counts as replaced, for comparing takes quadratic time
(the longest real reply has some 400 sentences)."""


class Part(TypedDict, total=False):
    """One stretch of the comparison, in order of the text."""

    op: Literal["kept", "removed", "added", "skipped"]
    text: str
    """Of all but `skipped`; ends with a line break where its paragraph ends."""
    sentences: int
    """Of `skipped`: kept sentences that are not shown."""


def split(text: str) -> list[str]:
    """The sentences of a text; joined they are the text.

    >>> split("一是摸底。二是“落实；”\\n三是")
    ['一是摸底。', '二是“落实；”\\n', '三是']
    """
    return [match[0] for match in _SENTENCE.finditer(text) if match[0]]


def sentences(old: str, new: str) -> list[Part]:
    """The difference of two texts; empty when they are equal. A paragraph that only ends elsewhere is a change."""
    before, after = split(old), split(new)
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    a, b = before[head : len(before) - tail], after[head : len(after) - tail]
    if not a and not b:
        return []
    middle: list[tuple[str, list[str], list[str]]]
    if max(len(a), len(b)) > MAX_SENTENCES:
        middle = [("replace", a, b)]
    else:
        codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        middle = [(tag, a[i:j], b[k:m]) for tag, i, j, k, m in codes]
    steps = [("equal", before[:head], []), *middle, ("equal", before[len(before) - tail :], [])]
    parts: list[Part] = []
    for place, (tag, gone, come) in enumerate(steps):
        if tag == "equal":
            parts += _kept(gone, first=place == 0, last=place == len(steps) - 1)
            continue
        if gone:
            parts.append({"op": "removed", "text": "".join(gone)})
        if come:
            parts.append({"op": "added", "text": "".join(come)})
    return parts


def _kept(found: list[str], first: bool, last: bool) -> list[Part]:
    """The ends of a stretch that touch a change, and how much is left out between them."""
    before = 0 if first else CONTEXT
    after = 0 if last else CONTEXT
    if len(found) <= before + after:
        return [{"op": "kept", "text": "".join(found)}] if found else []
    parts: list[Part] = []
    if before:
        parts.append({"op": "kept", "text": "".join(found[:before])})
    parts.append({"op": "skipped", "sentences": len(found) - before - after})
    if after:
        parts.append({"op": "kept", "text": "".join(found[-after:])})
    return parts
