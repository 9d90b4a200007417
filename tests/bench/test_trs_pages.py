"""The pages of the measurement are what the table of figures says they are, and no two of them are the same document."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from pipelines.models import Page
from pipelines.process import process
from tests.bench.trs_pages import BYTES, CHARACTERS, TAGS, trs_page

PAGES = [trs_page(seed) for seed in range(40)]
RICH = [trs_page(seed, rich=True) for seed in range(10)]


def test_size_and_make() -> None:
    for body in PAGES + RICH:
        container = LexborHTMLParser(body.decode()).css_first(".TRS_UEDITOR")
        assert container is not None
        assert abs(len(body) - BYTES) < 100
        assert len(re.findall(b"<[a-zA-Z]", body)) == TAGS
        assert body.count(b"<a ") == 163
        assert abs(len("".join(container.text().split())) - CHARACTERS) < 300


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert trs_page(3) == PAGES[3]


def test_documents_differ_and_their_site_does_not() -> None:
    replies = [process(Page(url="http://kj.demo.invalid/a/t1.shtml", body=body)).reply for body in PAGES]
    read = [reply for reply in replies if reply is not None]
    assert len(read) == len(PAGES)
    for field in ("title", "index_number", "body_text", "quoted_subject"):
        assert len({getattr(reply, field) for reply in read}) > len(PAGES) * 0.9, field
    assert len({reply.signed_on for reply in read}) > len(PAGES) / 2
    assert all(reply.references and reply.signed_on and reply.co_handlers for reply in read)
    rich = [process(Page(url="http://kj.demo.invalid/a/t1.shtml", body=body)).reply for body in RICH]
    assert all(one is not None and one.citations and one.commitments and one.outline for one in rich)
    assert {reply.publisher for reply in read} == {"示例省科学技术厅"}
    assert len({body.partition(b'<div class="footer">')[2] for body in PAGES}) == 1
