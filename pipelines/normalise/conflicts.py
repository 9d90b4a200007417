"""When two printed values of one field contradict each other, and when they only say the same in other words."""

from __future__ import annotations

import re

from pipelines.normalise.text import despace, fold

_OPEN = re.compile(r"主动公开|全文公开|(?<!不)同意(?:对外|全文|主动)?公开")
_NOT_OPEN = re.compile(r"依申请公开|不予公开|免予公开|暂不公开|不同意(?:对外|全文|主动)?公开|不(?:对外)?公开")
"""公开属性 as 《政府信息公开条例》 (国务院令第711号) divides it: 主动公开, 依申请公开, 不予公开."""

_EXACT = frozenset(("index_number", "document_number", "grade"))
"""One value only, however often it is printed."""

_WORDED = frozenset(("publisher", "category", "validity", "lead_agency", "quoted_subject"))
"""May be printed whole and shortened: only values of which neither holds the other contradict."""

_MARKS = re.compile(r"[^\w\u3400-\u9fff]|^关于|的?(?:提案|建议|议案)$")
_FORCE = re.compile(r"失效|废止|无效|宣布失效")


def contradict(field: str, first: object, second: object) -> bool:
    """Whether a page says two things of one field.

    Dates are compared where they are read (`date_conflict`); titles by the proposals that they name (`title_conflict`).

    >>> contradict("publisher", "某市水务局", "水务局"), contradict("disclosure", "主动公开", "此件依申请公开")
    (False, True)
    """
    if field in _EXACT:
        return first != second
    if field == "co_handlers" and isinstance(first, tuple) and isinstance(second, tuple):
        one, other = set(first), set(second)
        return not (one <= other or other <= one)
    if not isinstance(first, str) or not isinstance(second, str):
        return False
    if field == "disclosure":
        return {is_closed(first), is_closed(second)} == {True, False}
    if field == "validity" and bool(_FORCE.search(first)) != bool(_FORCE.search(second)):
        return True
    if field in _WORDED:
        one_, other_ = _bare(first), _bare(second)
        return one_ not in other_ and other_ not in one_
    return False


def is_closed(value: str) -> bool | None:
    """True where a value says that the text is not open by itself, False where it says that it is.

    None where it says neither, or both, as a form that prints the choices does (`主动公开 依申请公开`).
    """
    said = despace(fold(value))
    rest, closed = _NOT_OPEN.subn("", said)
    is_open = _OPEN.search(rest) is not None
    return None if is_open == bool(closed) else bool(closed)


def _bare(value: str) -> str:
    return _MARKS.sub("", despace(fold(value)))
