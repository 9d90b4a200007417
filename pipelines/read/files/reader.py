"""Files are read in another process: they come from anywhere, and a hostile one must not take the crawl down."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from contextlib import suppress

from pipelines.models import FileText, Issue
from pipelines.read.files.kinds import kind_of
from pipelines.read.files.limits import MAX_BODY, not_read


class FileReader:
    """Owns the worker process; started when it is first needed, started again when it is gone."""

    def __init__(self, start: tuple[str, ...] = ("-m", "pipelines.read.files.worker")) -> None:
        """`start`: how Python is called to run the worker."""
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(self, body: bytes) -> FileText:
        """What a file says: a function of its bytes, and of the programs for old formats that are installed."""
        if len(body) > MAX_BODY:
            return not_read(kind_of(body[:4096]), f"有 {len(body)} 字节，超过上限。")
        with self._lock:
            for _ in range(2):
                # The worker may have been killed from outside since the last file.
                with suppress(OSError, EOFError):
                    return self._ask(body)
                self._stop()
        return not_read(kind_of(body), "读附件的进程起不来；请重试，仍不行请报告。")

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._stop()

    def _ask(self, body: bytes) -> FileText:
        if self._process is None:
            command = [sys.executable, *self._start]
            self._process = subprocess.Popen(  # noqa: S603 -- our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise EOFError
        into.write(len(body).to_bytes(8, "big") + body)
        into.flush()
        size = int.from_bytes(_exactly(out.read(8), 8), "big")
        return _decoded(_exactly(out.read(size), size))

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _exactly(part: bytes, size: int) -> bytes:
    if len(part) != size:
        raise EOFError
    return part


def _decoded(line: bytes) -> FileText:
    told = json.loads(line)
    return FileText(
        told["kind"],
        told["text"],
        told["rule"],
        told["pages"],
        tuple(Issue(**issue) for issue in told["issues"]),
    )


_READER = FileReader()
atexit.register(_READER.close)


def read_file(body: bytes) -> FileText:
    """What a file says, read by the worker of this process."""
    return _READER.read(body)
