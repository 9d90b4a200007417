"""The feeds as files, for a web server that knows nothing of Datasette."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

from pipelines.publish.feeds.atom import render
from pipelines.publish.feeds.content import Place, agencies, changes, everything, of_named, trouble
from pipelines.storage import sync

FOLDER = "feeds"
OPML = "feeds.opml"
"""The list of all feeds, which feed readers import."""


def write(corpus: Path, folder: Path, address: str | None = None) -> list[str]:
    """Write every feed of a corpus; files of agencies that are not in it any more are taken away.

    `address`: where the pages are served; without it entries lead to the originals. Each file changes by one rename,
    and one whose content is the same is left alone. Returns the names, relative to the folder.
    """
    base = address if address is None or address.endswith("/") else f"{address}/"
    place = Place(base)
    with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?immutable=1", uri=True)) as conn:
        made = dict(_feeds(conn, place))
    for name, content in made.items():
        _replace(folder / name, content)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in made:
            path.unlink()
    return sorted(made)


def _feeds(conn: sqlite3.Connection, place: Place) -> Iterator[tuple[str, bytes]]:
    yield "replies.atom", render(everything(conn, place))
    yield "changes.atom", render(changes(conn, place))
    yield "trouble.atom", render(trouble(conn, place))
    listed = [("新答复", "replies.atom"), ("改动和撤下", "changes.atom"), ("采集问题", "trouble.atom")]
    for key, name in agencies(conn).items():
        yield f"agency/{key}.atom", render(of_named(conn, place, key, name))
        listed.append((name, f"agency/{key}.atom"))
    yield OPML, _opml(listed, place)


def _opml(listed: list[tuple[str, str]], place: Place) -> bytes:
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = "湖北省建议提案办理答复"
    body = ET.SubElement(root, "body")
    for name, path in listed:
        ET.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=place.feed(path) or path)
    ET.indent(root, " ")
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _replace(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    sync(fresh)
    fresh.replace(path)
