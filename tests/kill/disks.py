"""A disk that can be full: a small file system of its own where that is allowed, else a limit on the size of a file."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZE = 192 * 1024 * 1024


@dataclass(frozen=True)
class Disk:
    """A folder for data on it, and how it gets full."""

    how: str
    data: Path
    says: str
    """What the command says of it."""
    mounted: bool

    @contextmanager
    def filled(self, room: int) -> Iterator[Callable[[], None] | None]:
        """Leave so many bytes; gives what a child has to call before it begins, if anything."""
        if not self.mounted:
            yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            return
        filler = self.data.parent / "filler"
        try:
            with filler.open("wb") as file, contextlib.suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(self.data.parent).free - room))
            yield None
        finally:
            filler.unlink()


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """Mounted for as long as it is used."""
    folder.mkdir()
    with small_mount(folder) as mounted:
        if mounted:
            yield Disk("a file system of its own", folder / "data", "磁盘已满", True)
        else:
            yield Disk("a limit on the size of a file", folder / "data", "大小上限", False)


@contextmanager
def small_mount(folder: Path, size: int = SIZE) -> Iterator[bool]:
    """A file system in memory over an empty folder; False where this user may mount none."""
    made = _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield made
    finally:
        if made:
            _run("umount", str(folder))


def memory() -> str | None:
    """Where files are quick to write: a kill takes nothing from what the system has in memory, so the disk itself adds
    only waiting. None: the usual place."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def read_only(folder: Path, yes: bool) -> None:
    """Make a mounted file system read-only, or writable again."""
    if not _run("mount", "-o", f"remount,{'ro' if yes else 'rw'}", str(folder)):
        raise AssertionError(f"cannot remount {folder}")


def _run(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
