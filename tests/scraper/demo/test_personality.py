"""Reading the reviewed files of the demonstration government."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from pipelines.declare import cluster, load_sites
from pipelines.errors import ConfigurationError
from pipelines.models import Reference
from pipelines.normalise.index_number import read_index_number
from pipelines.paths import reviewed_data
from scraper.demo.answers import answers
from scraper.demo.personality import Personality, load_personalities

SITE = """
key: one
host: one.demo.invalid
name: 一个站点
template: city
columns: [{path: /jytabl/, name: 建议提案办理, paging: next}]
documents:
  - {file: 202401/t20240102_1.html, title: 关于一件提案的答复, %s}
"""


@pytest.fixture(scope="module")
def sites() -> tuple[Personality, ...]:
    return load_personalities()


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ("says: {signed: 2024-01-02}", "signed"),
        ("answer: nothing", "nothing"),
        ("colour: red", "colour"),
        ("column: 1", "没有第 1 个栏目"),
    ],
)
def test_a_slip_in_a_file_is_told_with_file_and_key(tmp_path: Path, entry: str, named: str) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(SITE % entry, "utf-8")
    with pytest.raises(ConfigurationError, match=named) as caught:
        load_personalities(tmp_path)
    assert str(path) in str(caught.value)


def test_an_empty_folder_is_no_government(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="没有演示站点"):
        load_personalities(tmp_path)


def test_dates_stay_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SITE % "says: {published_at: 2024-01-02T03:04:05}", "utf-8")
    (site,) = load_personalities(tmp_path)
    assert site.documents[0].says["published_at"] == "2024-01-02T03:04:05"


def test_an_unknown_part_of_a_reference_is_told(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SITE % "says: {references: [{bodie: 政协}]}", "utf-8")
    with pytest.raises(ValueError, match="bodie"):
        list(answers(load_personalities(tmp_path)))
    assert "body" in {each.name for each in fields(Reference)}


def test_declarations_and_personalities_name_the_same_hosts_and_columns(
    sites: tuple[Personality, ...],
) -> None:
    declared = load_sites(reviewed_data("demo", "sites.yaml"))
    assert {key: site.hosts for key, site in declared.items()} == {site.key: (site.host,) for site in sites}
    truth = {answer.column for answer in answers(sites)}
    assert {column.url for site in declared.values() for column in site.columns} == truth
    assert all(site.name.startswith("演示·") for site in declared.values())


def test_the_demonstration_is_as_wide_as_promised(sites: tuple[Personality, ...]) -> None:
    truth = list(answers(sites))
    replies = [answer for answer in truth if answer.document_type in ("reply", "co_handling_opinion")]
    assert len(replies) >= 48
    assert len({site.template for site in sites}) >= 4
    assert {answer.answer for answer in truth} >= {
        "challenge",
        "soft_404",
        "gone",
        "empty",
        "redirect",
        "leaves",
        "foreign",
    }
    assert {column.paging for site in sites for column in site.columns} == {
        "createPageHTML",
        "pageControl",
        "pageHtml",
        "next",
    }
    assert len({cluster(site.host) for site in sites}) < len(sites)
    assert any(site.robots is None for site in sites)
    assert {"gbk", "utf-8"} <= {site.encoding for site in sites}


def test_no_text_is_told_twice(sites: tuple[Personality, ...]) -> None:
    seen: dict[str, str] = {}
    for answer in answers(sites):
        for paragraph in answer.body_text.splitlines():
            if len(paragraph) > 40:
                assert seen.setdefault(paragraph, answer.url) == answer.url


def test_index_numbers_carry_valid_check_digits_but_for_the_one_that_is_meant_not_to(
    sites: tuple[Personality, ...],
) -> None:
    failing = [
        answer.values["index_number"]
        for answer in answers(sites)
        if answer.values["index_number"] and read_index_number(answer.values["index_number"])[1]
    ]
    assert failing == ["DM0000089/2022-06140"]
