"""Numbers that should be one reply's own and stand on several: told, never believed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from pipelines.models import Issue
from pipelines.resolve.insert import issue_row

EACH = 5
"""Up to so many replies with one number are told of it each; of more only the first, for it is a template's default."""


def shared_index_numbers(conn: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Rows of `issues` for index numbers that several replies of the corpus bear."""
    rows = conn.execute(
        "select index_number, id, url, site from replies where index_number in"
        " (select index_number from replies where index_number is not null group by 1 having count(*) > 1)"
        " order by index_number, id"
    )
    for number, group in groupby(rows, key=lambda row: row[0]):
        several = list(islice(group, EACH + 1))
        count = len(several) + sum(1 for _ in group)  # noqa: B031 - the rest of it
        for position, (_, reply, url, site) in enumerate(several if count <= EACH else several[:1]):
            other = several[1 if position == 0 else 0][2]
            message = f"索引号 {number} 有 {count} 件答复在用，另见 {other}；内容不同，没有合并，索引号多半是填错或模板默认"
            issue = Issue("index_number_shared", message, "warning", "index_number", number)
            yield issue_row(issue, url, reply, site)
