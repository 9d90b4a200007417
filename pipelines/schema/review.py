"""What people decided: replies that were taken down."""

from __future__ import annotations

from pipelines.schema.model import Column, Table

REASONS = {
    "recall": "撤回：发布机关撤回了原文",
    "request": "当事人依法申请",
    "disclosure": "属于依申请公开，不宜公开",
}

WITHHELD = Table(
    "withheld",
    "撤下的答复",
    "本库曾经收录、已经撤下的答复：只留编号和地址，标题、正文和各项值都不再公开。怎样申请见 docs/corrections.md。",
    (
        Column("id", "编号", "撤下以前的答复编号。"),
        Column("url", "网址", "原文地址。", null="登记时只写了编号，本库里也没有这一页"),
        Column("withheld_on", "撤下日期", "决定撤下的日期，`YYYY-MM-DD`。"),
        Column("reason", "原因", "为什么撤下。", values=REASONS),
    ),
    ("id",),
    indexes=(("reason",), ("withheld_on",)),
    facets=("reason",),
    sort="-withheld_on",
)

TABLES = (WITHHELD,)
