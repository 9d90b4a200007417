"""What a cell costs, counted and not timed, and what the rows of a table look like when they are made as one piece."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette.utils import to_css_class
from jinja2 import Environment
from jinja2.runtime import Context
from markupsafe import Markup

import pipelines.publish
from pipelines.publish.datasette_plugin import hookimpl
from pipelines.publish.serve import application
from pipelines.publish.site import rows, validators
from pipelines.publish.site.cells import html_of, shown
from pipelines.publish.site.phrases import TEMPLATES
from tests.pipelines.publish import payloads, synthetic
from tests.pipelines.publish.browser import Browser

OURS = str(Path(pipelines.publish.__file__).parent)
CALLS_A_CELL = 5
"""Functions of ours: the hook, `cell`, `ours`, `html_of`; for some cells one more that marks, and one that tells a code."""
WIDTH = 8
VALUES = (
    "select value as n, '2026-01-0' || (value % 10) as day, 'date_conflict' as code, '省财政厅' || value as agency,"
    " printf('r%011d', value) as id, 'reply' as document_type, null as missing, '<b>' || value as hostile"
    " from generated"
)
"""Every kind of cell there is; `generated` stands for so many rows."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    corpus = synthetic.build(tmp_path_factory.mktemp("rows") / "corpus.db", replies=40)
    browser = Browser(application(corpus, None, {}))
    yield browser
    browser.close()


def _query(length: int) -> str:
    generated = f"with recursive generated(value) as (select 1 union all select value + 1 from generated limit {length})"
    return f"/corpus?_hide_sql=1&sql={quote(f'{generated} {VALUES}')}"


LONGER: tuple[tuple[str, str], ...] = (
    (_query(20), _query(120)),
    ("/corpus/field_sources?_nofacet=1&_size=5", "/corpus/field_sources?_nofacet=1&_size=50"),
)
"""The same page with few rows and with many: the result of a query, and a table."""


def _pieces(browser: Browser, monkeypatch: pytest.MonkeyPatch, path: str) -> tuple[int, int]:
    """Calls of functions from templates, and pieces that the templates made of a page."""
    calls, pieces = 0, 0
    call: Callable[..., Any] = Context.call
    concat = browser.datasette.jinja_env.concat

    def counted(self: Context, *args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        return call(self, *args, **kwargs)

    def joined(parts: Any) -> str:
        nonlocal pieces
        parts = list(parts)
        pieces += len(parts)
        return str(concat(parts))

    with monkeypatch.context() as patch:
        patch.setattr(Context, "call", counted)
        patch.setattr(browser.datasette.jinja_env, "concat", joined)
        patch.setattr(validators, "key_of", lambda scope: None)
        assert browser.get(path).status_code == 200
    return calls, pieces


@pytest.mark.parametrize(("few", "many"), LONGER)
def test_templates_do_not_go_from_cell_to_cell(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, few: str, many: str
) -> None:
    rows_of = [len(browser.page(path).css("table.rows-and-columns tbody tr")) for path in (few, many)]
    assert rows_of[1] >= 4 * rows_of[0] > 0
    short = _pieces(browser, monkeypatch, few)
    long = _pieces(browser, monkeypatch, many)
    assert short[0] > 10, "the count sees the calls of templates"
    assert short[1] > 50, "the count sees what templates make"
    # A table may get a link to its next page, and the number of rows its comma.
    assert long[0] - short[0] <= 5
    assert long[1] - short[1] <= 10


def _calls(browser: Browser, monkeypatch: pytest.MonkeyPatch, path: str) -> int:
    """Functions of ours that are called in the thread which makes a page."""
    calls = 0

    def seen(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            calls += 1

    with monkeypatch.context() as patch:
        patch.setattr(validators, "key_of", lambda scope: None)
        browser.get(path)  # what is remembered is remembered now
        before = sys.getprofile()
        sys.setprofile(seen)
        try:
            assert browser.get(path).status_code == 200
        finally:
            sys.setprofile(before)
    return calls


def test_a_cell_costs_a_handful_of_calls(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = (_calls(browser, monkeypatch, path) for path in LONGER[0])
    cells = 100 * WIDTH
    assert (many - few) / cells > 1, "the count sees the cells"
    assert (many - few) / cells <= CALLS_A_CELL


def test_a_page_of_a_snapshot_asks_it_nothing_but_its_query(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    execute = Database.execute_fn

    async def counted(self: Any, fn: Any) -> Any:
        asked.append(self.name)
        return await execute(self, fn)

    monkeypatch.setattr(validators, "key_of", lambda scope: None)
    browser.get("/corpus/most_cited")
    monkeypatch.setattr(Database, "execute_fn", counted)
    assert browser.get("/corpus/most_cited").status_code == 200
    assert asked == ["corpus"]


def test_a_database_that_may_change_is_asked_whether_it_did(tmp_path: Path) -> None:
    corpus = synthetic.build(tmp_path / "corpus.db", replies=20)
    other = tmp_path / "other.db"
    other.touch()
    browser = Browser(Datasette([str(other)], immutables=[str(corpus)], metadata={}))
    assert browser.get("/corpus/replies").status_code == 200

    async def tables() -> list[str]:
        found = await browser.datasette.databases["_internal"].execute(
            "select table_name from tables where database_name = 'other'"
        )
        return [row[0] for row in found.rows]

    assert browser.loop.run_until_complete(tables()) == []
    browser.loop.run_until_complete(
        browser.datasette.databases["other"].execute_write("create table later (id integer)")
    )
    browser.get("/corpus/replies?_size=1")
    assert browser.loop.run_until_complete(tables()) == ["later"]
    browser.close()


HOSTILE = [
    *payloads.PAYLOADS,
    "",
    "A",
    "a_code",
    "2026-01-02T03:04:05+08:00",
    '{"a": 1}',
    "<p>甲",
    "甲&乙",
    "字" * 300,
]
MARKUP = [
    Markup("&nbsp;"),
    Markup('<a href="/corpus/replies/r00000000001">r00000000001</a>'),
    Markup('<a href="/corpus/agencies/x">省财政厅</a>&nbsp;<em>420000-cz</em>'),
    Markup('<a href="http://a.demo.invalid/?x=1&amp;y=%3E">http://a.demo.invalid/?x=1&amp;y=…</a>'),
    Markup('<a class="blob-download" href="/x">&lt;Binary:&nbsp;1,234&nbsp;bytes&gt;</a>'),
    Markup("被拦截 <code>blocked</code>"),
]


def _phrase(name: str, call: str) -> str:
    """What stands in Datasette's own template where `call` stands in ours."""
    return next(english for english, chinese in TEMPLATES[name] if call in chinese)


def _squeezed(text: str) -> str:
    return re.sub(r">\s+", ">", re.sub(r"\s+<", "<", text))


@pytest.mark.parametrize("column", ["title", "a b", '"><script>', "_x", "标题"])
def test_rows_are_those_of_the_template_of_datasette(column: str) -> None:
    environment = Environment(autoescape=True)
    environment.filters["to_css_class"] = to_css_class
    values: list[object] = [*HOSTILE, *MARKUP, 12, 1.5]
    template = environment.from_string(_phrase("query.html", "rows_of_query"))
    result = [[value, value] for value in values]
    stock = template.render(
        display_rows=[[shown(value) for value in row] for row in result], columns=[column, "n"], zip=zip
    )
    assert _squeezed(rows.of_query([column, "n"], result)) == _squeezed(stock)

    template = environment.from_string(_phrase("_table.html", "rows_of_table"))
    cells = [[{"column": column, "value": value, "value_type": "str"}] for value in values]
    stock = template.render(display_rows=[[{**row[0], "value": shown(row[0]["value"])}] for row in cells])
    assert _squeezed(rows.of_table(cells)) == _squeezed(stock)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_text(text: str) -> None:
    made = html_of(text)
    assert type(made) is str
    assert re.sub(r"</?code>|<time datetime=\"[\d:T+-]+\">[\d :-]+</time>", "", made).count("<") == 0


def test_the_row_of_a_table_without_a_simple_key_is_linked_in_words() -> None:
    link = Markup('<a href="/corpus/field_sources/r1,title">r1,title</a>')
    made = rows.of_table(
        [[{"column": "Link", "value": link, "value_type": "pk", "is_special_link_column": True}]]
    )
    assert made.strip() == (
        '<tr><td class="col-Link type-pk"><a href="/corpus/field_sources/r1,title">看这一行</a></td></tr>'
    )


def test_what_another_plugin_makes_of_a_cell_is_shown(browser: Browser) -> None:
    class Other:
        @hookimpl(tryfirst=True)
        def render_cell(self, value: object, column: str) -> str | None:
            if column == "safe":
                return Markup("<mark>{}</mark>").format(value)
            return f"<i>{value}</i>" if column == "plain" else None

    other = Other()
    pm.register(other)
    try:
        page = browser.page(f"/corpus?sql={quote('select 1 as safe, 2 as plain, 3 as ours')}")
    finally:
        pm.unregister(other)
    cells = {node.attributes["class"]: node.html for node in page.css("table.rows-and-columns td")}
    assert "<mark>1</mark>" in str(cells["col-safe"])
    assert "&lt;i&gt;2&lt;/i&gt;" in str(cells["col-plain"])
    assert str(cells["col-ours"]).endswith(">3</td>")


def test_long_texts_are_not_remembered(browser: Browser) -> None:
    from pipelines.publish.site import chinese

    before = chinese._coded.cache_info().currsize
    long = "select printf('%.*c', 5000, 'x') || value as outcome from (select 1 as value union select 2)"
    assert browser.get(f"/corpus?sql={quote(long)}").status_code == 200
    assert chinese._coded.cache_info().currsize == before
