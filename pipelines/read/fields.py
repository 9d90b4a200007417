"""Labelled values out of rows of cells and out of lines, whatever markup they came from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.models import RawField
from pipelines.read import headings, labels

_NUMBER_LABELS = frozenset({"文号", "发文字号", "文件编号", "文件号", "发文文号", "发文号", "文件文号"})
_HAN = re.compile(r"[\u3400-\u9fff]")


def plausible(label: str, line: str) -> bool:
    """Whether the next line can be the value of a label that stood alone at the end of its line."""
    if headings.title_like(line) or label in labels.TITLE_LABELS:
        return label in labels.TITLE_LABELS and len(_HAN.findall(line)) >= 6
    if headings.is_mark_line(line) and label not in ("公开方式", "公开属性", "公开形式", "公开范围"):
        return False
    if headings.is_number_line(line):
        return label in _NUMBER_LABELS
    if label.endswith(("日期", "时间")):
        return bool(re.search(r"\d{4}", line)) and len(line) <= 40
    if label.startswith(("索引", "信息索引")):
        return bool(re.search(r"\d", line)) and len(line) <= 60
    if label in _NUMBER_LABELS:
        return len(line) <= 60 and (line == "无" or bool(re.search(r"\d|号", line)))
    if label in ("主题词", "关键词", "关键字"):
        return len(line) <= 80 and not headings.may_open_title(line)
    return len(line) <= 80


def read_rows(rows: list[list[str]], source: str = "cell") -> list[RawField]:
    """Labelled values of table rows. A label takes the cell beside it unless that is a label too; a row of labels over
    a row of as many values is read downwards. Cells without a label give nothing, except in a catalogue block, where a
    cell that only looks like a label is given as one: so a label that no list knows is seen on its first day."""
    found: list[RawField] = []
    labelled = [[labels.bare_label(cell) for cell in cells] for cells in rows]
    catalogue = labels.is_catalogue(name for names in labelled for name in names)
    skip = False
    for position, cells in enumerate(rows):
        if skip:
            skip = False
            continue
        below = rows[position + 1] if position + 1 < len(rows) else []
        names = labelled[position]
        if len(cells) > 1 and all(names) and len(below) == len(cells) and not any(labelled[position + 1]):
            if len(rows) > position + 2 and not any(labelled[position + 2]):
                # Several rows under one head: a list of documents, not the catalogue of this one.
                return found
            found.extend(
                RawField(name, value, source) for name, value in zip(names, below, strict=True) if name
            )
            skip = True
            continue
        if len(cells) == 1 and headings.is_byline(cells[0]):
            # Old layouts give the date under the title a row of its own.
            found.append(RawField("", cells[0], "byline"))
            continue
        if catalogue:
            names = _with_new_labels(cells, names)
        found.extend(_row(cells, names, source))
    return found


def _with_new_labels(cells: list[str], names: list[str | None]) -> list[str | None]:
    """Labels of a row, and those that no list knows: a cell in the place of a label that has nothing but a word in it."""
    out = list(names)
    for position in range(len(cells) - 1):
        free = position == 0 or (names[position - 1] is None and out[position - 1] is None)
        if names[position] is None and names[position + 1] is None and free:
            out[position] = labels.like_label(cells[position])
    return out


def _row(cells: list[str], names: list[str | None], source: str) -> Iterable[RawField]:
    index = 0
    while index < len(cells):
        name = names[index]
        index += 1
        if name is None:
            for label, value in labels.split_labels(cells[index - 1])[1]:
                yield RawField(label, value, source)
            continue
        value = ""
        if index < len(cells) and names[index] is None:
            prefix, pairs = labels.split_labels(cells[index])
            if prefix or not pairs:
                value = cells[index]
                index += 1
        yield RawField(name, value, source)


def read_lines(lines: Iterable[str], source: str = "line") -> list[RawField]:
    """Labelled values of lines, a label alone in its line taking the next one, and unlabelled dates (`byline`).

    A tab in a line marks the border of two inline nodes: it parts a label from its value and is not in the value.
    """
    found: list[RawField] = []
    unlisted: list[RawField] = []
    pending: str | None = None
    for raw in lines:
        line = raw.lstrip(" \t：:") if pending is not None else raw
        prefix, pairs = labels.split_labels(line)
        head, border, rest = line.partition("\t")
        if (
            not pairs
            and border
            and (name := labels.bare_label(head)) is not None
            and labels.bare_label(rest) is None
        ):
            # A label in a node of its own needs neither colon nor space.
            prefix, pairs = "", [(name, rest)]
        if pending is not None:
            if not pairs and plausible(pending, line):
                found.append(RawField(pending, line.replace("\t", ""), source))
                pending = None
                continue
            found.append(RawField(pending, "", source))
            pending = None
        if prefix and len(prefix) <= 80 and (headings.is_byline(prefix) or headings.is_index_number(prefix)):
            found.append(RawField("", prefix.replace("\t", " "), "byline"))
        if not pairs and (generic := labels.generic_label(line.replace("\t", ""))) is not None:
            unlisted.append(RawField(*generic, source))
        for label, value in pairs:
            found.append(RawField(label, value.replace("\t", ""), source))
        if pairs and not pairs[-1][1] and pairs[-1][0] not in labels.DISPLAY:
            pending = found.pop().label
        elif not pairs and (name := labels.bare_label(line)) is not None and labels.is_catalogue_label(name):
            pending = name
    if pending is not None:
        found.append(RawField(pending, "", source))
    if labels.is_catalogue(item.label for item in found):
        found.extend(unlisted)
    return found
