"""The data dictionary in Chinese, made from the schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.schema.model import Column, Table, View

_HEAD = """\
# 数据字典

本文件由 `make metadata` 从 `pipelines/schema` 生成，请勿手改。

`corpus.db` 里每个表、每一列的含义。空值（NULL）一律表示“不知道或没有”，具体含义见“空值”一栏；“—”表示从不为空。
日期为 `YYYY-MM-DD`，网页时间为北京时间 `YYYY-MM-DDTHH:MM[:SS]`，机器时间为带时区的 ISO 8601。
"""

_SEARCH = """\
## `replies_fts` 检索索引

标题、正文和附件文字的全文索引（FTS5，无内容表），发布时生成；三列是 `body_words`、`title_words`、
`attachment_words`。`rowid` 就是 `replies.search_id`。汉字按相邻两字成词，一串汉字的
末一字另成一词；数字和外文按整词。它存的不是原文，取不回文字，也不要对它执行 `rebuild`。
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _column(column: Column, pk: tuple[str, ...] = ()) -> str:
    notes = [column.description]
    if column.values:
        notes.append(
            "取值：" + "；".join(f"`{value}` {meaning}" for value, meaning in column.values.items()) + "。"
        )
    if column.references:
        notes.append(f"对应 `{column.references}`。")
    kind = {"TEXT": "文本", "INTEGER": "整数"}[column.type] + ("，主键" if column.name in pk else "")
    cells = (f"`{column.name}`", column.title, kind, "".join(notes), column.null or "—")
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _section(name: str, title: str, description: str, rows: Iterator[str]) -> Iterator[str]:
    yield f"## `{name}` {title}\n\n{description}\n"
    yield "| 列 | 名称 | 类型 | 含义 | 空值 |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"


def dictionary(tables: Sequence[Table], views: Sequence[View]) -> str:
    """Markdown, ends in a line feed."""
    parts = [_HEAD]
    for table in tables:
        rows = (_column(column, table.pk) for column in table.columns)
        parts.extend(_section(table.name, table.title, table.description, rows))
    for view in views:
        parts.extend(
            _section(view.name, f"{view.title}（视图）", view.description, map(_column, view.columns))
        )
    return "\n".join([*parts, _SEARCH])
