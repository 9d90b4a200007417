"""The difference of two texts, for a person to read."""

from __future__ import annotations

import random
import time

import pytest

from pipelines.normalise.difference import MAX_SENTENCES, sentences, split


def old_and_new(old: str, new: str) -> tuple[str, str]:
    """Both texts without what is skipped, put together from the parts."""
    parts = [part for part in sentences(old, new) if part["op"] != "skipped"]
    return (
        "".join(part["text"] for part in parts if part["op"] != "added"),
        "".join(part["text"] for part in parts if part["op"] != "removed"),
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("一是摸底。二是落实；三是督查！", 3),
        ("他说：“已经办结。”此后未再发生。", 2),
        ("标题没有句号\n正文第一句。第二句。\n落款", 4),
        ("还有……吗？！没有。", 2),
        ("", 0),
        ("\n\n", 2),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(split(text)) == count
    assert "".join(split(text)) == text


def test_one_sentence_changed_is_shown_with_its_neighbours() -> None:
    old = "甲。乙。丙。丁。戊。"
    assert sentences(old, old.replace("丙", "子")) == [
        {"op": "skipped", "sentences": 1},
        {"op": "kept", "text": "乙。"},
        {"op": "removed", "text": "丙。"},
        {"op": "added", "text": "子。"},
        {"op": "kept", "text": "丁。"},
        {"op": "skipped", "sentences": 1},
    ]


def test_two_changes_far_apart_have_what_lies_between_left_out() -> None:
    old = "".join(f"第{number}句。" for number in range(9))
    new = old.replace("第0句。", "").replace("第8句。", "另有一句。")
    assert [part["op"] for part in sentences(old, new)] == [
        "removed",
        "kept",
        "skipped",
        "kept",
        "removed",
        "added",
    ]


def test_equal_texts_have_no_difference_and_empty_ones_are_no_trouble() -> None:
    assert sentences("甲。乙。", "甲。乙。") == []
    assert sentences("", "甲。") == [{"op": "added", "text": "甲。"}]
    assert sentences("甲。", "") == [{"op": "removed", "text": "甲。"}]


@pytest.mark.parametrize("seed", range(30))
def test_the_parts_give_both_texts_back(seed: int) -> None:
    chance = random.Random(seed)
    words = ["甲。", "乙；", "丙\n", "丁！”", "戊"]
    old, new = ("".join(chance.choices(words, k=chance.randrange(1, 12))) for _ in range(2))
    before, after = old_and_new(old, new)
    shown = sum(part.get("sentences", 0) for part in sentences(old, new))
    if not shown and old != new:
        assert (before, after) == (old, new)
    assert set(before) <= set(old)
    assert set(after) <= set(new)


def test_hostile_texts_take_no_time() -> None:
    begun = time.process_time()
    chance = random.Random(1)
    for words in ("甲乙", "甲", "甲乙丙丁戊"):
        old, new = (
            "始" + "".join(chance.choice(words) + "。" for _ in range(MAX_SENTENCES - 1)) + end
            for end in "终末"
        )
        sentences(old, new)
    sentences("甲。" * 200_000, "乙。" * 200_000)
    assert time.process_time() - begun < 10
