"""What a trouble is, and the common forms of it.

A fault is a function from the layout of a site and a source of chance to a trouble: how the site answers from now on,
and what the crawl owes us in spite of it. What is owed is computed from the layout and from the promises of the
documentation (a wall is left alone after three challenges, dead connections after nine), never from what a crawl did.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scraper.demo.personality import Document
from tests.gov.personalities import Layout
from tests.gov.server import Answer
from tests.gov.town import Hit, React

MAX_BLOCKED = 3
BLOCKED_SHARE = 0.2
"""Of the addresses of a site: more of them blocked and the site has failed."""
TRIES = 3
"""Of an address that fails in a way that may pass."""
MAX_DEAD = 9
"""Failed connections, or answers "too busy", in a row."""
CLONE = "www.clone.invalid"


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be true of a site after the crawl."""

    lost: frozenset[str] = frozenset()
    """Paths of declared replies that cannot be had."""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """Path → outcome that the corpus tells of it; what is not named is `ok`, or `redirect` on the way to it."""
    unasked: frozenset[str] = frozenset()
    """Paths that must not be asked for, and have no outcome."""
    codes: frozenset[str] = frozenset()
    """Codes of all issues of the site, besides those of its kind."""
    ok: bool = True
    """Whether the site may count as crawled well: exit code 0."""
    says: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Path → values of a reply that the page does not say in this state."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Path → path at which the reply is found instead."""

    def count(self, outcome: str) -> int:
        """Addresses with this outcome."""
        return sum(found == outcome for found in self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Trouble:
    """How a site answers, and what must come of it."""

    react: React
    expected: Expected


STANDS_IN = frozenset(
    ("gone", "soft_404", "blocked", "maintenance", "error", "truncated", "empty", "unreachable", "robots")
)
"""Outcomes of a document for which the text in its list is used."""
NOT_IN_LIST = (
    "index_number",
    "category",
    "publisher",
    "issued_on",
    "validity",
    "document_number",
    "published_at",
)


def text_in_list(layout: Layout, expected: Expected) -> Expected:
    """The same where the list carries the text of every document: what cannot be got is found there, without the values
    that only the page has; also of a site that was left alone, whose documents then count as out of reach."""
    if layout.lists[0] in expected.outcomes:
        return expected
    documents = {layout.path(doc) for doc in layout.listed}
    left = documents & expected.unasked - expected.outcomes.keys()
    outcomes = {**expected.outcomes, **dict.fromkeys(left, "unreachable")}
    stands = {path for path, outcome in outcomes.items() if outcome in STANDS_IN and path in documents}
    codes = expected.codes
    if stands:
        codes |= {"text_from_list"}
    if left:
        codes |= {"outcome_unreachable"}
    dates = {layout.path(doc): f"{doc.row_date}T00:00:00" for doc in layout.listed}
    says = {
        path: {**dict.fromkeys(NOT_IN_LIST), "published_at": dates[path], **expected.says.get(path, {})}
        for path in stands
    }
    return replace(
        expected,
        lost=expected.lost - stands,
        outcomes=outcomes,
        codes=codes,
        says={**expected.says, **says},
    )


Fault = Callable[[Layout, random.Random], Trouble]


def swap(answers: Mapping[str, Answer | Callable[[Hit], Answer | None]]) -> React:
    """Other answers for some addresses."""

    def react(hit: Hit) -> Answer | None:
        found = answers.get(hit.path)
        return found(hit) if callable(found) else found

    return react


def victims(layout: Layout, chance: random.Random, count: int = 2) -> list[Document]:
    """Some replies, in the order of the list."""
    chosen = {doc.file for doc in chance.sample(layout.replies, count)}
    return [doc for doc in layout.replies if doc.file in chosen]


def lost(layout: Layout, documents: Iterable[Document]) -> frozenset[str]:
    """Paths of those that are replies."""
    mine = {doc.file for doc in layout.replies}
    return frozenset(layout.path(doc) for doc in documents if doc.file in mine)


def each(
    answer: Answer | Callable[[Hit], Answer | None],
    outcome: str,
    *,
    codes: Iterable[str],
    ok: bool,
    count: int = 2,
) -> Fault:
    """Some documents answer like that, for ever."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        chosen = victims(layout, chance, count)
        paths = [layout.path(doc) for doc in chosen]
        expected = Expected(
            lost(layout, chosen), dict.fromkeys(paths, outcome), codes=frozenset(codes), ok=ok
        )
        return Trouble(swap(dict.fromkeys(paths, answer)), expected)

    return fault


def harmless(answer: Callable[[Hit], Answer | None], codes: Iterable[str] = (), count: int = 2) -> Fault:
    """Some documents answer like that, and nothing is lost."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        paths = [layout.path(doc) for doc in victims(layout, chance, count)]
        return Trouble(swap(dict.fromkeys(paths, answer)), Expected(codes=frozenset(codes)))

    return fault


def unreadable(answer: Callable[[Hit], Answer | None], code: str) -> Fault:
    """Some documents arrive and say nothing that can be read."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        chosen = victims(layout, chance)
        paths = [layout.path(doc) for doc in chosen]
        return Trouble(
            swap(dict.fromkeys(paths, answer)),
            Expected(lost(layout, chosen), codes=frozenset({code}), ok=False),
        )

    return fault


def from_some_document_on(answer: Answer, outcome: str, *, patience: int, codes: Iterable[str]) -> Fault:
    """From some document on every answer is like that, until the site is left alone after `patience` addresses."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        start = chance.randrange(len(layout.listed) - patience)
        rest = [layout.path(doc) for doc in layout.listed[start:]]
        asked = len(layout.lists) + start + patience
        often = outcome == "blocked" and patience > BLOCKED_SHARE * asked
        expected = Expected(
            lost(layout, layout.listed[start:]),
            dict.fromkeys(rest[:patience], outcome),
            unasked=frozenset(rest[patience:]),
            codes=frozenset(codes) | ({"block_rate"} if often else set()),
            ok=False,
        )
        return Trouble(swap(dict.fromkeys(rest, answer)), expected)

    return fault


def first_list(answer: Answer, outcome: str, codes: Iterable[str]) -> Fault:
    """The column itself answers like that: nothing of it can be had."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        told = {"column_gone", "column_successor_unknown"} if outcome in ("gone", "soft_404") else set()
        expected = Expected(
            lost(layout, layout.listed),
            {layout.lists[0]: outcome},
            unasked=frozenset((*layout.lists[1:], *map(layout.path, layout.listed))),
            codes=frozenset(codes) | told,
            ok=False,
        )
        return Trouble(swap({layout.lists[0]: answer}), expected)

    return fault


def later_list(answer: Answer, outcome: str, codes: Iterable[str]) -> Fault:
    """A further list page answers like that. Where the first page names them all the others are read."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        if layout.is_one_file:
            return first_list(answer, outcome, codes)(layout, chance)
        broken = chance.randrange(1, len(layout.lists) - 1)
        unread = sorted(set(range(len(layout.lists))) - readable(layout, broken))
        missing = [doc for at in unread for doc in layout.on_page(at)]
        # A document whose twin stands on the page behind is found as its twin.
        twins = {
            doc.file for at in range(len(layout.lists)) if at not in unread for doc in layout.rows_on(at)
        }
        expected = Expected(
            lost(layout, (doc for doc in missing if doc.file not in twins)),
            {layout.lists[broken]: outcome},
            unasked=frozenset(
                (*(layout.lists[at] for at in unread if at != broken), *map(layout.path, missing))
            ),
            codes=frozenset(codes) | reconciled(layout, unread),
            ok=False,
        )
        return Trouble(swap({layout.lists[broken]: answer}), expected)

    return fault


def readable(layout: Layout, broken: int) -> set[int]:
    """List pages that a reader comes to when one is broken. Most lists name all pages on the first one; where they link
    each other, a page leads to the next one and to the last one, and the last one back."""
    last = len(layout.lists) - 1
    if layout.made.kind.paging != "next":
        return set(range(last + 1)) - {broken}
    found: set[int] = set()
    waiting = [0]
    while waiting:
        page = waiting.pop()
        if page in found or page == broken:
            continue
        found.add(page)
        waiting += [page + 1, last] if page < last else [last - 1]
    return found


def reconciled(layout: Layout, unread: Sequence[int] | range) -> frozenset[str]:
    """Codes of the reconciliation when some list pages were not read: what the site prints tells what is missing."""
    if not len(unread):
        return frozenset()
    shape = layout.shape
    codes = {"column_pages_missing"}
    if shape.prints_total or shape.paging == "pageHtml":
        codes.add("column_rows_missing")
    return frozenset(codes)


def robots(answer: Answer, codes: Iterable[str] = ()) -> Fault:
    """An answer for robots.txt under which the site may be read."""
    return lambda layout, chance: Trouble(swap({"/robots.txt": answer}), Expected(codes=frozenset(codes)))


def keeps_out(answer: Answer, codes: Iterable[str] = ("robots_stay_away", "outcome_robots")) -> Fault:
    """An answer for robots.txt under which the site is not entered."""

    def fault(layout: Layout, chance: random.Random) -> Trouble:
        expected = Expected(
            lost(layout, layout.listed),
            {layout.lists[0]: "robots"},
            unasked=frozenset((*layout.lists, *map(layout.path, layout.listed))),
            codes=frozenset(codes),
            ok=False,
        )
        return Trouble(swap({"/robots.txt": answer}), expected)

    return fault
