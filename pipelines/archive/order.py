"""Runs of several archives in one: in the order of time, as if one crawler had made them.

Reading goes by ids, run after run. What is merged arrives in any order; ids that follow the time make the corpus a
function of what is archived, not of the order in which somebody merged it.
"""

from __future__ import annotations

import sqlite3

from pipelines.archive.schema import transaction

HANDED_OVER = "taken_over"
"""In the context of an answer: how many times a site went on with another worker since it was fetched."""

# A site that went on with another worker of the same round is complete there; what the first one kept of it is the same
# answers once more.
_TWICE = f"""
DELETE FROM fetches WHERE id IN (
  SELECT earlier.id
  FROM fetches AS later
  JOIN runs AS later_run ON later_run.id = later.run_id
  JOIN fetches AS earlier ON earlier.url = later.url AND earlier.fetched_at = later.fetched_at
    AND earlier.status = later.status AND earlier.role = later.role AND earlier.site IS later.site
    AND earlier.run_id <> later.run_id
  JOIN runs AS earlier_run ON earlier_run.id = earlier.run_id
  WHERE json_extract(later.context, '$.{HANDED_OVER}')
      > coalesce(json_extract(earlier.context, '$.{HANDED_OVER}'), 0)
    AND json_extract(later_run.arguments, '$.round') = json_extract(earlier_run.arguments, '$.round')
)
"""  # noqa: S608 - a constant


def arrange(connection: sqlite3.Connection) -> bool:
    """Drop what was handed over, then give new ids where the order of time asks for it; all or nothing."""
    with transaction(connection):
        gone = connection.execute(_TWICE).rowcount
        # Machines may begin in the same second: what they were asked to do tells them apart then. Runs of one import are
        # asked the same, and keep their order.
        runs = connection.execute("SELECT id, started_at, arguments FROM runs ORDER BY id").fetchall()
        wanted = [row[0] for row in sorted(runs, key=lambda row: row[1:])]
        if wanted == [row[0] for row in runs]:
            return gone > 0
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute("CREATE TEMP TABLE placed (old INTEGER PRIMARY KEY, new INTEGER NOT NULL)")
        _place(connection, enumerate(wanted, start=1))
        # Negative on the way: no new id may meet an old one.
        for table, column in (("runs", "id"), ("fetches", "run_id"), ("notes", "run_id")):
            connection.execute(
                f"UPDATE {table} SET {column} = -(SELECT new FROM temp.placed WHERE old = {column})"  # noqa: S608
            )
            connection.execute(f"UPDATE {table} SET {column} = -{column}")  # noqa: S608
        connection.execute("DELETE FROM temp.placed")
        connection.execute(
            "INSERT INTO temp.placed SELECT id, row_number() OVER (ORDER BY run_id, id) FROM fetches"
        )
        connection.execute("UPDATE fetches SET id = -(SELECT new FROM temp.placed WHERE old = id)")
        connection.execute("UPDATE fetches SET id = -id")
        connection.execute("DROP TABLE temp.placed")
    return True


def _place(connection: sqlite3.Connection, pairs: object) -> None:
    connection.executemany("INSERT INTO temp.placed (new, old) VALUES (?, ?)", pairs)  # type: ignore[arg-type]
