"""Servers to measure, each in a process of its own: ours as `hubei-replies serve` starts it, and Datasette as it comes."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sqlite_utils import Database

from pipelines import schema
from pipelines.publish.exports import write as exports
from pipelines.publish.site.settings import HARMLESS, OURS_ALONE
from pipelines.publish.snapshots import CORPUS, CURRENT, INSPECT, METADATA, SNAPSHOTS, store
from tests.conftest import ROOT

SAME = ("sql_time_limit_ms", "facet_time_limit_ms", "max_returned_rows", "truncate_cells_html")
"""Settings of ours that stock Datasette gets too, so that both do the same work; suggestions stay as they come: on."""
LONG = 600_000
"""Milliseconds: no facet is left out."""
_STOCK = "import sys; sys._called_from_test = True; from datasette.cli import cli; cli()"
"""Datasette 0.65 loads the plugins of its environment unless it believes itself under test; nothing else looks there."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """One that answers."""

    name: str
    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU of the process and of all that it started."""
        return _cpu(self.pid)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def put_away(built: Path, folder: Path) -> Path:
    """Make the built file the present snapshot of a data folder, as publication does, without copy and exports."""
    with patch.object(exports, "write", lambda _corpus, target, *_: target.mkdir() or []):
        snapshot, _ = store(folder, built, "measured", "measured", ())
    link = folder / SNAPSHOTS / CURRENT
    link.unlink(missing_ok=True)
    link.symlink_to(snapshot.name)
    return snapshot.path


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """`hubei-replies serve` over the present snapshot."""
    command = [
        sys.executable,
        "-c",
        "from scraper.cli import main; main()",
        "serve",
        "--data",
        str(folder),
        "--port",
        "0",
    ]
    with _running(command, {"PYTHONUNBUFFERED": "1"}) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r":(\d+)/", line)
        if found is None:
            raise RuntimeError(f"serve said: {line}")
        # Whatever it says later must not fill the pipe, which would stop it.
        threading.Thread(target=deque, args=(process.stdout, 0), daemon=True).start()
        yield Server("ours", int(found[1]), process.pid)


@contextmanager
def stock(snapshot: Path) -> Iterator[Server]:
    """Datasette without any plugin over the same file, immutable and counted, with the same metadata and canned queries."""
    settings = HARMLESS | OURS_ALONE
    options = [word for name in SAME for word in ("--setting", name, str(settings[name]))]
    files = [
        "-i",
        str(snapshot / CORPUS),
        "--inspect-file",
        str(snapshot / INSPECT),
        "-m",
        str(snapshot / METADATA),
    ]
    with _datasette("stock", [*files, *options]) as server:
        yield server


@contextmanager
def plain(database: Path, *, patient: bool) -> Iterator[Server]:
    """Datasette without any plugin over rows as `sqlite-utils` loads them; `patient`: with time for every facet."""
    options = ["--setting", "facet_time_limit_ms", str(LONG), "--setting", "sql_time_limit_ms", str(LONG)]
    with _datasette("plain", [str(database), *(options if patient else [])]) as server:
        yield server


@contextmanager
def _datasette(name: str, arguments: list[str]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-c", _STOCK, "serve", *arguments, "--port", str(port)]
    # It writes a line a request; a pipe that nobody reads would stop it.
    with _running(command, {}, subprocess.DEVNULL) as process:
        server = Server(name, port, process.pid)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with suppress(OSError):
                if server.get("/-/plugins.json") == (200, b"[]"):
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{name} does not answer, or has plugins")
        yield server


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], output: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        stdout=output,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS + sum(_cpu(int(one)) for one in children)


def load_plainly(corpus: Path, target: Path) -> Path:
    """The rows of `replies` as `sqlite-utils insert` makes a table of them: the body inline, no index."""
    names = schema.table("replies").names()
    with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?immutable=1", uri=True)) as conn:
        rows = (
            dict(zip(names, row, strict=True))
            for row in conn.execute(f"select {', '.join(names)} from replies order by id")
        )
        database = Database(target)
        database.table("replies").insert_all(rows, pk="id")
        database.close()
    return target


def settings_of(server: Server) -> dict[str, object]:
    """What a server goes by."""
    answer: dict[str, object] = json.loads(server.get("/-/settings.json")[1])
    return answer
