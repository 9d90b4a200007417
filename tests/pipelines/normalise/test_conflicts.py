"""Two values of one field: those that contradict first, then those that only say the same in other words."""

from __future__ import annotations

import pytest

from pipelines.normalise.conflicts import contradict, is_closed


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [
        ("index_number", "011043145/2024-1", "011043145/2024-2"),
        ("grade", "A", "B"),
        ("publisher", "某市水务局", "某市商务局"),
        ("category", "科技", "教育"),
        ("validity", "有效", "已失效"),
        ("validity", "有效", "无效"),
        ("disclosure", "主动公开", "此件依申请公开"),
        ("disclosure", "不予公开", "同意公开"),
        ("quoted_subject", "关于加强科技创新的提案", "关于加强环境保护的提案"),
        ("lead_agency", "市水务局", "市商务局"),
        ("co_handlers", ("市教育局", "市财政局"), ("市教育局", "市司法局")),
    ],
)
def test_what_contradicts(field: str, first: object, second: object) -> None:
    assert contradict(field, first, second)
    assert contradict(field, second, first)


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [
        ("index_number", "011043145/2024-1", "011043145/2024-1"),
        ("publisher", "某市水务局", "水务局"),
        ("publisher", "某市（省直管）水务局", "某市(省直管)水务局"),
        ("validity", "有效", "现行有效"),
        ("disclosure", "主动公开", "此件公开发布"),
        ("disclosure", "公开属性(是)", "主动公开"),
        ("quoted_subject", "关于加强科技创新的提案", "加强科技创新"),
        ("quoted_subject", "加强“双千兆”建设", "关于加强“双千兆”建设的建议"),
        ("lead_agency", "某市水务局", "市水务局"),
        ("co_handlers", ("市教育局",), ("市教育局", "市司法局")),
        ("title", "关于第1号提案的答复", "关于第2号提案的答复"),
        ("signed_on", "2024-07-23", "2024-09-02"),
    ],
)
def test_what_says_the_same_or_is_compared_elsewhere(field: str, first: object, second: object) -> None:
    assert not contradict(field, first, second)
    assert not contradict(field, second, first)


@pytest.mark.parametrize(
    ("value", "closed"),
    [
        ("", None),
        ("公开", None),
        ("主动公开 依申请公开", None),
        ("依 申 请 公 开", True),
        ("不同意公开", True),
        ("同意公开", False),
        ("主动公开", False),
    ],
)
def test_whether_a_text_is_open_by_itself(value: str, closed: bool | None) -> None:
    assert is_closed(value) is closed
