"""How to cite a reply: GB/T 7714-2015, and BibTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipelines.publish.site.listing import UNTITLED

Row = Mapping[str, Any]

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash ",
        "{": r"\{",
        "}": r"\}",
        "%": r"\%",
        "&": r"\&",
        "#": r"\#",
        "$": r"\$",
        "_": r"\_",
        "^": r"\^{}",
        "~": r"\~{}",
    }
)
_URL_ESCAPES = {char: f"%{ord(char):02X}" for char in '{}\\"<>^`| '}


def gb7714(reply: Row) -> str:
    """GB/T 7714-2015 §4.6, electronic resource: 责任者. 题名[EB/OL]. (公布日期)[引用日期]. 地址.

    The day of citation is the day on which we last saw the page: that is what we can vouch for.
    """
    author, published, seen = _author(reply), _published(reply), _seen(reply)
    text = f"{author}. " if author else ""
    text += f"{_line(reply['title'] or UNTITLED)}[EB/OL]. "
    text += f"({published})" if published else ""
    text += f"[{seen}]" if seen else ""
    return text.rstrip() + (f". {_line(reply['url'])}." if published or seen else f" {_line(reply['url'])}.")


def bibtex(reply: Row, page: str) -> str:
    """An `@online` entry (biblatex, gbt7714-bibtex-style, Zotero); `page` is the address of our page of the reply.

    Braces stay balanced whatever a page printed, so that an entry cannot end early.
    """
    published, seen = _published(reply), _seen(reply)
    fields = {
        "author": f"{{{_tex(author)}}}" if (author := _author(reply)) else None,
        "title": f"{{{_tex(reply['title'] or UNTITLED)}}}",
        "date": published,
        "year": published[:4] if published else None,
        "url": _url(reply["url"]),
        "urldate": seen,
        "number": _tex(reply["document_number"]) if reply["document_number"] else None,
        "note": _tex(f"收录于 {page}"),
        "langid": "chinese",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@online{{{reply['id']},\n" + ",\n".join(lines) + "\n}"


def _author(reply: Row) -> str | None:
    author = reply["agency"] or reply["publisher"] or reply["signatory"]
    return _line(author) if author else None


def _published(reply: Row) -> str:
    return (reply["published_at"] or reply["signed_on"] or "")[:10]


def _seen(reply: Row) -> str:
    return (reply["last_seen_at"] or "")[:10]


def _line(text: str) -> str:
    return " ".join(text.split())


def _tex(text: str) -> str:
    return _line(text).translate(_ESCAPES)


def _url(url: str) -> str:
    return re.sub(r'[{}\\"<>^`|\s]', lambda match: _URL_ESCAPES.get(match[0], "%20"), url)
