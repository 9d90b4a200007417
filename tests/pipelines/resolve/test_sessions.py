"""The table of sessions: a slip is told with file, line and entry; extra sessions are nothing strange."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.resolve.sessions import Session, sessions

GOOD = "420000-人大-13-3: {year: 2020, source: 届次资料}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {place: 420000}", r"wrong\.yaml"),
        ("420000-人大-13: {year: 2020, source: x}", "地区六位代码"),
        ("42000-人大-13-3: {year: 2020, source: x}", "地区六位代码"),
        ("420000-党委-13-3: {year: 2020, source: x}", "地区六位代码"),
        ("420000-人大-十三-3: {year: 2020, source: x}", "地区六位代码"),
        ("420000-人大-13-0: {year: 2020, source: x}", "地区六位代码"),
        ("420000-人大-13-3: 2020", "键: 值"),
        ("420000-人大-13-3: {year: 2020}", "缺少必填的 source"),
        ("420000-人大-13-3: {source: x}", "缺少必填的 year"),
        ("420000-人大-13-3: {year: 2020, source: ''}", "不能为空"),
        ("420000-人大-13-3: {year: 2020, source: 2020}", "应为文字"),
        ("420000-人大-13-3: {year: 1948, source: x}", "1949 到 2100"),
        ("420000-人大-13-3: {year: 2101, source: x}", "1949 到 2100"),
        ("420000-人大-13-3: {year: '2020', source: x}", "1949 到 2100"),
        ("420000-人大-13-3: {year: true, source: x}", "1949 到 2100"),
        ("420000-人大-13-3: {year: 2020, source: x, page: y}", "没有 page 这个键"),
        (GOOD + GOOD, "写了两次"),
        (GOOD + "420000-人大-13-7: {year: 2019, source: x}", "先后颠倒"),
        ("420000-人大-13-7: {year: 2019, source: x}\n" + GOOD, "先后颠倒"),
    ],
)
def test_a_slip_is_told_with_file_and_entry(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=told) as caught:
        sessions(tmp_path)
    assert f"{tmp_path / 'wrong.yaml'}" in str(caught.value)


def test_one_session_in_two_files_is_a_slip(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"b\.yaml.*已在 a\.yaml:1 写过"):
        sessions(tmp_path)


def test_extra_sessions_share_a_year_and_leave_gaps(tmp_path: Path) -> None:
    extra = "".join(f"420000-人大-13-{n}: {{year: 2021, source: 届次资料}}\n" for n in (4, 5))
    (tmp_path / "a.yaml").write_text(GOOD + extra, encoding="utf-8")
    found = sessions(tmp_path)
    assert [held.year for held in found.values()] == [2020, 2021, 2021]
    assert Session("420000", "人大", 13, 6) not in found


def test_the_bundled_table_has_a_source_for_each_session() -> None:
    table = sessions()
    assert list(table) == sorted(table)
    assert table[Session("420000", "政协", 13, 2)].year == 2024
    assert table[Session("420000", "人大", 13, 7)].year == 2022
    assert not {Session("420000", "人大", 13, n) for n in (4, 5, 6)} & set(table)
    assert min(len(held.source) for held in table.values()) >= 4
    assert len(table) > 70
