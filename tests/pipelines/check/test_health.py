"""Health of a site: pure facts in, a judgement with reasons out. Whole chains are in publish/test_build.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.check.gate_rules import Trouble
from pipelines.check.health import FetchFacts, site_health
from pipelines.check.reconcile import ColumnFacts, count_rows
from pipelines.models import Outcome

URL = "http://kjt.demo.invalid/jytabl/"
GOOD = ColumnFacts(URL, False, 2, 20, 33, 0, 33, 2)
FETCHED = FetchFacts({URL: "ok"}, {"http://kjt.demo.invalid/t1.shtml": "ok"})


def test_a_site_never_crawled_is_neither_good_nor_bad() -> None:
    assert site_health([GOOD], None) == ("never", ())


def test_a_site_whose_columns_are_to_be_found_is_a_case_of_its_own() -> None:
    assert site_health([], None) == ("undiscovered", ())
    assert site_health([], FETCHED) == ("undiscovered", ())


def test_good() -> None:
    assert site_health([GOOD], FETCHED) == ("ok", ())
    assert site_health([replace(GOOD, printed_total=None, page_count=None)], FETCHED) == ("ok", ())


@pytest.mark.parametrize(
    ("column", "health"),
    [
        (replace(GOOD, pages_read=0), "failed"),
        (replace(GOOD, first_rows=0), "failed"),
        (replace(GOOD, first_rows=0, rows_found=0, may_be_empty=True, printed_total=0), "ok"),
        (replace(GOOD, printed_total=34), "partial"),
        (replace(GOOD, rows_found=30), "partial"),
        (replace(GOOD, rows_found=34), "partial"),
        (replace(GOOD, rows_found=34, distinct=33), "ok"),
        (replace(GOOD, printed_total=34, may_differ=True), "ok"),
        (replace(GOOD, page_count=3), "partial"),
    ],
)
def test_columns(column: ColumnFacts, health: str) -> None:
    found, reasons = site_health([column], FETCHED)
    assert found == health
    assert (reasons == ()) == (health == "ok")


def test_rows_that_lead_off_the_site_are_told_and_are_no_failure() -> None:
    health, troubles = site_health([replace(GOOD, rows_refused=2)], FETCHED)
    assert health == "ok"
    told = f"列表里有 2 条链接指向站外，没有采集：{URL}"
    assert troubles == (Trouble("rows_refused", told, "note"),)


def test_what_the_crawl_said_of_the_site_is_a_reason() -> None:
    told = Trouble("crawl_told", "连续 3 次被拦截", "partial")
    assert site_health([GOOD], FETCHED, [told]) == ("partial", (told,))


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ([], 0),
        ([["a", "b"]], 2),
        ([["pin", "a"], ["pin", "b"], ["pin", "c"]], 4),
        ([["twice", "a"], ["b", "c"], ["twice", "d"]], 6),
        ([["pin", "twice"], ["pin", "b"], ["pin", "twice"]], 4),
    ],
)
def test_rows_are_counted_as_the_site_counts_them(pages: list[list[str]], count: int) -> None:
    assert count_rows(pages) == count


@pytest.mark.parametrize(
    "outcome", ["blocked", "maintenance", "error", "unreachable", "gone", "soft_404", "robots"]
)
def test_a_list_that_was_not_got_is_a_failure(outcome: Outcome) -> None:
    health, reasons = site_health([GOOD], FetchFacts({URL: outcome}, {}))
    assert health == "failed"
    assert URL in reasons[0].message


@pytest.mark.parametrize(
    ("outcome", "health"),
    [
        ("blocked", "partial"),
        ("truncated", "partial"),
        ("robots", "partial"),
        ("gone", "ok"),
        ("refused", "ok"),
    ],
)
def test_documents(outcome: Outcome, health: str) -> None:
    assert site_health([GOOD], FetchFacts({URL: "ok"}, {"http://x/t1": outcome}))[0] == health


def test_one_reason_for_each_kind_of_trouble() -> None:
    details: dict[str, Outcome] = {f"http://x/t{n}": "blocked" for n in range(300)}
    _, reasons = site_health([GOOD], FetchFacts({}, {**details, "http://x/e": "error"}))
    assert len(reasons) == 2
    assert reasons[0].message.startswith("300 个详情页")
