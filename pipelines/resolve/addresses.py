"""What the fetch log says of each address, kept in a table instead of in memory.

A national corpus knows ten million addresses, and one takes more than a kilobyte as an object. The table is a temporary
one of some connection: SQLite keeps it in its page cache while it is small, and in a file that nobody else sees when it
is not. What was touched last is held as objects, so that a run, which asks for an address several times, folds in memory.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.models import Outcome, Role
from pipelines.resolve.life import Life

FIRST_RUN_UNKNOWN = 2**31
HELD = 10_000
"""Addresses that are held as objects."""


@dataclass(frozen=True, slots=True)
class Good:
    """The newest good answer of a file beside a reply."""

    sha256: str | None
    size: int
    media_type: str | None


@dataclass(slots=True)
class Address:
    """What the log says of one address."""

    url: str
    """As last fetched."""
    role: Role
    site: str | None
    column: str | None
    outcome: Outcome
    status: int
    fetched_at: str
    sha256: str | None
    size: int
    media_type: str | None
    run: int
    row_title: str | None = None
    row_date: str | None = None
    first_ok_run: int = FIRST_RUN_UNKNOWN
    first_ok_at: str | None = None
    last_ok_at: str | None = None
    life: Life = field(default_factory=Life)
    """Whether it still answers."""
    last_ok: Good | None = None
    unchanged: bool = False
    """Whether the last fetch brought the bytes that an earlier run had brought."""

    @property
    def keeps_out(self) -> bool:
        """Of a robots.txt: whether its rules could not be known (RFC 9309 §2.3.1.4). Other 4xx say that there are none."""
        failed = self.outcome in ("error", "unreachable")
        return failed and not (400 <= self.status < 500 and self.status != 429)


_PLAIN = (
    "url",
    "role",
    "site",
    "column",
    "outcome",
    "status",
    "fetched_at",
    "sha256",
    "size",
    "media_type",
    "run",
    "row_title",
    "row_date",
    "first_ok_run",
    "first_ok_at",
    "last_ok_at",
)
_NAMES = (*_PLAIN, "life", "last_ok", "unchanged")
_COLUMNS = ", ".join(f'"{name}"' for name in _NAMES)
_CREATE = (
    f"create temp table addresses (number integer primary key, key text not null unique, {_COLUMNS})",
    "create temp table answers (run integer, number integer, outcome, size integer, site,"
    " primary key (run, number)) without rowid",
)
_INSERT = (
    f"insert into temp.addresses (number, key, {_COLUMNS}) values ({', '.join('?' * (len(_NAMES) + 2))})"  # noqa: S608
    " on conflict (number) do update set " + ", ".join(f'"{name}" = excluded."{name}"' for name in _NAMES)
)
_BY_KEY = f"select number, {_COLUMNS} from temp.addresses where key = ?"  # noqa: S608


class Addresses(Mapping[str, Address]):
    """Key of an address → what the log says of it, in the order in which addresses were first met.

    What is changed of an address after it was got has to be set again.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        """`conn`: where the temporary tables are made; it must not hold any of this name yet."""
        for sql in _CREATE:
            conn.execute(sql)
        conn.execute("pragma temp.cache_size = -65536")
        self.conn = conn
        self._count = 0
        self._held: dict[str, tuple[int, Address]] = {}
        self._answers: dict[tuple[int, int], tuple[Outcome, int, str | None]] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, key: str) -> Address:
        return self._numbered(key)[1]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._found(key) is not None

    def __setitem__(self, key: str, found: Address) -> None:
        known = self._found(key)
        if known is None:
            self._count += 1
        self._held[key] = (self._count if known is None else known[0], found)
        if len(self._held) >= HELD:
            self.settle()

    def __iter__(self) -> Iterator[str]:
        self.settle()
        for (key,) in self.conn.execute("select key from temp.addresses order by number"):
            yield key

    def everything(self, order: str = "number", where: str = "") -> Iterator[tuple[str, Address]]:
        """(key, address) as they stand in the table, one at a time. `order`: `number`, `key`, or names of columns."""
        self.settle()
        sql = f"select key, {_COLUMNS} from temp.addresses {where} order by {order}"  # noqa: S608
        for key, *row in self.conn.execute(sql):
            yield key, _address(row)

    def answered(self, run: int, key: str, answer: tuple[Outcome, int, str | None]) -> None:
        """Note the last answer of an address in a run: outcome, bytes, site. The address is known."""
        self._answers[run, self._numbered(key)[0]] = answer

    def answers(self) -> Iterator[tuple[int, Outcome, int, str | None, int]]:
        """What was noted, as (run, outcome, bytes together, site, how many)."""
        self.settle()
        yield from self.conn.execute(
            "select run, outcome, sum(size), site, count(*) from temp.answers group by run, outcome, site"
        )

    def settle(self) -> None:
        """Write what is held."""
        self.conn.executemany(
            "insert or replace into temp.answers (run, number, outcome, size, site) values (?, ?, ?, ?, ?)",
            ((*key, *answer) for key, answer in self._answers.items()),
        )
        self._answers.clear()
        # In the order of the key the pages of its index are met one after the other.
        self.conn.executemany(_INSERT, (_row(key, *self._held[key]) for key in sorted(self._held)))
        self._held.clear()

    def _numbered(self, key: str) -> tuple[int, Address]:
        found = self._found(key)
        if found is None:
            raise KeyError(key)
        return found

    def _found(self, key: str) -> tuple[int, Address] | None:
        held = self._held.get(key)
        if held is not None:
            return held
        row = self.conn.execute(_BY_KEY, (key,)).fetchone()
        return None if row is None else (row[0], _address(row[1:]))


def _row(key: str, number: int, found: Address) -> tuple[Any, ...]:
    return (
        number,
        key,
        *(getattr(found, name) for name in _PLAIN),
        found.life.last_ok_run if found.life.plain else json.dumps(found.life.told()),
        None
        if found.last_ok is None
        else json.dumps((found.last_ok.sha256, found.last_ok.size, found.last_ok.media_type)),
        found.unchanged,
    )


def life_of(told: int | str) -> Life:
    """What the column `life` says: the run of the last good answer where nothing else is to be told."""
    return Life(last_ok_run=told) if isinstance(told, int) else Life.of(json.loads(told))


def _address(row: Sequence[Any]) -> Address:
    *plain, life, last_ok, unchanged = row
    return Address(
        **dict(zip(_PLAIN, plain, strict=True)),
        life=life_of(life),
        last_ok=None if last_ok is None else Good(*json.loads(last_ok)),
        unchanged=bool(unchanged),
    )
