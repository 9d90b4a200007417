"""Datasette's metadata, made from the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.schema.model import Column, Query, Table, View
from pipelines.schema.tables import FTS

TITLE = "湖北省建议提案办理答复语料库"
DESCRIPTION = (
    "湖北省各级行政机关公开的人大代表建议、政协提案办理答复。原文照存，值的出处可查，页面上没有的就是空值。"
    "引用请用答复编号；四种日期互不推算。"
)
SOURCE = "各政府网站；每件答复的“网址”一栏就是原文"
LICENSE = "答复原文的使用条件以发布网站的声明为准，本库不为政府文本另设许可；数据库的结构和整理按 Apache-2.0"
LICENSE_URL = "https://www.apache.org/licenses/LICENSE-2.0"


def described(column: Column) -> str:
    """Title, meaning, enumeration and what NULL means, on one line."""
    text = f"{column.title}：{column.description}"
    if column.values:
        text += "取值：" + "；".join(f"{value} {meaning}" for value, meaning in column.values.items()) + "。"
    if column.null is not None:
        text += f"空值：{column.null}。"
    return text


def _sorted_by(sort: str | None) -> dict[str, str]:
    if sort is None:
        return {}
    return {"sort_desc": sort[1:]} if sort.startswith("-") else {"sort": sort}


def _table(table: Table) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "title": table.title,
        "description": table.description,
        "columns": {column.name: described(column) for column in table.columns},
        **_sorted_by(table.sort),
    }
    if table.facets:
        entry["facets"] = list(table.facets)
    if table.label:
        entry["label_column"] = table.label
    if table.size:
        entry["size"] = table.size
    if table.hidden:
        entry["hidden"] = True
    if table.name == "replies":
        entry |= {"fts_table": FTS, "fts_pk": "search_id"}
    return entry


def _view(view: View) -> dict[str, Any]:
    return {
        "title": view.title,
        "description": view.description,
        "columns": {column.name: described(column) for column in view.columns},
        **_sorted_by(view.sort),
    }


def metadata(tables: Sequence[Table], views: Sequence[View], queries: Sequence[Query]) -> dict[str, Any]:
    """The whole file for a database called `corpus`.

    `title`, `description`, `licence` and `source` hold for the instance. The text of the replies carries the
    terms that its site states; we give no licence for it.
    """
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "source": SOURCE,
        "license": LICENSE,
        "license_url": LICENSE_URL,
        "databases": {
            "corpus": {
                "title": TITLE,
                "description": DESCRIPTION,
                "source": SOURCE,
                "license": LICENSE,
                "license_url": LICENSE_URL,
                "tables": {
                    **{table.name: _table(table) for table in tables},
                    **{view.name: _view(view) for view in views},
                    FTS: {
                        "title": "全文检索索引",
                        "description": "标题、正文和附件文字的检索索引，不是原文；用法见 README 的“检索”。",
                        "hidden": True,
                    },
                },
                "queries": {
                    query.name: {
                        "title": query.title,
                        "description": query.description,
                        "sql": query.sql,
                        # Who asks a question reads the answer first; the SQL is one link away.
                        "hide_sql": True,
                    }
                    for query in queries
                },
            }
        },
    }
