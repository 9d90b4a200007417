"""The process that holds the address and keeps one child answering, always over the present snapshot."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError, DataUnreadable
from pipelines.publish.corpus import readable, readable_corpus
from pipelines.publish.serve.application import read_metadata
from pipelines.publish.serve.orders import DRAIN_SECONDS, STOP_SECONDS, Orders
from pipelines.publish.snapshots import SNAPSHOTS, open_snapshot, pointed

LOOK_SECONDS = 0.5
"""How often the supervisor looks which snapshot is the present one."""
START_SECONDS = 120.0
"""How long a fresh child may take until it answers."""
PAUSE_SECONDS = 30.0
"""Longest pause before a child that keeps dying is started again."""


@dataclass(slots=True)
class _Process:
    """A child: which snapshot it serves (None: `corpus.db` itself), and since when it has to end."""

    name: str | None
    running: subprocess.Popen[bytes]
    ends_by: float = 0.0


def serve(
    data_dir: Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    metadata: Mapping[str, Any] | Path | None = None,
    ready: Callable[[str], None] = print,
    say: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201
) -> None:
    """Serve until interrupted (SIGINT and SIGTERM return normally, after the requests under way).

    A snapshot that is published meanwhile is served as soon as a child answers from it; one that cannot be opened leaves
    the old one in place, and `say` gets a line about it. A folder without snapshots is served from `corpus.db`, followed
    through renames. Port 0 takes a free one. `ready` is called with the address once requests are answered.

    Raises DataUnreadable for a corpus that cannot be served, ConfigurationError for an address that is taken or metadata
    that cannot be read.
    """
    given = read_metadata(metadata) if isinstance(metadata, Path) else dict(metadata or {})
    if pointed(data_dir) is None:
        readable_corpus(data_dir)
    with closing(_listener(host, port)) as listener:
        supervisor = Supervisor(data_dir, listener, given, say)
        with supervisor.signals():
            supervisor.run(lambda: ready(_address(host, listener.getsockname()[1])))


class Supervisor:
    """See the module."""

    def __init__(
        self, data_dir: Path, listener: socket.socket, metadata: dict[str, Any], say: Callable[[str], None]
    ) -> None:
        self._data_dir = data_dir
        self._listener = listener
        self._metadata = metadata
        self._say = say
        self._stop = threading.Event()
        self._present: _Process | None = None
        self._leaving: list[_Process] = []
        self._refused: set[str | None] = set()
        """Snapshots that could not be served; not tried again."""
        self._pause = 0.0

    @contextmanager
    def signals(self) -> Any:
        """SIGINT and SIGTERM end `run`; the handlers that were there come back."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        kept = {one: signal.signal(one, self._on_signal) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in kept.items():
                signal.signal(one, handler)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._stop.set()

    def run(self, ready: Callable[[], None]) -> None:
        """Until a signal comes. Raises DataUnreadable when nothing can be served to begin with."""
        try:
            self._begin()
            if self._present is not None:
                ready()
            while not self._stop.wait(LOOK_SECONDS):
                self._look()
        finally:
            self._end()

    def _begin(self) -> None:
        name = pointed(self._data_dir)
        try:
            self._present = self._start(name)
        except DataUnreadable as error:
            if name is None:
                raise
            # The folder may have been damaged; the copy beside it may be whole.
            self._say(f"{error}；改用 corpus.db。")
            self._refused.add(name)
            self._present = self._start(None)

    def _look(self) -> None:
        """One round: who has ended, and is there a newer snapshot?"""
        self._reap()
        name = pointed(self._data_dir)
        died = self._present is not None and self._present.running.poll() is not None
        if died and self._present is not None:
            code = self._present.running.returncode
            self._say(f"网页服务进程意外结束（退出码 {code}），{self._pause:.0f} 秒后重新启动。")
            if self._stop.wait(self._pause):
                return
            self._pause = min(PAUSE_SECONDS, 2 * self._pause + 1)
            if name in self._refused:
                name = self._present.name
            self._replace(name)
        elif self._present is None or (name != self._present.name and name not in self._refused):
            self._replace(name)

    def _replace(self, name: str | None) -> None:
        old = self._present
        try:
            fresh = self._start(name)
        except DataUnreadable as error:
            served = "原来的快照" if old is None or old.name is None else f"快照 {old.name}"
            self._say(f"{error}；继续用{served}。")
            self._refused.add(name)
            return
        self._present = fresh
        if fresh is None:
            return
        if old is None or old.name != name:
            self._pause = 0.0
            self._say(f"已换用快照 {name}。")
        if old is not None and old.running.poll() is None:
            self._send_away(old)

    def _start(self, name: str | None) -> _Process | None:
        """A child that answers from a snapshot, or from `corpus.db` for None; None when the server is being stopped."""
        if name is None:
            orders = Orders(str(readable_corpus(self._data_dir)), self._metadata, immutable=False)
        else:
            snapshot = open_snapshot(self._data_dir / SNAPSHOTS / name)
            orders = Orders(str(readable(snapshot.corpus)), self._metadata, immutable=True)
        reading, writing = os.pipe()
        try:
            running = subprocess.Popen(  # noqa: S603 -- ourselves
                [
                    sys.executable,
                    "-m",
                    "pipelines.publish.serve.child",
                    str(self._listener.fileno()),
                    str(writing),
                ],
                stdin=subprocess.PIPE,
                pass_fds=(self._listener.fileno(), writing),
                start_new_session=True,  # Ctrl+C is for the supervisor alone
            )
        finally:
            os.close(writing)
        child = _Process(name, running)
        try:
            assert running.stdin is not None
            with suppress(BrokenPipeError):
                running.stdin.write(orders.line())
                running.stdin.flush()
            answers = self._wait_for(reading)
        except BaseException:
            _kill(child)
            raise
        finally:
            os.close(reading)
        if answers:
            return child
        _kill(child)
        if self._stop.is_set():
            return None
        raise DataUnreadable(f"从 {orders.corpus} 提供网页失败，详见上面的输出")

    def _wait_for(self, reading: int) -> bool:
        """Whether the child reports that it answers, before it ends, the time is up, or the server is stopped."""
        until = time.monotonic() + START_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(reading, selectors.EVENT_READ)
            while time.monotonic() < until and not self._stop.is_set():
                if selector.select(LOOK_SECONDS):
                    return os.read(reading, 64).startswith(b"ready")
        return False

    def _send_away(self, old: _Process) -> None:
        assert old.running.stdin is not None
        with suppress(BrokenPipeError):
            old.running.stdin.write(b"drain\n")
            old.running.stdin.flush()
        old.ends_by = time.monotonic() + DRAIN_SECONDS + STOP_SECONDS + 5
        self._leaving.append(old)

    def _reap(self) -> None:
        for old in list(self._leaving):
            if old.running.poll() is None and time.monotonic() > old.ends_by:
                _kill(old)
            if old.running.poll() is not None:
                _close(old)
                self._leaving.remove(old)

    def _end(self) -> None:
        children = [*self._leaving, *([self._present] if self._present else [])]
        for child in children:
            _close(child)
        until = time.monotonic() + STOP_SECONDS + 5
        for child in children:
            try:
                child.running.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill(child)


def _close(child: _Process) -> None:
    """The end of its standard input: a child that runs comes to its end."""
    if child.running.stdin is not None:
        with suppress(BrokenPipeError):
            child.running.stdin.close()


def _kill(child: _Process) -> None:
    _close(child)
    child.running.kill()
    child.running.wait()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # From here on a request waits for a child instead of being refused.
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigurationError(
            f"不能在 {host}:{port} 上提供服务（{error}）。换一个端口：--port 0 自动选一个空闲的。"
        ) from error
    return listener


def _address(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"
