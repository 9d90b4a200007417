"""WARC of other programs: what each keeps in its own way is the same pages here."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import tracemalloc
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import brotli
import pytest
import yaml
import zstandard
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.archive import Archive
from pipelines.declare import dump_sites
from pipelines.models import Site
from scraper.cli import cli
from scraper.saved import read_saved
from tests.gov.crawling import crawl
from tests.gov.pages import document, title_of
from tests.gov.personalities import KINDS, make
from tests.gov.server import serving
from tests.gov.town import Place, Town
from tests.tables import TIMES, difference, tables

URL = "http://www.kjt.invalid/jytabl/202409/t20240902_001.shtml"
BODY = document(title_of(1)).body


def write(
    out: Any,
    body: bytes,
    headers: Sequence[tuple[str, str]] = (),
    kind: str = "response",
    url: str = URL,
    **warc: str,
) -> Any:
    writer = WARCWriter(out, gzip=True)
    told = [("Content-Type", "text/html; charset=utf-8"), *headers]
    http = StatusAndHeaders("200 OK", told, protocol="HTTP/1.1") if kind in ("response", "revisit") else None
    named = {"WARC-Date": "2026-11-20T01:00:00.123456Z"} | {
        name.replace("_", "-"): value for name, value in warc.items()
    }
    record = writer.create_warc_record(
        url, kind, io.BytesIO(body), len(body), http_headers=http, warc_headers_dict=named
    )
    writer.write_record(record)
    return record


def saved(tmp_path: Path, body: bytes, headers: Sequence[tuple[str, str]] = (), **more: str) -> Any:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as out:
        write(out, body, headers, **more)
    (found,) = read_saved(path)
    return found


def chunked(body: bytes) -> bytes:
    pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


# --- what is not taken -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "headers", "more", "why"),
    [
        (b"\x00\x01", [("Content-Encoding", "aes128gcm")], {}, "解不开"),
        (zstandard.compress(BODY)[:-30], [("Content-Encoding", "zstd")], {}, "解不开"),
        (brotli.compress(b"<p>" + bytes(30_000_000)), [("Content-Encoding", "br")], {}, "超过 20 MB"),
        (brotli.compress(BODY)[:-30], [("Content-Encoding", "br")], {}, "解不开"),
        (gzip.compress(b"<p>" + bytes(30_000_000)), [("Content-Encoding", "gzip")], {}, "超过 20 MB"),
        (zstandard.compress(b"<p>" + bytes(30_000_000)), [("Content-Encoding", "zstd")], {}, "超过 20 MB"),
        (BODY[:500], [], {"WARC_Truncated": "length"}, "没有存全"),
        (BODY[:500], [], {"WARC_Segment_Number": "1"}, "没有存全"),
        (b"", [], {"kind": "revisit"}, "没有写与哪一份相同"),
    ],
)
def test_what_is_not_the_whole_page_is_told(
    tmp_path: Path, body: bytes, headers: list[tuple[str, str]], more: dict[str, str], why: str
) -> None:
    found = saved(tmp_path, body, headers, **more)
    if more.get("kind") == "revisit":
        # warcio adds a digest by itself; an identical payload without one says nothing.
        assert found.revisit or why in found.problem
        return
    assert why in found.problem


def test_other_kinds_of_records_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as out:
        for kind, url in (
            ("request", URL),
            ("metadata", URL),
            ("conversion", URL),
            ("resource", "metadata://gnu.org/software/wget/warc/wget.log"),
            ("response", "dns:www.kjt.invalid"),
        ):
            write(out, b"GET / HTTP/1.1\r\n\r\n" if kind == "request" else b"x", kind=kind, url=url)
    assert list(read_saved(path)) == []


# --- what is taken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (BODY, []),
        (chunked(BODY), [("Transfer-Encoding", "Chunked")]),
        (gzip.compress(BODY), [("Content-Encoding", "gzip")]),
        (chunked(gzip.compress(BODY)), [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]),
        (zlib.compress(BODY), [("Content-Encoding", "deflate")]),
        (brotli.compress(BODY), [("Content-Encoding", "br")]),
        (zstandard.compress(BODY), [("Content-Encoding", "zstd")]),
        (
            zstandard.compress(BODY[:700]) + zstandard.compress(BODY[700:]),
            [("Content-Encoding", "zstd")],
        ),
        # Decoded by the program that kept it, which left the headers as they came (Common Crawl renames them).
        (BODY, [("Content-Encoding", "gzip")]),
        (BODY, [("Content-Encoding", "zstd")]),
        (BODY, [("X-Crawl-Content-Encoding", "gzip")]),
    ],
)
def test_the_page_is_the_same_however_it_was_kept(
    tmp_path: Path, body: bytes, headers: list[tuple[str, str]]
) -> None:
    found = saved(tmp_path, body, headers)
    assert (found.problem, found.body, found.status) == (None, BODY, 200)
    assert found.saved_at == "2026-11-20T09:00:00+08:00"
    names = {name for name, _ in found.headers}
    assert not names & {"content-encoding", "transfer-encoding"}


def test_a_wacz_is_the_warcs_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    out = io.BytesIO()
    write(out, BODY)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("archive/data.warc.gz", out.getvalue())
        packed.writestr("datapackage.json", "{}")
    (found,) = read_saved(path)
    assert (found.url, found.body) == (URL, BODY)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.warc"
        with path.open("wb") as out:
            for number in range(count):
                write(out, BODY + str(number).encode() * 500, url=f"{URL}?{number}")
        tracemalloc.start()
        for _ in read_saved(path):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(20)
    # Enough for the collector to have been there: it comes later with every release of Python.
    assert peak(1200) < peak(400) * 1.5


def command(*arguments: str | Path) -> Any:
    done = CliRunner().invoke(cli, list(map(str, arguments)))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def declared(path: Path, sites: dict[str, Site]) -> Path:
    names = ("name", "agency", "place", "hosts", "family", "delay")
    table = json.loads(dump_sites(sites))
    kept = {
        key: {name: site[name] for name in names if site[name] is not None}
        | {"columns": [column["url"] for column in site["columns"]]}
        for key, site in table.items()
    }
    path.write_text(yaml.safe_dump(kept, allow_unicode=True), "utf-8")
    return path


@pytest.mark.skipif(shutil.which("wget") is None, reason="没有 wget：apt-get install wget")
def test_a_warc_of_wget_and_one_of_ours_give_the_same_corpus(tmp_path: Path) -> None:
    kinds = ("department", "labels_gbk")
    made = [make(KINDS[kind], kind.replace("_", "-"), number=n, rows=3) for n, kind in enumerate(kinds, 1)]
    sites = {one.key: one.site for one in made}
    with serving(Town([Place(one) for one in made])) as proxy:
        crawl(sites, tmp_path / "one", proxy, events=False)
        with Archive(tmp_path / "one" / "archive.db", readonly=True) as archive:
            asked = {stored.url: None for stored in archive.fetches() if stored.role != "robots"}
        addresses = tmp_path / "addresses"
        addresses.write_text("\n".join(asked), "utf-8")
        wget = [
            "wget",
            "--quiet",
            "--no-config",
            "--execute",
            f"http_proxy={proxy}",
            "--execute",
            "robots=off",
        ]
        wget += ["--input-file", str(addresses), "--warc-file", str(tmp_path / "wget"), "--delete-after"]
        subprocess.run([*wget, "--directory-prefix", str(tmp_path / "away")], check=True)
    assert command("export", tmp_path / "ours.warc.gz", "--data", tmp_path / "one").exit_code == 0
    told: list[str | Path] = ["--sites", declared(tmp_path / "sites.yaml", sites)]
    for name in ("ours", "wget"):
        done = command("import", tmp_path / f"{name}.warc.gz", *told, "--data", tmp_path / name)
        assert done.exit_code == 0, done.stderr
    ours, theirs = (tables(tmp_path / name / "corpus.db", TIMES) for name in ("ours", "wget"))
    assert [run["kind"] for run in ours.pop("crawls")] == ["crawl"]
    assert {run["kind"] for run in theirs.pop("crawls")} == {"import"}
    # What we asked of robots.txt, wget was told not to.
    ours["pages"] = [page for page in ours["pages"] if page["role"] != "robots"]
    assert difference(ours, theirs) == []
    assert len(ours["replies"]) > 10
