"""The page of a reply lists the policies that it names and what it promises."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.archive import Archive
from pipelines.models import Citation, Commitment, Reference
from pipelines.publish.build import publish
from pipelines.publish.site.reply import OTHERS
from tests.pipelines.load.make import item
from tests.pipelines.publish.browser import Browser, visible
from tests.pipelines.resolve.chain import crawl


def test_policies_and_promises_stand_on_the_page(tmp_path: Path) -> None:
    number = "江政发〔2023〕1号"
    named = Citation(1, 0, "《甲县<b>办法》", "甲县<b>办法", "甲县<b>办法", number, "citations.title")
    promise = Commitment(2, 0, "将于2026年底前完成。", "2026-12-31", "2026年底前", "commitments.will")
    crawl(tmp_path, [item(1, citations=(named, named), commitments=(promise,)), item(2)])
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        publish(tmp_path, archive)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        [policy] = conn.execute("select id from policies").fetchone()
        first, second = [row[0] for row in conn.execute("select id from replies order by url")]
    browser = Browser.of(tmp_path / "corpus.db")
    page = browser.page(f"/corpus/replies/{first}")
    links = [node.text() for node in page.css(f"a[href='/corpus/policies/{policy}']")]
    assert links == ["甲县<b>办法"]
    assert "承诺事项" in visible(page)
    assert "将于2026年底前完成。" in visible(page)
    assert "提到的政策" not in visible(browser.page(f"/corpus/replies/{second}"))
    assert number in visible(browser.page(f"/corpus/policies/{policy}"))
    browser.close()


def test_other_documents_of_the_same_proposal_stand_on_the_page(tmp_path: Path) -> None:
    one, other = (
        Reference("政协", "省", None, 13, 2, number, None, "提案") for number in ("20240001", "20240002")
    )
    opinion = item(
        2,
        document_type="co_handling_opinion",
        title="对<b>提案</b>的会办意见",
        references=(one,),
        proposer="某某委员",
        body_text="会办意见如下。" * 20,
    )
    crawl(tmp_path, [item(1, references=(one, other)), opinion, item(3, references=(other,)), item(4)])
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        publish(tmp_path, archive)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        first, second, third, fourth = [row[0] for row in conn.execute("select id from replies order by url")]
    browser = Browser.of(tmp_path / "corpus.db")

    def linked(reply_id: str) -> list[tuple[str, str]]:
        sections = browser.page(f"/corpus/replies/{reply_id}").css("section")
        inside = [node for node in sections if "同一件建议提案的其他文件" in node.text()]
        return [(link.attributes["href"] or "", link.text()) for node in inside for link in node.css("a")]

    assert [href for href, _ in linked(first)] == [f"/corpus/replies/{third}", f"/corpus/replies/{second}"]
    assert linked(first)[1][1] == "对<b>提案</b>的会办意见"
    assert [href for href, _ in linked(second)] == [f"/corpus/replies/{first}"]
    assert linked(fourth) == []
    page = browser.page(f"/corpus/replies/{second}")
    assert "某某委员" in visible(page)
    browser.close()


def test_of_many_other_documents_the_page_names_the_first_and_says_so(tmp_path: Path) -> None:
    many, enough = (
        Reference("政协", "省", None, 13, 2, number, None, "提案") for number in ("20240001", "20240002")
    )
    asked = [many] * (OTHERS + 2) + [enough] * (OTHERS + 1)
    crawl(tmp_path, [item(number, references=(one,)) for number, one in enumerate(asked)])
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        publish(tmp_path, archive)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        found = conn.execute(
            "select proposal_id, count(*), min(reply_id), group_concat(reply_id) from reply_proposals"
            " group by 1 order by 2"
        ).fetchall()
    browser = Browser.of(tmp_path / "corpus.db")
    for (proposal, documents, reply, replies), cut in zip(found, (False, True), strict=True):
        assert documents == OTHERS + 1 + cut
        page = browser.page(f"/corpus/replies/{reply}")
        [section] = [node for node in page.css("section") if "同一件建议提案的其他文件" in node.text()]
        assert len(section.css("li")) == OTHERS
        assert (f"这里只列 {OTHERS} 件" in section.text()) is cut
        assert page.css_first(f"a[href='/corpus/proposals/{proposal}']") is not None
        everything = browser.page(f"/corpus/proposals/{proposal}").html or ""
        assert all(f"/corpus/replies/{one}" in everything for one in replies.split(","))
    browser.close()
