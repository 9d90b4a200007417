"""What a person decided about single replies: corrections of values, and replies taken down or released.

Both are reviewed text files under data/, read like declarations: every mistake is told with file, line, key and what is
allowed, before any page is looked at.
"""

from __future__ import annotations

from pipelines.review.corrections import Correction, correct, corrections
from pipelines.review.entries import ReviewError
from pipelines.review.withheld import Decision, decisions

__all__ = ["Correction", "Decision", "ReviewError", "correct", "corrections", "decisions", "validate"]


def validate() -> None:
    """Read both folders now, so that a mistake in them stops a command before its work. Raises ReviewError."""
    corrections()
    decisions()
