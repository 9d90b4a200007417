"""One command, disturbed at a moment of its life, and run again: does it end in the tables of an undisturbed one?

Commands run in forks of a process that has everything imported, so that what is killed is work and not start-up.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.archive import Archive
from pipelines.load import fingerprint
from scraper import settings
from scraper.cli import COMMANDS, cli
from tests.tables import TIMES, Rows, difference, tables

CONTACT = "tests@example.org"
PAGES = "outcome in ('ok', 'redirect', 'gone', 'soft_404') and role <> 'robots'"
"""Answers that brought what there is, of which none may be asked for again within a run."""
FILES = ("archive.db", "staging.db", "corpus.db")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    """Exit code; the number of the signal, negative, when it was killed."""
    out: str
    """Standard output and error."""
    seconds: float


def prepare() -> None:
    """Import in the parent what every fork needs; the reactor is not among it."""
    for name in COMMANDS:
        with contextlib.suppress(ImportError):
            __import__(f"scraper.cli.{name}")
    __import__("pipelines.publish.build")
    __import__("scraper.run")

    fingerprint()


def run(
    arguments: list[str],
    environment: Mapping[str, str] | None = None,
    watch: Callable[[int], None] | None = None,
    inside: Callable[[], None] | None = None,
) -> Done:
    """The command in a fork. `watch` is called with its process id while it runs; `inside` in the child, before."""
    read, write = os.pipe()
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(read)
        _child(write, arguments, environment or {}, inside)
    os.close(write)
    if watch is not None:
        watch(child)
    with os.fdopen(read, "rb") as stream:
        out = stream.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    return Done(os.waitstatus_to_exitcode(status), out, time.monotonic() - begin)


def _child(
    write: int, arguments: list[str], environment: Mapping[str, str], inside: Callable[[], None] | None
) -> None:
    code = 70
    try:
        os.dup2(write, 1)
        os.dup2(write, 2)
        sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
        os.environ.update(environment)
        importlib.reload(settings)  # it reads the environment when it is imported
        if inside is not None:
            inside()
        cli(arguments, prog_name="hubei-replies")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 -- the fork must never return into the parent's stack
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def kill_after(seconds: float) -> Callable[[int], None]:
    """A watcher that kills so many seconds after the start."""

    def watch(child: int) -> None:
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)

    return watch


def kill_at(data: Path, moment: str) -> Callable[[int], None]:
    """A watcher that kills after so many fetches, or when a publication begins, or when it moves to the new snapshot."""

    def reached() -> bool:
        if moment == "publishing":
            return any(data.glob(".corpus.db.*.tmp"))
        if moment == "switching":
            # The snapshot stands under its name; feeds, `current` and `corpus.db` are yet to come.
            return any((data / "snapshots").glob("[0-9a-f]*"))
        return fetched(data) >= int(moment)

    def watch(child: int) -> None:
        deadline = time.monotonic() + 60
        while not reached() and time.monotonic() < deadline:
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                return
            time.sleep(0.001)
        os.kill(child, signal.SIGKILL)

    return watch


def fetched(data: Path, condition: str = "true") -> int:
    """Fetches in the archive so far."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"file:{data / 'archive.db'}?mode=ro", uri=True)) as conn,
    ):
        return int(conn.execute(f"select count(*) from fetches where {condition}").fetchone()[0])
    return 0


@dataclass(frozen=True)
class Scene:
    """What is disturbed: a command over a state of the data, and the tables that it ends in."""

    name: str
    arguments: tuple[str, ...]
    proxy: str | None
    base: Path | None
    """Folder from which the data are copied; None: it begins with nothing."""
    kept: tuple[str, ...] = ()
    """Of the base, the files and folders that are copied."""

    def begin(self, data: Path) -> None:
        """Lay out the data."""
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        for name in self.kept:
            source = (self.base or data) / name
            if source.is_dir():
                shutil.copytree(source, data / name, symlinks=True)
            else:
                shutil.copy2(source, data / name)

    def call(
        self,
        data: Path,
        watch: Callable[[int], None] | None = None,
        inside: Callable[[], None] | None = None,
    ) -> Done:
        """Run the command."""
        environment = {"HUBEI_REPLIES_PROXY": self.proxy} if self.proxy else {}
        return run([*self.arguments, "--data", str(data)], environment, watch, inside)


def scenes(folder: Path, sites: Path, proxies: Mapping[int, str]) -> tuple[Scene, ...]:
    """A first crawl, a second one that meets changes, a publication, a rebuilding; makes what they begin from."""
    crawl = ("crawl", "--full", "--sites", str(sites), "--contact", CONTACT)
    first = Scene("crawl", crawl, proxies[1], None)
    base = folder / "base"
    _undisturbed(first, base)
    second = Scene("crawl again", crawl, proxies[2], base, (*FILES, "snapshots", "feeds"))
    later = folder / "later"
    _undisturbed(second, later)
    return (
        first,
        second,
        Scene("publish", ("publish",), None, later, ("archive.db", "staging.db")),
        Scene("rebuild", ("rebuild",), None, later, FILES),
    )


def _undisturbed(scene: Scene, data: Path) -> None:
    scene.begin(data)
    done = scene.call(data)
    if done.code != 0 or "答复 1" not in done.out:
        raise AssertionError(done.out)
    for name in FILES:  # one file each, without a log beside it
        with contextlib.closing(sqlite3.connect(data / name)) as conn:
            conn.execute("pragma wal_checkpoint(truncate)")


@dataclass(frozen=True)
class Reference:
    """An undisturbed run."""

    tables: dict[str, Rows]
    seconds: float
    bytes: int
    """Growth of the data folder."""
    pages: int
    """Fetches that brought what there is."""


def reference(scene: Scene, data: Path) -> Reference:
    """Run a scene to its end and keep what comes out."""
    scene.begin(data)
    before = _size(data)
    done = scene.call(data)
    if done.code != 0 or "答复 1" not in done.out:
        raise AssertionError(done.out)
    found = Reference(
        tables(data / "corpus.db", TIMES), done.seconds, _size(data) - before, fetched(data, PAGES)
    )
    wrong = differing(scene, data, found)
    if wrong:
        raise AssertionError(wrong)
    return found


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def recovered(scene: Scene, data: Path) -> list[str]:
    """Run the command once more; what went wrong, empty when it ended as it should."""
    again = scene
    if scene.proxy is not None and _is_published(data, len(_runs(scene))):
        # Killed on its last steps: another crawl would be another run.
        again = Scene(scene.name, ("publish",), None, None)
    done = again.call(data)
    if done.code not in (0, 1) or "已发布" not in done.out or "Traceback" in done.out:
        return [f"the next run ended with {done.code}: {done.out[-2000:]}"]
    return []


def _runs(scene: Scene) -> range:
    return range(2 if scene.kept else 1)


def _is_published(data: Path, run: int) -> bool:
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"file:{data / 'corpus.db'}?mode=ro", uri=True)) as conn,
    ):
        found = conn.execute("select finished_at from crawls where id = ?", (run,)).fetchone()
        return found is not None and found[0] is not None
    return False


def differing(scene: Scene, data: Path, wanted: Reference) -> list[str]:
    """What is not as after an undisturbed run: tables, soundness of the files, things left lying about."""
    found = difference(tables(data / "corpus.db", TIMES), wanted.tables)
    for name in FILES:
        with contextlib.closing(sqlite3.connect(f"file:{data / name}?mode=ro", uri=True)) as conn:
            found += [f"{name}: {row[0]}" for row in conn.execute("pragma integrity_check") if row[0] != "ok"]
    with Archive(data / "archive.db", readonly=True) as archive:
        verified = archive.verify()
    if not verified.ok:
        found.append(f"archive: {verified}")
    if fetched(data, PAGES) != wanted.pages:
        found.append(f"{fetched(data, PAGES)} pages were fetched, undisturbed {wanted.pages}")
    present = (data / "snapshots" / "current").resolve()
    if (present / "corpus.db").read_bytes() != (data / "corpus.db").read_bytes():
        found.append("corpus.db is not the present snapshot")
    left = [*data.glob(".corpus*"), *data.glob("*.new*"), *(data / "snapshots").glob(".*")]
    return found + [f"left behind: {path.name}" for path in left]
