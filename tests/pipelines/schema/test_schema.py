"""The schema: complete, made in an empty database, and the files made from it current."""

from __future__ import annotations

import sqlite3

import pytest

from pipelines import schema
from pipelines.publish import metadata as files

SESSION = ("place", "body", "term", "meeting")
FILLED = ("year", "agency", "policy", "month", "code", "url")


@pytest.fixture
def conn() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    schema.create(conn)
    return conn


def test_an_unknown_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        schema.table("replys")
    with pytest.raises(KeyError):
        schema.table("replies").column("titel")


def test_files_made_from_the_schema_are_current() -> None:
    assert files.outdated() == [], "run `make metadata`"


def test_a_file_that_lags_behind_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schema, "dictionary", lambda: "something else\n")
    assert files.main(["--check"]) == 1
    assert "make metadata" in capsys.readouterr().err


def test_the_body_is_the_last_column_of_replies(conn: sqlite3.Connection) -> None:
    names = [row[1] for row in conn.execute("pragma table_info(replies)")]
    assert names[-1] == "body_text"


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
def test_every_facet_and_sort_has_an_index(conn: sqlite3.Connection, table: schema.Table) -> None:
    first = set()
    for index in conn.execute(f"pragma index_list({table.name})").fetchall():
        first.add(conn.execute(f"pragma index_info({index[1]})").fetchone()[2])
    wanted = {*table.facets, *([table.sort.lstrip("-")] if table.sort else [])}
    assert wanted - first - {table.pk[0]} == set()


@pytest.mark.parametrize("table", schema.TABLES, ids=lambda table: table.name)
def test_what_may_be_null_is_said(conn: sqlite3.Connection, table: schema.Table) -> None:
    for _, name, _, not_null, _, _ in conn.execute(f"pragma table_info({table.name})"):
        assert bool(not_null) == (table.column(name).null is None)


def test_every_foreign_key_points_at_a_key(conn: sqlite3.Connection) -> None:
    assert conn.execute("pragma foreign_key_check").fetchall() == []
    for table in schema.TABLES:
        for column in table.columns:
            if column.references:
                other, _, key = column.references.partition(".")
                assert schema.table(other).pk == (key,)


def test_the_file_holds_no_trigger_and_queries_run_in_stock_sqlite(conn: sqlite3.Connection) -> None:
    assert conn.execute("select count(*) from sqlite_master where type = 'trigger'").fetchone() == (0,)
    for view in schema.VIEWS:
        cursor = conn.execute(f"select * from {view.name}")
        assert [item[0] for item in cursor.description] == [column.name for column in view.columns]


def test_canned_queries_are_valid_sql(conn: sqlite3.Connection) -> None:
    conn.create_function("escape_fts", 1, lambda words: words)
    conn.execute("create virtual table replies_fts using fts5(title_words, body_words, content='')")
    assert len(schema.QUERIES) >= 6
    for query in schema.QUERIES:
        given = {"words": "x", "number": "094", "id": "r", **dict.fromkeys((*SESSION, *FILLED), "")}
        conn.execute(query.sql, given)


def test_metadata_says_what_datasette_needs() -> None:
    made = schema.metadata()
    tables = made["databases"]["corpus"]["tables"]
    assert tables["replies"]["fts_table"] == "replies_fts"
    assert tables["replies"]["fts_pk"] == "search_id"
    assert tables["replies"]["sort_desc"] == "published_at"
    assert tables["replies"]["facets"] == [
        "place",
        "agency",
        "session_year",
        "body",
        "document_type",
        "validity",
    ]
    assert "不为政府文本另设许可" in made["license"]
    for table in schema.TABLES:
        assert set(tables[table.name]["columns"]) == set(table.names())
