"""The Datasette plugin: any Datasette 0.65 that has this package beside it shows a corpus in Chinese.

Only hooks stand here; what they do is in `pipelines.publish.site`. An instance without a corpus of ours is left
exactly as it is, and databases served beside a corpus keep their own search and their own tables.

Datasette loads entry points in the middle of its own imports, so nothing of it may be imported before a hook is
called.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pluggy import HookimplMarker

if TYPE_CHECKING:
    from jinja2 import Environment

    from pipelines.publish.site.headers import Application


hookimpl = HookimplMarker("datasette")
"""What `datasette.hookimpl` is; taken from pluggy, which has types."""


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Search as we index: `escape_fts` of Datasette's own plugin is replaced, on connections to a corpus only."""
    from pipelines.publish.corpus import is_corpus
    from pipelines.publish.search import match_query

    if is_corpus(conn):
        conn.create_function("escape_fts", 1, match_query, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    """Our templates and Datasette's in Chinese, if there is a corpus to show."""
    from pipelines.publish.site.chinese import Chinese
    from pipelines.publish.site.corpora import is_ours_by_class, recognised
    from pipelines.publish.site.pages import Pages
    from pipelines.publish.site.translate import ChineseLoader

    if recognised(datasette) and env.loader is not None:
        env.globals["zh"] = Chinese(datasette)
        env.globals["pages"] = Pages(datasette)
        env.loader = ChineseLoader(env.loader, lambda css_class: is_ours_by_class(datasette, css_class))


@hookimpl
def startup(datasette: Any) -> None:
    """Settings that a metadata file cannot carry, and files that are replaced while they are served."""
    from pipelines.publish.site import settings
    from pipelines.publish.site.corpora import recognised
    from pipelines.publish.site.settled import keep_metadata, keep_schemas, settle
    from pipelines.publish.site.snapshot import follow_renames

    names = recognised(datasette)
    for name in names:
        follow_renames(datasette, name)
        settle(datasette, name)
    if names:
        keep_schemas(datasette)
        keep_metadata(datasette)
        settings.apply(datasette)
        settings.without_locals()


@hookimpl
def get_metadata(datasette: Any, key: str | None) -> dict[str, Any]:
    """What each table and column means, also where no metadata file was given; a given one takes precedence."""
    from pipelines.publish.site.metadata import instance_metadata

    return instance_metadata(datasette, key)


@hookimpl
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """The path at the top of a page with Chinese names."""
    zh = datasette.jinja_env.globals.get("zh")
    return {"crumb_items": zh.crumbs} if zh else {}


@hookimpl
def render_cell(value: Any, column: str, table: str | None, database: str, datasette: Any) -> str | None:
    """Enumerations and lists of a corpus as people write them; asked for every cell of every page."""
    if value is None:
        return None
    zh = datasette.jinja_env.globals.get("zh")
    shown: str | None = zh.cell(database, table, column, value) if zh is not None else None
    return shown


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """The feeds, the search, the lists, pages that are no row, and our style sheet and scripts."""
    from pipelines.publish.feeds import route as feeds
    from pipelines.publish.site import assets, documents, downloads, kept, lists, machines, searching
    from pipelines.publish.site.pages import routes

    taken = {database.route for database in datasette.databases.values()}
    return [
        *([] if "feeds" in taken else [(feeds.PAGE, feeds.page), (feeds.ROUTE, feeds.feed)]),
        *([] if "search" in taken else [(searching.ROUTE, searching.search)]),
        *([] if "snapshot" in taken else [(kept.ROUTE, kept.snapshot)]),
        *routes.routes(datasette),
        *([] if "docs" in taken else [(documents.ROUTE, documents.page)]),
        *(
            []
            if "download" in taken
            else [(downloads.PAGE, downloads.page), (downloads.ROUTE, downloads.download)]
        ),
        *machines.ROUTES,
        (lists.ROUTE, lists.rows),
        (assets.ROUTE, assets.asset),
    ]


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Callable[[], Any] | None:
    """Instead of `not found`: a former id leads to its reply or thing (301), a reply that was taken down says so (410)."""
    from pipelines.publish.site import former, withheld
    from pipelines.publish.site.pages import former as things

    moved = former.answer(datasette, request, exception) or things.answer(datasette, request, exception)
    taken = withheld.answer(datasette, request, exception)
    if moved is None or taken is None:
        return moved or taken

    async def respond() -> Any:
        return await moved() or await taken()

    return respond


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:
    """Security headers, entity tags and compression on the pages of a corpus."""
    from pipelines.publish.site.headers import guarded
    from pipelines.publish.site.streams import delivered
    from pipelines.publish.site.validators import validated

    return lambda app: guarded(delivered(validated(app, datasette), datasette), datasette)
