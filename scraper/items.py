"""What the spider yields besides listings: a fetched document, and what staging makes of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from pipelines.address import reply_id
from pipelines.attached import ReadFile
from pipelines.models import Issue, Outcome, Page, Processed, RawReply, Site
from pipelines.process import process
from pipelines.read.files import read_file
from pipelines.review.withheld import is_released, is_withheld, needs_review

logger = logging.getLogger(__name__)

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
    instead: Page | None = None
    """What the list makes of a document that could not be got, see `scraper.stand_in`."""
    run: int | None = None
    """Run that fetched it, where it comes from the archive."""
    raw: RawReply | None = None
    """What was read of the page already, to see what hangs on it."""


def processed(item: Fetched, read: ReadFile = read_file) -> Processed:
    """What goes into staging; the live crawl and `rebuild` both call this, and nothing else.

    A page that our rules stumble over is told as such and must not keep the others out; its bytes are archived.
    """
    try:
        return _processed(item, read)
    except Exception as error:
        logger.exception("cannot process %s", item.page.url)
        message = f"{item.page.url} 处理时出错（{type(error).__name__}），已归档，未入库；请报告这个问题。"
        return Processed(item.page, item.outcome, None, (Issue("not_processed", message, "error"),))


def unreadable_list(page: Page, error: Exception) -> Processed:
    """A list page that our rules stumble over: what was known of it stays, and it is told."""
    message = f"列表页 {page.url} 读不了（{type(error).__name__}），请报告。"
    return Processed(page, "ok", None, (Issue("list_unreadable", message, "error"),))


def column_gone(site: Site, column: str) -> Issue:
    """A column that is not there any more, as opposed to one that could not be read."""
    message = f"{site.name}：栏目 {column} 不存在，可能迁移或改版；请核对并改声明。"
    return Issue("column_gone", message, "error")


def _processed(item: Fetched, read: ReadFile) -> Processed:
    found = _of_the_page(item, read)
    if item.instead is None or found.outcome == "ok":
        return found
    reply = process(item.instead, read).reply
    if reply is None:
        return found
    message = f"{item.page.url} 没有取到，正文采自栏目列表所带的全文；索引号等页面上的信息可能缺失。"
    issue = Issue("text_from_list", message, "warning", field="body_text")
    return replace(found, reply=replace(reply, issues=(issue, *reply.issues)))


def _of_the_page(item: Fetched, read: ReadFile) -> Processed:
    if item.outcome in UNREAD:
        message = _MESSAGES[item.outcome].format(error=item.error or "原因不明")
        severity = "info" if item.outcome == "robots" else "error"
        issue = Issue(f"outcome_{item.outcome}", message, "info" if severity == "info" else "error")
        return Processed(item.page, item.outcome, None, (issue,))
    return process(item.page, read, item.raw)


def as_item(result: Processed) -> dict[str, Any] | None:
    """The dictionary that feeds export: the reply with its site and column, or None for what is no reply or is not published."""
    reply = result.reply
    if reply is None or reply.document_type not in {"reply", "co_handling_opinion"}:
        return None
    if reply.url and is_withheld(reply_id(reply.url)):
        return None
    if needs_review(reply.disclosure) and not is_released(reply_id(reply.url or "")):
        return None
    site = result.page.site
    return {"site": site.key if site else None, "column": result.page.column, **reply.as_dict()}
