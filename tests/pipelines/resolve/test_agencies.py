"""Printed names → agencies: one, or none; never a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.declare import load_sites
from pipelines.resolve.agencies import Agency, AgencyName, Authority, name_key, reviewed_agencies
from tests.pipelines.load.make import SITE
from tests.pipelines.resolve import agency_sample
from tests.score import graph

WATER = replace(SITE, key="slj", name="潜江市水务局", agency="潜江市水务局", place="429005")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority([SITE, WATER])


@pytest.mark.parametrize(
    "printed", [None, "", "某某局", "水务局", "有关部门", "省某某厅", "省委", "我", "(", "()"]
)
def test_what_is_not_in_the_file_is_nobody(authority: Authority, printed: str | None) -> None:
    assert authority.find(printed, "420000") is None


def test_the_labelled_names() -> None:
    assert len(agency_sample.ALL) >= 150
    assert len({(name, place) for name, place, _ in agency_sample.ALL}) == len(agency_sample.ALL)
    score = graph.agencies(agency_sample.ALL)
    assert score.good, score.table()


def test_one_name_means_another_body_on_another_site(authority: Authority) -> None:
    found = [
        authority.find("市水务局", place) for place in ("420106", "429005", "421300", "420281", "420000")
    ]
    assert [one.name if one else None for one in found] == ["武汉市水务局", "潜江市水务局", None, None, None]


def test_a_site_whose_key_a_reviewed_agency_has_keeps_its_own_agency() -> None:
    authority = Authority([replace(SITE, agency="湖北省创新促进厅")])
    found = authority.find("湖北省创新促进厅", "420000")
    assert found is not None
    assert found.id == "420000-kjt-site"
    assert authority.find("省科技厅", "420000") is not None


def test_a_name_that_two_bodies_share_is_nobodys() -> None:
    def body(key: str, name: str) -> Agency:
        names = (AgencyName(name, "canonical"), AgencyName("武汉市建委", "former"))
        return Agency(f"420100-{key}", name, "420100", names)

    shared = Authority([], [body("a", "武汉市城乡建设局"), body("b", "武汉市住房局")])
    assert shared.find("武汉市建委", "420100") is None
    assert shared.find("市建委", "420100") is None
    assert shared.find("市住房局", "420100") == body("b", "武汉市住房局")


def test_one_agency_that_two_sites_declare_is_one() -> None:
    sites = [replace(SITE, key=key, agency="武昌区街区局", place="420106") for key in ("a", "b")]
    authority = Authority(sites)
    assert [one.id for one in authority.agencies.values() if one.name == "武昌区街区局"] == ["420106-a"]
    assert authority.find("区街区局", "420106") is not None


@pytest.mark.parametrize(
    ("printed", "place", "name"),
    [
        ("市教育局", "420281", "大冶市教育局"),
        ("市教育局", "420200", "黄石市教育局"),
        ("市经信局", "420200", "黄石市经济和信息化局"),
        ("市经信局", "420281", None),  # a county-level city never looks up to its prefecture for 市
        ("区教育局", "420106", "武昌区教育局"),
        ("市教育局", "420106", "武汉市教育局"),
    ],
)
def test_a_level_means_the_nearest_division(
    authority: Authority, printed: str, place: str, name: str | None
) -> None:
    found = authority.find(printed, place)
    assert (found.name if found else None) == name


def test_every_declared_agency_is_in_the_file() -> None:
    """A site of ours whose agency has no entry would get one without names through time."""
    known = Authority([])
    missing = [
        site.key for site in load_sites().values() if site.agency and not known.find(site.agency, site.place)
    ]
    assert missing == []


def test_the_bundled_file() -> None:
    agencies = reviewed_agencies()
    by_id = {agency.id: agency for agency in agencies}
    assert [agency.id for agency in agencies] == sorted(by_id)
    assert all(agency.names[0].name == agency.name for agency in agencies)
    assert all(agency.names[0].kind == "canonical" for agency in agencies)
    assert all(agency.source and agency.known_on for agency in agencies), (
        "each says whence and when it is known"
    )
    assert sum(agency.place == "420000" for agency in agencies) >= 43 + 25
    with_government = {agency.place for agency in agencies if agency.id.endswith("-zf")}
    declared = {site.place for site in load_sites().values() if site.place}
    assert declared <= with_government, "every place with a declared site has at least its government"
    assert sum(code.endswith("00") or code.startswith("4290") for code in with_government if code) == 1 + 17
    shared: dict[str, set[str]] = {}
    for agency in agencies:
        for one in agency.names:
            shared.setdefault(name_key(one.name), set()).add(agency.id)
    assert {name: ids for name, ids in shared.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("420000-wht", "420000-wlt"),
        ("420000-gsj", "420000-scjg"),
        ("420000-fpb", "420000-nyt"),
        ("420100-zrj", "420100-zcj"),
    ],
)
def test_who_took_over(former: str, now: str) -> None:
    by_id = {agency.id: agency for agency in reviewed_agencies()}
    assert by_id[former].successor == now
    assert by_id[former].successors == ()


def test_a_body_that_was_divided_has_no_successor_of_its_own() -> None:
    divided = next(agency for agency in reviewed_agencies() if agency.id == "420000-fda")
    assert (divided.successor, divided.successors) == (None, ("420000-scjg", "420000-mpa"))
    assert divided.until == 2018


def test_codes_of_the_file() -> None:
    codes = {agency.code: agency.name for agency in reviewed_agencies() if agency.code}
    assert codes == {
        "011043145": "湖北省科学技术厅",
        "MB1568036": "湖北省文化和旅游厅",
        "741792287": "竹溪县交通运输局",
        "737546075": "武昌区城市管理执法局",
    }


def test_names_of_an_autonomous_prefecture() -> None:
    found = next(agency for agency in reviewed_agencies() if agency.id == "422800-lyj")
    assert isinstance(found, Agency)
    assert [one.name for one in found.names] == ["恩施土家族苗族自治州林业局", "恩施州林业局"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湖北省武汉市武昌区教育局", "武昌区教育局"),
        ("中国共产党湖北省委宣传部", "湖北省委宣传部"),
        ("湖北省 科学技术厅", "湖北省科学技术厅"),
        ("某局（某处）", "某局(某处)"),
        ("恩施土家族苗族自治州人民政府办公室", "恩施州政府办"),
    ],
)
def test_two_ways_to_write_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_what_differs_stays_apart() -> None:
    names = [
        "武汉市政府办公厅",
        "武汉市政府办公室",
        "武汉市科技局",
        "武汉市科协",
        "武汉市教育局",
        "黄石市教育局",
    ]
    assert len({name_key(name) for name in names}) == len(names)
