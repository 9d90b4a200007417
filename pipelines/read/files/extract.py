"""One file → its text, in this process. Hostile files are not read here: see `reader`."""

from __future__ import annotations

from dataclasses import replace

from pipelines.models import FileText, Issue
from pipelines.normalise.privacy import mask
from pipelines.read.decode import decode
from pipelines.read.files.bundle import read_bundle
from pipelines.read.files.kinds import kind_of
from pipelines.read.files.layout import clean
from pipelines.read.files.limits import MAX_BODY, NotRead, bounded, not_read
from pipelines.read.files.ofd import read_ofd
from pipelines.read.files.pdf import read_pdf
from pipelines.read.files.sheet import read_sheet
from pipelines.read.files.word import read_doc, read_docx

_UNSUPPORTED = {
    "ppt": "演示文稿",
    "pptx": "演示文稿",
    "rar": "RAR 压缩包",
    "7z": "7z 压缩包",
}


def extract(body: bytes, nested: bool = False) -> FileText:
    """What a file says. `nested`: it came out of an archive, and archives in it stay closed. Raises nothing that a file
    can cause but MemoryError and RecursionError."""
    kind = kind_of(body)
    if len(body) > MAX_BODY:
        return not_read(kind, f"有 {len(body)} 字节，超过上限。")
    try:
        found = _read(kind, body, nested)
    except NotRead as reason:
        return not_read(kind, str(reason))
    if found.text is None:
        if kind == "pdf" and not found.issues:
            message = "PDF 里没有文字，多半是扫描件；请看原件。"
            found = replace(
                found, issues=(Issue("attachment_without_text", message, "info", "attachments", kind),)
            )
        return replace(found, rule=None)
    text, cut = bounded(mask(found.text))
    return replace(found, text=text, issues=(*found.issues, *cut))


def _read(kind: str, body: bytes, nested: bool) -> FileText:
    if kind == "pdf":
        return read_pdf(body)
    if kind == "docx":
        return read_docx(body)
    if kind in ("doc", "rtf", "odt", "ole"):
        return read_doc(body, kind)
    if kind in ("xlsx", "xls", "ods"):
        return read_sheet(body, kind)
    if kind == "ofd":
        return read_ofd(body)
    if kind == "zip":
        if nested:
            raise NotRead("压缩包里的压缩包不再打开。")
        return read_bundle(body, lambda member: extract(member, nested=True))
    if kind == "text":
        lines = (clean(line) for line in decode(body).text.split("\n"))
        return FileText(kind, "\n".join(line for line in lines if line) or None, "text.decode")
    if kind == "image":
        return FileText(kind)
    if kind == "encrypted":
        raise NotRead("文件有密码保护。")
    raise NotRead(f"{_UNSUPPORTED.get(kind, '不认识的格式')}，本程序不读；请看原件。")
