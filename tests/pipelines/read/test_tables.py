"""Tables of data are lines whose cells keep their columns; tables for the layout are the paragraphs that they hold."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.read.flatten import flatten
from pipelines.read.sanitise import sanitise
from tests.pipelines.read.pages import LETTER, TEXT, document, read


def lines(markup: str) -> list[str]:
    body = LexborHTMLParser(markup).body
    assert body is not None
    return [paragraph.text for paragraph in flatten(body.html or "").paragraphs]


LONG = "长" * 120


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ("<tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr>", ["甲\t乙", "丙\t丁"]),
        # An empty cell keeps its column, one at the end needs none.
        (
            "<tr><td>甲</td><td></td><td>乙</td></tr><tr><td>丙</td><td>丁</td><td>&nbsp;</td></tr>",
            ["甲\t\t乙", "丙\t丁"],
        ),
        # Merged cells: printed once, at their first place.
        (
            "<tr><td rowspan=2>甲</td><td>乙</td><td>丙</td></tr><tr><td>丁</td><td>戊</td></tr>",
            ["甲\t乙\t丙", "\t丁\t戊"],
        ),
        (
            "<tr><td colspan=2>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td><td>戊</td></tr>",
            ["甲\t\t乙", "丙\t丁\t戊"],
        ),
        (
            "<tr><td>序</td><td>题</td></tr><tr><td rowspan=2>1</td><td>甲</td></tr><tr><td>乙</td></tr>"
            "<tr><td>2</td><td>丙</td></tr>",
            ["序\t题", "1\t甲", "\t乙", "2\t丙"],
        ),
        (
            "<tr><td rowspan=3 colspan=2>甲</td><td>乙</td></tr><tr><td>丙</td></tr><tr><td>丁</td></tr>"
            "<tr><td>戊</td><td>己</td><td>庚</td></tr>",
            ["甲\t\t乙", "\t\t丙", "\t\t丁", "戊\t己\t庚"],
        ),
        # A title over all columns, a caption, paragraphs in a cell.
        (
            "<caption>表一</caption><tr><td colspan=2>合计</td></tr><tr><td>甲<br>乙</td><td><p>丙</p><p>丁</p></td></tr>"
            "<tr><td>戊</td><td>己</td></tr>",
            ["表一", "合计", "甲 乙\t丙 丁", "戊\t己"],
        ),
        # One filled cell in a row, and nothing that repeats: layout.
        ("<tr><td></td><td>某局</td></tr><tr><td></td><td>2024年1月2日</td></tr>", ["某局", "2024年1月2日"]),
        ("<tr><td>联系人：某</td><td></td><td>电话：1</td></tr>", ["联系人：某\t电话：1"]),
        # The whole letter in a cell beside another.
        (f"<tr><td>答复</td><td><p>{LONG}</p><p>{LONG}</p></td></tr>", ["答复", LONG, LONG]),
        # A table inside a cell stays a table of its own.
        (
            "<tr><td>甲</td><td><table><tr><td>乙</td><td>丙</td></tr></table></td></tr><tr><td>丁</td><td>戊</td></tr>",
            ["甲", "乙\t丙", "丁\t戊"],
        ),
        ("<tr><td><table><tr><td>甲</td></tr></table></td><td>乙</td></tr>", ["甲\t乙"]),
        # Spans that are none, or beyond all reason.
        (
            "<tr><td colspan=x>甲</td><td rowspan=0>乙</td></tr><tr><td>丙</td><td>丁</td></tr>",
            ["甲\t乙", "丙\t丁"],
        ),
        (
            "<tr><td colspan=9999999>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr>",
            ["甲\t乙", "丙\t丁"],
        ),
        (
            "<thead><tr><th>甲</th><th>乙</th></tr></thead><tfoot><tr><td>丙</td><td>丁</td></tr></tfoot>",
            ["甲\t乙", "丙\t丁"],
        ),
        ("<tr></tr><tr><td></td></tr>", []),
    ],
)
def test_lines_of_a_table(table: str, wanted: list[str]) -> None:
    assert lines(f"<p>前</p><table>{table}</table><p>后</p>") == ["前", *wanted, "后"]


def test_a_letter_in_a_table_for_the_layout() -> None:
    rows = "".join(f"<tr><td>{part}</p></td></tr>" for part in LETTER.split("</p>") if part)
    raw = read(document(letter=f"<table><tbody>{rows}</tbody></table>"))
    assert raw.paragraphs == TEXT


def test_a_part_that_begins_inside_a_table() -> None:
    flat = flatten("<tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr>")
    assert [paragraph.text for paragraph in flat.paragraphs] == ["甲\t乙", "丙\t丁"]
    assert [paragraph.text for paragraph in flatten("</td></tr></table><p>甲</p>").paragraphs] == ["甲"]


def test_tables_stay_tables_in_the_markup() -> None:
    table = '<table><tr><td colspan="2">甲</td></tr><tr><td>乙</td><td>丙</td></tr></table>'
    assert sanitise(table) == table.replace("<table>", "<table><tbody>").replace(
        "</table>", "</tbody></table>"
    )
    html = read(document(letter=LETTER + table)).body_html
    assert html.count("<table>") == 1
    assert html.count("<tr>") == 2
    assert '<td colspan="2">' in html


def test_many_columns_cost_little() -> None:
    # Spans are numbers that the page makes up: they must not blow up the text.
    row = "<tr><td colspan=1000 rowspan=1000>甲</td><td colspan=1000>乙</td></tr>"
    assert sum(map(len, lines(f"<table>{row * 2000}</table>"))) < 2000 * 50
