"""Traditional characters → simplified ones, with OpenCC's table for words (`t2s`)."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplified(words: str) -> str:
    """The same words in simplified characters; the words themselves where nothing is traditional.

    >>> simplified('老舊小區 -"加裝電梯"')
    '老旧小区 -"加装电梯"'
    """
    return str(_converter().convert(words))
