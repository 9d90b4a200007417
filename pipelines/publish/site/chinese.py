"""`zh`: what templates call to say something in Chinese, and to fetch what a page of ours shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from datasette.utils import append_querystring, path_with_removed_args
from markupsafe import Markup, escape

from pipelines.publish.site import assets, cells, headers, home, labels, listing, reply, rows, words
from pipelines.publish.site.corpora import recognised
from pipelines.publish.site.snapshot import identity

BRAND = "湖北建议提案答复库"
TERMS = ("license", "license_url", "source", "source_url", "about", "about_url")
GRID = "_layout"
EMPTY = "（空）"

SENTENCES = frozenset({("issues", "message"), ("sites", "reasons"), ("sites", "source")})
"""Columns with sentences of ours that name files, keys and addresses."""

LONGEST_CODE = 64
"""Characters; anything longer is no code, and not to be remembered."""

_REPLY_COLUMNS = ("id", "reply_id")
_REPLY_ID = re.compile(r"r[0-9a-z]{11}")

ORDERS = (("最新公开", "published_at"), ("最新落款", "signed_on"))


class Chinese:
    """One a Datasette instance; methods with `database` fall back to Datasette's words outside our databases."""

    def __init__(self, datasette: Any) -> None:
        self.datasette = datasette
        self._at_once: Any = None
        self._tables: dict[str, str] = {}
        self._ours: tuple[object, frozenset[str]] = (None, frozenset())
        self._home: tuple[object, dict[str, Any]] | None = None

    # --- furniture ---

    def nonce(self) -> str:
        """Nonce of the response being made, for inline scripts of templates."""
        return headers.nonce()

    def macros(self, name: str) -> Any:
        """The macros of a template that waits for nothing, to be called without Jinja's asynchronous detours, which cost
        more than what a chart is made of. They see their arguments and the globals, not the page."""
        if self._at_once is None:
            self._at_once = self.datasette.jinja_env.overlay(enable_async=False)
        return self._at_once.get_template(name).module

    def asset(self, name: str) -> str:
        """Address of a file of ours."""
        path: str = self.datasette.urls.path(assets.address(name))
        return path

    def corpus(self) -> str | None:
        """Name of the first corpus served."""
        return next(iter(recognised(self.datasette)), None)

    def brand(self) -> str:
        """Title of the site: from the metadata, otherwise ours."""
        return str(self.datasette.metadata("title") or BRAND)

    def terms(self, metadata: object = None) -> dict[str, Any]:
        """Licence, source and so on: of the page's metadata, otherwise of the instance."""
        given = metadata if isinstance(metadata, Mapping) else {}
        instance = self.datasette.metadata()  # which costs as much as the question for one key
        return {key: given.get(key) or instance.get(key) for key in TERMS}

    async def crumbs(
        self, request: Any, table: str | None = None, database: str | None = None
    ) -> list[dict[str, str]]:
        """Datasette's path to a page, with Chinese names."""
        items: list[dict[str, str]] = await self.datasette._crumb_items(
            request, table=table, database=database
        )
        for item in items:
            if item["label"] == "home":
                item["label"] = "首页"
            elif database and item["href"] == self.datasette.urls.database(database):
                item["label"] = self.database(database)
            elif database and table:
                item["label"] = self.table(database, table)
        return items

    # --- names ---

    def database(self, name: str) -> str:
        """Title of a database."""
        given = ((self.datasette.metadata("databases") or {}).get(name) or {}).get("title")
        return str(given or name)

    def table(self, database: str, name: str) -> str:
        """Title of a table or view."""
        return (labels.table(name) if self.ours(database) else None) or name

    def table_description(self, database: str, name: str) -> str:
        """Description of a table; empty where there is none."""
        return str(self.datasette.table_metadata(database, name).get("description") or "")

    def column(self, database: str, table: str | None, name: str) -> str:
        """Title of a column, a parameter, or a heading of Datasette's own."""
        if name == "Link":
            return "链接"
        return (labels.column(table, name) if self.ours(database) else None) or name

    def value(self, database: str, table: str | None, column: str, value: object) -> str:
        """A value as a facet shows it."""
        if value is None or value == "":
            return EMPTY
        return (labels.value(table, column, value) if self.ours(database) else None) or str(value)

    def cell(self, database: str, table: str | None, column: str, value: object) -> str | None:
        """A cell of a corpus where it reads better than as stored; None to leave it to Datasette.

        In the result of a query, which knows no foreign keys, the id of a reply becomes a link. Asked for every cell of
        every page: what depends on the column alone is answered from memory.
        """
        if not self.ours(database):
            return None
        special = _special(table, column)
        if not isinstance(value, str):
            return (
                _coded(table, column, value) if special == "codes" and not isinstance(value, dict) else None
            )
        if value.startswith("["):
            return _joined(value)
        if special is None or not value:
            return None
        if special == "sentences":
            return cells.with_code(value)
        if special == "replies" and _REPLY_ID.fullmatch(value):
            return Markup(f'<a href="{self._replies(database)}/{value}">{value}</a>')  # noqa: S704  # r and eleven letters
        return _coded(table, column, value) if len(value) <= LONGEST_CODE else None

    def _replies(self, database: str) -> str:
        """Address of the table of replies; asked for each link of a result."""
        if database not in self._tables:
            self._tables[database] = str(escape(self.datasette.urls.table(database, "replies")))
        return self._tables[database]

    def labels_of_query(self, database: str, columns: Sequence[str]) -> Markup:
        """See `rows.labels`."""
        return rows.labels([self.column(database, None, column) for column in columns])

    def heads_of_query(self, database: str, columns: Sequence[str]) -> Markup:
        """See `rows.heads`."""
        return rows.heads(columns, [self.column(database, None, column) for column in columns])

    def rows_of_query(self, columns: Sequence[str], display_rows: Sequence[Sequence[object]]) -> Markup:
        """See `rows.of_query`."""
        return rows.of_query(columns, display_rows)

    def rows_of_table(self, display_rows: Iterable[Iterable[Mapping[str, Any]]]) -> Markup:
        """See `rows.of_table`."""
        return rows.of_table(display_rows)

    def shown(self, value: object) -> Markup:
        """See `cells.shown`."""
        return cells.shown(value)

    def with_code(self, text: str) -> Markup:
        """See `cells.with_code`."""
        return cells.with_code(text)

    def as_code(self, text: object) -> Markup:
        """See `cells.as_code`."""
        return cells.as_code(text)

    # --- words ---

    def number(self, value: float) -> str:
        """12,345"""
        return f"{value:,}"

    def date(self, value: str | None) -> str:
        """2024-09-02T10:33 → 2024年9月2日; anything else as it is."""
        return listing.chinese_date(value)

    def facet_type(self, name: str) -> str:
        """How a facet groups."""
        return words.FACET_TYPES.get(name, name)

    def lookup(self, key: str, display: str) -> str:
        """A filter in the list of filters."""
        return words.LOOKUPS[key][0] if key in words.LOOKUPS else display

    def show_hide(self, text: str) -> str:
        """The link that shows or hides the SQL of a query."""
        return words.SHOW_HIDE.get(text, text)

    def error_title(self, title: str | None, status: object) -> str:
        """Heading of an error page."""
        return words.error_title(title, status)

    def error(self, message: object) -> str:
        """Text of an error page."""
        return words.error(message)

    def description(self, request: Any, filters: Any, database: str, table: str) -> str:
        """What the rows of a table page have in common and how they are sorted."""
        conditions = [condition["text"] for condition in self.chosen(request, filters, database, table)]
        metadata = self.datasette.table_metadata(database, table)
        given = request.args.get("_sort"), request.args.get("_sort_desc")
        up, down = given if any(given) else (metadata.get("sort"), metadata.get("sort_desc"))
        if up or down:
            order = "从大到小" if down else "从小到大"
            conditions.append(f"按{self.column(database, table, up or down)}{order}排列")
        return "，".join(conditions)

    def chosen(self, request: Any, filters: Any, database: str, table: str) -> list[dict[str, str]]:
        """The conditions of a table page: `text`, and `remove`, the address without it."""
        out: list[tuple[str, set[str] | dict[str, str]]] = []
        for key in request.args:
            if key == "_search" and request.args[key].strip():
                out.append((f"含有“{request.args[key]}”", {key}))
            elif key.startswith("_search_"):
                column = self.column(database, table, key.removeprefix("_search_"))
                out.append((f"{column}含有“{request.args[key]}”", {key}))
            elif key == "_through":
                out.extend((self._through(database, text), {key: text}) for text in request.args.getlist(key))
        for column, lookup, value in filters.selections():
            title = self.column(database, table, column)
            several = value.split(",") if lookup in ("in", "notin") and not value.startswith("[") else [value]
            shown = "、".join(self.value(database, table, column, one.strip()) for one in several)
            text = words.clause(lookup, title, shown)
            if text:
                name = f"{column}__{lookup}"
                out.append((text, {name if name in request.args else column: value}))
        return [
            {"text": text, "remove": path_with_removed_args(request, arguments)} for text, arguments in out
        ]

    def _through(self, database: str, text: str) -> str:
        through = json.loads(text)
        table, column = str(through["table"]), str(through["column"])
        return (
            f"{self.table(database, table)}的{self.column(database, table, column)}"
            f"为“{self.value(database, table, column, through['value'])}”"
        )

    # --- the list of replies ---

    def as_grid(self, request: Any) -> bool:
        """Whether the list of replies is asked for as a table of columns."""
        return request is not None and any(key in request.args for key in (GRID, "_col", "_nocol"))

    def as_list(self, request: Any) -> str:
        """Address of the same rows as a list to read."""
        path: str = path_with_removed_args(request, {GRID, "_col", "_nocol"})
        return path

    def orders(self, request: Any, database: str, table: str) -> list[dict[str, Any]]:
        """Ways to sort the list: `name`, whether it is the `current` one, `args` for the address."""
        metadata = self.datasette.table_metadata(database, table)
        current = request.args.get("_sort_desc")
        if not current and not request.args.get("_sort"):
            current = metadata.get("sort_desc")
        return [
            {
                "name": name,
                "current": current == column,
                "args": {"_sort_desc": column, "_sort": None, "_next": None},
            }
            for name, column in ORDERS
        ]

    def with_body(self, address: str, columns: Sequence[str]) -> str:
        """An export address that also asks for the body."""
        wanted = [*(column for column in columns if column not in ("id", "body_text")), "body_text"]
        for column in wanted:
            address = append_querystring(address, f"_col={column}")
        return address

    async def reading_list(
        self, database: str, rows: Iterable[Any], search: str | None
    ) -> list[dict[str, Any]]:
        """See `listing.reading_list`."""
        ids = [row["id"] for row in rows]
        entries: list[dict[str, Any]] = await self.datasette.databases[database].execute_fn(
            lambda conn: listing.reading_list(conn, ids, search or "")
        )
        return entries

    # --- pages ---

    async def reply_page(self, request: Any, database: str, reply_id: str) -> dict[str, Any]:
        """See `reply.page`."""
        return await reply.page(self.datasette, request, database, reply_id)

    async def home(self) -> dict[str, Any] | None:
        """See `home.page`; None when no corpus is served. Kept for as long as the file stays the same."""
        name = self.corpus()
        if name is None:
            return None
        present = name, identity(self.datasette.databases[name].path)
        if self._home is None or self._home[0] != present:
            self._home = present, await home.page(self.datasette, name)
        return self._home[1]

    def ours(self, database: str) -> bool:
        """Whether a database is a corpus."""
        if self._ours[0] is not self.datasette.databases:
            self._ours = self.datasette.databases, frozenset(recognised(self.datasette))
        return database in self._ours[1]


@lru_cache(maxsize=4096)
def _special(table: str | None, column: str) -> Literal["sentences", "replies", "codes"] | None:
    """What the values of a column may be besides text; the names of the columns of a query come from readers."""
    if (table, column) in SENTENCES:
        return "sentences"
    if table is None and column in _REPLY_COLUMNS:
        return "replies"
    return "codes" if labels.enumerated(table, column) else None


@lru_cache(maxsize=4096, typed=True)
def _coded(table: str | None, column: str, value: object) -> str | None:
    """An enumerated value as people write it; None for one that has no meaning of its own."""
    known = labels.value(table, column, value)
    if known is not None and (table is None or column == labels.FIELD):
        # Who writes SQL needs to see what to compare with.
        return Markup("{} <code>{}</code>").format(known, value) if str(value).isascii() else None
    return known


def _joined(text: str) -> str | None:
    try:
        values = json.loads(text)
    except ValueError:
        return None
    if not isinstance(values, list) or not values or any(isinstance(one, dict) for one in values):
        return None
    return Markup("、").join(cells.as_code(one) for one in values)
