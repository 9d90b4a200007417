"""Staging and archive → `corpus.db`: built beside the old file, judged as it lies on the disk, put away as a snapshot,
and made the present one.

The new file is filled in order of content from one read transaction over staging, which is a snapshot of it and comes
out as compact as VACUUM would make it; a crawl may go on writing meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines import schema
from pipelines.check.gates import GateResult, gates, stops_publication
from pipelines.errors import DataUnreadable, HubeiRepliesError
from pipelines.load import fingerprint, open_staging
from pipelines.load.files import read_attachments
from pipelines.publish import compare, feeds, search
from pipelines.publish.rollback import discard_withheld
from pipelines.publish.snapshots import (
    CORPUS,
    KEEP,
    SNAPSHOTS,
    clear,
    current,
    digest,
    open_snapshot,
    pointed,
    prune,
    store,
    switch,
    sync,
    verified,
)
from pipelines.resolve import Archive, read_log, resolve

STAGING = "staging.db"
INDEX = "index"


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
    snapshot: str
    """Name of the snapshot that is the present one now."""
    fresh: bool
    """False: the content is that of a snapshot which was there already; none was made."""
    withdrawn: tuple[str, ...] = ()
    """Snapshots discarded because they hold replies that were taken down."""

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


def publish(
    data_dir: Path, archive: Archive, *, keep: int = KEEP, force: bool = False, address: str | None = None
) -> PublishResult:
    """Make `corpus.db` anew from `staging.db` and the fetch log; files that were not read yet are read first.

    `keep`: snapshots to keep, the present one among them. `force`: publish although tables lost more rows than
    `compare` allows; the manifest says so, and no other gate is passed over. `address`: where the pages are served,
    for the links of the feeds.

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
        clear(data_dir)
        _build(temporary, staging, archive)
        before = current(data_dir)
        results = judge(temporary, before.corpus if before else target)
        accepted = tuple(one.message for one in results if one.name == compare.NAME and not one.ok)
        if stops_publication([one for one in results if not (force and one.name == compare.NAME)]):
            raise PublicationRefused(results)
        replies, pages, issues = _counts(temporary)
        sync(temporary)
        snapshot, fresh = store(data_dir, temporary, _release(), fingerprint(), accepted)
        # First the feeds: what was taken down leaves them before anything else, and a kill that leaves them ahead of
        # the corpus is made good by the next publication.
        feeds.write(snapshot.corpus, data_dir / feeds.FOLDER, address)
        switch(data_dir, snapshot)
        withdrawn = discard_withheld(data_dir)
        prune(data_dir, keep)
    finally:
        staging.close()
        _remove(temporary)
    return PublishResult(
        target, replies, pages, issues, tuple(results), snapshot.name, fresh, tuple(withdrawn)
    )


def _build(path: Path, staging: sqlite3.Connection, archive: Archive) -> None:
    conn = sqlite3.connect(path, isolation_level=None)
    try:
        conn.execute("pragma page_size = 8192")
        # Nobody reads the file before it is put away, and a kill leaves the old one: no journal is needed.
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
    finally:
        conn.close()


def judge(path: Path, previous: Path | None = None) -> list[GateResult]:
    """Every gate over a finished file, read anew: those of `gates`, the search index, the rows against the file before.

    `previous`: the file that it replaces; a path where nothing is means the first publication.
    """
    there = previous is not None and previous.is_file()
    with contextlib.closing(_readonly(path)) as conn:
        results = gates(conn, _replies_in(previous) if previous is not None and there else 0)
        wrong = search.problems(conn)
        results.append(GateResult("corpus", INDEX, not wrong, "；".join(wrong) or "检索索引与正文一致"))
        if previous is not None and there:
            results += compare.compare(conn, previous)
    return results


def _counts(path: Path) -> tuple[int, int, int]:
    """Replies, pages, issues."""
    with contextlib.closing(_readonly(path)) as conn:
        replies, pages, issues = conn.execute(
            "select (select count(*) from replies), (select count(*) from pages), (select count(*) from issues)"
        ).fetchone()
    return replies, pages, issues


def _release() -> str:
    try:
        return version("hubei-replies")
    except PackageNotFoundError:
        return "0"


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
            found = (*gates(conn), *_snapshot(data_dir))
            return CheckReport(path, found, tuple(search.problems(conn)))
    except sqlite3.DatabaseError as error:
        raise DataUnreadable(
            f"{path} 已损坏（{error}）；请运行 hubei-replies publish 或 rebuild 重做。"
        ) from error


def _snapshot(data_dir: Path) -> list[GateResult]:
    """Whether the present snapshot and the file that people open are what was published; nothing where none was."""
    name = pointed(data_dir)
    if name is None:
        return []
    try:
        snapshot = verified(open_snapshot(data_dir / SNAPSHOTS / name))
        same = digest(data_dir / CORPUS) == snapshot.manifest.sha256
        message = f"快照 {name} 完好" if same else f"{CORPUS} 与快照 {name} 不同，发布以后被改过"
    except DataUnreadable as error:
        same, message = False, str(error)
    advice = "" if same else "；hubei-replies publish 会重新写好"
    return [GateResult("corpus", "snapshot", same, message + advice)]


def _readonly(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _remove(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-journal")):
        name.unlink(missing_ok=True)
