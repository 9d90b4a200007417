"""What happens on the test government in a year: a script made from a seed, and the truth that follows from it.

Nothing here asks the crawler. What may be asked of it, and by when it must know, is computed from the promises of
docs/incremental.md, written down a second time.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from scraper.demo.personality import Document
from tests.gov.personalities import KINDS, Made, make
from tests.gov.replies import documents

FIRST = date(2027, 1, 1)
YOUNG = (1, 3, 7, 14, 30, 60, 120, 240)
CYCLE = 340
WALK, WALK_BLIND = 84, 28
MISSES, MISSING_DAYS = 3, 7
CONFIRM = (4, 7)
AFTER_GONE = (14, 30, 60, 120, 240)

SETTLED = 90
"""Days after which a move is known: the list was read in full meanwhile."""

Trouble = Literal["dead", "busy", "wall", "maintenance", "missing", "soft"]
TROUBLES: tuple[Trouble, ...] = ("dead", "busy", "wall", "maintenance", "missing", "soft")
"""How a whole site answers for some days: not at all, 503, a challenge, a notice, 404 for everything, an apology."""

SITES = ("department", "city", "documents", "dateless", "labels_gbk")
"""Kinds of the sites: with and without a printed total, a number of pages, dates in addresses, validators."""
VALIDATES = {"city": "honest", "documents": "lying"}
"""Sites that answer 304: where the page is as it was; or always, whatever became of the page."""


@dataclass(slots=True)
class Item:
    """One document of a site through the year."""

    document: Document
    reply: bool
    appears: int
    """Day on which it is put online; negative for what is there at the beginning."""
    file: str
    """Where it lies today."""
    listed: bool = True
    there: bool = True
    version: int = 0
    edited: list[int] = field(default_factory=list)
    """Days of its edits."""
    moved: Literal["", "404", "301"] = ""
    former: str = ""
    moved_on: int = 0
    removed: list[int] = field(default_factory=list)
    restored: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that an editor does on a day."""

    day: int
    site: str
    kind: Literal["new", "edit", "remove", "unlist", "restore", "move", "redesign"]
    how: str = ""


@dataclass(slots=True)
class Place:
    """A site: what it is made of and what it publishes today."""

    key: str
    made: Made
    items: list[Item]
    pool: list[tuple[Document, bool]]
    """Documents that will be put online."""
    design: int = 0
    trouble: Trouble | None = None

    def online(self) -> Iterator[Item]:
        """What was put online so far."""
        return (item for item in self.items if item.appears <= 0 or item.appears < 10**6)


def turn(name: str, cycle: int, today: date) -> date:
    """The last day, not after today, that falls to an address (or a column) in the cycle."""
    share = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % cycle
    return today - timedelta(days=(today.toordinal() - share) % cycle)


@dataclass(slots=True)
class Script:
    """The sites, what is done to them on which day, and when they are in trouble."""

    seed: int
    days: int
    places: dict[str, Place] = field(init=False)
    events: dict[int, list[Event]] = field(init=False)
    troubles: dict[tuple[str, int], Trouble] = field(init=False)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"year {self.seed}")
        self.places = {kind: self._place(number, kind) for number, kind in enumerate(SITES, start=1)}
        self.events, self.troubles = {}, {}
        for key in self.places:
            self._script(key)

    def _place(self, number: int, kind: str) -> Place:
        made = make(KINDS[kind], kind, number=number, seed=self.seed, count=1, others=0, rows=10)
        agency = f"湖北省试验第{number}局"
        naming = made.kind.naming
        old, new = 30, 40
        found = documents(agency, number * 100 + 1, old + new, 4, f"{self.seed} {kind} year", naming)
        items = [Item(one, one.says.get("document_type") != "other", -1, one.file) for one in found[:old]]
        pool = [(one, one.says.get("document_type") != "other") for one in found[old:]]
        return Place(kind, made, items, pool)

    def _script(self, key: str) -> None:
        chance, share = self._chance, self.days / 365
        for kind, times in (
            ("new", 26),
            ("edit", 22),
            ("remove", 7),
            ("unlist", 2),
            ("move", 4),
            ("redesign", 2),
        ):
            for _ in range(max(1, round(times * share))):
                # Nothing happens on the first day, and little is owed of what happens on the last.
                day = chance.randrange(1, self.days)
                how = chance.choice({"new": ["top"] * 4 + ["deep"], "move": ["404", "301"]}.get(kind, [""]))
                self.events.setdefault(day, []).append(Event(day, key, kind, how))  # type: ignore[arg-type]
        for _ in range(max(1, round(4 * share))):
            start, length = chance.randrange(2, self.days), chance.randrange(1, 5)
            trouble = chance.choice(TROUBLES)
            for day in range(start, min(start + length, self.days)):
                self.troubles[key, day] = trouble

    # --- a day ------------------------------------------------------------------------------------------------

    def begin(self, day: int) -> None:
        """What editors did before the crawl of this day."""
        for place in self.places.values():
            place.trouble = self.troubles.get((place.key, day))
        for event in sorted(self.events.get(day, ()), key=lambda one: (one.site, one.kind, one.how)):
            self._happen(self.places[event.site], event)

    def _happen(self, place: Place, event: Event) -> None:
        chance, day = self._chance, event.day
        there = [item for item in place.items if item.there and item.listed and item.reply]
        if event.kind == "new" and place.pool:
            # Several on one day now and then.
            for _ in range(chance.choice((1, 1, 1, 2, 12)) if event.how == "top" else 1):
                if place.pool:
                    self._publish(place, day, deep=event.how == "deep")
        elif event.kind == "redesign":
            place.design += 1
        elif there:
            young = [item for item in there if item.appears >= 0]
            item = chance.choice(young if young and chance.random() < 0.6 else there)
            if event.kind == "edit":
                # What moved and was edited at once cannot be told from another reply.
                if not item.moved or day > item.moved_on + SETTLED:
                    item.version += 1
                    item.edited.append(day)
            elif event.kind == "unlist":
                item.listed = False
            elif event.kind == "remove":
                item.there = False
                # Now and then the list still names what is not there.
                item.listed = chance.random() < 0.2
                item.removed.append(day)
                if chance.random() < 0.4:
                    back = day + chance.choice((2, 5, 40, 90))
                    self.events.setdefault(back, []).append(Event(back, place.key, "restore"))
            elif event.kind == "move" and not item.moved and not item.edited:
                item.moved, item.former, item.moved_on = event.how, item.file, day  # type: ignore[assignment]
                folder, _, name = item.file.rpartition("/")
                item.file = f"{folder}/{name.replace('_', '_9', 1)}" if folder else name.replace("_", "_9", 1)
        if event.kind == "restore":
            gone = [item for item in place.items if not item.there and item.removed]
            if gone:
                item = chance.choice(gone)
                item.there = item.listed = True
                item.restored.append(day)

    def _publish(self, place: Place, day: int, deep: bool) -> None:
        document, reply = place.pool.pop(0)
        today = FIRST + timedelta(days=day)
        listed = today - timedelta(days=self._chance.randrange(200, 900)) if deep else today
        docid = document.file.rpartition("_")[2].partition(".")[0]
        file = place.made.kind.naming.pattern.format(
            month=f"{listed:%Y%m}", day=f"{listed:%Y%m%d}", docid=docid
        )
        says = dict(document.says)
        for name in ("published_at", "issued_on"):
            if name in says:
                says[name] = listed.isoformat() + ("T09:30" if name == "published_at" else "")
        made = replace(document, file=file, row_date=listed.isoformat(), says=says)
        place.items.append(Item(made, reply, day, file))

    def shown(self, place: Place) -> tuple[Document, ...]:
        """The documents of a site as its pages show them today, those that lie somewhere."""
        return tuple(
            replace(
                item.document,
                file=item.file,
                unlisted=not item.listed,
                answer="page" if item.there else "gone",
                body=body_of(item),
            )
            for item in place.items
        )


def body_of(item: Item) -> str:
    """The text of a document in its present version; each version says which it is."""
    if not item.version:
        return item.document.body
    first, *rest = item.document.body.split("\n")
    return "\n".join((first, f"补充说明：此件已作第{item.version}次更新。", *rest))
