"""Questions that people ask often: views inside the file, and canned queries of Datasette.

Views use nothing but stock SQLite, for the file must open anywhere. Canned queries may call `escape_fts`, which
every Datasette provides and our plugin makes exact for Chinese.
"""

from __future__ import annotations

from pipelines.schema import proposals
from pipelines.schema.model import Column, Query, View
from pipelines.schema.replies import BODIES

VIEWS = (
    View(
        "yearly_counts",
        "历年答复数",
        "按会议年份、人大或政协统计的答复数。",
        "select session_year, body, sum(replies) as replies from year_counts group by session_year, body",
        (
            Column("session_year", "会议年份", "会议年份。", "INTEGER", null="届次不明"),
            Column("body", "人大或政协", "人大或政协。", null="不明", values=BODIES),
            Column("replies", "答复数", "答复数。", "INTEGER"),
        ),
        sort="-session_year",
    ),
    View(
        "agency_counts",
        "各机关答复数",
        "按发布机关统计的答复数和最近一次发布时间。",
        "select replies.agency, places.name as place, count(*) as replies, max(published_at) as last_published_at"
        " from replies left join places on places.code = replies.place group by replies.agency, replies.place",
        (
            Column("agency", "发布机关", "发布机关。", null="不明"),
            Column("place", "地区", "地区名称。", null="不明"),
            Column("replies", "答复数", "答复数。", "INTEGER"),
            Column("last_published_at", "最近发布", "最近的网页发布时间。", null="网页都没有写"),
        ),
        sort="-replies",
    ),
    View(
        "changes",
        "全部变化",
        "每件答复的新增、修改、撤下、恢复、搬家，按发现的日期排列。发现的日期不早于网站实际改动的日期；多久看一次见 docs/incremental.md。",
        "with events (happened_at, kind, reply_id, detail) as ("
        "select first_seen_at, '新增', id, null from replies where first_seen_at is not null"
        " union all select fetched_at, '修改', reply_id, summary from revisions"
        " where number > 1 and fetched_at is not null"
        " union all select happened_at, case kind when 'gone' then '撤下' when 'back' then '恢复' else '搬家' end,"
        " reply_id, case when former_url is null then url else former_url || ' → ' || url end from reply_events)"
        " select substr(events.happened_at, 1, 10) as happened_on, events.kind, replies.id as reply_id, replies.title,"
        " replies.agency, replies.site, replies.url, events.detail, events.happened_at"
        " from events join replies on replies.id = events.reply_id",
        (
            Column("happened_on", "日期", "发现的日期。"),
            Column(
                "kind",
                "变化",
                "新增：第一次见到；修改：正文或栏目值改了；撤下：确认已经打不开；恢复：撤下后又能打开；搬家：换了地址。",
            ),
            Column("reply_id", "答复", "答复编号。"),
            Column("title", "标题", "现在的标题。", null="网页没有标题"),
            Column("agency", "发布机关", "发布机关。", null="不明"),
            Column("site", "网站", "网站代号。", null="不是从已声明的网站采集的"),
            Column("url", "网址", "现在的地址。"),
            Column("detail", "详情", "修改的各项；撤下、恢复的地址；搬家前后的地址。", null="新增"),
            Column("happened_at", "时间", "发现的时间。"),
        ),
        sort="-happened_at",
    ),
    View(
        "issue_counts",
        "问题统计",
        "各网站各种问题的件数。",
        "select site, severity, code, count(*) as issues from issues group by site, severity, code",
        (
            Column("site", "网站", "网站代号。", null="不属于已声明的网站"),
            Column("severity", "程度", "严重程度。"),
            Column("code", "代码", "问题的种类。"),
            Column("issues", "件数", "件数。", "INTEGER"),
        ),
        sort="-issues",
    ),
    View(
        "unresolved_agencies",
        "对不到名录的机关名称",
        "答复里印着、机关名录里没有（或有歧义）的名称，出现最多的在前；据此补充 data/agencies，写法见 docs/agencies.md。",
        "select reply_agencies.name, replies.place, count(*) as times,"
        " count(distinct reply_agencies.reply_id) as replies, group_concat(distinct replies.site) as sites,"
        " min(reply_agencies.reply_id) as example"
        " from reply_agencies join replies on replies.id = reply_agencies.reply_id"
        " where reply_agencies.agency_id is null group by reply_agencies.name, replies.place",
        (
            Column("name", "名称", "照印。"),
            Column("place", "地区", "印着它的网站所属的地区。", null="不明"),
            Column("times", "次数", "出现的次数。", "INTEGER"),
            Column("replies", "答复数", "出现在几件答复里。", "INTEGER"),
            Column("sites", "网站", "出现在哪些网站，逗号隔开。", null="不属于已声明的网站"),
            Column("example", "例子", "其中一件答复的编号。"),
        ),
        sort="-times",
    ),
    *proposals.VIEWS,
)

QUERIES = (
    Query(
        "search",
        "全文检索",
        "几个词用空格隔开，全部出现才算命中；按相关程度排列。",
        "select replies.id, replies.title, replies.agency, replies.session_year, replies.published_at"
        " from replies_fts join replies on replies.search_id = replies_fts.rowid"
        " where replies_fts match escape_fts(:words) order by bm25(replies_fts, 1.0, 5.0, 0.5), replies.id limit 100",
    ),
    Query(
        "by_number",
        "按编号找答复",
        "建议、提案的编号，带不带前导零都可以，如 94 或 094。",
        "select replies.id, replies.title, reply_proposals.number, replies.session_year, replies.agency"
        # Each number is looked at, but only the replies that bear it: CROSS JOIN keeps SQLite to that order.
        " from reply_proposals cross join replies on replies.id = reply_proposals.reply_id"
        " where ltrim(upper(reply_proposals.number), '0') = ltrim(upper(trim(:number)), '0')"
        " order by replies.session_year desc, replies.id",
    ),
    Query(
        "waiting_time",
        "落款到上网隔了多少天",
        "落款日期与网页发布时间都有的答复，按相隔天数从多到少。",
        "select id, title, agency, signed_on, published_at,"
        " cast(julianday(substr(published_at, 1, 10)) - julianday(signed_on) as integer) as days"
        " from replies where signed_on is not null and published_at is not null"
        " order by days desc, id limit 200",
    ),
    Query(
        "waiting_by_agency",
        "各机关落款到上网隔了多少天",
        "落款日期与网页发布时间都有的答复和会办意见，按发布机关：件数、中位数、平均数、最短、最长。"
        "上网早于落款的，两个日期必有一误，不计入天数，件数另列为“可疑”，逐件见“问题”里的“落款日期晚于网页发布时间”。",
        "with spread as (select agency, days, days < 0 as suspect, sum(replies) as replies from waiting_days"
        " group by agency, days),"
        " ranked as (select *, sum(replies) over (partition by agency, suspect order by days) as last,"
        " sum(replies) over (partition by agency, suspect) as total from spread)"
        " select agency, sum(case when suspect then 0 else replies end) as replies,"
        # The middle document, or the two in the middle: those whose positions lie within the documents of a day.
        " sum(case when not suspect then days * (((total + 1) / 2 between last - replies + 1 and last)"
        " + ((total + 2) / 2 between last - replies + 1 and last)) end) / 2.0 as median,"
        " round(sum(case when not suspect then days * replies end) * 1.0"
        " / sum(case when not suspect then replies end), 1) as average,"
        " min(case when not suspect then days end) as shortest,"
        " max(case when not suspect then days end) as longest,"
        " sum(case when suspect then replies else 0 end) as suspect"
        " from ranked group by agency order by median desc, agency",
    ),
    *proposals.QUERIES,
    Query(
        "several_replies",
        "有几件答复的建议提案",
        "分别由几个单位答复，或既有答复又有会办意见的建议、提案。",
        "with several as (select proposal_id, count(*) as replies from reply_proposals"
        " where proposal_id is not null group by proposal_id having count(*) > 1)"
        " select proposals.id, places.name as place, proposals.body, proposals.term, proposals.meeting,"
        " proposals.number, several.replies from several join proposals on proposals.id = several.proposal_id"
        " join places on places.code = proposals.place order by several.replies desc, proposals.id",
    ),
    Query(
        "co_handling",
        "哪些机关常被请去会办",
        "按会办次数从多到少；名称照印。",
        "select name, count(*) as times, count(distinct reply_id) as replies from reply_agencies"
        " where role in ('会办', '协办') group by name order by times desc, name limit 200",
    ),
    Query(
        "who_consults_whom",
        "谁找谁会办",
        "主办（承办）机关与会办（协办）机关两两相对，出现在几份文件、几件建议提案里；名录里的机关用规范名称，其余照印。"
        "答复写明的会办单位和会办意见的收件机关都算；同一件既有答复又有会办意见时，文件算两份，建议提案算一件。",
        "select lead, consulted, documents, proposals from consultations"
        " order by documents desc, lead, consulted limit 1000",
    ),
    Query(
        "most_cited",
        "引用最多的政策",
        "按提到它的答复件数从多到少。",
        "select id, title, document_number, replies, citations from policies"
        " order by replies desc, citations desc, id limit 200",
    ),
    Query(
        "commitments_due",
        "某年到期的承诺",
        "填年份（如 2026），不填就是今年；按期限从早到晚，原句照印。",
        "select commitments.deadline, commitments.deadline_raw, commitments.sentence, replies.agency, replies.title,"
        " replies.id from commitments join replies on replies.id = commitments.reply_id"
        " where commitments.deadline >= coalesce(nullif(trim(:year), ''), strftime('%Y', 'now', '+8 hours')) || '-01-01'"
        " and commitments.deadline <= coalesce(nullif(trim(:year), ''), strftime('%Y', 'now', '+8 hours')) || '-12-31'"
        " order by commitments.deadline, replies.id, commitments.position limit 1000",
    ),
    Query(
        "coverage",
        "栏目覆盖情况",
        "网站自己印了条数、而本库找到的较少的栏目排在前面。",
        "select sites.name as site, columns.url, printed_total, rows_found, columns.replies, coverage, sites.health"
        " from columns join sites on sites.key = columns.site"
        " order by coverage is null, coverage, columns.url",
    ),
    Query(
        "changed",
        "内容改动过的答复",
        "首次见到以后网站又改过正文或栏目值的答复。",
        "select replies.id, replies.title, revisions.number, revisions.fetched_at, revisions.summary, revisions.changed"
        " from revisions join replies on replies.id = revisions.reply_id"
        " where revisions.number > 1 order by revisions.fetched_at desc, replies.id limit 200",
    ),
    Query(
        "sources",
        "一件答复的每个值从哪里来",
        "填答复编号，如 r 开头的 12 个字符。",
        "select field, source, rule, raw from field_sources where reply_id = :id order by field",
    ),
)
