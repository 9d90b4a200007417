"""Telling replies apart group by group gives what `merge` gives over all of them at once."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from pipelines.address import address_key
from pipelines.grouped import Grouped
from pipelines.resolve import whole
from pipelines.resolve.addresses import HELD, Address, Addresses
from pipelines.resolve.agencies import Authority
from pipelines.resolve.identity import Candidate, Merged, merge
from pipelines.resolve.life import Life
from pipelines.resolve.log import Log
from pipelines.resolve.whole import ReplyOf, merged_replies


def candidate(chance: random.Random, number: int) -> Candidate:
    """One that has something in common with a few others, by chance."""
    twin = chance.choice(("", "", "", "_slh"))
    site = chance.choice("ab")
    url = f"http://{site}.demo.invalid/t20240101_{number // 2}{twin}.html"
    state = chance.choice(("there", "there", "there", "missing", "gone", "leads"))
    run = chance.randrange(1, 6)
    texts = frozenset(chance.sample("pqrstuvw", chance.randrange(3)))
    return Candidate(
        address_key(url),
        url,
        site,
        run,
        chance.choice((None, f"c{chance.randrange(40)}")),
        tuple(f"n{chance.randrange(30)}\0{chance.randrange(3)}" for _ in range(chance.randrange(3))),
        state=state,  # type: ignore[arg-type]
        last_ok_run=run + chance.randrange(3),
        arrived_with=chance.choice((None, *"pqrstuvw")),
        had=texts,
    )


def told(merged: list[Merged]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(one.id, [(member.address, kind) for member, kind in one.members]) for one in merged]


@pytest.mark.parametrize("seed", range(40))
def test_groups_give_what_the_whole_gives(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    every = {one.address: one for one in (candidate(chance, number) for number in range(60))}

    def candidates(
        staging: sqlite3.Connection, *_: Any, joint: bool = False
    ) -> Iterator[tuple[int, Candidate]]:
        if joint:
            for root, address in staging.execute(
                "select root, address from temp.joint order by 1, 2"
            ).fetchall():
                yield root, every[address]
            return
        mixed = list(every.values())
        chance.shuffle(mixed)
        for one in mixed:
            yield 0, replace(one, keys=tuple(key.partition("\0")[0] for key in one.keys))

    monkeypatch.setattr(whole, "candidates", candidates)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as staging:
        log = Log(Addresses(staging))
        replies = merged_replies(staging, log, Authority(()))
        expected = merge(every.values())
        assert told(list(replies)) == told(expected)
        assert any(len(one.members) > 1 for one in expected), "nothing was joined, nothing was proved"
        reply_of = ReplyOf(staging)
        assert {key: reply_of.get(key) for key in every} == {
            member.address: one.id for one in expected for member, _ in one.members
        }
        gone = expected[0].id
        assert told(list(replies.without({gone}))) == told(expected[1:])
        assert not replies.has(gone)


def test_rows_are_handed_out_by_id_and_those_of_others_are_passed_over() -> None:
    grouped = Grouped(iter([("a", 1), ("a", 2), ("b", 3), ("d", 4)]))
    assert [grouped.take(key) for key in "acd"] == [[(1,), (2,)], [], [(4,)]]


def test_addresses_are_the_same_from_memory_and_from_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.resolve.addresses.HELD", 2)
    assert HELD > 2
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        addresses, expected = Addresses(conn), {}
        for number in range(12):
            key = f"k{number * 5 % 7}"
            life = Life()
            life.take("ok", "2026-01-01T00:00:00+08:00", 1)
            for day in range(number % 4):
                life.take("gone", f"2026-02-0{1 + 4 * day if day < 2 else 9}T00:00:00+08:00", 2 + day)
            found = Address(
                "http://x/", "detail", "a", None, "ok", 200, "t", None, number, None, 1, life=life
            )
            addresses[key] = found
            expected[key] = found
        assert dict(addresses.items()) == expected
        assert list(addresses) == list(expected), "in the order in which they were first met"
        assert [key for key, _ in addresses.everything("key")] == sorted(expected)
