"""A reply whose page only points to a file gets its text from the file, and says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from pipelines.address import address_key
from pipelines.models import Attachment, FieldSource, FileText, Issue, Page, RawReply, Reply
from pipelines.read.pointer import Pointer, pointer

_EXTENSION = re.compile(r"\.(?:pdf|docx?|wps|ofd|rtf|xlsx?|et|zip)$", re.IGNORECASE)

ReadFile = Callable[[bytes], FileText]


@dataclass(frozen=True, slots=True)
class FromFile:
    """What the file of a page gives, if the page has one that it points to."""

    raw: RawReply | None = None
    """The reply with the text of the file; None where the page has a text of its own, or the file gives none."""
    position: int = 0
    rule: str = ""
    wants: str | None = None
    issues: tuple[Issue, ...] = ()

    def attribute(self, reply: Reply, without: Reply) -> Reply:
        """The reply, with `attachment:N` as the source of each value that the page `without` its file does not give."""
        source = f"attachment:{self.position}"
        told = {
            field: found
            if found == without.sources.get(field) and getattr(reply, field) == getattr(without, field)
            else FieldSource(source, self.rule if field == "body_text" else found.rule, found.raw)
            for field, found in reply.sources.items()
        }
        # The markup of the page is the pointer, not the text.
        return replace(reply, sources=told, body_html="")


def listed_file(page: Page) -> tuple[RawReply, Page]:
    """A file that a list offers in place of a page: the row is its title, and all else is in the file."""
    title = _EXTENSION.sub("", " ".join((page.row_title or "").split()))
    titles = (("row", title),) if title else ()
    name = title or unquote(page.url.rsplit("/", 1)[-1])
    return RawReply(page.url, titles, (), (), "", (Attachment(name, page.url),)), replace(
        page, attached=(page,)
    )


def from_file(raw: RawReply, page: Page, read: ReadFile) -> FromFile:
    """Read the file that a page points to, when it does and the file came along."""
    found = pointer(raw)
    if found is None:
        return FromFile()
    if found.file is None or found.file.url is None:
        message = f"网页上只写着见附件，附件有 {found.count} 个，不能确定哪一个是全文；请看附件。"
        return FromFile(issues=(Issue("body_attachment_unclear", message, "warning", "body_text"),))
    key = address_key(found.file.url)
    file = next((one for one in page.attached if address_key(one.url) == key), None)
    if file is None:
        return FromFile(wants=found.file.url, issues=(_missing(found, "没有取到"),))
    content = read(file.body)
    if not content.text:
        return FromFile(issues=(_missing(found, "读不出文字"),))
    # Lines of the page are no lines of the file: where a link or a picture stood among them says nothing now.
    whole = replace(
        raw,
        paragraphs=tuple(content.text.split("\n")),
        attachments=tuple(replace(one, paragraph=None) for one in raw.attachments),
        images=tuple(replace(one, paragraph=0) for one in raw.images),
    )
    return FromFile(whole, found.position, content.rule or content.kind)


def _missing(found: Pointer, why: str) -> Issue:
    name = found.file.name[:100] if found.file else ""
    message = f"全文在附件“{name}”里，这个附件{why}，正文缺失；请看原件。"
    return Issue("body_attachment_missing", message, "error", "body_text", name)
