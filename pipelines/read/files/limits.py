"""How much of a file is read, and what is said when it is not."""

from __future__ import annotations

from pipelines.models import FileText, Issue

MAX_BODY = 20 * 1024 * 1024
"""Bytes of a file; the crawler fetches no larger ones."""
MAX_TEXT = 2_000_000
"""Bytes of text, UTF-8: about 700,000 characters, more than any reply with its tables."""
MAX_PAGES = 1_000
MAX_MEMBERS = 500
"""Members of an archive that are listed; the text of the known ones among them is read."""
MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes that all parts of one zipped document may have when unpacked."""


class NotRead(Exception):
    """A file that cannot be read: says why, in Chinese, and what a person can do."""


def not_read(kind: str, reason: str, severity: str = "warning") -> FileText:
    """The result for a file that was not read."""
    issue = Issue("attachment_not_read", f"附件没有读出文字：{reason}", "warning", "attachments", kind)
    if severity == "info":
        issue = Issue(issue.code, issue.message, "info", issue.field, issue.raw)
    return FileText(kind, issues=(issue,))


def bounded(text: str) -> tuple[str, tuple[Issue, ...]]:
    """The text within MAX_TEXT, cut at the end of a paragraph where there is one, and an issue when it was cut."""
    raw = text.encode("utf-8", "ignore")
    if len(raw) <= MAX_TEXT:
        return text, ()
    kept = raw[:MAX_TEXT].decode("utf-8", "ignore")
    kept = kept[: kept.rfind("\n")] if "\n" in kept else kept
    message = f"附件的文字有 {len(raw)} 字节，只收前 {MAX_TEXT} 字节；全文请看原件。"
    return kept, (Issue("attachment_cut", message, "warning", "attachments", str(len(raw))),)
