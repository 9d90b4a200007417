"""The first page: what this is, how fresh and how complete it is, and the ways in.

Made once a snapshot (`chinese.Chinese.home`), and from indexes and tables of counts only: it never looks at every reply.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.publish.site import labels
from pipelines.publish.site.charts import Row, bars
from pipelines.publish.site.listing import UNTITLED, chinese_date
from pipelines.publish.site.pages.absent import LOST
from pipelines.publish.site.pages.at import At, number, one, rows
from pipelines.publish.site.pages.figures import years

LATEST = 8
CHIPS = 14
AGENCIES = 8
GROUPS = (("地区", "place"), ("人大或政协", "body"), ("文件类型", "document_type"))
DESCRIPTION = (
    "湖北省各级政府部门对人大代表建议、政协委员提案的公开答复：逐件保存，注明出处，可以检索、引用和下载。"
)


async def page(datasette: Any, database: str) -> dict[str, Any]:
    """All that `index.html` shows of a corpus."""
    at = At(datasette, database)
    metadata = (datasette.metadata("databases") or {}).get(database) or {}
    made: dict[str, Any] = await datasette.databases[database].execute_fn(lambda conn: read(conn, at))
    queries = (await datasette.get_canned_queries(database, None)).values()
    return made | {
        "database": database,
        "description": metadata.get("description") or datasette.metadata("description") or DESCRIPTION,
        "queries": [
            {
                "title": query.get("title") or query["name"],
                "url": datasette.urls.query(database, query["name"]),
                "about": _first_sentence(query.get("description") or ""),
            }
            for query in queries
        ],
    }


def read(conn: sqlite3.Connection, at: At) -> dict[str, Any]:
    """figures, fresh, health, latest, years, agencies, groups, troubles."""
    seen = one(conn, "select max(last_seen_at) from replies")
    return {
        "figures": [
            {"name": name, "value": number(conn, f"select {sql}"), "url": at.where(table).removesuffix("?")}
            for name, sql, table in (
                ("答复", "count(*) from replies", "replies"),
                ("建议提案", "count(*) from proposals", "proposals"),
                ("公开机关", "count(distinct agency) from replies", "agencies"),
                ("网站", "count(*) from sites", "sites"),
            )
        ],
        "fresh": chinese_date(seen[0]) if seen and seen[0] else None,
        "health": _health(conn),
        "latest": [
            {
                "title": row["title"] or UNTITLED,
                "url": at.row("replies", row["id"]),
                "agency": row["agency"] or row["publisher"],
                "published_at": row["published_at"],
            }
            for row in rows(
                conn,
                "select id, title, agency, publisher, published_at from replies"
                f" where published_at is not null order by published_at desc, id limit {LATEST}",
            )
        ],
        "years": years(conn, at),
        "agencies": _agencies(conn, at),
        "groups": [
            {"name": name, "entries": found}
            for name, column in GROUPS
            if len(found := _group(conn, at, column)) > 1
        ],
        "troubles": _troubles(conn, at),
    }


def _first_sentence(text: str) -> str:
    return text.split("。")[0] + ("。" if "。" in text else "")


def _health(conn: sqlite3.Connection) -> dict[str, int]:
    """Number of sites by state of the last crawl."""
    return {row[0]: row[1] for row in rows(conn, "select health, count(*) from sites group by health")}


def _agencies(conn: sqlite3.Connection, at: At) -> dict[str, Any] | None:
    found = rows(
        conn,
        "select agency, count(*) as n from replies where agency is not null group by agency"
        f" order by n desc, agency limit {AGENCIES}",  # our own number
    )
    drawn = []
    for row in found:
        known = one(conn, "select id from agencies where name = ? order by id", row["agency"])
        url = at.row("agencies", known["id"]) if known else at.where("replies", agency=row["agency"])
        drawn.append(Row(row["agency"], (row["n"],), url))
    return bars(drawn, ("件数",), "机关")


def _group(conn: sqlite3.Connection, at: At, column: str) -> list[dict[str, Any]]:
    shown = "(select name from places where code = place)" if column == "place" else "null"
    return [
        {
            "label": row[2] or labels.value("replies", column, row[0]) or str(row[0]),
            "count": row[1],
            "url": at.where("replies", **{column: row[0]}),
        }
        for row in rows(
            conn,
            f"select {column}, count(*), {shown} from replies where {column} is not null"  # our own
            f" group by 1 order by 2 desc, 1 limit {CHIPS}",
        )
    ]


def _troubles(conn: sqlite3.Connection, at: At) -> list[dict[str, str]]:
    lost = ", ".join(f"'{outcome}'" for outcome in LOST)
    found = (
        (
            number(conn, "select count(*) from sites where health in ('partial', 'failed')"),
            "{} 个网站最近一次没有采全",
            at.where("sites", health__in="partial,failed"),
        ),
        (
            number(conn, "select count(*) from sites where health in ('never', 'undiscovered')"),
            "{} 个网站还没有采集",
            at.where("sites", health__in="never,undiscovered"),
        ),
        (
            number(conn, f"select count(*) from pages where outcome in ({lost})"),  # our own
            "{} 个网页没有取到（被拦截、不许取、没有应答或内容不全）",
            at.where("pages", outcome__in=",".join(LOST)),
        ),
        (
            number(conn, "select count(*) from replies where gone_on is not null"),
            "{} 件答复的原网页已经撤下",
            at.where("replies", gone_on__notnull=1),
        ),
        (
            number(conn, "select count(*) from replies where session_year is null"),
            "{} 件答复看不出属于哪一年",
            at.where("replies", session_year__isnull=1),
        ),
    )
    return [{"text": text.format(f"{count:,}"), "url": url} for count, text, url in found if count]
