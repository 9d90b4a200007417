"""The parts of a letter and its headings: a labelled sample in which every line counts, and what must always hold."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.models import RawReply, Reply
from pipelines.normalise.outline import find_outline
from pipelines.normalise.reply import normalise
from tests.pipelines.normalise.structure_sample import TITLE, Labelled, bodies

BODIES = bodies()


def reply(*lines: str) -> Reply:
    return normalise(RawReply(None, (("h1", TITLE),), (), lines, ""))


def test_the_sample_is_large_and_each_body_has_its_name() -> None:
    assert len(BODIES) >= 60
    assert len({body.name for body in BODIES}) == len(BODIES)
    assert sum(not body.outline for body in BODIES) >= 20


@pytest.mark.parametrize("body", [pytest.param(body, id=body.name) for body in BODIES])
def test_labelled(body: Labelled) -> None:
    found = reply(*body.lines)
    assert [(part.part, part.first, part.last) for part in found.parts] == list(body.parts)
    assert [(one.level, one.heading, one.paragraph) for one in found.outline] == list(body.outline)


def test_the_signatory_stays_as_it_is_printed() -> None:
    for name, signatory, signed_on in (
        ("several agencies, one a line", "某市水务局 某市财政局 某市教育局", "2024-07-23"),
        ("several agencies in a line", "某市水务局 某市财政局", "2024-07-23"),
        ("each agency with its date", "某市水务局", "2024-07-23"),
        ("letters of the name spread", "某市水务局", "2024-07-23"),
        ("spaces inside the date", "某市水务局", "2024-07-23"),
        ("nothing but the signature on the page, and the seal", "某市水务局", "2024-07-23"),
        ("seal on a line of its own", "某市水务局", "2024-07-23"),
        ("agency without a date", "某市水务局", None),
        ("annex with a signature of its own", "某市水务局", "2024-07-23"),
    ):
        [body] = [body for body in BODIES if body.name == name]
        found = reply(*body.lines)
        assert (found.signatory, found.signed_on) == (signatory, signed_on), name


def test_several_letters_have_no_parts_but_an_outline() -> None:
    letter = (
        "某委员：",
        "您提出的提案收悉，现答复如下：",
        "一、排查情况",
        "完成排查。",
        "某市水务局",
        "2024年7月23日",
    )
    other = (
        "某代表：",
        "您提出的建议收悉，现答复如下：",
        "一、整治情况",
        "开始整治。",
        "某市水务局",
        "2024年7月24日",
    )
    found = reply(*letter, *other)
    assert "several_letters" in {issue.code for issue in found.issues}
    assert found.parts == ()
    assert [one.heading for one in found.outline] == ["一、排查情况", "一、整治情况"]


def test_contact_data_in_a_heading_is_masked() -> None:
    found = reply(
        "某委员：",
        "您提出的提案收悉，现答复如下：",
        "一、联系电话：027-87654321",
        "请致电。",
        "二、其他",
        "没有。",
    )
    assert "87654321" not in "".join(one.heading for one in found.outline)


def test_without_a_body_there_is_no_structure() -> None:
    found = reply()
    assert (found.parts, found.outline) == ((), ())


_WORDS = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "(1)",
        "①",
        "第一，",
        "附件",
        "附件1：",
        "附：",
        "抄送：",
        "某市水务局",
        "2024年7月23日",
        "某委员：",
        "（盖章）",
        "收悉",
        "现答复如下：",
        "加强领导",
        "。",
        "；",
        "，",
        " ",
        "\t",
        "“",
        "”",
        "1.5亿元",
        "联系人：某",
        "印发",
        "（",
        "）",
    ]
)
_LINES = st.lists(st.lists(_WORDS, min_size=1, max_size=8).map("".join).filter(str.strip), max_size=25)


@settings(max_examples=400, deadline=None)
@given(_LINES)
def test_parts_cover_every_line_in_order_and_headings_are_printed(lines: list[str]) -> None:
    lines = [" ".join(line.split(" ")).strip() or "字" for line in lines]
    found = reply(*lines)
    text = (found.body_text or "").split("\n")
    if found.parts:
        assert found.parts[0].first == 1
        assert found.parts[-1].last == len(text)
        for before, after in zip(found.parts, found.parts[1:], strict=False):
            # A line may belong to two parts, and to three where a letter is one line; none is left out.
            assert before.first <= before.last
            assert after.first in (before.last, before.last + 1)
    numbers = [one.paragraph for one in found.outline]
    assert numbers == sorted(set(numbers))
    for number, one in enumerate(found.outline):
        assert text[one.paragraph - 1].startswith(one.heading)
        assert one.heading.strip() == one.heading != ""
        assert 1 <= one.level <= (found.outline[number - 1].level + 1 if number else 1)


@pytest.mark.parametrize(
    "line", ["一、" * 2000, "（" * 4000, "一、" + "“" * 4000, "附件1：" * 1000, "1." * 4000, "一、字 " * 2000]
)
def test_strange_lines_take_linear_time(line: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        for _ in range(3):
            find_outline([text] * 4, ())
            reply("某委员：", text, "某市水务局", "2024年7月23日")
        return time.process_time() - start

    seconds(line)
    once = max(seconds(line), 0.004)
    # The collector may have its turn meanwhile, with all that the other tests have left.
    assert any(seconds(line * 4) < 12 * once for _ in range(3))
