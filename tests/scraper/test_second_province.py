"""A site of another province works by its declaration alone: checked, crawled, published, with its own place and agency."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import hubei_replies
from tests.gov.pages import document, listing, row, script
from tests.gov.server import Answer, Government, serving

DECLARATION = """\
hnkjt:
  name: 湖南省科学技术厅
  agency: 湖南省科学技术厅
  place: 430000
  hosts: [kjt.hunan.invalid]
  family: trs
  delay: 0
  columns: [{url: /kjt/xxgk/jytabl/rddbjy/, holds: 人大}, {url: /kjt/xxgk/jytabl/zxwyta/, holds: 政协}]
  source: 演示
  known: 2026-11
"""
BASE = "http://kjt.hunan.invalid/kjt/xxgk/jytabl/"
CONGRESS = "对湖南省十四届人大二次会议第1234号建议的答复"
CPPCC = "关于省政协十三届二次会议第0567号提案的答复"


def answers() -> dict[str, Answer]:
    table = (
        '<table class="table table-bordered"><tr><th>索引号</th><td>430S00/2024-00123</td><th>分类</th><td>科技</td></tr>'
        "<tr><th>发布机构</th><td>湖南省科学技术厅</td><th>发文日期</th><td>2024-08-30</td></tr>"
        "<tr><th>文号</th><td>湘科函〔2024〕12号</td><th>有效性</th><td>有效</td></tr></table>"
    )
    paragraphs = (
        "您提出的建议收悉。现答复如下：",
        "一、关于加大投入的问题。省财政逐年安排专项资金。",
        "感谢您的关心。",
    )
    out: dict[str, Answer] = {}
    for path, title, number in (("rddbjy/", CONGRESS, 101), ("zxwyta/", CPPCC, 102)):
        url = f"{BASE}{path}202409/t20240902_{number}.html"
        out[BASE + path] = listing(
            row(url, title), script('createPageHTML(1, 0, "index", "html");') + "<p>共1条</p>"
        )
        page = document(title, paragraphs=paragraphs).body.decode()
        page = page.replace("<h1>", f"{table}<h1>").replace("湖北省某某厅", "湖南省科学技术厅")
        out[url] = Answer(page.encode())
    return out


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hunan")
    (folder / "sites.yaml").write_text(DECLARATION, encoding="utf-8")
    checked = hubei_replies("sites", "--check", "--sites", folder / "sites.yaml")
    assert checked.returncode == 0, checked.stderr
    with serving(Government(answers())) as proxy:
        shown = hubei_replies(
            "crawl", "--sites", folder / "sites.yaml", "--data", folder / "data",
            HUBEI_REPLIES_CONTACT="tests@example.org", HUBEI_REPLIES_PROXY=proxy, no_proxy="",
        )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    return folder / "data"


def rows(data: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "corpus.db")) as corpus:
        return corpus.execute(sql).fetchall()


def test_replies_belong_to_the_province_and_its_agency(data: Path) -> None:
    found = rows(
        data, "select title, place, agency, body, document_number, issued_on from replies order by title"
    )
    assert found == [
        (CPPCC, "430000", "湖南省科学技术厅", "政协", "湘科函〔2024〕12号", "2024-08-30"),
        (CONGRESS, "430000", "湖南省科学技术厅", "人大", "湘科函〔2024〕12号", "2024-08-30"),
    ]
    assert rows(data, "select code, name from places where code = '430000'") == [("430000", "湖南省")]
    assert rows(data, "select name, place from agencies where place = '430000'") == [
        ("湖南省科学技术厅", "430000")
    ]
    assert rows(data, "select health, known_on from sites") == [("ok", "2026-11")]


def test_proposals_are_those_of_its_own_bodies_and_no_session_of_hubei_is_taken_for_theirs(
    data: Path,
) -> None:
    found = rows(data, "select place, body, number, session_year from proposals order by number")
    assert found == [("430000", "人大", "1234", None), ("430000", "政协", "567", None)]


def test_what_is_found_is_searched(data: Path) -> None:
    shown = hubei_replies("search", "省财政逐年安排", "--data", data)
    assert CONGRESS in shown.stdout
