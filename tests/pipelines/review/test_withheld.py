"""What is withheld: read like declarations; what speaks against publishing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.address import reply_id
from pipelines.review import ReviewError
from pipelines.review.withheld import decisions, needs_review

URL = "http://kjt.demo.invalid/a/t20240902_1.shtml"


@pytest.mark.parametrize(
    ("rest", "key", "message"),
    [
        ("reason: because", "甲.reason", "recall、request、disclosure"),
        ("note: 无", "甲.reason", "release: true"),
        ("release: yes please", "甲.release", "true 或 false"),
        ("release: true\n  reason: recall", "甲.reason", "不能同时写"),
        ("reason: recall\n  note: 电话 13812345678", "甲.note", "联系方式"),
        ("reason: recall\n  until: 1", "甲.until", "没有 until 这个键"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, rest: str, key: str, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f'甲:\n  url: {URL}\n  date: "2026-11-24"\n  {rest}\n', "utf-8")
    with pytest.raises(ReviewError, match="人工复核的数据有误") as caught:
        decisions(file)
    assert (caught.value.key, caught.value.line is not None) == (key, True)
    assert message in caught.value.message


def test_one_reply_has_one_decision(tmp_path: Path) -> None:
    one = f'url: {URL}\n  date: "2026-11-24"\n  reason: recall\n'
    other = f'id: {reply_id(URL)}\n  date: "2026-11-24"\n  release: true\n'
    (tmp_path / "a.yaml").write_text(f"甲:\n  {one}乙:\n  {other}", "utf-8")
    with pytest.raises(ReviewError, match=r"已在 a\.yaml:1 登记"):
        decisions(tmp_path)


def test_decisions_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f'甲:\n  url: {URL}\n  date: "2026-11-24"\n  reason: request\n', "utf-8")
    (tmp_path / "b.yaml").write_text(
        '乙:\n  id: raaaaaaaaaaa\n  date: "2026-11-24"\n  release: true\n', "utf-8"
    )
    found = decisions(tmp_path)
    assert {key: (one.url, one.reason) for key, one in found.items()} == {
        reply_id(URL): (URL, "request"),
        "raaaaaaaaaaa": (None, None),
    }


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("依申请公开", True),
        ("依 申请公开", True),
        ("此件依申请公开", True),
        ("不予公开", True),
        ("不公开", True),
        ("不同意主动公开", True),
        ("主动公开", False),
        ("此件主动公开", False),
        ("同意公开", False),
        ("主动公开 依申请公开 不予公开", False),
        ("", False),
        (None, False),
    ],
)
def test_what_a_page_says_of_itself(said: str | None, held: bool) -> None:
    assert needs_review(said) is held
