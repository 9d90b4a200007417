"""What a file is, by its first bytes and its directory; its name is only held against it."""

from __future__ import annotations

import io
import re
import zipfile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Compound file, [MS-CFB] §2.2: what Word, Excel and WPS wrote before 2007."""

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
)
_STREAMS: tuple[tuple[str, str], ...] = (
    # Names of streams in the directory, UTF-16LE, [MS-CFB] §2.6.1. A protected document hides all others.
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_PARTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"OFD\.xml"), "ofd"),
    (re.compile(r"word/document\d*\.xml"), "docx"),
    (re.compile(r"xl/workbook\.(?:xml|bin)"), "xlsx"),
    (re.compile(r"ppt/presentation\.xml"), "pptx"),
)
_ODF = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_NAMED: dict[str, frozenset[str]] = {
    "pdf": frozenset({"pdf"}),
    "doc": frozenset({"doc"}),
    "docx": frozenset({"docx"}),
    # WPS Office writes the formats of Microsoft under names of its own.
    "wps": frozenset({"doc", "docx", "ole"}),
    "et": frozenset({"xls", "xlsx", "ole"}),
    "xls": frozenset({"xls"}),
    "xlsx": frozenset({"xlsx"}),
    "ppt": frozenset({"ppt"}),
    "pptx": frozenset({"pptx"}),
    "ofd": frozenset({"ofd"}),
    "zip": frozenset({"zip"}),
    "rar": frozenset({"rar"}),
    "7z": frozenset({"7z"}),
    "rtf": frozenset({"rtf"}),
    "csv": frozenset({"text"}),
    "txt": frozenset({"text"}),
    **{name: frozenset({"image"}) for name in ("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff")},
}


def kind_of(body: bytes) -> str:
    """`pdf`, `docx`, `doc`, `xlsx`, `xls`, `ofd`, `zip`, `text`, `image`, …, `encrypted`, `ole` (other compound file) or
    `unknown`. Raises nothing.

    >>> kind_of(b"%PDF-1.7"), kind_of("甲".encode())
    ('pdf', 'text')
    """
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if body.startswith(OLE):
        found = (kind for name, kind in _STREAMS if name.encode("utf-16-le") + b"\0\0" in body)
        return next(found, "ole")
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(body)
    for start, kind in _STARTS:
        if body.startswith(start):
            return kind
    return "text" if _is_text(body[:4096]) else "unknown"


def _zipped(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as bundle:
            for info in bundle.infolist()[:5000]:
                for pattern, kind in _PARTS:
                    if pattern.fullmatch(info.filename):
                        return kind
                if info.filename == "mimetype" and info.file_size < 200:
                    return _ODF.get(bundle.read(info).decode("ascii", "replace").strip(), "zip")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        pass
    return "zip"


def _is_text(head: bytes) -> bool:
    if not head.strip() or b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            # The stretch may end inside a character.
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def disagrees(kind: str, *names: str) -> str | None:
    """The extension of the first name that has a known one, when a file of that name is something else; else None.

    >>> disagrees("pdf", "答复.doc"), disagrees("docx", "答复", "P0.docx")
    ('doc', None)
    """
    for name in names:
        match = _EXTENSION.search(name.strip())
        if match is not None and (allowed := _NAMED.get(match[1].lower())) is not None:
            known = kind not in ("unknown", "encrypted")
            return match[1].lower() if known and kind not in allowed else None
    return None
