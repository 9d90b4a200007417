"""What another version of the rules makes of the same archive: two staging files, value by value."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.load.tables import CHILDREN, REPLY_FIELDS

REPLY = "reply"
"""Field of a change that makes or unmakes a whole reply; its values are the titles."""
ISSUES = "issues"

_QUIET = {"field_sources", "reply_html"}
"""Tables whose rows say how a value was found, or repeat the text."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one address that differs."""

    url: str
    """The key of the address."""
    field: str
    """Field of a reply, `reply`, `issues` (codes), or a table of rows that belong to a reply."""
    old: Any
    new: Any


def changes(old: Path, new: Path) -> Iterator[Change]:
    """Every value that differs, by address and field. Raises sqlite3.Error for a file that cannot be read.

    The old file was made by other code: a table or column that one of the two does not have is left out.
    """
    before, after = _read(old), _read(new)
    fields = [REPLY, *REPLY_FIELDS, *(table.name for table in CHILDREN), ISSUES]
    shared = [name for name in fields if name in before.fields and name in after.fields]
    for address in sorted(before.values.keys() | after.values.keys()):
        was, now = before.values.get(address, {}), after.values.get(address, {})
        one_sided = (REPLY in was) != (REPLY in now)
        for name in (REPLY, ISSUES) if one_sided else shared:
            if was.get(name) != now.get(name):
                yield Change(address, name, was.get(name), now.get(name))


@dataclass(frozen=True, slots=True)
class _Staging:
    fields: frozenset[str]
    values: dict[str, dict[str, Any]]


def _read(path: Path) -> _Staging:
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    fields = {REPLY}
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        present = {row[0] for row in conn.execute("select name from sqlite_master where type = 'table'")}
        fields |= set(_columns(conn, "replies")) & set(REPLY_FIELDS)
        for row in conn.execute("select * from replies"):
            values[row["address"]] |= {name: row[name] for name in fields - {REPLY}}
            values[row["address"]][REPLY] = row["title"]
        for table in CHILDREN:
            if table.name in present and table.name not in _QUIET:
                fields.add(table.name)
                _children(conn, table.name, values)
        if ISSUES in present:
            fields.add(ISSUES)
            codes = conn.execute("select distinct address, code from issues order by address, code")
            for address, code in codes:
                values[address].setdefault(ISSUES, []).append(code)
    return _Staging(frozenset(fields), values)


def _children(conn: sqlite3.Connection, table: str, values: dict[str, dict[str, Any]]) -> None:
    columns = [
        name for name in _columns(conn, table) if name not in ("address", "position", "rule", "offset")
    ]
    rows = conn.execute(f"select address, {', '.join(columns)} from {table} order by address, position")  # noqa: S608
    for row in rows:
        values[row["address"]].setdefault(table, []).append({name: row[name] for name in columns})


def _columns(conn: sqlite3.Connection, table: str) -> Sequence[str]:
    return [row[1] for row in conn.execute(f"pragma table_info({table})")]


@dataclass(slots=True)
class Tally:
    """How often a field changes, and in which way."""

    filled: int = 0
    changed: int = 0
    emptied: int = 0
    example: Change | None = None

    def add(self, change: Change) -> None:
        """Count one."""
        if not change.old:
            self.filled += 1
        elif not change.new:
            self.emptied += 1
        else:
            self.changed += 1
        self.example = self.example or change


def shortened(value: Any, width: int = 40) -> str:
    """A value for a line of a table."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
