"""The two ends of a text: what stands above the letter and below it, sorted line by line. For text and markup alike."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.models import RawField
from pipelines.read import chrome, fields, headings, labels
from pipelines.read.flatten import Flat
from pipelines.read.grid import Paragraph
from pipelines.read.outcome import NOTICE, is_missing_notice
from pipelines.removal import RemovalReason

_HEAD_LINES = 120
_TAIL_LINES = 80
_TAIL_STARTS = frozenset("上下前后相延热推您是责编审初复终值网")
_TAIL_START = re.compile(rf"[^\w]{{0,6}}[{''.join(sorted(_TAIL_STARTS))}]")
_TAIL_WORD = re.compile(
    "扫|AI生成|智能生成|参考|标识码|ICP|备案|安备|版权|支持[:：]|powered|Powered|produced|Produced|By"
)
"""A line below a document begins with the one or has the other; looked at first because the full rules are dearer."""

_TAIL_WORDS = re.compile(
    r"[^\w]{0,6}(?:[上下前后]一?[篇条]|相关|延伸|热门|推荐|您(?:访问|点击|即将)|是否|责任|编辑|责编|审核|[初复终编]审|值班|网络)"
)
_BULLET = re.compile(r"^\s{0,8}[•·●○]\s{0,4}(?=\S)")


def tail_reasons(lines: Sequence[str]) -> list[RemovalReason]:
    """Why each of the last lines is the site's and not the letter's: one reason a line, as many as are to go.

    Below a line that only stands behind documents (neighbours, QR codes, credits) everything goes, unless it reads like
    prose: nothing that somebody wrote is dropped for its place alone.
    """
    cut = len(lines)
    # From below: at the last line of prose it ends, which is seldom far.
    for index in range(len(lines) - 1, max(1, len(lines) - _TAIL_LINES) - 1, -1):
        line = lines[index]
        is_short = len(line) <= 60 and "。" not in line
        if is_short and not _may_end(line):
            continue
        reason = chrome.chrome_reason(line)
        if reason is None and not is_short:
            break
        if chrome.ends_document(reason) and (is_short or _may_end(line)):
            cut = index
    reasons: list[RemovalReason] = [chrome.chrome_reason(line) or "below_chrome" for line in lines[cut:]]
    while cut:
        reason = _reason(lines[cut - 1])
        if reason is None:
            break
        reasons.insert(0, reason)
        cut -= 1
    return reasons


def _may_end(line: str) -> bool:
    """Whether a line has the words of one that stands below documents: 下一步 and 推进 are frequent, 下一篇 is not."""
    if _TAIL_WORD.search(line) is not None:
        return True
    begins = line[:1]
    if (begins not in _TAIL_STARTS and begins.isalnum()) or _TAIL_START.match(line) is None:
        return False
    tight = "".join(line.split())
    lower = tight.lower()
    return (
        _TAIL_WORDS.match(tight) is not None
        or _TAIL_WORD.search(tight) is not None
        or "icp" in lower
        or "by" in lower
    )


def _reason(line: str) -> RemovalReason | None:
    if (reason := chrome.chrome_reason(line)) is not None:
        return reason
    if chrome.is_form_line(line):
        return "feedback_form"
    if is_missing_notice(line):
        return NOTICE
    return "empty_attachment_label" if chrome.is_empty_attachment_label(line) else None


def trim(flat: Flat, found: list[RawField]) -> list[Paragraph]:
    """Paragraphs of a container without labelled lines, bylines and tools at its ends.

    Labelled values go to ``found``; each paragraph left out is dropped from ``flat`` with its reason. Titles, document
    numbers and marks above the letter stay: they are text of the container.
    """
    head = _Head(found)
    kept: list[Paragraph] = []
    start = 0
    paragraphs = flat.paragraphs
    while start < min(len(paragraphs), _HEAD_LINES):
        paragraph = paragraphs[start]
        if head.ends_at(paragraph.text):
            break
        reason = head.reason(paragraph.text)
        if reason is None:
            kept.append(paragraph)
        else:
            flat.drop(paragraph, reason)
        start += 1
    head.close()
    kept.extend(paragraphs[start:])
    reasons = tail_reasons([paragraph.text for paragraph in kept])
    for paragraph, reason in zip(kept[len(kept) - len(reasons) :], reasons, strict=True):
        flat.drop(paragraph, reason)
    return kept[: len(kept) - len(reasons)]


class _Head:
    """Reads the paragraphs above a letter; a label alone in its paragraph waits for the next one."""

    def __init__(self, found: list[RawField]) -> None:
        self.found = found
        self.pending: str | None = None
        self.list = False

    def close(self) -> None:
        if self.pending is not None:
            self.found.append(RawField(self.pending, "", "line"))
            self.pending = None

    def ends_at(self, text: str) -> bool:
        """Whether the letter begins here."""
        if not headings.begins_letter(text) or headings.title_like(text) or chrome.chrome_reason(text):
            return False
        prefix, pairs = labels.split_labels(text)
        return not pairs or (bool(prefix) and headings.begins_letter(prefix))

    def reason(self, text: str) -> RemovalReason | None:
        """Why a paragraph is not of the text; its labelled values are taken first."""
        if len(text) > 400:
            return None
        line = _BULLET.sub("", text)
        prefix, pairs = labels.split_labels(line)
        if self.pending is not None:
            value = line.lstrip(" ：:")
            if not pairs and fields.plausible(self.pending, value) and not headings.is_salutation(value):
                self.found.append(RawField(self.pending, value, "line"))
                self.pending = None
                return "metadata"
            self.close()
        if headings.title_like(text):
            return None
        if pairs:
            return self._labelled(line, prefix, pairs)
        item = line != text
        if headings.is_index_number(line):
            self.list = item
            self.found.append(RawField("", line, "cell" if item else "byline"))
            return "byline"
        if headings.is_byline(line) or (self.list and item and len(line) <= 60):
            self.found.append(RawField("", line, "cell" if self.list and item else "byline"))
            return "byline"
        label = labels.bare_label(line)
        if label is not None and labels.is_catalogue_label(label):
            self.pending = label
            return "metadata"
        reason = chrome.chrome_reason(text)
        return None if reason in ("navigation", "markup") else reason

    def _labelled(self, line: str, prefix: str, pairs: list[tuple[str, str]]) -> RemovalReason | None:
        if any(labels.is_kept(label) for label, _ in pairs):
            # 类别, 签发人: values for the normaliser, and part of the letter.
            if not prefix:
                self.found.extend(RawField(label, value, "line") for label, value in pairs)
            return None
        values = fields.read_lines([line])
        label, value = pairs[-1]
        if not value and label not in labels.DISPLAY:
            values.pop()
            self.pending = label
        self.found.extend(values)
        return "metadata"
