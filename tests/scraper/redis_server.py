"""A real Redis for the time of a test: Debian's `redis-server` on a free loopback port, nothing kept."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

SERVER = shutil.which("redis-server")
MISSING = "没有 redis-server：apt-get install redis-server"


@contextmanager
def redis_server() -> Iterator[str]:
    """Address of a server that is gone after the block."""
    assert SERVER is not None, MISSING
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        told = [SERVER, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        child = subprocess.Popen(told, stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 20
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert child.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            child.kill()
            child.wait()
