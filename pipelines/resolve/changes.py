"""What happened to each reply as a whole: taken down, back again, moved to another address."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from pipelines.clock import day_of
from pipelines.resolve.identity import Candidate, Merged
from pipelines.resolve.insert import insert
from pipelines.resolve.life import Life
from pipelines.resolve.log import Log
from pipelines.resolve.whole import Replies

Row = dict[str, Any]


def gone_on(one: Merged, log: Log) -> str | None:
    """The day on which it became certain that a reply can be read nowhere; None while one of its addresses may answer."""
    lives = [_life(member, log) for member, _ in one.members]
    if any(life.state in ("there", "missing") for life in lives):
        return None
    days = [day_of(life.gone_at).isoformat() for life in lives if life.gone_at is not None]
    return max(days, default=None)


def write_events(conn: sqlite3.Connection, replies: Replies, log: Log) -> None:
    """The table `reply_events`, in order of replies and time."""
    # Of an address that always answered nothing is to be told; its life is a number, see `addresses.life_of`.
    eventful = replies.of(
        "kind = 'moved' or address in (select key from temp.addresses where typeof(life) = 'text')"
    )
    insert(conn, "reply_events", (row for one in eventful for row in _events(one, log)))


def _events(one: Merged, log: Log) -> list[Row]:
    rows = [*_gone_and_back(one, log), *_moves(one, log)]
    return sorted(rows, key=lambda row: (row["happened_at"], row["kind"], row["url"]))


def _gone_and_back(one: Merged, log: Log) -> Iterator[Row]:
    """A reply is gone with the last of its addresses, and back with the first. An address that leads elsewhere is not
    gone; it only tells no more."""
    steps: list[tuple[str, str, str]] = []
    for member, kind in one.members:
        entry = log.addresses.get(member.address)
        if entry is None:
            continue
        if entry.first_ok_at is not None:
            steps.append((entry.first_ok_at, member.url, "there"))
        steps += [(moment, member.url, step) for step, moment in entry.life.events]
        if kind == "moved" and entry.life.state == "leads" and entry.life.since is not None:
            steps.append((entry.life.since, member.url, "leads"))
    there: set[str] = set()
    gone = False
    for moment, url, step in sorted(steps):
        before = bool(there)
        if step in ("gone", "leads"):
            there.discard(url)
        else:
            there.add(url)
        if before and not there and step == "gone":
            gone = True
            yield _row(one, moment, "gone", url)
        elif gone and there:
            gone = False
            if step == "back":
                yield _row(one, moment, "back", url)


def _moves(one: Merged, log: Log) -> Iterator[Row]:
    """From each address that the reply had to the one where it is now."""
    now, _ = one.members[0]
    entry = log.addresses.get(now.address)
    arrived = entry.first_ok_at if entry else None
    for member, kind in one.members:
        left = _life(member, log).since
        if kind == "moved" and arrived is not None and left is not None:
            yield _row(one, max(arrived, left), "moved", now.url, member.url)


def _row(one: Merged, moment: str, kind: str, url: str, former: str | None = None) -> Row:
    return {"reply_id": one.id, "happened_at": moment, "kind": kind, "url": url, "former_url": former}


def _life(member: Candidate, log: Log) -> Life:
    entry = log.addresses.get(member.address)
    return entry.life if entry is not None else Life()
