"""One writer a data folder: an advisory lock that vanishes with its process, however it dies.

`flock` on `<folder>/.lock`; the file itself stays and means nothing. Within one process the lock may be taken several
times (a command takes it, the archive inside takes it again); the last one to leave lets go.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines import storage
from pipelines.clock import now
from pipelines.errors import ConfigurationError, Locked

NAME = ".lock"


@dataclass(slots=True)
class _Held:
    descriptor: int
    times: int
    pid: int


_held: dict[Path, _Held] = {}


class DataLock:
    """Hold a data folder for writing, as a context manager or with `acquire` and `release`.

    Raises Locked at once, naming process and time, when another process holds the folder; StorageFailed when the disk is
    full or read-only; ConfigurationError when the folder cannot be one.
    """

    def __init__(self, folder: Path, purpose: str = "") -> None:
        self._folder = folder
        self._purpose = purpose
        self._mine = False

    def acquire(self) -> None:
        """Take the lock; the folder is made when it is absent."""
        if self._mine:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            key = self._folder.resolve()
            held = _held.get(key)
            # A forked child inherits this table, but not the right to write.
            if held is not None and held.pid == os.getpid():
                held.times += 1
            else:
                _held[key] = self._take(key / NAME)
        except OSError as error:
            told = storage.failure(error, self._folder, "数据目录")
            raise told or ConfigurationError(f"数据目录 {self._folder} 不可写：{error.strerror}") from error
        self._mine = True

    def _take(self, path: Path) -> _Held:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            note = json.dumps({"pid": os.getpid(), "since": now(), "purpose": self._purpose})
            # Who holds it is a courtesy; on a full disk the lock is held all the same.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, note.encode(), 0)
        except BlockingIOError:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise Locked(
                f"数据目录 {self._folder} 正由{holder}使用；请等它结束后再试，或用 --data 换一个目录"
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        return _Held(descriptor, 1, os.getpid())

    def release(self) -> None:
        """Let go; harmless when nothing is held."""
        if not self._mine:
            return
        self._mine = False
        key = self._folder.resolve()
        held = _held.get(key)
        if held is None or held.pid != os.getpid():
            return
        held.times -= 1
        if held.times == 0:
            del _held[key]
            os.close(held.descriptor)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _holder(descriptor: int) -> str:
    """Who says to hold the lock, for a message; the note may be half written."""
    try:
        note = json.loads(os.pread(descriptor, 4096, 0))
        purpose = f"，{note['purpose']}" if note["purpose"] else ""
        return f"另一个进程（pid {int(note['pid'])}{purpose}，自 {note['since']} 起）"
    except (ValueError, KeyError, TypeError):
        return "另一个进程"
