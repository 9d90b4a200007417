"""What must not be published, and what may be after all (`data/withheld`).

An entry takes a reply down: a recall by the agency, the lawful request of a person, a text that was open on request
only. An entry with `release: true` says the opposite of a page that is held because it calls itself open on request:
somebody has looked at it, and it may be published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pipelines.declare.words import did_you_mean, one_of
from pipelines.normalise.conflicts import is_closed
from pipelines.review.entries import Entry, folder, read_entries

Reason = Literal["recall", "request", "disclosure"]
"""撤回; 当事人依法申请; 依申请公开."""

ALLOWED = ("id", "url", "date", "reason", "release", "note")
REQUIRED = ("date",)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of one reply."""

    reply_id: str
    url: str | None
    date: str
    reason: Reason | None
    """None: released."""


@cache
def decisions(root: Path | None = None) -> Mapping[str, Decision]:
    """Id of a reply → decision, in order of id; None: the reviewed ones. Raises ReviewError with every mistake."""
    table: dict[str, Decision] = {}
    first: dict[str, str] = {}
    for entry in read_entries(root or folder("withheld"), ALLOWED, REQUIRED):
        made = _decision(entry)
        if made is None:
            continue
        if made.reply_id in table:
            entry.blame(f"这件答复已在 {first[made.reply_id]} 登记；一件只登记一条")
            continue
        table[made.reply_id], first[made.reply_id] = made, entry.where
    return dict(sorted(table.items()))


def _decision(entry: Entry) -> Decision | None:
    target, url = entry.target()
    day = entry.day()
    reason, release = entry.values.get("reason"), entry.values.get("release", False)
    if "note" in entry.values:
        entry.text("note")
    if not isinstance(release, bool):
        entry.blame("release 应为 true 或 false", "release")
    elif release and reason is not None:
        entry.blame("release: true 表示可以公开，不能同时写撤下的 reason", "reason")
    elif not release and reason not in get_args(Reason):
        near = did_you_mean(str(reason), get_args(Reason))
        entry.blame(
            f"reason 不合要求{near}（{one_of(get_args(Reason))}）；可以公开的写 release: true", "reason"
        )
    elif target is not None and day is not None:
        return Decision(target, url, day, None if release else reason)
    return None


def is_withheld(reply_id: str) -> bool:
    """Whether a reply was taken down."""
    decision = decisions().get(reply_id)
    return decision is not None and decision.reason is not None


def is_released(reply_id: str) -> bool:
    """Whether somebody looked at a reply that is open on request only, and found that it may be published."""
    decision = decisions().get(reply_id)
    return decision is not None and decision.reason is None


def needs_review(disclosure: str | None) -> bool:
    """Whether what a page says of its own disclosure speaks against publishing it.

    A form that prints both choices (`主动公开 依申请公开`) says nothing.

    >>> needs_review("依申请公开"), needs_review("主动公开"), needs_review(None)
    (True, False, False)
    """
    return disclosure is not None and is_closed(disclosure) is True
