"""`/snapshot/<id>`: what we keep of a page, the body in its layout, as a page on which nothing can run.

Three doors stand behind each other: the markup was sanitised when it was read, it is sanitised again here, and the page is
served under a Content-Security-Policy that allows our style sheet and nothing else, in a sandbox without scripts, forms and
an origin. The bytes of the whole page stay in the private archive: they hold contact data of persons.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.site.corpora import recognised
from pipelines.publish.site.listing import UNTITLED, chinese_date
from pipelines.publish.site.marks import body

ROUTE = r"/snapshot/(?P<id>r[0-9a-z]{11})$"

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"


async def snapshot(request: Request, datasette: Any) -> Response:
    """The view function of the route; the row of a reply that is not there says why (taken down, merged, never was)."""
    names = recognised(datasette)
    if not names:
        raise NotFound("404")
    reply_id = request.url_vars["id"]
    page = await datasette.databases[names[0]].execute_fn(lambda conn: read(conn, reply_id))
    row = datasette.urls.row(names[0], "replies", reply_id)
    if page is None:
        return Response.redirect(row)
    html = await datasette.render_template("snapshot.html", {**page, "row": row}, request=request)
    return Response.html(html, headers={"Content-Security-Policy": POLICY, "X-Robots-Tag": "noindex"})


def read(conn: sqlite3.Connection, reply_id: str) -> dict[str, Any] | None:
    """All that `snapshot.html` shows; None for an id that is not in `replies`."""
    reply = conn.execute(
        "select replies.id, replies.title, replies.url, last_seen_at, gone_on, body_text, html, pages.outcome, pages.status,"
        " pages.bytes, pages.sha256 from replies left join reply_html on reply_html.reply_id = replies.id"
        " left join pages on pages.url = replies.url where replies.id = ?",
        (reply_id,),
    ).fetchone()
    if reply is None:
        return None
    moment = reply["last_seen_at"] or ""
    return {
        "title": reply["title"] or UNTITLED,
        "url": reply["url"],
        "seen": " ".join(filter(None, (chinese_date(moment[:10]), moment[11:16]))),
        "gone": chinese_date(reply["gone_on"]),
        # Of the last answer; where that is not the page any more, its digest says nothing of what is kept.
        "sha256": reply["sha256"] if reply["outcome"] == "ok" else None,
        "bytes": reply["bytes"] if reply["outcome"] == "ok" else None,
        "body": body(reply["html"], reply["body_text"] or "", ()),
    }
