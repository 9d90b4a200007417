"""The health of a site after a crawl: what the site itself prints against what was found, and what got in the way.

Sources of the rules: an empty column is declared or a failure; a crawl that finds fewer rows than the site prints
(共N条, number of pages) has not done its work, nor one that finds more; a block is no news about the replies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.check.gate_rules import Trouble
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
    columns: Sequence[ColumnFacts], fetches: FetchFacts | None, told: Sequence[Trouble] = ()
) -> tuple[Health, tuple[Trouble, ...]]:
    """Health and what a person should know; a healthy site may have something to say too.

    `fetches` is None for a site never crawled; `told` is what else was found of it: by the crawl, by `expect`.
    """
    if not columns:
        return "undiscovered", ()
    if fetches is None:
        return "never", ()
    troubles = [
        Trouble("list_not_got", f"列表没有取到（{_WORDS.get(outcome, outcome)}）：{url}", "failed")
        for url, outcome in sorted(fetches.lists.items())
        if outcome not in ("ok", "redirect")
    ]
    ordered = sorted(columns, key=lambda one: one.url)
    found = [trouble for column in ordered for trouble in _column(column)]
    troubles += [one for one in found if one.verdict == "failed"]
    troubles += [one for one in found if one.verdict != "failed"]
    troubles += _details(fetches)
    everything = (*told, *troubles, *_refused(ordered))
    verdicts = {one.verdict for one in everything}
    health: Health = "failed" if "failed" in verdicts else "partial" if "partial" in verdicts else "ok"
    return health, everything


def _refused(columns: Sequence[ColumnFacts]) -> list[Trouble]:
    """Rows that lead off the site are no fault of the crawl, but somebody should look whether a host is missing."""
    return [
        Trouble(
            "rows_refused", f"列表里有 {column.rows_refused} 条链接指向站外，没有采集：{column.url}", "note"
        )
        for column in columns
        if column.rows_refused
    ]


def _column(column: ColumnFacts) -> list[Trouble]:
    if column.pages_read == 0:
        return [Trouble("column_not_read", f"栏目没有读到：{column.url}", "failed")]
    if column.first_rows == 0 and not column.may_be_empty:
        return [Trouble("column_empty", f"栏目一条也没有，声明又不允许为空：{column.url}", "failed")]
    return [
        Trouble("column_differs", issue.message, "partial")
        for issue in differences(column)
        if issue.severity == "error"
    ]


def _details(fetches: FetchFacts) -> list[Trouble]:
    """One trouble for each kind, with an example."""
    kinds: dict[Outcome, list[str]] = {}
    for url, outcome in sorted(fetches.details.items()):
        if outcome in NO_ANSWER or outcome == "robots":
            kinds.setdefault(outcome, []).append(url)
    troubles = [
        Trouble(
            "page_not_got",
            f"{len(urls)} 个详情页没有取到（{_WORDS.get(outcome, outcome)}），例如 {urls[0]}",
            "partial",
        )
        for outcome, urls in sorted(kinds.items())
    ]
    absent = sorted(url for url, outcome in fetches.details.items() if outcome in ABSENT)
    if len(absent) >= MANY_MISSING and 2 * len(absent) > len(fetches.details):
        message = f"取的 {len(fetches.details)} 个详情页有 {len(absent)} 个已不存在或转到站外，例如 {absent[0]}；网站可能改版"
        troubles.append(Trouble("pages_absent", message, "partial"))
    return troubles
