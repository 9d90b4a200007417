"""The archive as WARC, back again, and archives of several machines in one: nothing lost, nothing twice."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from pipelines.archive import Archive, Fetch, Note
from pipelines.models import Issue
from pipelines.publish.build import publish
from scraper.cli import cli
from scraper.cli.chain import rebuild_staging
from tests.conftest import ROOT
from tests.gov.crawling import finish, start
from tests.gov.matrix import IMPATIENT, case
from tests.gov.server import serving
from tests.gov.town import Town
from tests.tables import TIMES, difference, tables

SEED = 1
PAIRS = [
    ("department", "soft_404"),
    ("city", "total_too_large"),
    ("portal", "redirect_inside"),
]
CASES = [case(number, pair, SEED) for number, pair in enumerate(PAIRS, start=1)]
SITES = {one.place.made.key: one.place.made.site for one in CASES}
PRELUDE = IMPATIENT.format(timeout=12.0)


def crawled(folders: dict[Path, list[str]], times: int = 1) -> None:
    """Into each folder its sites, so many times, and published; the folders at once."""
    with serving(Town([one.place for one in CASES])) as proxy:
        for _ in range(times):
            children = [
                start({key: SITES[key] for key in keys}, data, proxy, events=False, prelude=PRELUDE)
                for data, keys in folders.items()
            ]
            for child in children:
                finish(child)
    for data in folders:
        published(data)


def published(data: Path) -> None:
    with Archive(data / "archive.db", readonly=True) as archive:
        publish(data, archive)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of all sites, a note, an answer without a site and headers that no HTTP line can carry."""
    data = tmp_path_factory.mktemp("whole")
    crawled({data: list(SITES)}, times=2)
    with Archive(data / "archive.db") as archive:
        archive.note(Note(2, next(iter(SITES)), Issue("site_stopped", "停了", "error"), None))
        odd = (("x-odd", " 空 格\n"), ("transfer-encoding", "chunked"), ("content-type", "text/html"))
        archive.record(
            Fetch(
                2,
                "http://odd.invalid/ 页?a=\udc80",
                archive.moment(),
                299,
                odd,
                "error",
                "resource",
                error="异",
            ),
            b"\x00odd",
        )
    published(data)
    return data


def command(*arguments: str | Path) -> Any:
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def rows(path: Path, sql: str) -> list[Any]:
    with contextlib.closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql).fetchall()


CONTENT = (
    "select f.id, run_id, url, fetched_at, status, outcome, role, site, column_url, hex(sha256), headers,"
    " json_remove(context, '$.request'),"
    " part_of, error from fetches f left join bodies b on b.id = f.body order by f.id"
)
RUNS = "select * from runs order by id"
SENT = "select f.id, r.headers from fetches f join requests r on r.id = json_extract(f.context, '$.request') order by f.id"
NOTES = "select run_id, site, url, code, severity, message from notes order by id"


def same_archive(one: Path, other: Path) -> None:
    for sql in (RUNS, CONTENT, NOTES, SENT):
        assert rows(one, sql) == rows(other, sql)


class _Check:
    def __init__(self, *inputs: Path) -> None:
        self.inputs, self.verbose = [str(path) for path in inputs], True


# --- what must not happen --------------------------------------------------------------------------------------------


def test_an_export_never_overwrites_and_needs_an_archive(tmp_path: Path, whole: Path) -> None:
    file = tmp_path / "a.warc.gz"
    assert command("export", file, "--data", tmp_path / "none").exit_code == 3
    file.write_bytes(b"mine")
    done = command("export", file, "--data", whole)
    assert done.exit_code == 2
    assert "已经存在" in done.stderr
    assert file.read_bytes() == b"mine"
    assert command("export", tmp_path / "no" / "a.warc", "--data", whole).exit_code == 2


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_export_is_refused_from_the_damage_on_and_a_whole_one_mends_it(
    tmp_path: Path, whole: Path, damage: str
) -> None:
    file, data = tmp_path / "a.warc", tmp_path / "data"
    assert command("export", file, "--data", whole).exit_code == 0
    bytes_ = file.read_bytes()
    middle = bytes_.index(b"<p", len(bytes_) * 2 // 3)
    bad = tmp_path / "bad.warc"
    bad.write_bytes(bytes_[:middle] if damage == "cut" else bytes_[:middle] + b"<P" + bytes_[middle + 2 :])
    done = command("import", bad, "--data", data)
    assert done.exit_code == 3
    assert "文件不完整或被改动过" in done.stderr
    assert rows(data / "archive.db", "select count(*) from fetches")[0][0] > 0
    assert rows(data / "archive.db", "select distinct outcome from runs") == [("interrupted",)]
    again = command("import", file, "--data", data)
    assert again.exit_code == 0, again.stderr
    same_archive(whole / "archive.db", data / "archive.db")
    assert difference(tables(whole / "corpus.db"), tables(data / "corpus.db")) == []


def test_the_archive_of_the_folder_itself_is_refused(whole: Path) -> None:
    done = command("import", whole / "archive.db", "--data", whole)
    assert done.exit_code == 2
    assert "自己的归档" in done.stderr
    assert (whole / "staging.db").is_file()


# --- there and back --------------------------------------------------------------------------------------------------


def test_a_corpus_from_an_imported_export_is_the_original_row_for_row(tmp_path: Path, whole: Path) -> None:
    file, data = tmp_path / "a.warc.gz", tmp_path / "data"
    told = command("export", file, "--data", whole)
    assert told.exit_code == 0, told.stderr
    assert list(tmp_path.iterdir()) == [file]
    done = command("import", file, "--data", data)
    assert done.exit_code == 0, done.stderr
    same_archive(whole / "archive.db", data / "archive.db")
    assert difference(tables(whole / "corpus.db"), tables(data / "corpus.db")) == []
    again = command("import", file, "--data", data)
    assert "并入运行 0 次、应答 0 个" in again.stdout
    same_archive(whole / "archive.db", data / "archive.db")


def test_the_export_is_a_warc_to_others(
    tmp_path: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.warc.gz"
    command("export", file, "--data", whole)
    capsys.readouterr()
    assert Checker(_Check(file)).process_all() == 0
    said = capsys.readouterr().out
    assert said.count("digest pass") > 50
    assert "fail" not in said
    with file.open("rb") as source:
        found = [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Profile"),
                record.http_headers and record.http_headers.get_statuscode(),
            )
            for record in ArchiveIterator(source)
        ]
    kinds = {kind for kind, _, _ in found}
    assert {"warcinfo", "request", "response", "revisit", "metadata"} == kinds
    assert [kind for kind, _, _ in found[:2]] == ["warcinfo", "warcinfo"]
    profiles = {str(profile).rpartition("/")[2] for kind, profile, _ in found if kind == "revisit"}
    assert "identical-payload-digest" in profiles
    # The second run brought the same pages: their bytes stand in the file once.
    bodies = rows(whole / "archive.db", "select count(*) from bodies")[0][0]
    assert sum(kind == "response" for kind, _, _ in found) == bodies


def test_a_killed_merge_goes_on(tmp_path: Path, whole: Path) -> None:
    data = tmp_path / "data"
    code = (
        "import os, signal\n"
        "from pipelines.archive import merge, Archive\n"
        "import pipelines.archive.merging as m\n"
        "m.BATCH = 10\n"
        "keep, calls = Archive.adopt, []\n"
        "def adopt(self, *rest):\n"
        "    calls.append(1)\n"
        "    if len(calls) == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    keep(self, *rest)\n"
        "Archive.adopt = adopt\n"
        "from scraper.cli import main; main()"
    )
    told = [sys.executable, "-c", code, "import", str(whole / "archive.db"), "--data", str(data)]
    killed = subprocess.run(told, cwd=ROOT, capture_output=True, check=False, env=dict(os.environ))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert rows(data / "archive.db", "select count(*) from fetches") == [(30,)]
    done = command("import", whole / "archive.db", "--data", data)
    assert done.exit_code == 0, done.stderr
    assert "已有的 30 个" in done.stdout
    same_archive(whole / "archive.db", data / "archive.db")
    assert difference(tables(whole / "corpus.db"), tables(data / "corpus.db")) == []


# --- several machines ------------------------------------------------------------------------------------------------


def test_sites_sharded_over_machines_merge_into_the_corpus_of_one_crawler(
    tmp_path: Path,
) -> None:
    keys, one = list(SITES), tmp_path / "one"
    parts = [tmp_path / f"part{n}" for n in range(2)]
    crawled({one: keys, parts[0]: keys[::2], parts[1]: keys[1::2]})
    file = tmp_path / "part1.warc.gz"
    assert command("export", file, "--data", parts[1]).exit_code == 0
    merged, turned = tmp_path / "merged", tmp_path / "turned"
    done = command("import", parts[0] / "archive.db", file, "--data", merged)
    assert done.exit_code == 0, done.stderr
    # Into the archive of one of them, the later one first.
    shutil.copytree(parts[1], turned, symlinks=True)
    done = command("import", parts[0] / "archive.db", "--data", turned)
    assert done.exit_code == 0, done.stderr
    ours, theirs, other = (tables(path / "corpus.db", TIMES) for path in (merged, one, turned))
    assert difference(ours, other) == []
    assert len(ours.pop("crawls")) == 2
    assert len(theirs.pop("crawls")) == 1
    assert difference(ours, theirs) == []
    before = tables(merged / "corpus.db")
    rebuild_staging(merged)
    published(merged)
    assert difference(before, tables(merged / "corpus.db")) == []
