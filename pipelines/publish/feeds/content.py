"""What stands in each feed: rows of a corpus as entries."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pipelines import schema
from pipelines.publish.feeds.atom import NEVER, Entry, Feed, tag, when
from pipelines.publish.search import match_query

LIMIT = 100
"""Entries of a feed; what a first crawl brings beyond it stands in the corpus."""
SUMMARY = 300
"""Characters of a text that a summary quotes."""

_REPLY = f"""
select r.id, r.title, r.agency, r.url, r.published_at, r.first_seen_at, r.quoted_subject,
substr(r.body_text, 1, {SUMMARY}) as body_text, length(r.body_text) > {SUMMARY} as longer from replies r
"""  # noqa: S608
_ORDER = " order by r.first_seen_at desc, r.published_at desc, r.id"

_CHANGES = f"""
select r.id, r.title, r.agency, r.url, v.number, v.fetched_at as at, v.changed, null as kind, null as former
from revisions v join replies r on r.id = v.reply_id where v.number > 1 and v.fetched_at is not null
union all
select r.id, r.title, r.agency, e.url, null, e.happened_at, null, e.kind, e.former_url
from reply_events e join replies r on r.id = e.reply_id
order by at desc, 1, 5, 8 limit {LIMIT}
"""  # noqa: S608
_EVENTS = {
    "gone": ("已从网站撤下", "网站上已经没有这一页；本库保留原来的内容。"),
    "back": ("撤下后又恢复", "网站上又能打开这一页。"),
    "moved": ("换了地址", "网站把这一页搬到了新的地址，编号不变。"),
}
_SITES = """
select key, name, health, reasons, crawled_at from sites
where health not in ('ok', 'never') and crawled_at is not null order by crawled_at desc, key
"""
_ERRORS = f"""
select i.url, min(i.site) as site, i.code, i.field, i.message, max(p.fetched_at) as at
from issues i join pages p on p.url = i.url where i.severity = 'error' and p.fetched_at is not null
group by i.url, i.code, i.field, i.message order by at desc, i.url, i.code, i.field, i.message limit {LIMIT}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pages of the corpus are served: the address of the instance with a slash at its end, or nothing."""

    base: str | None = None
    database: str = "corpus"

    def feed(self, path: str) -> str | None:
        """Address of a feed."""
        return f"{self.base}feeds/{path}" if self.base else None

    def table(self, name: str, query: str = "") -> str | None:
        """Address of a table."""
        return f"{self.base}{self.database}/{name}{query}" if self.base else None

    def reply(self, key: str) -> str | None:
        """Address of the page of a reply."""
        return self.table("replies", f"/{quote(key, safe='')}")


def agencies(conn: sqlite3.Connection) -> dict[str, str]:
    """Key → name of every agency that published a reply: its id, or a hash of the name where the list lacks it."""
    rows = conn.execute(
        "select r.agency, min(a.id) from (select distinct agency from replies where agency is not null) r"
        " left join agencies a on a.name = r.agency group by r.agency order by r.agency"
    )
    return {key or "a" + hashlib.sha256(name.encode()).hexdigest()[:12]: name for name, key in rows}


def everything(conn: sqlite3.Connection, place: Place) -> Feed:
    """New replies."""
    rows = _newest(conn)
    return _replies(
        conn, rows, place, "replies.atom", ("feed", "replies"), "新答复", "最近见到的答复，新的在前。"
    )


def of_agency(conn: sqlite3.Connection, place: Place, key: str) -> Feed | None:
    """New replies of one agency; None for a key that `agencies` does not have."""
    name = agencies(conn).get(key)
    return None if name is None else of_named(conn, place, key, name)


def of_named(conn: sqlite3.Connection, place: Place, key: str, name: str) -> Feed:
    """The same of an agency whose name is known."""
    rows = _newest(conn, " where r.agency = ?", name)
    path, told = f"agency/{key}.atom", f"{name}最近的答复，新的在前。"
    return _replies(conn, rows, place, path, ("feed", "agency", key), f"新答复：{name}", told)


def of_search(conn: sqlite3.Connection, place: Place, words: str) -> Feed:
    """New replies that a search finds; the words mean what they mean in the search box."""
    words = " ".join(words.split())
    source = " join replies_fts f on f.rowid = r.search_id where replies_fts match ?"
    rows = _newest(conn, source, match_query(words))
    path = f"search.atom?q={quote(words, safe='')}"
    key = hashlib.sha256(words.encode()).hexdigest()[:16]
    told = f"标题或正文里有“{words}”的答复，新的在前。"
    return _replies(conn, rows, place, path, ("feed", "search", key), f"新答复：{words}", told)


def _newest(conn: sqlite3.Connection, source: str = "", *parameters: object) -> Sequence[dict[str, Any]]:
    """The newest replies of a source; which they are is found before any text is read."""
    chosen = f"select r.id from replies r{source}{_ORDER} limit {LIMIT}"  # noqa: S608 -- our own words
    return _rows(conn, f"{_REPLY} where r.id in ({chosen}){_ORDER}", *parameters)


def changes(conn: sqlite3.Connection, place: Place) -> Feed:
    """Replies whose page was edited, and replies that vanished from their site, came back or moved."""
    entries = []
    for row in _rows(conn, _CHANGES):
        number, updated = row["number"], when(row["at"])
        if updated is None:
            continue
        what, told = (f"第 {number} 稿", "") if number else _EVENTS[row["kind"]]
        if row["former"]:
            told += f"原地址：{row['former']}"
        entries.append(
            Entry(
                id=tag("revision", row["id"], str(number))
                if number
                else tag(row["kind"], row["id"], row["at"]),
                title=f"{what}：{row['title'] or ''}",
                updated=updated,
                link=place.reply(row["id"]),
                via=_web(row["url"]),
                summary=_changed(row["changed"]) if number else told,
                author=row["agency"],
            )
        )
    told = "网站改动过的答复，撤下、恢复和搬家的答复。"
    return _feed(conn, entries, place, "changes.atom", ("feed", "changes"), "改动和撤下", told, "revisions")


def trouble(conn: sqlite3.Connection, place: Place) -> Feed:
    """Sites that were not read in full, and what was not got; one entry a site as long as its trouble is the same."""
    entries = []
    for row in _rows(conn, _SITES):
        reasons = row["reasons"] or ""
        key = hashlib.sha256(f"{row['health']}\n{reasons}".encode()).hexdigest()[:12]
        entries.append(
            Entry(
                id=tag("site", row["key"], key),
                title=f"{row['name']}：{'没有读到' if row['health'] == 'failed' else '没有取全'}",
                updated=when(row["crawled_at"]) or NEVER,
                link=place.table("sites", f"/{quote(row['key'], safe='')}"),
                via=None,
                summary=reasons or "没有写明原因。",
            )
        )
    for row in _rows(conn, _ERRORS):
        facts = (row["url"], row["code"], row["field"] or "", row["message"])
        key = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
        entries.append(
            Entry(
                id=tag("issue", key),
                title=f"{row['site'] or ''} {row['code']}".strip(),
                updated=when(row["at"]) or NEVER,
                link=place.table("issues", f"?code={quote(row['code'])}&url={quote(row['url'], safe='')}"),
                via=_web(row["url"]),
                summary=row["message"],
            )
        )
    entries.sort(key=lambda one: one.updated, reverse=True)
    told = "没有取全的网站，以及没有得到的内容；代码的解释见 docs/issues.md。"
    return _feed(
        conn, entries[:LIMIT], place, "trouble.atom", ("feed", "trouble"), "采集问题", told, "issues"
    )


def _replies(
    conn: sqlite3.Connection,
    rows: Sequence[dict[str, Any]],
    place: Place,
    path: str,
    key: Sequence[str],
    title: str,
    told: str,
) -> Feed:
    entries = []
    for row in rows:
        published = when(row["published_at"])
        updated = when(row["first_seen_at"]) or published
        if updated is None:  # neither the log nor the page has a time, and none is made up
            continue
        subject = f"案由：{row['quoted_subject']}\n" if row["quoted_subject"] else ""
        entries.append(
            Entry(
                id=tag("reply", row["id"]),
                title=row["title"] or "",
                updated=updated,
                published=published,
                link=place.reply(row["id"]),
                via=_web(row["url"]),
                summary=subject + (row["body_text"] or "（没有读到正文）") + ("……" if row["longer"] else ""),
                author=row["agency"],
            )
        )
    return _feed(conn, entries, place, path, key, title, told, "replies")


def _feed(
    conn: sqlite3.Connection,
    entries: Sequence[Entry],
    place: Place,
    path: str,
    key: Sequence[str],
    title: str,
    told: str,
    table: str,
) -> Feed:
    newest = max((one.updated for one in entries), default=None)
    if newest is None:
        newest = when(conn.execute("select max(finished_at) from crawls").fetchone()[0])
    return Feed(
        id=tag(*key),
        title=f"{title} · 湖北省建议提案办理答复",
        subtitle=told,
        updated=newest or NEVER,
        entries=entries,
        self_link=place.feed(path),
        link=place.table(table),
    )


def _changed(changed: str | None) -> str:
    """Which values differ, by their Chinese names; the values themselves stand on the page of the reply."""
    try:
        names = list(json.loads(changed or "{}"))
    except ValueError:
        names = []
    titles = {column.name: column.title for column in schema.table("replies").columns}
    shown = "、".join(titles.get(name, name) for name in names)
    return f"改动的栏目：{shown}。" if shown else "内容有改动。"


def _web(address: str | None) -> str | None:
    """An address that a reader may be sent to; a page can print any."""
    return address if address and address.startswith(("http://", "https://")) else None


def _rows(conn: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
