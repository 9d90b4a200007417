"""One reply, whatever the number of addresses and the order in which they were met."""

from __future__ import annotations

import random

from pipelines.address import reply_id
from pipelines.resolve.identity import Candidate, content_digest, merge


def candidate(name: str, run: int = 1, content: str | None = None, site: str | None = "kjt") -> Candidate:
    address = f"kjt.demo.invalid/{name}.shtml"
    return Candidate(address, f"http://{address}", site, run, content)


def test_different_replies_stay_apart() -> None:
    merged = merge(
        [candidate("t1", content="a"), candidate("t2", content="b"), candidate("t3"), candidate("t4")]
    )
    assert len(merged) == 4


def test_a_twin_joins_its_original_and_the_original_gives_the_values() -> None:
    merged = merge([candidate("t1_slh", run=1, content="x"), candidate("t1", run=2, content="y")])
    assert len(merged) == 1
    assert [(member.address[17:], kind) for member, kind in merged[0].members] == [
        ("t1.shtml", "canonical"),
        ("t1_slh.shtml", "twin"),
    ]
    assert merged[0].id == reply_id("http://kjt.demo.invalid/t1.shtml")


def test_the_same_text_on_one_site_is_one_reply_named_by_the_earliest_run() -> None:
    merged = merge([candidate("t1", run=2, content="x"), candidate("t2", run=1, content="x")])
    assert merged[0].id == reply_id("http://kjt.demo.invalid/t2.shtml")
    assert [kind for _, kind in merged[0].members] == ["canonical", "duplicate"]


def test_within_a_run_the_address_decides() -> None:
    merged = merge([candidate("t2", content="x"), candidate("t1", content="x")])
    assert merged[0].members[0][0].address.endswith("t1.shtml")


def test_the_same_text_on_two_sites_is_two_replies() -> None:
    assert len(merge([candidate("t1", content="x"), candidate("t2", content="x", site="swj")])) == 2


def test_twins_and_duplicates_chain_into_one() -> None:
    members = [
        candidate("t1", content="x"),
        candidate("t2_slh", content="x"),
        candidate("t2", content="y"),
        candidate("t3", content="y"),
    ]
    merged = merge(members)
    assert [[kind for _, kind in one.members] for one in merged] == [
        ["canonical", "duplicate", "twin", "duplicate"]
    ]


def test_the_order_of_the_set_does_not_matter() -> None:
    members = [candidate(f"t{n}", run=n % 3, content=str(n % 5)) for n in range(40)]
    expected = merge(members)
    for seed in range(5):
        random.Random(seed).shuffle(members)
        assert merge(members) == expected
    assert [one.id for one in expected] == sorted(one.id for one in expected)


def test_text_too_short_to_compare_needs_the_particulars() -> None:
    assert content_digest("标题", None, "") is None
    assert content_digest("标题", " \n", "") is None
    assert content_digest("标题", "详见附件。", "1") != content_digest("标题", "详见附件。", "2")
    long = "现答复如下，" * 20
    assert content_digest("标题", long, "1") == content_digest("标 题", long + "\n", "2")
