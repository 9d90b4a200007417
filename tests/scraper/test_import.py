"""Pages that a person saved in a browser: taken, refused, never twice, and the same in a rebuilt corpus."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.archive import Archive
from scraper.cli import cli
from scraper.saved import read_saved
from tests.conftest import ROOT, hubei_replies
from tests.gov.pages import CHALLENGE, document, listing, row, title_of
from tests.pipelines.read.files.make import docx
from tests.tables import difference, tables

BASE = "http://www.kjt.invalid/jytabl/"
SITES = """
kjt:
  name: 某厅网站
  hosts: ["www.kjt.invalid"]
  family: trs
  columns: ["http://www.kjt.invalid/jytabl/"]
shared_a:
  name: 某县甲局
  hosts: ["www.county.invalid"]
  family: trs
  columns: ["http://www.county.invalid/bm/jia/jytabl/"]
shared_b:
  name: 某县乙局
  hosts: ["www.county.invalid"]
  family: trs
  columns: ["http://www.county.invalid/bm/yi/jytabl/"]
"""


def detail(number: int) -> str:
    return f"{BASE}202409/t20240902_{number:03d}.shtml"


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    path = tmp_path / "sites.yaml"
    path.write_text(SITES, "utf-8")
    return path


def saved_html(path: Path, url: str, body: bytes) -> Path:
    path.write_bytes(f"<!DOCTYPE html>\n<!-- saved from url=({len(url):04d}){url} -->\n".encode() + body)
    return path


def saved_mhtml(path: Path, url: str, body: bytes) -> Path:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = url
    message["Date"] = "Tue, 24 Nov 2026 02:30:00 -0000"
    message["MIME-Version"] = "1.0"
    message.make_related()
    for where, content, kind in ((url + "?frame", b"<html>frame</html>", "html"), (url, body, "html")):
        part = EmailMessage()
        part.set_content(content, maintype="text", subtype=kind, cte="quoted-printable")
        part["Content-Location"] = where
        message.attach(part)
    path.write_bytes(message.as_bytes())
    return path


def response(
    writer: WARCWriter, url: str, body: bytes, status: str = "200 OK", kind: str = "text/html"
) -> Any:
    headers = StatusAndHeaders(status, [("Content-Type", kind), ("Set-Cookie", "a=b")], protocol="HTTP/1.1")
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        http_headers=headers,
        warc_headers_dict={"WARC-Date": "2026-11-20T01:00:00Z"},
    )
    writer.write_record(record)
    return record


def warc(path: Path, *, damaged: bool = False) -> Path:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=path.suffix == ".gz")
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "test"}))
        response(writer, BASE, listing(row(detail(1), title_of(1)) + row(detail(2), title_of(2))).body)
        first = response(writer, detail(1), document(title_of(1)).body)
        response(writer, detail(2), CHALLENGE.encode(), status="412 Precondition Failed")
        response(writer, f"{BASE}202409/P1.docx", docx(), kind="application/octet-stream")
        response(writer, "http://www.kjt.invalid/images/a.png", b"\x89PNG", kind="image/png")
        response(writer, "http://www.clone.invalid/t1.shtml", document(title_of(1)).body)
        digest = first.rec_headers.get_header("WARC-Payload-Digest")
        for url, known in ((detail(1), digest), (detail(3), digest), (detail(4), "sha1:" + "A" * 32)):
            moment = "2026-11-20T01:00:00Z"
            writer.write_record(
                writer.create_revisit_record(url, known, url, moment, warc_headers_dict={"WARC-Date": moment})
            )
    if damaged:
        path.write_bytes(path.read_bytes()[:-40])
    return path


def rows(data: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        return conn.execute(sql).fetchall()


@dataclass(frozen=True)
class Ran:
    """What the command said."""

    returncode: int
    stdout: str
    stderr: str


def run(data: Path, sites: Path, *arguments: str | Path) -> Ran:
    """The command in this process: starting one for each page would take most of the time."""
    done = CliRunner().invoke(
        cli, ["import", *map(str, arguments), "--sites", str(sites), "--data", str(data)]
    )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ran(done.exit_code, done.stdout, done.stderr)


# --- what is not taken -----------------------------------------------------------------------------------------------


def test_what_belongs_to_no_declared_site_is_listed_and_nothing_is_stored(
    tmp_path: Path, sites: Path
) -> None:
    data = tmp_path / "data"
    foreign = saved_html(tmp_path / "a.html", "http://www.clone.invalid/t1.shtml", document(title_of(1)).body)
    unknown = tmp_path / "b.html"
    unknown.write_bytes(document(title_of(2)).body)
    both = saved_html(
        tmp_path / "c.html", "http://www.county.invalid/x/t123.shtml", document(title_of(3)).body
    )
    local = saved_html(tmp_path / "d.html", "file:///C:/t1.shtml", document(title_of(4)).body)
    done = run(data, sites, foreign, unknown, both, local)
    assert done.returncode == 1
    assert "www.clone.invalid 不属于任何声明的网站" in done.stderr
    assert "请用 --url 指明" in done.stderr
    assert "这个主机属于几个网站（shared_a、shared_b），请用 --site 指明" in done.stderr
    assert "file:///C:/t1.shtml：不是网址" in done.stderr
    assert "收进归档 0 个，已有 0 个，没有收 4 个" in done.stdout
    with Archive(data / "archive.db", readonly=True) as archive:
        assert archive.stats().fetches == archive.stats().runs == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing.html",), 3),
        (("a.html", "--site", "none"), 2),
        (("a.html", "a.html", "--url", detail(1)), 2),
        (("a.html", "--at", "昨天"), 2),
        (("a.html", "--at", "2999-01-01"), 2),
        (("notes.txt",), 3),
    ],
)
def test_usage_is_told_with_the_documented_code(
    tmp_path: Path, sites: Path, arguments: tuple[str, ...], code: int
) -> None:
    saved_html(tmp_path / "a.html", detail(1), document(title_of(1)).body)
    (tmp_path / "notes.txt").write_text("记事", "utf-8")
    told = [str(tmp_path / part) if part.endswith((".html", ".txt")) else part for part in arguments]
    done = run(tmp_path / "data", sites, *told)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_a_challenge_is_recorded_as_blocked_and_is_no_reply(tmp_path: Path, sites: Path) -> None:
    data = tmp_path / "data"
    done = run(data, sites, saved_html(tmp_path / "a.html", detail(1), CHALLENGE.encode()))
    assert done.returncode == 1
    assert "被拦截 1" in done.stdout
    assert rows(data, "select outcome from pages") == [("blocked",)]
    assert rows(data, "select count(*) from replies") == [(0,)]


# --- what is taken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["html", "mhtml", "url"])
def test_a_saved_page_is_a_reply_and_who_saved_it_is_kept_in_private(
    tmp_path: Path, sites: Path, form: str
) -> None:
    data, body = tmp_path / "data", document(title_of(1)).body
    told: list[str | Path]
    if form == "mhtml":
        told = [saved_mhtml(tmp_path / "a.mht", detail(1), body)]
    elif form == "html":
        told = [saved_html(tmp_path / "a.html", detail(1), body)]
    else:
        (tmp_path / "a.html").write_bytes(body)
        told = [tmp_path / "a.html", "--url", detail(1)]
    done = run(data, sites, *told, "--by", "某某研究所", "--at", "2026-11-23T09:00")
    assert done.returncode == 0, done.stderr + done.stdout
    assert rows(data, "select title, url, signed_on from replies") == [(title_of(1), detail(1), "2024-07-23")]
    with Archive(data / "archive.db", readonly=True) as archive:
        (fetch,) = archive.fetches()
    when = "2026-11-24T10:30:00+08:00" if form == "mhtml" else "2026-11-23T09:00:00+08:00"
    assert fetch.fetched_at == when
    assert fetch.context["saved_by"] == "某某研究所"
    assert fetch.context["file"] == ("a.mht" if form == "mhtml" else "a.html")
    assert fetch.column == BASE
    assert rows(data, "select kind, ok from crawls") == [("import", 1)]
    assert "某某研究所".encode() not in (data / "corpus.db").read_bytes()


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_warc_gives_lists_documents_and_files(tmp_path: Path, sites: Path, name: str) -> None:
    data = tmp_path / "data"
    done = run(data, sites, warc(tmp_path / name))
    assert done.returncode == 1
    assert "收进归档 5 个（被拦截 1，取到 4），已有 1 个，没有收 2 个，图片、样式等 1 个未收" in done.stdout
    # A revisit has the bytes of whatever address it refers to; one that refers to nothing here is told.
    assert done.stderr.count("先前那一份不在这些文件里") == 1
    assert rows(data, "select role, outcome from pages order by 1, 2") == [
        ("attachment", "ok"),
        ("detail", "blocked"),
        ("detail", "ok"),
        ("detail", "ok"),
        ("list", "ok"),
    ]
    assert rows(data, "select url, last_seen_at from replies") == [(detail(1), "2026-11-20T09:00:00+08:00")]
    assert rows(data, "select rows_found, replies from columns") == [(2, 1)]


def test_nothing_is_stored_twice_and_a_rebuilt_corpus_is_the_same(tmp_path: Path, sites: Path) -> None:
    data = tmp_path / "data"
    file = warc(tmp_path / "a.warc")
    assert run(data, sites, file).returncode == 1
    before, size = tables(data / "corpus.db"), (data / "archive.db").stat().st_size
    again = run(data, sites, file)
    assert "收进归档 0 个，已有 6 个" in again.stdout
    assert (data / "archive.db").stat().st_size == size
    assert difference(before, tables(data / "corpus.db")) == []
    (data / "staging.db").unlink()
    assert hubei_replies("rebuild", "--data", data).returncode == 0
    assert difference(before, tables(data / "corpus.db")) == []


def test_a_file_that_breaks_off_gives_what_came_before(tmp_path: Path, sites: Path) -> None:
    done = run(tmp_path / "data", sites, warc(tmp_path / "a.warc.gz", damaged=True))
    assert done.returncode == 1
    assert rows(tmp_path / "data", "select count(*) from replies") == [(1,)]
    assert "Traceback" not in done.stderr


def test_a_killed_import_goes_on(tmp_path: Path, sites: Path) -> None:
    data = tmp_path / "data"
    files = [saved_html(tmp_path / f"{n}.html", detail(n), document(title_of(n)).body) for n in range(1, 4)]
    code = (
        "import os, signal, scraper.saved.store as store\n"
        "keep = store._Store._record\n"
        "def record(self, saved, *rest):\n"
        "    if '002' in saved.url: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    keep(self, saved, *rest)\n"
        "store._Store._record = record\n"
        "from scraper.cli import main; main()"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "import",
        *map(str, files),
        "--sites",
        str(sites),
        "--data",
        str(data),
    ]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env=dict(os.environ))
    assert killed.returncode == -signal.SIGKILL
    done = run(data, sites, *files)
    assert done.returncode == 0, done.stderr
    assert "收进归档 2 个（取到 2），已有 1 个" in done.stdout
    assert rows(data, "select count(*) from replies") == [(3,)]
    with Archive(data / "archive.db", readonly=True) as archive:
        assert [record.outcome for record in archive.runs()] == ["ok"]


def test_a_page_of_a_shared_host_goes_to_the_site_whose_column_it_stands_in(
    tmp_path: Path, sites: Path
) -> None:
    url = "http://www.county.invalid/bm/yi/jytabl/202409/t20240902_9.shtml"
    assert (
        run(
            tmp_path / "data", sites, saved_html(tmp_path / "a.html", url, document(title_of(9)).body)
        ).returncode
        == 0
    )
    assert rows(tmp_path / "data", "select site from replies") == [("shared_b",)]


def test_an_import_leaves_a_broken_crawl_to_be_resumed(tmp_path: Path, sites: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with Archive(data / "archive.db") as archive:
        archive.begin_run("{}", {"sites": ["kjt"]}, "test")
    assert (
        run(data, sites, saved_html(tmp_path / "a.html", detail(1), document(title_of(1)).body)).returncode
        == 0
    )
    with Archive(data / "archive.db", readonly=True) as archive:
        assert [record.outcome for record in archive.runs()] == [None, "ok"]


def test_a_file_is_taken_with_the_address_that_the_person_gives(tmp_path: Path, sites: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "附件.docx"
    file.write_bytes(docx())
    page = saved_html(
        tmp_path / "a.html",
        detail(1),
        document(title_of(1), '<p><a href="./P1.docx" appendix="true">附件.docx</a></p>').body,
    )
    assert run(data, sites, file).returncode == 1
    assert run(data, sites, file, "--url", f"{BASE}202409/P1.docx").returncode == 0
    assert run(data, sites, page).returncode == 0
    assert rows(data, "select format, text like '%清淤%' from attachments") == [("docx", 1)]
    assert rows(data, "select count(*) from replies") == [(1,)]


def test_pages_saved_with_singlefile_carry_their_address(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(
        b"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: http://a.invalid/t1.shtml \n saved date: x\n-->"
    )
    (saved,) = read_saved(path)
    assert saved.url == "http://a.invalid/t1.shtml"
    shutil.copy(path, tmp_path / "b.html")
    (given,) = read_saved(tmp_path / "b.html", "http://b.invalid/")
    assert given.url == "http://b.invalid/"
