"""Printed names → agencies: one, or none; never a guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.resolve.agencies import Authority, reviewed_agencies
from tests.pipelines.load.make import SITE

WATER = replace(SITE, key="slj", name="潜江市水利局", agency="潜江市水利局", place="429005")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority([SITE, WATER])


@pytest.mark.parametrize("printed", [None, "", "某某局", "水务局", "有关部门", "省某某厅", "省委"])
def test_what_is_not_in_the_file_is_nobody(authority: Authority, printed: str | None) -> None:
    assert authority.find(printed, "420000") is None


@pytest.mark.parametrize(
    ("printed", "place", "name"),
    [
        ("湖北省科学技术厅", "420000", "湖北省科学技术厅"),
        ("省科技厅", "420000", "湖北省科学技术厅"),
        ("省科技厅", "420106", "湖北省科学技术厅"),
        ("科技厅", "420000", "湖北省科学技术厅"),
        ("省 委 金融办", "420000", "湖北省委金融办"),
        ("湖北省地方金融监督管理局", None, "湖北省委金融办"),
        ("省发展和改革委员会", "420000", "湖北省发展和改革委员会"),
        ("湖北省公共资源交易中心（政府采购中心）", "420000", "湖北省公共资源交易中心"),
        ("市水利局", "429005", "潜江市水利局"),
        ("水利局", "429005", "潜江市水利局"),
    ],
)
def test_names_as_printed(authority: Authority, printed: str, place: str | None, name: str) -> None:
    found = authority.find(printed, place)
    assert found is not None
    assert found.name == name


def test_a_city_does_not_get_the_department_of_the_province(authority: Authority) -> None:
    assert authority.find("市科技厅", "420100") is None
    assert authority.find("市水利局", "420100") is None


def test_a_site_whose_key_a_reviewed_agency_has_keeps_its_own_agency() -> None:
    authority = Authority([replace(SITE, agency="湖北省创新促进厅")])
    found = authority.find("湖北省创新促进厅", "420000")
    assert found is not None
    assert found.id == "420000-kjt-site"
    assert authority.find("省科技厅", "420000") is not None


def test_the_bundled_file_names_forty_three_departments() -> None:
    agencies = reviewed_agencies()
    assert len(agencies) == 43
    assert [agency.id for agency in agencies] == sorted(agency.id for agency in agencies)
    assert all(agency.names[0] == (agency.name, "canonical") for agency in agencies)


@pytest.mark.parametrize("text", ["[]", "place: 420000\nagencies: {x: {short: [y]}}", "agencies: {}"])
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"wrong\.yaml"):
        reviewed_agencies(tmp_path)
