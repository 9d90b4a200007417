"""XLSX and XLS → rows, with calamine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from pipelines.models import FileText
from pipelines.read.files.limits import MAX_PAGES, MAX_TEXT, NotRead
from pipelines.read.files.tables import row_lines

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_sheet(body: bytes, kind: str) -> FileText:
    """Visible sheets in order, each headed by its name where there are several. Raises NotRead."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        names = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible][
            :MAX_PAGES
        ]
        out: list[str] = []
        room = MAX_TEXT
        for name in names:
            lines = row_lines(_rows(book, name))
            if lines and len(names) > 1:
                out.append(name)
            out.extend(lines)
            room -= sum(map(len, lines))
            if room < 0:
                break
    except (CalamineError, OSError, ValueError) as error:
        raise NotRead("表格已损坏或有密码保护，打不开。") from error
    return FileText(kind, "\n".join(out) or None, f"{kind}.cells", len(names))


def _rows(book: CalamineWorkbook, name: str) -> Iterator[list[str]]:
    for row in book.get_sheet_by_name(name).iter_rows():
        yield [_shown(cell) for cell in row]


def _shown(cell: Cell) -> str:
    """A value as a reader would see it in the plainest format; whole numbers without a fraction."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return str(cell)
