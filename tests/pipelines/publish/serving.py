"""`hubei-replies serve` in a process of its own, and clients that ask it without rest."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pipelines.archive import Archive
from pipelines.publish.build import PublishResult, publish
from tests.conftest import ROOT
from tests.pipelines.load.make import item, listing
from tests.pipelines.resolve.chain import crawl

BOTH = "/corpus.json?_shape=array&sql=" + quote(
    "select (select count(*) from crawls) as runs, (select count(*) from replies) as replies"
)
"""Two tables in one answer, by one query; `published` makes the two figures equal in every snapshot."""
TABLES = "/corpus.json"
"""The same two figures in one answer, for which Datasette asks each table by itself."""


def published(folder: Path, run: int, **options: Any) -> PublishResult:
    """The snapshot that holds so many runs and as many replies; called with 1, 2, 3 …"""
    crawl(folder, [listing(range(1, run + 1)), item(run, day=1 + run % 28)], arguments=str(run))
    with Archive(folder / "archive.db", readonly=True) as archive:
        return publish(folder, archive, **options)


@dataclass
class Server:
    """A running `serve`."""

    process: subprocess.Popen[str]
    host: str
    port: int
    said: list[str] = field(default_factory=list)

    def ask(self, path: str, connection: http.client.HTTPConnection | None = None) -> Any:
        """The JSON at a path, on a connection of its own unless one is given; raises for anything but 200."""
        mine = connection or http.client.HTTPConnection(self.host, self.port, timeout=30)
        mine.request("GET", path)
        answer = mine.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer.status} {body[:300]!r}")
        if connection is None:
            mine.close()
        return json.loads(body)

    def runs(self) -> int:
        """The snapshot that is served, by its runs."""
        return int(self.ask(BOTH)[0]["runs"])

    def until(self, runs: int, seconds: float = 240) -> None:
        """Wait until the snapshot of so many runs is served."""
        end = time.monotonic() + seconds
        while self.runs() != runs:
            assert time.monotonic() < end, f"still {self.runs()}, not {runs}: {self.said}"
            time.sleep(0.05)

    def heard(self, words: str, seconds: float = 30) -> bool:
        """Whether the server says something on standard error before the time is up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if any(words in line for line in self.said):
                return True
            time.sleep(0.05)
        return False

    def children(self) -> list[int]:
        """Processes that the supervisor started and that run."""
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(one) for one in task.read_text().split()]


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Start `serve` on a free port; it is ended by SIGTERM and must end well."""
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from scraper.cli import main; main()",
            *("serve", "--data", str(folder), "--port", "0"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            said: list[str] = []
            errors = process.stderr
            listening = threading.Thread(target=lambda: said.extend(errors), daemon=True)
            listening.start()
            line = process.stdout.readline()
            found = re.search(r"http://\S+/", line)
            assert found, (line, said)
            address = urlsplit(found[0])
            yield Server(process, str(address.hostname), int(address.port or 0), said)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0, said
            listening.join(timeout=10)
        finally:
            process.kill()


@dataclass
class Load:
    """Clients of several kinds; what they saw and what went wrong."""

    server: Server
    seen: set[int] = field(default_factory=set)
    asked: int = 0
    failures: list[str] = field(default_factory=list)

    @contextmanager
    def running(self, clients: int = 3) -> Iterator[Load]:
        """Ask on kept connections, on fresh ones, and on a kept one with pauses, until the block ends."""
        end = threading.Event()
        threads = [
            threading.Thread(target=self._client, args=(end, number % 2 == 0, 0.01 * number))
            for number in range(clients)
        ]
        threads.append(threading.Thread(target=self._client, args=(end, True, 1.5)))
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            end.set()
            for thread in threads:
                thread.join(timeout=60)

    def _client(self, end: threading.Event, keep: bool, pause: float) -> None:
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=30)
        while not end.wait(pause):
            try:
                row = self._figures(connection if keep else None)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the client was failed
                self.failures.append(f"{type(error).__name__}: {error} (keep={keep}, pause={pause})")
                connection.close()
                continue
            self.asked += 1
            self.seen.add(row["runs"])
            if row["runs"] != row["replies"]:
                self.failures.append(f"mixed: {row}")
        connection.close()

    def _figures(self, connection: http.client.HTTPConnection | None) -> dict[str, int]:
        if self.asked % 2:
            row: dict[str, int] = self.server.ask(BOTH, connection)[0]
            return row
        counts = {table["name"]: table["count"] for table in self.server.ask(TABLES, connection)["tables"]}
        return {"runs": counts["crawls"], "replies": counts["replies"]}
