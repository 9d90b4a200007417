"""Staging and archive → `corpus.db`: built beside the old file, judged as it lies on the disk, put away as a snapshot,
and made the present one.

The new file is filled in order of content from one read transaction over staging, which is a snapshot of it and comes
out as compact as VACUUM would make it; a crawl may go on writing meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines import schema, storage
from pipelines.archive.schema import is_damage
from pipelines.check.gates import GateResult, gates, stops_publication
from pipelines.errors import DataUnreadable, HubeiRepliesError
from pipelines.helper import Helper
from pipelines.load import fingerprint, open_staging
from pipelines.load.files import read_attachments
from pipelines.publish import compare, feeds, search
from pipelines.publish.exports.write import Ahead
from pipelines.publish.rollback import discard_withheld
from pipelines.publish.snapshots import (
    CORPUS,
    KEEP,
    clear,
    current,
    prune,
    store,
    switch,
)
from pipelines.resolve import Archive, read_log, resolve
from pipelines.storage import sync

STAGING = "staging.db"
INDEX = "index"
WORTH = 2_000
"""Replies from which on a second process saves more than its start takes."""
_CACHE = "pragma cache_size = -{}"
"""KB: rows of one table go to pages all over its indexes; with the usual 2 MB, publishing a million replies had read 190 GB
before the first 3 of the new file were there."""


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


def publish(
    data_dir: Path,
    archive: Archive,
    *,
    keep: int = KEEP,
    force: bool = False,
    address: str | None = None,
    apart: bool = False,
) -> PublishResult:
    """Make `corpus.db` anew from `staging.db` and the fetch log; files that were not read yet are read first.

    `keep`: snapshots to keep, the present one among them. `force`: publish although tables lost more rows than
    `compare` allows; the manifest says so, and no other gate is passed over. `address`: where the pages are served,
    for the links of the feeds. `apart`: whether a second process may take pieces of the work; the result is the same.

    Raises StagingStale and DataUnreadable for staging, PublicationRefused when a gate of the whole corpus fails,
    StorageFailed when the disk is full or read-only; in every case of an error the previous file stays as it is and
    nothing is left beside it. The caller holds the lock of the data folder.
    """
    target = data_dir / CORPUS
    temporary = data_dir / f".{CORPUS}.{os.getpid()}.tmp"
    if (data_dir / STAGING).is_file():
        with (
            storage.explained(data_dir / STAGING, "中间库"),
            contextlib.closing(open_staging(data_dir / STAGING)) as writable,
        ):
            read_attachments(writable, archive)
    with ExitStack() as stack:
        staging = stack.enter_context(contextlib.closing(open_staging(data_dir / STAGING, readonly=True)))
        stack.enter_context(storage.explained(target, "语料库", _needs(data_dir)))
        clear(data_dir)
        stack.callback(clear, data_dir)
        # Less here: each of the sorters that are open at once may take as much.
        staging.execute(_CACHE.format(16_384))
        staging.execute("begin")
        many = staging.execute("select count(*) from replies").fetchone()[0] >= WORTH
        helper = stack.enter_context(Helper(apart and many))
        _build(temporary, staging, archive, helper)
        index = helper.begin(search.problems_of, temporary)
        ahead = Ahead(temporary, helper)
        before = current(data_dir)
        results = judge(
            temporary,
            before.corpus if before else target,
            lambda: helper.ended(index, lambda: search.problems_of(temporary)),
        )
        accepted = tuple(one.message for one in results if one.name == compare.NAME and not one.ok)
        if stops_publication([one for one in results if not (force and one.name == compare.NAME)]):
            raise PublicationRefused(results)
        replies, pages, issues = _counts(temporary)
        sync(temporary)
        snapshot, fresh = store(data_dir, temporary, _release(), fingerprint(), accepted, ahead)
        # First the feeds: what was taken down leaves them before anything else, and a kill that leaves them ahead of
        # the corpus is made good by the next publication.
        feeds.write(snapshot.corpus, data_dir / feeds.FOLDER, address)
        switch(data_dir, snapshot)
        withdrawn = discard_withheld(data_dir)
        prune(data_dir, keep)
    return PublishResult(
        target, replies, pages, issues, tuple(results), snapshot.name, fresh, tuple(withdrawn)
    )


def _needs(data_dir: Path) -> int:
    """Bytes that a publication takes at its height: the new file and its copy, each about as large as what it is made of."""
    made_of = [path.stat().st_size for path in (data_dir / STAGING, data_dir / CORPUS) if path.is_file()]
    return 2 * max(made_of, default=0) + storage.ROOM


def _build(path: Path, staging: sqlite3.Connection, archive: Archive, helper: Helper) -> None:
    side = search.Side(path.with_name(f"{path.name}.index"), helper)
    conn = sqlite3.connect(path, isolation_level=None)
    try:
        conn.execute("pragma page_size = 8192")
        # Nobody reads the file before it is put away, and a kill leaves the old one: no journal is needed.
        conn.execute("pragma journal_mode = off")
        conn.execute("pragma synchronous = off")
        conn.execute(_CACHE.format(65_536))
        conn.execute("pragma foreign_keys = on")
        conn.execute("begin")
        schema.create(conn)
        resolve(conn, staging, read_log(archive, staging), side.begin)
        side.finish(conn)
        conn.execute("commit")
        conn.execute("analyze")
        conn.execute("pragma journal_mode = delete")
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        raise DataUnreadable(
            f"中间库 {path.with_name(STAGING)} 已损坏（{error}）；它可以从归档重做：运行 hubei-replies rebuild"
        ) from error
    finally:
        conn.close()


def judge(
    path: Path, previous: Path | None = None, problems: Callable[[], list[str]] | None = None
) -> list[GateResult]:
    """Every gate over a finished file, read anew: those of `gates`, the search index, the rows against the file before.

    `previous`: the file that it replaces; a path where nothing is means the first publication. `problems`: those of the
    index, where somebody else looks for them.
    """
    there = previous is not None and previous.is_file()
    with contextlib.closing(_readonly(path)) as conn:
        conn.execute(_CACHE.format(65_536))
        results = gates(conn, _replies_in(previous) if previous is not None and there else 0)
        wrong = problems() if problems else search.problems_of(path)
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


def _readonly(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
