"""The health of a site after a crawl: what the site itself prints against what was found, and what got in the way.

Sources of the rules: an empty column is declared or a failure; a crawl that finds fewer rows than the site prints
(共N条, number of pages) has not done its work; a block is no news about the replies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.models import Outcome

Health = Literal["ok", "partial", "failed", "never"]

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
    """Different addresses ever seen in the lists."""
    rows_counted: int
    """Rows on the list pages as last seen, with those that lead off the site and those that are listed twice."""
    printed_total: int | None
    page_count: int | None


@dataclass(frozen=True, slots=True)
class FetchFacts:
    """The last outcome of each address of a site in its latest run."""

    lists: Mapping[str, Outcome]
    """URL → outcome, list pages and robots.txt."""
    details: Mapping[str, Outcome]


def site_health(columns: Sequence[ColumnFacts], fetches: FetchFacts | None) -> tuple[Health, tuple[str, ...]]:
    """Health and the reasons where it is not `ok`, in Chinese. `fetches` is None for a site never crawled."""
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
    if failed:
        return "failed", (*failed, *partial)
    return ("partial", tuple(partial)) if partial else ("ok", ())


def _column(column: ColumnFacts) -> tuple[list[str], list[str]]:
    """(reasons for failure, reasons for partial)."""
    if column.pages_read == 0:
        return [f"栏目没有读到：{column.url}"], []
    if column.first_rows == 0 and not column.may_be_empty:
        return [f"栏目一条也没有，声明又不允许为空：{column.url}"], []
    soft = []
    found = max(column.rows_found, column.rows_counted)
    if column.printed_total is not None and found < column.printed_total:
        soft.append(f"网站印着共 {column.printed_total} 条，只找到 {found} 条：{column.url}")
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
