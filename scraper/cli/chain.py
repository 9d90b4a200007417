"""The way of the data put together: what `crawl`, `rebuild`, `publish` and `demo` have in common."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from pipelines.archive import VERSION, Archive, version_of
from pipelines.errors import DataUnreadable
from pipelines.load import open_staging
from pipelines.load.files import read_attachments, unread
from pipelines.lock import DataLock
from pipelines.publish.build import PublishResult
from pipelines.publish.build import publish as publish_snapshot
from pipelines.publish.snapshots import KEEP
from pipelines.storage import remove_database, settle, sync
from pipelines.workers import WorkerLost, cores
from scraper.cli.screen import counter, gauge
from scraper.refill import Progress, begun, fill

ARCHIVE = "archive.db"
STAGING = "staging.db"


def existing_archive(data: Path) -> Archive:
    """The archive of a data folder, for reading. Raises DataUnreadable when there is none."""
    path = data / ARCHIVE
    if not path.is_file():
        raise DataUnreadable(f"没有归档 {path}；请先运行 hubei-replies crawl 采集，或用 --data 指明目录。")
    return Archive(path, readonly=True)


def publish_data(
    data: Path,
    *,
    keep: int = KEEP,
    force: bool = False,
    address: str | None = None,
    workers: int | None = None,
) -> PublishResult:
    """`staging.db` → `corpus.db`, with a second process unless `workers` is 1.

    Raises what `pipelines.publish.build.publish` raises, and Locked.
    """
    with DataLock(data, "发布"), existing_archive(data) as archive:
        _read_attachments(data, archive)
        apart = (workers or cores()) > 1
        return publish_snapshot(data, archive, keep=keep, force=force, address=address, apart=apart)


def _read_attachments(data: Path, archive: Archive) -> None:
    """Publishing reads what is unread; after a large crawl that takes minutes, so here it is shown."""
    if not (data / STAGING).is_file():
        return
    with closing(open_staging(data / STAGING)) as staging:
        if unread(staging, archive):
            with counter("读附件") as progress:
                read_attachments(staging, archive, progress)


def rebuild_staging(data: Path, progress: Progress | None = None, workers: int | None = None) -> int:
    """Make `staging.db` anew from the archive, beside the old one; returns the number of items loaded.

    `progress` and `workers` as in `scraper.refill.fill`. The old file stays until the new one is complete. Killed or
    stopped, the next call goes on where this one was. An archive of an earlier version is brought up to date first.
    """
    staging = data / STAGING
    with DataLock(data, "重建"):
        upgrade_archive(data)
        fresh = staging.with_name("staging.new.db")
        try:
            with existing_archive(data) as archive:
                if not begun(fresh, archive):
                    remove_database(fresh)
                count = fill(fresh, archive, progress, staging, workers)
            settle(fresh, "中间库")
            # A write-ahead log of the old file must never be found beside the new one. Killed between the two steps,
            # there is no staging, and the next command makes it anew.
            remove_database(staging)
            fresh.replace(staging)
            sync(data)
        except WorkerLost:
            raise  # what was done stays, as when this process is killed
        except Exception:
            remove_database(fresh)
            raise
    return count


def upgrade_archive(data: Path) -> None:
    """Bring an archive of an earlier version up to date; the caller holds the folder. Raises DataUnreadable for a later one."""
    if version_of(data / ARCHIVE) not in (0, VERSION):
        Archive(data / ARCHIVE).close()


def staging_is_current(data: Path) -> bool:
    """Whether `staging.db` was made under the present rules; an absent file is current. Raises DataUnreadable."""
    from pipelines.load import StagingStale

    if not (data / STAGING).is_file():
        return True
    try:
        open_staging(data / STAGING, readonly=True).close()
    except StagingStale:
        return False
    return True


def ready_staging(data: Path, say: Callable[[str, str], None] | None = None) -> None:
    """Make staging anew first where it is of other rules, so that a changed rule never looks like a changed page, and
    where it is gone and the archive is not. `say(event, text)` takes the line about it; None: standard error."""
    version = version_of(data / ARCHIVE)
    if version not in (0, VERSION):
        with DataLock(data, "升级归档"):
            upgrade_archive(data)
    lost = version > 0 and not (data / STAGING).is_file()
    if lost or not staging_is_current(data):
        text = "没有中间库，先从归档重建……" if lost else "规则变了，先从归档重建……"
        if say is None:
            click.echo(text, err=True)
        else:
            say("rebuild", text)
        with gauge("重建") as progress:
            rebuild_staging(data, progress)
