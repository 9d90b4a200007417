"""Under which version of the rules a staging database was made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.paths import reviewed_data
from pipelines.read.files.programs import PROGRAMS, found

_PIPELINES = Path(__file__).parent.parent
_SCRAPER = _PIPELINES.parent / "scraper"
_FAMILIES = _SCRAPER / "families"
_READING = ("items.py", "readings.py", "reread.py")
"""Of the crawler: what it makes of an answer before staging."""
_LATER = {"publish", "resolve", "_data"}
"""Run anew at every publish, so staging does not depend on them."""
_LIBRARIES = ("beautifulsoup4", "lxml", "nh3", "selectolax")
_FILE_LIBRARIES = ("lxml", "pypdfium2", "python-calamine", "python-docx")
_FILE_SOURCES = ("read/files", "read/decode.py", "normalise/privacy.py")
"""What decides what a file beside a reply says."""
_DATA = ("agencies", "sessions", "corrections", "places.yaml")
"""Reviewed data that is code in all but name. Not in it: declarations of sites, for each run keeps its own, and what is
withheld, which is asked at every publish, so that taking a reply down needs no rebuilding."""


@cache
def fingerprint() -> str:
    """SHA-256 over the sources of the stages before staging, the reviewed data and the parsers' versions.

    Counted once a process: code does not change under a running one.
    """
    total = hashlib.sha256()
    for name, content in _parts():
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


@cache
def files_fingerprint() -> str:
    """The same for the reading of files alone, with the programs for old formats that this machine has: what was read
    from a file under it need not be read again."""
    total = hashlib.sha256()
    for place in _FILE_SOURCES:
        path = _PIPELINES / place
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            total.update(source.relative_to(_PIPELINES).as_posix().encode() + b"\0" + source.read_bytes())
    for name, content in _file_tools():
        total.update(f"{name}\0".encode() + content)
    return total.hexdigest()


@cache
def _file_tools() -> tuple[tuple[str, bytes], ...]:
    libraries = [(library, version(library).encode()) for library in _FILE_LIBRARIES]
    return (*libraries, *((program, b"1" if found(program) else b"") for program in PROGRAMS))


def _parts() -> Iterator[tuple[str, bytes]]:
    for root in (_PIPELINES, _FAMILIES):
        for path in sorted(root.rglob("*.py")):
            inside = path.relative_to(root)
            if inside.parts[0] not in _LATER:
                yield f"{root.name}/{inside.as_posix()}", path.read_bytes()
    for name in _READING:
        path = _SCRAPER / name
        if path.is_file():
            yield f"scraper/{name}", path.read_bytes()
    for name in _DATA:
        yield from _data(name)
    for library in _LIBRARIES:
        try:
            yield library, version(library).encode()
        except PackageNotFoundError:
            yield library, b""
    yield from _file_tools()


def _data(name: str) -> Iterator[tuple[str, bytes]]:
    try:
        root = reviewed_data(name)
    except FileNotFoundError:
        return
    files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
    for path in files:
        yield f"data/{name}/{path.name}", path.read_bytes()
