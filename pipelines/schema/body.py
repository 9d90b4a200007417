"""The structure of a body: its parts, its headings, its pictures. Positions are lines of `body_text`, from 1."""

from __future__ import annotations

from pipelines.schema.model import Column, Table

_REPLY = Column("reply_id", "答复", "所属答复。", references="replies.id")
_POSITION = Column("position", "次序", "正文里的次序，从 1 起。", "INTEGER")

PARTS = {
    "head": "称谓以上：重印的标题、文号、办理等级等",
    "salutation": "称谓（主送）",
    "text": "正文",
    "annex_list": "附件说明：“附件：1.……”",
    "signature": "落款：署名、日期，以及“此页无正文”“盖章”",
    "notes": "附注：联系人、公开与否、抄送、印发等",
    "annexes": "附件的内容",
    "other": "落款之后，不属于以上任何一种",
}

BODY_PARTS = Table(
    "body_parts",
    "正文的各部分",
    "正文从上到下分成的部分，合起来就是全部 body_text。称谓与正文、正文与落款同在一段的，两部分都算上这一段；同一种部分可以有"
    "几处。一页有几封信的不分。",
    (
        _REPLY,
        _POSITION,
        Column("part", "部分", "是哪一部分。", values=PARTS),
        Column("first_paragraph", "起段", "body_text 的第几行，从 1 起。", "INTEGER"),
        Column("last_paragraph", "止段", "body_text 的第几行，包括这一行。", "INTEGER"),
    ),
    ("reply_id", "position"),
    indexes=(("part",),),
    facets=("part",),
)

OUTLINE = Table(
    "outline",
    "正文的提纲",
    "正文和附件里的标题（一、（一）1.（1）等），一个一行。编了号却不是标题的（逐条列举的事项）不算，规则见 docs/body.md。",
    (
        _REPLY,
        _POSITION,
        Column("level", "层次", "这件答复里的层次，最上一层为 1，与用哪种序号无关。", "INTEGER"),
        Column("heading", "标题", "照印，连同序号；标题之后接着写正文的，不含正文。"),
        Column("paragraph", "第几段", "body_text 的第几行，从 1 起。", "INTEGER"),
    ),
    ("reply_id", "position"),
    indexes=(("level",),),
    facets=("level",),
    label="heading",
)

IMAGES = Table(
    "images",
    "正文里的图片",
    "正文里的图片，只记地址，不下载。",
    (
        _REPLY,
        _POSITION,
        Column(
            "paragraph",
            "第几段",
            "在 body_text 的第几行，从 1 起；独占一行的图片算在前一行，第一行之前的为 0。",
            "INTEGER",
        ),
        Column("url", "网址", "图片的地址。", null="嵌在网页里，或地址不能从网上打开"),
        Column("alt", "替代文字", "照印；没有则为空串。"),
    ),
    ("reply_id", "position"),
    indexes=(("url",),),
)

TABLES = (BODY_PARTS, OUTLINE, IMAGES)
