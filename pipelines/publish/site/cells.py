"""How a cell of a table looks: codes as code, moments as people write them, Datasette's few English words in Chinese.

Works on what Datasette is about to print: text, or markup that is safe already.
"""

from __future__ import annotations

import html
import re

from markupsafe import Markup, escape

from pipelines.remember import remembered

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


def shown(value: object) -> Markup:
    """The markup of a cell, see `html_of`."""
    return Markup(html_of(value))  # noqa: S704  # escaped or ours


def html_of(value: object) -> str:
    """What Datasette would print in a cell, as HTML: text escaped, codes and moments marked, markup with our words in it.

    Asked for every cell of a page, so what most cells are is answered first: Chinese text and figures.

    >>> html_of("signature.dates")
    '<code>signature.dates</code>'
    >>> html_of("2026-11-26T00:44:13+08:00")
    '<time datetime="2026-11-26T00:44:13+08:00">2026-11-26 00:44</time>'
    >>> html_of("A"), html_of("甲<b>"), html_of(12)
    ('A', '甲&lt;b&gt;', '12')
    """
    if isinstance(value, Markup):
        return _marked(str(value))
    if not isinstance(value, str):
        return str(escape(value))
    if value[:1] > "~":
        return str(escape(value))
    return _text(value)


@remembered(100, answers=4096)
def _text(value: str) -> str:
    """Text that begins with ASCII. The same few codes and days come again and again in a column."""
    if match := MOMENT.fullmatch(value):
        return f'<time datetime="{value}">{match[1]} {match[2]}</time>'
    as_text = str(escape(value))
    return f"<code>{as_text}</code>" if CODE.fullmatch(value) or DATA.match(value) else as_text


def _marked(text: str) -> str:
    """Datasette's links: size of what is binary, and keys of rows as code."""
    if not text.startswith("<a "):
        return text
    if "&lt;Binary" in text:
        text = _BINARY.sub(r"二进制，\1 字节", text)
    for closed, opened in (("</a>", ""), ("</em>", "<em")):
        if text.endswith(closed):
            head, _, key = text.removesuffix(closed).rpartition(">")
            if head.endswith(opened) and _is_code(key):
                after = f"<code>{key}</code>"
                return f"{head}>{after}</a>" if closed == "</a>" else f"{head.removesuffix(opened)}{after}"
    return text


def _is_code(key: str) -> bool:
    """Whether the markup between two tags is text, and that text a code."""
    return "<" not in key and CODE.fullmatch(html.unescape(key)) is not None


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
