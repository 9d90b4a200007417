"""Declarations held against each other: what is wrong is named, what deserves a look is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.archive import Archive
from pipelines.errors import ConfigurationError
from pipelines.models import Column, Site
from pipelines.publish.build import publish
from scraper.registry import findings
from scraper.selection import select
from tests.conftest import said
from tests.gov.crawling import crawl
from tests.gov.pages import document, listing, row, title_of
from tests.gov.server import Government, serving


def site(key: str, host: str, place: str | None = "420100", agency: str | None = None) -> Site:
    return Site(
        key, key, agency, place, (host,), "trs", (Column(f"http://{host}/a/"),), 3.0, source="x", known="2026"
    )


@pytest.mark.parametrize(
    ("found", "wrong", "says"),
    [
        (
            [site("a", "zgj.wuhan.gov.cn"), site("b", "zgj.wuhan.gov.cn")],
            True,
            "主机 zgj.wuhan.gov.cn 已在 a 声明",
        ),
        ([site("a", "swj.wuhan.gov.cn", "421300")], True, "属于420100 武汉市，place 却是 421300 随州市"),
        ([site("a", "swj.suizhou.gov.cn", "420000")], True, "属于421300 随州市"),
        ([site("a", "kjt.hubei.gov.cn", agency="科技局")], True, "请写全称"),
        ([site("a", "x.wuhan.gov.cn", agency="武汉市从未有过局")], False, "照声明登记"),
        ([site("a", "x.wuhan.gov.cn", None)], False, "没有写 place"),
    ],
)
def test_one_finding(found: list[Site], wrong: bool, says: str) -> None:
    (one,) = findings({item.key: item for item in found})
    assert (one.wrong, says in one.message) == (wrong, True), one


def test_districts_share_the_domain_of_their_city() -> None:
    assert (
        findings({"y": site("y", "new.shiyan.gov.cn", "420304"), "z": site("z", "a.wuhan.gov.cn", "420106")})
        == []
    )


def test_check_ends_with_2_and_names_everything(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    text = (
        "{}:\n  name: 某局\n  place: 421300\n  hosts: [swj.wuhan.gov.cn]\n  family: trs\n  columns: [/{}/]\n"
    )
    path.write_text(text.format("a", "x") + text.format("b", "y"), encoding="utf-8")
    shown = said("sites", "--check", "--sites", path)
    assert shown.returncode == 2
    assert "3 处错误" in shown.stderr
    assert "提示：a：没有写 source" in shown.stderr


def test_sites_says_where_columns_are_to_be_found() -> None:
    shown = said("sites")
    assert "待发现" in shown.stdout
    assert "不全" in shown.stdout
    assert "61 个站点栏目待发现" in shown.stdout


def test_a_site_without_columns_cannot_be_chosen_but_does_not_keep_the_others() -> None:
    empty = Site("e", "某局", None, "420000", ("e.invalid",), "trs", (), 0.0, discover=True)
    full = site("f", "f.invalid")
    assert list(select({"e": empty, "f": full}, [])) == ["e", "f"]
    for sites, keys in (({"e": empty, "f": full}, ["e"]), ({"e": empty}, [])):
        with pytest.raises(ConfigurationError, match="discover"):
            select(sites, keys)


def test_a_site_without_columns_is_declared_asked_nothing_and_counted(tmp_path: Path) -> None:
    url = "http://www.f.invalid/jytabl/"
    full = Site("f", "某局", None, "420000", ("www.f.invalid",), "trs", (Column(url),), 0.0)
    empty = replace(full, key="e", hosts=("www.e.invalid",), columns=(), discover=True)
    answers = {
        url: listing(row(url + "t20240902_101.shtml", title_of(1))),
        url + "t20240902_101.shtml": document(title_of(1)),
    }
    government = Government(answers)
    with serving(government) as proxy:
        result = crawl({"f": full, "e": empty}, tmp_path, proxy)
    assert (result["outcome"], list(result["sites"])) == ("ok", ["f"])
    assert not [address for _, address in government.log if "www.e.invalid" in address]
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        publish(tmp_path, archive)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as corpus:
        assert dict(corpus.execute("select key, health from sites")) == {"f": "ok", "e": "undiscovered"}
    shown = said("status", "--data", tmp_path)
    assert "1 个网站栏目待发现" in shown.stdout, shown.stderr
    assert said("check", "--data", tmp_path).returncode == 0
