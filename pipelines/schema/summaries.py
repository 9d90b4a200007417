"""What pages and charts count, counted once when the corpus is made: no page has to look at every reply.

Each table comes with the statement that fills it from the others. The statements use nothing but stock SQLite, and
their order of rows is that of the keys, so that the file stays a function of its content.
"""

from __future__ import annotations

from pipelines.schema.graph import ROLES
from pipelines.schema.model import Column, Table
from pipelines.schema.replies import BODIES, DOCUMENT_TYPES

CHANGES = ("新增", "修改", "撤下", "恢复", "搬家")
"""Kinds of change, as the view `changes` calls them."""

FIELDS = (
    "title",
    "session_year",
    "body",
    "agency",
    "published_at",
    "issued_on",
    "signed_on",
    "index_number",
    "document_number",
    "publisher",
    "signatory",
    "salutation",
    "proposer",
    "quoted_subject",
    "grade",
    "category",
    "validity",
    "body_text",
)
"""Columns of `replies` whose filling is counted: those that a reader looks for and a page may lack."""

_ID = Column("id", "序号", "每次发布重排，请勿引用。", "INTEGER")
"""A key of its own where a part of the natural key may be NULL: no row could be asked for by that."""

YEAR_COUNTS = Table(
    "year_counts",
    "历年件数",
    "按会议年份、人大或政协、文件类型统计的件数。",
    (
        _ID,
        Column("session_year", "会议年份", "会议年份。", "INTEGER", null="届次不明"),
        Column("body", "人大或政协", "人大或政协。", null="不明", values=BODIES),
        Column("document_type", "文件类型", "是答复，还是会办意见。", values=DOCUMENT_TYPES),
        Column("replies", "件数", "件数。", "INTEGER"),
    ),
    ("id",),
    indexes=(("session_year",),),
    sort="-session_year",
)

AGENCY_YEARS = Table(
    "agency_years",
    "各机关历年件数",
    "名录里的每个机关，每种角色，逐年出现在几件文件里。",
    (
        _ID,
        Column("agency_id", "机关", "所属机关。", references="agencies.id"),
        Column("role", "角色", "在这些文件里的角色。", values=ROLES),
        Column("session_year", "会议年份", "会议年份。", "INTEGER", null="届次不明"),
        Column("replies", "件数", "件数。", "INTEGER"),
    ),
    ("id",),
    indexes=(("agency_id",), ("replies",)),
    sort="-replies",
)

CONSULTATIONS = Table(
    "consultations",
    "谁找谁会办",
    "主办（承办）机关与会办（协办）机关两两相对，出现在几份文件、几件建议提案里；名录里的机关用规范名称，其余照印。",
    (
        Column("lead", "主办机关", "主办（承办）机关。"),
        Column("consulted", "会办机关", "会办（协办）机关。"),
        Column(
            "lead_id",
            "主办机关编号",
            "名录里的机关。",
            null="名录里没有，或名称有歧义",
            references="agencies.id",
        ),
        Column(
            "consulted_id",
            "会办机关编号",
            "名录里的机关。",
            null="名录里没有，或名称有歧义",
            references="agencies.id",
        ),
        Column("documents", "文件数", "出现在几份文件里；同一件既有答复又有会办意见的算两份。", "INTEGER"),
        Column("proposals", "建议提案数", "涉及几件建议提案。", "INTEGER"),
    ),
    ("lead", "consulted"),
    indexes=(("documents",), ("lead_id",), ("consulted_id",)),
    sort="-documents",
)

POLICY_USES = Table(
    "policy_uses",
    "政策被谁引用",
    "每份政策文件，每个发布机关，逐年有几件文件提到它。",
    (
        _ID,
        Column("policy_id", "政策文件", "哪一份。", references="policies.id"),
        Column("agency", "发布机关", "提到它的文件的发布机关。", null="不明"),
        Column("session_year", "会议年份", "会议年份。", "INTEGER", null="届次不明"),
        Column("replies", "件数", "件数。", "INTEGER"),
    ),
    ("id",),
    indexes=(("policy_id",), ("agency",), ("replies",)),
    sort="-replies",
)

POLICY_IDS = Table(
    "policy_ids",
    "政策文件的旧编号",
    "一份政策文件只见到文号或只见到题目时会有的编号；以后两样都见到，编号改变，引用旧编号的从这里找到现在的。"
    "网页上旧编号的地址会转到现在的政策文件。",
    (
        Column("id", "旧编号", "只凭文号或题目算出的编号。"),
        Column("policy_id", "政策文件", "现在的编号。", references="policies.id"),
    ),
    ("id",),
    indexes=(("policy_id",),),
    sort="id",
)

WAITING_DAYS = Table(
    "waiting_days",
    "落款到上网的天数",
    "落款日期与网页发布时间都有的文件，按发布机关、落款年份、相隔天数统计件数。天数为负的，两个日期必有一误，统计时另列。",
    (
        _ID,
        Column("agency", "发布机关", "发布机关。", null="不明"),
        Column("signed_year", "落款年份", "落款的年份。", "INTEGER"),
        Column("days", "天数", "网页发布时间减落款日期。", "INTEGER"),
        Column("replies", "件数", "件数。", "INTEGER"),
    ),
    ("id",),
    indexes=(("agency",), ("days",)),
    sort="-days",
)

FIELD_COVERAGE = Table(
    "field_coverage",
    "各项印没印",
    "每个网站的文件里，每一项有值的有几件；没有值就是网页没有印，或者印了而读不出来。",
    (
        _ID,
        Column("site", "网站", "采集自哪个网站。", null="不是从已声明的网站采集的", references="sites.key"),
        Column("field", "字段", "replies 的列名。"),
        Column("filled", "有值", "有值的件数。", "INTEGER"),
        Column("replies", "件数", "全部件数。", "INTEGER"),
    ),
    ("id",),
    indexes=(("site",), ("field",)),
    facets=("field",),
    sort="site",
)

MONTH_CHANGES = Table(
    "month_changes",
    "每月的变化",
    "每个月发现的新增、修改、撤下、恢复、搬家各有几次，见视图 changes。",
    (
        Column("month", "月份", "发现的月份，`YYYY-MM`。"),
        Column("kind", "变化", "发生了什么。", values={kind: kind for kind in CHANGES}),
        Column("times", "次数", "次数。", "INTEGER"),
    ),
    ("month", "kind"),
    sort="-month",
)

TABLES = (
    YEAR_COUNTS,
    AGENCY_YEARS,
    CONSULTATIONS,
    POLICY_USES,
    POLICY_IDS,
    WAITING_DAYS,
    FIELD_COVERAGE,
    MONTH_CHANGES,
)

_DAYS = "cast(julianday(substr(published_at, 1, 10)) - julianday(signed_on) as integer)"

FILLED = {
    YEAR_COUNTS.name: "select row_number() over (order by session_year, body, document_type), session_year, body,"
    " document_type, count(*) from replies group by 2, 3, 4 order by 1",
    AGENCY_YEARS.name: "select row_number() over (order by agency_id, role, session_year), agency_id, role, session_year,"
    " count(distinct reply_id) from reply_agencies join replies on replies.id = reply_id"
    " where agency_id is not null group by 2, 3, 4 order by 1",
    CONSULTATIONS.name: "select coalesce(leads.name, lead.name), coalesce(others.name, other.name), max(lead.agency_id),"
    " max(other.agency_id), count(distinct lead.reply_id), count(distinct reply_proposals.proposal_id)"
    " from reply_agencies as lead"
    " join reply_agencies as other on other.reply_id = lead.reply_id and other.role in ('会办', '协办')"
    " left join agencies as leads on leads.id = lead.agency_id"
    " left join agencies as others on others.id = other.agency_id"
    " left join reply_proposals on reply_proposals.reply_id = lead.reply_id"
    " where lead.role in ('主办', '承办') and coalesce(leads.name, lead.name) <> coalesce(others.name, other.name)"
    " group by 1, 2 order by 1, 2",
    POLICY_USES.name: "select row_number() over (order by policy_id, agency, session_year), policy_id, agency, session_year,"
    " count(distinct reply_id) from citations join replies on replies.id = reply_id"
    " where policy_id is not null group by 2, 3, 4 order by 1",
    WAITING_DAYS.name: "with dated as (select agency, cast(substr(signed_on, 1, 4) as integer) as year,"
    f" {_DAYS} as days from replies where signed_on is not null and published_at is not null)"
    " select row_number() over (order by agency, year, days), agency, year, days, count(*) from dated"
    " group by 2, 3, 4 order by 1",
    FIELD_COVERAGE.name: "with counted as materialized (select site, count(*) as replies, "
    + ", ".join(f"count({field}) as {field}" for field in FIELDS)
    + " from replies group by site) "
    + "select row_number() over (order by site, field), site, field, filled, replies from ("
    + " union all ".join(
        f"select site, '{field}' as field, {field} as filled, replies from counted" for field in FIELDS
    )
    + ") order by 1",
    MONTH_CHANGES.name: "select substr(happened_on, 1, 7), kind, count(*) from changes group by 1, 2 order by 1, 2",
}
"""Table → the select that fills it, column by column. `policy_ids` is made where policies are told apart."""
