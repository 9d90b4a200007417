"""Staging and archive → `corpus.db`: built beside the old file, judged, and put in its place by one rename.

The new file is filled in order of content from one read transaction over staging, which is a snapshot of it and comes
out as compact as VACUUM would make it; a crawl may go on writing meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from pipelines import schema
from pipelines.check.gates import GateResult, gates, stops_publication
from pipelines.errors import DataUnreadable, HubeiRepliesError
from pipelines.load import open_staging
from pipelines.load.files import read_attachments
from pipelines.publish import search
from pipelines.resolve import Archive, read_log, resolve

CORPUS = "corpus.db"
STAGING = "staging.db"


class PublicationRefused(HubeiRepliesError):
    """A gate of the whole corpus failed; the file that people open was not touched."""

    def __init__(self, results: list[GateResult]) -> None:
        self.results = results
        failed = "；".join(one.message for one in results if one.scope == "corpus" and not one.ok)
        super().__init__(f"语料库没有通过关口，未发布，原来的 {CORPUS} 没有动：{failed}")


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What was published."""

    path: Path
    replies: int
    pages: int
    issues: int
    gates: tuple[GateResult, ...]

    @property
    def ok(self) -> bool:
        """Whether every gate passed, those of the sites too."""
        return all(gate.ok for gate in self.gates)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `hubei-replies check` says."""

    path: Path
    gates: tuple[GateResult, ...]
    index: tuple[str, ...]
    """What is wrong with the search index; empty when nothing is."""

    @property
    def ok(self) -> bool:
        """Whether every gate passed and the index is good."""
        return all(gate.ok for gate in self.gates) and not self.index


def publish(data_dir: Path, archive: Archive) -> PublishResult:
    """Make `corpus.db` anew from `staging.db` and the fetch log; files that were not read yet are read first.

    Raises StagingStale and DataUnreadable for staging, PublicationRefused when a gate of the whole corpus fails; in
    every case of an error the previous file stays as it is and nothing is left beside it. The caller holds the lock of
    the data folder.
    """
    target = data_dir / CORPUS
    temporary = data_dir / f".{CORPUS}.{os.getpid()}.tmp"
    if (data_dir / STAGING).is_file():
        with contextlib.closing(open_staging(data_dir / STAGING)) as writable:
            read_attachments(writable, archive)
    staging = open_staging(data_dir / STAGING, readonly=True)
    try:
        staging.execute("begin")
        for leftover in data_dir.glob(f".{CORPUS}.*.tmp"):  # of a publication that was killed
            _remove(leftover)
        conn = sqlite3.connect(temporary, isolation_level=None)
        try:
            result = _build(conn, staging, archive, target)
        finally:
            conn.close()
        _sync(temporary)
        temporary.replace(target)
        _sync(data_dir)
    finally:
        staging.close()
        _remove(temporary)
    return result


def _build(
    conn: sqlite3.Connection, staging: sqlite3.Connection, archive: Archive, target: Path
) -> PublishResult:
    conn.execute("pragma page_size = 8192")
    # Nobody reads the file before the rename, and a kill leaves the old one: no journal is needed.
    conn.execute("pragma journal_mode = off")
    conn.execute("pragma synchronous = off")
    conn.execute("pragma foreign_keys = on")
    conn.execute("begin")
    schema.create(conn)
    resolve(conn, staging, read_log(archive))
    search.build(conn)
    conn.execute("commit")
    conn.execute("analyze")
    conn.execute("pragma journal_mode = delete")
    results = gates(conn, _replies_in(target))
    if stops_publication(results):
        raise PublicationRefused(results)
    replies, pages, issues = conn.execute(
        "select (select count(*) from replies), (select count(*) from pages), (select count(*) from issues)"
    ).fetchone()
    return PublishResult(target, replies, pages, issues, tuple(results))


def _replies_in(path: Path) -> int:
    """Replies in the published file; 0 where there is none, or none that can be read."""
    if not path.is_file():
        return 0
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_readonly(path)) as conn:
        return int(conn.execute("select count(*) from replies").fetchone()[0])
    return 0


def check(data_dir: Path) -> CheckReport:
    """Gates, health of the sites and state of the search index of the published file. Reads only.

    Raises DataUnreadable when the file is absent, damaged or no corpus.
    """
    path = data_dir / CORPUS
    if not path.is_file():
        raise DataUnreadable(f"没有 {path}；请先运行 hubei-replies crawl，或 hubei-replies publish。")
    try:
        with contextlib.closing(_readonly(path)) as conn:
            known = {row[0] for row in conn.execute("select name from sqlite_master where type = 'table'")}
            missing = [table.name for table in schema.TABLES if table.name not in known]
            if missing:
                raise DataUnreadable(
                    f"{path} 不是本版的语料库（缺 {'、'.join(missing)}）；请运行 hubei-replies rebuild 重做。"
                )
            return CheckReport(path, tuple(gates(conn)), tuple(search.problems(conn)))
    except sqlite3.DatabaseError as error:
        raise DataUnreadable(
            f"{path} 已损坏（{error}）；请运行 hubei-replies publish 或 rebuild 重做。"
        ) from error


def _readonly(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _sync(path: Path) -> None:
    """Through to the disk: the rename must not outrun the content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-journal")):
        name.unlink(missing_ok=True)
