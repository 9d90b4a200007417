"""A bound that is not kept, or not measured, is never reported as held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench.bench_proofs import given
from tests.bench.rows import Row, in_turn, ratio, table


def test_what_was_not_measured_is_not_held() -> None:
    assert not Row("a / b", None, most=1.0, note="no prose").held
    assert "MISS" in table([Row("a / b", None, most=1.0, note="no prose")])


@pytest.mark.parametrize(
    ("row", "held"),
    [
        (Row("a / b", 5.6, most=5.5), False),
        (Row("a / b", 5.5, most=5.5), True),
        (Row("a / b", 4.9, least=5), False),
        (Row("a / b", 5.0, least=5), True),
    ],
)
def test_bounds(row: Row, held: bool) -> None:
    assert row.held == held
    assert table([row]).splitlines()[1].startswith("held" if held else "MISS")


def test_a_machine_that_slows_down_is_no_ones_gain() -> None:
    seconds: dict[str, list[float]] = {"bare": [], "ours": []}
    for slower, way in enumerate(in_turn(("bare", "ours"), 4)):
        seconds[way].append((1.0 if way == "bare" else 2.0) * (1 + slower))
    assert ratio(seconds["ours"], seconds["bare"]) == pytest.approx(2.0, rel=0.25)
    assert list(in_turn("ab", 3)) == ["a", "b", "b", "a", "a", "b"]


def test_one_round_that_was_disturbed_counts_for_nothing() -> None:
    assert ratio([2.0, 9.0, 4.0], [1.0, 1.0, 2.0]) == 2.0


def rows(*ratios: float) -> Iterator[Row]:
    for found in ratios:
        yield Row("a / b", found, most=1.0)


def test_the_exit_code_tells_of_a_miss(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "MEASUREMENTS", {"good": lambda: rows(0.5, 1.0), "bad": lambda: rows(2.0)})
    assert bench.main(["good"]) == 0
    assert capsys.readouterr().out.endswith("bench: 2 of 2 held\n")
    assert bench.main([]) == 1
    assert capsys.readouterr().out.endswith("bench: 2 of 3 held\n")
    assert bench.main(["worse"]) == 2


def test_a_proof_that_fails_or_is_skipped_is_not_given(tmp_path: Path) -> None:
    proofs = tmp_path / "test_proofs.py"
    proofs.write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert False\n"
        "def test_away(): pytest.skip('no wget')\n",
        "utf-8",
    )
    assert given([str(proofs)])[0] == 1
    assert given([str(tmp_path / "test_none.py")])[0] == 0
