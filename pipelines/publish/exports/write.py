"""Write the files of one corpus into a folder."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, TextIO

from pipelines import schema
from pipelines.grouped import Grouped
from pipelines.publish.exports import package
from pipelines.publish.exports.sample import write_sample
from pipelines.publish.exports.terms import readme
from pipelines.publish.site.streams import plain

FOLDER = "exports"
PACKAGE = "datapackage.json"
SAMPLE = "sample.db"
README = "README.txt"
LINES = "replies.jsonl.gz"
PARQUET = "replies.parquet"
UNKNOWN = "unknown"
"""In the place of the year, where no session is known."""
TABLES = (
    *("places", "sites", "columns", "sessions", "proposals", "reply_proposals", "agencies", "agency_names"),
    *("reply_agencies", "policies", "citations", "commitments", "attachments", "reply_urls", "revisions"),
)
"""Tables beside `replies` that come as CSV; the rest is in the database."""
WITHOUT = {"attachments": ("text",), "revisions": ("diff", "changed")}
"""Columns that are left out of a CSV: whole documents, which the database has."""
INSIDE = ("reply_proposals", "reply_agencies", "citations", "commitments", "attachments", "reply_urls")
"""Tables whose rows stand inside their reply in the JSON lines."""
LEVEL = 4
"""Half of the time of level 6, and 3 % more bytes of Chinese prose."""
ROW_GROUP = 2_000
"""Replies of a row group of Parquet: some 30 MB in memory."""


def write(corpus: Path, folder: Path, created_at: str, version: str) -> list[str]:
    """Write every file; returns their names in order. The folder is made and must not be there."""
    folder.mkdir()
    resources: list[dict[str, Any]] = []
    rows: dict[str, int] = {}
    with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?immutable=1", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        for year, count in _years(conn, folder):
            name = f"replies-{year}"
            rows[f"{name}.csv"] = count
            title = f"答复，{'年份不明' if year == UNKNOWN else f'{year} 年会议'}"
            resources.append(
                package.tabular(name, f"{name}.csv", title, schema.table("replies"), set(TABLES))
            )
        for name in TABLES:
            table = _trimmed(schema.table(name))
            rows[f"{name}.csv"] = _table(conn, table, folder / f"{name}.csv")
            key = name.replace("_", "-")
            resources.append(package.tabular(key, f"{name}.csv", table.title, table, set()))
        rows[LINES] = _lines(conn, folder / LINES)
        kind = "application/gzip"
        resources.append(
            package.file("replies-lines", LINES, "全部答复，一行一件 JSON，gzip 压缩", "jsonl", kind)
        )
        if importlib.util.find_spec("pyarrow") is not None:
            rows[PARQUET] = _parquet(conn, folder / PARQUET)
            kind = "application/vnd.apache.parquet"
            resources.append(package.file("replies-parquet", PARQUET, "全部答复，Parquet", "parquet", kind))
    rows[SAMPLE] = write_sample(corpus, folder / SAMPLE)
    kind = "application/vnd.sqlite3"
    resources.append(package.file("sample", SAMPLE, "试用的小数据库，各表俱全", "sqlite", kind))
    for one in resources:
        one["bytes"] = (folder / one["path"]).stat().st_size
    descriptor = package.package(created_at, version, resources)
    (folder / PACKAGE).write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (folder / README).write_text(readme(created_at, rows), "utf-8", newline="")
    return sorted(path.name for path in folder.iterdir())


def _trimmed(table: schema.Table) -> schema.Table:
    left_out = WITHOUT.get(table.name, ())
    columns = tuple(column for column in table.columns if column.name not in left_out)
    return schema.Table(table.name, table.title, table.description, columns, table.pk)


def _years(conn: sqlite3.Connection, folder: Path) -> list[tuple[str, int]]:
    """A CSV of the replies of each year that has any; (year, rows), the latest first."""
    names = schema.table("replies").names()
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        writers: dict[str, Any] = {}
        for row in conn.execute(f"select {', '.join(names)} from replies order by id"):  # noqa: S608
            year = UNKNOWN if row["session_year"] is None else str(row["session_year"])
            if year not in writers:
                writers[year] = _writer(stack.enter_context(_opened(folder / f"replies-{year}.csv")), names)
                counts[year] = 0
            writers[year].writerow(_cells(row))
            counts[year] += 1
    return sorted(counts.items(), key=lambda one: (one[0] != UNKNOWN, one[0]), reverse=True)


def _table(conn: sqlite3.Connection, table: schema.Table, path: Path) -> int:
    names = table.names()
    quoted = ", ".join(f'"{name}"' for name in names)
    count = 0
    with _opened(path) as file:
        writer = _writer(file, names)
        for row in conn.execute(f"select {quoted} from {table.name} order by {', '.join(table.pk)}"):  # noqa: S608
            writer.writerow(_cells(row))
            count += 1
    return count


def _opened(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8-sig", newline="")


def _writer(file: TextIO, names: Sequence[str]) -> Any:
    writer = csv.writer(file)
    writer.writerow(names)
    return writer


def _cells(row: sqlite3.Row) -> list[object]:
    return [plain(cell) if type(cell) is str else cell for cell in row]


def _lines(conn: sqlite3.Connection, path: Path) -> int:
    """One reply a line, with what belongs to it inside; no name and no time in the file, so that bytes follow content."""
    count = 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", LEVEL, raw, mtime=0) as file:
        for reply in _whole(conn):
            file.write(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _whole(conn: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    inside = {table: _by_reply(conn, table) for table in INSIDE}
    for row in conn.execute("select * from replies order by id"):
        reply = _without(row, "search_id")
        reply["co_handlers"] = json.loads(reply["co_handlers"] or "[]")
        for table, rows in inside.items():
            reply[table] = [_without(one, "reply_id") for (one,) in rows.take(row["id"])]
        yield reply


def _without(row: sqlite3.Row, name: str) -> dict[str, Any]:
    values = dict(row)
    del values[name]
    return values


def _by_reply(conn: sqlite3.Connection, table: str) -> Grouped:
    """The rows of a reply, each as one value."""
    order = ", ".join(name for name in schema.table(table).pk if name != "reply_id")
    rows = conn.execute(f"select * from {table} where reply_id is not null order by reply_id, {order}")  # noqa: S608
    return Grouped((row["reply_id"], row) for row in rows)


def _parquet(conn: sqlite3.Connection, path: Path) -> int:
    """`replies` as it is in the database, types from the schema, in row groups that fit into memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = schema.table("replies").columns
    made = pa.schema(
        [
            pa.field(
                one.name, pa.int64() if one.type == "INTEGER" else pa.string(), metadata={"title": one.title}
            )
            for one in columns
        ]
    )
    names = [one.name for one in columns]
    cursor = conn.execute(f"select {', '.join(names)} from replies order by id")  # noqa: S608
    count = 0
    with pq.ParquetWriter(path, made, compression="zstd") as writer:
        while rows := cursor.fetchmany(ROW_GROUP):
            by_column = [list(values) for values in zip(*(tuple(row) for row in rows), strict=True)]
            writer.write_batch(
                pa.record_batch([pa.array(v, f.type) for v, f in zip(by_column, made, strict=True)], made)
            )
            count += len(rows)
    return count
