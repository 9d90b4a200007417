"""PDF → paragraphs, with pdfium."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_double

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.models import FileText
from pipelines.read.files.layout import Line, paragraphs
from pipelines.read.files.limits import MAX_PAGES, MAX_TEXT, NotRead


def read_pdf(body: bytes) -> FileText:
    """Text layer of a PDF; a scan has none. Raises NotRead for what is protected or damaged."""
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        protected = (
            getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        )
        raise NotRead("PDF 有密码保护。" if protected else "PDF 已损坏，打不开。") from error
    try:
        count = len(document)
        text = "\n".join(paragraphs(_pages(document, min(count, MAX_PAGES))))
    finally:
        document.close()
    return FileText("pdf", text or None, "pdf.layout", count)


def _pages(document: pdfium.PdfDocument, count: int) -> Iterator[list[Line]]:
    room = MAX_TEXT
    for number in range(count):
        try:
            page = document[number]
            textpage = page.get_textpage()
        except pdfium.PdfiumError:
            continue
        lines = list(_lines(textpage))
        textpage.close()
        page.close()
        yield lines
        room -= sum(len(line.text) for line in lines)
        if room < 0:
            return


def _lines(textpage: pdfium.PdfTextPage) -> Iterator[Line]:
    """Lines as pdfium divides them, with their edges; widths are measured on the characters themselves."""
    chars: list[str] = []
    edges: list[tuple[float, float]] = []
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in (10, 13):
            if chars:
                yield _line(chars, edges)
            chars, edges = [], []
            continue
        chars.append(chr(code) if 0 < code < 0x110000 else "")
        if code > 32 and (box := _box(textpage, index)) is not None:
            edges.append(box)
    if chars:
        yield _line(chars, edges)


def _box(textpage: pdfium.PdfTextPage, index: int) -> tuple[float, float] | None:
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    if not raw.FPDFText_GetCharBox(textpage, index, byref(left), byref(right), byref(bottom), byref(top)):
        return None
    return left.value, right.value


def _line(chars: list[str], edges: list[tuple[float, float]]) -> Line:
    text = "".join(chars).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if not edges:
        return Line(text, 0.0, 0.0, 0.0)
    return Line(
        text,
        min(left for left, _ in edges),
        max(right for _, right in edges),
        max(right - left for left, right in edges),
    )
