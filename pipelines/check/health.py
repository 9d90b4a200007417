"""The health of a site after a crawl: what the site itself prints against what was found, and what got in the way.

Sources of the rules: an empty column is declared or a failure; a crawl that finds fewer rows than the site prints
(共N条, number of pages) has not done its work; a block is no news about the replies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.models import Outcome

Health = Literal["ok", "partial", "failed", "never", "undiscovered"]

NO_ANSWER: frozenset[Outcome] = frozenset(
    {"blocked", "maintenance", "error", "truncated", "empty", "unreachable"}
)
"""Outcomes that say nothing about the document: try again later."""

_WORDS: Mapping[Outcome, str] = {
    "blocked": "被拦截",
    "maintenance": "维护中",
    "error": "服务器出错",
    "truncated": "内容不完整",
    "empty": "内容为空",
    "unreachable": "连不上",
    "gone": "已撤下",
    "soft_404": "页面不存在",
    "refused": "转到站外或类型不对",
    "robots": "robots.txt 不许取",
}


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of a column."""

    url: str
    may_be_empty: bool
    pages_read: int
    """List pages read, of those that the site prints; 0 when the list was never read."""
    first_rows: int
    """Rows on the first list page as last seen."""
    rows_found: int
    """Rows on the list pages as last seen, see `count_rows`."""
    rows_refused: int
    """Of those the ones whose links leave the declared hosts: listed, never fetched."""
    printed_total: int | None
    page_count: int | None


def count_rows(pages: Sequence[Sequence[str]]) -> int:
    """Rows of a list as a site counts them (共N条), from the addresses on its pages.

    A row that stands on every one of several pages is pinned there: one row, printed again and again; counting it each
    time would hide rows that are missing. A row that stands on some of the pages was published twice, and the site
    counts it twice. What was listed once and is not any more does not count.

    >>> count_rows([["pin", "a", "twice"], ["pin", "b", "twice"], ["pin", "c"]])
    6
    """
    pinned = set(pages[0]).intersection(*pages[1:]) if len(pages) > 1 else set()
    return sum(len(page) for page in pages) - len(pinned) * (len(pages) - 1)


@dataclass(frozen=True, slots=True)
class FetchFacts:
    """The last outcome of each address of a site in its latest run."""

    lists: Mapping[str, Outcome]
    """URL → outcome, list pages and robots.txt."""
    details: Mapping[str, Outcome]


def site_health(
    columns: Sequence[ColumnFacts], fetches: FetchFacts | None, told: Sequence[str] = ()
) -> tuple[Health, tuple[str, ...]]:
    """Health and what a person should know, in Chinese; a healthy site may have something to say too.

    `fetches` is None for a site never crawled; `told` is what the crawl itself reported as an error of the site.
    """
    if not columns:
        return "undiscovered", ()
    if fetches is None:
        return "never", ()
    failed = [
        f"列表没有取到（{_WORDS.get(outcome, outcome)}）：{url}"
        for url, outcome in sorted(fetches.lists.items())
        if outcome not in ("ok", "redirect")
    ]
    partial: list[str] = []
    for column in sorted(columns, key=lambda one: one.url):
        hard, soft = _column(column)
        failed += hard
        partial += soft
    partial += _details(fetches)
    reasons = (*told, *failed, *partial, *_refused(columns))
    if failed:
        return "failed", reasons
    return "partial" if partial or told else "ok", reasons


def _refused(columns: Sequence[ColumnFacts]) -> list[str]:
    """Rows that lead off the site are no fault of the crawl, but somebody should look whether a host is missing."""
    return [
        f"列表里有 {column.rows_refused} 条链接指向站外，没有采集：{column.url}"
        for column in sorted(columns, key=lambda one: one.url)
        if column.rows_refused
    ]


def _column(column: ColumnFacts) -> tuple[list[str], list[str]]:
    """(reasons for failure, reasons for partial)."""
    if column.pages_read == 0:
        return [f"栏目没有读到：{column.url}"], []
    if column.first_rows == 0 and not column.may_be_empty:
        return [f"栏目一条也没有，声明又不允许为空：{column.url}"], []
    soft = []
    if column.printed_total is not None and column.rows_found < column.printed_total:
        soft.append(f"网站印着共 {column.printed_total} 条，只找到 {column.rows_found} 条：{column.url}")
    if column.page_count is not None and column.pages_read < column.page_count:
        soft.append(f"网站印着 {column.page_count} 页，只读到 {column.pages_read} 页：{column.url}")
    return [], soft


def _details(fetches: FetchFacts) -> list[str]:
    """One reason for each kind of trouble, with an example."""
    trouble: dict[Outcome, list[str]] = {}
    for url, outcome in sorted(fetches.details.items()):
        if outcome in NO_ANSWER or outcome == "robots":
            trouble.setdefault(outcome, []).append(url)
    return [
        f"{len(urls)} 个详情页没有取到（{_WORDS.get(outcome, outcome)}），例如 {urls[0]}"
        for outcome, urls in sorted(trouble.items())
    ]
