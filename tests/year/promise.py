"""What is owed: the promises of docs/incremental.md, followed day by day for the script; no line of the crawler is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.year.script import (
    AFTER_GONE,
    CONFIRM,
    CYCLE,
    FIRST,
    MISSES,
    MISSING_DAYS,
    VALIDATES,
    WALK,
    WALK_BLIND,
    YOUNG,
    Item,
    Place,
    Script,
    turn,
)


@dataclass(slots=True)
class Look:
    """What must be known of one address at the latest."""

    item: Item
    file: str
    key: str
    first: date | None = None
    asked: date = date.min
    version: int = 0
    misses: list[date] = field(default_factory=list)
    left: date | None = None
    alias: bool = False
    full_next: bool = False

    @property
    def gone(self) -> date | None:
        """The day from which it must be known to be gone."""
        for times, day in enumerate(self.misses, start=1):
            if times >= MISSES and (day - self.misses[0]).days >= MISSING_DAYS:
                return day
        return None


@dataclass(slots=True)
class Promise:
    """The looks that are allowed, and what they must have brought."""

    script: Script
    looks: dict[str, Look] = field(default_factory=dict)
    """By key of the address."""
    allowed: dict[int, int] = field(default_factory=dict)
    """Day → documents that may be asked for again."""
    new: dict[int, int] = field(default_factory=dict)
    """Day → documents met for the first time."""
    _walked: dict[str, date] = field(default_factory=dict)
    _stirred: set[str] = field(default_factory=set)
    _hidden: dict[str, set[str]] = field(default_factory=dict)
    """Site → keys of rows that came or went unseen, because the sum came out all the same."""
    _shows: dict[str, bool] = field(default_factory=dict)
    _rows: dict[str, set[str]] = field(default_factory=dict)
    """Site → keys of the rows that must be known."""

    def day(self, number: int, asked: Iterable[tuple[str, str]]) -> None:
        """The crawl of a day; `asked`: (site, path) of what the site saw asked for. What was asked for earlier than
        promised is known earlier, though it was not allowed."""
        self.allowed[number] = self.new[number] = 0
        today = FIRST + timedelta(days=number)
        for place in self.script.places.values():
            if place.trouble is None:
                self._crawl(place, number)
        items = {
            key_of(place, file): (place, item, file)
            for place in self.script.places.values()
            for item in place.items
            for file in filter(None, (item.former, item.file))
        }
        for site, path in asked:
            key = self.script.places[site].made.host + path
            if key in items and items[key][0].trouble is None:
                self._early(*items[key], key, today)

    def _early(self, place: Place, item: Item, file: str, key: str, today: date) -> None:
        look = self.looks.setdefault(key, Look(item, file, key))
        if item.listed and file == item.file:
            self._rows[place.key].add(key)
        if look.first is None or look.asked < today:
            met, look.first = look.first is None, look.first or today
            self._answer(place, look, today, met=met)

    def of(self, place: Place, item: Item) -> list[Look]:
        """The addresses of a document that must be known, the present one last."""
        files = ([item.former] if item.moved else []) + [item.file]
        found = (self.looks.get(key_of(place, file)) for file in files)
        return [look for look in found if look is not None and look.first is not None]

    def _crawl(self, place: Place, number: int) -> None:
        today = FIRST + timedelta(days=number)
        column = place.made.personality.columns[0]
        blind = not (column.prints_total or column.paging == "pageHtml")
        url = f"http://{place.made.host}{column.path}"
        walked = self._walked.get(place.key)
        walk = walked is None or place.key in self._stirred
        walk = walk or turn(url, WALK_BLIND if blind else WALK, today) > (walked or date.min)
        if walk:
            self._walked[place.key] = today
            self._stirred.discard(place.key)
        rows = {key_of(place, item.file): item for item in place.items if item.listed}
        known = self._rows.setdefault(place.key, set())
        for key in self._come(place, rows, known, number, walk, blind):
            known.add(key)
            if key in self.looks and self.looks[key].misses and self.looks[key].asked < today:
                # Its row is there again.
                self.allowed[number] += 1
                self._answer(place, self.looks[key], today, met=False)
            if key not in self.looks or self.looks[key].first is None:
                self.new[number] += 1
                self._meet(place, rows[key], key, today)
        for key in self._went(place, rows, known):
            known.discard(key)
            if key in self.looks:
                self.looks[key].left = today
        for look in list(self.looks.values()):
            if (
                look.key.startswith(place.made.host + "/")
                and look.first is not None
                and self._due(look, today)
            ):
                self.allowed[number] += 1
                self._look(place, look, today, number)

    def _come(
        self, place: Place, rows: dict[str, Item], known: set[str], number: int, walk: bool, blind: bool
    ) -> list[str]:
        """Rows that must be met today: those on top, and all others where the list is read in full or its sum shows
        that something came or went."""
        hidden = self._hidden.setdefault(place.key, set())
        top = [key for key, item in rows.items() if key not in known and self._on_top(item)]
        deep = [key for key in rows if key not in known and key not in top]
        went = known - rows.keys()
        # A move takes a row out and puts another in: the sum tells nothing.
        hidden.update(key for key in (*deep, *went) if self._moved(place, key))
        fresh, gone = [key for key in deep if key not in hidden], went - hidden
        self._shows[place.key] = walk or (not blind and len(fresh) != len(gone))
        if walk:
            hidden.clear()
        elif not blind and len(fresh) == len(gone):
            hidden.update(fresh, gone)
        if not self._shows[place.key]:
            return top
        return [*top, *(key for key in deep if key not in hidden)]

    def _went(self, place: Place, rows: dict[str, Item], known: set[str]) -> list[str]:
        """Rows that must be found missing today."""
        hidden = self._hidden[place.key]
        return [key for key in known - rows.keys() if key not in hidden] if self._shows[place.key] else []

    @staticmethod
    def _moved(place: Place, key: str) -> bool:
        return any(
            item.moved and key in (key_of(place, item.file), key_of(place, item.former))
            for item in place.items
        )

    @staticmethod
    def _on_top(item: Item) -> bool:
        """Whether it was put online with its own date: it stands above all that was there."""
        day = str(FIRST + timedelta(days=item.appears))
        return item.appears >= 0 and not item.moved and not item.restored and item.document.row_date == day

    def _meet(self, place: Place, item: Item, key: str, today: date) -> None:
        look = self.looks.setdefault(key, Look(item, item.file, key))
        look.first = today
        self._answer(place, look, today, met=True)

    def _due(self, look: Look, today: date) -> bool:
        if look.asked >= today:
            return False
        if (
            not look.misses
            and look.left is not None
            and look.asked < look.left
            and look.key not in self._listed(look)
        ):
            return True
        turned = turn(look.key, CYCLE, today) > look.asked
        if look.misses and look.gone is None:
            # The next one when it is its day, however late.
            wait = CONFIRM[min(len(look.misses), len(CONFIRM)) - 1]
            return turned or today >= look.misses[0] + timedelta(days=wait)
        if look.misses:
            return turned or _passed(look.misses[0], AFTER_GONE, look.asked, today)
        assert look.first is not None
        printed = date.fromisoformat(look.item.document.row_date or str(look.first))
        return turned or (not look.alias and _passed(min(printed, look.first), YOUNG, look.asked, today))

    def _listed(self, look: Look) -> set[str]:
        return next(
            rows
            for key, rows in self._rows.items()
            if self.script.places[key].made.host == look.key.partition("/")[0]
        )

    def _look(self, place: Place, look: Look, today: date, number: int) -> None:
        if look.item.moved == "301" and look.file == look.item.former:
            # It leads on, and the new address is met or looked at with it.
            self._answer(place, look, today, met=False)
            key = key_of(place, look.item.file)
            there = self.looks.setdefault(key, Look(look.item, look.item.file, key))
            there.first = there.first or today
            self.allowed[number] += 1
            self._answer(place, there, today, met=True)
            return
        self._answer(place, look, today, met=False)
        if look.misses and look.misses[0] == today and look.key in self._rows[place.key]:
            self._stirred.add(place.key)

    def _answer(self, place: Place, look: Look, today: date, met: bool) -> None:
        item = look.item
        look.asked = today
        if item.moved == "301" and look.file == item.former:
            look.alias = True
            return
        if not item.there or (item.moved and look.file == item.former):
            look.misses.append(today)
            return
        look.misses.clear()
        if VALIDATES.get(place.key) == "lying" and not met and not look.full_next:
            # It says that nothing changed, whatever did.
            look.full_next = True
            return
        look.version, look.full_next = item.version, False


def _passed(start: date, offsets: tuple[int, ...], asked: date, today: date) -> bool:
    return any(asked < start + timedelta(days=days) <= today for days in offsets)


def key_of(place: Place, file: str) -> str:
    """An address without its scheme."""
    return f"{place.made.host}{place.made.personality.columns[0].path}{file}"
