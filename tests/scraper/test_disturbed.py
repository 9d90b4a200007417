"""What happens to unattended crawls: stopped, doubled, their files damaged or lost, their clock set back."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines import storage
from pipelines.archive import Archive, Run
from pipelines.errors import Locked
from pipelines.load import Loader, StagingStale
from pipelines.models import Column, Site
from scraper import refill
from scraper.cli import chain
from scraper.cli.chain import rebuild_staging
from scraper.errand import Errand
from scraper.session import Options, Session
from tests.conftest import ROOT, hubei_replies
from tests.gov.crawling import CONTACT
from tests.gov.server import Answer, Government, serving
from tests.kill.town import BASE, DECLARATION, address, government
from tests.tables import TIMES, difference, tables

SITE = Site("kjt", "某厅", None, "420000", ("www.kjt.invalid",), "trs", (Column(BASE),), 0.0)


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.yaml"
    path.write_text(DECLARATION, "utf-8")
    return path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after one crawl; not to be written to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "sites.yaml").write_text(DECLARATION, "utf-8")
    with serving(government(1)) as proxy:
        done = crawl(folder / "sites.yaml", folder / "data", proxy)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "data"


@pytest.fixture
def crawled(tmp_path: Path, undisturbed: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(undisturbed, tmp_path / "data", symlinks=True))


def crawl(sites: Path, data: Path, proxy: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return hubei_replies(*arguments(sites, data), HUBEI_REPLIES_PROXY=proxy, **environment)


def arguments(sites: Path, data: Path) -> list[str | Path]:
    return ["crawl", "--full", "--sites", sites, "--contact", CONTACT, "--data", data]


def start(sites: Path, data: Path, proxy: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from scraper.cli import main; main()", *map(str, arguments(sites, data))],
        cwd=ROOT,
        env={**os.environ, "HUBEI_REPLIES_PROXY": proxy},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(place: Government, requests: int) -> None:
    deadline = time.monotonic() + 60
    while len(place.log) < requests:
        assert time.monotonic() < deadline
        time.sleep(0.005)


# --- stopped, doubled ---------------------------------------------------------------------------------------------


def test_a_second_crawl_says_who_works_and_ends(tmp_path: Path, sites: Path) -> None:
    place = government(1)
    place.delay = 1.0
    with serving(place) as proxy:
        first = start(sites, tmp_path / "data", proxy)
        wait_for(place, 1)
        second = crawl(sites, tmp_path / "data", proxy)
        place.delay = 0.0
        out, _ = first.communicate(timeout=60)
    assert second.returncode == 4
    assert re.search(rf"另一个进程（pid {first.pid}，采集，自 .* 起）", second.stderr)
    assert first.returncode == 0, out


@pytest.mark.soak
def test_stopped_once_it_ends_cleanly_and_keeps_everything(
    tmp_path: Path, sites: Path, crawled: Path
) -> None:
    place, data = government(1), tmp_path / "stopped"
    place.delay = 0.1
    with serving(place) as proxy:
        child = start(sites, data, proxy)
        wait_for(place, 6)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=60)
        assert child.returncode == 130, out
        assert "中断，再运行一次就接着来" in out
        assert not (data / "corpus.db").exists()
        place.delay = 0.0
        asked = place.counts()
        assert crawl(sites, data, proxy).returncode == 0
    again = {url for url in asked if place.counts()[url] > asked[url]} - {"http://www.kjt.invalid/robots.txt"}
    assert len(again) <= 1  # at most the one that was under way
    assert difference(tables(data / "corpus.db", TIMES), tables(crawled / "corpus.db", TIMES)) == []


def test_stopped_twice_it_ends_at_once(tmp_path: Path, sites: Path) -> None:
    place = government(1)
    place.answers[address(7)] = [Answer(b"x", fault="stall")]
    with serving(place) as proxy:
        child = start(sites, tmp_path / "data", proxy)
        wait_for(place, 8)
        child.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert child.poll() is None, "it waits for the page under way"
        child.send_signal(signal.SIGINT)
        begin = time.monotonic()
        out, _ = child.communicate(timeout=60)
        assert time.monotonic() - begin < 5
        assert child.returncode == 130, out
    with Archive(tmp_path / "data" / "archive.db", readonly=True) as archive:
        assert [run.ended_at for run in archive.runs()] == [None]
        assert archive.verify().ok


def test_stopped_while_it_rebuilds_the_old_staging_stays(crawled: Path) -> None:
    before = (crawled / "staging.db").read_bytes()
    prelude = (
        "import os, signal; import scraper.refill as refill; keep = refill.steps\n"
        # A shell without job control starts what it puts into the background deaf to SIGINT, and that is inherited.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def steps(*a, **k):\n"
        "    for n, item in enumerate(keep(*a, **k)):\n"
        "        if n == 3: os.kill(os.getpid(), signal.SIGINT)\n"
        "        yield item\n"
        "refill.steps = steps\n"
        f"import sys; sys.argv[1:] = ['rebuild', '--data', {str(crawled)!r}]\n"
        "from scraper.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", prelude], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 130, done.stderr
    assert "再运行一次就接着来" in done.stderr
    assert (crawled / "staging.db").read_bytes() == before


def test_staging_takes_its_place_only_with_all_that_was_written(
    crawled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the log of a database stays beside it when it is closed; moved without it, the file is half."""
    before = (crawled / "staging.db").read_bytes()
    monkeypatch.setattr(storage, "BUSY_SECONDS", 0.1)
    filled = refill.fill
    readers = []

    def watched(path: Path, *more: Any) -> int:
        Loader(path).close()
        reader = sqlite3.connect(path)
        readers.append(reader)
        reader.execute("begin")
        reader.execute("select count(*) from replies").fetchone()
        return filled(path, *more)

    monkeypatch.setattr(chain, "fill", watched)
    with pytest.raises(Locked, match="中间库"):
        rebuild_staging(crawled)
    readers[0].close()
    assert (crawled / "staging.db").read_bytes() == before
    assert list(crawled.glob("staging.new*")) == []


# --- lost and damaged -----------------------------------------------------------------------------------------------


def test_lost_staging_is_made_anew_before_anything_is_added(
    tmp_path: Path, sites: Path, crawled: Path
) -> None:
    (crawled / "staging.db").unlink()
    with pytest.raises(StagingStale):
        Session({"kjt": SITE}, crawled, Options(contact=CONTACT))
    with serving(government(2)) as proxy:
        done = crawl(sites, crawled, proxy)
    assert "没有中间库，先从归档重建" in done.stdout
    with closing(sqlite3.connect(crawled / "corpus.db")) as conn:
        assert conn.execute("select count(*) from replies").fetchone() == (12,)
        assert conn.execute("select count(*) from revisions where changed is not null").fetchone() == (1,)


def test_staging_that_was_killed_as_it_was_made_is_made_anew(sites: Path, crawled: Path) -> None:
    (crawled / "staging.db").unlink()
    sqlite3.connect(crawled / "staging.db").execute("pragma journal_mode = wal").connection.close()
    with serving(government(1)) as proxy:
        assert crawl(sites, crawled, proxy).returncode == 0


def test_a_run_that_nobody_resumes_is_loaded_before_it_is_closed(
    crawled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the two, the run would be closed and its pages would never reach staging."""
    with Archive(crawled / "archive.db") as archive:
        archive.begin_run("{}", {"other": "arguments"}, "test")
    order: list[object] = []
    begin = Archive.begin_run

    def replayed(archive: Archive, runs: set[int], **_: object) -> list[object]:
        order.append(runs)
        return []

    def began(archive: Archive, *told: Any) -> Run:
        order.append("begin")
        return begin(archive, *told)

    monkeypatch.setattr("scraper.session.replay", replayed)
    monkeypatch.setattr(Archive, "begin_run", began)
    Session({"kjt": SITE}, crawled, Options(contact=CONTACT)).close(finished=False)
    assert order == [{2}, "begin"]


def damage(data: Path, url: str) -> str:
    """Break the body of an address on the disk; its hash."""
    with closing(sqlite3.connect(data / "archive.db")) as conn, conn:
        number, digest = conn.execute(
            "select bodies.id, sha256 from fetches join bodies on bodies.id = body where url = ?", (url,)
        ).fetchone()
        conn.execute("update bodies set data = zeroblob(length(data)) where id = ?", (number,))
    return str(digest.hex())


def test_a_damaged_page_is_named_and_all_others_are_read(sites: Path, crawled: Path) -> None:
    digest = damage(crawled, address(4))
    done = hubei_replies("check", "--archive", "--data", crawled)
    assert done.returncode == 1
    assert "16 份正文里 1 份读不出来，其余完好" in done.stdout
    assert re.search(
        rf"{re.escape(address(4))}（第 1 次采集，.*SHA-256 {digest}）：没有别的存档", done.stdout
    )
    assert "从备份恢复 archive.db" in done.stdout
    refused = hubei_replies("backup", crawled / "copy.db", "--data", crawled)
    assert refused.returncode == 3
    assert not (crawled / "copy.db").exists()

    shown = hubei_replies("rebuild", "--data", crawled)
    assert shown.returncode == 0, shown.stderr
    with closing(sqlite3.connect(crawled / "corpus.db")) as conn:
        assert conn.execute("select count(*) from replies").fetchone() == (9,)
        assert conn.execute("select url, severity from issues where code = 'archive_damaged'").fetchall() == [
            (address(4), "error")
        ]
    done = hubei_replies("check", "--data", crawled)
    assert "1 个网页在归档里已损坏" in done.stdout

    with serving(government(1)) as proxy:  # the site still has it: it is put back in its place
        assert crawl(sites, crawled, proxy).returncode == 0
    done = hubei_replies("check", "--archive", "--data", crawled)
    assert done.returncode == 0, done.stdout
    with closing(sqlite3.connect(crawled / "corpus.db")) as conn:
        assert conn.execute("select count(*) from replies").fetchone() == (10,)


# --- the clock ------------------------------------------------------------------------------------------------------


@contextmanager
def closing_session(data: Path) -> Iterator[Session]:
    session = Session({"kjt": SITE}, data, Options(contact=CONTACT))
    try:
        yield session
    finally:
        session.close(finished=False)


def test_a_clock_that_was_set_back_makes_nothing_look_old(
    sites: Path, crawled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(crawled / "archive.db", readonly=True) as archive:
        newest = archive.latest()
    assert newest is not None
    monkeypatch.setattr("pipelines.archive.store.now", lambda: "1970-01-01T08:00:00+08:00")
    with closing_session(crawled) as session:
        body = government(2).answers[address(3)][0].body
        receipt = session.record(address(3), Errand("detail", SITE, BASE), "ok", status=200, body=body)
        assert receipt.fetched_at == newest
        assert session.archive.runs()[-1].started_at == newest
    rebuild_staging(crawled)
    with closing(sqlite3.connect(crawled / "staging.db")) as conn:
        # The edit counts although the clock says that it is older than what is known.
        assert conn.execute("select count(*) from revisions where changed is not null").fetchone() == (1,)


# --- backups --------------------------------------------------------------------------------------------------------


@pytest.mark.soak
def test_a_backup_taken_while_a_crawl_runs_gives_the_corpus_again(
    tmp_path: Path, sites: Path, crawled: Path
) -> None:
    wanted = tables(crawled / "corpus.db")
    copy = tmp_path / "copy.db"
    with Archive(crawled / "archive.db") as busy:
        busy.begin_run("{}", {}, "test")  # a crawl has the folder
        done = hubei_replies("backup", copy, "--data", crawled)
    assert done.returncode == 0, done.stderr
    assert "核对无误" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "data", "sites.yaml"]
    assert hubei_replies("backup", copy, "--data", crawled).returncode == 2

    shutil.rmtree(crawled)
    crawled.mkdir()
    shutil.copy(copy, crawled / "archive.db")
    done = hubei_replies("rebuild", "--data", crawled)
    assert done.returncode == 0, done.stderr
    ours = tables(crawled / "corpus.db")
    assert len(ours.pop("crawls")) == 1 + len(wanted.pop("crawls"))
    assert difference(ours, wanted) == []
    with serving(government(1)) as proxy:
        assert crawl(sites, crawled, proxy).returncode == 0
