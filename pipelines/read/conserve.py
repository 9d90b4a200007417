"""Nothing is lost on the way from the container to the body, and everything keeps its place.

The text nodes of the container, white space and invisible characters apart, are in this order the paragraphs of the body
and what was left out of it. That is counted on every page; a difference is an issue that says what is missing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipelines.models import Attachment, Image, Issue, Removed
from pipelines.read.flatten import Flat, without_invisible
from pipelines.read.grid import Paragraph

_SHOWN = 120
"""Characters of what is missing that an issue quotes."""


@dataclass(slots=True)
class Text:
    """The body of one fetched page."""

    printed: str
    """The text nodes of the container, without those that no browser shows."""
    flat: Flat
    kept: list[Paragraph]
    silent: list[Removed] = field(default_factory=list)
    """Text of scripts, styles and the like, taken out before."""

    def removed(self) -> list[Removed]:
        """What was left out, in order of the document; what no browser shows stands in front."""
        ordered = sorted(self.flat.removed, key=lambda item: item[0])
        return [*self.silent, *(removed for _, removed in ordered)]


def visible(text: str) -> str:
    """The characters that count: white space and invisible format characters apart.

    >>> visible("答 复\\u200b\\n。")
    '答复。'
    """
    return "".join(without_invisible(text).split())


def lost(text: Text) -> Issue | None:
    """`body_text_lost` where a character of the container stands neither in a paragraph nor in what was left out."""
    flat = text.flat
    # Leaves are clean: they hold no other white space than single blanks, and nothing invisible.
    got = "".join(flat.leaves).replace(" ", "")
    if text.printed.replace("\n", "").replace(" ", "") != got and (wanted := visible(text.printed)) != got:
        return _issue(_missing(wanted, got))
    if not flat.removed and [paragraph.text for paragraph in text.kept] == flat.leaves:
        # Nothing was left out, and nothing joined.
        return None
    used = [leaf for paragraph in text.kept for leaf in paragraph.leaves]
    used += [leaf for paragraph in flat.dropped for leaf in paragraph.leaves]
    dropped = {paragraph.leaves[0] for paragraph in flat.dropped}
    used += [leaf for leaf, _ in flat.removed if leaf not in dropped]
    every = list(range(len(flat.leaves)))
    if used != every and sorted(used) != every:
        unused = sorted(set(range(len(flat.leaves))) - set(used)) or sorted(used)[:1]
        return _issue(flat.leaves[unused[0]])
    for paragraph in text.kept:
        if len(paragraph.leaves) == 1 and paragraph.text == flat.leaves[paragraph.leaves[0]]:
            continue
        joined = "".join(flat.leaves[leaf] for leaf in paragraph.leaves)
        if paragraph.text != joined and visible(paragraph.text) != visible(joined):
            return _issue(_missing(visible(joined), visible(paragraph.text)))
    return None


def _missing(wanted: str, got: str) -> str:
    """The first stretch in which two texts differ."""
    start = next(
        (i for i, (one, other) in enumerate(zip(wanted, got, strict=False)) if one != other),
        min(len(wanted), len(got)),
    )
    return wanted[start : start + max(1, len(wanted) - len(got))] or got[start : start + _SHOWN]


def _issue(what: str) -> Issue:
    return Issue(
        "body_text_lost",
        f"正文与网页上的文字对不上，从“{what[:_SHOWN]}”开始，请核对原文并报告。",
        "error",
        field="body_text",
        raw=what[:_SHOWN],
    )


def number(texts: Sequence[Text]) -> None:
    """Give every paragraph of the body its name in the markup, so that it can be a target of links: `p1`, `p2` …"""
    position = 0
    for text in texts:
        pieces = text.flat.pieces
        for paragraph in text.kept:
            position += 1
            for index in paragraph.pieces:
                piece = pieces[index]
                if piece and not piece.isspace():
                    pieces[index] = f'<span id="p{position}"></span>{piece}'
                    break


class _Places:
    """Leaf → number of the paragraph in which it stands, or of the last one in front of it."""

    def __init__(self, kept: Sequence[Paragraph], before: int) -> None:
        pairs = sorted(
            (leaf, before + index)
            for index, paragraph in enumerate(kept, start=1)
            for leaf in paragraph.leaves
        )
        self._leaves = [leaf for leaf, _ in pairs]
        self._numbers = [number for _, number in pairs]
        self._before = before

    def __call__(self, leaf: int) -> int:
        position = bisect_right(self._leaves, leaf)
        return self._numbers[position - 1] if position else self._before


def placed(files: Sequence[Attachment], texts: Sequence[Text]) -> tuple[Attachment, ...]:
    """Attachments with the paragraph in which they are linked first; those linked outside of the body as they are."""
    found: dict[str, int] = {}
    before = 0
    for text in texts:
        links = [medium for medium in text.flat.media if medium.alt is None and medium.address]
        if files and links:
            places = _Places(text.kept, before)
            for link in links:
                found.setdefault(link.address, places(link.leaf))
        before += len(text.kept)
    return tuple(replace(file, paragraph=found.get(file.url or "")) for file in files)


def images(texts: Sequence[Text]) -> tuple[Image, ...]:
    """The pictures of the body in order; one that is printed twice comes twice."""
    out: list[Image] = []
    before = 0
    for text in texts:
        pictures = [medium for medium in text.flat.media if medium.alt is not None]
        if pictures:
            places = _Places(text.kept, before)
            out.extend(Image(one.address or None, one.alt or "", places(one.leaf)) for one in pictures)
        before += len(text.kept)
    return tuple(out)
