"""Serialised markup → its texts and tags in turn.

Input is what Lexbor serialises: well-formed, quotes and angle brackets in attributes escaped, so that one split is enough; it
cannot recurse and costs a fraction of a tree.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"(<(?:/?[a-zA-Z][^>]*>|!--[\s\S]*?(?:-->|$)|[!?][^>]*>))")
_PRINTED = re.compile(r"<(/?[a-zA-Z][^\s/>]*)")


def tokenise(markup: str) -> list[str]:
    """Texts and tags in turn, a text first and last; texts may be empty. Comments and the like count as tags.

    >>> tokenise("<p>甲<br>乙</p>")
    ['', '<p>', '甲', '<br>', '乙', '</p>', '']
    """
    return _TAG.split(markup)


def printed_name(tag: str) -> str:
    """Name of a tag as printed, with the slash of an end tag; empty for a comment.

    >>> printed_name("<P class=a>"), printed_name("</P>"), printed_name("<!--甲-->")
    ('P', '/P', '')
    """
    match = _PRINTED.match(tag)
    return match[1] if match is not None else ""
