"""What a stock Datasette offers is all still there: rows of every table, JSON, CSV, facets, filters, search, SQL.

What comes back is held against what SQLite itself says, not against what Datasette said yesterday.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from datasette.utils import tilde_encode

from pipelines import schema
from tests.pipelines.publish.browser import Browser

HEAVY = {"replies": "body_text", "attachments": "text"}
"""Columns that lists leave out unless asked for."""


@pytest.fixture(scope="module")
def browser(demo_corpus: Path) -> Iterator[Browser]:
    browser = Browser.of(demo_corpus)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def conn(demo_corpus: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{demo_corpus}?mode=ro", uri=True)) as conn:
        conn.row_factory = sqlite3.Row
        yield conn


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
def test_rows_of_every_table_have_pages_json_and_csv(
    browser: Browser, conn: sqlite3.Connection, table: schema.Table
) -> None:
    [total] = conn.execute(f"select count(*) from {table.name}").fetchone()
    found = browser.json(f"/corpus/{table.name}.json?_size=1&_shape=objects")
    assert found["filtered_table_rows_count"] == total
    lines = list(
        csv.DictReader(io.StringIO(browser.get(f"/corpus/{table.name}.csv?_stream=1").text.lstrip("\ufeff")))
    )
    assert len(lines) == total
    assert len({tuple(line[name] for name in table.pk) for line in lines}) == total, "a row twice"
    row = conn.execute(f"select * from {table.name} order by {', '.join(table.pk)} desc limit 1").fetchone()
    if row is None:
        return
    key = ",".join(tilde_encode(str(row[name])) for name in table.pk)
    [as_json] = browser.json(f"/corpus/{table.name}/{key}.json?_shape=array")
    assert as_json == dict(row)
    page = browser.page(f"/corpus/{table.name}/{key}")
    assert page.css(f'a[href="/corpus/{table.name}/{key}.json"]'), "the page leads to its JSON"
    shown = " ".join(node.text() for node in page.css("#content"))
    assert all(
        str(row[name]) in shown or str(row[name])[:19].replace("T", " ")[:16] in shown for name in table.pk
    )


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("session_year=2024", "session_year = 2024"),
        ("session_year__not=2024", "session_year <> 2024"),
        ("title__contains=提案", "title like '%提案%'"),
        ("title__startswith=关于", "title like '关于%'"),
        ("title__endswith=答复", "title like '%答复'"),
        ("session_year__gt=2023", "session_year > 2023"),
        ("session_year__lte=2023", "session_year <= 2023"),
        ("session_year__isnull=1", "session_year is null"),
        ("grade__notnull=1", "grade is not null"),
        ("grade__isblank=1", "grade is null or grade = ''"),
        (
            "agency__in=湖北省创新促进厅,黄石市湖岸生态局",
            "agency in ('湖北省创新促进厅', '黄石市湖岸生态局')",
        ),
        ("agency__notin=湖北省创新促进厅", "agency not in ('湖北省创新促进厅')"),
        ("title__like=%25号%25", "title like '%号%'"),
        ("title__glob=*提案*", "title glob '*提案*'"),
        ("published_at__date=2024-09-10", "date(published_at) = '2024-09-10'"),
        ("co_handlers__arraycontains=省财源管理厅", "co_handlers like '%\"省财源管理厅\"%'"),
        ("_where=session_year=2024&body=政协", "session_year = 2024 and body = '政协'"),
        ("_search=湖岸", "title like '%湖岸%' or body_text like '%湖岸%'"),
    ],
)
def test_filters_find_what_sql_finds(
    browser: Browser, conn: sqlite3.Connection, query: str, where: str
) -> None:
    wanted = {row[0] for row in conn.execute(f"select id from replies where {where}")}
    found = browser.json(f"/corpus/replies.json?_shape=array&_size=500&{quote(query, safe='=&%_,*')}")
    assert {row["id"] for row in found} == wanted
    assert 0 < len(wanted) < 57 or "arraycontains" in query or "date" in query


def test_pages_follow_one_another_without_loss(browser: Browser, conn: sqlite3.Connection) -> None:
    for order in ("_sort=published_at", "_sort_desc=title", "_sort=session_year"):
        seen: list[str] = []
        address: str | None = f"/corpus/replies.json?_size=7&{order}"
        while address:
            answer = browser.json(address)
            assert len(answer["rows"]) <= 7
            position = answer["columns"].index("id")
            seen += [row[position] for row in answer["rows"]]
            address = _local(answer["next_url"])
        assert sorted(seen) == [row[0] for row in conn.execute("select id from replies order by id")]


def test_facets_count_what_sql_counts(browser: Browser, conn: sqlite3.Connection) -> None:
    facets = ("session_year", "agency", "body", "place", "document_type", "site")
    answer = browser.json(
        "/corpus/replies.json?_size=0&_facet_size=max&" + urlencode([("_facet", one) for one in facets])
    )
    for name in facets:
        counted = {one["value"]: one["count"] for one in answer["facet_results"][name]["results"]}
        assert counted == dict(
            conn.execute(
                f"select {name}, count(*) from replies where {name} is not null group by 1"
            ).fetchall()
        )
    arrays = browser.json("/corpus/replies.json?_size=0&_facet_array=co_handlers")["facet_results"][
        "co_handlers"
    ]
    assert arrays["type"] == "array"
    assert arrays["results"]
    dates = browser.json("/corpus/replies.json?_size=0&_facet_date=published_at")["facet_results"][
        "published_at"
    ]
    assert sum(one["count"] for one in dates["results"]) > 0
    page = browser.page("/corpus/replies?_facet=site")
    [link] = [node for node in page.css("#facet-site a") if "湖岸" in node.text()]
    assert browser.page(_local(link.attributes["href"]) or "").css("ol.replies")


def _local(address: str | None) -> str | None:
    """Datasette writes some addresses with its host."""
    return address.removeprefix("http://localhost") if address else None


def test_shapes_columns_and_labels_of_json(browser: Browser) -> None:
    base = "/corpus/replies.json?_size=2"
    assert isinstance(browser.json(base)["rows"][0], list)
    assert isinstance(browser.json(base + "&_shape=objects")["rows"][0], dict)
    assert isinstance(browser.json(base + "&_shape=array"), list)
    assert set(browser.json(base + "&_shape=object")) == {
        row["id"] for row in browser.json(base + "&_shape=array")
    }
    lines = browser.get(base + "&_shape=array&_nl=on").text.splitlines()
    assert len(lines) == 2
    assert browser.json(base + "&_shape=arrayfirst")
    assert set(browser.json(base + "&_shape=array&_col=title")[0]) == {"id", "title"}
    assert "title" not in browser.json(base + "&_shape=array&_nocol=title")[0]
    labelled = browser.json(base + "&_shape=array&_labels=on")[0]["place"]
    assert set(labelled) == {"value", "label"}


def test_the_editor_runs_sql_and_gives_it_away(browser: Browser, conn: sqlite3.Connection) -> None:
    sql = "select agency, count(*) as n from replies where session_year > :year group by agency order by n desc, agency"
    wanted: list[Any] = [tuple(row) for row in conn.execute(sql, {"year": 2022})]
    page = browser.page(f"/corpus?sql={quote(sql)}&year=2022")
    assert page.css("textarea#sql-editor, form.sql textarea")[0].text() == sql
    assert page.css('form.sql input[name="year"]')[0].attributes["value"] == "2022"
    assert page.css("#sql-format")
    assert [tuple(node.text() for node in row.css("td")) for row in page.css("tbody tr")] == [
        (agency, str(count)) for agency, count in wanted
    ]
    assert browser.json(f"/corpus.json?sql={quote(sql)}&year=2022&_shape=arrays")["rows"] == [
        list(row) for row in wanted
    ]
    table = list(
        csv.reader(io.StringIO(browser.get(f"/corpus.csv?sql={quote(sql)}&year=2022").text.lstrip("\ufeff")))
    )
    assert table[1:] == [[agency, str(count)] for agency, count in wanted]
    assert page.css('a[href^="/corpus.csv?sql="]')
    for editor in ("/corpus", "/corpus?sql=select+1"):
        assert browser.page(editor).css("form.sql textarea"), editor


def test_nothing_can_be_written(browser: Browser) -> None:
    for sql in (
        "delete from replies",
        "insert into places values (1)",
        "attach 'x' as y",
        "pragma user_version = 9",
        "vacuum",
    ):
        assert browser.get(f"/corpus.json?sql={quote(sql)}").status_code == 400, sql


def test_the_schema_and_the_settings_are_open(browser: Browser) -> None:
    assert browser.json("/-/versions.json")["datasette"]["version"].startswith("0.65")
    assert browser.json("/-/metadata.json")["databases"]["corpus"]["tables"]["replies"]["title"] == "答复"
    names = {table["name"] for table in browser.json("/corpus.json")["tables"]}
    assert names >= {table.name for table in schema.TABLES}
    assert "create table" in browser.page("/corpus/agencies").css("pre.wrapped-sql")[0].text().lower()
    assert {view["name"] for view in browser.json("/corpus.json")["views"]} >= {
        view.name for view in schema.VIEWS
    }


def test_columns_left_out_of_lists_come_when_asked_for(browser: Browser) -> None:
    for table, column in HEAVY.items():
        assert column not in browser.json(f"/corpus/{table}.json?_shape=array&_size=1")[0]
        assert column in browser.json(f"/corpus/{table}.json?_shape=array&_size=1&_col={column}")[0]
