"""Templates that the rules do not know, and templates that changed: judged by what a site's pages have and had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.models import Issue, Page, RawReply, Reply

ESTABLISHED = 5
"""Replies that must have had a label before its absence says something."""
SHARE = 0.9
"""Share of them that must have had it: some labels are filled by some editors only."""
MIN_NEW = 2
"""New replies without it; one alone may be an editor's slip."""
SETTLED = 40
"""So many new replies without it, and that is how the site prints them now: nobody needs to be told any more."""

LABELLED = ("index_number", "category", "publisher", "issued_on", "published_at", "validity", "disclosure")
"""Fields that a template prints on every page. Not in it: 文号 and grade, which many documents do not have."""


def unknown_template(raw: RawReply, reply: Reply, page: Page) -> Issue | None:
    """A page that a column of replies lists and in which nothing is recognised: no label, no text, no file.

    Such a page is drawn by a script, or the site was redesigned. Its bytes are archived; when the rules know it, it is read.
    """
    if page.column is None or page.role != "detail" or reply.body_text or reply.attachments:
        return None
    if any(field.source != "meta" and field.label for field in raw.fields) or "<img" in raw.body_html:
        return None
    message = "模板不认识：没有找到标签，也没有找到正文；网站可能改版，或正文由脚本生成。网页已归档，请报告。"
    is_reply = reply.document_type in ("reply", "co_handling_opinion")
    return Issue("template_unknown", message, "error" if is_reply else "warning", "body_text")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reply of a site says under labels, and in which run its address was first got."""

    run: int
    fields: frozenset[str]
    replies: int = 1
    """How many say the same."""


def lost_labels(replies: Iterable[Seen]) -> tuple[str, ...]:
    """Fields that a site's earlier replies had and that no reply has which came since, in the order of `LABELLED`.

    A function of the set: run by run, a field that was established is gone when all new replies lack it, and is back when
    one has it again.
    """
    by_run: dict[int, list[Seen]] = {}
    for reply in replies:
        by_run.setdefault(reply.run, []).append(reply)
    return tuple(name for name in LABELLED if _is_lost([by_run[run] for run in sorted(by_run)], name))


def _is_lost(runs: Sequence[Sequence[Seen]], name: str) -> bool:
    had = total = without = 0
    established = False
    for seen in runs:
        having = sum(one.replies for one in seen if name in one.fields)
        count = sum(one.replies for one in seen)
        if established and not having:
            without += count
            continue
        without = 0
        had, total = had + having, total + count
        established = had >= ESTABLISHED and had >= SHARE * total
    return established and MIN_NEW <= without < SETTLED


def template_changed(name: str, fields: Sequence[str]) -> Issue:
    """What a person is told."""
    message = f"{name}：以前的网页都有的标签，新的网页都没有了（{'、'.join(fields)}）；模板可能改了，请核对新的网页。"
    return Issue("template_changed", message, "error", raw="、".join(fields))
