"""What a power cut may take: nothing that something on the disk already refers to.

The system calls of a crawl and its publication, in their order: what was written and not brought to the disk (fsync) is
what a power cut takes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.archive import Archive
from pipelines.load import Loader
from pipelines.publish.build import publish
from tests.conftest import ROOT
from tests.gov.crawling import CONTACT
from tests.gov.server import serving
from tests.kill.town import DECLARATION, government
from tests.pipelines.load.make import item, listing
from tests.pipelines.resolve.chain import crawl

pytestmark = pytest.mark.no_cover

_CALL = re.compile(r"^\d+\s+(\w+)\((.*)$")
_FILE = re.compile(r"<([^<>]*)>")
_NAMES = re.compile(r'"([^"]*)"')


class Disk:
    """What is written and not yet on the disk, while the calls go by."""

    def __init__(self, data: Path) -> None:
        self.data = str(data)
        self.dirty: set[str] = set()
        self.unsettled: set[str] = set()
        """Folders in which a name was changed since they were brought to the disk."""
        self.renamed: list[str] = []
        self.staged = 0
        self.wrong: list[str] = []

    def write(self, path: str) -> None:
        if not path.startswith(self.data) or path.endswith(("-shm", ".lock")):
            return
        if path.endswith("/staging.db-wal"):
            self.staged += 1
            if f"{self.data}/archive.db-wal" in self.dirty or f"{self.data}/archive.db" in self.dirty:
                self.wrong.append("staging was written before the archive was on the disk")
        self.dirty.add(path)

    def sync(self, path: str) -> None:
        self.dirty.discard(path)
        self.unsettled.discard(path)

    def rename(self, old: str, new: str) -> None:
        if not new.startswith(self.data):
            return
        inside = {path for path in self.dirty if path == old or path.startswith(old + "/")}
        name = new.removeprefix(self.data + "/")
        public = re.fullmatch(r"corpus\.db|staging\.db|snapshots/[0-9a-f]{16}", name)
        if inside and public:
            self.wrong.append(f"{name} took its place before {sorted(inside)} were on the disk")
        if public:
            self.renamed.append(re.sub(r"[0-9a-f]{16}", "HASH", name))
            self.unsettled.add(str(Path(new).parent))
            if any(path.endswith("/staging.db-wal") for path in self.dirty):
                self.wrong.append(f"{name} took its place before staging was on the disk")
        self.dirty = {path for path in self.dirty if path not in inside} | {
            new + path[len(old) :] for path in inside
        }


def replayed(log: str, data: Path) -> Disk:
    disk = Disk(data)
    for line in log.splitlines():
        match = _CALL.match(line)
        if match is None or " = -1 " in line:
            continue
        call, rest = match[1], match[2]
        files = _FILE.findall(rest)
        if call in {"pwrite64", "write", "ftruncate"} and files:
            disk.write(files[0])
        elif call == "copy_file_range" and len(files) > 1:
            disk.write(files[1])
        elif call in {"fsync", "fdatasync"} and files:
            disk.sync(files[0])
        elif call.startswith("rename"):
            old, new = _NAMES.findall(rest)[:2]
            disk.rename(old, new)
    return disk


def test_the_judge_sees_each_mistake(tmp_path: Path) -> None:
    early = f'1 pwrite64(5<{tmp_path}/archive.db-wal>, "x"\n1 pwrite64(6<{tmp_path}/staging.db-wal>, "x"'
    assert replayed(early, tmp_path).wrong == ["staging was written before the archive was on the disk"]
    bare = f'1 write(5<{tmp_path}/.c.tmp>, "x"\n1 rename("{tmp_path}/.c.tmp", "{tmp_path}/corpus.db") = 0'
    assert "took its place before" in replayed(bare, tmp_path).wrong[0]
    good = bare.replace("\n1 rename", f"\n1 fsync(5<{tmp_path}/.c.tmp>) = 0\n1 rename")
    assert (replayed(good, tmp_path).wrong, replayed(good, tmp_path).unsettled) == ([], {str(tmp_path)})


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("command", ["crawl", "rebuild"])
def test_nothing_refers_to_what_a_power_cut_may_take(command: str, tmp_path: Path) -> None:
    data, sites, log = tmp_path / "data", tmp_path / "sites.yaml", tmp_path / "calls"
    sites.write_text(DECLARATION, "utf-8")
    crawl = ["crawl", "--full", "--sites", str(sites), "--contact", CONTACT, "--data", str(data)]
    python = [sys.executable, "-c", "from scraper.cli import main; main()"]
    calls = "trace=pwrite64,write,ftruncate,copy_file_range,fsync,fdatasync,rename,renameat,renameat2"
    traced = ["strace", "-f", "-y", "-s", "0", "-e", calls, "-o", str(log)]
    with serving(government(1)) as proxy:
        environment = {**os.environ, "HUBEI_REPLIES_PROXY": proxy}
        if command == "rebuild":
            subprocess.run([*python, *crawl], cwd=ROOT, env=environment, check=True, capture_output=True)
        arguments = crawl if command == "crawl" else ["rebuild", "--data", str(data)]
        done = subprocess.run(
            [*traced, *python, *arguments], cwd=ROOT, env=environment, check=False, capture_output=True
        )
    if not log.exists() or "ptrace" in done.stderr.decode(errors="replace"):
        pytest.skip("this machine does not let anybody be traced")
    assert done.returncode == 0, done.stderr.decode()
    disk = replayed(log.read_text("utf-8", "replace"), data)
    assert disk.wrong == []
    assert disk.unsettled == set()
    if command == "crawl":
        assert disk.staged > 0
        assert disk.renamed == ["snapshots/HASH", "corpus.db"]
    else:
        assert disk.renamed[0] == "staging.db"


def test_a_snapshot_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same of a publication, wherever nobody may trace."""
    crawl(tmp_path, [listing(range(1, 3), page_count=1), item(1)])
    order: list[tuple[str, str]] = []
    sync, rename, move = os.fsync, os.rename, os.replace

    def synced(handle: int) -> None:
        order.append(("sync", str(Path(f"/proc/self/fd/{handle}").readlink())))
        sync(handle)

    def renamed(old: str, new: str, **more: int) -> None:
        order.append(("rename", os.fspath(new)))
        rename(old, new, **more)

    def moved(old: str, new: str, **more: int) -> None:
        order.append(("rename", os.fspath(new)))
        move(old, new, **more)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    monkeypatch.setattr(os, "replace", moved)
    with Archive(tmp_path / "archive.db", readonly=True) as archive:
        result = publish(tmp_path, archive)
    steps = [(what, path.removeprefix(f"{tmp_path}/")) for what, path in order if "feeds" not in path]
    pid = os.getpid()
    fresh = f"snapshots/.new.{pid}"
    named = steps.index(("rename", f"snapshots/{result.snapshot}"))
    for name in ("corpus.db", "manifest.json", "SHA256SUMS"):
        assert steps.index(("sync", f"{fresh}/{name}")) < named
    assert steps.index(("sync", fresh)) < named < steps.index(("sync", "snapshots"))
    published = steps.index(("rename", "corpus.db"))
    assert steps.index(("sync", f".corpus.db.{pid}.tmp")) < published
    assert steps[published:].index(("sync", str(tmp_path))) == 1


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db") as archive, Loader(tmp_path / "staging.db") as loader:
        for connection in (archive._connection, loader.conn):
            assert connection.execute("pragma synchronous").fetchone() == (2,)  # FULL
            assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
