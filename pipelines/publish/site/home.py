"""The first page: what this is, how fresh and how complete it is, and the ways in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.publish.site import labels
from pipelines.publish.site.links import rows_where
from pipelines.publish.site.listing import chinese_date

LATEST = 8
CHIPS = 14
GROUPS = (("按年份", "session_year"), ("按答复机关", "agency"), ("按地区", "place"), ("按建议提案", "body"))
LOST = ("blocked", "robots", "unreachable", "error", "maintenance", "truncated", "empty")
"""Outcomes of a page that we wanted and do not have."""
DESCRIPTION = (
    "湖北省各级政府部门对人大代表建议、政协委员提案的公开答复：逐件保存，注明出处，可以检索、引用和下载。"
)


async def page(datasette: Any, database: str) -> dict[str, Any]:
    """All that `index.html` shows of a corpus: figures, fresh, latest, groups, queries, troubles."""
    db = datasette.databases[database]

    async def rows(sql: str) -> Sequence[Any]:
        found: Sequence[Any] = (await db.execute(sql)).rows
        return found

    async def number(sql: str) -> int:
        return int((await rows(sql))[0][0])

    metadata = (datasette.metadata("databases") or {}).get(database) or {}
    tables = datasette.urls.table
    crawled = (await rows("select max(last_seen_at) from replies"))[0][0]
    return {
        "database": database,
        "description": metadata.get("description") or datasette.metadata("description") or DESCRIPTION,
        "figures": [
            {
                "name": "答复",
                "value": await number("select count(*) from replies"),
                "url": tables(database, "replies"),
            },
            {
                "name": "建议提案",
                "value": await number("select count(*) from proposals"),
                "url": tables(database, "proposals"),
            },
            {
                "name": "公开机关",
                "value": await number("select count(distinct agency) from replies"),
                "url": tables(database, "agencies"),
            },
            {
                "name": "站点",
                "value": await number("select count(*) from sites"),
                "url": tables(database, "sites"),
            },
        ],
        "fresh": f"最近一次采集到答复：{chinese_date(crawled)}" if crawled else None,
        "latest": await rows(
            "select id, title, agency, publisher, published_at from replies"  # noqa: S608  # our own number
            f" where published_at is not null order by published_at desc, id limit {LATEST}"
        ),
        "groups": [
            group
            for name, column in GROUPS
            if (group := await _group(datasette, database, name, column, rows))["entries"]
        ],
        "queries": list((await datasette.get_canned_queries(database, None)).values()),
        "troubles": await _troubles(datasette, database, number),
    }


async def _group(datasette: Any, database: str, title: str, column: str, rows: Any) -> dict[str, Any]:
    order = f"{column} desc" if column == "session_year" else "2 desc, 1"
    shown = "(select name from places where code = place)" if column == "place" else "null"
    counts = await rows(
        f"select {column}, count(*), {shown} from replies where {column} is not null"  # noqa: S608  # our own
        f" group by 1 order by {order} limit {CHIPS}"
    )
    return {
        "name": title,
        "entries": [
            {
                "label": name or labels.value("replies", column, value) or str(value),
                "count": count,
                "url": rows_where(datasette, database, "replies", **{column: value}),
            }
            for value, count, name in counts
        ],
    }


async def _troubles(datasette: Any, database: str, number: Any) -> list[dict[str, str]]:
    lost = "', '".join(LOST)
    found = (
        (
            await number("select count(*) from sites where health in ('partial', 'failed')"),
            "{} 个网站最近一次没有采全",
            rows_where(datasette, database, "sites", health__in="partial,failed"),
        ),
        (
            await number(f"select count(*) from pages where outcome in ('{lost}')"),  # noqa: S608  # our own
            "{} 个网页没有取到（被拦截、不许取、没有应答或内容不全）",
            rows_where(datasette, database, "pages", outcome__in=",".join(LOST)),
        ),
        (
            await number("select count(*) from replies where gone_on is not null"),
            "{} 件答复的原网页已经撤下",
            rows_where(datasette, database, "replies", gone_on__notnull=1),
        ),
        (
            await number("select count(*) from replies where session_year is null"),
            "{} 件答复看不出属于哪一年",
            rows_where(datasette, database, "replies", session_year__isnull=1),
        ),
    )
    return [{"text": text.format(f"{count:,}"), "url": url} for count, text, url in found if count]
