"""Catalogue blocks of few labels, items with bullets, pages whose text is only a picture."""

from __future__ import annotations

import pytest

from tests.pipelines.read.pages import document, labelled, read

TEXTLESS = '<p align="center"><img src="a.jpg"></p>'


@pytest.mark.parametrize(
    ("block", "label", "value"),
    [
        ("<ul><li><b>索引号：</b>MB1A20011/2023-00912</li><li><b>公开日期：</b>2023-05-15</li></ul>", "公开日期", "2023-05-15"),
        ("<ul><li><span>索引号:</span>011300004/2024-00381</li><li><span>发布日期:</span>2024-06-28</li></ul>", "发布日期", "2024-06-28"),
    ],
)  # fmt: skip
def test_two_labels_above_the_article_are_a_catalogue(block: str, label: str, value: str) -> None:
    page = (
        document()
        .decode()
        .replace('<div class="article">', f'<div class="gk">{block}</div><div class="article">')
    )
    found = labelled(read(page))
    assert found[label] == value
    assert found["索引号"]


def test_neighbours_with_their_dates_are_no_catalogue() -> None:
    block = "".join(f"<p>发布日期：2020-0{day}-01 <a href='{day}.html'>另一件</a></p>" for day in range(1, 9))
    page = (
        document()
        .decode()
        .replace('<div class="article">', f'<div class="list">{block}</div><div class="article">')
    )
    assert "发布日期" not in labelled(read(page))


def test_bullets_in_front_of_items_are_no_part_of_them() -> None:
    items = "<ul><li>• 000014352/2022-05518</li><li>• 某县卫生健康局</li><li>• 有效</li></ul>"
    values = [item.value for item in read(document(items)).fields if not item.label]
    assert values == ["000014352/2022-05518", "某县卫生健康局", "有效"]


def test_the_line_under_the_title_is_read_above_an_empty_text() -> None:
    raw = read(document('<div class="xx">发布日期：2017-09-01</div>', TEXTLESS))
    assert labelled(raw)["发布日期"] == "2017-09-01"
    assert raw.paragraphs == ()
