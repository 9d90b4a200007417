"""Cells of a CSV as spreadsheets take them."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def plain(cell: str) -> str:
    """A cell that Excel, LibreOffice and WPS show as text: `'` before what they would take for a formula.

    OWASP, "CSV Injection": `=`, `+`, `-`, `@`, tab and carriage return at the beginning. A number stays a number.

    >>> plain("=1+1"), plain("-5"), plain("－5"), plain("@x"), plain("答复")
    ("'=1+1", '-5', '－5', "'@x", '答复')
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
