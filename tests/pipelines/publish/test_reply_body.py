"""The structure of a body in the corpus and on the page of a reply."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from pipelines.archive import Archive
from pipelines.models import Attachment, Page
from pipelines.process import process
from pipelines.publish.build import publish
from tests.pipelines.load.make import SITE, item, page, url
from tests.pipelines.publish.browser import Browser, visible
from tests.pipelines.read.pages import document
from tests.pipelines.resolve.chain import crawl

LETTER = """<p>某委员：</p><p>您提出的《关于修缮老桥的提案》收悉，现答复如下：</p><p>一、<b>关于</b>老桥&lt;修缮&gt;</p>
<p>老桥已列入修缮计划，见<a href="a.pdf">清单</a>。<img src="b.png" alt="老桥"></p><p>（一）资金<br>资金已经落实。</p><p>二、关于交通</p>
<p>增开摆渡车，联系电话：027-87654321。</p><table><tr><td>项目</td><td>金额</td></tr><tr><td>桥</td><td>100</td></tr></table>
<p>某市交通运输局</p><p>2023年5月18日</p><p>（此件公开发布）</p>"""


@dataclass
class Corpus:
    conn: sqlite3.Connection
    browser: Browser
    ids: tuple[str, ...]

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.conn.execute(sql, (self.ids[0],)).fetchall()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("corpus")
    read: Page = page(1, body=document(letter=LETTER), site=SITE)
    crawl(
        folder,
        [process(read), item(2, attachments=(Attachment("甲.pdf", "http://kjt.demo.invalid/P2.pdf"),))],
    )
    with Archive(folder / "archive.db", readonly=True) as archive:
        publish(folder, archive)
    with closing(sqlite3.connect(folder / "corpus.db")) as conn:
        ids = tuple(row[0] for row in conn.execute("select id from replies order by url"))
        browser = Browser.of(folder / "corpus.db")
        yield Corpus(conn, browser, ids)
        browser.close()


def test_positions_are_lines_of_the_body_text(corpus: Corpus) -> None:
    [(text,)] = corpus.rows("select body_text from replies where id = ?")
    lines = str(text).split("\n")
    outline = corpus.rows(
        "select level, heading, paragraph from outline where reply_id = ? order by position"
    )
    assert [(level, heading) for level, heading, _ in outline] == [
        (1, "一、关于老桥<修缮>"),
        (2, "（一）资金"),
        (1, "二、关于交通"),
    ]
    assert all(lines[int(str(number)) - 1] == heading for _, heading, number in outline)
    parts = corpus.rows(
        "select part, first_paragraph, last_paragraph from body_parts where reply_id = ? order by position"
    )
    assert parts == [("salutation", 1, 1), ("text", 2, 10), ("signature", 11, 12), ("notes", 13, 13)]
    assert lines[8:10] == ["项目\t金额", "桥\t100"]
    where = "http://kjt.demo.invalid/zfxxgk/jytabl/202409/"
    assert corpus.rows("select position, paragraph, url, alt from images where reply_id = ?") == [
        (1, 4, f"{where}b.png", "老桥")
    ]
    assert corpus.rows("select url, paragraph from attachments where reply_id = ?") == [(f"{where}a.pdf", 4)]


def test_an_attachment_outside_of_the_body_has_no_paragraph(corpus: Corpus) -> None:
    found = corpus.conn.execute(
        "select paragraph from attachments where reply_id = ?", (corpus.ids[1],)
    ).fetchall()
    assert found == [(None,)]


def test_the_contents_lead_to_paragraphs_that_are_there(corpus: Corpus) -> None:
    shown = corpus.browser.page(f"/corpus/replies/{corpus.ids[0]}")
    links = shown.css("nav.outline a")
    assert [link.text() for link in links] == ["一、关于老桥<修缮>", "（一）资金", "二、关于交通"]
    for link in links:
        [target] = shown.css(f"[id='{(link.attributes['href'] or '').removeprefix('#')}']")
        assert target.parent is not None
        assert target.parent.text(deep=True).startswith((link.text() or "")[:2])
    names = [node.attributes["id"] for node in shown.css("[id]")]
    assert len(names) == len(set(names))
    assert "87654321" not in visible(shown)


def test_a_short_letter_has_no_contents(corpus: Corpus) -> None:
    shown = corpus.browser.page(f"/corpus/replies/{corpus.ids[1]}")
    assert shown.css("nav.outline") == []
    assert shown.css_first("section.body") is not None


def test_the_table_stays_a_table(corpus: Corpus) -> None:
    shown = corpus.browser.page(f"/corpus/replies/{corpus.ids[0]}")
    assert [cell.text(deep=True) for cell in shown.css("section.body table td")] == [
        "项目",
        "金额",
        "桥",
        "100",
    ]


def test_a_reply_is_found_by_words_of_a_cell(corpus: Corpus) -> None:
    found = corpus.browser.json(f"/corpus/replies.json?_search=项目&_shape=array&url={url(1)}")
    assert [row["id"] for row in found] == [corpus.ids[0]]
    # Words of two cells are no run of characters.
    assert corpus.browser.json("/corpus/replies.json?_search=项目金额&_shape=array") == []
