"""Templates that are not known, and templates that lost a label."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.check.template import ESTABLISHED, SETTLED, Seen, lost_labels, unknown_template
from pipelines.models import Attachment, Page, RawField, RawReply, Reply
from pipelines.process import process

PAGE = Page(url="http://a.invalid/t1.html", body=b"", column="http://a.invalid/jytabl/")
RAW = RawReply(PAGE.url, (("row", "关于第1号提案的答复"),), (), (), "")
REPLY = Reply(document_type="reply")
OLD, NEW = frozenset({"index_number", "issued_on"}), frozenset({"issued_on"})


def test_nothing_recognised_is_told_and_is_an_error_where_a_reply_is_meant() -> None:
    issue = unknown_template(RAW, REPLY, PAGE)
    assert issue is not None
    assert (issue.code, issue.severity) == ("template_unknown", "error")
    other = unknown_template(RAW, Reply(document_type="other"), PAGE)
    assert other is not None
    assert other.severity == "warning"


@pytest.mark.parametrize(
    ("raw", "reply", "page"),
    [
        (replace(RAW, fields=(RawField("索引号", "", "cell"),)), REPLY, PAGE),
        (RAW, replace(REPLY, body_text="您提出的提案收悉。"), PAGE),
        (RAW, replace(REPLY, attachments=(Attachment("答复.pdf", "http://a.invalid/a.pdf"),)), PAGE),
        (replace(RAW, body_html='<p><img src="scan.jpg"></p>'), REPLY, PAGE),
        (RAW, REPLY, replace(PAGE, column=None)),
        (RAW, REPLY, replace(PAGE, role="continuation")),
    ],
)
def test_a_label_a_text_a_file_or_a_scan_is_enough(raw: RawReply, reply: Reply, page: Page) -> None:
    assert unknown_template(raw, reply, page) is None


def test_meta_tags_alone_are_no_template() -> None:
    raw = replace(RAW, fields=(RawField("pubdate", "2024-09-02", "meta"),))
    assert unknown_template(raw, REPLY, PAGE) is not None


def test_a_page_drawn_by_a_script_is_told_by_the_chain() -> None:
    body = '<html><head><title>某厅</title></head><body><div id="app"></div><script src="/app.js"></script></body></html>'
    page = replace(PAGE, body=body.encode(), row_title="关于省政协十三届二次会议第20240133号提案的答复")
    result = process(page)
    assert result.reply is None
    assert [issue.code for issue in result.issues] == ["template_unknown"]


def seen(run: int, fields: frozenset[str], count: int) -> list[Seen]:
    return [Seen(run, fields)] * count


@pytest.mark.parametrize(
    ("replies", "lost"),
    [
        (seen(1, OLD, ESTABLISHED) + seen(2, NEW, 2), ("index_number",)),
        (seen(1, OLD, ESTABLISHED) + seen(2, NEW, 1), ()),  # one may be a slip
        (seen(1, OLD, ESTABLISHED) + seen(2, NEW, 1) + seen(3, NEW, 1), ("index_number",)),
        (seen(1, OLD, ESTABLISHED - 1) + seen(2, NEW, 9), ()),  # was never established
        (seen(1, OLD, 7) + seen(1, NEW, 3) + seen(2, NEW, 5), ()),  # was on some pages only
        (seen(1, OLD, 9) + seen(2, NEW, 5) + seen(2, OLD, 1), ()),  # some new pages have it
        (seen(1, OLD, 9) + seen(2, NEW, 5) + seen(3, OLD, 4), ()),  # it is back
        (seen(1, OLD, 9) + seen(2, NEW, SETTLED), ()),  # that is how it is now
        (seen(1, OLD, 9), ()),
        ([], ()),
    ],
)
def test_a_label_that_all_new_pages_lack(replies: list[Seen], lost: tuple[str, ...]) -> None:
    assert lost_labels(replies) == lost_labels(replies[::-1]) == lost
