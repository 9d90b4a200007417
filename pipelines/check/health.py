"""The health of a site after a crawl: what the site itself prints against what was found, and what got in the way.

Sources of the rules: an empty column is declared or a failure; a crawl that finds fewer rows than the site prints
(共N条, number of pages) has not done its work, nor one that finds more; a block is no news about the replies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.check.reconcile import ColumnFacts, differences
from pipelines.models import Outcome

Health = Literal["ok", "partial", "failed", "never", "undiscovered"]

NO_ANSWER: frozenset[Outcome] = frozenset(
    {"blocked", "maintenance", "error", "truncated", "empty", "unreachable"}
)
"""Outcomes that say nothing about the document: try again later."""

ABSENT: frozenset[Outcome] = frozenset({"gone", "soft_404", "refused"})
"""Outcomes by which the site itself says that it does not have what its list names."""

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
class FetchFacts:
    """The last outcome of each address of a site in its latest run."""

    lists: Mapping[str, Outcome]
    """URL → outcome, list pages and robots.txt."""
    details: Mapping[str, Outcome]


MANY_MISSING = 3
"""Documents that a site lists and does not have: so many, and more than half of those asked for, are no dead links any
more."""


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
    return [], [issue.message for issue in differences(column) if issue.severity == "error"]


def _details(fetches: FetchFacts) -> list[str]:
    """One reason for each kind of trouble, with an example."""
    trouble: dict[Outcome, list[str]] = {}
    for url, outcome in sorted(fetches.details.items()):
        if outcome in NO_ANSWER or outcome == "robots":
            trouble.setdefault(outcome, []).append(url)
    reasons = [
        f"{len(urls)} 个详情页没有取到（{_WORDS.get(outcome, outcome)}），例如 {urls[0]}"
        for outcome, urls in sorted(trouble.items())
    ]
    absent = sorted(url for url, outcome in fetches.details.items() if outcome in ABSENT)
    if len(absent) >= MANY_MISSING and 2 * len(absent) > len(fetches.details):
        reasons.append(
            f"取的 {len(fetches.details)} 个详情页有 {len(absent)} 个已不存在或转到站外，例如 {absent[0]}；网站可能改版"
        )
    return reasons
