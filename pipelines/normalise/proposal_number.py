"""Numbers of proposals: the form by which two prints of one number are known, the year in it, the series it counts in.

Forms seen: plain serials (`63`, `0192`), a year with three or four digits behind it (`20240133`, `2017546`), letters in
front (`JY20250374`, `DH0271`, `温36`), a year in brackets (`B(2019)331`). Five and six digits (`21064`, `173169`) may hide a
year, a term and a session; nothing on the page says so, and so they are plain serials here.
"""

from __future__ import annotations

import re
import unicodedata

_BRACKETS = str.maketrans("()[]【】﹝﹞", "〔〕〔〕〔〕〔〕")
_YEAR = r"(?P<year>(?:19[89]|20\d)\d)"
_WITH_YEAR = re.compile(rf"[A-Z]{{0,4}}(?:〔{_YEAR}〕(?=\d{{1,6}}$))")
_GLUED = re.compile(rf"[A-Z]{{0,4}}{_YEAR}(?=\d{{3,4}}$)", re.ASCII)
_SERIAL = re.compile(r"\d{1,9}$", re.ASCII)


def normal_number(printed: str | None) -> str | None:
    """Width folded, upper case, leading zeros stripped: `０９４` and `94` are one; brackets of a year become 〔〕.

    >>> normal_number("094"), normal_number("jy20250374"), normal_number("B(2019)331"), normal_number("000")
    ('94', 'JY20250374', 'B〔2019〕331', '0')
    """
    if printed is None:
        return None
    text = "".join(unicodedata.normalize("NFKC", printed).split()).upper()
    text = text.translate(_BRACKETS)
    if not text:
        return None
    return text.lstrip("0") or "0"


def year_in_number(printed: str | None) -> int | None:
    """The year that a number carries, with letters in front or without; None where that would be a guess.

    >>> [year_in_number(n) for n in ("20240133", "2017546", "JY20250374", "B(2019)331", "21064", "173169", "DH0271")]
    [2024, 2017, 2025, 2019, None, None, None]
    """
    match = _year(normal_number(printed) or "")
    return int(match["year"]) if match else None


def series(printed: str | None) -> tuple[str, int] | None:
    """(what stands in front of the serial, the serial); numbers of one session count up within one series.

    >>> [series(n) for n in ("20240133", "JY20250374", "温36", "094", "21064", "温")]
    [('2024', 133), ('JY2025', 374), ('温', 36), ('', 94), ('', 21064), None]
    """
    number = normal_number(printed) or ""
    match = _year(number)
    start = match.end() if match else 0
    serial = _SERIAL.search(number, start)
    if serial is None or (not match and number[: serial.start()][-1:].isdecimal()):
        return None
    return number[: serial.start()], int(serial[0])


def _year(number: str) -> re.Match[str] | None:
    return _WITH_YEAR.match(number) or _GLUED.match(number)
