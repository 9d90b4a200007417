"""Rows ↔ Parquet, a batch at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pyarrow
import pyarrow.parquet

from scraper.batch.rows import SCHEMA_NAMES, Row

BATCH = 256
"""Rows a group: some 15 MB of pages."""
SCHEMA = pyarrow.schema(
    [
        (name, {"status": pyarrow.int32(), "body": pyarrow.binary()}.get(name, pyarrow.string()))
        for name in SCHEMA_NAMES
    ]
)


def write(path: Path, rows: Iterable[Row]) -> int:
    """Write rows to a file, whose name appears when all of it is there; how many."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    count = 0
    try:
        with pyarrow.parquet.ParquetWriter(part, SCHEMA, compression="zstd") as out:
            for group in _groups(rows):
                out.write_table(pyarrow.Table.from_pylist(cast("list[dict[str, Any]]", group), schema=SCHEMA))
                count += len(group)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def read(path: Path) -> Iterator[Row]:
    """Rows of a file. Raises OSError, pyarrow.ArrowInvalid and KeyError for a file that is none of ours."""
    with pyarrow.parquet.ParquetFile(path) as source:
        if missing := set(SCHEMA_NAMES) - set(source.schema_arrow.names):
            raise KeyError(f"columns {sorted(missing)}")
        for batch in source.iter_batches(BATCH, columns=list(SCHEMA_NAMES)):
            yield from cast("list[Row]", batch.to_pylist())


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if len(group) >= BATCH:
            yield group
            group = []
    if group:
        yield group
