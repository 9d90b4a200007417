"""Write the files of one corpus into a folder."""

from __future__ import annotations

import csv
import importlib.util
import json
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, TextIO

from pipelines import schema
from pipelines.helper import Helper
from pipelines.publish.exports import package
from pipelines.publish.exports.lines import write_lines
from pipelines.publish.exports.sample import write_sample
from pipelines.publish.exports.terms import readme
from pipelines.publish.spreadsheet import plain

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
ROW_GROUP = 2_000
"""Replies of a row group of Parquet: some 30 MB in memory."""


class Ahead:
    """The lines, half of the work of all files, made beside a finished corpus while it is judged and put away."""

    def __init__(self, corpus: Path, helper: Helper) -> None:
        """Begins where `helper` is there. The file lies beside the corpus under a name that begins with its name; the corpus
        must stay where it is until `take` has returned."""
        self._corpus, self._helper = corpus, helper
        self._path = corpus.with_name(f"{corpus.name}.lines")
        self._piece = helper.begin(write_lines, corpus, self._path)

    def take(self, path: Path) -> int:
        """Put the file where it belongs; returns its lines."""
        lines = self._helper.ended(self._piece, lambda: write_lines(self._corpus, self._path))
        self._path.replace(path)
        return lines


def write(corpus: Path, folder: Path, created_at: str, version: str, ahead: Ahead | None = None) -> list[str]:
    """Write every file; returns their names in order. The folder is made and must not be there, and lies on the disk of the
    corpus. `ahead`: the lines, where they were begun before."""
    folder.mkdir()
    ahead = ahead or Ahead(corpus, Helper(False))
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
        rows[LINES] = 0  # keeps its place
        kind = "application/gzip"
        resources.append(
            package.file("replies-lines", LINES, "全部答复，一行一件 JSON，gzip 压缩", "jsonl", kind)
        )
        if importlib.util.find_spec("pyarrow") is not None:
            rows[PARQUET] = _parquet(conn, folder / PARQUET)
            kind = "application/vnd.apache.parquet"
            resources.append(package.file("replies-parquet", PARQUET, "全部答复，Parquet", "parquet", kind))
    rows[SAMPLE] = write_sample(corpus, folder / SAMPLE)
    rows[LINES] = ahead.take(folder / LINES)
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
