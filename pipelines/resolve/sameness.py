"""Keys by which two addresses on different sites are one reply: a key that names it, and the same letter.

In the order of what they are worth: index number, document number, and proposal + agency + signed date. None of them is
believed by itself: index numbers of templates stand on thousands of pages (000014348 of three governments), one document
number covers several letters ((A), (B)). So each key carries the digest of the letter: pages are one when a key and the
letter agree and neither names other proposals. No likeness, no threshold: sameness is equality of digests, and the cost
is one pass over the set.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

_KEPT = re.compile(r"[\W_]+")
_COMMON = re.compile(r"[\s，。、；：！？“”‘’（）《》〈〉【】〔〕…—·]+")
"""What separates in nearly every text, and is nothing else in any form: without it most texts are normalised already, which
is asked in no time, where normalising took half of the time of telling replies apart."""
_OPENING = re.compile(r"收悉|如下")
_SENTENCE_END = re.compile(r"[。！？；!?;][”’」』]?$")
_BELOW = re.compile(r"^\s*(?:抄送|抄报|主送|附件|附：|联系|责任编辑|编辑|审核|来源)")
HEAD = 30
"""Paragraphs among which the letter begins."""
MIN_LETTER = 100
"""Characters of a letter that tell it from others; shorter ones say 已收悉，正在办理 in the words of all."""


def normal_text(paragraphs: Iterable[str]) -> str:
    """Characters that carry meaning: letters, digits and Han, width folded.

    >>> normal_text(["您好：", "（１）Ａ类。"])
    '您好1a类'
    """
    text = _COMMON.sub("", "".join(paragraphs))
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return _KEPT.sub("", text.lower())


def letter(paragraphs: Sequence[str], salutation: str | None) -> str | None:
    """The letter alone, normalised: from whom it addresses to its last sentence; None where it has no beginning or is
    too short.

    A portal prints title and number above it, 抄送 and contacts below; the letter between is what both have.
    """
    start = _start(paragraphs, salutation)
    if start is None:
        return None
    stop = next(
        (
            k
            for k in range(len(paragraphs) - 1, start, -1)
            if _SENTENCE_END.search(paragraphs[k].rstrip()) and not _BELOW.match(paragraphs[k])
        ),
        None,
    )
    if stop is None:
        return None
    text = normal_text(paragraphs[start : stop + 1])
    return text if len(text) >= MIN_LETTER else None


def _start(paragraphs: Sequence[str], salutation: str | None) -> int | None:
    wanted = normal_text([salutation]) if salutation else ""
    for k, paragraph in enumerate(paragraphs[:HEAD]):
        if wanted and normal_text([paragraph[:400]]).startswith(wanted):
            return k
        if not wanted and _OPENING.search(paragraph[:400]):
            return k
    return None


def names(
    *,
    index_number: str | None,
    document_number: str | None,
    proposals: Sequence[str],
    agency: str | None,
    signed_on: str | None,
    numbers: Sequence[str],
) -> tuple[str, ...]:
    """What names one page, without its letter; empty where nothing does. Pages that are one have one of them in common.

    `proposals`: ids of those that are completely known; `numbers`: all that the title names.
    """
    about = ",".join(sorted(set(numbers)))
    found = []
    if index_number:
        found.append(f"index\0{index_number}")
    if document_number:
        found.append(f"number\0{document_number}")
    if proposals and len(proposals) == len(numbers) and agency and signed_on:
        found.append(f"answer\0{','.join(sorted(proposals))}\0{agency}\0{signed_on}")
    return tuple(f"{name}\0{about}" for name in found)


def keys(named: Sequence[str], body: str | None, salutation: str | None) -> tuple[str, ...]:
    """Keys of one page, by its `names`; empty where it has no letter: then it is only what its own site says it is."""
    if not named:
        return ()
    paragraphs = (body or "").split("\n")
    texts = {text for text in (letter(paragraphs, salutation), normal_text(paragraphs)) if text}
    digests = sorted(_digest(text) for text in texts if len(text) >= MIN_LETTER)
    return tuple(f"{name}\0{digest}" for name in named for digest in digests)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
