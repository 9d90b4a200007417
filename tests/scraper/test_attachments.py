"""Files beside replies, through a whole crawl: read, searched, and in place of a text that only points to them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import Archive
from pipelines.models import Column, Site
from pipelines.publish.build import publish
from pipelines.publish.search import match_query
from scraper.cli.chain import rebuild_staging
from scraper.demo.pdf import pdf
from tests.gov.crawling import crawl
from tests.gov.pages import document, listing, row, title_of
from tests.gov.server import Answer, Government, serving
from tests.pipelines.read.files.make import docx
from tests.tables import TIMES, difference, tables

BASE = "http://www.kjt.invalid/jytabl/"
FOLDER = BASE + "202409/"
SITE = Site("kjt", "某厅", None, "420000", ("www.kjt.invalid",), "trs", (Column(BASE),), 0.0)
LETTER = (
    "尊敬的委员：",
    "您提出的关于湿地补水的提案收悉，现答复如下：今年内完成引水闸改造。",
    "湖北省某某厅",
    "2024年6月3日",
)
FILE = "application/octet-stream"


def address(number: int) -> str:
    return f"{FOLDER}t20240902_{number:03d}.shtml"


def linked(*files: tuple[str, str]) -> str:
    links = "".join(
        f'<p class="insertfileTag"><a appendix="true" href="./{file}">{name}</a></p>' for file, name in files
    )
    return f'<div class="apendix">{links}</div>'


def pointing(number: int, *files: tuple[str, str], text: str = "答复全文见附件。") -> Answer:
    """A page whose letter is nothing but a hint."""
    whole = document(title_of(number), linked(*files), paragraphs=(text,)).body.decode()
    return Answer(whole.replace("<p>湖北省某某厅</p><p>2024年7月23日</p>", "").encode())


def government(*, gone: bool = False) -> Government:
    titled = title_of(4) + ".docx"
    pages: dict[str, Answer] = {
        address(1): document(title_of(1), linked(("P1.docx", "清淤项目表.docx"), ("P1b.doc", "图纸.doc"))),
        address(2): pointing(2, ("P2.pdf", "答复.pdf"), ("P2.xlsx", "表.xlsx")),
        address(3): pointing(3, ("P3.pdf", "答复.pdf"), text="附件：答复.pdf"),
        address(4): pointing(4, ("P4a.docx", "其他材料.docx"), ("P4b.docx", titled)),
        address(5): pointing(5, ("P5a.docx", "材料一.docx"), ("P5b.docx", "材料二.docx")),
        address(6): pointing(6, ("P6.pdf", "答复.pdf")),
        address(8): pointing(8, ("download.jsp?wbfileid=8", "答复.pdf")),
    }
    letter, same = pdf(LETTER), docx(LETTER)
    files = {
        "P1.docx": docx(["清淤明细"], [["河段", "联系电话"], ["青荷渠", "87120001"]]),
        "P1b.doc": b"\x89PNG\r\n\x1a\n",
        "P2.pdf": letter,
        "P2.xlsx": docx(["不是表格"]),
        "P4a.docx": docx(["其他"]),
        "P4b.docx": same,
        "P5a.docx": same,
        "P5b.docx": same,
        "P6.pdf": b"%PDF-1.7\n" + b"\xff" * 1000,
        "P7.pdf": letter,
        "download.jsp?wbfileid=8": letter,
    }
    answers: dict[str, Answer | list[Answer]] = dict(pages)
    answers |= {FOLDER + name: Answer(body, content_type=FILE) for name, body in files.items()}
    if gone:
        del answers[FOLDER + "P2.pdf"]
    rows = "".join(row(address(number), title_of(number)) for number in (*range(1, 7), 8))
    answers[BASE] = listing(rows + row(FOLDER + "P7.pdf", title_of(7) + ".pdf"))
    return Government(answers)


@dataclass
class Crawled:
    """A published corpus, and what was asked for."""

    folder: Path
    counts: dict[str, int]

    def rows(self, sql: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "corpus.db")) as conn:
            return conn.execute(sql, values).fetchall()


def crawled(folder: Path, place: Government) -> Crawled:
    with serving(place) as proxy:
        crawl({"kjt": SITE}, folder, proxy)
    published(folder)
    return Crawled(folder, dict(place.counts()))


def published(folder: Path) -> None:
    with Archive(folder / "archive.db", readonly=True) as archive:
        publish(folder, archive)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawled(tmp_path_factory.mktemp("attachments"), government())


def issues(corpus: Crawled, number: int) -> list[str]:
    sql = "select code from issues where url = ? and code like '%attach%' order by code"
    return [code for (code,) in corpus.rows(sql, address(number))]


def test_a_text_that_cannot_be_had_is_missed_and_nothing_stands_in_for_it(once: Crawled) -> None:
    sql = "select body_text, signed_on from replies where url = ?"
    assert once.rows(sql, address(3)) == [("附件：答复.pdf", None)]
    assert issues(once, 3) == ["body_attachment_missing"]
    assert once.rows(sql, address(5)) == [("答复全文见附件。", None)]
    assert issues(once, 5) == ["body_attachment_unclear"]
    assert once.rows(sql, address(6)) == [("答复全文见附件。", None)]
    assert issues(once, 6) == ["attachment_not_read", "body_attachment_missing"]


@pytest.mark.parametrize(("number", "position"), [(2, 1), (4, 2), (8, 1)])
def test_a_page_that_only_points_to_a_file_gets_its_text_and_says_so(
    once: Crawled, number: int, position: int
) -> None:
    sql = "select id, body_text, signed_on, signatory, salutation from replies where url = ?"
    ((reply, *values),) = once.rows(sql, address(number))
    assert values == ["\n".join(LETTER), "2024-06-03", "湖北省某某厅", "尊敬的委员"]
    sources = dict(once.rows("select field, source from field_sources where reply_id = ?", reply))
    told = {field for field, source in sources.items() if source == f"attachment:{position}"}
    assert told == {"body_text", "signed_on", "signatory", "salutation"}
    assert once.rows("select count(*) from reply_html where reply_id = ?", reply) == [(0,)]


def test_a_file_that_a_list_offers_in_place_of_a_page_is_a_reply(once: Crawled) -> None:
    sql = "select title, body_text, signed_on from replies where url = ?"
    assert once.rows(sql, FOLDER + "P7.pdf") == [(title_of(7), "\n".join(LETTER), "2024-06-03")]


def test_files_are_read_by_their_content_with_contact_data_masked(once: Crawled) -> None:
    sql = "select name, format, text_rule, text from attachments join replies on id = reply_id where replies.url = ?"
    assert once.rows(sql + " order by position", address(1)) == [
        ("清淤项目表.docx", "docx", "docx.paragraphs", "清淤明细\n河段\t联系电话\n青荷渠\t********"),
        ("图纸.doc", "image", None, None),
    ]
    assert issues(once, 1) == ["attachment_format"]
    assert b"87120001" not in (once.folder / "corpus.db").read_bytes()


def test_what_stands_in_files_is_found(once: Crawled) -> None:
    sql = (
        "select url from replies_fts join replies on search_id = replies_fts.rowid where replies_fts match ?"
    )
    assert once.rows(sql, match_query("清淤明细")) == [(address(1),)]
    assert {url for (url,) in once.rows(sql, match_query("引水闸"))} == {
        address(2),
        address(4),
        address(5),
        address(8),
        FOLDER + "P7.pdf",
    }


def test_each_file_is_asked_for_and_read_once(once: Crawled) -> None:
    assert {url: count for url, count in once.counts.items() if "/P" in url and count != 1} == {}
    with closing(sqlite3.connect(once.folder / "staging.db")) as conn:
        before = conn.execute("select sha256, rowid from files order by rowid").fetchall()
        assert len(before) == 7
    published(once.folder)
    with closing(sqlite3.connect(once.folder / "staging.db")) as conn:
        assert conn.execute("select sha256, rowid from files order by rowid").fetchall() == before


def test_rebuilding_gives_the_same_and_takes_over_what_was_read(
    once: Crawled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("archive.db", "staging.db"):
        shutil.copy(once.folder / name, tmp_path)
    for known in (True, False):
        with monkeypatch.context() as patched:
            if known:
                patched.setattr("pipelines.load.files.read_file", _unexpected)
                patched.setattr(
                    "pipelines.load.files.Files.__init__.__defaults__", (_unexpected, lambda: None)
                )
            else:
                (tmp_path / "staging.db").unlink()
            rebuild_staging(tmp_path)
            published(tmp_path)
        again = tables(tmp_path / "corpus.db", without=TIMES)
        assert difference(tables(once.folder / "corpus.db", without=TIMES), again) == []


def _unexpected(body: bytes) -> Any:
    raise AssertionError("read twice")


def test_a_file_that_is_gone_later_keeps_what_it_said(tmp_path: Path) -> None:
    crawled(tmp_path, government())
    later = crawled(tmp_path, government(gone=True))
    sql = "select body_text, signed_on, (select count(*) from revisions where reply_id = id) from replies where url = ?"
    assert later.rows(sql, address(2)) == [("\n".join(LETTER), "2024-06-03", 1)]
    sql = "select outcome, format, length(text) > 9 from attachments where url = ?"
    assert later.rows(sql, FOLDER + "P2.pdf") == [("gone", "pdf", 1)]
    before = tables(tmp_path / "corpus.db", without=TIMES)
    rebuild_staging(tmp_path)
    published(tmp_path)
    assert difference(before, tables(tmp_path / "corpus.db", without=TIMES)) == []
