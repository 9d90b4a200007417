"""What machines ask for first: `/robots.txt`, `/llms.txt`, `/sitemap.xml` and the sitemaps that it lists."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from datasette.utils.asgi import NotFound, Request, Response

from pipelines import schema
from pipelines.publish.exports.terms import CAVEATS
from pipelines.publish.site.corpora import alone, recognised
from pipelines.schema.metadata import DESCRIPTION, LICENSE, SOURCE, TITLE

SIZE = 10_000
"""Addresses of one sitemap; the protocol allows 50,000 and 50 MB (sitemaps.org)."""
MAPPED = {
    "replies": "last_seen_at",
    "proposals": None,
    "agencies": None,
    "policies": None,
    "sites": "crawled_at",
}
"""Tables whose rows have a page to read → the column with the time of the last change, if there is one."""
PLACES = ("", "download", "docs", "docs/dictionary", "docs/sql", "docs/api", "feeds")
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


def _served(request: Request, datasette: Any) -> tuple[str, str, str]:
    """(name of the corpus, address of the instance with its slash, address of the corpus). Raises NotFound without one."""
    names = recognised(datasette)
    if not names:
        raise NotFound("404")
    base = datasette.absolute_url(request, datasette.urls.instance())
    return names[0], base, base + datasette.databases[names[0]].route


async def robots(request: Request, datasette: Any) -> Response:
    """Pages of things may be read by robots, endless combinations of filters and queries may not."""
    _, base, _ = _served(request, datasette)
    if not alone(datasette):
        raise NotFound("404")
    root = datasette.urls.instance()
    lines = [
        "User-agent: *",
        *(
            f"Disallow: {root}*{part}"
            for part in ("?*_facet", "?*_sort", "?*_search", "?*__", "?*sql=", ".csv", ".json", ".db")
        ),
        f"Disallow: {root}-/",
        f"Disallow: {root}search",
        f"Allow: {root}",
        "Crawl-delay: 2",
        "",
        f"Sitemap: {base}sitemap.xml",
        "",
    ]
    return Response("\n".join(lines), content_type=TEXT)


async def llms(request: Request, datasette: Any) -> Response:
    """What this is, where everything stands and what to mind, for programs that read text (llmstxt.org)."""
    name, base, corpus = _served(request, datasette)
    queries = await datasette.get_canned_queries(name, None)
    lines = [
        f"# {TITLE}\n",
        f"> {DESCRIPTION}\n",
        f"使用条件：{LICENSE}。来源：{SOURCE}。\n",
        *(f"- {caveat}" for caveat in CAVEATS),
        "\n## 数据\n",
        f"- [一件答复]({corpus}/replies/{{id}}.json?_shape=objects)：把 {{id}} 换成答复编号",
        f"- [检索]({corpus}/replies.json?_shape=array&_search={quote('建设')})：几个词用空格隔开，全部出现才算命中",
        f"- [全部下载]({base}download)：SQLite、CSV、JSON、Parquet 和 datapackage.json",
        f"- [站点地图]({base}sitemap.xml)：全部答复的地址",
        f"- [订阅]({base}feeds)：新答复、改动、任何检索",
        "\n## 说明\n",
        f"- [数据字典]({base}docs/dictionary)：每个表、每一列的含义，空值代表什么",
        f"- [接口]({base}docs/api)：JSON、CSV 的参数和例子",
        f"- [SQL 教程]({base}docs/sql)：十个问题",
        "\n## 表\n",
        *(
            f"- [{one.title}]({corpus}/{one.name}.json)：{one.description}"
            for one in schema.TABLES
            if not one.hidden
        ),
        "\n## 常用查询\n",
        *(
            f"- [{one.get('title') or key}]({corpus}/{quote(key)}.json?_shape=array)：{one.get('description') or ''}"
            for key, one in queries.items()
        ),
        "",
    ]
    return Response("\n".join(lines), content_type=TEXT)


async def sitemap(request: Request, datasette: Any) -> Response:
    """The index: one sitemap for the pages beside the tables, and one for each ten thousand rows of each table."""
    name, base, _ = _served(request, datasette)

    def count(conn: sqlite3.Connection) -> dict[str, int]:
        return {table: conn.execute(f"select count(*) from {table}").fetchone()[0] for table in MAPPED}  # noqa: S608

    counts = await datasette.databases[name].execute_fn(count)
    names = ["sitemap-pages-1.xml"]
    for table, rows in counts.items():
        names += [f"sitemap-{table}-{number + 1}.xml" for number in range(-(-rows // SIZE))]
    items = "".join(f"<sitemap><loc>{escape(base + one)}</loc></sitemap>\n" for one in names)
    return Response(_document("sitemapindex", items), content_type=XML)


async def part(request: Request, datasette: Any) -> Response:
    """One sitemap; 404 for a number beyond the last."""
    name, base, corpus = _served(request, datasette)
    table, number = request.url_vars["table"], int(request.url_vars["number"])
    if table == "pages":
        found: list[tuple[str, str | None]] = [(base + one, None) for one in PLACES] if number == 1 else []
    else:
        changed = MAPPED[table] or "null"
        key = schema.table(table).pk[0]

        def rows(conn: sqlite3.Connection) -> list[tuple[str, str | None]]:
            sql = f"select {key}, {changed} from {table} order by {key} limit ? offset ?"  # noqa: S608  # our own names
            return conn.execute(sql, (SIZE, (number - 1) * SIZE)).fetchall()

        found = [
            (f"{corpus}/{table}/{quote(one, safe='')}", when)
            for one, when in await datasette.databases[name].execute_fn(rows)
        ]
    if not found:
        raise NotFound("404")
    items = "".join(
        f"<url><loc>{escape(address)}</loc>{f'<lastmod>{escape(when)}</lastmod>' if when else ''}</url>\n"
        for address, when in found
    )
    return Response(_document("urlset", items), content_type=XML)


def _document(root: str, items: str) -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{space}">\n{items}</{root}>\n'


ROUTES: tuple[tuple[str, Callable[..., Any]], ...] = (
    (r"/robots\.txt$", robots),
    (r"/llms\.txt$", llms),
    (r"/sitemap\.xml$", sitemap),
    (rf"/sitemap-(?P<table>pages|{'|'.join(MAPPED)})-(?P<number>[1-9][0-9]{{0,4}})\.xml$", part),
)
