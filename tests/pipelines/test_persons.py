"""Contact data of persons at every way out: a page that prints it wherever a page can, and nothing of it comes out."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipelines.address import url_date
from pipelines.archive import Archive, Fetch
from pipelines.declare import dump_sites
from pipelines.load import Loader
from pipelines.models import Issue, Listing, ListRow, Page, Processed, Reply
from pipelines.normalise.persons import mask_reply
from pipelines.process import process, process_text, process_title
from pipelines.publish.build import publish
from scraper.cli.extract import extract
from scraper.items import as_item
from tests.pipelines.load.make import COLUMN, SITE, url
from tests.pipelines.read.pages import document

MOBILE = "13812345678"
SPACED = "138 1234 5678"
LANDLINE = "027-87654321"
MAIL = "zhangmou@example.org"
IDENTITY = "420106198001011234"
DIGITS = re.compile(r"1\s?38[\s-]?1234[\s-]?5678|87654321|zhangmou|420106198001011234|１３８１２３４５６７８")
TITLE = f"关于市政协九届四次会议第031号提案（联系电话：{MOBILE}）的答复"


def everywhere(day: int = 1) -> bytes:
    """A page with contact data in each place that is read."""
    cells = (
        ("索 引 号", "011043145/2023-00123"),
        ("分类", f"交通 {MOBILE}"),
        ("发布机构", f"某市交通运输局（{LANDLINE}）"),
        ("发文日期", f"2023-05-18 {MOBILE}"),
        ("文号", f"某交函〔2023〕1号 {MOBILE}"),
        ("有效性", f"有效 {MOBILE}"),
        ("公开方式", f"主动公开 {MOBILE}"),
        ("办理结果", f"A {MOBILE}"),
        ("会办单位", f"省某某局 {MOBILE}"),
        (f"咨询 {MOBILE}", "见说明"),
        ("备注", f"请拨{LANDLINE}"),
    )
    table = "<table>" + "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in cells) + "</table>"
    letter = (
        f"<p>某委员（{MOBILE}）：</p><p>您提出的《关于修缮老桥（{MOBILE}）的提案》收悉，会同省某某局{LANDLINE}研究，现答复如下：</p>"
        f"<p>请致电{SPACED}或<b>138</b><i>1234</i>5678，全角１３８１２３４５６７８，邮箱{MAIL}，身份证号{IDENTITY}。</p>"
        f'<p><a href="tel:{MOBILE}">来电</a><a href="mailto:{MAIL}">来信</a>'
        f'<img src="a.jpg" alt="扫码添加{MOBILE}"></p>'
        f'<p><a href="/P1.pdf" title="{MOBILE}">附件（{MOBILE}）.pdf</a></p>'
        f"<table><tr><td>联系人</td><td>某科 {LANDLINE}</td></tr></table>"
        f"<p>老桥已列入今年的修缮计划，第{day}次更新，资金已经落实，预计秋天开工，并由公交公司增开摆渡车。</p>"
        f"<p>某市交通运输局 {MOBILE}</p><p>2023年5月18日</p><p>联系人：某某，电话：{LANDLINE}</p>"
    )
    head = (
        f'<meta name="ArticleTitle" content="{TITLE}"><meta name="ContentSource" content="某局{MOBILE}">'
        f'<meta name="Keywords" content="{MOBILE}"><meta name="PubDate" content="2023-05-20 {MOBILE}">'
    )
    return document(table, letter, head=head, title=TITLE)


def page(day: int = 1, number: int = 1) -> Page:
    return Page(
        url=url(number),
        body=everywhere(day),
        fetched_at=f"2026-11-{day:02d}T02:30:00+08:00",
        site=SITE,
        column=COLUMN,
        row_title=TITLE,
        row_date=f"2023-05-20 {MOBILE}",
        continuations=(Page(url=f"http://kjt.demo.invalid/t1_1.shtml?x={day}", body=b"", status=502),),
    )


def leaks(value: Any) -> list[str]:
    """Texts anywhere in a plain value that hold a number, an address or an identity."""
    if isinstance(value, dict):
        return [hit for pair in value.items() for item in pair for hit in leaks(item)]
    if isinstance(value, list | tuple):
        return [hit for item in value for hit in leaks(item)]
    return [value] if isinstance(value, str) and DIGITS.search(value) else []


def made() -> Reply:
    done = process(page())
    assert done.reply is not None
    return done.reply


def test_no_field_source_or_issue_of_a_reply_holds_any() -> None:
    reply = made()
    assert leaks(reply.as_dict()) == []
    assert leaks(reply.body_html) == []
    assert "***********" in (reply.title or "")
    assert "***********" in (reply.body_text or "")
    assert "***********" in reply.body_html
    assert "附件" in reply.attachments[0].name


def test_masking_a_masked_reply_changes_nothing() -> None:
    reply = made()
    assert mask_reply(reply) == reply


def test_neither_does_a_feed_of_the_crawl() -> None:
    feed = as_item(process(page()))
    assert feed is not None
    assert leaks(feed) == []


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        f"关于市政协九届四次会议第{MOBILE}号提案的答复",
        f"关于市政协九届四次会议第031号（{MOBILE}）提案的答复",
        f"某局{LANDLINE}对市十六届人大二次会议第31号建议的答复（{MAIL}）",
    ],
)
def test_neither_does_a_title_by_itself(title: str) -> None:
    assert leaks(process_title(title).as_dict()) == []


def test_neither_does_plain_text() -> None:
    text = f"{TITLE}\n文号：某函{MOBILE}\n办理等级：A {MOBILE}\n某委员：\n请电{SPACED}。\n某局 {LANDLINE}\n2023年5月18日"
    assert leaks(process_text(text.encode()).as_dict()) == []


@pytest.mark.parametrize("suffix", ["html", "txt"])
def test_neither_does_extract(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a.{suffix}"
    file.write_bytes(everywhere() if suffix == "html" else f"{TITLE}\n请电{MOBILE}。".encode())
    done = CliRunner().invoke(extract, [str(file)])
    assert done.exit_code == 0, done.output
    assert leaks(json.loads(done.stdout)) == []
    titles = tmp_path / "titles.txt"
    titles.write_text(TITLE, "utf-8")
    done = CliRunner().invoke(extract, ["--titles", str(titles)])
    assert leaks(json.loads(done.stdout)) == []


def items() -> Iterator[Processed | Listing]:
    rows = (ListRow(url(1), TITLE, f"2023-05-20 {MOBILE}"), ListRow(url(7), f"某某{MOBILE}", MOBILE))
    trouble = (Issue("list_link_off_site", f"“{TITLE}”指向站外", "warning", None, f"{TITLE}"),)
    yield Listing("kjt", COLUMN, COLUMN + "index.shtml", 0, rows, issues=trouble)
    yield process(page(1))
    other = replace(page(1, 2), body=document(letter=f"<p>通知：请拨{MOBILE}。</p>", title=f"通知 {MOBILE}"))
    yield process(other)
    wall = replace(page(1, 3), body=b"", status=412, headers=(("content-type", f"text/{MOBILE}"),))
    yield process(wall)
    yield process(replace(page(1, 4), body=b"\x89PNG", headers=(("content-type", f"image/{MOBILE}"),)))
    yield process(page(2))  # a changed text: a revision


def test_neither_does_any_table_of_the_corpus(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive, Loader(tmp_path / "staging.db") as loader:
        run = archive.begin_run(dump_sites({"kjt": SITE}), {}, "test")
        listed = {"row_title": f"某某{MOBILE}", "row_date": MOBILE}
        for number in (1, 7):
            when = "2026-11-01T02:00:00+08:00"
            archive.record(
                Fetch(run.id, url(number), when, 200, (), "ok", "detail", "kjt", COLUMN, listed), b"x"
            )
        headers = (("content-type", f"application/pdf; name={MOBILE}.pdf"),)
        file = next(iter(made().attachments)).url or ""
        fetch = Fetch(run.id, file, "2026-11-01T02:00:00+08:00", 200, headers, "ok", "attachment", "kjt")
        archive.record(fetch, b"%PDF")
        for one in items():
            loader.load(one)
        loader.flush()
        assert loader.loaded.failed == 0
        archive.end_run(run.id, "ok")
        publish(tmp_path, archive)
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        assert conn.execute("select count(*) from revisions").fetchone()[0] >= 2
        assert conn.execute("select count(*) from pages where row_title is not null").fetchone()[0] >= 3
        assert conn.execute("select count(*) from attachments").fetchone() == (1,)
        assert scan(conn) == []
    assert url_date(url(1)) is not None


def scan(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """(table, column, value) of every leak in every text of every table, the search index among them."""
    found = []
    tables = [row[0] for row in conn.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        cursor = conn.execute(f'select * from "{table}"')
        names = [column[0] for column in cursor.description]
        for row in cursor:
            for name, value in zip(names, row, strict=True):
                text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                found += [(table, name, hit) for hit in leaks(text)]
    return found
