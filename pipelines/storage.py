"""Trouble with disks and with other programs, told with the file, what is lacking and what to do.

SQLite and the operating system say the same things in two languages; both are read here, so that a full disk is told
in the same words wherever it is met.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import DataUnreadable, HubeiRepliesError, Locked

ROOM = 64 * 1024 * 1024
"""Bytes that a database needs beyond itself to go on at all: the largest answer that is kept, with its log."""
LITTLE = 1024 * 1024
"""Bytes free below which trouble of any kind is put down to the full disk: SQLite says so only of what it writes itself,
not of the shared index that it maps into memory."""
BUSY_SECONDS = 30.0
"""How long a lock of another program is waited for."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_READONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class StorageFailed(DataUnreadable):
    """The disk is full, read-only or broken; what was committed before is whole, and the next run goes on from there."""


@contextmanager
def explained(path: Path, what: str, needs: int = ROOM) -> Iterator[None]:
    """Errors of the disk and of locks as StorageFailed and Locked that name the file; others pass as they are.

    `what`: what the file is, in Chinese; `needs`: bytes that the work will take, as an estimate.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        told = failure(error, path, what, needs)
        if told is None:
            raise
        raise told from error


def failure(
    error: sqlite3.Error | OSError, path: Path, what: str, needs: int = ROOM
) -> HubeiRepliesError | None:
    """What an error means to the person who must act; None for one that is about no disk and no lock."""
    if isinstance(error, sqlite3.Error):
        problem = _of_sqlite(error, path, needs)
        if problem == "":
            return Locked(
                f"{what} {path} 被另一个程序锁住超过 {BUSY_SECONDS:g} 秒{_who(path)}；请等它结束或关掉它以后再试"
            )
    else:
        problem = _of_system(error, path, needs)
    return StorageFailed(f"{what} {path} {problem}") if problem else None


def _of_sqlite(error: sqlite3.Error, path: Path, needs: int) -> str | None:
    """Problem and advice; empty for a lock."""
    # The low byte is the primary result code: https://www.sqlite.org/rescode.html
    extended = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return ""
    scarce = code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN} and _is_scarce(path)
    if code == sqlite3.SQLITE_FULL or scarce:
        return _full(path, needs)
    if code == sqlite3.SQLITE_IOERR:
        limited = extended == sqlite3.SQLITE_IOERR_WRITE and _limit() is not None
        return _too_large() if limited else _broken()
    if code == sqlite3.SQLITE_READONLY:
        return _readonly()
    if code == sqlite3.SQLITE_CANTOPEN:
        return "打不开；请检查文件和目录的权限，以及磁盘是否只读、已满"
    return None


def _of_system(error: OSError, path: Path, needs: int) -> str | None:
    if error.errno in _FULL:
        return _full(path, needs)
    if error.errno == errno.EFBIG:
        return _too_large()
    if error.errno in _READONLY:
        return _readonly()
    return _broken() if error.errno == errno.EIO else None


def _full(path: Path, needs: int) -> str:
    free = free_bytes(path)
    left = "" if free is None else f"，现在剩 {size(free)}"
    return (
        f"写不下：磁盘已满{left}，这一步约需 {size(needs)}。请腾出空间后用同样的参数再运行一次，会接着来；"
        "已归档的内容不受影响，原来发布的文件没有动"
    )


def _too_large() -> str:
    limit = _limit()
    told = "" if limit is None else f"（ulimit -f，现为 {size(limit)}）"
    return f"写不下：超过单个文件的大小上限{told}；请放宽上限或换文件系统后再运行一次，会接着来，已归档的内容不受影响"


def _readonly() -> str:
    return "不可写：磁盘是只读的，或没有权限；请检查挂载方式以及文件和目录的权限，再运行一次"


def _broken() -> str:
    return "读写出错；请检查磁盘，再运行一次；已归档的内容用 hubei-replies check --archive 核对"


def _limit() -> int | None:
    """Greatest size of a file that this process may write, in bytes; None without a limit."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def free_bytes(path: Path) -> int | None:
    """Room that is left where a file is or would be; None where nobody can say."""
    for folder in (path, *path.absolute().parents):
        with contextlib.suppress(OSError):
            return shutil.disk_usage(folder).free
    return None


def _is_scarce(path: Path) -> bool:
    free = free_bytes(path)
    return free is not None and free < LITTLE


def size(count: int) -> str:
    """`12.3 MB`."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def _who(path: Path) -> str:
    """Other programs that have the file open, where the system says it (Linux); one of them holds the lock."""
    names = [f"pid {pid}，{name}" for pid, name in holders(path)]
    return f"（打开着它的有：{'；'.join(names)}）" if names else ""


def holders(path: Path) -> list[tuple[int, str]]:
    """Process number and name of everything else that has a file or its write-ahead log open; empty where unknown."""
    wanted = {str(path.resolve()), f"{path.resolve()}-wal"}
    found = []
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
        if int(folder.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if any(str(link.readlink()) in wanted for link in (folder / "fd").iterdir()):
                found.append((int(folder.name), (folder / "comm").read_text("utf-8").strip()))
    return found


def sync(path: Path) -> None:
    """A file or a folder through to the disk: a rename must not outrun the content."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(path: Path, what: str) -> None:
    """Bring everything in a database's write-ahead log into the file itself, and the file through to the disk.

    To be called before the file is moved: closing a database does the same, but on a full disk leaves the log behind
    without a word. Raises StorageFailed, Locked.
    """
    with explained(path, what), contextlib.closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as conn:
        if conn.execute("pragma wal_checkpoint(truncate)").fetchone()[0]:
            raise Locked(f"{what} {path} 正被另一个程序读着{_who(path)}；请等它结束或关掉它以后再试")
    sync(path)


def openable_readonly(path: Path) -> str:
    """URI by which a database can be read even from a disk that nobody can write.

    A file in write-ahead mode is read through a shared index, which SQLite makes beside it. On a read-only file system
    that cannot be made; where no log waits to be read either, the file is all there is and cannot change.
    """
    uri = path.resolve().as_uri()
    log = path.with_name(path.name + "-wal")
    waiting = log.is_file() and log.stat().st_size > 0
    fixed = not waiting and bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    return f"{uri}?immutable=1" if fixed else f"{uri}?mode=ro"


def remove_database(path: Path) -> None:
    """A SQLite file with its companions."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
