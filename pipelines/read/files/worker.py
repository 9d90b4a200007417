"""`python -m pipelines.read.files.worker`: reads files from standard input, each in a process of its own.

The libraries are loaded once; for each file the process forks, and the child has its own limits of memory and time.
So one file cannot change what comes of another, and what kills its reader kills nothing else. Frames: 8 bytes of length,
big-endian, then the file; the answer is a frame of JSON.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from typing import BinaryIO

from pipelines.models import FileText
from pipelines.read.files.extract import extract
from pipelines.read.files.kinds import kind_of
from pipelines.read.files.limits import MAX_TEXT, not_read
from pipelines.read.files.programs import CPU_SECONDS, MEMORY, limited

WALL_SECONDS = 120.0
_MAX_ANSWER = 8 * MAX_TEXT


def main() -> None:
    """Serve until standard input ends."""
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints is no answer.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    while (body := _frame(source)) is not None:
        answer = _in_child(body)
        answers.write(len(answer).to_bytes(8, "big") + answer)
        answers.flush()


def _frame(source: BinaryIO) -> bytes | None:
    head = source.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head, "big")
    body = source.read(size)
    return body if len(body) == size else None


def _in_child(body: bytes) -> bytes:
    """The answer for one file: that of the child, or why there is none."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _child(body, reading, writing)
    os.close(writing)
    deadline = time.monotonic() + WALL_SECONDS
    parts: list[bytes] = []
    late = False
    with suppress(OSError):
        while True:
            ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                late = True
                break
            part = os.read(reading, 1 << 20)
            if not part or sum(map(len, parts)) > _MAX_ANSWER:
                break
            parts.append(part)
    os.close(reading)
    with suppress(ProcessLookupError, PermissionError):
        # The group: an external program that the child started goes with it.
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    answer = b"".join(parts)
    if answer.endswith(b"\n"):
        return answer
    return encode(not_read(kind_of(body), _reason(status, late)))


def _reason(status: int, late: bool) -> str:
    if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return f"{CPU_SECONDS} 秒没有读完，已放弃。"
    return f"读的时候出错或内存超过 {MEMORY // 2**20} MB，已放弃；文件可能损坏。"


def _child(body: bytes, reading: int, writing: int) -> None:
    """Read the file and leave; never returns."""
    try:
        os.setsid()
        os.close(reading)
        limited()()
        answer = encode(extract(body))
        with os.fdopen(writing, "wb") as out:
            out.write(answer)
    except BaseException:  # noqa: BLE001 -- whatever it was, the parent tells it
        os._exit(1)
    os._exit(0)


def encode(found: FileText) -> bytes:
    """One line of JSON."""
    return json.dumps(asdict(found), ensure_ascii=True).encode("ascii") + b"\n"


if __name__ == "__main__":
    main()
