"""Characters: full and half width, white space, Chinese numerals, quotation marks.

Every function keeps to one rule: `fold` never changes the length of a text, so that a position found in the folded
text cuts the printed text at the same place, and values can be given as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.remember import remembered

CJK = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff〇"
"""For use inside a character class: Han characters and the numeral 〇."""

NUMERAL = "[一二三四五六七八九十廿卅百零〇○两]"

ELISION = "[…]"
"""The customary mark of words left out by an editor; a value that holds it is cut and is no value."""

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f\t\r\n\v\f\u2028\u2029"), ord(" "))
_FOLD |= {ord("﹕"): ord(":"), ord("∶"): ord(":"), ord("︰"): ord(":"), ord("﹣"): ord("-")}
_TRADITIONAL = (
    "關关於于對对屆届會会議议號号覆复復复員员協协縣县區区鎮镇鄉乡級级國国黨党團团辦办處处廳厅見见現现將将經经"
    "與与請请單单聯联務务環环總总財财農农產产業业開开"
)
_FOLD |= {ord(old): ord(new) for old, new in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True)}
"""Mirrors publish the same letters in traditional characters; rules look at the simplified form, values stay as printed."""

_BLANKS = "\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
r"""What `\s` stands for, the space apart; written out, because a pattern that begins with characters is searched faster."""
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")
_UNTIDY = re.compile(f"[ {_BLANKS}{_ZERO_WIDTH.pattern[1:]}")
_UNTIDY_INSIDE = re.compile(f"[{_BLANKS}{_ZERO_WIDTH.pattern[1:]}")
_SPACE_BESIDE_HAN = re.compile(r" (?:(?<=[^\x21-\x7e] )|(?=[^\x21-\x7e]))")

_NO_SIGNS = re.compile("[\u3400-\u9fff，。、；！？“”]+")

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "0": 0}

QUOTES = {"《": "》", "“": "”", "「": "」", "『": "』", "‘": "’", '"': '"', "〝": "〞"}
_OPENING = re.compile("[" + "".join(QUOTES) + "]")


_REMEMBERED = 1000
"""Characters of the longest text whose folding is remembered."""


_COMMON = [(chr(code), chr(_FOLD[code])) for code in map(ord, "，：；（）！？\u3000\u00a0\n")]
"""What nearly every text has: replaced one after the other, which is ten times as fast as `str.translate`."""

_RARE = {chr(code): chr(to) for code, to in _FOLD.items() if (chr(code), chr(to)) not in _COMMON}
_ANY_RARE = re.compile("[" + re.escape("".join(_RARE)) + "]")
_ANY = re.compile("[" + re.escape("".join(map(chr, _FOLD))) + "]")


# The same line is looked at for one field after the other.
@remembered(_REMEMBERED, answers=1024)
def fold(text: str) -> str:
    """Full width ASCII to half width, every kind of blank to a space; length unchanged."""
    if _ANY.search(text) is None:
        return text
    for wide, narrow in _COMMON:
        text = text.replace(wide, narrow)
    return _ANY_RARE.sub(lambda match: _RARE[match[0]], text)


@remembered(_REMEMBERED, answers=1024)
def collapse(text: str) -> str:
    """Runs of white space become one space, invisible characters go; otherwise as printed."""
    if text.isprintable() and " " not in text:
        # No white space, no control and no format character is printable, the space apart.
        return text
    if _UNTIDY.search(text) is None:
        return text
    return " ".join(_ZERO_WIDTH.sub("", text).split())


def is_tidy(text: str) -> bool:
    """Whether `collapse` changes nothing in it, blanks at its ends apart."""
    return "  " not in text and (text.isprintable() or _UNTIDY_INSIDE.search(text) is None)


def squeeze(text: str) -> str:
    """Spaces beside a Chinese character or Chinese punctuation go (`答 复`, `第 23 号`); those inside Latin words stay."""
    text = collapse(text)
    return _SPACE_BESIDE_HAN.sub("", text) if " " in text else text


def despace(text: str) -> str:
    """No white space at all."""
    return "".join(collapse(text).split())


def signs_of(lines: Sequence[str]) -> list[str]:
    """Each line with every run of Han characters and of marks that part sentences or quote words as one Han character; all
    else stands where it stood. A rule that knows none of these finds in it what it finds in the line, at a tenth of the length.

    >>> signs_of(["您提出的《提案》（第8号）收悉，", "2024年"])
    ['字《字》（字8字）字', '2024字']
    """
    signs = _NO_SIGNS.sub("字", "\n".join(lines)).split("\n")
    return signs if len(signs) == len(lines) else [_NO_SIGNS.sub("字", line) for line in lines]


def lines_with(pattern: re.Pattern[str], lines: Sequence[str]) -> list[int]:
    """Indexes of the lines in which the pattern is found, in one pass over all of them. The pattern knows no line feed.

    >>> lines_with(re.compile("[,;]"), ["a,b;c", "d", "", "e;"])
    [0, 3]
    """
    text = "\n".join(lines)
    if text.count("\n") >= len(lines) > 0:
        return [index for index, line in enumerate(lines) if pattern.search(line) is not None]
    found: list[int] = []
    index = position = 0
    while (match := pattern.search(text, position)) is not None:
        index += text.count("\n", position, match.start())
        found.append(index)
        position = text.find("\n", match.end())
        if position < 0:
            break
    return found


_BLANK_WORDS = frozenset(
    ("", "无", "暂无", "空", "无文号", "无编号", "null", "NULL", "None", "none", "N/A", "undefined")
)
_LONGEST_BLANK = max(map(len, _BLANK_WORDS))


def is_blank(value: str) -> bool:
    """An empty cell, however it is printed: nothing, 无, 暂无, dashes, slashes.

    >>> is_blank(" — "), is_blank("无"), is_blank("无锡")
    (True, True, False)
    """
    if len(value) > _LONGEST_BLANK and value[0].isalnum() and value[-1].isalnum():
        return False
    bare = fold(value).strip(" -—–―/\\_.。:;,、*|()[]〔〕")
    return bare in _BLANK_WORDS


def numeral(text: str) -> int | None:
    """Chinese or Arabic numeral below 200 → int; None when it is neither.

    >>> [numeral(t) for t in ("十", "十三", "二十一", "廿二", "一〇", "07", "百")]
    [10, 13, 21, 22, 10, 7, None]
    """
    if text.isdecimal() and text.isascii():
        return int(text) if len(text) <= 3 else None
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not text:
        return None
    if "百" in text:
        hundreds, _, rest = text.partition("百")
        tail = numeral(rest.lstrip("零〇")) if rest.lstrip("零〇") else 0
        return 100 + tail if hundreds == "一" and tail is not None else None
    if "十" in text:
        tens, _, ones = text.partition("十")
        if len(tens) > 1 or len(ones) > 1:
            return None
        high, low = _DIGITS.get(tens) if tens else 1, _DIGITS.get(ones) if ones else 0
        return None if high is None or low is None else high * 10 + low
    digits = [_DIGITS.get(char) for char in text]
    if len(digits) > 3 or any(digit is None for digit in digits):
        return None
    return int("".join(str(digit) for digit in digits))


def quoted_spans(text: str) -> Iterator[tuple[int, int]]:
    """Outermost quotations as (start, end) around their marks; an unclosed mark is skipped."""
    position = 0
    while (mark := _OPENING.search(text, position)) is not None:
        position = mark.start()
        end = _closing(text, position, QUOTES[mark[0]])
        if end is None:
            position += 1
            continue
        yield position, end + 1
        position = end + 1


_LONGEST_QUOTATION = 400


def _closing(text: str, start: int, close: str) -> int | None:
    """Position of the mark that closes the one at `start`; marks of its own kind nest."""
    opened, depth, position = text[start], 1, start
    while (end := text.find(close, position + 1, start + _LONGEST_QUOTATION)) >= 0:
        depth += text.count(opened, position + 1, end) - 1
        if depth <= 0 or opened == close:
            return end
        position = end
    return None


def is_cut(value: str) -> bool:
    """True when the value itself says that words are missing from it."""
    return "[" in value and (ELISION in value or "[...]" in value or "[……]" in value)
