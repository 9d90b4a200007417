"""Agencies of the whole set: who publishes a reply, who handled it, and whether its index number agrees."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.grouped import Grouped
from pipelines.models import Issue, RoleMention, Site
from pipelines.resolve.agencies import Agency, Authority
from pipelines.resolve.insert import insert
from pipelines.resolve.reply_agencies import agencies_of
from pipelines.resolve.whole import Replies

Row = Mapping[str, Any]

_ENDINGS = ("局", "厅", "委", "委员会", "办公室", "办", "政府", "院", "中心", "社", "部", "会")
_CODE = re.compile(
    r"(?P<nine>[0-9A-Z]{8}-?[0-9X])[/-](?:19|20)\d\d|[0-9A-Z]{8}(?P<tail>[0-9A-Z]{9})[0-9A-Z]/"
)
_HEAD = ("document_type", "answering_agency", "signatory", "publisher", "lead_agency", "co_handlers")


def publisher_of(
    row: Row, declared: str | None, place: str | None, authority: Authority
) -> tuple[str | None, str]:
    """(canonical name of the publishing agency, source): declared, else found in the authority file, else as printed."""
    if declared:
        found = authority.find(declared, place)
        return found.name if found else declared, "site"
    for field in ("publisher", "answering_agency", "signatory"):
        found = authority.find(row[field], place)
        if found:
            return found.name, field
    publisher: str | None = row["publisher"]
    return publisher if publisher and publisher.endswith(_ENDINGS) else None, "publisher"


def code_issue(
    index_number: str | None, agency: str | None, place: str | None, authority: Authority
) -> Issue | None:
    """A warning when the organisation code in front of an index number is that of another agency of the file.

    The code is a witness, never a source: nothing is taken from it. Nine characters (GB 11714), or those that a unified
    social credit code holds in positions 9 to 17 (GB 32100).
    """
    match = _CODE.match(index_number or "")
    code = ((match["nine"] or match["tail"]) if match else "").replace("-", "")
    owner, found = authority.by_code.get(code), authority.find(agency, place)
    if owner is None or found is None or owner.id == found.id or _follows(owner, found):
        return None
    message = f"索引号前的机构代码 {code} 在名录里属于{owner.name}，发布机关却是{found.name}；以发布机关为准"
    return Issue("index_number_agency", message, "warning", "index_number", index_number)


def _follows(one: Agency, other: Agency) -> bool:
    """One took over from the other: a code may outlive its body by a while."""
    return one.id in (other.successor, *other.successors) or other.id in (one.successor, *one.successors)


def write_reply_agencies(
    conn: sqlite3.Connection,
    replies: Replies,
    sites: Mapping[str, Site],
    authority: Authority,
) -> None:
    """Fill `reply_agencies` from the addresses that give the replies their values."""
    insert(conn, "reply_agencies", _rows_of(replies, sites, authority))


def _rows_of(replies: Replies, sites: Mapping[str, Site], authority: Authority) -> Iterator[dict[str, Any]]:
    mentions = Grouped(replies.rows("name, role, source, rule", "role_mentions", "role_mentions.position"))
    told = Grouped(replies.rows("field, source, rule", "field_sources", "1"))
    columns = ", ".join(f"replies.{name}" for name in _HEAD)
    for key, printed_by, *head in replies.rows(f"pages.site, {columns}", "replies pages", "1"):
        site = sites.get(printed_by)
        found = agencies_of(
            dict(zip(_HEAD, head, strict=True)),
            [RoleMention(*mention) for mention in mentions.take(key)],
            {field: (source, rule) for field, source, rule in told.take(key)},
            site.agency if site else None,
            site.place if site else None,
            authority,
        )
        for position, entry in enumerate(found, start=1):
            yield {
                "reply_id": key,
                "position": position,
                "agency_id": entry.agency.id if entry.agency else None,
                "name": entry.name,
                "role": entry.role,
                "source": entry.source,
                "rule": entry.rule,
            }
