"""Rows of a table → lines, with the cells of a contact column masked: there the label stands far from its value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from pipelines.normalise.privacy import is_contact_word
from pipelines.read.files.layout import clean


def row_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """One line a row, cells separated by tabs, empty rows left out.

    What stands to the right of a contact word (联系电话) is masked, and, where it stands in the first row that has
    several cells, what stands below it: a heading and the label of a form look alike, and masking too much is the
    lesser harm.

    >>> row_lines([["序号", "联系人"], ["1", "某某"]])
    ['序号\\t联系人', '1\\t**']
    """
    out: list[str] = []
    below: set[int] | None = None
    for row in rows:
        cells = [clean(cell.replace("\t", " ").replace("\n", " ")) for cell in row]
        words = {index for index, cell in enumerate(cells) if is_contact_word(cell)}
        hidden = {index + 1 for index in words} | (below or set())
        if below is None and sum(map(bool, cells)) > 1:
            below = words
        shown = ["*" * len(cell) if index in hidden - words else cell for index, cell in enumerate(cells)]
        if line := "\t".join(shown).strip():
            out.append(line)
    return out


def text_lines(text: str, separator: str) -> list[str]:
    """Lines of a program's output in which rows of tables have their cells separated by a character.

    >>> text_lines("甲\\n|项目 |电话 |\\n|乙   |1234 |\\n丙", "|")
    ['甲', '项目\\t电话', '乙\\t****', '丙']
    """
    out: list[str] = []
    for is_row, lines in groupby(text.split("\n"), key=lambda line: separator in line.strip()):
        if is_row:
            out.extend(row_lines(line.strip().strip(separator).split(separator) for line in lines))
        else:
            out.extend(found for line in lines if (found := clean(line)))
    return out
