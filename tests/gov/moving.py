"""Lists that move while they are read, and lists that lie about themselves."""

from __future__ import annotations

import random
from dataclasses import replace

from scraper.demo.render import Renderer
from tests.gov.personalities import Layout
from tests.gov.render import Habits, list_path
from tests.gov.server import Answer
from tests.gov.town import Hit, React
from tests.gov.trouble import Expected, Trouble, victims

STILL = Trouble(lambda hit: None, Expected())
"""A list that is one file cannot move while it is read, and prints no number of pages."""


def _changes_after_list(layout: Layout, later: Renderer, number: int) -> React:
    """Once list page `number` was answered, lists are those of the changed site."""
    lists = set(layout.lists)
    seen: set[str] = set()

    def react(hit: Hit) -> Answer | None:
        if hit.path not in lists:
            return None
        after = layout.lists[number] in seen
        seen.add(hit.path)
        return hit.place.page(hit.path, later) if after else None

    return react


def list_shrinks(layout: Layout, chance: random.Random) -> Trouble:
    """A row is taken down while the list is walked: those behind it move up, and one slips from a page that is yet to be
    read to one that was read already. Its document is still there."""
    if layout.is_one_file:
        return STILL
    number = chance.randrange(len(layout.lists) - 1)
    gone = layout.on_page(number)[0].file
    personality = layout.made.personality
    changed = replace(personality, documents=tuple(doc for doc in personality.documents if doc.file != gone))
    react = _changes_after_list(layout, layout.made.renderer(changed), number)
    width = 2 if layout.made.kind.twins else 1
    pages = -(-(layout.rows_total - width) // layout.shape.rows)
    # The last page may vanish with the row: it is asked for, since the first page named it, and is not there.
    beyond = layout.lists[pages:]
    return Trouble(
        react,
        Expected(
            outcomes=dict.fromkeys(beyond, "gone"),
            codes=frozenset({"list_changed", *(["outcome_gone"] if beyond else [])}),
            ok=not beyond,
        ),
    )


def list_reordered(layout: Layout, chance: random.Random) -> Trouble:
    """The list is sorted anew while it is walked."""
    if layout.is_one_file:
        return STILL
    number = chance.randrange(len(layout.lists) - 1)
    order = [doc.file for doc in layout.listed]
    chance.shuffle(order)
    later = layout.made.renderer(habits=Habits(order=tuple(order)))
    before = {doc.file for at in range(number + 1) for doc in layout.on_page(at)}
    width, rows = (2 if layout.made.kind.twins else 1), layout.shape.rows
    after = set([file for file in order for _ in range(width)][rows * (number + 1) :])
    # Where a total is printed, it agrees; only a row that is seen twice gives the move away.
    seen = not layout.prints_total or bool(before & after)
    return Trouble(
        _changes_after_list(layout, later, number),
        Expected(codes=frozenset({"list_changed"} if seen else ())),
    )


def list_never_still(layout: Layout, chance: random.Random) -> Trouble:
    """The list is sorted anew at every reading: it cannot be relied on, whatever is found."""
    if layout.is_one_file:
        return STILL
    first, *others = layout.lists
    orders = []
    for _ in range(8):
        order = [doc.file for doc in layout.listed]
        chance.shuffle(order)
        orders.append(layout.made.renderer(habits=Habits(order=tuple(order))))
    looks = [0]

    def react(hit: Hit) -> Answer | None:
        if hit.path == first:
            looks[0] += 1
        elif hit.path not in others:
            return None
        elif hit.path == others[-1] and looks[0] == 1:
            # The last page of the first reading repeats the first: a sign that every reader can see.
            return hit.place.page(first, orders[0])
        return hit.place.page(hit.path, orders[looks[0] - 1])

    return Trouble(react, Expected(codes=frozenset({"list_unstable"}), ok=False))


def pinned_on_every_page(layout: Layout, chance: random.Random) -> Trouble:
    """One row stands on top of every page, besides its own place."""
    (pinned,) = victims(layout, chance, 1)
    personality = layout.made.personality
    changed = replace(
        personality,
        documents=tuple(replace(doc, pinned=doc.file == pinned.file) for doc in personality.documents),
    )
    later = layout.made.renderer(changed, Habits(pins_everywhere=True))
    lists = set(layout.lists)
    return Trouble(lambda hit: hit.place.page(hit.path, later) if hit.path in lists else None, Expected())


def _lies(layout: Layout, habits: Habits, expected: Expected) -> Trouble:
    later = layout.made.renderer(habits=habits)
    lists = set(layout.lists)
    return Trouble(lambda hit: hit.place.page(hit.path, later) if hit.path in lists else None, expected)


def total_too_large(layout: Layout, chance: random.Random) -> Trouble:
    """The list prints more rows than it has; a list that prints none has no such trouble."""
    seen = layout.prints_total
    expected = Expected(codes=frozenset({"column_rows_missing"} if seen else ()), ok=not seen)
    return _lies(layout, Habits(more_rows=chance.randrange(1, 9)), expected)


def total_too_small(layout: Layout, chance: random.Random) -> Trouble:
    """The list prints fewer rows than it has."""
    seen = layout.prints_total
    expected = Expected(codes=frozenset({"column_rows_extra"} if seen else ()), ok=not seen)
    return _lies(layout, Habits(more_rows=-chance.randrange(1, 6)), expected)


def more_pages_than_there_are(layout: Layout, chance: random.Random) -> Trouble:
    """The list prints a page too many."""
    if layout.is_one_file:
        return STILL
    beyond = list_path(layout.made.kind.listing, layout.shape, len(layout.lists))
    expected = Expected(
        outcomes={beyond: "gone"}, codes=frozenset({"outcome_gone", "column_pages_missing"}), ok=False
    )
    return _lies(layout, Habits(more_pages=1), expected)
