"""A new corpus against the one before: what must not shrink, and by how much it may.

The archive only grows and what vanished from a site is kept, so a table that lost rows was read wrongly, was crawled
from half an archive, or is smaller on purpose. On purpose are replies that were taken down and replies that wait for a
decision: their rows are excused. Everything else beyond the limit stops publication until a person has looked
(`rebuild --compare`) and says `publish --force`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.check.gates import GateResult

NAME = "rows"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a table may lose: a share of its rows, or a number where it is small."""

    percent: int
    rows: int

    def allows(self, before: int, lost: int) -> bool:
        """Whether so many rows of so many may be gone."""
        return lost <= max(self.rows, before * self.percent // 100)


KEPT = Limit(percent=1, rows=5)
"""What was found stays found: only two replies that turn out to be one make fewer rows."""
READ = Limit(percent=50, rows=50)
"""What is read out of texts changes with every better rule; a table that lost half its rows has lost its rule."""

ONE_SITE = Limit(percent=50, rows=3)
"""Replies of one site: they may become replies of another that has the same ones, hardly half of them at once."""

LIMITS: dict[str, Limit] = {
    "replies": KEPT,
    "reply_urls": KEPT,
    "revisions": KEPT,
    "pages": KEPT,
    "crawls": KEPT,
    "reply_proposals": READ,
    "reply_agencies": READ,
    "citations": READ,
    "commitments": READ,
    "attachments": READ,
    "body_parts": READ,
    "field_sources": READ,
}

_EXCUSED = """
create temp table excused as
    select id from before.replies where id in (select id from main.withheld)
    union
    select reply_id from before.reply_urls
    where url in (select url from main.withheld)
    or url in (select url from main.issues where code = 'held_for_review')
"""


def compare(conn: sqlite3.Connection, previous: Path) -> list[GateResult]:
    """One gate: the corpus of a connection against the file before. Reads only; attaches the file and lets it go.

    A table that one of the two does not have is not compared: a version may add and drop tables. A file before that
    cannot be read is none to compare with; the gate says so and passes.
    """
    try:
        conn.execute("attach ? as before", (f"{previous.absolute().as_uri()}?immutable=1",))
    except sqlite3.Error as error:
        return [_not_compared(error)]
    try:
        conn.execute(_EXCUSED)
        lost = [*_lost(conn), *_lost_by_site(conn)]
    except sqlite3.Error as error:
        return [_not_compared(error)]
    finally:
        conn.execute("drop table if exists temp.excused")
        conn.execute("detach before")
    advice = (
        "；规则改动所致的，先用 hubei-replies rebuild --compare 核对，再用 hubei-replies publish --force 发布"
    )
    return [GateResult("corpus", NAME, not lost, "；".join(lost) + advice if lost else "没有比上一版少")]


def _not_compared(error: sqlite3.Error) -> GateResult:
    return GateResult("corpus", NAME, True, f"上一版读不出来，没有比较行数（{error}）")


def _lost(conn: sqlite3.Connection) -> Iterator[str]:
    for table, limit in LIMITS.items():
        if not (_has(conn, "main", table) and _has(conn, "before", table)):
            continue
        before, after = (_count(conn, f"{side}.{table}") for side in ("before", "main"))
        excused = _excused(conn, table)
        if not limit.allows(before, before - after - excused):
            apart = f"，其中撤下或待复核的 {excused} 行不算" if excused else ""
            yield f"{table} 表从 {before} 行减到 {after} 行{apart}，超过允许的 {limit.percent}%"


def _lost_by_site(conn: sqlite3.Connection) -> Iterator[str]:
    """A site may be too small for its loss to show in the whole."""
    if not (_has(conn, "main", "replies") and _has(conn, "before", "replies")):
        return
    kept = "before.replies where id not in (select id from temp.excused) and site is not null"
    sql = f"select site, count(*) from {kept} group by site order by site"  # noqa: S608 -- our own words
    after = dict(conn.execute("select site, count(*) from main.replies group by site").fetchall())
    for site, before in conn.execute(sql).fetchall():
        count = after.get(site, 0)
        if not ONE_SITE.allows(before, before - count):
            yield f"网站 {site} 的答复从 {before} 件减到 {count} 件"


def _excused(conn: sqlite3.Connection, table: str) -> int:
    """Rows before that belong to a reply which is not published any more on purpose."""
    columns = {row[1] for row in conn.execute(f"pragma before.table_info({table})")}
    gone = "(select id from temp.excused)"
    if table == "replies":
        return _count(conn, f"before.replies where id in {gone}")
    if table == "pages":
        files = f"(select url from before.attachments where reply_id in {gone})"  # noqa: S608 -- our own words
        return _count(conn, f"before.pages where reply_id in {gone} or url in {files}")
    return _count(conn, f"before.{table} where reply_id in {gone}") if "reply_id" in columns else 0


def _has(conn: sqlite3.Connection, side: str, table: str) -> bool:
    sql = f"select 1 from {side}.sqlite_master where type = 'table' and name = ?"  # noqa: S608 -- our own words
    return conn.execute(sql, (table,)).fetchone() is not None


def _count(conn: sqlite3.Connection, source: str) -> int:
    return int(conn.execute(f"select count(*) from {source}").fetchone()[0])  # noqa: S608 -- our own words
