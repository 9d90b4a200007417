"""Proposals: one row each across all sites, the numbers that are missing among them, and what people ask of them."""

from __future__ import annotations

from pipelines.schema.model import Column, Query, Table, View
from pipelines.schema.replies import BODIES, PROPOSER_KINDS

KINDS = {"提案": "政协提案", "建议": "人大代表建议、批评和意见", "议案": "人大议案"}

_NO_REPLY = "还没有见到答复，或答复没有写"

PROPOSALS = Table(
    "proposals",
    "建议提案",
    "被答复的建议、提案、议案。地区、机构、届、次、编号五样都知道才立一行：094 与 94 是同一件，同一件可以有几件答复。"
    "几份文件都写了同一个值时，答复先于会办意见，再依次取落款早的、上网早的、编号小的一份；"
    "提出者和题目只取自只答复这一件的文件，办理结果只取自答复。取自哪一份，见各自的“…出处”一栏；"
    "其余文件写得不同的，记在“问题”里（proposal_conflict）。",
    (
        Column("id", "编号", "字母 p 加 11 个小写字符，由五样算出。"),
        Column("place", "地区", "哪一级人大或政协。", references="places.code"),
        Column("body", "人大或政协", "人大或政协。", values=BODIES),
        Column("term", "届", "第几届。", "INTEGER"),
        Column("meeting", "次", "第几次会议。", "INTEGER"),
        Column("number", "编号（规范）", "去掉前导零，全角转半角，字母大写；印的样子在 reply_proposals。"),
        Column(
            "series",
            "编号系列",
            "编号里流水号前面的部分：20240133 是 2024，JY20250374 是 JY2025，温36 是 温；没有前缀的是空字符串。",
            null="编号不以数字结尾",
        ),
        Column(
            "serial",
            "流水号",
            "编号末尾的数：20240133 是 133；21064 之类看不出年份，整个算流水号。",
            "INTEGER",
            null="编号不以数字结尾",
        ),
        Column("kind", "种类", "提案、建议或议案。", null="标题没有写", values=KINDS),
        Column("session_year", "会议年份", "由届次查 sessions 表得到。", "INTEGER", null="届次不在表里"),
        Column("proposer", "提出者", "照印，见 replies.proposer。", null="没有文件写明是谁"),
        Column(
            "proposer_kind", "提出者种类", "与提出者同一出处。", null="没有写明提出者", values=PROPOSER_KINDS
        ),
        Column("proposer_count", "提出人数", "印着的人数，与提出者同一出处。", "INTEGER", null="没有印人数"),
        Column(
            "proposer_reply",
            "提出者出处",
            "提出者取自这件答复。",
            null="提出者为空值",
            references="replies.id",
        ),
        Column("quoted_subject", "案由", "照印，见 replies.quoted_subject。", null="没有文件引用题目"),
        Column(
            "quoted_subject_reply",
            "案由出处",
            "案由取自这件答复。",
            null="案由为空值",
            references="replies.id",
        ),
        Column("grade", "办理等级", "答复上印的 A、B、C 等；各地含义不同。", null="答复都没有标注"),
        Column("grade_reply", "等级出处", "等级取自这件答复。", null="等级为空值", references="replies.id"),
        Column("replies", "答复数", "答复这一件的答复数，会办意见不算。", "INTEGER"),
        Column("opinions", "会办意见数", "关于这一件的会办（协办）意见数。", "INTEGER"),
        Column(
            "has_lead_reply",
            "有无答复",
            "1 有答复；0 只见到会办意见，主办单位的答复没有收到（未公开，或在没有采集的网站上）。",
            "INTEGER",
        ),
        Column(
            "agencies",
            "机关数",
            "这些文件里的主办、会办等机关数；名录里的机关按编号合并，名录里没有的按照印的名称算。",
            "INTEGER",
        ),
        Column("first_signed_on", "最早落款", "答复中最早的落款日期。", null=_NO_REPLY),
        Column("last_signed_on", "最晚落款", "答复中最晚的落款日期。", null=_NO_REPLY),
        Column("first_published_at", "最早上网", "答复中最早的网页发布时间。", null=_NO_REPLY),
        Column("last_published_at", "最晚上网", "答复中最晚的网页发布时间。", null=_NO_REPLY),
    ),
    ("id",),
    indexes=(
        ("place", "body", "term", "meeting"),
        ("body",),
        ("kind",),
        ("session_year", "body", "proposer_kind"),
        ("number",),
        ("proposer_kind",),
        ("has_lead_reply",),
        ("proposer_reply",),
        ("quoted_subject_reply",),
        ("grade_reply",),
    ),
    facets=("place", "body", "kind", "session_year", "proposer_kind", "has_lead_reply"),
    sort="-session_year",
    label="number",
)

LISTED = 500
"""Missing numbers that the view lists of one series at most: an outlier must not make a million rows."""

# 议案 count apart from 建议 wherever both are numbered; a missing kind is that of the many.
_KIND = "case when body = '政协' then '提案' when kind = '议案' then '议案' else '建议' end"
# Digits of the serial as printed with zeros in front; 1 where no number of the series has any.
_WIDTH = "max(case when substr(number, length(series) + 1, 1) = '0' then length(number) - length(series) else 1 end)"
_OF = "place, body, term, meeting, kind, series"


def _seen(only: str = "") -> str:
    return (
        f"seen as (select place, body, term, meeting, {_KIND} as kind, series, serial, max(session_year) as session_year,"
        f" {_WIDTH} as width from proposals where serial is not null{only} group by 1, 2, 3, 4, 5, 6, 7)"
    )


def missing_numbers(only: str = "") -> str:
    """The select of the view; `only` (` and …`) keeps to some proposals before anything is counted."""
    return (
        f"with recursive {_seen(only)}, counted as (select {_OF}, session_year, serial,"
        f" max(width) over (partition by {_OF}) as width,"
        f" lead(serial) over (partition by {_OF} order by serial) as next,"
        f" serial - min(serial) over (partition by {_OF}) + 1 - row_number() over (partition by {_OF} order by serial)"
        " as before from seen),"
        f" missing as (select {_OF}, session_year, width, serial + 1 as serial,"
        f" min(next - 1, serial + {LISTED} - before) as last from counted"
        f" where next > serial + 1 and before < {LISTED}"
        f" union all select {_OF}, session_year, width, serial + 1, last from missing where serial < last)"
        " select missing.place, places.name as place_name, body, term, meeting, session_year, kind, series, serial,"
        " series || printf('%0*d', width, serial) as number"
        " from missing join places on places.code = missing.place"
    )


SESSION_COVERAGE = View(
    "session_coverage",
    "各次会议的编号见到多少",
    "一行是一次会议的一个编号系列（议案另算，20240133 之类按年份成系列）：见到的编号从几号到几号，中间缺几个。"
    "最大编号以后还有没有、最小编号以前缺不缺，这里看不出来。"
    "缺不等于没有答复：答复可能在没有采集的网站上，可能没有公开，也可能编号本来就没有用过。",
    f"with {_seen()} select seen.place, places.name as place_name, body, term, meeting, max(session_year) as session_year,"
    " kind, series, count(*) as seen, min(serial) as smallest, max(serial) as largest,"
    " max(serial) - min(serial) + 1 - count(*) as missing,"
    " count(*) * 100 / (max(serial) - min(serial) + 1) as share"
    " from seen join places on places.code = seen.place group by seen.place, body, term, meeting, kind, series",
    (
        Column("place", "地区", "地区代码。"),
        Column("place_name", "地区名称", "地区名称。"),
        Column("body", "人大或政协", "人大或政协。", values=BODIES),
        Column("term", "届", "第几届。", "INTEGER"),
        Column("meeting", "次", "第几次会议。", "INTEGER"),
        Column("session_year", "会议年份", "会议年份。", "INTEGER", null="届次不在 sessions 表里"),
        Column("kind", "种类", "没有写明是议案的算建议。", values=KINDS),
        Column("series", "编号系列", "流水号前面的部分，没有的是空字符串。"),
        Column("seen", "见到", "见到的编号个数。", "INTEGER"),
        Column("smallest", "最小", "见到的最小流水号。", "INTEGER"),
        Column("largest", "最大", "见到的最大流水号。", "INTEGER"),
        Column("missing", "缺", "最小与最大之间没有见到的个数。", "INTEGER"),
        Column("share", "见到比例", "百分之几，舍去小数。", "INTEGER"),
    ),
    sort="-session_year",
)

MISSING_NUMBERS = View(
    "missing_numbers",
    "缺的编号",
    "在见到的最小与最大编号之间没有见到的编号，按会议和编号系列。"
    f"每个系列最多列 {LISTED} 个，从小到大；一共缺多少见 session_coverage。"
    "不能由此断定没有人答复：答复可能在没有采集的网站上，可能依规定没有公开，可能网页打不开，也可能编号本来就没有用过"
    "（撤回、并案、转为来信）。",
    missing_numbers(),
    (
        Column("place", "地区", "地区代码。"),
        Column("place_name", "地区名称", "地区名称。"),
        Column("body", "人大或政协", "人大或政协。", values=BODIES),
        Column("term", "届", "第几届。", "INTEGER"),
        Column("meeting", "次", "第几次会议。", "INTEGER"),
        Column("session_year", "会议年份", "会议年份。", "INTEGER", null="届次不在 sessions 表里"),
        Column("kind", "种类", "没有写明是议案的算建议。", values=KINDS),
        Column("series", "编号系列", "流水号前面的部分，没有的是空字符串。"),
        Column("serial", "流水号", "缺的流水号。", "INTEGER"),
        Column("number", "编号", "系列加流水号；系列里印有前导零的，补足位数。"),
    ),
    sort="-session_year",
)

VIEWS = (SESSION_COVERAGE, MISSING_NUMBERS)

_PLACE = (
    " and (coalesce(trim(:place), '') in ('', places.code) or places.name like '%' || trim(:place) || '%')"
)
_SESSION = (
    " and coalesce(trim(:body), '') in ('', {0}.body)"
    " and (coalesce(trim(:term), '') = '' or {0}.term = cast(trim(:term) as integer))"
    " and (coalesce(trim(:meeting), '') = '' or {0}.meeting = cast(trim(:meeting) as integer))"
)
"""A session as people fill it in; what is left empty may be anything."""

QUERIES = (
    Query(
        "proposal_replies",
        "一件建议提案的全部答复",
        "填编号，带不带前导零都可以；地区（名称或代码）、人大或政协、届、次用阿拉伯数字，不填就不限。"
        "答复在前，会办意见在后。",
        "select proposals.id as proposal, places.name as place, proposals.body, proposals.term, proposals.meeting,"
        " proposals.number, replies.id, replies.document_type, replies.title, replies.agency, replies.signed_on,"
        " replies.published_at, replies.grade, replies.url from proposals"
        " join places on places.code = proposals.place"
        " join replies on replies.id in (select reply_id from reply_proposals where proposal_id = proposals.id)"
        " where proposals.number = coalesce(nullif(ltrim(upper(trim(:number)), '0'), ''), '0')"
        + _PLACE
        + _SESSION.format("proposals")
        + " order by proposals.session_year desc, proposals.id, replies.document_type desc, replies.signed_on,"
        " replies.id",
    ),
    Query(
        "missing_in_session",
        "某次会议缺哪些编号",
        "填地区（名称或代码）、人大或政协、届、次，不填就不限。缺的编号不等于没有答复：答复可能在没有采集的网站上，"
        "可能依规定没有公开，也可能编号本来就没有用过。"
        f"每个编号系列最多列 {LISTED} 个，一共缺多少见“各次会议的编号见到多少”。",
        "select place_name, body, term, meeting, kind, number from ("
        + missing_numbers(
            " and place in (select code from places where 1" + _PLACE + ")" + _SESSION.format("proposals")
        )
        + ") order by place, body, term, meeting, kind, series, serial",
    ),
)
