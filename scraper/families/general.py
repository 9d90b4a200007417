"""Unknown templates and plain directory listings: every link below the column's path is a document.

Made for pages that stand in a folder served by any static file server (`python -m http.server`, nginx autoindex,
Apache), and for sites whose template nobody has looked at yet. Parent folder, sub-folders, sort links (`?C=N;O=D`),
style sheets, scripts and pictures are no documents.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import ClassVar
from urllib.parse import unquote

from pipelines.address import address_key
from pipelines.models import ListRow
from scraper.families.addresses import PAGE_TYPES, Target, is_file, resolve
from scraper.families.base import Family, ListDocument
from scraper.families.blocks import find_rows, unlinked
from scraper.families.rows import MAX_LINKS, Rows, date_of, title_of

_TRUNCATED = ("..>", "...", "…")


class General(Family):
    """Follow everything on the column's own host and below its path; where nothing lies there, the block with the most
    documents (systems that keep columns and documents in different folders)."""

    name: ClassVar[str] = "general"

    def find_rows(self, document: ListDocument, next_urls: frozenset[str]) -> Rows:
        column = resolve(document.page.url, document.page.column or document.page.url)
        here = {address_key(document.page.url), address_key(document.page.column or "")}
        rows: dict[str, ListRow] = {}
        for anchor in document.tree.css("a[href]")[:MAX_LINKS]:
            target = resolve(document.base, anchor.attributes.get("href") or "")
            if target is None or column is None or target.host != column.host:
                continue
            key = address_key(target.url)
            if key in here or key in next_urls or not self._is_member(target, document.column):
                continue
            title = title_of(anchor)
            if _is_file_name(title, target):
                # The name of a file is not a title that anybody gave to the document.
                row = ListRow(target.url, "")
            else:
                row = ListRow(target.url, title, date_of(anchor.parent or anchor, anchor))
            known = rows.get(key)
            if known is None or (not known.title and row.title):
                rows[key] = row
        if not rows:
            return find_rows(document.tree, document.base, document.column, document.hosts).without(next_urls)
        return Rows(tuple(rows.values()), unlinked=tuple(unlinked(document.tree, document.base)))

    @staticmethod
    def _is_member(target: Target, folder: str) -> bool:
        name = target.file_name
        if not name or not unquote(target.path).startswith(unquote(folder)):
            return False
        if PurePosixPath(name).stem.lower() == "index" and not target.query:
            return False
        # `page.v2` and the like: a suffix that is no known type still may be a page; pictures and scripts are not.
        return not target.extension or target.extension in PAGE_TYPES or is_file(target)


def is_directory_listing(document: ListDocument) -> bool:
    """Whether a page is the listing of a folder by a file server: every link into the folder repeats a file's name."""
    names = 0
    for anchor in document.tree.css("a[href]")[:MAX_LINKS]:
        target = resolve(document.base, anchor.attributes.get("href") or "")
        if (
            target is None
            or not target.file_name
            or not unquote(target.path).startswith(unquote(document.column))
        ):
            continue
        if not _is_file_name(title_of(anchor), target):
            return False
        names += 1
    return names > 0


def _is_file_name(title: str, target: Target) -> bool:
    """Whether a link's text only repeats the name of the file, cut short by some servers."""
    name = target.file_name
    for mark in _TRUNCATED:
        if title.endswith(mark):
            return name.startswith(title.removesuffix(mark))
    return title in {name, PurePosixPath(name).stem}
