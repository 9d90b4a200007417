"""What a column lists today, when only the head of its list was read: pure, a fold over readings.

Rows come and go at the top and in the middle, pinned rows stand where they do not belong, a site may count a row twice.
So a head that was read is laid over the list as it was known: what stands behind its last known row is taken to stand
there still, and the sum is held against the number that the site prints. Only where both agree the rest need not be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.address import address_key
from pipelines.check.reconcile import count_rows
from pipelines.models import Listing, ListReading


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of a column as known."""

    addresses: tuple[str, ...] = ()
    """Keys of all rows in order, each once."""
    refused: frozenset[str] = frozenset()
    """Those that lead off the site."""
    page_rows: int = 0
    """Rows of a full page."""
    repeats: int = 0
    """Rows that the site counts beyond those, as last read in full: what is published twice."""
    gap: int | None = None
    """What the site prints as its total less what it had, as last read in full; None: it printed none."""
    page_gap: int | None = None
    """The same for its number of pages."""
    walked_on: str | None = None
    """Day of the last reading in full."""
    head_only: bool = False
    """Whether the list is known by its head and what was known before."""


def keys_of(page: Listing) -> list[str]:
    """Keys of all rows of a list page, those that lead off the site at the end."""
    return [address_key(row.url) for row in (*page.rows, *page.refused)]


def rest_of(known: Listed, pages: Sequence[Listing]) -> tuple[str, ...]:
    """Rows that are taken to stand behind the pages read, which are the first ones of the list."""
    head = [key for page in pages for key in keys_of(page)]
    places = {key: place for place, key in enumerate(known.addresses)}
    seen = set(head)
    # A pinned row stands above the place that it had; only the last row tells where the page ends.
    last = next((places[key] for key in reversed(head) if key in places), None)
    behind = known.addresses if last is None else known.addresses[last + 1 :]
    return tuple(key for key in behind if key not in seen)


def agrees(known: Listed, pages: Sequence[Listing]) -> bool:
    """Whether what the site prints of itself fits the pages read with what is known behind them.

    The total decides where one is printed, the number of pages where that is all; a list that prints neither contradicts
    nothing. A list never read in full agrees with nothing.
    """
    if known.walked_on is None or not pages:
        return False
    count = _count(known, pages)
    totals = {page.total for page in pages}
    if known.gap is not None or totals != {None}:
        return len(totals) == 1 and known.gap is not None and totals == {count + known.gap}
    printed = {page.page_count for page in pages}
    if known.page_gap is not None or printed != {None}:
        expected = None if known.page_gap is None else _pages(count, known.page_rows) + known.page_gap
        return printed == {expected}
    return True


def is_believed(known: Listed, reading: ListReading) -> bool:
    """Whether a reading says anything: a list that suddenly has no rows at all is a broken page or a new design."""
    return bool(reading.pages) and (not known.addresses or any(keys_of(page) for page in reading.pages))


def is_enough(known: Listed, pages: Sequence[Listing]) -> bool:
    """Whether the first pages of a list tell all of it: the last of them holds nothing new, and the numbers agree."""
    return (
        bool(pages)
        and all(page.index == place for place, page in enumerate(pages))
        and set(keys_of(pages[-1])) <= set(known.addresses)
        and agrees(known, pages)
    )


def take(known: Listed, reading: ListReading) -> tuple[Listed, frozenset[str]]:
    """The list after a reading, and the keys of rows that have left it. That a row left is a hint, no proof.

    A reading that broke off before it told all leaves the list to be read in full the next time.
    """
    if not is_believed(known, reading):
        return known, frozenset()
    certain = reading.complete or is_enough(known, reading.pages)
    prefix = [page for place, page in enumerate(reading.pages) if page.index == place]
    rest = () if reading.complete else rest_of(known, prefix)
    read = tuple(key for page in reading.pages for key in keys_of(page))
    unseen = () if certain else tuple(key for key in known.addresses if key not in rest)
    addresses = tuple(dict.fromkeys((*read, *unseen, *rest)))
    left = frozenset(known.addresses).difference(addresses)
    refused = frozenset(address_key(row.url) for page in reading.pages for row in page.refused)
    refused = (refused | (known.refused - set(read))).intersection(addresses)
    if not reading.complete:
        headed = replace(
            known,
            addresses=addresses,
            refused=refused,
            page_rows=known.page_rows or full_page(reading.pages),
            walked_on=known.walked_on if certain else None,
            head_only=True,
        )
        return headed, left
    counted = count_rows([keys_of(page) for page in reading.pages])
    first = reading.pages[0]
    page_rows = full_page(reading.pages)
    return Listed(
        addresses=addresses,
        refused=refused,
        page_rows=page_rows,
        repeats=counted - len(addresses),
        gap=None if first.total is None else first.total - counted,
        page_gap=None if first.page_count is None else first.page_count - _pages(counted, page_rows),
        walked_on=reading.on,
    ), left


def full_page(pages: Sequence[Listing]) -> int:
    """Rows of a full page: what most pages but the last have, so that a pinned row on the first is no rule."""
    counts = Counter(len(keys_of(page)) for page in (pages[:-1] or pages))
    return min((rows for rows, times in counts.items() if times == max(counts.values())), default=0)


def _count(known: Listed, pages: Sequence[Listing]) -> int:
    head = {key for page in pages for key in keys_of(page)}
    return len(head) + len(rest_of(known, pages)) + known.repeats


def _pages(rows: int, page_rows: int) -> int:
    return max(1, -(-rows // page_rows)) if page_rows else 1
