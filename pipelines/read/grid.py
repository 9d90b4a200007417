"""Tables as lines: a row of data is one line, its cells parted by tabs and aligned to the columns of the table.

A cell that spans several columns or rows is printed once, at its first place; the other places stay empty, so that a
line split at its tabs gives the columns. Trailing empty cells are left out. A table that only serves the layout gives the
paragraphs of its cells one after the other: a row with one filled cell, one with a cell that holds a whole text, and one
with a table of its own inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

LONG_CELL = 200
"""Characters above which a cell of several paragraphs holds a whole text."""

MAX_COLUMNS = 40
"""A wider table is not aligned: spans are numbers that the page makes up."""

MAX_ROWS = 1000


@dataclass(slots=True)
class Paragraph:
    """One paragraph of a part."""

    text: str
    pieces: list[int]
    """Where its text stands in the lean markup: indexes of `Flat.pieces`."""
    leaves: list[int]
    """What it is made of: indexes of `Flat.leaves`."""


@dataclass(slots=True)
class Cell:
    """One cell with its paragraphs and spans."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    nested: bool = False
    """A table of data stands inside."""


@dataclass(slots=True)
class Table:
    """An open table."""

    rows: list[list[Cell]] = field(default_factory=list)
    in_row: bool = False

    def cell(self) -> Cell:
        """The cell to which a text belongs now; a text between the rows (a caption) has a row of its own."""
        if not self.in_row or not self.rows:
            self.rows.append([Cell()])
        elif not self.rows[-1]:
            self.rows[-1].append(Cell())
        return self.rows[-1][-1]


def span(value: str, most: int) -> int:
    """A span as printed; 1 for what is no number.

    >>> span("3", 40), span("x", 40), span("0", 40), span("99999", 40)
    (3, 1, 1, 40)
    """
    return min(max(int(value), 1), most) if value.isascii() and value.isdigit() and len(value) < 9 else 1


def lines(table: Table) -> tuple[list[Paragraph], bool]:
    """The paragraphs of a table in order, and whether rows of data are among them."""
    joined = [_joins(row) for row in table.rows]
    data = sum(joined) > 1
    out: list[Paragraph] = []
    taken: dict[int, int] = {}
    for row, joins in zip(table.rows, joined, strict=True):
        places = _places(row, taken)
        filled = [(place, cell) for place, cell in zip(places, row, strict=True) if cell.paragraphs]
        if joins:
            out.append(_line(filled, aligned=data and places[-1] < MAX_COLUMNS))
        elif (
            data and len(filled) == 1 and 0 < filled[0][0] < MAX_COLUMNS and len(filled[0][1].paragraphs) == 1
        ):
            # The first cells are those of a row above.
            out.append(_line(filled, aligned=True))
        else:
            out.extend(paragraph for _, cell in filled for paragraph in cell.paragraphs)
    return out, any(joined)


def _joins(row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if cell.paragraphs]
    return len(filled) > 1 and not any(
        cell.nested or (len(cell.paragraphs) > 1 and sum(len(p.text) for p in cell.paragraphs) > LONG_CELL)
        for cell in filled
    )


def _places(row: Sequence[Cell], taken: dict[int, int]) -> list[int]:
    """Column of each cell; ``taken`` says how many further rows a cell above reaches down in a column."""
    places: list[int] = []
    free = {column for column, rows in taken.items() if rows > 0}
    column = 0
    for cell in row:
        while column in free:
            column += 1
        places.append(column)
        if cell.rows > 1 and column < MAX_COLUMNS:
            for reached in range(column, column + cell.columns):
                # One more than is reached: the row itself is counted down below.
                taken[reached] = cell.rows
        column += cell.columns
    for reached in list(taken):
        taken[reached] -= 1
        if taken[reached] <= 0:
            del taken[reached]
    return places


def _line(filled: Sequence[tuple[int, Cell]], *, aligned: bool) -> Paragraph:
    text, column = "", 0
    for number, (place, cell) in enumerate(filled):
        tabs = place - column if aligned else min(number, 1)
        text += "\t" * tabs + " ".join(paragraph.text for paragraph in cell.paragraphs)
        column = place
    paragraphs = [paragraph for _, cell in filled for paragraph in cell.paragraphs]
    return Paragraph(
        text,
        [piece for paragraph in paragraphs for piece in paragraph.pieces],
        [leaf for paragraph in paragraphs for leaf in paragraph.leaves],
    )
