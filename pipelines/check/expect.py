"""What a declaration expects of its site, against what came: replies, fields, rows, blocks, exceptions.

Thresholds that no declaration changes stand here, each with the reason for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.check.gate_rules import Trouble
from pipelines.models import Expect

DEFAULT_FLOORS: Mapping[str, float] = {"body_text": 0.8}
"""Floors for every site that does not declare its own: a reply without text is read wrongly, or stands in a file."""

ENOUGH = 10
"""Replies below which a share says nothing."""
BLOCKED, BLOCKED_SHARE = 3, 0.2
"""Single challenges happen anywhere; one fetch in five is a site that does not want us now."""
EXCEPTIONS, EXCEPTION_SHARE = 3, 0.05
LOST, LOST_SHARE = 3, 0.1
DROPPED, DROPPED_SHARE = 5, 0.3
"""Editors take single rows away; a third of a column is another column, or half of it was not read."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a column listed once and lists no more, addresses that the site itself says are gone left out."""

    column: str
    listed: int
    """Different addresses that it ever listed."""
    lost: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many replies have each field, over a set of them."""

    replies: int
    filled: Mapping[str, int]
    what: str
    """Which replies: `全部`, `最近一次新取到的`."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a site besides its columns."""

    replies: int
    pages: int
    """Detail pages of its last crawl."""
    fetches: int
    """Addresses of its last crawl, lists and documents."""
    blocked: int
    codes: Mapping[str, int]
    """Issue code → addresses with it."""
    example: Mapping[str, str]
    """Issue code → one of them."""
    coverage: Sequence[Coverage]
    dropped: Sequence[Dropped]


def unmet(expect: Expect, facts: Facts) -> Iterator[Trouble]:
    """Every rule that the site does not pass, in the order of the rules."""
    if not expect.rows_may_drop:
        yield from _dropped(facts)
    if facts.blocked >= BLOCKED and facts.blocked > BLOCKED_SHARE * facts.fetches:
        message = f"{facts.fetches} 次取页有 {facts.blocked} 次被拦截"
        yield Trouble("block_rate", message, "failed")
    yield from _exceptions(facts)
    lost = facts.codes.get("no_longer_reply", 0)
    if lost >= LOST and lost > LOST_SHARE * facts.replies:
        message = (
            f"{lost} 个地址以前是答复，现在读不成答复，例如 {facts.example['no_longer_reply']}；此前的保留"
        )
        yield Trouble("replies_lost", message, "partial")
    if expect.min_replies is not None and facts.replies < expect.min_replies:
        message = f"只有 {facts.replies} 件答复，声明至少 {expect.min_replies} 件"
        yield Trouble("replies_few", message, "failed")
    for coverage in facts.coverage:
        yield from _floors(expect, coverage)
    for code, words in (
        ("snapshot_held", "件答复的新网页丢了正文或标签，没有采用，此前的保留"),
        ("archive_damaged", "个网页在归档里已损坏，读不出来，此前的保留"),
    ):
        if facts.codes.get(code):
            yield Trouble(code, f"{facts.codes[code]} {words}，例如 {facts.example[code]}", "partial")


def _dropped(facts: Facts) -> Iterator[Trouble]:
    for one in facts.dropped:
        if one.lost > DROPPED and one.lost > DROPPED_SHARE * one.listed:
            message = f"栏目以前列出过 {one.listed} 件，现在少了 {one.lost} 件：{one.column}"
            yield Trouble("rows_dropped", message, "partial")


def _exceptions(facts: Facts) -> Iterator[Trouble]:
    codes = [code for code in ("not_processed", "not_loaded", "list_unreadable") if facts.codes.get(code)]
    count = sum(facts.codes[code] for code in codes)
    if count:
        many = count >= EXCEPTIONS and count > EXCEPTION_SHARE * facts.pages
        message = (
            f"{count} 个网页处理时程序出错或没有入库（{'、'.join(codes)}），例如 {facts.example[codes[0]]}"
        )
        yield Trouble("exceptions", message, "failed" if many else "partial")


def _floors(expect: Expect, coverage: Coverage) -> Iterator[Trouble]:
    if coverage.replies < ENOUGH:
        return
    for name, floor in sorted({**DEFAULT_FLOORS, **dict(expect.fields)}.items()):
        filled = coverage.filled.get(name, 0)
        if filled < floor * coverage.replies:
            share = filled * 100 // coverage.replies
            message = (
                f"{coverage.what} {coverage.replies} 件答复里 {name} 只有 {share}%，应不低于 {floor:.0%}"
            )
            yield Trouble("field_floor", message, "partial")
