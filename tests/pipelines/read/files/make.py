"""Files that say what we want them to say, in every format that can be written by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from docx import Document

HERE = Path(__file__).parent

LETTER = (
    "关于省政协十三届二次会议第20240901号提案的答复",
    "某某委员：",
    "您提出的《关于加强湖渠清淤的提案》收悉，现答复如下：",
    "一、清淤工程已列入年度计划，资金分三年落实。",
    "联系电话：027-87120001",
)
READ = (*LETTER[:-1], "联系电话：************")
"""The same as it leaves the reader."""


def docx(paragraphs: Sequence[str] = LETTER, table: Sequence[Sequence[str]] = ()) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        made = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in enumerate(table):
            for column, text in enumerate(cells):
                made.cell(row, column).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(members: Mapping[str, bytes], encoding: str | None = None) -> bytes:
    """An archive; with an encoding, names are written in it and without the flag that says UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members.items():
            info = zipfile.ZipInfo("x" * len(name.encode(encoding or "utf-8")) if encoding else name)
            info.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(info, content)
    made = out.getvalue()
    if encoding:
        for name in members:
            raw = name.encode(encoding)
            made = made.replace(b"x" * len(raw), raw)
    return made


def ofd(pages: Sequence[Sequence[tuple[float, float, str]]]) -> bytes:
    """An OFD of pages of (left, top, text) in millimetres, characters four wide."""
    name = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    parts = {
        "OFD.xml": f"<ofd:OFD {name}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {name}><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{k}" BaseLoc="Pages/Page_{k}/Content.xml"/>' for k in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    for number, page in enumerate(pages):
        objects = "".join(
            f'<ofd:TextObject Boundary="{left} {top} {4 * len(text)} 5"><ofd:TextCode X="0" Y="4">{escape(text)}'
            "</ofd:TextCode></ofd:TextObject>"
            for left, top, text in page
        )
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"<ofd:Page {name}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return zipped({path: text.encode() for path, text in parts.items()})


def fixture(name: str) -> bytes:
    """`letter.doc` (the letter above, a table and a signature), `table.xls` and `table.xlsx`, as an office wrote them."""
    return (HERE / name).read_bytes()
