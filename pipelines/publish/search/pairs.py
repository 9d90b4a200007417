"""A text as the words of the index: pairs of neighbouring characters, made for a whole text at once.

Indexing is the dearest step of publishing, and a loop over pairs was a quarter of it. Here the text is laid beside itself,
moved by one character, so that every pair is written by two copies in memory; marks stand for all that separates.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from itertools import chain
from operator import itemgetter

HAN = (
    "\u4e00-\u9fff\u3400-\u4dbf\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\uf900-\ufaff"
    "\U00016ff0-\U00016ff6\U00020000-\U0002fffd\U00030000-\U0003fffd"
)
"""Unicode blocks of Han: unified with all extensions, radicals, 々〆〇, Suzhou numerals, compatibility. The most frequent
stand first, for they are asked one after the other."""

WORD = rf"[^\W_{HAN}](?:[^\W_{HAN}]|[\u0300-\u036f])*"
"""A word or number, with its combining marks."""

# Private use characters, which stand in no run.
_END, _PLACE = "\uf8f0", "\uf8f1"
_WORD = re.compile(f"({WORD})")
_HAN_RUN = re.compile(f"[{HAN}]+")
_WIDE = {
    code: code - 0xFEE0
    for block in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(block[0], block[1] + 1)
}
_RADICAL = re.compile("[\u2e80-\u2fdf]")
_RADICALS = {code: 0xE000 + code - 0x2E80 for code in range(0x2E80, 0x2FE0)}
_CODE_POINT = next(kind for kind in "IL" if array(kind).itemsize == 4)
_SPACE = ord(" ")
_behind_first = itemgetter(slice(1, None))
_NATIVE = "utf-32-le" if array("H", [1]).tobytes()[0] else "utf-32-be"


def folded(word: str) -> str:
    """A word or number as it is looked for: width, case and composition do not count.

    >>> folded("Ａ１b")
    'a1b'
    """
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word.translate(_WIDE)).lower()


def han(run: str) -> str:
    """A run of Han as it is looked for.

    Unicode's decompositions make radicals of characters; private use characters, which no word holds, stand for radicals,
    so that they are themselves alone.
    """
    return run.translate(_RADICALS) if _RADICAL.search(run) else run


def index_text(text: str | None) -> str:
    """What goes into the index for a text; words separated by spaces.

    >>> index_text("科技厅2024年，好")
    '科技 技厅 厅 2024 年 好 '
    """
    if not text:
        return ""
    between = _WORD.split(text)
    words = [folded(word) for word in between[1::2]]
    runs: list[str] = _HAN_RUN.findall(between[0])
    for part in between[2::2]:
        runs.append(_PLACE)
        runs += _HAN_RUN.findall(part)
    if not runs:
        return ""
    # Each character beside the one that follows it in its run.
    one, other = "".join(runs), _END.join(map(_behind_first, runs)) + _END
    if _RADICAL.search(one):
        one, other = han(one), han(other)
    pairs = array(_CODE_POINT, [_SPACE]) * (3 * len(one))
    pairs[0::3] = array(_CODE_POINT, one.encode(_NATIVE, "surrogatepass"))
    pairs[1::3] = array(_CODE_POINT, other.encode(_NATIVE, "surrogatepass"))
    made = pairs.tobytes().decode(_NATIVE, "surrogatepass").replace(_END, "")
    if words:
        made = "".join(chain.from_iterable(zip(made.split(_PLACE), (*words, ""), strict=True)))
    return made
