"""The rows of a table as one piece of markup, for the templates of Datasette that would go from cell to cell.

Jinja makes a page of Datasette asynchronously, and each call in a template costs it microseconds: half the time of a
page with hundreds of rows. What depends on a column alone is found once a column here, and a cell costs one function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datasette.utils import escape_css_string, to_css_class
from markupsafe import Markup, escape

from pipelines.publish.site.cells import html_of, to_row


def labels(titles: Iterable[str]) -> Markup:
    """Style rules that put its column's title before each cell where the screen is too narrow for a row of heads."""
    rules = [
        f'    .rows-and-columns td:nth-of-type({n}):before {{ content: "{escape(escape_css_string(title))}"; }}\n'
        for n, title in enumerate(titles, start=1)
    ]
    return Markup("".join(rules))  # noqa: S704  # titles are escaped


def heads(columns: Sequence[str], titles: Iterable[str]) -> Markup:
    """The heads of the result of a query."""
    made = [
        f'<th class="col-{to_css_class(column)}" scope="col">{escape(title)}</th>'
        for column, title in zip(columns, titles, strict=True)
    ]
    return Markup("".join(made))  # noqa: S704  # titles are escaped, and a class is letters and digits


def of_query(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """The rows of the result of a query: `columns` by name, `rows` of what Datasette would print in each cell."""
    opened = [f'<td class="col-{to_css_class(column)}">' for column in columns]
    made = [
        "</td>".join([start + html_of(cell) for start, cell in zip(opened, row, strict=True)]) for row in rows
    ]
    return Markup("".join([f"<tr>{row}</td></tr>\n" for row in made]))  # noqa: S704  # each cell is markup, escaped or ours


def of_table(rows: Iterable[Iterable[Mapping[str, Any]]]) -> Markup:
    """The rows of a table or view: `rows` of Datasette's cells, each with `column`, `value` and `value_type`."""
    classes: dict[str, str] = {}
    made = []
    for row in rows:
        made.append("<tr>")
        for cell in row:
            column, value = cell["column"], cell["value"]
            if column not in classes:
                classes[column] = to_css_class(column)
            shown = to_row(value) if cell.get("is_special_link_column") else html_of(value)
            made.append(f'<td class="col-{classes[column]} type-{cell["value_type"]}">{shown}</td>')
        made.append("</tr>\n")
    return Markup("".join(made))  # noqa: S704  # as above
