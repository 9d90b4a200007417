"""The titles of a document, and the references they give together.

A page prints its title up to four times (list row, meta tag, header, inside the letter). The first candidate is the
title; the references come from the candidate that says most, because portals shorten titles in rows and headers.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from pipelines.models import FieldSource, Issue, Kind, Page, RawField, RawReply, Reference
from pipelines.normalise import labels
from pipelines.normalise.agencies import looks_like_agency
from pipelines.normalise.references import find_references, kind_of_word
from pipelines.normalise.text import collapse, fold, is_cut, squeeze
from pipelines.normalise.titles import Title, mask_quotations, read_title

_TITLE_LINE = re.compile(
    r"(?:答复|回复|复函|回函|的函|意见|答复函)(?:[(\[][^()]{1,20}[)\]])?$|(?:提案|建议|议案)的?$|号(?:提案|建议)"
)
_LABELS = frozenset((*labels.SUBJECT_LABELS, *labels.NUMBER_LABELS, *labels.KIND_LABELS)) - {"标题", "题目"}
_NO_TITLE_LINE = re.compile(r"[。;!?]|^(?:您|你)|收悉|:$|如下")
_STOPS = "。;!?；！？"
"""A line with one of them is no title: looked at before a line is folded."""
_ENDS_OPEN = re.compile(r"(?:提案|建议|议案|会议|的|》|”|号)$")
_KIND_NEAR = re.compile(r"[^,。]{0,4}?(提案|建议|议案)")
_KIND_LAST = re.compile("(提案|建议|议案)$")
_THIS_KIND = re.compile("此(建议|提案|议案)")
_HEAD = 6
_MAY_ANSWER = re.compile("[复覆復办辦]")
_ANSWER_LABELS = ("答复", "答复内容", "回复内容", "办理结果", "办理情况")
_PROPOSAL_TITLES = tuple(
    f"{kind}:{label}"
    for kind in ("line", "cell")
    for label in ("提案标题", "建议标题", "提案题目", "建议题目", "案由")
)


class Named(NamedTuple):
    """What all printed titles say together."""

    title: str | None
    title_source: str
    read: Title
    """Of the title itself."""
    best: Title
    """Of the candidate with the fullest references."""
    best_source: str
    issues: tuple[Issue, ...]
    grade: str | None = None
    document_number: str | None = None
    agency: str | None = None
    subject: str | None = None
    subject_source: str = "title"
    others: tuple[Reference, ...] = ()
    """References of all candidates."""

    def _with_kind(self) -> tuple[Reference, ...]:
        """References of the best title; a kind that another title of the page prints for the same proposal is added."""
        return tuple(
            ref
            if ref.kind
            else replace(ref, kind=next((o.kind for o in self.others if o.kind and _same(ref, o)), None))
            for ref in self.best.references
        )

    def complete(self, opening: str) -> tuple[tuple[Reference, ...], FieldSource]:
        """References of the titles, completed or replaced by those of the opening sentence."""
        references = self._with_kind()
        source = FieldSource(self.best_source, "references.title")
        if references and all(ref.number for ref in references):
            if any(ref.kind for ref in references) or (kind := kind_in_opening(opening)) is None:
                return references, source
            named = tuple(replace(ref, kind=kind) for ref in references)
            return named, FieldSource(self.best_source, "references.title_and_opening")
        printed = references_in_opening(opening)
        if not references:
            return printed, FieldSource("body", "references.opening")
        if (
            len(references) == 1
            and len(printed) == 1
            and printed[0].number
            and _agree(references[0], printed[0])
        ):
            one = references[0]
            merged = replace(one, number=printed[0].number, kind=one.kind or printed[0].kind)
            return (merged,), FieldSource(self.best_source, "references.title_and_opening")
        return references, source


_RECEIVED = re.compile(r"(?P<kind>提案|建议|议案)[》”]?(?:[(][^()]{1,24}[)])?(?:已经?)?收悉")


def kind_in_opening(opening: str) -> Kind | None:
    """`…的建议收悉` → 建议: what the letter itself calls the proposal whose title prints no kind."""
    match = _RECEIVED.search(fold(opening))
    return kind_of_word(match["kind"]) if match else None


def references_in_opening(opening: str) -> tuple[Reference, ...]:
    """`您在市九届人大四次会议上提出的《…》(第131号建议)收悉` → references; general words give none."""
    opening = fold(opening)
    end = opening.find("收悉")
    window = opening[: end + 2] if end >= 0 else opening[:400]
    masked, spans = mask_quotations(window)
    found = find_references(masked.replace("■■", "■"), loose=True)
    kind = None
    after = masked[spans[0][1] : spans[0][1] + 12] if spans else ""
    if match := _KIND_NEAR.match(after):
        kind = kind_of_word(match[1])
    quoted = window[spans[0][0] + 1 : spans[0][1] - 1] if spans else ""
    if kind is None and (match := _KIND_LAST.search(quoted)):
        kind = kind_of_word(match[1])
    word = _THIS_KIND.search(opening)
    kind = kind or (kind_of_word(word[1]) if word else None)
    references = tuple(replace(ref, kind=ref.kind or kind) for ref in found.references)
    return tuple(ref for ref in references if ref.number or ref.term)


def name_document(raw: RawReply, page: Page | None) -> Named:
    """Choose the title and read all candidates."""
    candidates = [(source, collapse(text)) for source, text in raw.titles if text.strip()]
    if page is not None and page.row_title and page.row_title.strip():
        candidates.append(("row", collapse(page.row_title)))
    # The title of the proposal in a form is not the title of the page.
    candidates = sorted(dict.fromkeys(candidates), key=lambda item: item[0].startswith(_PROPOSAL_TITLES))[:12]
    may_answer = _MAY_ANSWER.search("\n".join([item.label for item in raw.fields])) is not None
    if may_answer and any(_label(item).endswith(_ANSWER_LABELS) for item in raw.fields):
        candidates = [item for item in candidates if not _names_proposal(*item)]
    if candidates and is_cut(candidates[0][1]):
        # A title that an editor cut gives way to the whole one of the list or of the meta tag.
        candidates.sort(key=lambda item: is_cut(item[1]) or item[0] not in ("row", "meta:articletitle"))
    if (whole := _whole(candidates)) is not None:
        candidates.insert(0, candidates.pop(whole))
    inner = [("body", line) for line in _title_lines(raw.paragraphs)]
    # Pages print one title several times.
    titles = {text: read_title(text) for text in dict.fromkeys(text for _, text in [*candidates, *inner])}
    read = [(source, text, titles[text]) for source, text in [*candidates, *inner]]
    if not read:
        empty = Title()
        return Named(
            None,
            "title",
            empty,
            empty,
            "title",
            (Issue("title_missing", "没有读到标题", "warning", "title"),),
        )
    first = read[0]
    if (
        candidates
        and all(source == "title" and not found.references for source, _, found in read[: len(candidates)])
        and looks_like_agency(squeeze(candidates[0][1]))
        and any(found.references for _, _, found in read)
    ):
        # Nothing but the name of the site in <title>: the letter bears its own title.
        candidates = []
    if not candidates:
        first = (
            next((item for item in read if item[2].references or item[2].document_type != "other"), None)
            or first
        )
    chosen = _with_agency(candidates) if candidates else (first[0], first[1])
    best = max(read, key=lambda item: _weight(item[2].references)) if len(titles) > 1 else read[0]
    issues = [*first[2].issues, *_conflicts(read)]
    agency = next(
        (
            item[2].answering_agency
            for item in read
            if item[2].answering_agency and not _only_headed(item[1], chosen[1])
        ),
        None,
    )
    subject = next(((item[0], item[2].quoted_subject) for item in read if item[2].quoted_subject), None)
    return Named(
        chosen[1],
        chosen[0],
        first[2],
        best[2],
        best[0],
        tuple(issues),
        next((item[2].grade for item in read if item[2].grade), None),
        next((item[2].document_number for item in read if item[2].document_number), None),
        agency,
        subject[1] if subject else None,
        subject[0] if subject else "title",
        tuple(ref for item in read for ref in item[2].references),
    )


def _with_agency(candidates: list[tuple[str, str]]) -> tuple[str, str]:
    """The first candidate, or one that prints the same title with the agency in front: letters leave it out."""
    inner = squeeze(fold(candidates[0][1]))
    for source, text in candidates[1:]:
        if text == candidates[0][1]:
            continue
        whole = squeeze(fold(text))
        if whole != inner and whole.endswith(inner) and looks_like_agency(whole.removesuffix(inner)):
            return source, text
    return candidates[0]


def _whole(candidates: list[tuple[str, str]]) -> int | None:
    """Where the whole title stands when the first is one that a template cut (`…第2024…`); None when it is not cut."""
    first = squeeze(candidates[0][1]) if candidates else ""
    stem = first.rstrip(".…")
    if len(stem) < 6 or first in (stem, f"{stem}."):
        return None
    others = enumerate(squeeze(text) for _, text in candidates)
    return next(
        (
            index
            for index, text in others
            if text.startswith(stem) and len(text) > len(first) and not text.endswith(("…", ".."))
        ),
        None,
    )


def _label(item: RawField) -> str:
    return labels.normal_label(item.label)


def _names_proposal(source: str, text: str) -> bool:
    """In a form that has a cell for the answer, 标题 may be the title of the proposal: `关于…的建议`."""
    kind, _, label = source.partition(":")
    return (
        kind in ("line", "cell")
        and label in labels.SUBJECT_LABELS
        and re.search(r"(?:提案|建议|议案)$", text) is not None
        and re.search(r"答复|回复|复函|届", text) is None
    )


def _only_headed(text: str, title: str) -> bool:
    """Whether a candidate is the title with the name of the site in front: `某市某局-关于…的答复`."""
    if text == title:
        return False
    whole, inner = squeeze(fold(text)), squeeze(fold(title))
    return whole != inner and whole.endswith(inner) and whole[: -len(inner)].endswith(tuple("-—–_|"))


def _title_lines(paragraphs: tuple[str, ...]) -> list[str]:
    """Lines in front of the salutation that are the letter's own title, one or two lines long."""
    out: list[str] = []
    head = paragraphs[:_HEAD]
    for index, printed in enumerate(head):
        if any(map(printed.__contains__, _STOPS)):
            continue
        line = squeeze(fold(printed))
        if not 8 <= len(line) <= 140 or _NO_TITLE_LINE.search(line):
            continue
        if (label := line.partition(":")[0]) != line and label in _LABELS:
            # 案由:… names the proposal, not the document.
            continue
        following = squeeze(fold(head[index + 1])) if index + 1 < len(head) else ""
        if _ENDS_OPEN.search(line) and re.match(
            r"(?:答复|回复|复函|的?函|会办意见|第[\w]{1,16}号)|(?:提案|建议|议案).{0,8}(?:答复|[回函]复|复函|函|意见)$",
            following,
        ):
            out.append(line + following)
        elif _TITLE_LINE.search(line):
            out.append(line)
    return out


def _weight(references: tuple[Reference, ...]) -> tuple[int, int]:
    parts = max(
        (
            sum(
                value is not None for value in (r.body, r.level, r.place, r.term, r.meeting, r.number, r.kind)
            )
            for r in references
        ),
        default=0,
    )
    return parts, len(references)


def _agree(one: Reference, other: Reference) -> bool:
    """No printed part of the one contradicts the other."""
    pairs = (
        (one.body, other.body),
        (one.term, other.term),
        (one.meeting, other.meeting),
        (one.number, other.number),
    )
    return all(left is None or right is None or left == right for left, right in pairs)


def _same(one: Reference, other: Reference) -> bool:
    """The same printed number, and nothing that contradicts."""
    return one.number is not None and one.number == other.number and _agree(one, other)


def _conflicts(read: list[tuple[str, str, Title]]) -> list[Issue]:
    """Two printed titles of one page that name different proposals."""
    named = [
        (text, title.references[0])
        for _, text, title in read
        if title.references and title.references[0].number
    ]
    for text, reference in named[1:]:
        if reference is not named[0][1] and not _agree(named[0][1], reference):
            message = "同一页面上的标题指向不同的提案或建议，采用信息最全的一个"
            return [Issue("title_conflict", message, "warning", "references", text[:200])]
    return []
