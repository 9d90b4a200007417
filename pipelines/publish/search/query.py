"""What a reader types, for the web page, `_search=` of the JSON API and the command line alike.

    充电桩 小区            both must occur
    "老旧小区 改造"        one after the other, only spaces and punctuation between them
    -电动车                must not occur
    标题:电梯              must occur in the title

Quotation marks, minus and colon may be of any width; the Chinese marks “” 「」 『』 do too. Everything else is text: no
operator of FTS5 gets through.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipelines.publish.search.words import phrase

NOTHING = '"\uf8ff"'
"""An expression that finds nothing: no word of the index holds this character."""

TITLE = "title_words"
"""Column of the index."""

PREFIX = "标题:"

_OPEN, _CLOSE = '"“”＂「『', '"“”＂」』'
_UNQUOTED = dict.fromkeys(map(ord, _CLOSE), " ")
"""Inside a term a quotation mark separates as any punctuation does; written out, the term would end there."""
_TERM = re.compile(
    rf"(?P<minus>[-－\u2212])?(?P<title>(?:标题|title)[:：])?"
    rf"(?:[{_OPEN}](?P<quoted>[^{_CLOSE}]*)[{_CLOSE}]?|(?P<bare>[^\s{_OPEN}]\S*))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One of the things that must occur, or must not."""

    text: str
    excluded: bool = False
    in_title: bool = False

    def __str__(self) -> str:
        alone = _TERM.fullmatch(self.text)
        plain = alone is not None and alone["bare"] == self.text
        text = self.text if plain else f'"{self.text}"'
        return f"{'-' * self.excluded}{PREFIX * self.in_title}{text}"


@dataclass(frozen=True)
class Query:
    """Terms in the order typed; those without a single word or character of Chinese are left out."""

    terms: tuple[Term, ...]

    @cached_property
    def wanted(self) -> tuple[Term, ...]:
        """What must occur."""
        return tuple(term for term in self.terms if not term.excluded)

    @cached_property
    def unwanted(self) -> tuple[Term, ...]:
        """What must not."""
        return tuple(term for term in self.terms if term.excluded)

    @cached_property
    def match(self) -> str:
        """The FTS5 expression; one that finds nothing where nothing is wanted, for FTS5 cannot say `all but`."""
        wanted = _phrases(self.wanted)
        if not wanted:
            return NOTHING
        if not (unwanted := _phrases(self.unwanted)):
            return " ".join(wanted)
        return f"({' '.join(wanted)}) NOT ({' OR '.join(unwanted)})"

    @cached_property
    def has_prefix(self) -> bool:
        """Whether a term ends in a single character, for which the index has to look at all words that begin with it."""
        return '"*' in self.match

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))


@lru_cache(maxsize=256)
def parse(words: str | None, in_title: bool = False) -> Query:
    """The query that a text is; with `in_title`, everything wanted must occur in the title.

    >>> str(parse("充电桩　－电动车 “老旧 小区”"))
    '充电桩 -电动车 "老旧 小区"'
    """
    terms = []
    for found in _TERM.finditer(words or ""):
        text = found["quoted"] if found["bare"] is None else found["bare"]
        text = " ".join(text.translate(_UNQUOTED).split())
        if phrase(text) is not None:
            excluded = found["minus"] is not None
            terms.append(Term(text, excluded, found["title"] is not None or (in_title and not excluded)))
    return Query(tuple(dict.fromkeys(terms)))


def match_query(words: str | None) -> str:
    """What a reader types → an FTS5 expression; takes the place of Datasette's `escape_fts`.

    >>> match_query("科技厅 第20240133号 AND 税")
    '"科技 技厅" "第 20240133 号"* "and" "税"*'
    >>> match_query('标题:科技 -"税 费"')
    '(title_words : "科技") NOT ("税 费"*)'
    """
    return parse(words).match


def _phrases(terms: Sequence[Term]) -> list[str]:
    found = ((phrase(term.text), term.in_title) for term in terms)
    return list(dict.fromkeys(f"{TITLE} : {text}" if in_title else str(text) for text, in_title in found))
