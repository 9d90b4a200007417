"""One page through the house: a document becomes a reply, everything else says what it is."""

from __future__ import annotations

from typing import get_args

import pytest

from pipelines.models import Issue, Outcome, Page
from pipelines.process import MESSAGES, process, process_text, process_title
from tests.pipelines.read.pages import LETTER, TITLE, URL, document

CATALOGUE = (
    "<table><tr><td>索 引 号</td><td>011043145/2023-00123</td><td>分类</td><td>交通</td></tr>"
    "<tr><td>发布机构</td><td>某市交通运输局</td><td>发文日期</td><td>2023-05-20</td></tr>"
    "<tr><td>文号</td><td></td><td>有效性</td><td>有效</td></tr></table>"
)


def codes(issues: tuple[Issue, ...]) -> list[str]:
    return [issue.code for issue in issues]


def test_a_document_becomes_a_reply() -> None:
    done = process(Page(url=URL, body=document(CATALOGUE)))
    assert done.outcome == "ok"
    assert done.reply is not None
    assert done.reply.title == TITLE
    assert done.reply.document_type == "reply"
    assert done.reply.index_number == "011043145/2023-00123"
    assert done.reply.document_number is None
    assert done.reply.validity == "有效"
    assert done.reply.publisher == "某市交通运输局"
    assert done.reply.signed_on == "2023-05-18"
    assert done.reply.signatory == "某市交通运输局"
    assert done.reply.salutation == "某委员"
    assert done.reply.sources["index_number"].source == "cell:索引号"


def test_the_same_page_gives_the_same_result() -> None:
    page = Page(url=URL, body=document(CATALOGUE))
    assert process(page) == process(page)


@pytest.mark.parametrize(
    ("status", "headers", "body", "outcome"),
    [
        (412, (), b"<h1>412</h1>", "blocked"),
        (200, (), b"<script>$_ts={}</script>", "blocked"),
        (200, (), "<p>您要访问的页面不存在</p>".encode(), "soft_404"),
        (200, (), "<p>系统维护中，请稍后访问</p>".encode(), "maintenance"),
        (404, (), document(), "gone"),
        (200, (), b"", "empty"),
        (200, (("content-length", "999999"),), document(), "truncated"),
        (200, (("content-type", "image/png"),), b"\x89PNG", "refused"),
        (502, (), b"", "error"),
        (0, (), b"", "unreachable"),
    ],
)
def test_everything_else_says_what_it_is(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes, outcome: Outcome
) -> None:
    done = process(Page(url=URL, body=body, status=status, headers=headers))
    assert done.outcome == outcome
    assert done.reply is None
    assert codes(done.issues) == [f"outcome_{outcome}"]
    assert "{" not in done.issues[0].message


def test_every_outcome_has_its_message() -> None:
    # Of a page that the site says is unchanged there is nothing to process.
    assert set(MESSAGES) == set(get_args(Outcome)) - {"ok", "unchanged"}


def test_a_notice_appended_to_a_good_page_is_an_issue() -> None:
    letter = LETTER + "<p>对不起，您要访问的页面不存在或已被删除！</p>"
    done = process(Page(url=URL, body=document(CATALOGUE, letter)))
    assert done.outcome == "ok"
    assert done.reply is not None
    assert "soft_404_appended" in codes(done.reply.issues)


def test_trouble_with_the_encoding_is_an_issue_of_the_reply() -> None:
    done = process(Page(url=URL, body=document(CATALOGUE).decode().encode("gbk")))
    assert done.reply is not None
    assert done.reply.index_number == "011043145/2023-00123"
    assert "encoding_mismatch" in codes(done.reply.issues)


def test_a_continuation_that_is_a_wall_is_left_out_and_reported() -> None:
    wall = Page(url=URL.replace(".shtml", "_1.shtml"), body=b"<script>$_ts={}</script>")
    done = process(Page(url=URL, body=document(CATALOGUE), continuations=(wall,)))
    assert done.reply is not None
    assert done.reply.signed_on == "2023-05-18"
    assert "continuation_missing" in codes(done.reply.issues)


def test_the_rules_over_a_whole_reply_are_asked() -> None:
    late = document(CATALOGUE.replace("2023-05-20", "2021-01-01"))
    done = process(Page(url=URL, body=late))
    assert done.reply is not None
    assert any("date" in code or "signed" in code for code in codes(done.reply.issues))


def test_text_and_title() -> None:
    reply = process_text(
        f"{TITLE}\n索引号：011043145/2023-00123\n某委员：\n现答复如下：已办。\n某市交通运输局\n2023年5月18日".encode(
            "gbk"
        )
    )
    assert reply.title == TITLE
    assert reply.index_number == "011043145/2023-00123"
    assert process_title(f" {TITLE}\n").references == reply.references


def test_the_structure_of_the_body_adds_no_key_to_extract() -> None:
    reply = process_text(
        "某委员：\n您提出的提案收悉，现答复如下：\n已办。\n附件：1.甲表\n某市水务局\n2023年5月18日".encode()
    )
    assert [part.part for part in reply.parts] == ["salutation", "text", "annex_list", "signature"]
    out = reply.as_dict()
    assert not {"parts", "outline", "images"} & out.keys()
    assert out["attachments"] == ({"name": "甲表", "url": None},)
