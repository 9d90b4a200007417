"""Personalities meet faults: some pairs of each; all of them in `make soak-gov`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.gov.faults import FAULTS
from tests.gov.judge import judge
from tests.gov.matrix import case, crawl_cases, every_pair, run, some_pairs
from tests.gov.personalities import KINDS, Layout, make
from tests.gov.town import Place

pytestmark = pytest.mark.no_cover

SEED = 1


def test_each_fault_meets_some_personalities_and_each_personality_some_faults() -> None:
    pairs = some_pairs()
    assert {fault for _, fault in pairs} == set(FAULTS)
    assert {kind for kind, _ in pairs} == set(KINDS)
    assert len(set(pairs)) == len(pairs)
    assert len(every_pair()) == len(KINDS) * len(FAULTS) >= 10 * 40


def test_pairs() -> None:
    counted = run(some_pairs(), SEED)
    assert counted.wrong == ()
    assert counted.found == counted.expected > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_site_and_another_one_another(kind: str) -> None:
    one, same, other = (make(KINDS[kind], "site", seed=seed) for seed in (1, 1, 2))
    assert one.personality == same.personality != other.personality
    pages = [Place(made).pages for made in (one, same)]
    assert pages[0].keys() == pages[1].keys()
    assert all(pages[0][path]() == pages[1][path]() for path in pages[0])
    layout = Layout(one)
    assert {*layout.lists, *map(layout.path, layout.listed)} <= pages[0].keys()


def test_the_judge_sees_what_is_wrong(tmp_path: Path) -> None:
    cases = [
        case(number, pair, SEED)
        for number, pair in enumerate(
            [("department", "challenge_once"), ("city", "total_too_large"), ("portal", "robots_404")], start=1
        )
    ]
    _, result = crawl_cases(cases, tmp_path)
    corpus = tmp_path / "corpus.db"
    assert judge(corpus, cases, result).wrong == ()

    blocked, lying, fine = cases
    (lost,) = blocked.expected.lost

    def told(*changed: object) -> str:
        return "\n".join(judge(corpus, changed, result).wrong)  # type: ignore[arg-type]

    assert "reply" in told(replace(blocked, expected=replace(blocked.expected, lost=frozenset())))
    assert "is blocked, not gone" in told(
        replace(blocked, expected=replace(blocked.expected, outcomes={lost: "gone"}))
    )
    assert "issues" in told(replace(lying, expected=replace(lying.expected, codes=frozenset())))
    assert "bad at the end" in told(replace(lying, expected=replace(lying.expected, ok=True)))
    assert "good at the end" in told(replace(fine, expected=replace(fine.expected, ok=False)))
    path = Layout(fine.place.made).path(Layout(fine.place.made).replies[0])
    assert "a reply that nobody wrote" in told(
        replace(fine, expected=replace(fine.expected, lost=frozenset({path})))
    )
    assert "was lost without an issue" in told(
        replace(fine, expected=replace(fine.expected, lost=frozenset({path})))
    )
    assert "was asked for" in told(replace(fine, expected=replace(fine.expected, unasked=frozenset({path}))))
    wrong_value = replace(fine.expected, says={path: {"signed_on": "1999-01-01"}})
    assert "signed_on" in told(replace(fine, expected=wrong_value))
