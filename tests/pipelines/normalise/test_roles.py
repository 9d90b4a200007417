"""Roles in the opening and in labelled lines: the failures first, then every form."""

from __future__ import annotations

import time

import pytest

from pipelines.models import RawField
from pipelines.normalise.roles import co_handlers, find_roles


def read(
    opening: str = "", *lines: str, title: str = "", opinion: bool = False
) -> list[tuple[str | None, str]]:
    return [(one.name, one.role) for one in find_roles(title, opening, lines, (), opinion=opinion)]


@pytest.mark.parametrize(
    "opening",
    [
        "",
        "您提出的提案收悉，我局会同有关部门认真研究，现答复如下",
        "我局高度重视提案承办工作，明确了承办处室和会办要求，现答复如下",
        "主要领导亲自主办，现答复如下",
        "您提出的《关于由市教育局主办运动会的建议》收悉，现答复如下",
        "您提出的关于由市教育局主办运动会的建议收悉，现答复如下",
        "我市承办了全国运动会，现答复如下",
        "经两局共同研究，现答复如下",
        "我局会同三家单位研究，现答复如下",
        "根据市政府办公室的交办意见，现答复如下",
        "您提出的由贵局主办的提案收悉",
    ],
)
def test_words_that_give_nobody_a_role(opening: str) -> None:
    assert read(opening) == []


@pytest.mark.parametrize(
    ("opening", "found"),
    [
        ("该提案由我厅主办、省财政厅会办", [(None, "主办"), ("省财政厅", "会办")]),
        (
            "该提案由省卫健委主办，本局、省财政厅协办",
            [("省卫健委", "主办"), (None, "协办"), ("省财政厅", "协办")],
        ),
        ("交由我委承办", [(None, "承办")]),
        (
            "该件由市交通运输局和市公安局交通管理局分办",
            [("市交通运输局", "分办"), ("市公安局交通管理局", "分办")],
        ),
        ("经济和信息化厅主办", [("经济和信息化厅", "主办")]),
        ("经省公共资源交易中心会办", [("省公共资源交易中心", "会办")]),
        ("经我厅与会办单位（省教育厅、省财政厅）研究", [("省教育厅", "会办"), ("省财政厅", "会办")]),
        ("会办单位为省教育厅，现答复如下", [("省教育厅", "会办")]),
        ("省教育厅（主办）、我厅（分办）", [("省教育厅", "主办"), (None, "分办")]),
        ("我厅为主办单位，省财政厅为协办单位", [(None, "主办"), ("省财政厅", "协办")]),
        ("会同协办单位省财政厅认真研究", [("省财政厅", "协办")]),
        ("经商省财政厅，现答复如下", [("省财政厅", "会办")]),
    ],
)
def test_every_form_of_the_opening(opening: str, found: list[tuple[str | None, str]]) -> None:
    assert read(opening) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("会办单位：", []),
        ("会办单位：无", []),
        ("承办人：某某 电话：###", []),
        ("我们明确了会办单位：省财政厅", []),
        ("抄送：承办单位：省财政厅", []),
        ("承办单位：省民政厅 承办人：某某 电话：###", [("省民政厅", "承办")]),
        (
            "主办单位：省民政厅；会办单位：省财政厅、省卫健委",
            [("省民政厅", "主办"), ("省财政厅", "会办"), ("省卫健委", "会办")],
        ),
        ("（主办单位:省民政厅 协办单位:省财政厅）", [("省民政厅", "主办"), ("省财政厅", "协办")]),
        ("承办单位：省民政厅（主办）、省财政厅（分办）", [("省民政厅", "主办"), ("省财政厅", "分办")]),
        ("承办单位：我局", [(None, "承办")]),
    ],
)
def test_labelled_lines(line: str, found: list[tuple[str | None, str]]) -> None:
    assert read("", line) == found


def test_where_a_role_was_read() -> None:
    cell = RawField("会办单位", "省财政厅", "cell")
    found = find_roles("关于提案的协办意见", "经省卫健委协办", ("分办单位：省教育厅",), (cell,), opinion=True)
    assert [(one.name, one.role, one.source, one.rule) for one in found] == [
        ("省教育厅", "分办", "line:分办单位", "roles.label"),
        ("省财政厅", "会办", "cell:会办单位", "roles.label"),
        ("省卫健委", "协办", "body", "roles.behind"),
        (None, "协办", "title", "roles.opinion"),
    ]


def test_an_opinion_says_of_itself_what_it_is() -> None:
    assert read("现提出如下协办意见", opinion=True) == [(None, "协办")]
    assert read("现提出如下协办意见") == []
    assert read("由贵局主办、我局会办", title="协办意见", opinion=True) == [(None, "会办")]


def test_a_word_for_the_role_counts_more_than_being_consulted() -> None:
    assert read("会同省财政厅研究，省财政厅为协办单位") == [("省财政厅", "协办")]


def test_names_once_and_in_order() -> None:
    assert co_handlers("经商省财政厅、省教育厅，并会同省财政厅研究，现答复如下") == ("省财政厅", "省教育厅")


@pytest.mark.parametrize(
    "unit",
    [
        "由我局主办、",
        "会办单位",
        "会同某局、",
        "（主办）",
        "综合",
        "经商",
        "主办单位：",
        "为会办单位",
        "关于",
        "交",
        "局",
        "、",
        "召集",
    ],
)
def test_hostile_repetition_is_read_in_bounded_time(unit: str) -> None:
    opening, line = (unit * 3000)[:3000], unit * 40
    began = time.process_time()
    find_roles("", opening, (line,) * 40, (RawField("会办单位", line, "cell"),) * 40, opinion=True)
    assert time.process_time() - began < 1.0
