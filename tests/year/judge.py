"""The corpus of a day against the truth and the promises."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.year.promise import Promise, key_of
from tests.year.script import FIRST, MISSING_DAYS, Item, Place, Script

_VERSION = re.compile("此件已作第([0-9]+)次更新")


@dataclass(slots=True)
class Judge:
    """Collects what was missed and what is false, each once, by day."""

    script: Script
    promise: Promise
    missed: dict[str, int] = field(default_factory=dict)
    false: dict[str, int] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)

    def day(self, number: int, corpus: Path) -> None:
        """Compare what is published after the crawl of a day."""
        with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as conn:
            conn.row_factory = sqlite3.Row
            rows = conn.execute(
                "select id, url, gone_on, body_text,"
                " (select count(*) from revisions where reply_id = replies.id) as states from replies"
            ).fetchall()
            urls: dict[str, set[str]] = {}
            for reply, url in conn.execute("select reply_id, url from reply_urls"):
                urls.setdefault(url.partition("://")[2], set()).add(reply)
            events = conn.execute("select reply_id, kind, happened_at from reply_events").fetchall()
        by_id = {row["id"]: row for row in rows}
        explained: set[str] = set()
        for place in self.script.places.values():
            for item in place.items:
                explained |= self._item(number, place, item, urls, by_id)
        for reply in by_id.keys() - explained:
            self._false(number, f"{by_id[reply]['url']} is no reply")
        owners = self._owners(urls)
        for reply, kind, moment in events:
            self._event(number, owners.get(reply), kind, date.fromisoformat(moment[:10]))

    def _owners(self, urls: dict[str, set[str]]) -> dict[str, Item]:
        return {
            reply: item
            for place in self.script.places.values()
            for item in place.items
            for file in (item.file, item.former)
            if file
            for reply in urls.get(key_of(place, file), ())
        }

    def _item(
        self, number: int, place: Place, item: Item, urls: dict[str, set[str]], by_id: dict[str, sqlite3.Row]
    ) -> set[str]:
        name = key_of(place, item.document.file)
        files = [item.file, *([item.former] if item.former else [])]
        found = set().union(*(urls.get(key_of(place, file), set()) for file in files))
        if not item.reply:
            if found:
                self._false(number, f"{name} is no reply")
            return found
        looks = self.promise.of(place, item)
        owed = [look for look in looks if look.version or not look.misses or look.asked != look.first]
        if not found:
            if any(len(look.misses) < 1 for look in owed):
                self._missed(number, f"{name} is not there")
            return found
        if len(found) > 1:
            self._false(number, f"{name} is {len(found)} replies")
        reply = sorted(found)[0]
        if self._ids.setdefault(name, reply) != reply:
            self._false(number, f"{name} changed its id")
        row = by_id[reply]
        self._state(number, name, item, row, [look.version for look in looks])
        self._life(number, name, place, item, row, urls)
        return found

    def _state(self, number: int, name: str, item: Item, row: sqlite3.Row, versions: list[int]) -> None:
        match = _VERSION.search(row["body_text"] or "")
        seen = int(match[1]) if match else 0
        if seen < max(versions, default=0):
            self._missed(number, f"{name} is of version {seen}, {max(versions)} was promised")
        if seen > item.version or row["states"] > 1 + item.version:
            self._false(
                number, f"{name} has {row['states']} states, version {seen}; there were {item.version} edits"
            )

    def _life(
        self, number: int, name: str, place: Place, item: Item, row: sqlite3.Row, urls: dict[str, set[str]]
    ) -> None:
        looks = self.promise.of(place, item)
        gone = (
            bool(looks)
            and all(look.gone is not None or look.alias for look in looks)
            and any(look.gone for look in looks)
        )
        if gone and row["gone_on"] is None and not item.there:
            self._missed(number, f"{name} is gone")
        if row["gone_on"] is not None:
            self._is_gone(number, name, item, date.fromisoformat(row["gone_on"]))
            back = [look for look in looks if not look.misses and not look.alias]
            if item.there and back and any(look.asked == FIRST + timedelta(days=number) for look in back):
                self._missed(number, f"{name} is back")
        if item.moved and len(looks) == 2 and (looks[0].alias or looks[0].gone):
            if not looks[1].misses and row["url"].partition("://")[2] != looks[1].key:
                self._missed(number, f"{name} moved")
            if not urls.keys() >= {looks[0].key, looks[1].key}:
                self._missed(number, f"{name} lost an address")

    def _is_gone(self, number: int, name: str, item: Item, day: date) -> None:
        """Whether a reply that is said to be gone was missing for long enough before that day."""
        when = (day - FIRST).days
        spans = [
            (start, min((back for back in item.restored if back > start), default=10**6))
            for start in item.removed
        ]
        if not any(start + MISSING_DAYS <= when < end for start, end in spans):
            self._false(number, f"{name} is said to be gone since {day}")

    def _event(self, number: int, item: Item | None, kind: str, day: date) -> None:
        if item is None:
            self._false(number, f"{kind} of an unknown reply")
        elif kind == "moved" and not item.moved:
            self._false(number, f"{item.document.file} did not move")
        elif kind == "gone":
            self._is_gone(number, item.document.file, item, day)
        elif kind == "back" and not any(FIRST + timedelta(days=back) <= day for back in item.restored):
            self._false(number, f"{item.document.file} was not restored")

    def _missed(self, number: int, what: str) -> None:
        self.missed.setdefault(what, number)

    def _false(self, number: int, what: str) -> None:
        self.false.setdefault(what, number)
