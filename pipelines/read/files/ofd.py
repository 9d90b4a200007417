"""OFD (GB/T 33190-2016): a ZIP of XML whose `TextCode` elements hold the text of a page, line by line."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree

from pipelines.models import FileText
from pipelines.read.files.layout import Line, paragraphs
from pipelines.read.files.limits import MAX_PAGES, MAX_UNPACKED, NotRead

_NAME = "{http://www.ofdspec.org/2016}"
_MAX_XML = 20 * 1024 * 1024


def read_ofd(body: bytes) -> FileText:
    """Text of all pages of the first document. Raises NotRead."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as bundle:
            if sum(info.file_size for info in bundle.infolist()) > MAX_UNPACKED:
                raise NotRead("OFD 解开后过大。")
            return _document(_Package(bundle))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise NotRead("OFD 已损坏，打不开。") from error


class _Package:
    """Parts by their path, in either way in which writers spell it."""

    def __init__(self, bundle: zipfile.ZipFile) -> None:
        self._bundle = bundle
        self._names = {info.filename.lstrip("/").lower(): info for info in bundle.infolist()}

    def xml(self, path: str) -> etree._Element:
        info = self._names.get(path.lstrip("/").lower())
        if info is None:
            raise NotRead(f"OFD 缺少部件 {path[:100]}。")
        with self._bundle.open(info) as part:
            content = part.read(_MAX_XML + 1)
        if len(content) > _MAX_XML:
            raise NotRead("OFD 的部件过大。")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise NotRead("OFD 的 XML 有误。") from error


def _document(package: _Package) -> FileText:
    root = package.xml("OFD.xml").findtext(f".//{_NAME}DocRoot")
    if not root:
        raise NotRead("OFD 没有指明文档。")
    document = package.xml(root.strip())
    folder = posixpath.dirname(root.strip().lstrip("/"))
    places = [page.get("BaseLoc") or "" for page in document.iterfind(f".//{_NAME}Pages/{_NAME}Page")]
    lines = (_lines(package.xml(_inside(folder, place))) for place in places[:MAX_PAGES])
    text = "\n".join(paragraphs(map(_joined, lines)))
    return FileText("ofd", text or None, "ofd.textcode", len(places))


def _inside(folder: str, place: str) -> str:
    path = place.strip()
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def _lines(page: etree._Element) -> Iterator[tuple[float, float, float, str]]:
    """(top, left, width, text) of each text object, §11.3; its Boundary is `x y width height` in millimetres."""
    for item in page.iter(f"{_NAME}TextObject"):
        text = "".join(code.text or "" for code in item.iterfind(f"{_NAME}TextCode"))
        try:
            left, top, width, _ = (float(number) for number in (item.get("Boundary") or "").split())
        except ValueError:
            left = top = width = 0.0
        yield top, left, width, text


def _joined(objects: Iterator[tuple[float, float, float, str]]) -> list[Line]:
    """Objects that stand beside each other are one line."""
    out: list[Line] = []
    last: float | None = None
    for top, left, width, text in objects:
        size = width / max(1, len(text))
        if last is not None and abs(top - last) < 1.0 and out and left >= out[-1].left:
            before = out.pop()
            out.append(Line(before.text + text, before.left, left + width, max(before.size, size)))
        else:
            out.append(Line(text, left, left + width, size))
        last = top
    return out
