"""Taken down everywhere, held until somebody looked, and what stays in their place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelines.address import reply_id
from pipelines.archive import Archive
from pipelines.models import Attachment, BodyPart, Heading, Image, Issue, Listing, Processed
from pipelines.publish.build import PublishResult, publish
from pipelines.review.withheld import decisions
from tests.pipelines.load.make import item, listing, url
from tests.pipelines.resolve.chain import crawl

SECRET = "绝密桥梁"
BODY = "贵单位提出的提案收悉，" + "我厅认真研究，现将有关情况答复如下，" * 4
FILE = "http://kjt.demo.invalid/secret.pdf"


@pytest.fixture
def withhold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Write decisions as they stand in data/withheld; they count from then on."""
    folder = tmp_path / "reviewed"
    folder.mkdir()
    monkeypatch.setattr("pipelines.review.entries.reviewed_data", lambda name: folder)

    def write(*entries: str) -> None:
        text = "".join(
            f'n{number}:\n  date: "2026-11-24"\n  {entry}\n' for number, entry in enumerate(entries)
        )
        (folder / "a.yaml").write_text(text, "utf-8")
        decisions.cache_clear()

    decisions.cache_clear()
    yield write
    decisions.cache_clear()


def published(folder: Path) -> PublishResult:
    with Archive(folder / "archive.db", readonly=True) as archive:
        return publish(folder, archive)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "corpus.db")) as conn:
        return conn.execute(sql).fetchall()


def hidden(number: int, **values: Any) -> Processed:
    """A reply whose every text names the secret."""
    values = {
        "title": f"关于{SECRET}的提案的答复",
        "body_text": f"{BODY}{SECRET}。",
        "body_html": f"<p>{SECRET}</p>",
        "quoted_subject": SECRET,
        "proposer": SECRET,
        "attachments": (Attachment(f"{SECRET}.pdf", FILE),),
        "outline": (Heading(1, f"一、{SECRET}", 1),),
        "parts": (BodyPart("text", 1, 1),),
        "images": (Image(f"{FILE}.png", SECRET, 1),),
        "issues": (Issue("unknown_label", f"未登记的标签“{SECRET}”", "info", None, SECRET),),
        **values,
    }
    return item(number, **values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    one = hidden(1)
    items: list[Processed | Listing] = [
        listing(range(1, 4), total=4, page_count=1),
        one,
        hidden(1, address=url(1, "_slh")),
        hidden(9, references=one.reply.references if one.reply else ()),  # published twice
        item(2, body_text=BODY + "二。", references=one.reply.references if one.reply else ()),
        item(3, body_text=BODY + "三。"),
        hidden(1, day=2, body_text=f"{BODY}{SECRET}改过。"),
        hidden(9, day=2, body_text=f"{BODY}{SECRET}改过。"),
        hidden(1, day=2, address=url(1, "_slh"), body_text=f"{BODY}{SECRET}改过。"),
    ]
    data = tmp_path / "data"
    crawl(data, items, others=[(FILE, "attachment", "ok")])
    return data


@pytest.mark.parametrize(
    "target",
    [
        f"url: {url(1)}",
        f"url: {url(1, '_slh')}",
        f"url: {url(9, scheme='https')}",
        f"id: {reply_id(url(1))}",
        f"id: {reply_id(url(9))}",
    ],
    ids=["address", "twin", "duplicate", "id", "id of the duplicate"],
)
def test_a_reply_is_taken_down_with_all_that_is_of_it(folder: Path, withhold: Any, target: str) -> None:
    withhold()
    published(folder)
    before = {name for (name,) in rows(folder, "select name from sqlite_master where type = 'table'")}
    assert SECRET.encode() in (folder / "corpus.db").read_bytes()
    ids = {row[0] for row in rows(folder, "select id from replies")}
    withhold(f"{target}\n  reason: request")
    published(folder)
    assert SECRET.encode() not in (folder / "corpus.db").read_bytes()
    assert FILE.encode() not in (folder / "corpus.db").read_bytes()
    gone = ids - {row[0] for row in rows(folder, "select id from replies")}
    assert len(gone) == 1
    tombs = rows(folder, "select id, url, withheld_on, reason from withheld")
    assert gone <= {row[0] for row in tombs}
    assert {row[2:] for row in tombs} == {("2026-11-24", "request")}
    for table in before - {"withheld"}:
        assert not any(next(iter(gone)) in row for row in rows(folder, f"select * from {table}")), table
    # The page is still known, and nothing of it but its address and what came of it.
    pages = rows(folder, f"select title, row_title, outcome, reply_id from pages where url = '{url(1)}'")
    assert pages == [(None, None, "ok", None)]


def test_a_proposal_that_another_reply_answers_stays(folder: Path, withhold: Any) -> None:
    withhold()
    published(folder)
    before = rows(folder, "select id from proposals")
    withhold(f"url: {url(1)}\n  reason: recall")
    published(folder)
    assert rows(folder, "select id from proposals") == before
    withhold(f"url: {url(1)}\n  reason: recall", f"url: {url(2)}\n  reason: recall")
    published(folder)
    assert len(rows(folder, "select id from proposals")) == len(before) - 1


def test_taking_down_the_last_reply_is_not_refused_as_a_loss(tmp_path: Path, withhold: Any) -> None:
    crawl(tmp_path / "data", [item(1, body_text=BODY)])
    withhold()
    published(tmp_path / "data")
    withhold(f"url: {url(1)}\n  reason: recall")
    assert published(tmp_path / "data").replies == 0


def test_a_page_that_is_open_on_request_is_held_until_it_is_released(folder: Path, withhold: Any) -> None:
    held = hidden(5, disclosure="依申请公开")
    crawl(folder, [held], arguments="second")
    withhold(f"url: {url(1)}\n  reason: recall")
    published(folder)
    assert SECRET.encode() not in (folder / "corpus.db").read_bytes()
    page = rows(folder, f"select document_type, outcome, title, reply_id from pages where url = '{url(5)}'")
    assert page == [("reply", "ok", None, None)]
    told = rows(folder, f"select code, field, raw, reply_id from issues where url = '{url(5)}'")
    assert told == [("held_for_review", "disclosure", "依申请公开", None)]
    withhold(f"url: {url(1)}\n  reason: recall", f"url: {url(5)}\n  release: true")
    published(folder)
    assert rows(folder, f"select disclosure from replies where url = '{url(5)}'") == [("依申请公开",)]
    assert rows(folder, "select count(*) from issues where code = 'held_for_review'") == [(0,)]
    withhold(f"url: {url(1)}\n  reason: recall", f"url: {url(5)}\n  reason: disclosure")
    published(folder)
    assert SECRET.encode() not in (folder / "corpus.db").read_bytes()
    assert (reply_id(url(5)), "disclosure") in rows(folder, "select id, reason from withheld")


def test_a_page_that_is_open_in_one_place_and_not_in_another_is_held(folder: Path, withhold: Any) -> None:
    said = Issue("disclosure_conflict", "两处不同", "warning", "disclosure", "此件依申请公开")
    crawl(folder, [hidden(5, disclosure="主动公开", issues=(said,))], arguments="second")
    withhold(f"url: {url(1)}\n  reason: recall")
    published(folder)
    assert SECRET.encode() not in (folder / "corpus.db").read_bytes()
    told = rows(folder, f"select code, raw from issues where url = '{url(5)}'")
    assert told == [("held_for_review", "此件依申请公开")]


def test_a_decision_about_an_unknown_reply_leaves_a_tombstone_all_the_same(
    folder: Path, withhold: Any
) -> None:
    withhold("id: raaaaaaaaaaa\n  reason: recall")
    published(folder)
    assert rows(folder, "select * from withheld") == [("raaaaaaaaaaa", None, "2026-11-24", "recall")]
