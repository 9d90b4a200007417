"""Rules across the fields of one reply: each says what does not fit together and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from pipelines.models import Issue, Page, Reply
from pipelines.normalise.proposal_number import year_in_number

SHORT_BODY = 40
"""Characters without white space; the shortest whole replies seen have about 60."""

_DOCUMENT_YEAR = re.compile(r"〔((?:19|20)\d\d)〕")

Rule = Callable[[Reply, Page | None], Iterator[Issue]]


def check(reply: Reply, page: Page | None = None) -> tuple[Issue, ...]:
    """Issues of a reply as a whole; those of single fields stand in the reply already."""
    if reply.document_type not in ("reply", "co_handling_opinion"):
        return ()
    return tuple(issue for rule in RULES for issue in rule(reply, page))


@lru_cache(maxsize=1024)
def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def signed_after_published(reply: Reply, page: Page | None) -> Iterator[Issue]:
    """A reply is signed before it is put online."""
    signed, published = _day(reply.signed_on), _day(reply.published_at)
    if signed and published and signed > published:
        message = f"落款日期 {signed} 晚于网页发布时间 {published}"
        yield Issue("signed_after_published", message, "warning", "signed_on", reply.signed_on)


def issued_before_signed(reply: Reply, page: Page | None) -> Iterator[Issue]:
    """发文日期 is on many sites the day of publication, and never lies before the signature."""
    signed, issued = _day(reply.signed_on), _day(reply.issued_on)
    if signed and issued and issued < signed:
        message = f"发文日期 {issued} 早于落款日期 {signed}"
        yield Issue("issued_before_signed", message, "info", "issued_on", reply.issued_on)


def dates_far_apart(reply: Reply, page: Page | None) -> Iterator[Issue]:
    """Signature and publication lie up to 16 months apart on real pages; more is a sign of a wrong year."""
    signed, published = _day(reply.signed_on), _day(reply.published_at)
    if signed and published and (published - signed).days > 1000:
        message = f"落款日期 {signed} 与网页发布时间 {published} 相隔将近三年或更久"
        yield Issue("dates_far_apart", message, "info", "signed_on", reply.signed_on)


def body_short(reply: Reply, page: Page | None) -> Iterator[Issue]:
    """A body of a line or two is a notice or an attachment's cover, or was not read whole."""
    text = reply.body_text or ""
    # A long text tells so with its first lines.
    length = len("".join(text[: 3 * SHORT_BODY].split()))
    length = length if length >= SHORT_BODY else len("".join(text.split()))
    if 0 < length < SHORT_BODY:
        message = f"正文只有 {length} 个字" + (
            "，全文可能在附件里" if reply.attachments else "，可能没有读全"
        )
        yield Issue("body_short", message, "warning", "body_text")


def document_number_year(reply: Reply, page: Page | None) -> Iterator[Issue]:
    """The year of the document number is that of the signature, or a year beside it around the turn of the year."""
    match = _DOCUMENT_YEAR.search(reply.document_number or "")
    signed = _day(reply.signed_on)
    if match and signed and abs(int(match[1]) - signed.year) > 1:
        message = f"发文字号的年份 {match[1]} 与落款年份 {signed.year} 不合"
        yield Issue("document_number_year", message, "warning", "document_number", reply.document_number)


def number_year_after_signature(reply: Reply, page: Page | None) -> Iterator[Issue]:
    """A number that begins with a year (20240133) cannot belong to a session after the signature."""
    signed = _day(reply.signed_on)
    for reference in reply.references:
        year = year_in_number(reference.number)
        if year is not None and signed and year > signed.year:
            message = f"编号 {reference.number} 里的年份晚于落款日期 {signed}"
            yield Issue("number_year_after_signature", message, "warning", "references", reference.number)


def no_reference(reply: Reply, page: Page | None) -> Iterator[Issue]:
    """A reply that names no proposal cannot be tied to one."""
    if not reply.references:
        yield Issue("no_reference", "标题没有写明答复的是哪一件建议或提案", "info", "references", reply.title)


def lead_agency_missing(reply: Reply, page: Page | None) -> Iterator[Issue]:
    """A co-handling opinion is addressed to the lead agency."""
    if reply.document_type == "co_handling_opinion" and not reply.lead_agency:
        yield Issue("lead_agency_missing", "会办意见没有写明主办单位", "info", "lead_agency")


RULES: tuple[Rule, ...] = (
    signed_after_published,
    issued_before_signed,
    dates_far_apart,
    body_short,
    document_number_year,
    number_year_after_signature,
    no_reference,
    lead_agency_missing,
)
