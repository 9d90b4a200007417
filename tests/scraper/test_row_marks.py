"""Marks that a CMS sets inside the link of a row are not part of the title."""

from __future__ import annotations

import pytest

from pipelines.models import Column, Page, Site
from scraper.families import family

COLUMN = "http://kjt.a.invalid/zwgk/jytabl/"
SITE = Site("kjt", "某厅", None, "420000", ("kjt.a.invalid",), "trs", (Column(COLUMN),), 0.0)


@pytest.mark.parametrize(
    ("inner", "title"),
    [
        ('<em class="top">置顶</em>关于甲的答复', "关于甲的答复"),
        ("<i>[置顶]</i> 关于甲的答复 <b>new!</b>", "关于甲的答复"),
        ("<b>关于热</b>电联产的答复", "关于热电联产的答复"),
        ("置顶规定的答复", "置顶规定的答复"),
        ("<b>置顶</b>", ""),
    ],
)
def test_only_an_element_that_holds_nothing_but_a_mark_is_left_out(inner: str, title: str) -> None:
    html = f'<ul><li><a href="./202409/t20240902_1.shtml">{inner}</a></li></ul>'
    page = Page(url=COLUMN, body=html.encode(), site=SITE, column=COLUMN, role="list")
    assert [row.title for row in family("trs").read_list(page, None).listing.rows] == [title]
