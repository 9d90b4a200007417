"""What all messages about a word that is not allowed say."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """`；是不是 columns？` for a slip of the hand, else nothing."""
    near = difflib.get_close_matches(word.lower(), list(allowed), n=1, cutoff=0.6)
    return f"；是不是 {near[0]}？" if near else ""


def one_of(allowed: Collection[str]) -> str:
    """`可以是：trs、general`"""
    return f"可以是：{'、'.join(allowed)}"
