"""Mentions of policies in the whole set → one row a policy.

Two mentions are of one policy when they print the same number and titles of which one holds the other, or the same title
and no two different numbers. A title without number joins the only numbered policy of that title; where there are
several it stays apart. What names no subject (《实施方案》) is nobody's.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.normalise.policies import is_generic, normal_title, policy_key
from pipelines.resolve.insert import insert, write_rows
from pipelines.resolve.whole import Replies

Key = tuple[str | None, str | None]
"""(policy key, document number) as a mention gives them."""


@dataclass(slots=True)
class Policy:
    """One policy with everything by which it is named."""

    number: str | None
    keys: set[str] = field(default_factory=set)
    id: str = ""
    titles: Counter[str] = field(default_factory=Counter)
    replies: int = 0
    citations: int = 0
    last_reply: str | None = None

    def row(self) -> dict[str, Any]:
        """The row of `policies`."""
        common = min(self.titles.items(), key=lambda item: (-item[1], item[0]), default=None)
        return {
            "id": self.id,
            "title": common[0] if common else self.number,
            "document_number": self.number,
            "replies": self.replies,
            "citations": self.citations,
        }


def policies_of(mentions: Iterable[Key]) -> Mapping[Key, Policy]:
    """Which policy each mention means; a mention that means none is not in it. The order of mentions has no say."""
    keys = sorted(set(mentions), key=lambda key: (key[1] or "", key[0] or ""))
    numbered: dict[str, list[Policy]] = {}
    for title, number in keys:
        if number is not None and title is not None:
            _join(numbered.setdefault(number, []), title, number)
    by_title: dict[str, list[Policy]] = {}
    for policy in (policy for group in numbered.values() for policy in group):
        for title in policy.keys:
            by_title.setdefault(title, []).append(policy)
    found: dict[Key, Policy] = {}
    for title, number in keys:
        if number is None and title is not None:
            known = by_title.get(title, [])
            if len(known) == 1:
                found[title, number] = known[0]
            elif not is_generic(title):
                found[title, number] = Policy(None, {title})
        elif number is not None and title is not None:
            found[title, number] = next(one for one in numbered[number] if title in one.keys)
        elif number is not None:
            group = numbered.get(number, [])
            found[title, number] = group[0] if len(group) == 1 else Policy(number)
    for policy in found.values():
        alone = len(numbered.get(policy.number or "", ())) == 1
        policy.id = policy.id or _id(policy.number, None if alone else min(policy.keys, default=None))
    return found


def _join(group: list[Policy], title: str, number: str) -> None:
    """Add a title to the policies of its number; those that it holds, or that hold it, become one."""
    same = [one for one in group if any(title in key or key in title for key in one.keys)]
    whole = Policy(number, {title})
    for one in same:
        whole.keys |= one.keys
        group.remove(one)
    group.append(whole)


def _id(number: str | None, title: str | None) -> str:
    """`d` and 11 lower-case base32 characters of the SHA-256 of number and title; a number that one policy has is enough."""
    text = "\0".join((number or "", title or ""))
    return (
        "d"
        + base64.b32encode(hashlib.sha256(text.encode("utf-8", "replace")).digest())
        .decode("ascii")[:11]
        .lower()
    )


def write_policies(conn: sqlite3.Connection, replies: Replies) -> None:
    """Fill `policies`, `citations` and `commitments` from the addresses that give the replies their values."""
    pairs = replies.staging.execute(
        "select distinct policy, document_number from temp.members m cross join citations using (address)"
        " where m.position = 0"
    )
    policies = policies_of(pairs.fetchall())
    for reply_id, row in _mentions(replies):
        policy = policies.get((row["policy"], row["document_number"]))
        if policy is not None:
            # Replies come one after the other.
            policy.replies += policy.last_reply != reply_id
            policy.last_reply = reply_id
            policy.citations += 1
            if row["title"] is not None and row["rule"] != "citations.short_name":
                policy.titles[_shown(row["title"])] += 1
    distinct = {policy.id: policy for policy in policies.values()}
    insert(conn, "policies", (distinct[key].row() for key in sorted(distinct)))
    insert(
        conn,
        "policy_ids",
        ({"id": former, "policy_id": now} for former, now in sorted(former_ids(distinct.values()).items())),
    )
    insert(conn, "citations", _citations(replies, policies))
    columns = ", ".join(f"commitments.{name}" for name in _PROMISE)
    write_rows(
        conn,
        "commitments",
        ("reply_id", *_PROMISE),
        replies.rows(columns, "commitments", "commitments.position"),
    )


def _mentions(replies: Replies) -> Iterator[tuple[str, dict[str, Any]]]:
    columns = ", ".join(f"citations.{name}" for name in _MENTION)
    for reply_id, *values in replies.rows(columns, "citations", "citations.position"):
        yield reply_id, dict(zip(_MENTION, values, strict=True))


def _citations(replies: Replies, policies: Mapping[Key, Policy]) -> Iterator[dict[str, Any]]:
    for reply_id, row in _mentions(replies):
        policy = policies.get((row.pop("policy"), row["document_number"]))
        yield {"reply_id": reply_id, "policy_id": policy.id if policy else None, **row}


def former_ids(policies: Iterable[Policy]) -> dict[str, str]:
    """The id that a policy has, or had, where only its title or only its number is known → its id now.

    An id that another policy has, or that two would claim, is left out: it is not certain which is meant.
    """
    claimed: dict[str, set[str]] = {}
    present: set[str] = set()
    for policy in policies:
        present.add(policy.id)
        for pair in (
            *((None, title) for title in policy.keys),
            *((policy.number, title) for title in policy.keys if policy.number is not None),
            *([(policy.number, None)] if policy.number is not None else []),
        ):
            claimed.setdefault(_id(*pair), set()).add(policy.id)
    return {
        former: next(iter(now)) for former, now in claimed.items() if former not in present and len(now) == 1
    }


_MENTION = ("position", "policy", "title", "document_number", "paragraph", "offset", "raw", "rule")
_PROMISE = ("position", "sentence", "deadline", "deadline_raw", "paragraph", "offset", "rule")


def _shown(printed: str) -> str:
    """The title to show: as printed without blanks, but of a notice that only issues a policy the policy's own."""
    key = policy_key(printed)
    notice = key != normal_title(printed) and printed.rstrip().endswith(("通知", "公告", "决定", "令"))
    return key if notice else "".join(printed.split())
