"""Serialised markup of one part → paragraphs and lean markup, in one pass and without losing a character.

Input is what Lexbor serialises: well-formed, quotes and angle brackets in attributes escaped, so a plain tokeniser is
enough, it cannot recurse, and it costs a fraction of a tree. Inline nodes are joined as they stand (`<span>2018</span>
年` is `2018年`); `<br>` and the borders of blocks part paragraphs; a table row is one paragraph with its cells parted by
a tab, unless it only serves the layout (one filled cell, or cells that hold whole texts).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from pipelines.read.words import words

_TOKEN = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)>|<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>|([^<]+)|<")
_ATTRIBUTE = re.compile(r"([a-zA-Z][\w:-]*)=\"([^\"]*)\"")
_BLOCKS = frozenset(
    words("""
p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr td th blockquote pre hr center section
article header footer aside nav main figure figcaption form fieldset legend address details summary option select body
""")
)
_KEPT = frozenset(
    words("""
p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr td th blockquote pre hr strong b em i u s sub
sup br
""")
)
_LIKE_DIV = frozenset(words("div center section article header main figure figcaption address"))
_BREAK_IN_CHINESE = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\u9fff\uff00-\uffef])"
)
_RUN = re.compile(r"[ \t\r\n]+")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_LONG_CELL = 200


@dataclass(slots=True)
class Paragraph:
    """One paragraph and the pieces of lean markup that hold its text."""

    text: str
    pieces: list[int]


@dataclass(slots=True)
class Flat:
    """Paragraphs of a part, and its lean markup as pieces (tags and texts)."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    """(href, text) of each link, as they stand."""

    def drop(self, paragraph: Paragraph) -> None:
        """Take the text of a paragraph out of the lean markup."""
        for index in paragraph.pieces:
            self.pieces[index] = ""

    def markup(self) -> str:
        """Lean markup of what is left."""
        return _EMPTY.sub("", _EMPTY.sub("", "".join(self.pieces)))


_EMPTY = re.compile(r"<(p|div|li|strong|b|em|i|u|s|h[1-6]|a)(?: [^<>]*)?>\s*</\1>")


def clean(text: str) -> str:
    """Text of a paragraph: entities resolved once, white space collapsed. A line break in the source between two Chinese
    characters is none (CSS Text 3, §4.1.3)."""
    if "&" in text:
        text = html.unescape(text)
    if "\n" in text or "\r" in text:
        text = _BREAK_IN_CHINESE.sub("", text)
    if not text.isascii():
        for character in _INVISIBLE:
            if character in text:
                text = text.replace(character, "")
    return " ".join(text.split())


class _Builder:
    def __init__(self, *, keep: bool) -> None:
        self.flat = Flat()
        self.keep = keep
        self.texts: list[str] = []
        self.marks: list[int] = []
        self.rows: list[list[list[Paragraph]]] = []
        """Open table rows: cells, each a list of paragraphs."""
        self.pre = 0

    def text(self, raw: str) -> None:
        if self.pre and ("\n" in raw):
            first, *rest = raw.split("\n")
            self._append(first)
            for line in rest:
                self.end()
                self._append(line)
        else:
            self._append(raw)

    def _append(self, raw: str) -> None:
        self.texts.append(raw)
        if self.keep:
            self.marks.append(len(self.flat.pieces))
            if raw.isspace():
                raw = " " if self.texts[1:] else ""
            elif "\n" in raw:
                raw = _RUN.sub(" ", raw)
            self.flat.pieces.append(raw)

    def end(self) -> None:
        """Border of a block."""
        if not self.texts:
            return
        text = clean("".join(self.texts))
        if text:
            paragraph = Paragraph(text, self.marks)
            if self.rows and self.rows[-1]:
                self.rows[-1][-1].append(paragraph)
            elif self.rows:
                self.rows[-1].append([paragraph])
            else:
                self.flat.paragraphs.append(paragraph)
        self.texts, self.marks = [], []

    def end_row(self) -> None:
        if not self.rows:
            return
        cells = [cell for cell in self.rows.pop() if cell]
        layout = len(cells) == 1 or any(
            len(cell) > 1 and sum(len(p.text) for p in cell) > _LONG_CELL for cell in cells
        )
        if layout:
            out = [paragraph for cell in cells for paragraph in cell]
        elif cells:
            text = "\t".join(" ".join(paragraph.text for paragraph in cell) for cell in cells)
            out = [
                Paragraph(text, [index for cell in cells for paragraph in cell for index in paragraph.pieces])
            ]
        else:
            return
        if self.rows:
            if not self.rows[-1]:
                self.rows[-1].append([])
            self.rows[-1][-1].extend(out)
        else:
            self.flat.paragraphs.extend(out)


def _attributes(raw: str) -> dict[str, str]:
    return {name.lower(): html.unescape(value) for name, value in _ATTRIBUTE.findall(raw)}


def _tag(builder: _Builder, name: str, raw: str, resolve: Resolver) -> str:
    """Lean form of an opening tag."""
    if name in _KEPT:
        if name in ("td", "th") and "span=" in raw:
            spans = {key: value for key, value in _attributes(raw).items() if key in ("colspan", "rowspan")}
            extra = "".join(
                f' {key}="{value}"' for key, value in spans.items() if value.isdigit() and len(value) < 4
            )
            return f"<{name}{extra}>"
        return f"<{name}>"
    if name == "a":
        address = resolve(_attributes(raw).get("href", ""))
        return f'<a href="{html.escape(address)}">' if address else ""
    if name == "img":
        attributes = _attributes(raw)
        address = resolve(attributes.get("src", ""))
        # The address is kept as data: a reader's browser must not call the site when it shows a reply.
        source = f' data-src="{html.escape(address)}"' if address else ""
        return f'<img alt="{html.escape(attributes.get("alt", ""))}"{source}>'
    return "<div>" if name in _LIKE_DIV else ""


class Resolver:
    """Makes addresses absolute; anything but http and https gives an empty string."""

    def __init__(self, base: str | None) -> None:
        self.base = base

    def __call__(self, address: str) -> str:
        from urllib.parse import urljoin

        address = address.strip()
        if not address or len(address) > 2000 or address.startswith("#"):
            return ""
        try:
            absolute = urljoin(self.base, address) if self.base else address
        except ValueError:
            return ""
        return absolute if absolute.lower().startswith(("http://", "https://")) else ""


def flatten(markup: str, base: str | None = None, *, keep: bool = True) -> Flat:
    """Paragraphs and lean markup of a part. ``keep=False`` makes the paragraphs only."""
    builder = _Builder(keep=keep)
    resolve = Resolver(base)
    pieces = builder.flat.pieces
    open_link: tuple[str, int] | None = None
    for match in _TOKEN.finditer(markup):
        text = match[4]
        if text is not None:
            builder.text(text)
            continue
        if match[2] is None:
            if match[0] == "<":
                builder.text("&lt;")
            continue
        name = match[2].lower()
        closing = bool(match[1])
        if name in _BLOCKS or name == "br":
            builder.end()
            if name == "tr":
                if closing:
                    builder.end_row()
                else:
                    builder.rows.append([])
            elif name in ("td", "th") and not closing and builder.rows:
                builder.rows[-1].append([])
            elif name == "pre":
                builder.pre = max(0, builder.pre + (-1 if closing else 1))
        elif name == "a" and not closing:
            open_link = (match[3], len(builder.texts))
        elif name == "a" and open_link is not None:
            address = _attributes(open_link[0]).get("href", "")
            builder.flat.links.append((address, clean("".join(builder.texts[open_link[1] :]))))
            open_link = None
        if not builder.keep:
            continue
        if closing:
            # An end tag without its start (a link to nowhere) is dropped by the sanitiser.
            if name in _KEPT or name == "a":
                pieces.append(f"</{name}>")
            elif name in _LIKE_DIV:
                pieces.append("</div>")
        elif lean := _tag(builder, name, match[3], resolve):
            pieces.append(lean)
    builder.end()
    while builder.rows:
        builder.end_row()
    return builder.flat
