"""Ten declarations of the registry with their columns taken away: discovery finds them, and nothing that is no column."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipelines.declare import load_sites
from pipelines.models import Site
from tests.conftest import hubei_replies
from tests.gov.server import Answer, Government, serving
from tests.scraper.discovery.sites import SiteMaker, government, items, path_of, title

TEN = (
    "kjt",
    "jrb",
    "wlt",
    "wuhan-kjj",
    "wuhan-wjw",
    "huangshi-fgw",
    "zhuxi",
    "xianning-sthjj",
    "enshi",
    "yingcheng",
)
MAX_REQUESTS = 25


def invalid(text: str) -> str:
    """The same host or address where nobody lives."""
    return text.replace(".gov.cn", ".invalid").replace("https://", "http://")


def make(site: Site) -> tuple[SiteMaker, dict[str, Answer]]:
    """A site with the real paths of its columns, each with its neighbours."""
    maker = SiteMaker(invalid(site.hosts[0]), "gb18030" if site.key == "wuhan-wjw" else "utf-8")
    more: dict[str, Answer] = {}
    for number, column in enumerate(site.columns):
        path = path_of(column.url)
        body = "人大" if column.holds == "人大" else "政协"
        year = column.year or 2024
        titles = [title(100 * number + k, body, year) for k in range(1, 7)]
        # Notices live in reply columns too.
        titles.insert(2, f"{year}年建议提案办理工作推进会召开")
        maker.column(path, titles, start=100 * number, year=year)
        parent = path.rstrip("/").rpartition("/")[0] + "/"
        maker.neighbours(path if len(site.columns) == 1 else parent)
    if len(site.columns) > 1:
        # The parent shows the latest of each child.
        parent = path_of(site.columns[0].url).rstrip("/").rpartition("/")[0] + "/"
        latest = "".join(
            items(
                [title(100 * number + 1, "人大" if column.holds == "人大" else "政协", column.year or 2024)],
                base=path_of(column.url),
                start=100 * number,
                year=column.year or 2024,
            )
            for number, column in enumerate(site.columns)
        )
        maker.collecting(parent, latest)
    if site.family == "jhtml":
        # Not TRS: documents are numbers, and the list stands in the folder of its column.
        path = path_of(site.columns[0].url)
        rows = "".join(
            f'<li><a href="{path}19077{k}.jhtml">{title(k)}</a><span>2024-09-02</span></li>'
            for k in range(1, 5)
        )
        maker.bodies[path] = "ROWS" + rows
    return maker, more


@dataclass
class World:
    government: Government
    shown: subprocess.CompletedProcess[str]
    expected: dict[str, set[str]]
    proposed: dict[str, Site]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("ten")
    declared = {key: load_sites()[key] for key in TEN}
    makers: list[SiteMaker] = []
    text = ""
    expected: dict[str, set[str]] = {}
    for site in declared.values():
        maker, _ = make(site)
        makers.append(maker)
        expected[site.key] = {invalid(column.url) for column in site.columns}
        text += (
            f"{site.key}:\n  name: {site.name}\n  place: {site.place}\n  hosts: [{invalid(site.hosts[0])}]\n"
            "  family: trs\n  delay: 0\n  discover: true\n"
        )
    (folder / "sites.yaml").write_text(text, encoding="utf-8")
    served = government(*makers)
    with serving(served) as proxy:
        shown = hubei_replies(
            "discover", *TEN, "--sites", folder / "sites.yaml", "--write", folder / "found.yaml",
            HUBEI_REPLIES_CONTACT="tests@example.org", HUBEI_REPLIES_PROXY=proxy, no_proxy="",
        )  # fmt: skip
    found = load_sites(folder / "found.yaml") if (folder / "found.yaml").exists() else {}
    return World(served, shown, expected, found)


def test_at_least_nine_of_ten_are_found_whole(world: World) -> None:
    whole = [
        key
        for key, columns in world.expected.items()
        if key in world.proposed and {column.url for column in world.proposed[key].columns} == columns
    ]
    assert len(whole) >= 9, (set(TEN) - set(whole), world.shown.stderr)


def test_nothing_is_proposed_that_is_no_column_of_replies(world: World) -> None:
    true = {url for columns in world.expected.values() for url in columns}
    wrong = {column.url for site in world.proposed.values() for column in site.columns} - true
    assert wrong == set()


def test_what_a_column_holds_and_its_year_are_those_of_the_registry(world: World) -> None:
    real = {invalid(column.url): column for site in load_sites().values() for column in site.columns}
    for site in world.proposed.values():
        for column in site.columns:
            assert column.holds in {real[column.url].holds, "mixed"}, column
            assert column.year in {real[column.url].year, None}, column
    years = [column.year for column in world.proposed["xianning-sthjj"].columns]
    assert years == list(range(2019, 2026))
    assert {column.holds for column in world.proposed["wlt"].columns} == {"政协", "人大"}


def test_few_requests_and_only_to_the_hosts_asked_about(world: World) -> None:
    asked = Counter(urlsplit(url).netloc for _, url in world.government.log)
    assert set(asked) == {invalid(load_sites()[key].hosts[0]) for key in TEN}
    assert max(asked.values()) <= MAX_REQUESTS
    assert all(number == 1 for number in world.government.counts().values())
    assert set(world.government.most_at_once.values()) == {1}
    (agent,) = world.government.agents
    assert "tests@example.org" in agent
    assert not [url for _, url in world.government.log if "_slh" in url]
    for host in asked:
        assert world.government.count(f"http://{host}/robots.txt") == 1


def test_the_proposal_says_what_speaks_for_it(world: World) -> None:
    assert world.shown.returncode == 0, world.shown.stderr
    assert "看过而没有提出" in world.shown.stderr
    assert "Traceback" not in world.shown.stderr
    for site in world.proposed.values():
        assert (site.source, site.known is not None) == ("discover 自动发现，待复核", True)


def test_the_registry_is_what_was_taken_away(world: World) -> None:
    assert set(world.expected) == set(TEN)
    assert sum(map(len, world.expected.values())) == 19
    assert replace(load_sites()["kjt"]).columns


def test_evidence_stands_in_front_of_each_declaration(tmp_path: Path) -> None:
    maker, _ = make(load_sites()["kjt"])
    with serving(government(maker)) as proxy:
        shown = hubei_replies(
            "discover", "kjt.hubei.invalid", HUBEI_REPLIES_CONTACT="a@example.org", HUBEI_REPLIES_PROXY=proxy,
        )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    assert "# 把握高：" in shown.stdout
    assert "第一页 7 条中 6 条是答复" in shown.stdout
    assert "首页 → 政府信息公开 → 政府信息公开目录 → 其他重点公开 → 建议提案办理" in shown.stdout
    (tmp_path / "s.yaml").write_text(shown.stdout, encoding="utf-8")
    (site,) = load_sites(tmp_path / "s.yaml").values()
    # The key `kjt` is taken by the declaration of the real site.
    assert (site.key, site.family) == ("kjt-2", "trs")
    lines = [line for line in shown.stdout.splitlines() if not line.startswith("#")]
    assert len(lines) <= 10
