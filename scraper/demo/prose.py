"""The written text of a reply: from lines in a reviewed file to what a CMS editor makes of them, and to the plain truth.

A line is a paragraph. `> ` is set to the right (signature, date), `# ` is a bold heading, `- ` an item of a list and
`-- ` an item of a list in it, `| a | b |` a row of a table, `=====` the place where the CMS breaks a long text into the
next page. `{{…}}` holds contact data: printed on the page, masked in the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

_CONTACT = re.compile(r"\{\{([^{}\n]{1,60})\}\}")
PAGE_BREAK = "====="
STYLES = ("plain", "spans", "breaks", "divs", "word")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text."""

    kind: str
    """`text`, `right`, `heading`, `item`, `subitem`, `row`."""
    text: str


_MARKS = (("> ", "right"), ("# ", "heading"), ("-- ", "subitem"), ("- ", "item"), ("| ", "row"))


def pages(body: str) -> list[list[Line]]:
    """The lines of each page of a text."""
    out: list[list[Line]] = [[]]
    for raw in body.splitlines():
        text = raw.strip()
        if text == PAGE_BREAK:
            out.append([])
        elif text:
            mark, kind = next(((m, k) for m, k in _MARKS if text.startswith(m)), ("", "text"))
            out[-1].append(Line(kind, text[len(mark) :].strip()))
    return out


def truth(body: str) -> str:
    """The text as the corpus should hold it: paragraphs joined by line feeds, contact data as asterisks."""
    lines = []
    for line in (line for page in pages(body) for line in page):
        text = " ".join(_cells(line.text)) if line.kind == "row" else line.text
        lines.append(_CONTACT.sub(lambda match: re.sub(r"\S", "*", match[1]), text))
    return "\n".join(lines)


def printed(body: str) -> list[str]:
    """The paragraphs as a file beside the page prints them, contact data and all."""
    return [_CONTACT.sub(r"\1", line.text) for page in pages(body) for line in page]


def markup(lines: list[Line], style: str) -> str:
    """The HTML that an editor leaves behind; the same text in every style.

    Raises ValueError for an unknown style.
    """
    if style not in STYLES:
        raise ValueError(f"没有 {style} 这种正文样式，可用：{'、'.join(STYLES)}")
    return "\n".join(_blocks(lines, style))


def _blocks(lines: list[Line], style: str) -> Iterator[str]:
    for kind, group in groupby(lines, lambda line: "list" if line.kind.endswith("item") else line.kind):
        block = list(group)
        if kind == "row":
            yield _table(block)
        elif kind == "list":
            yield _list(block)
        elif kind == "text" and style == "breaks":
            inner = "<br />\n".join("　　" + _inline(line.text, style) for line in block)
            yield f"<p>{inner}</p>"
        else:
            yield from (_paragraph(line, style) for line in block)


def _paragraph(line: Line, style: str) -> str:
    text = _inline(line.text, style)
    if line.kind == "right":
        return f'<p style="text-align: right;">{text}&nbsp;&nbsp;&nbsp;&nbsp;</p>'
    if line.kind == "heading":
        return f'<p style="text-indent: 2em;"><strong>{text}</strong></p>'
    match style:
        case "divs":
            return f'<div style="text-indent:2em">{text}</div>'
        case "word":
            return (
                f'<p class="MsoNormal" style="text-indent:32.0pt;line-height:28.0pt">{text}<o:p></o:p></p>'
                '\n<p class="MsoNormal"><span lang="EN-US">&nbsp;</span></p>'
            )
        case _:
            return f'<p style="text-indent: 2em;">{text}</p>'


def _inline(text: str, style: str) -> str:
    """Escaped text; in `spans` and `word` each run of digits stands in a span of its own, as editors leave it."""
    plain = _CONTACT.sub(r"\1", text)
    if style in ("spans", "word"):
        parts = re.split(r"(\d+)", plain)
        return "".join(
            f'<span lang="EN-US" style="font-family:仿宋_GB2312">{part}</span>'
            if part.isdigit()
            else escape(part)
            for part in parts
        )
    return escape(plain)


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.strip("| ").split("|")]


def _table(rows: list[Line]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td><p>{escape(cell)}</p></td>" for cell in _cells(row.text)) + "</tr>"
        for row in rows
    )
    return f'<table border="1" cellspacing="0" style="width:90%"><tbody>{body}</tbody></table>'


def _list(items: list[Line]) -> str:
    out: list[str] = ["<ol>"]
    inner = False
    for index, item in enumerate(items):
        if item.kind == "subitem":
            out.append(("" if inner else "<ul>") + f"<li>{escape(item.text)}</li>")
            inner = True
            continue
        out.append(("</ul>" if inner else "") + ("</li>" if index else "") + f"<li>{escape(item.text)}")
        inner = False
    out.append(("</ul>" if inner else "") + "</li></ol>")
    return "".join(out)
