"""What the spider yields besides listings: a fetched document, and what staging makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.models import Issue, Outcome, Page, Processed
from pipelines.process import process

UNREAD: frozenset[Outcome] = frozenset(("redirect", "refused", "truncated", "robots", "unreachable"))
"""Outcomes that only the crawl can know: nothing came, or not all of it, so there is nothing to read."""

_MESSAGES: dict[Outcome, str] = {
    "redirect": "重定向没有去处或绕成了圈。",
    "refused": "没有采集：{error}。",
    "truncated": "传输中断，网页不完整，没有读取：{error}。",
    "robots": "robots.txt 不允许采集：{error}。",
    "unreachable": "连接不上：{error}。",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A list or detail page with its continuations, and the outcome that the archive holds."""

    page: Page
    outcome: Outcome
    error: str | None = None


def processed(item: Fetched) -> Processed:
    """What goes into staging; the live crawl and `rebuild` both call this, and nothing else."""
    if item.outcome in UNREAD:
        message = _MESSAGES[item.outcome].format(error=item.error or "原因不明")
        severity = "info" if item.outcome == "robots" else "error"
        issue = Issue(f"outcome_{item.outcome}", message, "info" if severity == "info" else "error")
        return Processed(item.page, item.outcome, None, (issue,))
    return process(item.page)


def as_item(result: Processed) -> dict[str, Any] | None:
    """The dictionary that feeds export: the reply with its site and column, or None for what is no reply."""
    reply = result.reply
    if reply is None or reply.document_type not in {"reply", "co_handling_opinion"}:
        return None
    site = result.page.site
    return {"site": site.key if site else None, "column": result.page.column, **reply.as_dict()}
