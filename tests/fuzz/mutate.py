"""Mutations of texts and of pages: what typing, pasting, bad encodings and bad markup do to them. All from one Random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from tests.fuzz.words import FRAGMENTS

_ARABIC, _HAN = "0123456789", "〇一二三四五六七八九"
_WIDEN = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_NARROW = {wide: code for code, wide in _WIDEN.items()}
_TO_HAN = str.maketrans(_ARABIC, _HAN)
_TO_ARABIC = str.maketrans(_HAN, _ARABIC)
_BRACKETS = str.maketrans("（）《》“”〔〕：，", '()<>""[]:,')
MARKUP = (
    "<div>", "</div>", "</p>", "<p>", "<br>", "<table><tr><td>", "</table>", "<!--", "-->", "<span style='x", "<script>", "</script>",
    "<a href='javascript:x'>", "&nbsp;", "&#x27;", "&bsp;", "<h1>", "<meta name=PubDate content=", "<td>索 引 号</td>", "\x00", "<",
)  # fmt: skip
_ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "latin-1", "shift_jis", "utf-7")
LONGEST = 6000


def _delete(random: Random, text: str, corpus: Sequence[str]) -> str:
    start = random.randrange(len(text) + 1)
    return text[:start] + text[start + random.choice((1, 1, 1, 2, 5)) :]


def _double(random: Random, text: str, corpus: Sequence[str]) -> str:
    start = random.randrange(len(text) + 1)
    end = start + random.choice((1, 1, 2, 6, 20))
    return text[:end] + text[start:end] + text[end:]


def _swap(random: Random, text: str, corpus: Sequence[str]) -> str:
    if len(text) < 2:
        return text
    place = random.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _insert(random: Random, text: str, corpus: Sequence[str]) -> str:
    place = random.randrange(len(text) + 1)
    return text[:place] + random.choice(FRAGMENTS) + text[place:]


def _noise(random: Random, text: str, corpus: Sequence[str]) -> str:
    place = random.randrange(len(text) + 1)
    code = random.choice(
        (random.randrange(0x20, 0x500), random.randrange(0x2000, 0xD7FF), random.randrange(0xE000, 0x10FFFF))
    )
    return text[:place] + chr(code) + text[place + 1 :]


def _width(random: Random, text: str, corpus: Sequence[str]) -> str:
    return text.translate(random.choice((_WIDEN, _NARROW, _BRACKETS)))


def _numerals(random: Random, text: str, corpus: Sequence[str]) -> str:
    return text.translate(random.choice((_TO_HAN, _TO_ARABIC)))


def _splice(random: Random, text: str, corpus: Sequence[str]) -> str:
    other = random.choice(corpus)
    return text[: random.randrange(len(text) + 1)] + other[random.randrange(len(other) + 1) :]


def _repeat(random: Random, text: str, corpus: Sequence[str]) -> str:
    start = random.randrange(len(text) + 1)
    part = text[start : start + random.choice((1, 2, 4, 12, 40))]
    return text[:start] + part * random.choice((2, 3, 8, 40)) + text[start:]


def _space(random: Random, text: str, corpus: Sequence[str]) -> str:
    gap = random.choice((" ", "\u3000", "\n", "\u00a0", "\u200b", "  "))
    return gap.join(text) if random.random() < 0.2 else text.replace(random.choice(text or " "), gap, 1)


_MUTATIONS: tuple[Callable[[Random, str, Sequence[str]], str], ...] = (
    _delete, _delete, _double, _swap, _insert, _insert, _noise, _width, _numerals, _splice, _repeat, _space,
)  # fmt: skip


def mutated(random: Random, corpus: Sequence[str]) -> str:
    """A text of the corpus, mutated one to five times; at most ``LONGEST`` characters."""
    text = random.choice(corpus)
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        text = random.choice(_MUTATIONS)(random, text, corpus)[:LONGEST]
    return text


def mutated_page(random: Random, pages: Sequence[bytes], texts: Sequence[str]) -> bytes:
    """A page with broken tags, moved parts, foreign bytes, another encoding, or its end missing."""
    body = random.choice(pages)
    for _ in range(random.choice((1, 2, 3, 6))):
        body = _damage(random, body, pages, texts)
    return body


def _damage(random: Random, body: bytes, pages: Sequence[bytes], texts: Sequence[str]) -> bytes:
    start = random.randrange(len(body) + 1)
    length = random.choice((1, 3, 20, 200, 1000))
    match random.randrange(8):
        case 0:
            return body[:start]
        case 1:
            return body[:start] + body[start + length :]
        case 2:
            return body[:start] + random.choice(MARKUP).encode() + body[start:]
        case 3:
            return body[:start] + random.randbytes(random.choice((1, 2, 8))) + body[start:]
        case 4:
            part = body[start : start + length]
            return body[:start] + part * random.choice((2, 10, 50)) + body[start:]
        case 5:
            other = random.choice(pages)
            return body[:start] + other[random.randrange(len(other) + 1) :]
        case 6:
            text = mutated(random, texts)
            return body[:start] + text.encode("utf-8", "replace") + body[start:]
        case _:
            text = body.decode(random.choice(("utf-8", "gb18030")), "replace")
            return text.encode(random.choice(_ENCODINGS), "replace")
