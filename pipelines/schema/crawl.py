"""Sites, columns, pages, crawls and issues: how we know what we know, and what went wrong."""

from __future__ import annotations

from pipelines.schema.model import Column, Table
from pipelines.schema.replies import OUTCOMES, SEVERITIES

HEALTH = {
    "ok": "正常",
    "partial": "部分成功：有网页没有取到，或网站印的条数多于找到的",
    "failed": "失败：栏目是空的、列表没有取到或被拦截；此前采集到的数据保留",
    "never": "还没有采集过",
    "undiscovered": "栏目待发现：网站已经登记，还不知道答复放在哪个栏目，没有采集",
}
RUN_OUTCOMES = {
    "ok": "完成",
    "partial": "部分完成",
    "failed": "失败",
    "interrupted": "中断，下次接着做",
}

ROLES = {
    "robots": "robots.txt",
    "list": "列表",
    "detail": "详情",
    "continuation": "长文的后续页",
    "attachment": "附件",
}
FINER_OUTCOMES = {
    "unchanged": "取到了，与以前归档的一字不差；或网站答 304，自称没有变",
    "moved": "永久转到本站另一地址（301、308）",
    "template_unknown": "取到了，但模板不认识，没有读出内容",
}
"""What only a comparison with earlier runs, or reading, can tell of a fetch."""

SITES = Table(
    "sites",
    "网站",
    "采集的网站，照采集时的声明；最近一次采集的情况如实公布。",
    (
        Column("key", "代号", "声明文件里的代号。"),
        Column("name", "名称", "网站名称。"),
        Column("agency", "机关", "发布机关的规范名称。", null="综合门户，承载许多机关"),
        Column("place", "地区", "所属地区。", null="没有声明", references="places.code"),
        Column("hosts", "主机", "允许取页的主机，JSON 数组。"),
        Column("family", "建站系统", "网页模板的种类。"),
        Column("health", "状况", "最近一次采集的结果。", values=HEALTH),
        Column(
            "reasons", "原因", "状况不正常的原因和别的该知道的事，一行一条。", null="一切正常或还没有采集"
        ),
        Column("rules", "规则", "与原因逐行对应的规则，见 docs/gates.md。", null="一切正常或还没有采集"),
        Column("crawled_at", "最近采集", "最近一次取页的时间。", null="还没有采集过"),
        Column("replies", "答复数", "在这个网站上见到的答复数；几个网站都登的一件，各算一次。", "INTEGER"),
        Column("pages", "网页数", "已知的详情页数。", "INTEGER"),
        Column("discover", "栏目不全", "1 表示栏目还没有找全，或一个也没有找到。", "INTEGER"),
        Column("source", "登记依据", "网站和栏目是从哪里知道的。", null="没有写明"),
        Column(
            "known_on", "依据的时间", "`YYYY`、`YYYY-MM` 或 `YYYY-MM-DD`：依据是什么时候的。", null="没有写明"
        ),
    ),
    ("key",),
    indexes=(("place",), ("health",), ("replies",), ("crawled_at",), ("family",)),
    facets=("health", "place", "family"),
    sort="-replies",
    label="name",
)

COLUMNS = Table(
    "columns",
    "栏目",
    "登载答复的栏目，以及与网站自己所印条数的核对。",
    (
        Column("url", "网址", "栏目首页。"),
        Column("site", "网站", "所属网站。", references="sites.key"),
        Column(
            "holds",
            "登载",
            "声明的内容。",
            values={"mixed": "混合", "政协": "政协提案的答复", "人大": "人大建议的答复"},
        ),
        Column("may_be_empty", "可以为空", "1 表示允许一条也没有。", "INTEGER"),
        Column("total_may_differ", "可以不符", "1 表示声明允许网站所印的数与找到的不符。", "INTEGER"),
        Column("year", "年份", "栏目只放某一年的答复时声明的年份。", "INTEGER", null="不限于一年"),
        Column("printed_total", "网站所印条数", "网站自己印的“共 N 条”。", "INTEGER", null="网站没有印"),
        Column("page_count", "网站所印页数", "网站自己印的页数。", "INTEGER", null="网站没有印"),
        Column("pages_read", "读到页数", "读到的列表页数。", "INTEGER"),
        Column(
            "rows_found",
            "找到条数",
            "列表里现有的条数，照网站的算法：每页都置顶的只算一条，发布两次的算两条，指向站外的也算。",
            "INTEGER",
        ),
        Column("rows_refused", "站外条数", "其中链接指向声明之外的主机、没有采集的条数。", "INTEGER"),
        Column("documents", "文件数", "列表现在列出的不同地址数，站外的不算。", "INTEGER"),
        Column(
            "documents_missing",
            "没有结果的文件数",
            "其中没有取到、不许取或还没有取的；已撤下、页面不存在的不算，那是网站自己的答复。",
            "INTEGER",
        ),
        Column("replies", "答复数", "其中成为答复的；同一件在栏目里发布两次的算一件。", "INTEGER"),
        Column(
            "coverage", "覆盖率", "找到条数占网站所印条数的百分比，取整。", "INTEGER", null="网站没有印条数"
        ),
        Column(
            "reconciled",
            "核对相符",
            "1 表示找到的与网站所印的相符（或声明允许不符），列出的文件都有了结果。",
            "INTEGER",
            null="列表还没有读到",
        ),
    ),
    ("url",),
    indexes=(("site",), ("holds",), ("replies",), ("rows_found",), ("reconciled",)),
    facets=("site", "holds", "reconciled"),
    sort="url",
    label="url",
)

SITE_OUTCOMES = Table(
    "site_outcomes",
    "各网站取页结果",
    "每个网站最近一次采集中各种结果的地址数，robots.txt 不计。",
    (
        Column("site", "网站", "网站代号。", references="sites.key"),
        Column("role", "用途", "为什么取它。", values={key: ROLES[key] for key in ROLES if key != "robots"}),
        Column("outcome", "结果", "取页的结果。", values=OUTCOMES | FINER_OUTCOMES),
        Column("addresses", "地址数", "地址数。", "INTEGER"),
    ),
    ("site", "role", "outcome"),
    indexes=(("role",), ("outcome",)),
    facets=("outcome", "role"),
)

COLUMN_YEARS = Table(
    "column_years",
    "栏目逐年核对",
    "每个栏目现在列出的文件按年份各有多少、结果如何；年份照列表所印的日期，没有印全的照网址。",
    (
        Column("id", "序号", "每次发布重排，请勿引用。", "INTEGER"),
        Column("column_url", "栏目", "栏目首页。", references="columns.url"),
        Column("year", "年份", "列表日期的年份。", "INTEGER", null="列表和网址里都没有完整、合理的日期"),
        Column("documents", "文件数", "列出的不同地址数。", "INTEGER"),
        Column("documents_missing", "没有结果的文件数", "其中没有取到、不许取或还没有取的。", "INTEGER"),
        Column("replies", "答复数", "其中成为答复的。", "INTEGER"),
    ),
    ("id",),
    unique=(("column_url", "year"),),
    indexes=(("year",),),
    facets=("year",),
)

PAGES = Table(
    "pages",
    "网页",
    "每一个已知地址最近一次的结果。栏目里不是答复的网页（情况通报、工作总结等）只在这里。",
    (
        Column("url", "网址", "地址。"),
        Column("site", "网站", "所属网站。", null="不属于已声明的网站", references="sites.key"),
        Column("column_url", "栏目", "在哪个栏目找到。", null="不是从列表找到的", references="columns.url"),
        Column(
            "role",
            "用途",
            "为什么取它。",
            values=ROLES,
        ),
        Column(
            "document_type",
            "文件类型",
            "读出的类型。",
            null="不是详情页、没有取到，或无法判断",
            values={"reply": "答复", "co_handling_opinion": "会办（协办）意见", "other": "不是答复"},
        ),
        Column("outcome", "结果", "最近一次取页的结果。", values=OUTCOMES),
        Column("status", "HTTP 状态", "最近一次的状态码；0 表示没有应答。", "INTEGER", null="没有取页记录"),
        Column("title", "标题", "读出的标题。", null="不是详情页、没有标题，或答复已撤下、待复核"),
        Column("row_title", "列表标题", "列表里印的标题。", null="不是从列表找到的，或答复已撤下、待复核"),
        Column("row_date", "列表日期", "列表里印的日期，照印。", null="列表没有印"),
        Column(
            "url_date", "网址日期", "网址里的日期，`YYYY-MM-DD`；不代表任何其他日期。", null="网址里没有日期"
        ),
        Column("fetched_at", "取页时间", "最近一次取页的时间。", null="没有取页记录"),
        Column("sha256", "SHA-256", "最近一次内容的校验值。", null="没有内容"),
        Column("bytes", "大小", "最近一次内容的字节数。", "INTEGER", null="没有内容"),
        Column(
            "reply_id",
            "答复",
            "这一页成为哪件答复。",
            null="不是答复，或答复已撤下、待复核",
            references="replies.id",
        ),
    ),
    ("url",),
    indexes=(
        ("site",),
        ("column_url",),
        ("role",),
        ("document_type",),
        ("outcome",),
        ("fetched_at",),
        ("reply_id",),
    ),
    facets=("role", "outcome", "document_type", "site"),
    sort="-fetched_at",
    size=50,
)

ISSUES = Table(
    "issues",
    "问题",
    "处理中发现的缺漏和矛盾；代码的解释见 docs/issues.md。",
    (
        Column("id", "序号", "每次发布重排，请勿引用。", "INTEGER"),
        Column("url", "网址", "哪一页的问题。", null="不是某一页的问题"),
        Column("reply_id", "答复", "哪件答复的问题。", null="不是某件答复的问题", references="replies.id"),
        Column("site", "网站", "哪个网站的问题。", null="不属于已声明的网站", references="sites.key"),
        Column("code", "代码", "问题的种类。"),
        Column("severity", "程度", "严重程度。", values=SEVERITIES),
        Column("field", "字段", "涉及的字段。", null="不是某个字段的问题"),
        Column("message", "说明", "发现了什么，在哪里。"),
        Column("raw", "原样", "网页上印的样子。", null="没有"),
    ),
    ("id",),
    indexes=(("code",), ("severity",), ("site",), ("reply_id",), ("field",)),
    facets=("severity", "code", "site", "field"),
    size=50,
)

CRAWLS = Table(
    "crawls",
    "采集记录",
    "每一次采集。",
    (
        Column("id", "序号", "归档里的运行序号。", "INTEGER"),
        Column(
            "kind",
            "方式",
            "网页是怎样得来的。",
            values={"crawl": "程序采集", "import": "由人用浏览器打开、保存，再导入"},
        ),
        Column("started_at", "开始", "开始时间。"),
        Column("finished_at", "结束", "结束时间。", null="没有结束：中断或正在进行"),
        Column("outcome", "结果", "这次采集的结果。", null="没有结束", values=RUN_OUTCOMES),
        Column("sites", "网站", "采集了哪些网站，JSON 数组。"),
        Column(
            "addresses",
            "地址数",
            "取过的不同地址数，robots.txt 不计；以下各数都以每个地址最后一次的结果计。",
            "INTEGER",
        ),
        Column("ok", "成功数", "取到文件的地址数。", "INTEGER"),
        Column("blocked", "拦截数", "被拦截的地址数。", "INTEGER"),
        Column("failed", "失败数", "其他没有取到的地址数。", "INTEGER"),
        Column("bytes", "字节数", "收到的字节数。", "INTEGER"),
    ),
    ("id",),
    indexes=(("started_at",), ("outcome",), ("kind",)),
    facets=("outcome", "kind"),
    sort="-started_at",
)

STATE = Table(
    "index_state",
    "检索索引的状态",
    "供 hubei-replies check 判断检索索引是否与正文一致。",
    (
        Column("key", "键", "项目。"),
        Column("value", "值", "值。"),
    ),
    ("key",),
    hidden=True,
)

BEFORE = (SITES, COLUMNS, COLUMN_YEARS, SITE_OUTCOMES, CRAWLS)
"""Replies refer to these."""
AFTER = (PAGES, ISSUES, STATE)
"""These refer to replies."""
