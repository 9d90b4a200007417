"""The last word on markup that leaves the house: an allow-list enforced by nh3 (ammonia), not by us.

Kept: paragraphs, headings, lists, tables, emphasis, links to http and https. An image keeps its alternative text and its
address as `data-src`: showing a reply must not make the reader's browser call another server. Paragraphs without a
character, with which editors make distance, are left out. The only names of places are `p1`, `p2` … of the paragraphs.
"""

from __future__ import annotations

import re

import nh3

from pipelines.read.words import words

_TAGS = set(
    words("""
p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr td th blockquote pre hr br strong b em i u
s sub sup a img span
""")
)
_TARGET = re.compile(r"p[1-9]\d{0,6}")
"""Names of the paragraphs, to which links on a reply's page lead."""

_ATTRIBUTES = {
    "span": {"id"},
    "a": {"href"},
    "img": {"alt", "data-src"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_GONE = set(words("script style noscript iframe object embed svg math template title"))


def _attribute(tag: str, name: str, value: str) -> str | None:
    return None if name == "id" and not _TARGET.fullmatch(value) else value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    clean_content_tags=_GONE,
    url_schemes={"http", "https"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)

_TEXT = "[^<]*+"
_NAMED = r'<span id="p[1-9]\d{0,6}"></span>'
_EMPHASIS = "|".join(f"<{tag}>{_TEXT}</{tag}>" for tag in words("strong b em i u s sub sup"))
_PLAIN = re.compile(
    rf"(<div>)?+(?:<p>{_TEXT}(?:(?:{_NAMED}|<br>|{_EMPHASIS}){_TEXT})*+</p>|[ \n]++)*+(?(1)</div>)"
)
"""Paragraphs, their names, line breaks and simple emphasis: every tag in it is on the list and closed. Possessive
throughout: it cannot run away."""
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|nbsp);)")
_REWRITTEN = ("\xa0", "\r", "\x00")

_EMPTY = re.compile(r"<(p|div)>(?:\s|&nbsp;|<br>){0,20}</\1>")


def _is_plain(html: str) -> bool:
    """Whether the cleaner gives back what it is given: nothing but `_PLAIN`, and in its texts no character that it writes
    in another way. (Halves of surrogate pairs, which no parser gives, it would refuse.)"""
    return (
        _PLAIN.fullmatch(html) is not None
        # Each tag has one, so the texts have none.
        and html.count(">") == html.count("<")
        and not any(map(html.__contains__, _REWRITTEN))
        and ("&" not in html or _ENTITY.search(html) is None)
    )


def sanitise(html: str) -> str:
    """Markup that may be shown to anybody: allowed elements and attributes only, no script, no style, no remote loading.

    >>> sanitise('<p onclick="x()">好<script>1</script></p>')
    '<p>好</p>'
    >>> sanitise('<p>好</p><p>&nbsp;<br></p>')
    '<p>好</p>'
    """
    # The cell around a letter: outside of a table its tags are none (HTML standard, 13.2.6.4.7).
    inner = html[4:-5] if html.startswith("<td>") and html.endswith("</td>") else html
    return _EMPTY.sub("", inner if _is_plain(inner) else _CLEANER.clean(html))
