"""索引号 of government information.

The usual layout is organisation code / year - serial (国办发〔2014〕46号 and the catalogues that follow it only ask
for one; the layouts differ). The organisation code carries a check digit: GB 11714-1997 for the nine characters,
GB 32100-2015 for the eighteen of the unified social credit code. A code that fails is kept and reported: template
defaults and typing errors are common in published pages.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.models import Issue
from pipelines.normalise.text import despace, fold, is_blank

_WEIGHTS_9 = (3, 7, 9, 10, 5, 8, 4, 2)
_WEIGHTS_18 = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ALPHABET_18 = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_DASHES = str.maketrans({"—": "-", "–": "-", "－": "-", "‐": "-", "−": "-"})
_PREFIX = re.compile(r"(?P<code>[0-9A-Z]{18}|[0-9A-Z]{8}-?[0-9X])(?=[/-](?:19|20)\d\d)")
_ANY_DIGIT = re.compile("[0-9０-９]")
_SHAPES = re.compile(
    r"[0-9A-Z]{18}/(?:19|20)\d{2,4}-\d{3,8}"
    r"|[0-9A-Z]{8}-?[0-9X][/-](?:19|20)\d\d-\d{3,8}"
    r"|\d{6}-\d{2,4}/(?:19|20)\d\d-\d{3,8}"
    r"|[0-9A-Z]{8}-\d?-?/(?:19|20)\d\d-\d{3,8}"
    r"|[0-9A-Z]{6,15}/(?:19|20)\d\d-\d{3,8}"
    r"|(?:19|20)\d{6}-\d{6}-\d{3}"
)


@lru_cache(maxsize=512)
def organisation_code_valid(code: str) -> bool:
    """GB 11714-1997: eight characters and a check digit, C9 = 11 − Σ mod 11, 10 → X, 11 → 0.

    >>> organisation_code_valid("011043145"), organisation_code_valid("011043146")
    (True, False)
    """
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        return False
    total = sum(weight * int(char, 36) for weight, char in zip(_WEIGHTS_9, code[:8], strict=True))
    return code[8] == "0123456789X0"[11 - total % 11]


def credit_code_valid(code: str) -> bool:
    """GB 32100-2015: seventeen characters of an alphabet without I O S V Z, and C18 = (31 − Σ mod 31) mod 31."""
    if len(code) != 18 or any(char not in _ALPHABET_18 for char in code):
        return False
    total = sum(w * _ALPHABET_18.index(char) for w, char in zip(_WEIGHTS_18, code[:17], strict=True))
    return code[17] == _ALPHABET_18[(31 - total % 31) % 31]


def read_index_number(raw: str) -> tuple[str | None, tuple[Issue, ...]]:
    """Value of a 索引号 cell: blanks removed, full width to half width, otherwise as printed.

    >>> read_index_number("０１１０４３１４５ / 2024-37154")
    ('011043145/2024-37154', ())
    """
    if is_blank(raw):
        return None, ()
    value = despace(fold(raw[:200]))
    if len(value) > 80 or not any(char.isdigit() for char in value):
        message = "索引号一栏的内容不像索引号，未采用"
        return None, (Issue("index_number_form", message, field="index_number", raw=raw[:200]),)
    return value, check_digit_issues(value)


def find_index_number(raw: str) -> str | None:
    """An index number that stands without a label: the whole text must have one of the known layouts."""
    if _ANY_DIGIT.search(raw) is None:
        return None
    value = despace(fold(raw[:120]))
    if not (value[:6].isascii() or value[:1].isdecimal()):
        # Every layout begins with six letters and digits; most lines are words.
        return None
    return value if _SHAPES.fullmatch(value.translate(_DASHES)) else None


def check_digit_issues(value: str) -> tuple[Issue, ...]:
    """A warning when the code in front has the length of a standard code and fails its check digit."""
    match = _PREFIX.match(value.translate(_DASHES))
    if match is None:
        return ()
    code = match["code"].replace("-", "")
    valid = credit_code_valid(code) if len(code) == 18 else organisation_code_valid(code)
    if valid:
        return ()
    standard = "GB 32100-2015" if len(code) == 18 else "GB 11714-1997"
    message = f"索引号前的机构代码 {code} 校验位不合 {standard}，按原样保留"
    return (Issue("index_number_check_digit", message, field="index_number", raw=value),)
