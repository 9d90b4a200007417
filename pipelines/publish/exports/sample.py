"""A small database with every table: to try queries on, to attach to a question, to teach with."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines import schema
from pipelines.publish import search
from pipelines.resolve.summaries import write_summaries
from pipelines.schema.summaries import FILLED

REPLIES = 150
"""Replies it starts from; those that answer the same proposals come too."""
SMALL = frozenset(
    {"places", "sites", "columns", "column_years", "site_outcomes", "sessions", "agencies", "agency_names"}
)
"""Tables that are there in full."""


def write_sample(corpus: Path, target: Path, replies: int = REPLIES) -> int:
    """Write it; returns the number of replies. Every row is a row of the corpus, and refers to none that is left out."""
    with closing(sqlite3.connect(target, isolation_level=None)) as conn:
        conn.execute("pragma journal_mode = off")
        conn.execute("pragma synchronous = off")
        conn.execute("attach ? as whole", (f"{corpus.absolute().as_uri()}?immutable=1",))
        conn.execute("begin")
        schema.create(conn)
        _choose(conn, replies)
        for table in schema.TABLES:
            where = _rows(table)
            if where is not None:
                names = ", ".join(f'"{name}"' for name in table.names())
                conn.execute(
                    f"insert into main.{table.name} ({names}) select {names} from whole.{table.name} {where}"  # noqa: S608
                )
        write_summaries(conn)
        conn.execute("drop table chosen")
        conn.execute("drop table asked")
        conn.execute("commit")
        conn.execute("detach whole")
        conn.execute("begin")
        search.build(conn)
        conn.execute("commit")
        # Still without a journal: the caller sees to it that the finished file is on the disk.
        conn.execute("analyze")
        return int(conn.execute("select count(*) from replies").fetchone()[0])


def _choose(conn: sqlite3.Connection, replies: int) -> None:
    """`chosen` replies, evenly over the ids, which are hashes; `asked` proposals; until neither grows."""
    conn.execute("create temp table chosen (id primary key)")
    conn.execute("create temp table asked (id primary key)")
    conn.execute(
        "insert into chosen select id from (select id, row_number() over (order by id) - 1 as position,"
        " count(*) over () as total from whole.replies) where position * ?1 / total <> (position - 1) * ?1 / total"
        " or position = 0 or total <= ?1",
        (replies,),
    )
    before = -1
    while before != (before := conn.execute("select count(*) from chosen").fetchone()[0]):
        conn.execute(
            "insert or ignore into asked select proposal_id from whole.reply_proposals"
            " where proposal_id is not null and reply_id in (select id from chosen)"
        )
        conn.execute(
            "insert or ignore into chosen select reply_id from whole.reply_proposals"
            " where proposal_id in (select id from asked)"
        )


def _rows(table: schema.Table) -> str | None:
    """Which rows of a table come along; None for those that are about the corpus as a whole."""
    key = ", ".join(table.pk)
    names = table.names()
    cited = "select policy_id from whole.citations where reply_id in (select id from chosen)"
    if table.name in SMALL:
        return f"order by {key}"
    if table.name == "replies":
        return "where id in (select id from chosen) order by id"
    if table.name == "proposals":
        return "where id in (select id from asked) order by id"
    if table.name == "policies":
        return f"where id in ({cited}) order by id"
    if table.name == "policy_ids":
        return f"where policy_id in ({cited}) order by id"
    if table.name in FILLED:
        return None
    if "reply_id" in names:
        return f"where reply_id in (select id from chosen) order by {key}"  # noqa: S608  # our own names
    return None
