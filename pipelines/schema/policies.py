"""Policies, where they are named, and what is promised: read from the body of each reply."""

from __future__ import annotations

from pipelines.schema.model import Column, Table

CITATION_RULES = {
    "citations.title": "书名号里的题目",
    "citations.short_name": "前文用“以下简称”说明过的简称",
    "citations.number": "只印了文号",
}
COMMITMENT_RULES = {
    "commitments.next_step": "下一步、今后、接下来",
    "commitments.will": "将（后面是动词）",
    "commitments.strive": "力争、争取在、确保在",
    "commitments.plan": "计划于、预计……年",
    "commitments.intend": "拟",
    "commitments.by": "落款之后的期限",
    "commitments.section": "“下一步打算”之下的一条",
}

POLICIES = Table(
    "policies",
    "政策文件",
    "答复正文提到的政策文件，一份一行。文号相同且题目相合的是一份；没有文号的，题目相同的是一份，与唯一一份同题而有文号的合为一份。"
    "“关于印发某办法的通知”就是某办法。题目是照答复印的，不保证与原件一字不差。",
    (
        Column("id", "编号", "字母 d 加 11 个小写字符，由文号和题目算出。"),
        Column("title", "题目", "各答复里最常见的写法；从没有印过题目的，这里就是文号。"),
        Column(
            "document_number", "发文字号", "GB/T 9704 的写法；令写作“某某令第N号”。", null="没有一处印了文号"
        ),
        Column("replies", "被引答复数", "提到它的答复有几件。", "INTEGER"),
        Column("citations", "被引次数", "一共提到几次。", "INTEGER"),
    ),
    ("id",),
    indexes=(("title",), ("document_number",), ("replies",)),
    sort="-replies",
    label="title",
)

CITATIONS = Table(
    "citations",
    "引用的政策",
    "答复正文里每一处提到的政策文件。所答复的建议、提案本身，书刊影视、合同表格不算。",
    (
        Column("reply_id", "答复", "所属答复。", references="replies.id"),
        Column("position", "次序", "正文里的次序，从 1 起。", "INTEGER"),
        Column(
            "policy_id",
            "政策文件",
            "是哪一份。",
            null="题目太泛（如《实施方案》），说不准是哪一份",
            references="policies.id",
        ),
        Column("title", "题目（照印）", "书名号里的字，文号除外。", null="只印了文号"),
        Column("document_number", "发文字号", "GB/T 9704 的写法；简称的，是全称处印的文号。", null="没有印"),
        Column("paragraph", "第几段", "body_text 的第几行，从 1 起。", "INTEGER"),
        Column("offset", "位置", "这一段里前面有几个字符。", "INTEGER"),
        Column("raw", "原样", "正文里印的样子，连同书名号和括注。"),
        Column("rule", "规则", "凭什么认出。", values=CITATION_RULES),
    ),
    ("reply_id", "position"),
    indexes=(("policy_id",), ("document_number",), ("rule",)),
    facets=("rule",),
)

COMMITMENTS = Table(
    "commitments",
    "承诺事项",
    "答复正文里说将来要做什么的句子，一句一行。宁缺毋滥：说过去的、引文件的、转述建议的不算。",
    (
        Column("reply_id", "答复", "所属答复。", references="replies.id"),
        Column("position", "次序", "正文里的次序，从 1 起。", "INTEGER"),
        Column("sentence", "句子", "照印。"),
        Column(
            "deadline",
            "期限",
            "`YYYY-MM-DD`，所印期限的最后一天：2025 年即 2025-12-31；今年、明年从落款年份算起。",
            null="没有印期限，或期限说不准是哪一天（如“三年内”“2025年前”）",
        ),
        Column("deadline_raw", "期限（照印）", "印的期限。", null="没有印期限"),
        Column("paragraph", "第几段", "body_text 的第几行，从 1 起。", "INTEGER"),
        Column("offset", "位置", "这一段里前面有几个字符。", "INTEGER"),
        Column("rule", "规则", "凭什么认出。", values=COMMITMENT_RULES),
    ),
    ("reply_id", "position"),
    indexes=(("deadline",), ("rule",)),
    facets=("rule",),
    sort="deadline",
    label="sentence",
)

TABLES = (POLICIES, CITATIONS, COMMITMENTS)
