"""What a person names: declared sites, their hosts, and hosts that nobody declared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.declare import load_sites
from pipelines.errors import ConfigurationError
from scraper.discovery.targets import named, targets


@pytest.mark.parametrize("name", ["nosuchkey", "ftp:", "a b", "http://[::1", "", "*.gov.cn"])
def test_what_is_neither_site_nor_host(name: str) -> None:
    with pytest.raises(ConfigurationError, match="既不是声明过的网站"):
        targets([name], load_sites())


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("kjt", "kjt"),
        ("kjt.hubei.gov.cn", "kjt"),
        ("https://KJT.hubei.gov.cn/zfxxgk/", "kjt"),
        ("www.zyzf.gov.cn", "zaoyang"),
    ],
)
def test_a_declared_site_is_known_by_key_host_and_address(name: str, key: str) -> None:
    assert list(targets([name, name], load_sites())) == [key]


@pytest.mark.parametrize(
    ("host", "key", "place"),
    [
        ("czj.suizhou.gov.cn", "suizhou-czj", "421300"),
        ("nosuch.hubei.gov.cn", "nosuch", "420000"),
        ("www.elsewhere.gov.cn", "elsewhere", None),
        ("kjt.hunan.gov.cn", "kjt-2", None),
        ("127.0.0.1:8000", "site-127", None),
    ],
)
def test_an_undeclared_host_gets_a_key_and_the_place_of_its_domain(
    host: str, key: str, place: str | None
) -> None:
    (site,) = targets([host], load_sites()).values()
    assert (site.key, site.place, site.hosts, site.discover) == (key, place, (host,), True)
    assert site.delay == (0.0 if host.startswith("127.") else 3.0)


@pytest.mark.parametrize(
    ("host", "printed", "name", "agency"),
    [
        ("x.hubei.gov.cn", "湖北省财政厅门户网站", "湖北省财政厅", "湖北省财政厅"),
        ("x.suizhou.gov.cn", "随州市样例局", "随州市样例局", "随州市样例局"),
        ("www.x.gov.cn", "某县人民政府门户网站", "某县人民政府", None),
        ("www.x.gov.cn", None, "www.x.gov.cn", None),
    ],
)
def test_the_name_is_what_the_home_page_prints(
    host: str, printed: str | None, name: str, agency: str | None
) -> None:
    (site,) = targets([host], load_sites()).values()
    told = named(site, printed)
    assert (told.name, told.agency) == (name, agency)


def test_a_declared_name_stays() -> None:
    site = load_sites()["zaoyang"]
    assert named(site, "别的名字") == site
    assert named(replace(site, source=None), "别的名字").name == site.name
