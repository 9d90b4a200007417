"""Archives of other machines into this one: `archive.db`, or what `hubei-replies export` made of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pipelines.archive import Archive, RunRecord, merge, told_by
from pipelines.declare import parse_dump
from pipelines.errors import ConfigurationError
from pipelines.load import Loader
from pipelines.lock import DataLock
from pipelines.storage import remove_database, settle
from pipelines.warc import is_ours, told_by_warc
from scraper.reread import replay

_SQLITE = b"SQLite format 3\0"


@dataclass(slots=True)
class MergedArchives:
    """What became of them."""

    runs: int = 0
    """That brought something."""
    fetches: int = 0
    known: int = 0
    """Answers that were here before."""
    stale: bool = False
    """What was added lies before what is loaded: staging has to be made anew."""


def is_archive(path: Path) -> bool:
    """Whether a file is the archive of a crawl rather than pages that somebody saved."""
    with path.open("rb") as source:
        head = source.read(16)
    return head == _SQLITE or (head.startswith((b"WARC/", b"\x1f\x8b")) and is_ours(path))


def merge_archives(
    files: Sequence[Path], data: Path, progress: Callable[[int], None] | None = None
) -> MergedArchives:
    """Archive what these hold, and load it where it follows what is loaded; nothing is published.

    The order of the files does not matter. Killed at any instant, the same call goes on: staging is set aside
    meanwhile, so that whoever comes next makes it anew. Raises DataUnreadable where a file breaks off (what came before
    is kept), ConfigurationError for the archive of this very folder, Locked.
    """
    staging, aside = data / "staging.db", data / "staging.merging.db"
    with DataLock(data, "导入"), Archive(data / "archive.db") as archive:
        if any(archive.path.samefile(path) for path in files):
            raise ConfigurationError(
                f"{archive.path} 是这个数据目录自己的归档；请给别的机器的，或用 --data 另指目录。"
            )
        remove_database(aside)
        if staging.is_file():
            settle(staging, "中间库")
            staging.replace(aside)
            remove_database(staging)
        before = archive.runs()
        done, added = _copied(files, archive, progress)
        moved = archive.arrange()
        done.stale = bool(before) and (moved or _overtakes(before, added))
        if done.stale:
            remove_database(aside)
        else:
            keys = set(map(_key, added))
            with Loader(aside) as loader:
                runs = [run.id for run in archive.runs() if _key(run) in keys]
                for item in replay(archive, runs=runs, read=loader.files.read):
                    loader.load(item)
            settle(aside, "中间库")
            aside.replace(staging)
        archive.maintain()
    return done


def _copied(
    files: Sequence[Path], archive: Archive, progress: Callable[[int], None] | None
) -> tuple[MergedArchives, list[RunRecord]]:
    """Copy all; the runs that something was added to, as they were when they came."""
    done, added = MergedArchives(), set[int]()
    for path in files:
        with ExitStack() as stack:
            other = stack.enter_context(Archive(path, readonly=True)) if _is_sqlite(path) else None
            source = told_by_warc(path) if other is None else told_by(other)
            merged = merge(archive, source, progress, done.fetches + done.known)
        added.update(merged.runs)
        done.fetches += merged.fetches
        done.known += merged.known
    done.runs = len(added)
    return done, [run for run in archive.runs() if run.id in added]


def _overtakes(before: Sequence[RunRecord], added: Sequence[RunRecord]) -> bool:
    """Whether something that is loaded would have to be loaded after what was added."""
    loaded = [(run, set(parse_dump(run.declarations))) for run in before]
    for new in added:
        sites = set(parse_dump(new.declarations))
        if any(
            _key(run) == _key(new) or (run.started_at >= new.started_at and sites & keys)
            for run, keys in loaded
        ):
            return True
    return False


def _key(run: RunRecord) -> tuple[str, ...]:
    """What a run is told by; its number changes when others come before it."""
    return run.started_at, run.declarations, run.arguments, run.code


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(16) == _SQLITE
