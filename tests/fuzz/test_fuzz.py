"""The fuzz run finds what it is there to find, and gives the same inputs for the same seed."""

from __future__ import annotations

import re
from random import Random

import pytest

from pipelines.models import Reply
from pipelines.normalise import places
from tests.fuzz import growth, run, seeds
from tests.fuzz.growth import RULES, THRESHOLD
from tests.fuzz.mutate import LONGEST, MARKUP, mutated, mutated_page
from tests.fuzz.words import FRAGMENTS, unsourced

pytestmark = pytest.mark.no_cover


def quadratic(text: str) -> int:
    """A rule that looks at the rest of the text from each of its characters."""
    return sum(text.count("省", start) for start in range(0, len(text), 3))


def raising(text: str) -> list[Reply]:
    raise KeyError(text)


def test_a_rule_that_raises_is_found() -> None:
    chunk = run.Chunk()
    run.judge(chunk, 7, "title", "甲", raising)
    (finding,) = chunk.findings
    assert (finding.problem, finding.chunk, finding.input) == ("exception", 7, "'甲'")
    assert "KeyError" in finding.words


def test_a_value_without_a_source_is_found() -> None:
    reply = Reply(title="甲", grade="A")
    assert unsourced(reply) == ["title", "grade"]
    chunk = run.Chunk()
    run.judge(chunk, 1, "title", "甲", lambda _: [reply])
    assert [finding.problem for finding in chunk.findings] == ["unsourced"]


def test_a_slow_rule_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.LIMIT, "title", -1.0)
    chunk = run.Chunk()
    run.judge(chunk, 1, "title", "甲", lambda _: [])
    assert [finding.problem for finding in chunk.findings] == ["slow"]


def test_a_rule_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def hanging(_: str) -> list[Reply]:
        while True:
            pass

    monkeypatch.setattr(run, "HANG", 0.05)
    chunk = run.Chunk()
    run.judge(chunk, 1, "line", "甲", hanging)
    assert [finding.words for finding in chunk.findings] == ["stopped after 0.05 s"]


def test_mutations_follow_the_seed_and_keep_to_their_length() -> None:
    titles, pages = seeds.titles(), seeds.pages()
    assert len(titles) > 250
    assert len(pages) > 200
    assert len(seeds.lines()) > 500
    first, again, other = (Random(seed) for seed in (1, 1, 2))
    made = [mutated(first, titles) for _ in range(200)]
    assert made == [mutated(again, titles) for _ in range(200)]
    assert made != [mutated(other, titles) for _ in range(200)]
    assert max(map(len, made)) <= LONGEST
    assert len(set(made)) > 150
    assert mutated_page(Random(3), pages, titles) == mutated_page(Random(3), pages, titles)


def test_a_small_run_finds_nothing() -> None:
    chunk = run.run(0, 0, inputs=120)
    assert chunk.inputs == 120
    assert chunk.replies >= 120
    assert [finding for finding in chunk.findings if finding.problem != "slow"] == []


def exploding(text: str) -> bool:
    """A rule that tries every way to part a short text."""
    return len(text) < 60 and re.fullmatch("(?:[省市]{1,15}?[省市])+", text) is not None


def test_a_rule_that_explodes_on_a_few_characters_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "SHORT", (16, 36))
    assert growth.burst(exploding, "省") > growth.BURST
    assert growth.burst(places.read_place, "省") <= growth.BURST


@pytest.mark.soak
def test_a_quadratic_rule_is_found_and_a_linear_one_is_not() -> None:
    # A busy machine may hide it once.
    assert max(growth.growth(quadratic, "省政协") for _ in range(3)) > THRESHOLD
    assert growth.growth(lambda text: text.replace("省", "市") * 40, "省政协") <= THRESHOLD


@pytest.mark.soak
@pytest.mark.parametrize("name", RULES)
def test_no_rule_grows_faster_than_its_input(name: str) -> None:
    fragments = [*FRAGMENTS, *(f"{fragment}\n" for fragment in FRAGMENTS), *MARKUP]
    grown = {fragment: growth.growth(RULES[name], fragment) for fragment in fragments}
    assert {fragment: ratio for fragment, ratio in grown.items() if ratio > THRESHOLD} == {}
    bursts = {fragment: growth.burst(RULES[name], fragment) for fragment in fragments}
    assert {fragment: spent for fragment, spent in bursts.items() if spent > growth.BURST} == {}
