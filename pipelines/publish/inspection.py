"""What `hubei-replies check` looks at besides the gates: snapshot, archive, clock, and since when a site is not well."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from pipelines import schema
from pipelines.archive import Archive, Verified
from pipelines.check.gates import GateResult, gates, verdict
from pipelines.clock import now
from pipelines.errors import DataUnreadable
from pipelines.publish import search
from pipelines.publish.snapshots import CORPUS, SNAPSHOTS, digest, listed, open_snapshot, pointed, verified
from pipelines.storage import openable_readonly

ARCHIVE = "archive.db"
INDEX = "index"
CLOCK_TOLERANCE = timedelta(minutes=10)
"""Machines that are set by the network differ by less."""
SHOWN = 20
"""Lost answers that are listed one by one."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `hubei-replies check` says."""

    path: Path
    gates: tuple[GateResult, ...]

    @property
    def index(self) -> tuple[str, ...]:
        """What is wrong with the search index; empty when nothing is."""
        return tuple(one.message for one in self.gates if one.name == INDEX and not one.ok)

    @property
    def verdict(self) -> str:
        """ok, partial or failed."""
        return verdict(self.gates)

    @property
    def ok(self) -> bool:
        """Whether every gate passed."""
        return all(gate.ok for gate in self.gates)


def check(
    data_dir: Path, archive: bool = False, progress: Callable[[int], None] | None = None
) -> CheckReport:
    """Gates, health of the sites and state of the search index of the published file. Reads only.

    `archive`: read the whole archive too, which takes long; `progress` is told how many bodies were read.
    Raises DataUnreadable when the file is absent, damaged or no corpus.
    """
    path = data_dir / CORPUS
    if not path.is_file():
        raise DataUnreadable(f"没有 {path}；请先运行 hubei-replies crawl，或 hubei-replies publish。")
    try:
        with contextlib.closing(sqlite3.connect(openable_readonly(path), uri=True)) as conn:
            known = {row[0] for row in conn.execute("select name from sqlite_master where type = 'table'")}
            missing = [table.name for table in schema.TABLES if table.name not in known]
            if missing:
                raise DataUnreadable(
                    f"{path} 不是本版的语料库（缺 {'、'.join(missing)}）；请运行 hubei-replies rebuild 重做。"
                )
            wrong = search.problems(conn)
            found = [
                *(_since(data_dir, gate) for gate in gates(conn)),
                GateResult("corpus", INDEX, not wrong, "；".join(wrong) or "检索索引与正文一致"),
                *_snapshot(data_dir),
            ]
            if (data_dir / ARCHIVE).is_file():
                with Archive(data_dir / ARCHIVE, readonly=True) as opened:
                    found += [_unpublished(data_dir, conn, opened), _clock(opened)]
                    if archive:
                        found.append(_archive(opened.verify(progress)))
            return CheckReport(path, tuple(found))
    except sqlite3.DatabaseError as error:
        raise DataUnreadable(
            f"{path} 已损坏（{error}）；请运行 hubei-replies publish 或 rebuild 重做。"
        ) from error


def _since(data_dir: Path, gate: GateResult) -> GateResult:
    """The earliest of the snapshots in a row, back from the present one, in which the site was not well."""
    if gate.scope != "site" or gate.ok:
        return gate
    since = None
    for snapshot in reversed(listed(data_dir)):
        if _is_well(snapshot.corpus, gate.name):
            return replace(gate, since=since)
        since = snapshot.manifest.created_at
    return replace(gate, since=f"{since} 或更早" if since else None)


def _is_well(corpus: Path, site: str) -> bool:
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?immutable=1", uri=True)) as conn,
    ):
        row = conn.execute("select health from sites where key = ?", (site,)).fetchone()
        return row is None or row[0] in ("ok", "never", "undiscovered")
    return True


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
    return [GateResult("installation", "snapshot", same, message)]


def _unpublished(data_dir: Path, conn: sqlite3.Connection, archive: Archive) -> GateResult:
    newest, name = listed(data_dir)[-1:], pointed(data_dir)
    if newest and name is not None and newest[0].name != name:
        # Somebody went back to it with `rollback`; the next publication goes on from there.
        message = f"按 rollback 停在快照 {name}；下一次发布会用最新的采集"
        return GateResult("installation", "unpublished", True, message)
    ended = [run for run in archive.runs() if run.ended_at is not None and run.outcome != "interrupted"]
    last = ended[-1] if ended else None
    row = conn.execute("select finished_at from crawls where id = ?", (last.id if last else 0,)).fetchone()
    ok = last is None or (row is not None and row[0] is not None)
    message = "最近的采集已发布" if ok else f"第 {last.id if last else 0} 次采集已经做完，还没有发布"
    return GateResult(
        "installation", "unpublished", ok, message, since=None if ok or not last else last.ended_at
    )


def _clock(archive: Archive) -> GateResult:
    newest, moment = archive.latest(), now()
    back = newest is not None and datetime.fromisoformat(newest) - datetime.fromisoformat(moment)
    ok = not back or back <= CLOCK_TOLERANCE
    message = "系统时钟不早于归档" if ok else f"系统时钟是 {moment}，归档里最近的时间却是 {newest}"
    return GateResult("installation", "clock", ok, message)


def _archive(found: Verified) -> GateResult:
    if found.ok:
        return GateResult("installation", "archive", True, f"{found.bodies} 份正文与归档时一致")
    lines = [f"文件结构：{line}" for line in found.structure]
    if found.damaged:
        lines.append(f"{found.bodies} 份正文里 {len(found.damaged)} 份读不出来，其余完好")
    for one in found.lost[:SHOWN]:
        others = f"另有 {one.others} 份完好的" if one.others else "没有别的存档"
        lines.append(f"{one.url}（第 {one.run} 次采集，{one.fetched_at}，SHA-256 {one.sha256}）：{others}")
    if len(found.lost) > SHOWN:
        lines.append(f"……还有 {len(found.lost) - SHOWN} 个")
    return GateResult("installation", "archive", False, "\n".join(lines))
