"""Replies, pages and listings made for tests: sentences of our own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.models import (
    Attachment,
    Column,
    FieldSource,
    Issue,
    Listing,
    ListRow,
    Outcome,
    Page,
    Processed,
    Reference,
    Reply,
    Site,
)

COLUMN = "http://kjt.demo.invalid/zfxxgk/jytabl/"

SITE = Site(
    key="kjt",
    name="演示省科学技术厅",
    agency="湖北省科学技术厅",
    place="420000",
    hosts=("kjt.demo.invalid",),
    family="trs",
    columns=(Column(COLUMN, "政协"),),
)


def url(number: int, suffix: str = "", scheme: str = "http") -> str:
    return f"{scheme}://kjt.demo.invalid/zfxxgk/jytabl/202409/t20240902_{number}{suffix}.shtml"


def reply(number: int = 1, **values: Any) -> Reply:
    base = Reply(
        url=url(number),
        title=f"关于省政协十三届二次会议第2024{number:04d}号提案的答复",
        document_type="reply",
        references=(Reference("政协", "省", None, 13, 2, f"2024{number:04d}", None, "提案"),),
        index_number=f"011043145/2024-{number:05d}",
        publisher="湖北省科学技术厅",
        category="科技",
        validity="有效",
        issued_on="2024-09-02",
        published_at="2024-09-02T10:33",
        signed_on="2024-07-23",
        signatory="湖北省科技厅",
        co_handlers=("省教育厅", "省某某办"),
        attachments=(Attachment("附件.pdf", f"http://kjt.demo.invalid/P{number}.pdf"),),
        body_text=f"贵单位提出的第{number}件提案收悉。\n我厅会同省教育厅认真研究，现答复如下。",
        sources={
            "title": FieldSource("h1", "title.first"),
            "signed_on": FieldSource("body", "dates.chinese"),
        },
        issues=(Issue("index_number_check_digit", "校验位不符", "warning", "index_number"),),
        body_html="<p>贵单位提出的提案收悉。</p>",
    )
    return replace(base, **values)


def page(number: int = 1, day: int = 1, address: str | None = None, **values: Any) -> Page:
    base = Page(
        url=address or url(number),
        body=b"",
        fetched_at=f"2026-11-{day:02d}T02:30:00+08:00",
        site=SITE,
        column=COLUMN,
        row_title="关于提案的答复",
        row_date="2024-09-02",
    )
    return replace(base, **values)


def item(
    number: int = 1,
    day: int = 1,
    outcome: Outcome = "ok",
    address: str | None = None,
    issues: tuple[Issue, ...] = (),
    **values: Any,
) -> Processed:
    """A processed page; keyword arguments change the reply, `document_type="other"` makes it none."""
    fetched = page(number, day, address)
    made = reply(number, url=fetched.url, **values) if outcome == "ok" else None
    return Processed(fetched, outcome, made, issues)


def listing(numbers: range, index: int = 0, **values: Any) -> Listing:
    rows = tuple(ListRow(url(number), f"关于第{number}号提案的答复", "2024-09-02") for number in numbers)
    name = "index.shtml" if index == 0 else f"index_{index}.shtml"
    return replace(Listing("kjt", COLUMN, COLUMN + name, index, rows), **values)
