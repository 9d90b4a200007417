"""DOCX → paragraphs with python-docx; DOC, WPS, RTF and ODT with programs that may be installed on the machine."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from docx import Document
from docx.opc.exceptions import OpcError
from docx.table import Table
from lxml import etree

from pipelines.models import FileText
from pipelines.read.files.layout import clean
from pipelines.read.files.limits import MAX_TEXT, MAX_UNPACKED, NotRead
from pipelines.read.files.programs import OFFICE_LIMITS, found, limited
from pipelines.read.files.tables import row_lines, text_lines

SECONDS = 50
"""For one run of an external program; below the limit for the whole file."""


def read_docx(body: bytes) -> FileText:
    """Paragraphs and tables in the order of the document. Raises NotRead."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as bundle:
            if sum(info.file_size for info in bundle.infolist()) > MAX_UNPACKED:
                raise NotRead("DOCX 解开后过大。")
        document = Document(io.BytesIO(body))
        lines = list(_lines(document))
    except (
        zipfile.BadZipFile,
        OpcError,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
        OSError,
        EOFError,
    ) as error:
        raise NotRead("DOCX 已损坏，打不开。") from error
    return FileText("docx", "\n".join(lines) or None, "docx.paragraphs")


def _lines(document: object) -> Iterator[str]:
    for block in document.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(block, Table):
            yield from row_lines(_cells(block))
        else:
            for part in block.text.split("\n"):
                if text := clean(part):
                    yield text


def _cells(table: Table) -> Iterator[list[str]]:
    """Rows of a table; a cell that spans columns is there once."""
    for row in table.rows:
        seen: set[object] = set()
        cells: list[str] = []
        for cell in row.cells:
            if cell._tc not in seen:
                seen.add(cell._tc)
                cells.append(cell.text)
        yield cells


def read_doc(body: bytes, kind: str) -> FileText:
    """Text of an old document, by the first of antiword, catdoc and LibreOffice that can. Raises NotRead.

    antiword keeps tables and refuses tiny files; catdoc takes those; LibreOffice takes all, WPS too, and is slow.
    """
    programs = ("antiword", "catdoc", "soffice") if kind == "doc" else ("soffice",)
    present = [name for name in programs if found(name)]
    if not present:
        wanted = "antiword、catdoc 或 LibreOffice" if kind == "doc" else "LibreOffice"
        raise NotRead(
            f"读 {kind.upper()} 要用外部程序，本机没有；请安装 {wanted}，然后运行 hubei-replies rebuild。"
        )
    with tempfile.TemporaryDirectory(prefix="hubei-replies-") as folder:
        source = Path(folder) / f"source.{'wps' if kind == 'ole' else kind}"
        source.write_bytes(body)
        for name in present:
            lines = text_lines(_run(name, source), "|" if name == "antiword" else "\t")
            if lines:
                return FileText(kind, "\n".join(lines), f"{kind}.{name}")
    raise NotRead(f"{'、'.join(present)} 都没有读出文字；文件可能损坏、有密码，或只有图片。")


def _run(name: str, source: Path) -> str:
    """What a program prints or writes; empty where it fails."""
    path = found(name) or name
    if name == "soffice":
        profile = f"-env:UserInstallation=file://{source.parent / 'profile'}"
        told = [path, profile, "--headless", "--norestore", "--convert-to", "txt:Text (encoded):UTF8"]
        _call([*told, "--outdir", str(source.parent), str(source)], source.parent, OFFICE_LIMITS)
        made = source.with_suffix(".txt")
        return made.read_bytes()[: 2 * MAX_TEXT].decode("utf-8-sig", "replace") if made.is_file() else ""
    told = [path, "-m", "UTF-8.txt", "-w", "0"] if name == "antiword" else [path, "-d", "utf-8", "-w"]
    return _call([*told, str(source)], source.parent).decode("utf-8", "replace")


def _call(command: list[str], home: Path, limits: tuple[int, int] | None = None) -> bytes:
    """Standard output of a program that runs in a folder of its own with bounded time and memory."""
    try:
        done = subprocess.run(  # noqa: S603 -- a fixed program, its arguments are ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd=home,
            env={"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            preexec_fn=limited(*limits) if limits else None,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout[: 4 * MAX_TEXT]
