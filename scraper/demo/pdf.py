"""PDF made by hand (ISO 32000-1, §7.5), the same bytes each time: wrapped lines of Chinese, indented paragraphs, page numbers.

The font is one of those that every viewer knows by name (§9.7.5.2, Adobe-GB1), so nothing is embedded; the text is coded
in UCS-2 (`UniGB-UCS2-H`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

WIDTH = 30
"""Characters of a line."""
HEIGHT = 32
"""Lines of a page."""
SIZE = 14


def pdf(paragraphs: Sequence[str]) -> bytes:
    """A document that any viewer opens."""
    lines = [line for paragraph in paragraphs for line in _wrapped(paragraph)] or [(0, "")]
    pages = [lines[start : start + HEIGHT] for start in range(0, len(lines), HEIGHT)]
    first = 6
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids.encode(), len(pages)),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 5 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    for number, page in enumerate(pages):
        content = "\n".join(_drawn(page, number + 1)).encode("ascii")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (first + 2 * number + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _wrapped(paragraph: str) -> Iterator[tuple[int, str]]:
    """(indent in characters, text) of each line."""
    rest, indent = paragraph, 2
    while rest:
        yield indent, rest[: WIDTH - indent]
        rest, indent = rest[WIDTH - indent :], 0


def _drawn(lines: Sequence[tuple[int, str]], number: int) -> Iterator[str]:
    yield f"BT /F1 {SIZE} Tf"
    for row, (indent, text) in enumerate(lines):
        yield f"1 0 0 1 {88 + indent * SIZE} {770 - row * 22} Tm <{text.encode('utf-16-be').hex()}> Tj"
    yield f"1 0 0 1 280 40 Tm <{f'— {number} —'.encode('utf-16-be').hex()}> Tj"
    yield "ET"


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
