"""Names of places: what is none first, then names, and that no text takes long."""

from __future__ import annotations

from timeit import timeit

import pytest

from pipelines.normalise.places import read_place


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "省委",
        "人大",
        "关于省",
        "某某",
        "市x区",
        "省" + "某" * 16 + "市",
        "某" * 16 + "市",
        "某市" * 16,
        "某市人民",
    ],
)
def test_what_is_no_place(printed: str) -> None:
    assert read_place(printed) is None


@pytest.mark.parametrize(
    ("printed", "place"),
    [
        ("省", (None, "省")),
        ("某省", ("某省", "省")),
        ("甲市乙区丙街道", ("甲市乙区丙街道", "街道")),
        ("甲县乙开发区", ("甲县乙开发区", "区")),
        ("神农架林区", ("神农架林区", "区")),
        ("武汉", ("武汉", None)),
        ("某" * 15 + "市", ("某" * 15 + "市", "市")),
        ("省市县区", ("省市县区", "区")),
    ],
)
def test_names_and_levels(printed: str, place: tuple[str | None, str | None]) -> None:
    assert read_place(printed) == place


def test_a_text_of_nothing_but_units_is_read_at_once() -> None:
    """It can be parted in some 2¹⁴ times as many ways as the half of it."""

    def spent(length: int) -> float:
        return min(timeit(lambda: read_place("省" * length), number=1) for _ in range(5))

    assert spent(30) < 200 * spent(15)
