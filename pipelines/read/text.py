"""Plain text → RawReply: a page that somebody copied, or the text of a page whose markup is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import takewhile

from pipelines.models import Attachment, Issue, RawField, RawReply, Removed
from pipelines.read import chrome, fields, headings, labels
from pipelines.read.ends import tail_reasons

MAX_CHARS = 4_000_000
"""A longer text is cut, with an issue: the longest reply seen has some ten thousand characters."""

_HEAD_LINES = 160
"""The letter begins within so many lines; accessibility toolbars put forty words in front of it."""

_BULLET = re.compile(r"^\s{0,8}[•·●○\-*]\s{0,4}(?=\S)")
_NOTE = re.compile(r"^附(?:件|表|录)?\s{0,4}\d{0,2}\s{0,2}[:：]\s{0,4}(\S.{0,120})$")
_NEXT_NOTE = re.compile(r"^\s{0,12}\d{1,2}\s{0,2}[.．、]\s{0,4}(\S.{0,120})$")
_TITLE_AND_SALUTATION = re.compile(
    r"^(\S.{6,120}?(?:答复|回复|复函|的函|意见))\s{1,4}(?=[^,，。;；:：]{1,80}?(?:代表|委员)\s?[:：])"
)
_NUMBERED = re.compile(r"^\d{1,2}\s{0,2}[.．、]\s{0,4}")


@dataclass(slots=True)
class _Head:
    """What the lines above the letter gave."""

    titles: list[tuple[str, str]] = field(default_factory=list)
    fields: list[RawField] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)


def clean_lines(text: str) -> list[str]:
    """Lines with white space collapsed; blank ones stay, as empty strings."""
    return [
        re.sub(r"[ \t\u3000\u00a0\ufeff]+", " ", line).strip()
        for line in re.split(r"\r\n|[\r\n\x0b\x0c\u2028\u2029]", text)
    ]


def _start(lines: list[str]) -> int:
    """Index of the first line of the letter; len(lines) where none is told from the head."""
    for index, line in enumerate(lines[:_HEAD_LINES]):
        if (
            not line
            or chrome.chrome_reason(line)
            or headings.title_like(line)
            or headings.is_number_line(line)
        ):
            continue
        prefix, pairs = labels.split_labels(line)
        if pairs and (not prefix or not headings.begins_letter(prefix)):
            continue
        if not pairs and labels.generic_label(line) and not headings.is_salutation(line):
            continue
        if headings.begins_letter(line):
            return index
    return len(lines)


_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]\s?[〔\[(（﹝【](?:19|20)\d\d[〕\])）﹞】]\s?第?\d{1,5}\s?号$")
_PLACE_TAG = re.compile(r"^\[([\u4e00-\u9fff]{2,4})\](?=\1)")
"""A collection's own tag in front of a title that repeats it: `[某省]某省交通厅关于…`."""

_TAIL_WORD = re.compile("答 ?复|复 ?函|回 ?复|的函|第?[ ]?[A-Za-z0-9]{1,12}[ ]?号")
_OWN_SUBJECT = re.compile("关于|^对")


def _title_at(lines: list[str], index: int, start: int) -> tuple[int, str] | None:
    """Title that begins at a line: (number of lines taken, title). Titles are often broken over two or three lines."""
    line = lines[index]
    following = lines[index + 1] if index + 1 < start else ""
    usable = (
        bool(following) and not labels.split_labels(following)[1] and not headings.is_number_line(following)
    )
    if usable and headings.may_open_title(line) and not headings.title_like(line):
        joined = line + following
        if not (headings.title_like(following) and _OWN_SUBJECT.search(following)) and headings.title_like(
            joined
        ):
            third = lines[index + 2] if index + 2 < start else ""
            return (3, joined + third) if _TAIL_WORD.fullmatch(third) else (2, joined)
    if (
        usable
        and _TAIL_WORD.fullmatch(following)
        and (headings.title_like(line) or headings.may_open_title(line))
    ):
        return 2, line + following
    return (1, line) if headings.title_like(line) else None


def _is_labelled(line: str) -> bool:
    """Whether labels cut the line; a title may carry one of its own (`…的函(编号:…)`)."""
    prefix, pairs = labels.split_labels(line)
    own = prefix and headings.title_like(line) and all(labels.is_letter_label(label) for label, _ in pairs)
    return bool(pairs) and not own


def _titles(lines: list[str], start: int) -> dict[int, tuple[int, str]]:
    """Titles among the head lines: index → (number of lines taken, title)."""
    found: dict[int, tuple[int, str]] = {}
    index = 0
    while index < start:
        line = lines[index]
        title = None
        if line and not chrome.chrome_reason(line) and not _is_labelled(line):
            title = _title_at(lines, index, start)
        if title is not None:
            found[index] = title
        index += title[0] if title else 1
    return found


def _read_head(lines: list[str], start: int) -> _Head:
    head = _Head()
    titles = _titles(lines, start)
    first_title = min(titles, default=None)
    pending: str | None = None
    index = 0
    while index < start:
        line = lines[index]
        if index in titles:
            taken, title = titles[index]
            if pending is not None and pending in labels.TITLE_LABELS:
                head.fields.append(RawField(pending, title, "line"))
            elif pending is not None:
                head.fields.append(RawField(pending, "", "line"))
            head.titles.append(
                (f"line:{pending}" if pending in labels.TITLE_LABELS else "text", _PLACE_TAG.sub("", title))
            )
            pending, index = None, index + taken
            continue
        index += 1
        if not line:
            if pending is not None and pending not in labels.TITLE_LABELS:
                head.fields.append(RawField(pending, "", "line"))
                pending = None
            continue
        if (
            pending is not None
            and not labels.split_labels(_BULLET.sub("", line))[1]
            and fields.plausible(pending, line)
        ):
            head.fields.append(RawField(pending, line, "line"))
            if pending in labels.TITLE_LABELS:
                head.titles.append((f"line:{pending}", line))
            pending = None
            continue
        if pending is not None:
            head.fields.append(RawField(pending, "", "line"))
            pending = None
        # Without a title, what stands above a salutation is the site's; without a salutation either, nobody knows.
        above = None if start == len(lines) else False
        pending = _head_line(head, line, above if first_title is None else index > first_title)
    if pending is not None:
        head.fields.append(RawField(pending, "", "line"))
    return head


def _head_line(head: _Head, line: str, below_title: bool | None) -> str | None:
    """Sort one line of the head; returns a label that still waits for its value."""
    bullet = _BULLET.match(line) is not None
    line = _BULLET.sub("", line)
    reason = chrome.chrome_reason(line)
    prefix, pairs = labels.split_labels(line)
    if reason and not (
        pairs and any(value and label not in ("字号", "字体", "打印") for label, value in pairs)
    ):
        head.removed.append(Removed(line, reason))
        return None
    if pairs:
        if prefix and _DOCUMENT_NUMBER.search(prefix):
            head.kept.append(prefix)
        elif prefix and len(prefix) <= 60:
            head.fields.append(RawField("", prefix, "byline"))
        *complete, (label, value) = pairs
        head.fields.extend(RawField(name, text, "line") for name, text in complete)
        for name, text in pairs:
            if name in labels.TITLE_LABELS and text:
                head.titles.append((f"line:{name}", text))
        if any(labels.is_kept(name) for name, _ in pairs):
            head.kept.append(line)
        if not value and label not in labels.DISPLAY:
            return label
        head.fields.append(RawField(label, value, "line"))
        return None
    if headings.is_byline(line) or headings.is_index_number(line):
        head.fields.append(RawField("", line, "cell" if bullet else "byline"))
        return None
    if bullet and len(line) <= 40:
        head.fields.append(RawField("", line, "cell"))
        return None
    generic = labels.generic_label(line)
    if generic is not None:
        if not generic[1]:
            return generic[0]
        head.fields.append(RawField(*generic, "line"))
        head.kept.append(line)
        return None
    if below_title is not False or headings.is_number_line(line) or headings.is_mark_line(line):
        head.kept.append(line)
    else:
        head.removed.append(Removed(line, "before_title"))
    return None


def _trim_tail(paragraphs: list[str], removed: list[Removed]) -> list[str]:
    """Without the site's lines below the letter."""
    reasons = tail_reasons(paragraphs)
    end = len(paragraphs) - len(reasons)
    removed.extend(Removed(line, reason) for line, reason in zip(paragraphs[end:], reasons, strict=True))
    return paragraphs[:end]


def _drop_repeated_title(
    paragraphs: list[str], titles: list[tuple[str, str]], removed: list[Removed]
) -> list[str]:
    """Without lines at the head of the letter that together repeat its title, or a part of it."""
    known = [labels.squeeze(title) for _, title in titles]
    for first in range(min(6, len(paragraphs))):
        if headings.is_salutation(paragraphs[first]):
            # Behind the salutation only the signature can stand in the title too: the agency that answers.
            break
        for last in range(first + 1, min(first + 5, len(paragraphs)) + 1):
            joined = labels.squeeze("".join(paragraphs[first:last]))
            if any(
                joined == title or (len(joined) >= 12 and last == first + 1 and joined in title)
                for title in known
            ):
                removed.extend(Removed(line, "title_repeated") for line in paragraphs[first:last])
                return paragraphs[:first] + paragraphs[last:]
    return paragraphs


def _split_opening(lines: list[str]) -> list[str]:
    """A title and the salutation in one line (`…的答复 某代表: 您提出…`) are two lines."""
    for index, line in enumerate(lines[:_HEAD_LINES]):
        match = _TITLE_AND_SALUTATION.match(line)
        if match and headings.title_like(match[1]):
            return [*lines[:index], match[1], line[match.end() :], *lines[index + 1 :]]
    return lines


def notes(paragraphs: tuple[str, ...]) -> tuple[Attachment, ...]:
    """Annexes that a letter names (`附件:1.…`); a bare 附件: names none. Only the last third of the letter counts."""
    found: dict[str, int] = {}
    listing = False
    first = max(1, len(paragraphs) * 2 // 3 - 3)
    for position, line in enumerate(paragraphs[first:], start=first + 1):
        match = _NOTE.match(line) or (listing and _NEXT_NOTE.match(line)) or None
        listing = match is not None
        if match is not None:
            found.setdefault(_NUMBERED.sub("", match[1]).strip(" ;；。"), position)
    return tuple(
        Attachment(name, None, position)
        for name, position in found.items()
        if name and name not in ("无", "暂无", "略")
    )


def read_text(text: str, url: str | None = None) -> RawReply:
    """Read a page given as text: titles, labelled lines, bylines, and the letter from its first paragraph on.

    Lines of the site (tools, counters, trails, neighbours) are left out and recorded in ``removed``. Lines between the
    title and the letter that no label explains (document number, grade) stay at the head of ``paragraphs``. In
    ``fields`` the source is `line`, `byline` (no label, beside the title) or `cell` (an item of a list without labels).
    """
    issues: list[Issue] = []
    if len(text) > MAX_CHARS:
        issues.append(
            Issue(
                "text_too_long",
                f"文本有 {len(text)} 字，只读取前 {MAX_CHARS} 字。",
                "error",
                raw=str(len(text)),
            )
        )
        text = text[:MAX_CHARS]
    if "\x00" in text:
        issues.append(Issue("nul_bytes", f"文本中有 {text.count(chr(0))} 个 NUL 字符，已去掉。"))
        text = text.replace("\x00", "")
    lines = _split_opening(clean_lines(text))
    start = _start(lines)
    head = _read_head(lines, start)
    removed = head.removed
    head.titles.sort(key=lambda title: title[0] == "text" and headings.names_column(title[1]))
    paragraphs = _trim_tail(head.kept + [line for line in lines[start:] if line], removed)
    body = tuple(_drop_repeated_title(paragraphs, head.titles, removed))
    for line in takewhile(lambda line: not headings.begins_letter(line), body[:12]):
        # `类别:B`, `签发人:…` below the title stay in the letter and are labelled fields as well.
        if (pairs := labels.split_labels(line)[1]) and not any(f.label == pairs[0][0] for f in head.fields):
            head.fields.extend(
                RawField(label, value, "line") for label, value in pairs if labels.is_kept(label)
            )
    return RawReply(
        url=url,
        titles=tuple(dict.fromkeys(head.titles)),
        fields=tuple(head.fields),
        paragraphs=body,
        body_html="",
        attachments=notes(body),
        removed=tuple(removed),
        issues=tuple(issues),
    )
