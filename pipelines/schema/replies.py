"""The tables of a reply: what a reader cites, its text, its addresses, and where each value came from."""

from __future__ import annotations

from pipelines.schema.model import Column, Table

_REPLY = Column("reply_id", "答复", "所属答复。", references="replies.id")

DOCUMENT_TYPES = {
    "reply": "答复：对一件或几件建议、提案的答复",
    "co_handling_opinion": "会办（协办）意见：写给主办单位的意见",
}
BODIES = {"政协": "政协提案", "人大": "人大代表建议、议案"}
PROPOSER_KINDS = {
    "个人": "一位代表或委员",
    "联名": "几位代表或委员一起",
    "单位": "党派、团体、政协专门委员会、代表团等；也包括只写“贵单位”的",
    "界别": "政协界别、界别小组、委员小组",
}
SEVERITIES = {
    "error": "错误：有内容没有得到",
    "warning": "警告：有值可能不对，或两处说法不一致",
    "info": "说明：不影响使用",
}
OUTCOMES = {
    "ok": "取到了文件本身",
    "redirect": "转到本站另一地址",
    "refused": "未跟随、未保存：转到站外、类型不对或过大",
    "blocked": "被拦截：质询页、验证码",
    "maintenance": "维护通知",
    "soft_404": "状态 200，内容却说页面不存在",
    "gone": "404 或 410",
    "error": "其他 4xx、5xx",
    "truncated": "收到的字节少于声明的长度",
    "empty": "状态 200 而没有内容",
    "robots": "robots.txt 不许取",
    "unreachable": "没有应答：连接、证书、域名或超时",
}

REPLIES = Table(
    "replies",
    "答复",
    "一行是一件答复，是引用和浏览的单位。网页上没有的值是空值，不猜；每个值的出处见 field_sources，"
    "两处说法不一致的见 issues。四种日期互不推算：落款日期、发文日期、网页发布时间，以及网址里的日期（在 pages）。",
    (
        Column(
            "id",
            "编号",
            "永久编号，用于引用：字母 r 加 11 个小写字符，由最早归档的地址算出；搬家、合并后不变。",
        ),
        Column("title", "标题", "网页上的标题。", null="网页没有标题"),
        Column("document_type", "文件类型", "是答复，还是会办意见。", values=DOCUMENT_TYPES),
        Column(
            "session_year",
            "会议年份",
            "所答复的建议、提案所属会议的年份，由届次查 sessions 表得到，从不由日期推算；各处按“年”统计都用它。",
            "INTEGER",
            null="标题没有写届次，或届次不在 sessions 表里",
        ),
        Column(
            "body",
            "人大或政协",
            "答复的是人大代表还是政协委员；以标题为准，标题没写时用栏目声明。",
            null="标题没写，栏目也是混合的",
            values=BODIES,
        ),
        Column("term", "届", "第几届（第一件建议或提案）。", "INTEGER", null="标题没写"),
        Column("meeting", "次", "第几次会议（第一件建议或提案）。", "INTEGER", null="标题没写"),
        Column(
            "place",
            "地区",
            "发布网站所属地区，GB/T 2260 六位代码。",
            null="不是从已声明的网站采集的",
            references="places.code",
        ),
        Column(
            "agency",
            "发布机关",
            "发布机关的规范名称：先用网站声明，再用网页上的发布机构；机构名录里查不到时照印。",
            null="综合门户且网页没有印发布机构",
        ),
        Column("category", "分类", "网页“分类”一栏，照印。", null="没有这一栏，或这一栏空着"),
        Column("validity", "有效性", "网页“有效性”一栏，照印。", null="没有这一栏，或这一栏空着"),
        Column("disclosure", "公开方式", "网页“公开方式（属性）”一栏，照印。", null="没有这一栏，或空着"),
        Column(
            "published_at",
            "发布时间",
            "网页自称的上网时间，北京时间：`YYYY-MM-DDTHH:MM[:SS]`；没有印时刻的只有日期。",
            null="网页没有写",
        ),
        Column(
            "issued_on",
            "发文日期",
            "“发文日期”“成文日期”一栏，`YYYY-MM-DD`。",
            null="没有这一栏、空着或不是日期",
        ),
        Column(
            "signed_on",
            "落款日期",
            "正文末尾落款的日期，`YYYY-MM-DD`。",
            null="正文没有落款日期，或数字已残缺",
        ),
        Column(
            "index_number",
            "索引号",
            "政府信息公开索引号；去空格、全角转半角。里面的年份是编目年份，不是答复年份。",
            null="网页没有",
        ),
        Column(
            "document_number",
            "发文字号",
            "按 GB/T 9704 的写法，如 鄂科函〔2024〕12号。",
            null="没有、空着、写“无”或不合写法",
        ),
        Column("publisher", "发布机构", "网页“发布机构”一栏，照印（“来源”不算）。", null="没有这一栏"),
        Column("answering_agency", "答复机关", "标题里写明的答复机关，照印。", null="标题没有写"),
        Column("signatory", "落款机关", "正文末尾的署名，照印。", null="正文没有署名"),
        Column("lead_agency", "主办单位", "会办意见写给的单位，照印。", null="不是会办意见，或没有写"),
        Column("co_handlers", "会办单位", "正文里写明的会办单位，JSON 数组，照印；没有则为 `[]`。"),
        Column("salutation", "称谓", "正文开头的称呼，不含冒号。", null="正文没有称谓"),
        Column(
            "grade", "办理等级", "A、B、C、A1 等，照印；各地含义不同，没有全国统一的标准。", null="没有标注"
        ),
        Column(
            "quoted_subject", "案由", "标题或开头用引号、书名号引的建议（提案）题目。", null="没有引用题目"
        ),
        Column(
            "proposer",
            "提出者",
            "称谓或开头写明的提出者，照印，只去掉“尊敬的”；会办意见的称谓是主办单位，不算。",
            null="没有写明是谁，如“尊敬的代表”“贵单位”",
        ),
        Column(
            "proposer_kind",
            "提出者种类",
            "由称谓或开头的写法得出。",
            null="没有写明，或看不出是一人还是几人",
            values=PROPOSER_KINDS,
        ),
        Column(
            "proposer_count",
            "提出人数",
            "印着的人数，如“等12名代表”的 12；没有印的不去数。",
            "INTEGER",
            null="没有印人数",
        ),
        Column("url", "网址", "原文地址。"),
        Column("site", "网站", "采集自哪个网站。", null="不是从已声明的网站采集的", references="sites.key"),
        Column(
            "column_url",
            "栏目",
            "在哪个栏目的列表里找到。",
            null="不是从列表找到的",
            references="columns.url",
        ),
        Column(
            "first_seen_at", "首次见到", "最早一次取到这件答复的时间，ISO 8601，带时区。", null="没有取页记录"
        ),
        Column("last_seen_at", "最近见到", "最近一次取到这件答复的时间。", null="没有取页记录"),
        Column("gone_on", "撤下日期", "确认网站已撤下的日期；答复本身保留。", null="没有撤下，或还没有确认"),
        Column("body_chars", "正文字数", "正文的字符数，空白不计。", "INTEGER"),
        Column("search_id", "检索序号", "全文索引 replies_fts 的 rowid。每次发布重排，请勿引用。", "INTEGER"),
        Column(
            "body_text", "正文", "正文，一段一行；联系人、电话已遮盖。列表不带这一列。", null="没有读到正文"
        ),
    ),
    ("id",),
    unique=(("search_id",),),
    indexes=(
        # Hits of a search are sorted and counted by facet from this index alone.
        ("search_id", "published_at", "session_year", "agency", "place", "body", "document_type"),
        ("place",),
        ("agency",),
        ("session_year",),
        ("body",),
        ("document_type",),
        ("validity",),
        ("published_at",),
        ("signed_on",),
        ("issued_on",),
        ("site",),
        ("column_url",),
        ("index_number",),
        ("document_number",),
        ("body_chars",),
        ("first_seen_at",),
        ("last_seen_at",),
        ("gone_on",),
    ),
    facets=("place", "agency", "session_year", "body", "document_type", "validity"),
    sort="-published_at",
    label="title",
    size=20,
)

REPLY_HTML = Table(
    "reply_html",
    "答复的版式",
    "正文的 HTML：只留版式标签，脚本、样式、事件都已去掉，联系方式已遮盖。每一段前有锚点 `p1`、`p2`……，序号即 body_text 的行号。",
    (_REPLY, Column("html", "HTML", "净化后的正文 HTML。")),
    ("reply_id",),
)

REPLY_URLS = Table(
    "reply_urls",
    "答复的全部地址",
    "一件答复用过的所有地址。手机版、适老版与原版合为一件（原版已在列表里的，不再去取）；同一网站里标题和正文都相同的合为一件；"
    "不同网站上，索引号、发文字号或（建议提案、机关、落款日期）相同，而且信的全文也相同的，合为一件。有一点不同就不合并。",
    (
        Column("url", "网址", "取页时用的地址。"),
        _REPLY,
        Column(
            "kind",
            "种类",
            "这个地址与答复的关系。",
            values={
                "canonical": "正式地址",
                "twin": "手机版、适老版（地址带 _slh）",
                "duplicate": "同一网站上的重复发布",
                "moved": "搬走以前的地址",
                "portal": "综合门户上的同一件",
                "republished": "另一机关网站上的同一件",
            },
        ),
        Column("first_seen_at", "首次见到", "最早一次从这里取到的时间。", null="没有取页记录"),
        Column("last_seen_at", "最近见到", "最近一次从这里取到的时间。", null="没有取页记录"),
    ),
    ("url",),
    indexes=(("reply_id",), ("kind",), ("last_seen_at",)),
    facets=("kind",),
    sort="url",
)

REPLY_IDS = Table(
    "reply_ids",
    "答复的旧编号",
    "合并以前，各个地址各有编号；引用旧编号的，从这里找到现在的编号。网页上旧编号的地址会转到现在的答复。",
    (
        Column("id", "旧编号", "合并以前的编号，由那个地址算出。"),
        _REPLY,
    ),
    ("id",),
    indexes=(("reply_id",),),
    sort="id",
)

FIELD_SOURCES = Table(
    "field_sources",
    "值的出处",
    "答复的每个值从哪里来、由哪条规则得到；与原样不同的另存原样。",
    (
        _REPLY,
        Column(
            "field",
            "字段",
            "replies 的列名；references 指 reply_proposals 表，attachments 指 attachments 表。",
        ),
        Column(
            "source",
            "来源",
            "meta:… 元标签，cell:… 表格里的一栏，line:… 带标签的一行，byline 标题旁的一行，title 标题，"
            "body 正文，attachment:N 第 N 个附件（网页上只写着见附件），row 列表里的一行，"
            "site 网站声明，column 栏目声明，sessions 届次表，correction 人工更正；"
            "发布机关由印着的名称对到名录时，来源是那个字段名。",
        ),
        Column("rule", "规则", "得出这个值的规则。"),
        Column("raw", "原样", "网页上印的样子。", null="与值相同"),
    ),
    ("reply_id", "field"),
    indexes=(("field",), ("source",), ("rule",)),
    facets=("field", "source", "rule"),
)

FORMATS = {
    "pdf": "PDF",
    "docx": "Word",
    "doc": "旧版 Word 或 WPS 文字",
    "xlsx": "Excel",
    "xls": "旧版 Excel 或 WPS 表格",
    "ofd": "OFD 版式文档",
    "odt": "ODF 文字",
    "ods": "ODF 表格",
    "rtf": "RTF",
    "ppt": "旧版演示文稿",
    "pptx": "演示文稿",
    "ole": "其他复合文档，如 WPS 专有格式",
    "zip": "ZIP 压缩包",
    "rar": "RAR 压缩包",
    "7z": "7z 压缩包",
    "text": "纯文本",
    "image": "图片",
    "encrypted": "有密码保护的文档",
    "unknown": "认不出",
}

ATTACHMENTS = Table(
    "attachments",
    "附件",
    "答复的附件和其中的文字，检索时一并检索。光有“附件：”二字而没有文件的不算。格式按内容判定，不看扩展名。",
    (
        _REPLY,
        Column("position", "次序", "从 1 起。", "INTEGER"),
        Column("name", "名称", "网页上印的名称。"),
        Column("url", "网址", "附件的地址。", null="网页没有给出地址"),
        Column(
            "paragraph",
            "第几段",
            "链接（纯文本是名称）在 body_text 的第几行，从 1 起；独占一行的链接算在前一行，第一行之前的为 0。",
            "INTEGER",
            null="附件不在正文里，列在正文之外",
        ),
        Column("outcome", "取件结果", "最近一次取这个附件的结果。", null="没有取过", values=OUTCOMES),
        Column("media_type", "类型", "服务器声明的类型，以最近一次取到的为准，以下各列同。", null="没有取到"),
        Column("bytes", "大小", "字节数。", "INTEGER", null="没有取到"),
        Column("sha256", "SHA-256", "内容的校验值。", null="没有取到"),
        Column("format", "格式", "按内容判定的格式。", null="没有取到", values=FORMATS),
        Column(
            "pages",
            "页数",
            "PDF、OFD 的页数，表格的（未隐藏）工作表数，压缩包的文件数。",
            "INTEGER",
            null="没有取到、没有读，或这种格式不分页",
        ),
        Column("text_rule", "读法", "文字是怎样读出来的，如 pdf.layout、doc.antiword。", null="没有文字"),
        Column(
            "text",
            "文字",
            "附件里的文字，一段一行，表格一行一行、格子之间是制表符；联系人、电话已遮盖。过长的只收前 2 MB。",
            null="没有取到、是图片或扫描件，或读不出（原因见 issues）",
        ),
    ),
    ("reply_id", "position"),
    indexes=(("outcome",), ("format",), ("url",)),
    facets=("outcome", "format"),
)

REVISIONS = Table(
    "revisions",
    "修订",
    "答复内容的每一个状态：1 是首次见到的样子，以后每变一次加一。阅读次数、工具栏的变化不算。",
    (
        _REPLY,
        Column("number", "第几稿", "从 1 起。", "INTEGER"),
        Column("fetched_at", "取到时间", "第一次见到这个状态的时间。", null="没有记录时间"),
        Column("summary", "改了什么", "改动的各项，用顿号隔开。", null="第一稿"),
        Column("changed", "改动", "JSON：`{字段: {old: 旧值, new: 新值}}`。", null="第一稿"),
        Column(
            "diff",
            "正文对照",
            "正文的改动，逐句对照，JSON 数组，照原文次序：`op` 为 `removed` 删去、`added` 加上、`kept` 未变"
            "（改动前后各一句）、`skipped` 略去（`sentences` 是句数）；`text` 是原文，另起一段的以换行结尾。",
            null="第一稿，或正文没有变",
        ),
        Column("digest", "内容校验", "规范化内容的 SHA-256。"),
    ),
    ("reply_id", "number"),
    indexes=(("fetched_at",), ("number",)),
    sort="-fetched_at",
)

EVENTS = {"gone": "撤下", "back": "恢复", "moved": "搬家"}

REPLY_EVENTS = Table(
    "reply_events",
    "答复的去留",
    "整件答复的撤下、恢复、搬家。列表里不见了、被拦截、超时、出错都不算撤下；地址要在几天里几次都答 404 或 410，"
    "期间没有一次打得开，才算。规则见 docs/incremental.md。",
    (
        _REPLY,
        Column("happened_at", "确认时间", "确认的时间，不早于网站实际改动的时间。"),
        Column("kind", "事件", "发生了什么。", values=EVENTS),
        Column("url", "网址", "撤下、恢复的地址；搬家以后的地址。"),
        Column("former_url", "原网址", "搬家以前的地址。", null="不是搬家"),
    ),
    ("reply_id", "happened_at", "kind", "url"),
    indexes=(("happened_at",), ("kind",)),
    facets=("kind",),
    sort="-happened_at",
)

TABLES = (
    REPLIES,
    REPLY_HTML,
    REPLY_URLS,
    REPLY_IDS,
    FIELD_SOURCES,
    ATTACHMENTS,
    REVISIONS,
    REPLY_EVENTS,
)
