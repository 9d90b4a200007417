"""The declarations that ship: complete, short, and each column as it was seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.address import address_key
from pipelines.declare import cluster, known_columns, load_sites
from pipelines.paths import reviewed_data
from pipelines.places import places
from scraper.registry import findings

SEEN = """
https://kjt.hubei.gov.cn/zfxxgk_GK2020/xxgkml/qtzdzdgk/jytabl/
https://jrb.hubei.gov.cn/zfxxgk_GK2020/fdzdgknr_GK2020/qtzdgknr_GK2020/jytabl_GK2020/rdjy_GK2020/
https://jxt.hubei.gov.cn/fbjd/xxgkml/qtzdgknr/jytabl/zxwyta/
https://wlt.hubei.gov.cn/zfxxgk/fdzdgknr/qtzdgknr/jytabl/zxwyta/
https://wlt.hubei.gov.cn/zfxxgk/fdzdgknr/qtzdgknr/jytabl/rddbjy/
http://mpa.hubei.gov.cn/zfxxgk/fdzdgknr/qtzdgknr/jytabl/gzdt_jytabl/
zgj.wuhan.gov.cn/xxgk/xxgkml/qtzdgknr/jytabl/
swj.wuhan.gov.cn/xxgk/new_qtzdgknr/jytabl/
jyj.wuhan.gov.cn/zfxxgk/fdzdgknr/qtzdgknr/jytabl/
kjj.wuhan.gov.cn/zwgk_8/fdzdnrgk/jytabl/syta/
mzj.wuhan.gov.cn/zwgk_918/fdzdgk/qtzdgknr/jytabl/gzgk/
mzj.wuhan.gov.cn/zwgk_918/fdzdgk/qtzdgknr/jytabl/mzj_sjyta1/
hbj.wuhan.gov.cn/fbjd_19/xxgkml/qtzdgk/jytabl/
gxs.wuhan.gov.cn/zfxxgk/fdzdgknr/jytabl/
wjw.wuhan.gov.cn/zwgk_28/fdzdgknr/qtzdgknr/jytabl_1/
https://www.wuchang.gov.cn/zwgk_37/fdzdgknr/qtzdgknr/jytabl_1/qjytan/jyq/
www.hanyang.gov.cn/bmxxgk/zfgzjg/qjyj/fdzdgknr/qtzdgknr/jytabl/
http://fgw.huangshi.gov.cn/xxgk/gkml/jytabl/elesnjytabl/
http://fgw.huangshi.gov.cn/xxgk/gkml/jytabl/ele4njytabl/
http://hbdaye.gov.cn/zfxxgk/fdgknr/qtzdgknr/jytabl/
www.zhuxi.gov.cn/xxgkxi/fdzdgk/qtzdgknr/jyta/jytabl2018/zxta/
www.fangxian.gov.cn/xxgk/fdzdgknr/qtzdgknr/jytabl/rdjy/2018/
yunyang.shiyan.gov.cn/xxgkxi/fdzdgk/qtzdgknr/jyta/zxta_1/2020_71599/
sthjj.xiangyang.gov.cn/zwgk/gkml/qtzdgknr/jytabl/
swj.suizhou.gov.cn/fbjd/zwgk/xxgkml/qtzdgknr/jytabl/
sthjj.suizhou.gov.cn/fbjd_15/zwgk/xxgkml/qtzdgknr/jytabl/
https://cjw.ezhou.gov.cn/zfxxgk_4836/fdzdgknr/qtzdgk/jytabl/
www.xianning.gov.cn/xxgk/xxgkml/qtzdgknr/jytabl/ztqk/
sthjj.xianning.gov.cn/xxgk/fdzdgknr/qtzdgknr/jytabl/2019jyta/
sthjj.xianning.gov.cn/xxgk/fdzdgknr/qtzdgknr/jytabl/2020jyta/
sthjj.xianning.gov.cn/xxgk/fdzdgknr/qtzdgknr/jytabl/2021jyta/
sthjj.xianning.gov.cn/xxgk/fdzdgknr/qtzdgknr/jytabl/2022jyta/
sthjj.xianning.gov.cn/xxgk/fdzdgknr/qtzdgknr/jytabl/2023jyta/
sthjj.xianning.gov.cn/xxgk/fdzdgknr/qtzdgknr/jytabl/2024jyta/
sthjj.xianning.gov.cn/xxgk/fdzdgknr/qtzdgknr/jytabl/2025jyta/
http://www.enshi.gov.cn/zc/xxgkml/qtzdgknr/jytabl/rddbjyh/
http://www.enshi.gov.cn/zc/xxgkml/qtzdgknr/jytajgg/
https://www.hbqj.gov.cn/xxgk/xxgkml/szfxxgkml/qtzdgknr/jytabl/rddbjy/
http://www.tianmen.gov.cn/zwgk/bmhxzxxgkml/bm/sjtysj/zfxxgk/fdzdgknr/qtzdgknr/jytabl/
http://www.yingcheng.gov.cn/c/ycsgaj/jytabl/
""".strip().splitlines()

PROVINCE = """
fgw jyt kjt jxt mzw gat mzt sft czt rst zrzyt sthjt zscqj mpa lyj jyj lsj ztb jgswj jrb fpb zys rfb ybj tjj tyj gdj scjg
gzw sjt yjt va wjw dzj jycg cma gxs wlt swt nyt slt jtt zjt
"""
CITIES = "wuhan xiangyang yichang huangshi shiyan jingzhou jingmen ezhou xiaogan hg xianning suizhou enshi xiantao tianmen hbqj snj"
COUNTIES = """
zyzf zgzhijiang zgsuixian hbdaye fangxian zhuxi guangshui yingcheng wuchang caidian hanyang yunyang.shiyan
"""
OTHERS = ("hbzx", "hppc", "whzx", "hgzx", "www.hubei")
FILES = sorted(reviewed_data("sites").glob("*.yaml"))
NO_REPLIES = re.compile(r"/(ztqk|gzdt_[a-z]+|[a-z]*gzgk)/$")


def test_every_column_seen_is_declared_and_no_other() -> None:
    declared = known_columns(load_sites())
    assert {address_key(url) for url in SEEN} == set(declared)
    for url in SEEN:
        if "://" in url:
            assert declared[address_key(url)][1].url == url


def test_how_many() -> None:
    sites = load_sites()
    assert len(sites) == 91
    assert sum(len(site.columns) for site in sites.values()) == len(SEEN) == 40
    assert sum(not site.columns for site in sites.values()) == 61


def test_every_agency_of_the_province_every_place_and_every_county_named_is_registered() -> None:
    sites = load_sites()
    hosts = {host for site in sites.values() for host in site.hosts}
    assert len(PROVINCE.split()) == 43
    for key in PROVINCE.split():
        (host,) = sites[key].hosts
        assert host == ("hb.cma.gov.cn" if key == "cma" else f"{key}.hubei.gov.cn")
        assert sites[key].agency is not None
        assert sites[key].place == "420000"
    cities = CITIES.split()
    assert len(cities) == 17
    assert {f"www.{name}.gov.cn" for name in cities} <= hosts
    for name in (*COUNTIES.split(), *OTHERS):
        assert {f"{name}.gov.cn", f"www.{name}.gov.cn"} & hosts, name


def test_every_declaration_says_where_it_comes_from_and_when_that_was_known() -> None:
    for site in load_sites().values():
        assert site.source, site.key
        assert site.known, site.key
        assert site.columns or site.discover, site.key


def test_where_a_department_stands_in_the_path_the_path_is_a_hint() -> None:
    sites = load_sites()
    for key in ("zaoyang", "suixian", "guangshui"):
        assert not sites[key].columns
        assert any("/*/" in hint and "jytabl" in hint for hint in sites[key].hints)


def test_nothing_is_wrong_with_them_as_a_whole() -> None:
    assert [one for one in findings(load_sites()) if one.wrong] == []


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_at_most_ten_lines_a_site(file: Path) -> None:
    lines = 0
    key = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            key, lines = line, 0
        lines += bool(line.strip()) and bool(key)
        assert lines <= 10, key
        assert len(line) <= 130, key


def test_tokens_of_the_path_agree_with_the_declaration() -> None:
    for site, column in known_columns(load_sites()).values():
        last = column.url.rstrip("/").rpartition("jytabl")[2]
        if re.search(r"zxwyta|zxta|/syta", last):
            assert column.holds == "政协", column.url
        if re.search(r"rddbjy|rdjy|jyq", last):
            assert column.holds == "人大", column.url
        # An empty column is an alarm, except where only notices have been seen.
        assert column.may_be_empty == bool(NO_REPLIES.search(column.url)), column.url
        assert site.delay >= 3


def test_agencies_begin_with_the_name_of_their_place() -> None:
    for site in load_sites().values():
        assert site.place is not None
        name = places()[site.place].name
        assert site.name.startswith(name)
        assert site.agency is None or site.agency == site.name
        whole = site.name.endswith(("人民政府", "政协", "人民代表大会常务委员会"))
        assert (site.agency is None) == whole, site.key


def test_department_sites_of_a_city_share_its_cluster() -> None:
    clusters = {site.key: {cluster(host) for host in site.hosts} for site in load_sites().values()}
    assert clusters["kjt"] == clusters["wlt"] == {"hubei.gov.cn"}
    assert clusters["wuhan-zgj"] == clusters["wuhan-wjw"] == {"wuhan.gov.cn"}
    assert clusters["xianning"] == clusters["xianning-sthjj"] == {"xianning.gov.cn"}
