"""Word lists that a person can read and extend: words between white space."""

from __future__ import annotations


def words(text: str) -> list[str]:
    """The words of a block of text.

    >>> words("文号 有效性")
    ['文号', '有效性']
    """
    return text.split()
