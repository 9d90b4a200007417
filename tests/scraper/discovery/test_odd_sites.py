"""Sites with unusual entrances, and sites that do not want to be searched: one call of the command over all of them."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.declare import load_sites
from pipelines.models import Site
from tests.conftest import hubei_replies
from tests.gov.pages import CHALLENGE, html
from tests.gov.server import Answer, Government, page, serving
from tests.scraper.discovery.sites import SiteMaker, items, title

TITLES = [title(k) for k in range(1, 5)]
Answers = dict[str, Answer | list[Answer]]


def column(path: str) -> str:
    return html(f'<div class=where><a href="/">首页</a></div><ul class=l>{items(TITLES, path)}</ul>')


def whole() -> Answers:
    answers: Answers = {}

    def at(key: str, path: str, text: str, **more: object) -> None:
        answers[f"http://www.{key}.invalid{path}"] = page(text, **more)

    # The home page only forwards, and its menu is pictures in a frame.
    at(
        "forward",
        "/",
        '<html><head><meta http-equiv="refresh" content="0; url=./html/index.shtml"></head></html>',
    )
    at("forward", "/html/index.shtml", html('<iframe src="/html/menu.html" title="菜单"></iframe>'))
    at("forward", "/html/menu.html", html('<a href="/x/a1/"><img src="a.png" alt="建议提案"></a>'))
    at("forward", "/x/a1/", column("/x/a1/"))

    # Nothing on the home page: robots.txt names a sitemap, which lies about some addresses.
    at("map", "/", html("<p>首页</p>"))
    answers["http://www.map.invalid/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /secret/\nSitemap: http://www.map.invalid/map.xml\n",
        content_type="text/plain",
    )
    places = [
        "http://www.map.invalid/gone/jytabl/",
        "http://www.map.invalid/secret/jytabl/",
        "http://www.clone.invalid/x/jytabl/",
        "http://www.map.invalid/x/jytabl/202409/t20240902_51001.shtml",
        "http://www.map.invalid/x/jytabl/202409/t20240902_51001_slh.html",
        *(f"http://www.map.invalid/lie{k}/jytabl/" for k in range(40)),
    ]
    urls = "".join(f"<url><loc>{url}</loc></url>" for url in places[:4] + places[4:])
    at("map", "/map.xml", f'<?xml version="1.0"?><urlset>{urls}</urlset>', content_type="application/xml")
    at("map", "/x/jytabl/", column("/x/jytabl/"))

    # Only the site's own search finds them; its columns bear other names.
    form = (
        '<form action="/igs/front/search.jhtml"><input name="code" value="abc"><input name="siteId" value="22">'
        '<input name="searchWord"></form><a href="/xxgk/">信息公开</a>'
    )
    at("search", "/", html(form))
    at("search", "/xxgk/", html("<p>建设中的栏目</p>" * 10))
    answers["http://www.search.invalid/igs/front/search.jhtml?code=abc&siteId=22&searchWord="
            "%E5%BB%BA%E8%AE%AE%E6%8F%90%E6%A1%88%20%E7%AD%94%E5%A4%8D&pageNumber=1&pageSize=20&orderBy=time"] = page(
        html(f"<ul class=results>{items(TITLES, '/q/w7/')}</ul>")
    )  # fmt: skip
    at("search", "/q/w7/", column("/q/w7/"))

    # The list is drawn by a script from a file of data, which another script names.
    at("drawn", "/", html('<a href="/x/jytabl/">建议提案办理</a>'))
    at("drawn", "/x/jytabl/", html('<ul id=list></ul><script src="/material/js/lil_qtzdgk2020.js"></script>'))
    answers["http://www.drawn.invalid/material/js/lil_qtzdgk2020.js"] = Answer(
        b'$.getJSON("./qtzd.json", function (d) { draw(d.data); });', content_type="application/javascript"
    )
    rows = [
        {"URL": f"http://www.drawn.invalid/x/jytabl/202409/t20240902_5100{k}.shtml", "FILENAME": text, "PUBDATE": "2024-09-02"}
        for k, text in enumerate(TITLES)
    ]  # fmt: skip
    answers["http://www.drawn.invalid/x/jytabl/qtzd.json"] = Answer(
        json.dumps({"data": rows}, ensure_ascii=False).encode(), content_type="application/json"
    )

    # Another system: lists and documents are files in one folder.
    at(
        "content",
        "/",
        html(
            '<a href="/list-9-1.html">信息公开</a><a href="/list-541-1.html">建议提案</a><a href="/list-542-1.html">办理动态</a>'
        ),
    )
    for number, titles in ((9, ["某项通知"] * 3), (541, TITLES), (542, ["建议提案办理工作方案", "年度总结"])):
        listed = "".join(
            f'<li><a href="content-{number}-60715{k}-1.html">{text}</a><span>2024-09-02</span></li>'
            for k, text in enumerate(titles)
        )
        at("content", f"/list-{number}-1.html", html(f"<ul class=l>{listed}</ul>"))

    # A county: departments stand in the path, there are more of them than may be asked for.
    departments = "".join(f'<li><a href="/bm/d{k:02d}/jytabl/">部门{k}</a></li>' for k in range(40))
    at("county", "/", html(f"<ul class=bm>{departments}</ul>"))
    for number in range(40):
        path = f"/bm/d{number:02d}/jytabl/"
        at("county", path, column(path) if number % 2 else html("<p>暂无内容</p>"))

    # Those that do not want to be searched, or have nothing.
    at("closed", "/", html('<a href="/x/jytabl/">建议提案</a>'))
    answers["http://www.closed.invalid/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /\n", content_type="text/plain"
    )
    answers["http://www.walled.invalid/"] = page(CHALLENGE, status=412)
    at("empty", "/", html('<a href="/x/jytabl/">建议提案</a><a href="/x/jytabl/gzfa/">工作方案</a>'))
    at("empty", "/x/jytabl/", html("<p>暂无内容</p>"))
    at("empty", "/x/jytabl/gzfa/", html(f"<ul>{items(['关于印发建议提案办理工作方案的通知'] * 1)}</ul>"))
    # A loop of redirects, and a page that names itself in every way.
    at(
        "loop",
        "/",
        html(
            '<a href="/x/jytabl/">建议提案</a><a href="/x/jytabl/index.html">建议提案</a><a href="/a/jytabl/">政协提案</a>'
        ),
    )
    answers["http://www.loop.invalid/a/jytabl/"] = Answer(status=302, headers={"Location": "/b/jytabl/"})
    answers["http://www.loop.invalid/b/jytabl/"] = Answer(status=302, headers={"Location": "/a/jytabl/"})
    at("loop", "/x/jytabl/", column("/x/jytabl/"))
    return answers


FOUND = {
    "forward": ("trs", {"/x/a1/"}),
    "map": ("trs", {"/x/jytabl/"}),
    "search": ("trs", {"/q/w7/"}),
    "drawn": ("trs_json", {"/x/jytabl/qtzd.json"}),
    "content": ("content", {"/list-541-1.html"}),
    "loop": ("trs", {"/x/jytabl/"}),
}
NOTHING = ("closed", "walled", "empty")


@dataclass
class World:
    government: Government
    shown: subprocess.CompletedProcess[str]
    sites: dict[str, Site]

    def asked(self, key: str) -> list[str]:
        return [
            urlsplit(url).path
            for _, url in self.government.log
            if urlsplit(url).netloc == f"www.{key}.invalid"
        ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("odd")
    keys = (*FOUND, *NOTHING, "county")
    text = "".join(
        f"{key}:\n  name: {key}局\n  hosts: [www.{key}.invalid]\n  family: trs\n  delay: 0\n  discover: true\n"
        + ("  hints: [/bm/*/jytabl/]\n" if key == "county" else "")
        for key in keys
    )
    (folder / "sites.yaml").write_text(text, encoding="utf-8")
    government = Government(whole())
    with serving(government) as proxy:
        shown = hubei_replies(
            "discover", *keys, "--sites", folder / "sites.yaml",
            HUBEI_REPLIES_CONTACT="tests@example.org", HUBEI_REPLIES_PROXY=proxy, no_proxy="",
        )  # fmt: skip
    (folder / "found.yaml").write_text(shown.stdout, encoding="utf-8")
    return World(government, shown, load_sites(folder / "found.yaml"))


@pytest.mark.parametrize("key", FOUND)
def test_unusual_entrances(world: World, key: str) -> None:
    family, paths = FOUND[key]
    assert key in world.sites, world.shown.stderr
    assert {urlsplit(column.url).path for column in world.sites[key].columns} == paths
    assert world.sites[key].family == family


@pytest.mark.parametrize("key", NOTHING)
def test_nothing_is_proposed_where_nothing_was_found(world: World, key: str) -> None:
    assert key not in world.sites
    assert f"{key}：请求" in world.shown.stderr
    assert world.shown.returncode == 1


def test_closed_doors_are_respected(world: World) -> None:
    assert world.asked("closed") == ["/robots.txt"]
    assert world.asked("walled").count("/") == 1
    assert "/secret/jytabl/" not in world.asked("map")
    assert "没有取到（不许取）" in world.shown.stderr
    assert "没有取到（被拦截）" in world.shown.stderr


def test_no_host_is_asked_more_often_than_allowed(world: World) -> None:
    asked = Counter(urlsplit(url).netloc for _, url in world.government.log)
    assert max(asked.values()) <= 25
    assert not {host for host in asked if "clone" in host}
    assert asked["www.county.invalid"] == 25


def test_a_lying_sitemap_costs_little(world: World) -> None:
    assert len([path for path in world.asked("map") if path.startswith(("/lie", "/gone"))]) <= 6


def test_departments_of_a_county_are_found_by_the_hint_and_the_rest_is_told(world: World) -> None:
    paths = {urlsplit(column.url).path for column in world.sites["county"].columns}
    assert paths
    assert all(path.startswith("/bm/d") and int(path[5:7]) % 2 for path in paths)
    assert "个像是答复栏目的链接没有看" in world.shown.stderr


def test_no_error_is_shown(world: World) -> None:
    assert "Traceback" not in world.shown.stderr


def test_what_was_found_can_be_crawled_dry(world: World, tmp_path: Path) -> None:
    (tmp_path / "found.yaml").write_text(world.shown.stdout, encoding="utf-8")
    with serving(Government(whole())) as proxy:
        shown = hubei_replies(
            "crawl", "forward", "drawn", "--dry-run", "--sites", tmp_path / "found.yaml", "--data", tmp_path / "data",
            HUBEI_REPLIES_CONTACT="tests@example.org", HUBEI_REPLIES_PROXY=proxy, no_proxy="",
        )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no such site"], "既不是声明过的网站，也不是主机名"),
        (["nosuchkey"], "既不是声明过的网站"),
        (["kjt"], "联系方式"),
        ([], "错误"),
        (["kjt", "--max-requests", "1"], "错误"),
    ],
)
def test_a_wrong_call_ends_with_2_before_anything_is_asked(arguments: list[str], says: str) -> None:
    shown = hubei_replies("discover", *arguments)
    assert shown.returncode == 2
    assert says in shown.stderr


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "found.yaml"
    path.write_text("mine", encoding="utf-8")
    shown = hubei_replies("discover", "kjt", "--write", path, HUBEI_REPLIES_CONTACT="a@example.org")
    assert (shown.returncode, path.read_text(encoding="utf-8")) == (2, "mine")
    assert "已经存在" in shown.stderr


def test_a_host_that_nobody_declared_gets_a_declaration_of_its_own(tmp_path: Path) -> None:
    maker = SiteMaker("swj.suizhou-demo.invalid")
    maker.column("/xxgk/jytabl/", TITLES)
    with serving(Government(maker.answers())) as proxy:
        shown = hubei_replies(
            "discover", "http://swj.suizhou-demo.invalid/", HUBEI_REPLIES_CONTACT="a@example.org",
            HUBEI_REPLIES_PROXY=proxy, no_proxy="",
        )  # fmt: skip
    (tmp_path / "found.yaml").write_text(shown.stdout, encoding="utf-8")
    (site,) = load_sites(tmp_path / "found.yaml").values()
    assert (site.key, site.name, site.place) == ("swj", "某某局", None)
    assert shown.returncode == 0
