"""Short texts are asked about once, long ones every time, and the memory is bounded."""

from __future__ import annotations

from pipelines.remember import remembered


def test_a_long_text_is_asked_about_every_time_and_the_oldest_answer_goes() -> None:
    asked: list[tuple[str, int]] = []

    @remembered(3, answers=2)
    def double(text: str, times: int = 2) -> str:
        asked.append((text, times))
        return text * times

    assert double("四个字的") == double("四个字的") == "四个字的四个字的"
    assert len(asked) == 2
    assert double("三个字") == double("三个字")
    assert double("三个字", 3) == double("三个字", 3) == "三个字" * 3
    assert asked[2:] == [("三个字", 2), ("三个字", 3)]
    double("甲")
    double("三个字")
    assert asked[4:] == [("甲", 2), ("三个字", 2)]


def test_a_function_of_the_text_alone_is_remembered_too() -> None:
    asked: list[str] = []

    @remembered(3, answers=2)
    def double(text: str) -> str:
        asked.append(text)
        return text * 2

    assert double("三个字") == double("三个字") == "三个字三个字"
    assert double("四个字的") == double("四个字的") == "四个字的四个字的"
    assert asked == ["三个字", "四个字的", "四个字的"]
    double("甲")
    double("乙")
    double("三个字")
    assert asked[3:] == ["甲", "乙", "三个字"]
