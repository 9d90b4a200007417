"""The meta tags that 政府网站发展指引 (国办发〔2017〕47号) asks for, as printed, with the traps of real pages.

Names come in any case, the Site* trio is printed twice, values are empty: a name is kept once for each different value,
an empty value only where no other is given.
"""

from __future__ import annotations

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from pipelines.models import RawField
from pipelines.read.flatten import clean
from pipelines.read.words import words

_SKIPPED = frozenset(
    words("""
viewport renderer generator robots google referrer format-detection apple-mobile-web-app-capable theme-color
msapplication-tilecolor msapplication-tileimage csrf-token csrf-param mobile-agent applicable-device
""")
)
_MAX = 80


def read_meta(tree: LexborHTMLParser) -> list[RawField]:
    """Meta tags with a name, lower case, in order of first appearance."""
    found: dict[str, list[str]] = {}
    metas = [attributes for node in tree.tags("meta") if "name" in (attributes := node.attributes)]
    for attributes in metas[:_MAX]:
        name = (attributes.get("name") or "").strip().lower()
        value = clean(attributes.get("content") or "")
        if not name or name in _SKIPPED or len(value) > 2000:
            continue
        values = found.setdefault(name, [])
        if value not in values:
            values.append(value)
    return list(_fields(found))


def _fields(found: dict[str, list[str]]) -> Iterable[RawField]:
    for name, values in found.items():
        for value in [value for value in values if value] or [""]:
            yield RawField(name, value, "meta")
