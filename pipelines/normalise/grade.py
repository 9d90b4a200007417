"""办理结果分类: the letter that tells how far a proposal was met.

The letters have no national meaning (provinces and cities define their own; some print A1, A2), so that the letter is
kept as printed and never translated.
"""

from __future__ import annotations

import re

from pipelines.normalise.text import fold

LETTER = r"[A-F][1-4]?"
_ANY_LETTER = re.compile("[A-FＡ-Ｆ]")

_ALONE = re.compile(
    rf"[(\[【〔]? ?(?:办理(?:结果)?(?:标注|类别|分类|等级)?|类别|分类)? ?:? ?[(\[]? ?({LETTER}) ?(?:类|级)? ?(?:件)? ?[)\]】〕]?[)\]】〕]?"
)
_TITLE_END = re.compile(
    rf" ?(?:[(\[【〔] ?(?:办理结果|办理类别|类别|分类)?:? ?({LETTER}) ?类? ?(?:[,、;，；][^()]{{1,12}})?[)\]】〕]"
    rf"|(?:办理结果|办理类别|办复类别|类别|分类) ?: ?({LETTER}) ?类?|(?<=[答回]复)({LETTER})类) ?$"
)


def read_grade(raw: str) -> str | None:
    """The letter of a cell or line that holds nothing else: `B`, `(A)`, `A2 类`, `[办理结果标注(A1)]`.

    >>> [read_grade(t) for t in ("B", "A2 类", "[办理结果标注(A1)]", "（Ｃ）", "B超")]
    ['B', 'A2', 'A1', 'C', None]
    """
    if _ANY_LETTER.search(raw, 0, 40) is None:
        return None
    match = _ALONE.fullmatch(fold(raw[:40]).strip())
    return match[1] if match else None


def cut_trailing_grade(title: str) -> tuple[str, str | None]:
    """Take a grade off the end of a title: `…的答复(B)` → (`…的答复`, `B`)."""
    # Few titles have the letter, without which every place of them would be tried.
    match = _TITLE_END.search(fold(title)) if _ANY_LETTER.search(title) is not None else None
    if match is None:
        return title, None
    return title[: match.start()], match[1] or match[2] or match[3]
