"""What files beside replies say, each read once: kept in staging by the SHA-256 of the file."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from pipelines.address import address_key
from pipelines.archive.records import ArchiveDamaged, Stored
from pipelines.load.fingerprint import files_fingerprint
from pipelines.models import FileText, Issue
from pipelines.read.files import read_file

logger = logging.getLogger(__name__)

_COLUMNS = "sha256, rules, kind, pages, rule, issues, text"


class Archive(Protocol):
    """What is asked of `pipelines.archive.Archive`."""

    def fetches(self) -> Iterable[Stored]:
        """All fetches in order of id."""
        ...

    def body(self, sha256: str) -> bytes:
        """The bytes with this hash."""
        ...


class Files:
    """Reads through the table `files` of an open staging database."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        read: Callable[[bytes], FileText] = read_file,
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        """`settle`: see `Loader`."""
        self._conn, self._read, self._settle = conn, read, settle

    def read(self, body: bytes) -> FileText:
        """What a file says; not to be called inside a transaction."""
        sha256 = hashlib.sha256(body).hexdigest()
        found = self.known(sha256)
        if found is None:
            found = self._read(body)
            self.keep(sha256, found)
        return found

    def keep(self, sha256: str, found: FileText) -> None:
        """Write what a file says, by the hash of its bytes."""
        issues = json.dumps([asdict(issue) for issue in found.issues], ensure_ascii=False)
        self._settle()
        self._conn.execute(
            f"insert or replace into files({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (sha256, files_fingerprint(), found.kind, found.pages, found.rule, issues, found.text),
        )

    def known(self, sha256: str) -> FileText | None:
        """What the table says of a file; None where it was not read by the present rules."""
        row = self._conn.execute(
            "select kind, text, rule, pages, issues from files where sha256 = ? and rules = ?",
            (sha256, files_fingerprint()),
        ).fetchone()
        if row is None:
            return None
        kind, text, rule, pages, issues = row
        return FileText(kind, text, rule, pages, tuple(Issue(**issue) for issue in json.loads(issues)))


class Borrowed(Files):
    """Reads through the table of a staging database that another process writes; what is new is `taken` to it."""

    def __init__(self, conn: sqlite3.Connection, read: Callable[[bytes], FileText] = read_file) -> None:
        super().__init__(conn, read)
        self._new: dict[str, FileText] = {}

    def known(self, sha256: str) -> FileText | None:
        """The same, with what was read here and is not written yet."""
        return self._new.get(sha256) or super().known(sha256)

    def keep(self, sha256: str, found: FileText) -> None:
        """Remember it until it is `taken`."""
        self._new[sha256] = found

    def taken(self) -> list[tuple[str, FileText]]:
        """What was read since the last call, for the process that writes."""
        new, self._new = self._new, {}
        return list(new.items())


def unread(conn: sqlite3.Connection, archive: Archive) -> list[str]:
    """Hashes of the archived files that a reply in staging names and that were not read by the present rules."""
    wanted = {
        address_key(url)
        for (url,) in conn.execute("select distinct url from attachments where url is not null")
    }
    newest: dict[str, str] = {}
    # A pass over the log of a million fetches takes most of a minute: without files it is not begun.
    for fetch in archive.fetches() if wanted else ():
        if fetch.outcome == "ok" and fetch.sha256 is not None and fetch.role == "attachment":
            key = address_key(fetch.url)
            if key in wanted:
                newest[key] = fetch.sha256
    files = Files(conn)
    return [sha256 for sha256 in dict.fromkeys(newest.values()) if files.known(sha256) is None]


def read_attachments(
    conn: sqlite3.Connection, archive: Archive, progress: Callable[[int], None] | None = None
) -> int:
    """Read the files that are `unread`; returns how many. `progress` is called with the number so far.

    Each is committed by itself: a kill costs the file that was being read.
    """
    files = Files(conn)
    count = 0
    for count, sha256 in enumerate(unread(conn, archive), start=1):
        try:
            body = archive.body(sha256)
        except ArchiveDamaged as error:
            # Told by the resolver, as a file that is archived and was not read.
            logger.error("%s", error)
            continue
        files.read(body)
        if progress is not None:
            progress(count)
    return count


def take_over(conn: sqlite3.Connection, old: Path) -> None:
    """Copy from another staging file what it read of files by the present rules; one that cannot be read gives nothing."""
    if not old.is_file():
        return
    # Staging can always be made anew, so a damaged one is no trouble here.
    with suppress(sqlite3.DatabaseError), closing(_readonly(old)) as source:
        rows = source.execute(
            f"select {_COLUMNS} from files where rules = ?",  # noqa: S608
            (files_fingerprint(),),
        )
        conn.execute("begin")
        try:
            conn.executemany(f"insert or ignore into files({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608
        finally:
            conn.execute("commit")


def _readonly(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
