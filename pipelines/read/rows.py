"""A block of labels in regular markup → labelled values: table rows, list items, paragraphs, lines."""

from __future__ import annotations

import re

from pipelines.models import RawField
from pipelines.read import fields, headings, labels
from pipelines.read.flatten import clean
from pipelines.read.words import words

_TOKEN = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>|<!--[\s\S]*?(?:-->|$)|<[!?][^>]*>|([^<]+)|<")
_SKIP = re.compile(r"<(script|style|select|noscript)\b[\s\S]*?</\1\s*>", re.IGNORECASE)
_SKIPPED = ("<script", "<style", "<select", "<noscript")
_BULLET = re.compile(r"^[•·●○]\s{0,4}(?=\S)")
_TABS, _TAB_AND_SPACE = re.compile(r"\t+"), re.compile(r"\t? \t?")
_LINES = frozenset(words("p div li ul ol dl h1 h2 h3 h4 h5 h6 br section header hr center table tbody"))
_CELLS = frozenset({"td", "th"})


def read_markup(markup: str) -> list[RawField]:
    """Labelled values of a block. Cells of a table are taken apart; elsewhere the border of two inline nodes is a tab.

    Items of a list without labels (a list that carries an index number) are fields with an empty label, source `cell`.
    """
    if any(map(markup.__contains__, _SKIPPED)):
        markup = _SKIP.sub("", markup)
    rows: list[list[str]] = []
    lines: list[str] = []
    items: list[str] = []
    buffer: list[str] = []
    linked: set[int] = set()
    """Rows with a link in them, by their number."""
    stack: list[list[list[str]]] = []
    """Open table rows: cells, each a list of text pieces."""
    into = buffer
    """Where a text belongs: to the last cell of the row that is open, else to the line."""
    item = False

    def flush() -> None:
        nonlocal item
        text = _line(buffer) if "".join(buffer).strip() else ""
        buffer.clear()
        if text:
            lines.append(_BULLET.sub("", text) if item else text)
            if item:
                items.append(_BULLET.sub("", text.replace("\t", "")))
        item = False

    for slash, printed, text in _TOKEN.findall(markup):
        if text:
            into.append(text)
            continue
        if not printed:
            continue
        name, closing = printed.lower(), bool(slash)
        if name == "a" and into is not buffer:
            linked.add(len(rows))
        if name == "tr":
            if not closing:
                flush()
                stack.append([])
            elif stack:
                row = [clean("".join(cell)) for cell in stack.pop()]
                if any(row):
                    rows.append(row)
            into = stack[-1][-1] if stack and stack[-1] else buffer
        elif name in _CELLS and stack:
            if not closing:
                into = []
                stack[-1].append(into)
        elif into is not buffer:
            if name in _LINES:
                into.append(" ")
        elif name in ("dt", "dd"):
            if name == "dt" and not closing:
                flush()
            else:
                buffer.append("\t")
        elif name in _LINES:
            if name == "li" and closing:
                item = True
            flush()
        else:
            buffer.append("\t")
    flush()
    while stack:
        row = [clean("".join(cell)) for cell in stack.pop()]
        if any(row):
            rows.append(row)
    if len(rows) > 1 and 1 in linked and len(rows[0]) > 1 and all(map(labels.bare_label, rows[0])):
        # A head over a row that leads to another document: a list, though it has one row only.
        rows = []
    found = fields.read_rows(rows)
    if lines:
        found.extend(fields.read_lines(lines))
    if items and any(headings.is_index_number(text) for text in items):
        found = [f for f in found if f.label or f.value not in items]
        known = {f.value for f in found}
        found.extend(RawField("", text, "cell") for text in items if text not in known and len(text) <= 60)
    return found


def _line(pieces: list[str]) -> str:
    """One line of text, with a tab where two inline nodes meet without white space between them."""
    parts = [clean(piece) if piece != "\t" else "\t" for piece in _spaced(pieces)]
    text = "".join(parts)
    # Runs of tabs first: a run that no space follows would be walked from each of its tabs.
    return _TAB_AND_SPACE.sub(" ", _TABS.sub("\t", text)).strip("\t ")


def _spaced(pieces: list[str]) -> list[str]:
    out: list[str] = []
    for piece in pieces:
        if piece != "\t":
            if piece[:1].isspace() or piece.startswith("&nbsp;"):
                out.append(" ")
            out.append(piece)
            if piece[-1:].isspace() or piece.endswith("&nbsp;"):
                out.append(" ")
        else:
            out.append(piece)
    return out
