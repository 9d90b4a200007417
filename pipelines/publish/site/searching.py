"""`/search?q=…`: one box over all titles, texts and attachments, as a page and as JSON."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import BadRequest, NotFound, Request, Response

from pipelines.publish import search as engine
from pipelines.publish.feeds.route import MAX_WORDS
from pipelines.publish.search import NONE, Found, Named, Search
from pipelines.publish.search.find import Sort
from pipelines.publish.site import labels, links
from pipelines.publish.site.asked import address, asked, is_canonical, spans, stock, toggled, with_agencies
from pipelines.publish.site.corpora import recognised
from pipelines.publish.site.listing import UNTITLED, chinese_date, proposal_name, reading_list

ROUTE = r"/search(?P<format>\.json)?$"

SHOWN = 12
"""Values of a facet on the page."""

TITLES = {"year": "会议年份", "agency": "发布机关", "place": "地区", "body": "人大或政协", "type": "文件类型"}

SORTS: tuple[tuple[str, Sort], ...] = (("相关程度", "relevance"), ("最新公开", "date"))

TOO_SLOW = 503
"""Status of a search that did not end in time; the page says how to narrow it."""


async def search(request: Request, datasette: Any) -> Response:
    """The view function of the route; 404 where no corpus is served."""
    names = recognised(datasette)
    if not names:
        raise NotFound("404")
    as_json = request.url_vars["format"] is not None
    page: dict[str, Any] = {"database": names[0], "ok": True}
    try:
        wanted = asked(request)
    except BadRequest as error:
        return await _answer(datasette, request, {**page, "ok": False, "error": str(error)}, 400, as_json)
    here = datasette.urls.path("search.json" if as_json else "search")
    if not wanted.words and wanted.chosen:
        rows = links.rows_where(datasette, names[0], "replies", **stock(wanted))
        return Response.redirect(rows if not as_json else rows.replace("/replies?", "/replies.json?", 1))
    if wanted.words and not is_canonical(request, wanted):
        return Response.redirect(here + address(wanted))
    if not wanted.words:
        return await _answer(datasette, request, page, 200, as_json)

    def within_time(conn: sqlite3.Connection) -> dict[str, Any]:
        with sqlite_timelimit(conn, datasette.sql_time_limit_ms):
            return _look(conn, wanted)

    page["asked"] = wanted
    try:
        page |= await datasette.databases[names[0]].execute_fn(within_time)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        told = "检索用时超过限制，已经中止。请多写几个字，或者加上机关、年份等条件。"
        return await _answer(datasette, request, {**page, "ok": False, "error": told}, TOO_SLOW, as_json)
    status = 404 if wanted.page > max(1, page["found"].pages) else 200
    return await _answer(datasette, request, page, status, as_json)


def _look(conn: sqlite3.Connection, wanted: Search) -> dict[str, Any]:
    """All that comes from the database."""
    resolved = with_agencies(conn, wanted)
    found = engine.find(conn, resolved)
    named = engine.named(conn, wanted.words)
    return {
        "found": found,
        "entries": reading_list(conn, found.ids, str(found.search.query)),
        "named": [told for one in named if (told := _told(conn, one))],
        "places": dict(conn.execute("select code, name from places").fetchall()),
        "hints": [] if found.total else engine.hints(conn, resolved),
        "absent": [] if found.total else engine.absent(conn, resolved),
    }


def _told(conn: sqlite3.Connection, named: Named) -> dict[str, Any] | None:
    """Name and note of a row that the query names."""
    if named.table == "replies":
        row = conn.execute(
            "select title, agency, signed_on from replies where id = ?", (named.id,)
        ).fetchone()
        note = "，".join(filter(None, (row["agency"], chinese_date(row["signed_on"])))) if row else ""
        return (
            {"table": "replies", "id": named.id, "text": row["title"] or UNTITLED, "note": note}
            if row
            else None
        )
    row = conn.execute(
        "select proposals.*, null as level, places.name as place_name from proposals"
        " left join places on places.code = proposals.place where proposals.id = ?",
        (named.id,),
    ).fetchone()
    counts = [(row["replies"], "{} 件答复"), (row["opinions"], "{} 件会办意见")]
    note = "，".join(text.format(number) for number, text in counts if number)
    return {"table": "proposals", "id": named.id, "text": proposal_name(row), "note": note}


async def _answer(
    datasette: Any, request: Request, page: Mapping[str, Any], status: int, as_json: bool
) -> Response:
    if as_json:
        body = _as_json(datasette, request, page)
        response = Response.json(body, status=status)
        if datasette.cors:
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response
    shown = _shown(datasette, page) | {"words": (request.args.get("q") or "")[:1000]}
    return Response.html(
        await datasette.render_template("search.html", shown, request=request), status=status
    )


def _shown(datasette: Any, page: Mapping[str, Any]) -> dict[str, Any]:
    """What `search.html` shows: the addresses and words for what was found."""
    here, database = datasette.urls.path("search"), page["database"]
    wanted: Search | None = page.get("asked")
    found: Found | None = page.get("found")
    out: dict[str, Any] = {
        "database": database,
        "here": here,
        "error": page.get("error"),
        "wanted": wanted,
        "fields": _fields(wanted),
        "found": None,
        "all": datasette.urls.table(database, "replies"),
    }
    if wanted is None or found is None:
        return out

    def link(search: Search) -> str:
        return f"{here}{address(search)}"

    rows = datasette.urls.table(database, "replies")
    arguments = stock(found.search)
    facets = _facets(page, wanted, found, link)
    for facet in facets:
        column = engine.FACETS[facet["key"]]
        facet["more_url"] = f"{rows}?{urlencode({**arguments, '_facet': column, '_facet_size': 'max'})}"
    return out | {
        "found": found,
        "entries": page["entries"],
        "named": [
            {**one, "url": links.row(datasette, database, one["table"], one["id"])} for one in page["named"]
        ],
        "chosen": [
            {"text": _value(name, text, page["places"]), "remove": link(other)}
            for name in wanted.chosen
            for text, other in _removable(wanted, name)
        ],
        "facets": facets,
        "sorts": [
            {
                "name": name,
                "current": found.search.sort == sort,
                "url": link(replace(wanted, sort=sort, page=1)),
            }
            for name, sort in SORTS
        ],
        "before": link(replace(wanted, page=wanted.page - 1)) if wanted.page > 1 else None,
        "after": link(replace(wanted, page=wanted.page + 1)) if wanted.page < found.pages else None,
        "first": link(replace(wanted, page=1)),
        "anywhere": link(replace(wanted, in_title=not wanted.in_title, page=1)),
        "hints": [
            {"why": one.why, "text": str(one.search.query), "url": link(one.search), "hits": one.hits}
            for one in page["hints"]
        ],
        "absent": page["absent"],
        "unwanted_only": bool(wanted.query.unwanted) and not wanted.query.wanted,
        "wordless": not wanted.query.terms,
        "enough": engine.ENOUGH,
        "table": f"{rows}?{urlencode(arguments)}",
        "csv": f"{rows}.csv?{urlencode({**arguments, '_stream': 'on', '_dl': 'on', '_excel': '1'})}",
        "json": datasette.urls.path("search.json") + address(wanted),
        "feed": _feed(datasette, str(found.search.query)),
    }


def _feed(datasette: Any, words: str) -> str | None:
    """Address of the feed of these words; None where they are more than a feed takes."""
    if len(words) > MAX_WORDS:
        return None
    return f"{datasette.urls.path('feeds/search.atom')}?{urlencode({'q': words})}"


def _removable(wanted: Search, name: str) -> list[tuple[str, Search]]:
    """Chosen values of a facet, a span of years as one, and the search without each."""
    if name != "year":
        return [(value, toggled(wanted, name, value)) for value in wanted.chosen[name]]
    out = []
    for span in spans(wanted.chosen[name]):
        first, _, last = span.partition("-")
        kept = tuple(
            year
            for year in wanted.chosen[name]
            if (year != NONE if span == NONE else year == NONE or not first <= year <= (last or first))
        )
        rest = {key: values for key, values in wanted.chosen.items() if key != name}
        out.append((span, replace(wanted, chosen={**rest, name: kept} if kept else rest, page=1)))
    return out


def _fields(wanted: Search | None) -> dict[str, Any]:
    """What stands in the form: the text of its fields, and what is carried along unseen."""
    chosen = dict(wanted.chosen) if wanted else {}
    years = chosen.pop("year", ())
    agencies = chosen.pop("agency", ())
    seen = agencies if len(agencies) == 1 and agencies[0] != NONE else ()
    hidden = [(name, value) for name, values in chosen.items() for value in values]
    hidden += [("agency", value) for value in agencies if not seen]
    hidden += [("year", NONE)] if NONE in years else []
    hidden += [("sort", "date")] if wanted and wanted.sort == "date" else []
    return {
        "title": wanted is not None and wanted.in_title,
        "years": " ".join(one for one in spans(years) if one != NONE),
        "agency": seen[0] if seen else "",
        "hidden": hidden,
    }


def _facets(page: Mapping[str, Any], wanted: Search, found: Found, link: Any) -> list[dict[str, Any]]:
    out = []
    for name, counts in found.facets.items():
        chosen = wanted.chosen.get(name, ())
        values = [
            {
                "text": _value(name, value, page["places"]),
                "hits": one.hits,
                "url": link(toggled(wanted, name, value)),
                "chosen": value in chosen,
            }
            for one in counts[:SHOWN]
            for value in [NONE if one.value is None else str(one.value)]
        ]
        if len(counts) > 1 or chosen:
            out.append(
                {"key": name, "name": TITLES[name], "values": values, "more": len(counts) - len(values)}
            )
    return out


def _value(name: str, value: str, places: Mapping[str, str]) -> str:
    """A value of a facet in words."""
    if value == NONE:
        return "不明"
    if name == "year":
        return f"{value}年"
    if name == "place":
        return places.get(value, value)
    return labels.value("replies", engine.FACETS[name], value) or value


def _as_json(datasette: Any, request: Request, page: Mapping[str, Any]) -> dict[str, Any]:
    found: Found | None = page.get("found")
    if found is None:
        error = page.get("error") or "请在地址里写要找的词，如 /search.json?q=电梯"
        return {"ok": False, "error": error}
    database, wanted = page["database"], page["asked"]

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, path))

    def text(parts: Sequence[Any] | None) -> str | None:
        return "".join(part.text for part in parts) if parts else None

    return {
        "ok": True,
        "q": wanted.words,
        "searched": str(found.search.query),
        "simplified": found.converted,
        "total": found.total,
        "sort": found.search.sort,
        "page": wanted.page,
        "pages": found.pages,
        "replies": [
            {
                "id": one["id"],
                "url": absolute(links.row(datasette, database, "replies", one["id"])),
                "title": text(one["title"]),
                "agency": one["agency"],
                "date": one["date"],
                "excerpt": text(one["excerpt"]),
                "excerpt_of": one["excerpt_of"],
            }
            for one in page["entries"]
        ],
        "facets": {
            name: [{"value": one.value, "replies": one.hits} for one in counts]
            for name, counts in found.facets.items()
        },
        "facets_count": found.counted,
        "hints": [{"why": one.why, "q": str(one.search.query), "replies": one.hits} for one in page["hints"]],
    }
