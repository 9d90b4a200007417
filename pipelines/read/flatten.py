"""Serialised markup of one part → paragraphs and lean markup, in one pass and without losing a character.

Inline nodes are joined as they stand (`<span>2018</span>年` is `2018年`); `<br>` and the borders of blocks part paragraphs;
a table row is one paragraph (`pipelines.read.grid`). Nodes that carry a mark (`pipelines.read.marks`) are left out and recorded.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from itertools import zip_longest
from urllib.parse import urljoin

from pipelines.models import Removed
from pipelines.read import marks
from pipelines.read.grid import MAX_COLUMNS, MAX_ROWS, Cell, Paragraph, Table, lines, span
from pipelines.read.tokens import printed_name, tokenise
from pipelines.read.words import words
from pipelines.remember import remembered
from pipelines.removal import RemovalReason

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
_READ = _BLOCKS | _KEPT | _LIKE_DIV | {"a", "img"}
"""What leaves a trace; of all other elements only the text counts."""
_PLAIN_BLOCKS = _BLOCKS - {"td", "th", "tr", "table", "pre"}
_LEAN = {name: name if name in _KEPT else "div" if name in _LIKE_DIV else "" for name in _PLAIN_BLOCKS}
_ENDS = {
    f"{slash}{name}": f"<{slash}{lean}>" if lean else ""
    for name, lean in _LEAN.items()
    for slash in ("", "/")
}
"""Tags that end a paragraph and do nothing else → their lean form; most of a letter is made of them."""
_SILENT = frozenset(words("span font o:p /span /font /o:p"))
"""The most frequent tags without a trace."""
_BREAK_IN_CHINESE = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\u9fff\uff00-\uffef])"
)
_RUN = re.compile(r"[ \t\r\n]+")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_ICON = re.compile(r"/fileTypeImages/", re.IGNORECASE)
"""UEditor puts the icon of a file's type in front of its link; it is no picture of the letter."""


@dataclass(slots=True)
class Medium:
    """A link or a picture, where it stands."""

    address: str
    """Absolute; empty where it is none."""
    alt: str | None
    """None for a link."""
    leaf: int = -1
    """The leaf in which it stands, or the one in front of it."""


@dataclass(slots=True)
class Flat:
    """Paragraphs of a part, and its lean markup as pieces (tags and texts)."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)
    """Every run of text of the part in order, kept or not, white space collapsed."""
    media: list[Medium] = field(default_factory=list)
    removed: list[tuple[int, Removed]] = field(default_factory=list)
    """What was left out, with the index of its (first) leaf."""
    dropped: list[Paragraph] = field(default_factory=list)

    def drop(self, paragraph: Paragraph, reason: RemovalReason) -> None:
        """Leave a paragraph out, of the lean markup too."""
        for index in paragraph.pieces:
            self.pieces[index] = ""
        self.dropped.append(paragraph)
        self.removed.append((paragraph.leaves[0], Removed(paragraph.text, reason)))

    def markup(self) -> str:
        """Lean markup of what is left."""
        markup, emptied = _EMPTY.subn("", "".join(self.pieces))
        return _EMPTY.sub("", markup) if emptied else markup


_EMPTY = re.compile(r"<(p|div|li|strong|b|em|i|u|s|h[1-6]|a)(?: [^<>]*)?>\s*</\1>")


# The labels of a template stand on every page of a site.
@remembered(40, answers=2048)
def clean(text: str) -> str:
    """Text of a paragraph: entities resolved once, white space collapsed. A line break in the source between two Chinese
    characters is none (CSS Text 3, §4.1.3)."""
    return _collapsed(html.unescape(text) if "&" in text else text)


def _collapsed(text: str) -> str:
    if "\n" in text or "\r" in text:
        text = _BREAK_IN_CHINESE.sub("", text)
    return " ".join(without_invisible(text).split())


def without_invisible(text: str) -> str:
    """Without characters that no reader sees and editors strew: zero width spaces and joiners, soft hyphens, byte order
    marks."""
    if not text.isascii():
        for character in _INVISIBLE:
            if character in text:
                text = text.replace(character, "")
    return text


class Resolver:
    """Makes addresses absolute; anything but http and https gives an empty string."""

    def __init__(self, base: str | None) -> None:
        self.base = base

    def __call__(self, address: str) -> str:
        address = address.strip()
        if not address or len(address) > 2000 or address.startswith("#"):
            return ""
        try:
            absolute = urljoin(self.base, address) if self.base else address
        except ValueError:
            return ""
        return absolute if absolute.lower().startswith(("http://", "https://")) else ""


class _Builder:
    def __init__(self, resolve: Resolver) -> None:
        self.flat = Flat()
        self.simple = True
        """Whether there was no invisible character in a text so far, and no entity but `&nbsp;`."""
        self.resolve = resolve
        self.texts: list[str] = []
        self.marks: list[int] = []
        self.leaves: list[int] = []
        self.cut = 0
        """Texts of the run that belong to a leaf already."""
        self.blank = False
        """Whether white space was skipped in front of the run, as it stands between two blocks."""
        self.tables: list[Table] = []
        self.pre = 0
        self.waiting: list[Medium] = []
        """Links and pictures whose leaf is not known yet."""
        self.link: Medium | None = None

    def text(self, raw: str) -> None:
        if self.pre and "\n" in raw:
            first, *rest = raw.split("\n")
            self.text(first)
            for line in rest:
                self.end()
                self.text(line)
            return
        if raw.isspace():
            if not (self.texts or self.blank or self.pre):
                self.blank = True
                return
            piece = " " if self.texts or self.blank else ""
        else:
            piece = _RUN.sub(" ", raw) if "\n" in raw else raw
        self.texts.append(raw)
        self.marks.append(len(self.flat.pieces))
        self.flat.pieces.append(piece)

    def remove(self, element: str, reason: RemovalReason) -> None:
        """A marked element: recorded in its place; one inside a line does not break the line."""
        if marks.name_of(element) in _BLOCKS:
            self.end()
        text = _collapsed(marks.plain(element))
        if not text:
            return
        self._leaf()
        self.flat.removed.append((len(self.flat.leaves), Removed(text, reason)))
        self.flat.leaves.append(text)
        self.flat.media.extend(
            Medium(self.resolve(address), None, len(self.flat.leaves) - 1) for address in marks.links(element)
        )

    def _leaf(self) -> None:
        """Close the leaf of what was read of the run so far."""
        texts = self.texts[self.cut :] if self.cut else self.texts
        joined = texts[0] if len(texts) == 1 else "".join(texts)
        is_simple = self.simple and "\n" not in joined
        if text := " ".join(joined.replace("&nbsp;", " ").split()) if is_simple else clean(joined):
            self.leaves.append(len(self.flat.leaves))
            self.flat.leaves.append(text)
        self.cut = len(self.texts)

    def end(self) -> None:
        """Border of a block."""
        if self.texts:
            whole = not self.cut
            self._leaf()
            leaves = self.leaves
            if leaves:
                text = self.flat.leaves[leaves[0]] if whole else clean("".join(self.texts))
                paragraph = Paragraph(text, self.marks, leaves)
                if self.tables:
                    self.tables[-1].cell().paragraphs.append(paragraph)
                else:
                    self.flat.paragraphs.append(paragraph)
            self.texts, self.marks, self.leaves, self.cut = [], [], [], 0
            if leaves and self.waiting:
                self._place(leaves[-1])
        self.blank = False
        if self.waiting:
            self._place(None)

    def _place(self, leaf: int | None) -> None:
        """Links and pictures of a run; those that stand alone go with what is in front of them."""
        still: list[Medium] = []
        for medium in self.waiting:
            if leaf is not None:
                medium.leaf = leaf
            elif medium is self.link:
                # Its words may stand in a block inside it.
                still.append(medium)
            else:
                medium.leaf = len(self.flat.leaves) - 1
        self.waiting = still

    def medium(self, medium: Medium) -> None:
        self.flat.media.append(medium)
        self.waiting.append(medium)

    def open_cell(self, attributes: dict[str, str]) -> None:
        if self.tables and self.tables[-1].in_row:
            cell = Cell(
                columns=span(attributes.get("colspan", ""), MAX_COLUMNS),
                rows=span(attributes.get("rowspan", ""), MAX_ROWS),
            )
            self.tables[-1].rows[-1].append(cell)

    def row(self, *, closing: bool) -> None:
        if not self.tables:
            if closing:
                return
            # The part begins inside a table.
            self.tables.append(Table())
        self.tables[-1].in_row = not closing
        if not closing:
            self.tables[-1].rows.append([])

    def table(self, *, closing: bool) -> None:
        if not closing:
            self.tables.append(Table())
        elif self.tables:
            paragraphs, data = lines(self.tables.pop())
            if self.tables and paragraphs:
                cell = self.tables[-1].cell()
                cell.paragraphs.extend(paragraphs)
                cell.nested |= data
            else:
                self.flat.paragraphs.extend(paragraphs)


def _attributes(raw: str) -> dict[str, str]:
    return {name.lower(): html.unescape(value) for name, value in _ATTRIBUTE.findall(raw)}


def _tag(builder: _Builder, name: str, raw: str) -> str:
    """Lean form of an opening tag; links and pictures are noted."""
    if name in _KEPT:
        if name in ("td", "th"):
            spans = _attributes(raw) if "span=" in raw else {}
            builder.open_cell(spans)
            extra = "".join(
                f' {key}="{value}"'
                for key, value in spans.items()
                if key in ("colspan", "rowspan") and value.isdigit() and len(value) < 4
            )
            return f"<{name}{extra}>"
        return f"<{name}>"
    if name == "a":
        address = builder.resolve(_attributes(raw).get("href", ""))
        builder.link = Medium(address, None)
        builder.medium(builder.link)
        return f'<a href="{html.escape(address)}">' if address else ""
    if name == "img":
        attributes = _attributes(raw)
        address = builder.resolve(attributes.get("src") or attributes.get("data-src") or "")
        alt = attributes.get("alt", "")
        if not _ICON.search(address):
            builder.medium(Medium(address, " ".join(alt.split())))
        # The address is kept as data: a reader's browser must not call the site when it shows a reply.
        source = f' data-src="{html.escape(address)}"' if address else ""
        return f'<img alt="{html.escape(alt)}"{source}>'
    return "<div>" if name in _LIKE_DIV else ""


def flatten(
    markup: str, base: str | None = None, *, plain: bool = False, tokens: list[str] | None = None
) -> Flat:
    """Paragraphs, lean markup, links and pictures of a part, and what was left out of it.

    ``plain``: it is known that there is neither a mark nor an element with raw text in it; then ``tokens`` are those of the
    markup, where the caller has them.
    """
    builder = _Builder(Resolver(base))
    if plain:
        _read(builder, tokens or tokenise(markup))
    else:
        for piece, reason in marks.split(marks.escape_raw(markup)):
            if reason is None:
                _read(builder, tokenise(piece))
            else:
                builder.remove(piece, reason)
    builder.end()
    while builder.tables:
        builder.table(closing=True)
    return builder.flat


def _is_simple(text: str) -> bool:
    bare = text.replace("&nbsp;", " ") if "&" in text else text
    return "&" not in bare and "\r" not in bare and without_invisible(bare) == bare


def _read_brackets(builder: _Builder, text: str) -> None:
    for number, part in enumerate(text.split("<")):
        if number:
            # It begins no tag.
            builder.text("&lt;")
        if part:
            builder.text(part)


def _read(builder: _Builder, tokens: list[str]) -> None:
    pieces = builder.flat.pieces
    texts = tokens[::2]
    printed_text = "".join(texts)
    brackets = "<" in printed_text
    builder.simple = builder.simple and not brackets and _is_simple(printed_text)
    tags = tokens[1::2]
    # Editors repeat a few over and over.
    names = {tag: printed_name(tag) for tag in set(tags)}
    for text, tag, printed in zip_longest(texts, tags, map(names.__getitem__, tags), fillvalue=""):
        if brackets and "<" in text:
            _read_brackets(builder, text)
        elif text:
            builder.text(text)
        if not printed or printed in _SILENT:
            continue
        if (lean := _ENDS.get(printed)) is not None:
            builder.end()
            if lean:
                pieces.append(lean)
            continue
        closing = printed[0] == "/"
        name = (printed[1:] if closing else printed).lower()
        if name not in _READ:
            continue
        if name in _BLOCKS or name == "br":
            builder.end()
            if name == "tr":
                builder.row(closing=closing)
            elif name == "table":
                builder.table(closing=closing)
            elif name == "pre":
                builder.pre = max(0, builder.pre + (-1 if closing else 1))
        if closing:
            if name == "a":
                builder.link = None
            # An end tag without its start (a link to nowhere) is dropped by the sanitiser.
            if name in _KEPT or name == "a":
                pieces.append(f"</{name}>")
            elif name in _LIKE_DIV:
                pieces.append("</div>")
        elif lean := _tag(builder, name, tag[1 + len(printed) : -1]):
            pieces.append(lean)
