"""Datasette's own words: every phrase of the table is still there, and no English is left beside the table."""

from __future__ import annotations

import re

import pytest
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from pipelines.publish.site import assets, words
from pipelines.publish.site.phrases import TABLE_JS, TEMPLATES
from pipelines.publish.site.translate import (
    OWN,
    STATIC,
    THEIRS,
    ChineseLoader,
    missing,
    table_js,
    translated,
    with_nonce,
)

DEVELOPERS_ONLY = {"allow_debug.html", "messages_debug.html", "patterns.html", "permissions_debug.html"}
"""Pages that no link leads a reader to."""

KEPT = {"SQL", "SQLite", "JSON", "CSV", "Datasette", "select", "from", "sqlite", "version", "NULL"}


def _visible(source: str) -> str:
    source = re.sub(r"<(script|style|svg|textarea|pre)\b.*?</\1>", " ", source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", source, flags=re.DOTALL)
    texts = re.findall(r'(?:aria-label|placeholder|title|value)="([^"{]*)"', source)
    return re.sub(r"<[^>]*>|&\w+;", " ", source) + " ".join(texts)


def test_an_absent_phrase_is_reported() -> None:
    text, absent = translated("Next page", (("Next page", "下一页"), ("Previous page", "上一页")))
    assert text == "下一页"
    assert absent == ["Previous page"]


def test_the_installed_datasette_still_says_what_the_table_expects() -> None:
    assert missing() == {}, "Datasette changed its wording: mend pipelines/publish/site/phrases.py"


@pytest.mark.parametrize("name", sorted({p.name for p in THEIRS.glob("*.html")} - DEVELOPERS_ONLY))
def test_no_english_is_left_in_a_template_of_datasette(name: str) -> None:
    if (OWN / name).is_file():
        source = (OWN / name).read_text("utf-8")
    else:
        source, _ = translated((THEIRS / name).read_text("utf-8"), TEMPLATES.get(name, ()))
    found = set(re.findall(r"[A-Za-z]{3,}", _visible(source))) - KEPT - {"true", "false"}
    # `show_json.html` and `index.html` have a class name in a block of the body tag.
    assert found <= {"show", "json", "index", "row", "table", "query", "middot"}, found


def test_no_english_is_left_in_the_menu_of_a_column() -> None:
    script = table_js()
    for english, chinese in TABLE_JS:
        assert english not in script
        assert chinese in script


def test_scripts_and_styles_of_sources_get_the_nonce_and_nothing_else_does() -> None:
    source = with_nonce("<script>a</script><style>b</style><script src='x'></script><stylesheet><scripted>")
    assert source.count('nonce="{{ zh.nonce() }}"') == 3
    assert "<stylesheet>" in source
    assert "<scripted>" in source


def test_a_template_of_the_reader_wins_and_a_corpus_may_have_any_name() -> None:
    inner = DictLoader({"row-mine-replies.html": "the reader's own"})
    loader = ChineseLoader(inner, lambda database: database in {"mine", "other-name"})
    environment = Environment(loader=loader, autoescape=True)
    assert loader.get_source(environment, "row-mine-replies.html")[0] == "the reader's own"
    assert "reply" in loader.get_source(environment, "row-other-name-replies.html")[0]
    for name in ("row-stranger-replies.html", "row-mine-nothing.html", "../secret.html"):
        with pytest.raises(Exception, match=re.escape(name)):
            loader.get_source(environment, name)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Table not found", "没有这个表。"),
        ("view-table", "你没有权限浏览这个表。"),
        ("no such column: x<y", "没有名为 <code>x&lt;y</code> 的列。"),
        ('near "selct": syntax error', "SQL 在 <code>selct</code> 附近有语法错误。"),
        ("_size must be <= 500", "_size 最大为 <code>500</code>。"),
        ("<b>something new</b>", "程序报告：<code>&lt;b&gt;something new&lt;/b&gt;</code>"),
    ],
)
def test_errors_speak_chinese_and_quote_what_they_do_not_know(english: str, chinese: str) -> None:
    assert str(words.error(english)) == chinese


def test_the_message_of_a_slow_query_keeps_the_query() -> None:
    html = Markup(
        '<p>SQL query took too long.</p><textarea style="x">select &lt;1&gt;</textarea><script>x</script>'
    )
    said = words.error(html)
    assert "select &lt;1&gt;" in said
    assert "script" not in said
    assert "took" not in said


def test_every_filter_of_the_installed_datasette_has_a_name() -> None:
    from datasette.filters import Filters

    assert {lookup.key for lookup in Filters._filters} == set(words.LOOKUPS)


def test_the_scripts_of_the_sql_editor_are_those_of_the_installed_datasette() -> None:
    named = re.findall(r'"([\w.-]+\.(?:css|js))"', (assets.STATIC / "sql.js").read_text("utf-8"))
    assert len(named) == 4
    for name in named:
        assert (STATIC / name).is_file(), name
        assert name in (THEIRS / "_codemirror.html").read_text("utf-8"), name
