"""`/docs/…`: the data dictionary, made from the schema, and the texts of `docs/` that readers of the pages need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import NotFound, Request, Response
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from pipelines import schema
from pipelines.paths import document
from pipelines.publish.site import cells
from pipelines.publish.site.corpora import recognised

ROUTE = r"/docs(?:/(?P<name>dictionary|sql|api))?$"
EXAMPLE = "http://127.0.0.1:8001/"
"""Address of the pages in the texts; a page prints its own."""
EXAMPLE_DATABASE = "corpus"

PAGES: dict[str, tuple[str, str, Callable[[], str]]] = {
    "dictionary": ("数据字典", "每个表、每一列是什么意思，空值代表什么。", schema.dictionary),
    "sql": ("SQL 教程", "十个问题，从最近公开了什么，到我的统计漏了多少。", lambda: document("sql.md")),
    "api": ("接口", "JSON、CSV、订阅的地址和参数，pandas 和 R 的例子。", lambda: document("api.md")),
}
"""Name → title, what it is about, the text as Markdown."""


async def page(request: Request, datasette: Any) -> Response:
    """The view function: one document, or the list of them."""
    names = recognised(datasette)
    if not names:
        raise NotFound("404")
    name = request.url_vars.get("name")
    if not name:
        told: dict[str, Any] = {"title": "文档", "entries": [(key, *one[:2]) for key, one in PAGES.items()]}
    else:
        database = datasette.databases[names[0]]
        base = datasette.absolute_url(request, datasette.urls.instance())
        html = rendered(name, base, datasette.urls.instance(), database.route)
        told = {"title": PAGES[name][0], "html": Markup(html), "entries": []}  # noqa: S704  # our own text
    return Response.html(await datasette.render_template("document.html", told, request=request))


@lru_cache(maxsize=16)
def rendered(name: str, base: str, root: str, database: str) -> str:
    """A document as HTML, with the addresses of the instance that serves it; a few are kept, for whoever asks chooses the
    name of the host."""
    source = PAGES[name][2]().replace(
        "本文件由 `make metadata` 从 `pipelines/schema` 生成，请勿手改。\n\n", ""
    )
    source = source.replace(EXAMPLE + EXAMPLE_DATABASE, base + database).replace(EXAMPLE, base)
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _fence(root, database))
    tokens = markdown.parse(source)
    for token in tokens:
        for inner in token.children or ():
            if inner.type == "text" and name == "dictionary":
                # Its texts name tables, columns and files inside sentences.
                inner.type, inner.content = "html_inline", str(cells.with_code(inner.content))
            address = str(inner.attrs.get("href", ""))
            if address.startswith("/"):
                inner.attrs["href"] = root + address[1:]
    html: str = markdown.renderer.render(tokens, markdown.options, {})
    return html.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")


def _fence(root: str, database: str) -> Callable[..., str]:
    def fence(_renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
        token = tokens[index]
        code = f'<pre class="example"><code>{escape(token.content)}</code></pre>\n'
        if token.info.strip() != "sql":
            return code
        address = f"{root}{database}?{urlencode({'sql': token.content.strip()})}"
        return f'{code}<p class="run"><a href="{escape(address)}">运行这一段</a></p>\n'

    return fence
