"""One crawl over a site of every family: lists, further pages, documents, and texts that only a list knows."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.load import TEXT_FROM_LIST, Loader
from pipelines.models import Column, Site
from pipelines.publish.build import publish
from scraper.reread import replay
from scraper.stand_in import NOT_ASKED
from tests.gov.crawling import crawl
from tests.gov.pages import CHALLENGE, PARAGRAPHS, document, html, row, title_of
from tests.gov.server import Answer, Government, page, serving
from tests.scraper.test_crawl import STAGING, Answers, World, tables


def declared(key: str, family: str, column: str) -> Site:
    host = f"www.{key}.invalid"
    return Site(key, f"{key}网站", None, "420000", (host,), family, (Column(f"http://{host}{column}"),), 0.0)


def data(*rows: dict[str, Any], **more: Any) -> Answer:
    text = json.dumps({**more, "data": rows}, ensure_ascii=False)
    return Answer(b"\xef\xbb\xbf" + text.encode(), content_type="application/json")


def entry(key: str, number: int, whole: bool = False) -> dict[str, Any]:
    text = "".join(f"<p>{item}</p>" for item in PARAGRAPHS)
    signed = f"<p>第{number}位委员：</p>{text}<p>湖北省某某厅</p><p>2024年7月23日</p>"
    return {
        "URL": f"http://www.{key}.invalid/jytabl/202409/t20240902_10{number}.shtml",
        "TITLE": title_of(number),
        "PUBDATE": "2024-09-02",
        **({"DOCHTMLCON": signed} if whole else {}),
    }


def whole() -> tuple[Answers, list[Site]]:
    answers: Answers = {}
    sites: list[Site] = []

    def site(key: str, family: str, column: str) -> str:
        sites.append(declared(key, family, column))
        return f"http://www.{key}.invalid"

    at = site("search", "igs", "/igs/front/search.jhtml?siteId=22&pageNumber=1&pageSize=2")
    for number in (1, 2):
        rows = "".join(row(f"/a/t20240902_10{k}.shtml", title_of(k)) for k in (2 * number - 1, 2 * number))
        answers[f"{at}/igs/front/search.jhtml?siteId=22&pageNumber={number}&pageSize=2"] = page(
            html(
                f"<p>共找到3条结果</p><ul class=results>{rows if number == 1 else rows.split('</li>')[0]}</ul>"
            )
        )
    answers |= {f"{at}/a/t20240902_10{k}.shtml": document(title_of(k)) for k in (1, 2, 3)}

    at = site("answers", "igs", "/igs/front/search/list.html?siteId=22&pageNumber=1&pageSize=1")
    for number in (1, 2):
        answers[f"{at}/igs/front/search/list.html?siteId=22&pageNumber={number}&pageSize=1"] = data(
            {"DOCTITLE": title_of(number), "DOCPUBURL": f"{at}/a/{number}001.html", "PUBDATE": "2024-09-02"},
            total=2,
        )
        answers[f"{at}/a/{number}001.html"] = document(title_of(number))

    at = site("jhtml", "jhtml", "/c/gaj/jytabl/")
    for number, name in ((1, ""), (2, "index_2.jhtml")):
        rows = row(f"/c/gaj/jytabl/19077{number}.jhtml", title_of(number))
        answers[f"{at}/c/gaj/jytabl/{name}"] = page(html(f"<ul class=l>{rows}</ul><p>共 2 条 2 页</p>"))
    answers[f"{at}/c/gaj/jytabl/190771.jhtml"] = document(title_of(1), '<a href="190771_2.jhtml">2</a>')
    answers[f"{at}/c/gaj/jytabl/190771_2.jhtml"] = document(title_of(1), paragraphs=("第二页的内容。",))
    answers[f"{at}/c/gaj/jytabl/190772.jhtml"] = document(title_of(2))

    at = site("content", "content", "/list-541-1.html")
    for number in (1, 2):
        rows = row(f"content-541-60715{number}-1.html", title_of(number))
        answers[f"{at}/list-541-{number}.html"] = page(html(f"<ul class=l>{rows}</ul><p>共2页</p>"))
        answers[f"{at}/content-541-60715{number}-1.html"] = document(
            title_of(number), '<a href="content-541-607151-2.html">2</a>'
        )
    answers[f"{at}/content-541-607151-2.html"] = document(title_of(1), paragraphs=("第二页的内容。",))

    at = site("general", "general", "/col/col9/index.html")
    answers[f"{at}/col/col9/index.html"] = page(html(f"<ul>{row('/art/art_9_45678.html', title_of(1))}</ul>"))
    answers[f"{at}/art/art_9_45678.html"] = document(title_of(1))

    at = site("dateless", "trs", "/jytabl/")
    listed = f'<meta charset="gb2312"><ul class=l>{row("t_5783074.shtml", title_of(1))}</ul>'
    answers[f"{at}/jytabl/"] = Answer(listed.encode("gb18030"), content_type="text/html")
    answers[f"{at}/jytabl/t_5783074.shtml"] = document(title_of(1))

    # Data: documents that are there, one that is gone, and two that a robots.txt forbids and a page that is no page.
    at = site("qtzd", "trs_json", "/jytabl/qtzd.json")
    answers[f"{at}/jytabl/qtzd.json"] = data(entry("qtzd", 1), entry("qtzd", 2), total=2)
    answers |= {entry("qtzd", k)["URL"]: document(title_of(k)) for k in (1, 2)}
    at = site("whole", "trs_json", "/jytabl/list.json")
    answers[f"{at}/jytabl/list.json"] = data(
        *(entry("whole", k, whole=True) for k in (1, 2, 3)), entry("whole", 4)
    )
    answers[entry("whole", 1)["URL"]] = document(title_of(1))
    answers[entry("whole", 3)["URL"]] = page("down", status=500)
    # Behind a wall after the list: after three challenges nothing more is asked.
    at = site("walled", "trs_json", "/jytabl/list.json")
    answers[f"{at}/jytabl/list.json"] = data(*(entry("walled", k, whole=True) for k in range(1, 7)))
    answers |= {entry("walled", k)["URL"]: page(CHALLENGE, status=412) for k in range(1, 7)}
    at = site("nojson", "trs_json", "/jytabl/list.json")
    answers[f"{at}/jytabl/list.json"] = page(html("<p>某局门户网站首页</p>"))
    return answers, sites


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    answers, sites = whole()
    government = Government(answers)
    folder = tmp_path_factory.mktemp("families")
    with serving(government) as proxy:
        result = crawl({item.key: item for item in sites}, folder, proxy)
    with Archive(folder / "archive.db", readonly=True) as archive:
        fetches = list(archive.fetches())
    return World(government, folder, result, fetches)


@pytest.mark.parametrize(
    ("key", "replies", "lists"),
    [
        ("search", 3, 2),
        ("answers", 2, 2),
        ("jhtml", 2, 2),
        ("content", 2, 2),
        ("general", 1, 1),
        ("dateless", 1, 1),
        ("qtzd", 2, 1),
    ],
)
def test_every_reply_of_a_site_is_found(world: World, key: str, replies: int, lists: int) -> None:
    found = world.staging(f"select count(*) from pages where site = '{key}' and document_type = 'reply'")
    assert found == [(replies,)]
    assert world.staging(f"select count(*) from list_pages where site = '{key}'") == [(lists,)]
    assert world.site(key)["complete"], world.site(key)


def test_printed_counts_reach_the_lists(world: World) -> None:
    counts = world.staging("select site, page_count, total from list_pages where number = 0")
    found = {key: (pages, total) for key, pages, total in counts}
    assert found["search"] == (2, 3)
    assert found["answers"] == (2, 2)
    assert found["jhtml"] == (2, 2)
    assert found["content"] == (2, None)
    assert found["qtzd"] == (None, 2)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.jhtml.invalid/c/gaj/jytabl/190771.jhtml",
        "http://www.content.invalid/content-541-607151-1.html",
    ],
)
def test_documents_are_read_with_their_further_pages(world: World, url: str) -> None:
    ((text,),) = world.staging(f"select body_text from replies where url = '{url}'")
    assert "第二页的内容" in text


def test_what_is_no_data_fails_the_site(world: World) -> None:
    assert world.codes("nojson") == ["list_not_json"]
    assert not world.site("nojson")["complete"]


def from_list(world: World, key: str) -> set[str]:
    found = world.staging(
        f"select url from issues where code = '{TEXT_FROM_LIST}' and scope = 'reply' and site = '{key}'"
    )
    return {url for (url,) in found}


def test_a_text_that_only_its_list_carries_is_not_lost(world: World) -> None:
    assert from_list(world, "whole") == {entry("whole", k)["URL"] for k in (2, 3)}
    found = world.staging("select url, outcome, document_type from pages where site = 'whole' order by url")
    assert found == [
        (entry("whole", 1)["URL"], "ok", "reply"),
        (entry("whole", 2)["URL"], "gone", "reply"),
        (entry("whole", 3)["URL"], "error", "reply"),
        (entry("whole", 4)["URL"], "gone", None),
    ]
    url = entry("whole", 2)["URL"]
    ((title, text, published),) = world.staging(
        f"select title, body_text, published_at from replies where url = '{url}'"
    )
    assert (title, published) == (title_of(2), "2024-09-02")
    assert "第2位委员" in text
    assert "建议" in text or "现答复如下" in text
    assert not world.site("whole")["complete"]


def test_texts_of_a_site_that_shut_its_door_are_taken_from_its_list(world: World) -> None:
    assert from_list(world, "walled") == {entry("walled", k)["URL"] for k in range(1, 7)}
    outcomes = [world.last(entry("walled", k)["URL"]) for k in range(1, 7)]
    assert [item.outcome for item in outcomes] == ["blocked"] * 3 + ["unreachable"] * 3
    assert {item.error for item in outcomes[3:]} == {NOT_ASKED}
    assert [world.government.count(item.url) for item in outcomes] == [1, 1, 1, 0, 0, 0]
    assert "site_stopped" in world.codes("walled")


def test_a_rebuilt_staging_is_the_same(world: World, tmp_path: Path) -> None:
    with (
        Archive(world.data / "archive.db", readonly=True) as archive,
        Loader(tmp_path / "staging.db") as loader,
    ):
        for item in replay(archive):
            loader.load(item)
    live, again = tables(world.data / "staging.db"), tables(tmp_path / "staging.db")
    for name in STAGING:
        assert live[name] == again[name], name


def test_the_corpus_has_them_with_what_is_known(world: World) -> None:
    with Archive(world.data / "archive.db", readonly=True) as archive:
        publish(world.data, archive)
    with closing(sqlite3.connect(world.data / "corpus.db")) as corpus:
        url = entry("whole", 2)["URL"]
        found = corpus.execute(
            "select r.first_seen_at, p.outcome, u.kind from replies r join pages p on p.reply_id = r.id"
            " join reply_urls u on u.url = p.url where p.url = ?",
            (url,),
        ).fetchall()
        # The same letter, text and proposal stands on the site that shut its door: one reply, both addresses.
        assert found == [(None, "gone", "portal")]
        (health,) = corpus.execute("select health from sites where key = 'whole'").fetchone()
        assert health == "partial"


def test_no_error_is_logged(world: World) -> None:
    assert "Traceback" not in world.result["log"]


def test_a_text_in_a_list_never_replaces_the_page_and_gives_way_to_it(tmp_path: Path) -> None:
    site = declared("later", "trs_json", "/jytabl/list.json")
    rows = [entry("later", k, whole=True) for k in (1, 2)]
    good = document(title_of(1)), document(title_of(2))
    answers: Answers = {
        site.columns[0].url: data(*rows),
        # The first page goes away after the first crawl, the second comes back.
        rows[0]["URL"]: [Answer(good[0].body, times=1), page("gone", status=404)],
        rows[1]["URL"]: [Answer(b"gone", status=404, times=1), good[1]],
    }
    with serving(Government(answers)) as proxy:
        for _ in range(2):
            crawl({"later": site}, tmp_path, proxy)
    with closing(sqlite3.connect(tmp_path / "staging.db")) as staging:
        assert staging.execute(
            "select count(*) from issues where code = ?", (TEXT_FROM_LIST,)
        ).fetchone() == (0,)
        texts = dict(staging.execute("select url, body_text from replies"))
        assert not [url for url, text in texts.items() if "位委员" in text]
        outcomes = staging.execute("select outcome, document_type from pages order by url").fetchall()
        assert outcomes == [("gone", "reply"), ("ok", "reply")]
        revisions = dict(staging.execute("select address, count(*) from revisions group by 1"))
        assert sorted(revisions.values()) == [1, 2]
