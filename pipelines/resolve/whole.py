"""The replies of the whole set, told apart and put into order without holding them in memory.

`identity.merge` says which addresses carry one reply, and looks at all of them at once. Here the addresses are first
divided into groups that have nothing in common by which they could be one: a pass over digests that the database sorts,
and one number an address. Nearly every group is one address, which is a reply by itself; the others go to `merge`, each
by itself, which gives what it would give in the whole set.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from typing import Any

from pipelines.address import canonical, id_of_key, is_twin, reply_id
from pipelines.resolve.agencies import Authority
from pipelines.resolve.candidates import candidates
from pipelines.resolve.identity import Candidate, Merged, merge
from pipelines.resolve.log import Log

_TABLES = (
    "create temp table candidates (number integer primary key, address, url, site, run integer, state,"
    " last_ok_run integer, arrived blob)",
    "create temp table shared (key blob, number integer)",
    "create temp table joint (root integer, address)",
    "create temp table found (id, position integer, kind, address, url, site, run integer, state, last_ok_run integer)",
    "create temp table members (id, position integer, kind, address, url, site, run integer, state,"
    " last_ok_run integer, first_seen_at, last_seen_at, primary key (id, position)) without rowid",
)
_MEMBER = "id, kind, address, url, site, run, state, last_ok_run"
_TWIN_LIKE = r"like '%\_slh%' escape '\'"
"""Of an address: holds for all twins and a few others."""


class Replies:
    """The replies in order of id; each pass reads them anew from temporary tables of the staging connection."""

    def __init__(self, staging: sqlite3.Connection) -> None:
        self.staging = staging

    def __iter__(self) -> Iterator[Merged]:
        return self.of()

    def of(self, condition: str | None = None) -> Iterator[Merged]:
        """Those with an address for which the condition on a row of `members` holds."""
        chosen = f" where id in (select id from temp.members where {condition})"  # noqa: S608 - our own words
        sql = f"select {_MEMBER} from temp.members{chosen if condition else ''} order by id, position"  # noqa: S608
        for key, rows in groupby(self.staging.execute(sql), key=lambda row: str(row[0])):
            yield Merged(key, tuple((_member(row[2:]), row[1]) for row in rows))

    def rows(self, names: str, tables: str, order: str) -> sqlite3.Cursor:
        """(id of a reply, columns…) of what hangs on the addresses that give the replies their values, in order of id.

        `tables`: joined by their column `address`.
        """
        joins = " ".join(f"cross join {table} on {table}.address = m.address" for table in tables.split())
        return self.staging.execute(
            f"select m.id, {names} from temp.members m {joins} where m.position = 0 order by m.id, {order}"  # noqa: S608
        )

    def has(self, key: str) -> bool:
        """Whether there is a reply of this id."""
        return self.staging.execute("select 1 from temp.members where id = ?", (key,)).fetchone() is not None

    def without(self, ids: Collection[str]) -> Replies:
        """The same, when these are taken away."""
        self.staging.executemany("delete from temp.members where id = ?", ((key,) for key in ids))
        return self


class ReplyOf:
    """Address → id of the reply that it carries."""

    def __init__(self, staging: sqlite3.Connection) -> None:
        self._staging = staging
        self._twins: dict[str, str] | None = None

    def get(self, address: str) -> str | None:
        """None for an address that carries none."""
        row = self._staging.execute("select id from temp.members where address = ?", (address,)).fetchone()
        return None if row is None else str(row[0])

    def by_canonical(self, key: str) -> str | None:
        """Id of the reply at this address or at a twin of it."""
        if self._twins is None:
            rows = self._staging.execute(f"select url, id from temp.members where url {_TWIN_LIKE}")  # noqa: S608
            self._twins = {canonical(url): id_ for url, id_ in rows}
        return self._twins.get(key) or self.get(key)

    def listed_twins(self) -> Iterator[tuple[str, str]]:
        """(address, as printed) of the twins that lists ever named, in order of the latter."""
        for address, url in self._staging.execute(
            f"select address, url from list_rows where url {_TWIN_LIKE} order by url"  # noqa: S608
        ):
            if is_twin(url):
                yield address, url


def merged_replies(staging: sqlite3.Connection, log: Log, authority: Authority) -> Replies:
    """Which addresses carry which reply. `log`: read into temporary tables of the same connection."""
    for sql in _TABLES:
        staging.execute(sql)
    count = _gather(staging, candidates(staging, log, authority))
    _divide(staging, count)
    staging.executemany("insert into temp.found values (?, ?, ?, ?, ?, ?, ?, ?, ?)", _alone(staging))
    again = candidates(staging, log, authority, joint=True)
    for _, group in groupby(again, key=lambda one: one[0]):
        staging.executemany(
            "insert into temp.found values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row for one in merge(candidate for _, candidate in group) for row in _rows(one)),
        )
    staging.execute(
        "insert into temp.members select f.*, a.first_ok_at, a.last_ok_at from temp.found f"
        " left join temp.addresses a on a.key = f.address order by f.id, f.position"
    )
    staging.execute("create index temp.members_by_address on members (address)")
    for table in ("candidates", "shared", "joint", "found"):
        staging.execute(f"drop table temp.{table}")
    return Replies(staging)


def _gather(staging: sqlite3.Connection, every: Iterable[tuple[int, Candidate]]) -> int:
    """Number the candidates and note by what each may be one with another; returns how many there are."""
    count = 0
    waiting: list[tuple[Any, ...]] = []
    keys: list[tuple[bytes, int]] = []

    def write() -> None:
        staging.executemany("insert into temp.candidates values (?, ?, ?, ?, ?, ?, ?, ?)", waiting)
        staging.executemany("insert into temp.shared values (?, ?)", keys)
        waiting.clear()
        keys.clear()

    for count, (_, one) in enumerate(every, start=1):
        arrived = None if one.arrived_with is None else _digest("print", one.site, one.arrived_with)
        waiting.append((count, one.address, one.url, one.site, one.run, one.state, one.last_ok_run, arrived))
        keys.append((_digest("at", _canonical(one)), count))
        if one.content is not None:
            keys.append((_digest("content", one.site, one.content), count))
        keys += ((_digest("any", key), count) for key in one.keys)
        if one.state != "there":
            keys += ((_digest("print", one.site, text), count) for text in one.had)
        if len(waiting) >= 1000:
            write()
    write()
    # Whoever came with a text that an address had which does not answer any more may have moved from there.
    staging.execute("create index temp.shared_key on shared (key)")
    staging.execute(
        "insert into temp.shared select arrived, number from temp.candidates"
        " where arrived in (select key from temp.shared)"
    )
    return count


def _divide(staging: sqlite3.Connection, count: int) -> None:
    """Fill `joint` with the addresses that have something in common, and take them out of `candidates`."""
    parents = array("q", range(count + 1))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    last, first = None, 0
    joined: set[int] = set()
    for key, number in staging.execute("select key, number from temp.shared order by key"):
        if key != last:
            last, first = key, number
        elif number != first:
            parents[root(number)] = root(first)
            joined |= {first, number}
    staging.executemany(
        "insert into temp.joint select ?, address from temp.candidates where number = ?",
        ((root(number), number) for number in sorted(joined)),
    )
    staging.executemany("delete from temp.candidates where number = ?", ((number,) for number in joined))


def _canonical(one: Candidate) -> str:
    """The key of an address is canonical unless it is a twin's."""
    return canonical(one.url) if _twin_like(one.address) else one.address


def _twin_like(address: str) -> bool:
    """Holds for all twins and a few others, and takes no time."""
    return "_slh" in address.lower()


def _alone(staging: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    names = "address, url, site, run, state, last_ok_run"
    for row in staging.execute(f"select {names} from temp.candidates order by number"):  # noqa: S608 - constants
        address, url, *_ = row
        twin = _twin_like(address) and is_twin(url)
        yield (reply_id(url) if twin else id_of_key(address), 0, "twin" if twin else "canonical", *row)


def _rows(one: Merged) -> Iterator[tuple[Any, ...]]:
    for position, (member, kind) in enumerate(one.members):
        yield (
            one.id, position, kind, member.address, member.url, member.site, member.run, member.state,
            member.last_ok_run,
        )  # fmt: skip


def _member(row: tuple[Any, ...]) -> Candidate:
    address, url, site, run, state, last_ok_run = row
    return Candidate(address, url, site, run, None, state=state, last_ok_run=last_ok_run)


def _digest(*parts: str | None) -> bytes:
    text = "\0".join("\1" if part is None else part for part in parts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
