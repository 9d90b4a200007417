"""How a cell of a table looks: codes as code, moments as people write them, Datasette's few English words in Chinese.

Works on what Datasette is about to print: text, or markup that is safe already.
"""

from __future__ import annotations

import html
import re

from markupsafe import Markup, escape

CODE = re.compile(r"(?!https?://)(?=.*[A-Za-z])[!-~]{2,}(?:\n[!-~]+)*…?|[a-z_]+:\S+", re.DOTALL)
"""One word, or a word a line, of nothing but ASCII: a key, a rule, a hash; Datasette cuts long ones off with `…`.
Or a source with the label that a page prints, `cell:发布机构`."""

WORD = re.compile(r"https?://[!-~]+|[A-Za-z0-9_*][A-Za-z0-9_./*-]*(?:: [a-z]+\b)?")
"""Addresses, names of files and keys inside a Chinese sentence of ours."""

DATA = re.compile(r"\s*(?:\{\"|\[\{\"|<(?:p|div|span|table|a|h[1-6]|ul|ol|br|section|strong|b)[ />])")
"""Beginnings of JSON and HTML."""

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?(?:\+08:00)?")
"""Beijing time, as pages and machines give it here."""

_BINARY = re.compile(r"&lt;Binary:&nbsp;([\d,]+)&nbsp;bytes?&gt;")
_KEY = re.compile(r"(<em>|(?<=[^/])>)([^<>]+)(</em>|</a>)$")


def shown(value: object) -> object:
    """The text or markup of a cell.

    >>> str(shown("signature.dates"))
    '<code>signature.dates</code>'
    >>> str(shown("2026-11-26T00:44:13+08:00"))
    '<time datetime="2026-11-26T00:44:13+08:00">2026-11-26 00:44</time>'
    >>> shown("A")
    'A'
    """
    if isinstance(value, Markup):
        return _marked(value)
    if (
        not isinstance(value, str) or not value[:1].isascii()
    ):  # most text is Chinese, and asked for every cell
        return value
    if match := MOMENT.fullmatch(value):
        return Markup('<time datetime="{}">{} {}</time>').format(value, match[1], match[2])
    return Markup("<code>{}</code>").format(value) if CODE.fullmatch(value) or DATA.match(value) else value


def _marked(value: Markup) -> Markup:
    """Datasette's links: size of what is binary, and keys of rows as code."""
    text = str(value)
    if "&lt;Binary" in text:
        text = _BINARY.sub(r"二进制，\1 字节", text)
    found = _KEY.search(text) if text.startswith("<a ") else None
    if found and CODE.fullmatch(html.unescape(found[2])):
        opened = ">" if found[1] == ">" else ""
        closed = "</a>" if found[3] == "</a>" else ""
        text = f"{text[: found.start()]}{opened}<code>{found[2]}</code>{closed}"
    return Markup(text)  # noqa: S704  # was markup before, and nothing but our own words was put in


def to_row(link: Markup) -> Markup:
    """Datasette's link to a row with a key of several columns, in words instead of the parts of the key."""
    head, opened, _ = str(link).partition(">")
    return Markup(f"{head}>看这一行</a>") if opened else link  # noqa: S704  # Datasette's own link


def with_code(text: str) -> Markup:
    """A sentence of ours with the names of files, keys and settings in it as code; figures and abbreviations stay.

    >>> str(with_code("请在 data/sessions 里补 1 条，见 HTTP"))
    '请在 <code>data/sessions</code> 里补 1 条，见 HTTP'
    """
    out, end = Markup(""), 0
    for match in WORD.finditer(text):
        if re.search(r"[a-z]", match[0]):
            out += Markup("{}<code>{}</code>").format(text[end : match.start()], match[0])
            end = match.end()
    return out + text[end:]


def as_code(text: object) -> Markup:
    """A word that is a code as code, anything else as text."""
    return Markup("<code>{}</code>").format(text) if CODE.fullmatch(str(text)) else escape(str(text))
