"""What the canned queries should answer on the demonstration corpus: declared by hand in `data/demo/questions.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigurationError
from pipelines.paths import reviewed_data
from pipelines.schema import QUERIES

_KEYS = {"query", "given", "columns", "rows"}


@dataclass(frozen=True, slots=True)
class Question:
    """One canned query as somebody fills it in, and its whole answer."""

    query: str
    sql: str
    given: Mapping[str, str]
    columns: tuple[str, ...]
    """Columns that are compared; ids and addresses follow from content and may be left out."""
    rows: tuple[tuple[Any, ...], ...]


def load_questions(file: Path | None = None) -> tuple[Question, ...]:
    """The declared questions; None takes the bundled ones. Raises ConfigurationError naming file and entry."""
    path = file or reviewed_data("demo", "questions.yaml")
    sql = {query.name: query.sql for query in QUERIES}
    out = []
    for position, entry in enumerate(yaml.safe_load(path.read_text("utf-8")), start=1):
        where = f"{path}：第 {position} 项"
        if not isinstance(entry, dict) or set(entry) != _KEYS:
            raise ConfigurationError(f"{where}：应有 query、given、columns、rows 四项")
        if entry["query"] not in sql:
            raise ConfigurationError(f"{where}：没有 {entry['query']} 这个查询")
        rows = tuple(tuple(row) for row in entry["rows"])
        if not rows or any(len(row) != len(entry["columns"]) for row in rows):
            raise ConfigurationError(f"{where}：rows 不能为空，每行应与 columns 一样长")
        out.append(
            Question(entry["query"], sql[entry["query"]], entry["given"], tuple(entry["columns"]), rows)
        )
    return tuple(out)
