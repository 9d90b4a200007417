"""Places, sessions, proposals and agencies: what replies are about and who answers."""

from __future__ import annotations

from pipelines.schema.model import Column, Table
from pipelines.schema.proposals import KINDS, PROPOSALS
from pipelines.schema.replies import BODIES

ROLES = {
    "主办": "主办：负责答复",
    "承办": "承办：网页只写承办，没有分主办、会办",
    "会办": "会办：向主办单位提出意见",
    "协办": "协办：同会办",
    "分办": "分办：各自答复自己的部分",
}

PLACES = Table(
    "places",
    "地区",
    "用到的行政区划，GB/T 2260 代码。",
    (
        Column("code", "代码", "六位：420000 湖北省，420100 武汉市；100000 表示全国。"),
        Column("name", "名称", "全称；名录里没有的代码，这里就是代码本身。"),
        Column("parent", "上级", "上级地区的代码。", null="没有上级"),
    ),
    ("code",),
    indexes=(("parent",), ("name",)),
    sort="code",
    label="name",
)

SESSIONS = Table(
    "sessions",
    "会议届次",
    "届次与年份的对照，来自人工核对的 data/sessions。加开的会议很常见，所以只查表，不推算。",
    (
        Column("id", "编号", "地区-机构-届-次。"),
        Column("place", "地区", "哪一级会议。", references="places.code"),
        Column("body", "人大或政协", "人大或政协。", values=BODIES),
        Column("term", "届", "第几届。", "INTEGER"),
        Column("meeting", "次", "第几次会议。", "INTEGER"),
        Column("year", "年份", "会议召开的年份。", "INTEGER"),
        Column("source", "依据", "年份从哪里知道：印出来的答复、编号、栏目，或汇集的届次资料。"),
    ),
    ("id",),
    unique=(("place", "body", "term", "meeting"),),
    indexes=(("year",), ("body",)),
    facets=("place", "body", "year"),
    sort="-year",
    label="id",
)

REPLY_PROPOSALS = Table(
    "reply_proposals",
    "答复与建议提案",
    "一件答复标题里写明的每一件建议、提案，照印；没有印的部分是空值。",
    (
        Column("reply_id", "答复", "所属答复。", references="replies.id"),
        Column("position", "次序", "标题里的次序，从 1 起。", "INTEGER"),
        Column(
            "proposal_id",
            "建议提案",
            "对应的建议或提案。",
            null="五样不全，无法确定是哪一件",
            references="proposals.id",
        ),
        Column("body", "人大或政协", "照标题。", null="标题没写", values=BODIES),
        Column("level", "级别", "全国、省、市、区等，照印。", null="标题没写"),
        Column("place", "地名", "湖北省、枝江市等，照印。", null="标题没写"),
        Column("term", "届", "第几届。", "INTEGER", null="标题没写"),
        Column("meeting", "次", "第几次会议。", "INTEGER", null="标题没写"),
        Column("number", "编号（照印）", "不含“第”“号”和空格，其余照印。", null="标题没写"),
        Column("category_number", "分类编号", "编号后括注的分类编号，如 财税金融类171。", null="标题没写"),
        Column("kind", "种类", "提案、建议或议案。", null="标题没写", values=KINDS),
    ),
    ("reply_id", "position"),
    indexes=(("proposal_id",), ("number",), ("body",), ("level",), ("kind",)),
    facets=("body", "level", "kind"),
)

AGENCIES = Table(
    "agencies",
    "机关",
    "人工核对的机关名录（data/agencies），加上网站声明里的机关。",
    (
        Column("id", "编号", "地区代码-简称。"),
        Column("name", "名称", "规范全称。"),
        Column("place", "地区", "所属地区。", null="没有声明", references="places.code"),
        Column("code", "组织机构代码", "九位，GB 11714，校验位已核。", null="名录没有登记"),
        Column("since", "成立年份", "以现在的身份设立的年份。", "INTEGER", null="名录没有登记"),
        Column("until", "撤销年份", "撤销或并出的年份。", "INTEGER", null="还在，或名录没有登记"),
        Column(
            "successor",
            "继任机关",
            "撤销后全部职责并入的机关。",
            null="没有撤销，或职责分给了几个机关",
            references="agencies.id",
        ),
        Column(
            "successors",
            "几个继任机关",
            "职责分给几个机关的，JSON 数组，各机关的编号；名称仍归原机关，不归任何一个继任者。",
            null="没有这种情况",
        ),
        Column("source", "出处", "据什么登记。", null="名录没有写"),
        Column("known_on", "知悉年月", "登记时所知的年月，`YYYY-MM`。", null="取自网站声明"),
    ),
    ("id",),
    indexes=(("place",), ("name",), ("code",), ("successor",)),
    facets=("place",),
    sort="id",
    label="name",
)

AGENCY_NAMES = Table(
    "agency_names",
    "机关的各种名称",
    "全称、通称、加挂的牌子、曾用名。答复里的署名按地区和这些名称对到机关；曾用名对到当年用它的机关。",
    (
        Column("agency_id", "机关", "所属机关。", references="agencies.id"),
        Column("name", "名称", "一种写法。"),
        Column(
            "kind",
            "种类",
            "名称的种类。",
            values={
                "canonical": "规范全称",
                "short": "通称",
                "also": "加挂的牌子",
                "former": "曾用名",
            },
        ),
        Column("since", "启用年份", "开始用这个名称的年份。", "INTEGER", null="名录没有登记"),
        Column("until", "停用年份", "不再用这个名称的年份。", "INTEGER", null="还在用，或名录没有登记"),
    ),
    ("agency_id", "name"),
    indexes=(("name",), ("kind",)),
    facets=("kind",),
)

REPLY_AGENCIES = Table(
    "reply_agencies",
    "答复与机关",
    "谁主办、谁会办，从哪里读到。联合答复的几个署名机关都算主办。名称照印；对不到名录里的机关时，机关为空值，不猜。",
    (
        Column("reply_id", "答复", "所属答复。", references="replies.id"),
        Column("position", "次序", "从 1 起；主办在前。", "INTEGER"),
        Column(
            "agency_id", "机关", "名录里的机关。", null="名录里没有，或名称有歧义", references="agencies.id"
        ),
        Column("name", "名称", "网页上印的名称；网页没有印时是网站声明的名称。"),
        Column("role", "角色", "在这件答复里的角色。", values=ROLES),
        Column(
            "source",
            "来源",
            "从哪里读到：title 标题，body 正文，line:… 带标签的一行，cell:… 表格里的一栏，site 网站声明，correction 人工更正。",
        ),
        Column(
            "rule",
            "规则",
            "怎样得出角色：roles.behind “由某某主办”，roles.in_front “会办单位某某”，roles.beside “某某（主办）”，"
            "roles.as_unit “某某为会办单位”，roles.label 带标签的一栏，roles.consulted 会同、经商、征求、综合…意见（记为会办），"
            "roles.opinion 会办意见自称；其余是读出名称的规则，角色由文件类型而定：答复的署名机关主办，会办意见的署名机关会办。",
        ),
    ),
    ("reply_id", "position"),
    indexes=(("agency_id",), ("role",), ("name", "reply_id", "role"), ("rule",)),
    facets=("role", "agency_id", "rule"),
)

TABLES = (SESSIONS, PROPOSALS, AGENCIES, AGENCY_NAMES, REPLY_PROPOSALS, REPLY_AGENCIES)
"""Without `PLACES`, which comes before everything."""
