"""More questions, each with a blank or two to fill in: about one agency, one policy, one word, one month.

What is left empty may be anything, but the agency, policy or word that a question is about. Each starts from an index
on what was filled in; a `+` in ORDER BY and CROSS JOIN
keep SQLite from walking another one.
"""

from __future__ import annotations

from pipelines.schema.model import Query

_NAMES = (
    "(select agencies.name from agency_names join agencies on agencies.id = agency_names.agency_id"
    " where trim(:agency) <> '' and agency_names.name like '%' || trim(:agency) || '%' union select trim(:agency))"
)
"""Canonical names of the agencies that a reader may mean: a part of a name, a short or a former one."""
_FILL_AGENCY = "填机关名称或其中几个字，通称、曾用名也可以"
_YEAR = "(coalesce(trim(:year), '') = '' or {0}.session_year = cast(trim(:year) as integer))"
_MONTH = (
    "coalesce(nullif(trim(:month), ''), strftime('%Y-%m', 'now', '+8 hours', 'start of month', '-1 day'))"
)
"""The month asked for, or the last one that is over."""

QUERIES = (
    Query(
        "agency_by_year",
        "某机关历年答复多少件",
        f"{_FILL_AGENCY}；按会议年份，答复、会办意见分列，最早、最晚的上网日期。",
        "select agency, session_year, sum(document_type = 'reply') as replies,"
        " sum(document_type <> 'reply') as opinions, substr(min(published_at), 1, 10) as first_published_at,"
        f" substr(max(published_at), 1, 10) as last_published_at from replies where agency in {_NAMES}"
        " group by agency, session_year order by agency, session_year desc limit 500",
    ),
    Query(
        "agency_replies",
        "某机关某年的全部答复",
        f"{_FILL_AGENCY}；年份是会议年份，不填就是各年。",
        "select id, title, document_type, agency, session_year, signed_on, published_at, url from replies"
        f" where agency in {_NAMES} and {_YEAR.format('replies')}"
        " order by +session_year desc, published_at desc, id limit 1000",
    ),
    Query(
        "agency_partners",
        "某机关和谁一起办",
        f"{_FILL_AGENCY}。“找它”是它主办、对方会办，“被找”是对方主办、它会办；名录里没有的机关照印。",
        f"with mine as (select reply_id, role from reply_agencies where agency_id in"
        f" (select id from agencies where name in {_NAMES}))"
        " select case when mine.role in ('主办', '承办') then '找它' else '被找' end as direction,"
        " coalesce(agencies.name, other.name) as partner, count(distinct mine.reply_id) as documents"
        " from mine join reply_agencies as other on other.reply_id = mine.reply_id"
        " and (mine.role in ('主办', '承办')) <> (other.role in ('主办', '承办'))"
        " left join agencies on agencies.id = other.agency_id"
        " group by 1, 2 order by 1 desc, documents desc, 2 limit 500",
    ),
    Query(
        "agency_commitments",
        "某机关承诺了什么",
        f"{_FILL_AGENCY}；写明期限的在前，从早到晚，原句照印。",
        "select commitments.deadline, commitments.deadline_raw, commitments.sentence, replies.agency, replies.title,"
        " replies.id from replies join commitments on commitments.reply_id = replies.id"
        f" where replies.agency in {_NAMES}"
        " order by commitments.deadline is null, commitments.deadline, replies.id, commitments.position limit 500",
    ),
    Query(
        "policy_citers",
        "谁引用了某项政策",
        "填政策名称里的几个字，或者完整的文号；按上网时间从近到远。",
        "select distinct policies.title as policy, policies.document_number, replies.agency, replies.title,"
        " replies.session_year, replies.published_at, replies.id from policies"
        " cross join citations on citations.policy_id = policies.id"
        " cross join replies on replies.id = citations.reply_id"
        " where trim(:policy) <> '' and (policies.title like '%' || trim(:policy) || '%'"
        " or policies.document_number = trim(:policy))"
        " order by replies.published_at desc, replies.id, policies.id limit 500",
    ),
    Query(
        "word_by_year",
        "一个词历年出现在多少件答复里",
        "写法同检索框：几个词用空格隔开，全部出现才算。“答复总数”是那一年的全部答复，便于算比例。",
        "with found as (select replies.session_year, count(*) as hits from replies_fts"
        " join replies on replies.search_id = replies_fts.rowid where replies_fts match escape_fts(:words) group by 1)"
        " select found.session_year, found.hits,"
        " (select count(*) from replies where session_year is found.session_year) as replies"
        " from found order by found.session_year desc",
    ),
    Query(
        "word_by_agency",
        "哪些机关的答复里出现一个词",
        "写法同检索框；年份是会议年份，不填就是各年。按件数从多到少。",
        "select replies.agency, count(*) as hits, min(replies.session_year) as first_year,"
        " max(replies.session_year) as last_year from replies_fts"
        " join replies on replies.search_id = replies_fts.rowid"
        f" where replies_fts match escape_fts(:words) and {_YEAR.format('replies')}"
        " group by replies.agency order by hits desc, replies.agency limit 200",
    ),
    Query(
        "title_words",
        "标题里有某个词的答复",
        "写法同检索框，只看标题；上网近的在前。",
        "select replies.id, replies.title, replies.agency, replies.session_year, replies.published_at"
        " from replies_fts join replies on replies.search_id = replies_fts.rowid"
        " where replies_fts match '{title_words} : (' || escape_fts(:words) || ')'"
        " order by replies.published_at desc, replies.id limit 200",
    ),
    Query(
        "by_document_number",
        "按索引号或发文字号找答复",
        "填完整的索引号或发文字号，如 鄂科函〔2024〕12号。",
        "select id, title, agency, index_number, document_number, published_at, url from replies"
        " where index_number = trim(:number) or document_number = trim(:number) order by id limit 100",
    ),
    Query(
        "by_address",
        "按原文网址找答复",
        "填网页地址，开头写加密的还是不加密的都可以；手机版、旧地址、别处转登的地址也认。",
        "select replies.id, replies.title, replies.agency, reply_urls.kind, reply_urls.url, replies.gone_on"
        " from reply_urls join replies on replies.id = reply_urls.reply_id"
        " where reply_urls.url in (trim(:url), replace(trim(:url), 'http://', 'https://'),"
        " replace(trim(:url), 'https://', 'http://')) order by replies.id limit 20",
    ),
    Query(
        "changed_in_month",
        "某月有哪些答复改过、撤下、恢复、搬家",
        "填年月，如 2026-10，不填就是上个月；日期是本库发现的日期，不早于网站实际改动的日期。",
        "select substr(happened.at, 1, 10) as happened_on, happened.kind, replies.title, replies.agency,"
        " happened.detail, replies.id, replies.url from ("
        f"select fetched_at as at, '修改' as kind, reply_id, summary as detail from revisions"
        f" where number > 1 and fetched_at >= {_MONTH} and fetched_at < {_MONTH} || '~'"
        " union all select happened_at, case kind when 'gone' then '撤下' when 'back' then '恢复' else '搬家' end,"
        f" reply_id, former_url from reply_events where happened_at >= {_MONTH} and happened_at < {_MONTH} || '~'"
        ") as happened join replies on replies.id = happened.reply_id"
        " order by happened.at desc, replies.id, happened.kind limit 1000",
    ),
    Query(
        "new_in_month",
        "某月新收进来的答复",
        "填年月，如 2026-10，不填就是上个月；按本库首次见到的时间，不是网站发布的时间。",
        "select substr(first_seen_at, 1, 10) as first_seen_at, id, title, agency, session_year, published_at, url"
        f" from replies where first_seen_at >= {_MONTH} and first_seen_at < {_MONTH} || '~'"
        # A first crawl brings everything in one month: in the order of the index nothing has to be sorted.
        " order by replies.first_seen_at desc, replies.rowid desc limit 1000",
    ),
    Query(
        "busiest_days",
        "一天里公开最多的日子",
        "同一天上网的答复件数，从多到少：集中补发的日子一望而知。",
        "select substr(published_at, 1, 10) as published_at, count(*) as replies from replies"
        " where published_at is not null group by 1 order by replies desc, 1 limit 100",
    ),
    Query(
        "vanished",
        "已经从网站撤下的答复",
        "原网页已确认打不开的答复，本库仍保留；近的在前。填机关名称或其中几个字，不填就是全部。",
        "select gone_on, id, title, agency, published_at, url from replies where gone_on is not null"
        " and (coalesce(trim(:agency), '') = '' or agency like '%' || trim(:agency) || '%')"
        " order by gone_on desc, id limit 500",
    ),
    Query(
        "only_opinions",
        "只见到会办意见、没见到答复的建议提案",
        "会办单位的意见公开了，主办单位的答复没有收到（未公开，或在没有采集的网站上）。年份是会议年份，不填就是各年。",
        "select proposals.id as proposal, places.name as place, proposals.body, proposals.session_year,"
        " proposals.number, proposals.quoted_subject, proposals.opinions from proposals"
        " join places on places.code = proposals.place"
        f" where proposals.has_lead_reply = 0 and {_YEAR.format('proposals')}"
        " order by proposals.session_year desc, proposals.id limit 500",
    ),
    Query(
        "proposers_by_year",
        "个人、联名、单位、界别各提了多少件",
        "按会议年份和提出者种类数建议提案；答复没有写明是谁提的，种类为空值。",
        "select session_year, body, proposer_kind, count(*) as proposals from proposals"
        " group by session_year, body, proposer_kind order by session_year desc, body, proposals desc",
    ),
    Query(
        "grades_by_year",
        "历年的办理等级",
        "答复上印的 A、B、C 等，按会议年份数建议提案；各地含义不同，不能跨地区比较。填地区名称，不填就是全部。",
        "select places.name as place, proposals.session_year, proposals.grade, count(*) as proposals"
        " from proposals join places on places.code = proposals.place where proposals.grade is not null"
        " and (coalesce(trim(:place), '') = '' or places.name like '%' || trim(:place) || '%')"
        " group by 1, 2, 3 order by proposals.session_year desc, 1, 3 limit 1000",
    ),
    Query(
        "issues_of_kind",
        "某种问题的逐件明细",
        "填问题代码；有哪些代码、各有多少件，见“问题统计”。",
        "select issues.severity, issues.field, issues.message, issues.raw, replies.title, issues.reply_id, issues.url"
        " from issues left join replies on replies.id = issues.reply_id where issues.code = trim(:code)"
        " order by issues.id limit 500",
    ),
)
