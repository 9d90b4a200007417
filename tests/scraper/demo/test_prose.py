"""From lines to markup and to truth: the same text, however an editor wrote it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from scraper.demo import prose

BODY = """
尊敬的代表：
您提出的 3 件建议收悉，金额<5万元，共12处。
# 一、关于标题
- 第一项
-- 其中之一
-- 其中之二
- 第二项
| 事项 | 数量 |
| 水 | 12 |
（联系电话：{{027-87120001}}）
=====
> 某某局
> 2024年1月2日
"""


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="没有 fancy 这种正文样式"):
        prose.markup(prose.pages("一")[0], "fancy")


def test_contact_data_is_printed_on_the_page_and_masked_in_the_truth() -> None:
    page = prose.markup(prose.pages(BODY)[0], "plain")
    assert "027-87120001" in page
    assert "8712" not in prose.truth(BODY)
    assert "（联系电话：" + "*" * len("027-87120001") + "）" in prose.truth(BODY)


@pytest.mark.parametrize("style", prose.STYLES)
def test_every_style_carries_the_same_text(style: str) -> None:
    parts = prose.pages(BODY)
    assert [len(part) for part in parts] == [10, 2]
    shown = "".join(BeautifulSoup(prose.markup(part, style), "lxml").get_text() for part in parts)
    wanted = prose.truth(BODY).replace("*" * len("027-87120001"), "027-87120001")
    assert squeezed(shown) == squeezed(wanted)


def test_lists_nest_and_tables_close() -> None:
    page = BeautifulSoup(prose.markup(prose.pages(BODY)[0], "plain"), "html.parser")
    outer = page.select("ol > li")
    assert [len(item.select("ul > li")) for item in outer] == [2, 0]
    assert [cell.get_text() for cell in page.select("td")] == ["事项", "数量", "水", "12"]
