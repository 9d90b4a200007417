"""The published snapshots: `snapshots/<hash>/`, each whole and never changed, and which of them is the present one.

A folder is named by the SHA-256 of its `corpus.db` and holds, beside it, `manifest.json`, `metadata.json`,
`inspect-data.json` (so that `datasette data/snapshots/current` serves it as immutable), `exports/` and `SHA256SUMS`. It
is made under another name and put in its place by one rename. The link `snapshots/current` names the present one; replacing it
is the moment of publication for `serve`. `corpus.db`, the name that people open, is a copy and is renamed last.

A copy, no link: people write to the file they open (`sqlite-utils`, a shell), and a hard or symbolic link would let
that reach the snapshot, which Datasette reads as immutable and rollback relies on. Where the file system can share
blocks (XFS, Btrfs) the copy costs no room; a link would also be lost when the folder is copied.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipelines import schema
from pipelines.clock import now
from pipelines.errors import ConfigurationError, DataUnreadable
from pipelines.publish.exports import write as exports
from pipelines.storage import sync

CORPUS = "corpus.db"
SNAPSHOTS = "snapshots"
CURRENT = "current"
MANIFEST = "manifest.json"
INSPECT = "inspect-data.json"
METADATA = "metadata.json"
SUMS = "SHA256SUMS"
KEEP = 5
"""Snapshots that are kept unless something else is asked for."""

_NAME = re.compile(r"[0-9a-f]{16}")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is: `manifest.json`. Times stand here and not in the corpus, which is a function of its content."""

    sha256: str
    bytes: int
    sequence: int
    """1, 2, 3 … in order of making; a clock may go back."""
    created_at: str
    previous: str | None
    """Name of the snapshot that was the present one before."""
    package: str
    schema: str
    """SHA-256 of the statements that make tables, indexes and views."""
    rules: str
    """Fingerprint of code and reviewed data that staging was made under."""
    sqlite: str
    tables: Mapping[str, int]
    """Rows a table."""
    accepted: tuple[str, ...] = ()
    """What the comparison with the snapshot before found too little, where somebody published with `--force`."""
    corpus: int = 0
    """Version of the corpus, see docs/corpus-changelog.md; 0 before versions were kept."""
    format: int = 1


_MANIFEST = TypeAdapter(Manifest)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One folder with its manifest."""

    path: Path
    manifest: Manifest = field(repr=False)

    @property
    def name(self) -> str:
        """The first sixteen digits of the SHA-256."""
        return self.path.name

    @property
    def corpus(self) -> Path:
        """The database file."""
        return self.path / CORPUS


# --- reading ------------------------------------------------------------------------------------------------------


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot in a folder. Raises DataUnreadable when its manifest or its file is missing or makes no sense."""
    try:
        manifest = _MANIFEST.validate_json((path / MANIFEST).read_bytes())
        whole = manifest.sha256.startswith(path.name) and (path / CORPUS).stat().st_size == manifest.bytes
    except (OSError, ValueError) as error:
        raise DataUnreadable(f"快照 {path} 不完整：{error}") from error
    if not whole:
        raise DataUnreadable(f"快照 {path} 不完整：{CORPUS} 与 {MANIFEST} 不符")
    return Snapshot(path, manifest)


def listed(data_dir: Path) -> list[Snapshot]:
    """Every whole snapshot, oldest first; what is damaged or half made is left out."""
    found = []
    for path in _folders(data_dir):
        with contextlib.suppress(DataUnreadable):
            found.append(open_snapshot(path))
    return sorted(found, key=lambda one: (one.manifest.sequence, one.name))


def pointed(data_dir: Path) -> str | None:
    """Name of the snapshot that `current` points at; None where nothing was published. One system call."""
    try:
        return (data_dir / SNAPSHOTS / CURRENT).readlink().name
    except OSError:
        return None


def current(data_dir: Path) -> Snapshot | None:
    """The present snapshot; None where there is none, or none that is whole."""
    name = pointed(data_dir)
    if name is None:
        return None
    try:
        return open_snapshot(data_dir / SNAPSHOTS / name)
    except DataUnreadable:
        return None


def find(data_dir: Path, name: str) -> Snapshot:
    """The snapshot whose name begins so. Raises ConfigurationError naming those that exist, DataUnreadable if damaged."""
    matching = [path for path in _folders(data_dir) if name and path.name.startswith(name.lower())]
    if len(matching) == 1:
        return open_snapshot(matching[0])
    there = "、".join(one.name for one in listed(data_dir)) or "（没有）"
    problem = "不止一个快照" if matching else "没有快照"
    raise ConfigurationError(f"{problem}的名字以 {name} 开头；现有快照：{there}")


def verified(snapshot: Snapshot) -> Snapshot:
    """The same, its content read through. Raises DataUnreadable when it is not what was published."""
    if digest(snapshot.corpus) != snapshot.manifest.sha256:
        raise DataUnreadable(f"快照 {snapshot.path} 已损坏：{CORPUS} 的 SHA-256 与 {MANIFEST} 不符")
    return snapshot


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def _folders(data_dir: Path) -> Iterator[Path]:
    root = data_dir / SNAPSHOTS
    if root.is_dir():
        yield from sorted(path for path in root.iterdir() if _NAME.fullmatch(path.name) and path.is_dir())


# --- making -------------------------------------------------------------------------------------------------------


def store(
    data_dir: Path,
    built: Path,
    package: str,
    rules: str,
    accepted: tuple[str, ...],
    ahead: exports.Ahead | None = None,
) -> tuple[Snapshot, bool]:
    """Put a finished file away as a snapshot; `built` is moved. Returns it, and whether it is new. `ahead`: see `exports`.

    A file with the content of a snapshot that is there makes none.
    """
    root = data_dir / SNAPSHOTS
    root.mkdir(exist_ok=True)
    sha256 = digest(built)
    target = root / sha256[:16]
    with contextlib.suppress(DataUnreadable):
        return verified(open_snapshot(target)), False
    if target.exists():
        _discard(target)
    before = listed(data_dir)
    tables = count_rows(built)
    manifest = Manifest(
        sha256=sha256,
        bytes=built.stat().st_size,
        sequence=max((one.manifest.sequence for one in before), default=0) + 1,
        created_at=now(),
        previous=pointed(data_dir),
        tables=tables,
        accepted=accepted,
        sqlite=sqlite3.sqlite_version,
        schema=_schema(built),
        package=package,
        rules=rules,
        corpus=schema.VERSION,
    )
    fresh = root / f".new.{os.getpid()}"
    try:
        _fill(fresh, built, manifest, ahead)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    sync(root)
    return Snapshot(target, manifest), True


def _fill(folder: Path, built: Path, manifest: Manifest, ahead: exports.Ahead | None) -> None:
    """Every file of a snapshot, through to the disk."""
    folder.mkdir()
    _write(folder / MANIFEST, asdict(manifest))
    _write(folder / METADATA, schema.metadata())
    _write(folder / INSPECT, _inspect_data(manifest))
    files = exports.write(built, folder / exports.FOLDER, manifest.created_at, manifest.package, ahead)
    built.replace(folder / CORPUS)
    (folder / CORPUS).chmod(0o444)
    names = (CORPUS, *(f"{exports.FOLDER}/{name}" for name in files), INSPECT, MANIFEST, METADATA)
    sums = {name: manifest.sha256 if name == CORPUS else digest(folder / name) for name in names}
    (folder / SUMS).write_text("".join(f"{sums[name]}  {name}\n" for name in names), "utf-8")
    for name in (*names, SUMS):
        sync(folder / name)
    sync(folder / exports.FOLDER)
    sync(folder)


def count_rows(path: Path) -> dict[str, int]:
    """Rows of every table of a file, those of the search index too, as `datasette inspect` counts them."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as conn:
        names = [
            row[0]
            for row in conn.execute("select name from sqlite_master where type = 'table' order by name")
        ]
        return {name: int(conn.execute(f'select count(*) from "{name}"').fetchone()[0]) for name in names}  # noqa: S608


def _schema(path: Path) -> str:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as conn:
        return schema.digest(conn)


def _inspect_data(manifest: Manifest) -> dict[str, Any]:
    """What `datasette inspect` would write."""
    return {
        Path(CORPUS).stem: {
            "hash": manifest.sha256,
            "size": manifest.bytes,
            "file": CORPUS,
            "tables": {name: {"count": count} for name, count in manifest.tables.items()},
        }
    }


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


# --- moving -------------------------------------------------------------------------------------------------------


def switch(data_dir: Path, snapshot: Snapshot) -> None:
    """Make a snapshot the present one: `current`, then `corpus.db`, each by one rename.

    Whoever is killed in between leaves both names on whole files, and the next publication carries on: a crawl looks
    into `corpus.db` whether its run was published.
    """
    copy = data_dir / f".{CORPUS}.{os.getpid()}.tmp"
    file = data_dir / CORPUS
    stale = not file.is_file() or digest(file) != snapshot.manifest.sha256
    if stale:
        try:
            _copy(snapshot.corpus, copy)
            sync(copy)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
    if pointed(data_dir) != snapshot.name:
        link = data_dir / SNAPSHOTS / f".{CURRENT}.{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(snapshot.name)
        link.replace(data_dir / SNAPSHOTS / CURRENT)
        sync(data_dir / SNAPSHOTS)
    if stale:
        copy.replace(file)
        sync(data_dir)


def clear(data_dir: Path) -> None:
    """Take away what publications that were killed, or found the disk full, left half made or half discarded."""
    root = data_dir / SNAPSHOTS
    for leftover in (*root.glob(".new.*"), *root.glob(".old.*")):
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in (*root.glob(f".{CURRENT}.*"), *data_dir.glob(f".{CORPUS}.*")):
        leftover.unlink(missing_ok=True)


def prune(data_dir: Path, keep: int) -> list[str]:
    """Discard the oldest snapshots until `keep` are left, never the present one; and damaged ones.

    Returns the names discarded.
    """
    present = pointed(data_dir)
    whole = listed(data_dir)
    for path in _folders(data_dir):
        if path.name != present and path.name not in {one.name for one in whole}:
            _discard(path)
    others = [one for one in whole if one.name != present]
    surplus = others[: max(0, len(whole) - keep)]
    for one in surplus:
        discard(one)
    return [one.name for one in surplus]


def discard(snapshot: Snapshot) -> None:
    """Take a snapshot away; killed half-way, nothing half is left under its name."""
    _discard(snapshot.path)


def _discard(path: Path) -> None:
    doomed = path.with_name(f".old.{path.name}")
    shutil.rmtree(doomed, ignore_errors=True)
    path.rename(doomed)
    shutil.rmtree(doomed)


def _copy(source: Path, target: Path) -> None:
    """Copy a file, sharing its blocks where the file system can."""
    share = getattr(os, "copy_file_range", None)
    with source.open("rb") as read, target.open("wb") as write:
        left = os.fstat(read.fileno()).st_size if share else 0
        try:
            while left > 0 and share is not None and (done := share(read.fileno(), write.fileno(), left)):
                left -= done
            if share is not None and left == 0:
                return
        except OSError:  # another file system, or one that knows no such call
            pass
        read.seek(0)
        write.seek(0)
        shutil.copyfileobj(read, write, _BLOCK)
