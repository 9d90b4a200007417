"""Charts: what is drawn is what was counted, and nothing is drawn of nothing."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publish.site.charts import HEIGHT, Row, bars, columns, flows, median, steps
from pipelines.publish.site.pages.waiting import figures, medians
from pipelines.publish.site.pages.years import by_year, used


def pair(lead: str, consulted: str, documents: int) -> dict[str, object]:
    return {
        "lead": lead,
        "consulted": consulted,
        "lead_id": None,
        "consulted_id": None,
        "documents": documents,
    }


def test_nothing_is_drawn_of_nothing() -> None:
    assert columns([], ("件数",), "年") is None
    assert columns([Row("2024", (0, 0))], ("甲", "乙"), "年") is None
    assert bars([], ("件数",), "机关") is None
    assert bars([Row("甲", (0,))], ("件数",), "机关", full=100) is None
    assert flows([]) is None
    assert median({}) is None
    assert figures([]) is None


@given(st.integers(1, 10**7))
def test_ticks_are_round_few_and_reach_the_top(highest: int) -> None:
    ticks = steps(highest)
    assert 2 <= len(ticks) <= 6
    assert ticks[0] == 0
    assert ticks[-2] < highest <= ticks[-1]
    assert str(ticks[1]).rstrip("0") in {"1", "2", "5"}


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=30))
def test_columns_are_as_high_as_their_numbers(values: list[tuple[int, int]]) -> None:
    chart = columns([Row(str(n), pair) for n, pair in enumerate(values)], ("甲", "乙"), "年")
    if chart is None:
        assert not any(map(sum, values))
        return
    top = chart["ticks"][-1]["value"]
    for (first, second), column in zip(values, chart["columns"], strict=True):
        drawn = sum(part["height"] for part in column["segments"])
        assert drawn == pytest.approx((first + second) * HEIGHT / top, abs=0.02)
        assert column["top"] == pytest.approx(HEIGHT - drawn, abs=0.02)
        assert 0 <= column["x"] <= column["x"] + column["width"] <= 100
    assert chart["totals"] == [sum(one) for one in zip(*values, strict=True)]


def test_bars_are_in_proportion() -> None:
    chart = bars([Row("甲", (3, 1)), Row("乙", (2, 0))], ("主办", "会办"), "机关")
    assert chart is not None
    assert [[(part["x"], part["width"]) for part in row["segments"]] for row in chart["rows"]] == [
        [(0, 75), (75, 25)],
        [(0, 50)],
    ]


@given(st.dictionaries(st.integers(-50, 2000), st.integers(1, 40), min_size=1, max_size=30))
def test_median_is_that_of_the_values(counts: dict[int, int]) -> None:
    values = [value for value, times in counts.items() for _ in range(times)]
    assert median(counts) == statistics.median(values)


def test_days_that_cannot_be_are_told_apart() -> None:
    found = figures([(-3, 2), (0, 1), (7, 1), (8, 1), (400, 1)])
    assert found is not None
    assert (found["replies"], found["suspect"], found["median"]) == (4, 2, "7.5")
    assert (found["shortest"], found["longest"]) == (0, 400)
    assert [row["shown"] for row in found["chart"]["rows"]] == [(2,), (1,), (0,), (0,), (0,), (1,)]
    only = figures([(-1, 5)])
    assert only is not None
    assert (only["replies"], only["suspect"], only["median"], only["chart"]) == (0, 5, None, None)
    assert medians([(2024, 3, 1), (2024, -9, 5), (2023, 10, 2)]) == [
        {"year": 2023, "median": "10", "replies": 2},
        {"year": 2024, "median": "3", "replies": 1},
    ]


def test_years_without_anything_are_there_and_unknown_ones_last() -> None:
    rows = by_year([(2024, "政协", 2), (None, "人大", 3), (2021, None, 1)], ("政协", "人大", None), str)
    assert [(row.label, row.values, row.url) for row in rows] == [
        ("2021", (0, 0, 1), "2021"),
        ("2022", (0, 0, 0), None),
        ("2023", (0, 0, 0), None),
        ("2024", (2, 0, 0), "2024"),
        ("不明", (0, 3, 0), "None"),
    ]
    assert by_year([], ("政协",)) == []
    kept, names = used(rows, {0: "政协", 1: "人大", 2: "不明"})
    assert names == ["政协", "人大", "不明"]
    kept, names = used(by_year([(2024, "人大", 1)], ("政协", "人大")), {0: "政协", 1: "人大"})
    assert (names, kept[0].values) == (["人大"], (1,))


def test_a_wrong_year_does_not_make_a_thousand_columns() -> None:
    assert len(by_year([(1024, None, 1), (2024, None, 1)], (None,))) == 2


def test_flows_lose_no_document_and_put_the_rest_together() -> None:
    pairs = [pair(f"主办{a}", f"会办{b}", a + b + 1) for a in range(14) for b in range(3)]
    drawn = flows(pairs, limit=5)
    assert drawn is not None
    total = sum(int(str(one["documents"])) for one in pairs)
    for side, rest in (("left", "其余 10 个机关"), ("right", None)):
        assert sum(node["documents"] for node in drawn[side]) == total
        assert [node["name"] for node in drawn[side] if node["name"].startswith("其余")] == (
            [rest] if rest else []
        )
    assert drawn["left"][0]["name"] == "主办13"
    assert (
        sum(int(line["title"].split("：")[1].split(" ")[0].replace(",", "")) for line in drawn["lines"])
        == total
    )
    assert max(line["width"] for line in drawn["lines"]) == 12


def test_a_pair_alone_is_a_straight_line() -> None:
    drawn = flows([pair("甲", "乙", 1)])
    assert drawn is not None
    assert drawn["lines"][0]["path"] == "M0 22.0C50 22.0 50 22.0 100 22.0"
