"""Chinese names of tables, columns and enumerated values, from the one schema."""

from __future__ import annotations

from functools import cache

from pipelines import schema
from pipelines.schema.model import Column

_ALL: tuple[schema.Table | schema.View, ...] = (*schema.TABLES, *schema.VIEWS)


_TABLES = tuple(table.name for table in schema.TABLES)


@cache
def _titles() -> dict[str, str]:
    return {table.name: table.title for table in _ALL}


@cache
def _columns() -> dict[str | None, dict[str, Column]]:
    """Table → columns; under None each name as `replies` or the first table has it, for queries."""
    out: dict[str | None, dict[str, Column]] = {
        table.name: {column.name: column for column in table.columns} for table in _ALL
    }
    every = dict(out["replies"])
    for columns in out.values():
        every = columns | every  # what is there already stays
    return out | {None: every}


PARAMETERS = {
    "words": "检索词",
    "policy": "政策",
    "month": "年月",
    "direction": "关系",
    "partner": "另一方",
    "hits": "命中件数",
    "first_year": "最早年份",
    "last_year": "最晚年份",
    "times": "次数",
    "days": "相隔天数",
    "lead": "主办机关",
    "consulted": "会办机关",
    "documents": "文件数",
    "proposals": "建议提案数",
    "proposal": "建议提案",
    "median": "中位数（天）",
    "average": "平均（天）",
    "shortest": "最短（天）",
    "longest": "最长（天）",
    "suspect": "可疑件数",
}
"""Parameters and computed columns of the canned queries that are no column of a table."""


INTERNAL = {
    "rowid": "行号",
    "title_words": "标题的词",
    "body_words": "正文的词",
    "attachment_words": "附件的词",
    "replies_fts": "检索",
    "rank": "次序",
    "segid": "段",
    "term": "词",
    "pgno": "页",
    "block": "数据块",
    "sz": "大小",
    "tbl": "表",
    "idx": "索引",
    "stat": "统计",
}
"""Columns of the tables that SQLite makes for itself: the search index, and what it knows of our indexes."""

FIELD = "field"


def table(name: str) -> str | None:
    """Title of a table or view; None for one that is not in the schema."""
    if name.startswith(schema.FTS):
        return "全文检索索引" if name == schema.FTS else "全文检索索引的内部表"
    if name.startswith("sqlite_stat"):
        return "索引的统计"
    return _titles().get(name)


def column(table: str | None, name: str) -> str | None:
    """Title of a column; without a table, of the first column of that name."""
    found = _columns().get(table, {}).get(name)
    if found is None and table is None:
        return PARAMETERS.get(name)
    if found is None and table not in _titles():
        return INTERNAL.get(name)
    return found.title if found else None


def enumerated(table: str | None, column: str) -> bool:
    """Whether some value of a column has a meaning to be shown, see `value`."""
    if column == FIELD:
        return True
    columns = (_columns()[name].get(column) for name in ((table,) if table in _TABLES else _TABLES))
    return any(one is not None and one.values for one in columns)


def value(table: str | None, column: str, value: object) -> str | None:
    """Short meaning of an enumerated value: what its description says before the colon.

    A column called `field` holds names of columns of `replies`.
    """
    if column == FIELD:
        named = _columns()["replies"].get(str(value))
        return named.title if named else None
    if table in _TABLES:
        found = [_columns()[table][column]] if column in _columns()[table] else []
    else:  # a query or a view shows columns of tables
        found = [_columns()[name][column] for name in _TABLES if column in _columns()[name]]
    meaning = next((one.values[str(value)] for one in found if str(value) in one.values), None)
    return meaning.split("：")[0] if meaning else None
