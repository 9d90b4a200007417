"""Extraction over WARC files elsewhere: plain functions give the same rows on any engine, and rows the same corpus."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

pytest.importorskip("pyarrow", reason="没有安装 hubei-replies[batch]")
pytest.importorskip("distributed", reason="没有安装 hubei-replies[batch]")

import pyarrow.parquet
from warcio.warcwriter import WARCWriter

import scraper.items
import scraper.reread
import scraper.saved.store
from pipelines.models import Site
from scraper.batch import SCHEMA_NAMES, listed, on_dask, parquet, rows
from scraper.batch.extract import merged
from tests.gov.personalities import KINDS, make
from tests.gov.town import Place
from tests.scraper.test_foreign_warc import command, declared
from tests.tables import TIMES, difference, tables

KIND_NAMES = ("department", "labels_gbk", "documents")
MADE = [make(KINDS[kind], kind.replace("_", "-"), number=n, rows=4) for n, kind in enumerate(KIND_NAMES, 1)]
SITES: dict[str, Site] = {one.key: one.site for one in MADE}


@pytest.fixture(scope="module")
def warcs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All pages of three sites, spread over two files so that lists and what they list are apart."""
    folder = tmp_path_factory.mktemp("warcs")
    files = [folder / "a.warc.gz", folder / "b.warc.gz"]
    with files[0].open("wb") as first, files[1].open("wb") as second:
        for one in MADE:
            place = Place(one)
            for path in place.pages:
                answer = place.page(path)
                out = first if "_" in path.rpartition("/")[2] else second
                kind = [("Content-Type", answer.content_type)] if answer.content_type else []
                write_page(out, f"http://{one.host}{path}", answer.body, kind)
    return files


def write_page(out: Any, url: str, body: bytes, headers: list[tuple[str, str]]) -> None:
    from io import BytesIO

    from warcio.statusandheaders import StatusAndHeaders

    writer = WARCWriter(out, gzip=True)
    http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
    dated = {"WARC-Date": "2026-11-20T01:00:00Z"}
    writer.write_record(
        writer.create_warc_record(
            url, "response", BytesIO(body), len(body), http_headers=http, warc_headers_dict=dated
        )
    )


@pytest.fixture(scope="module")
def imported(warcs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of the same files, imported here."""
    data = tmp_path_factory.mktemp("imported")
    file = declared(data / "sites.yaml", SITES)
    done = command("import", *warcs, "--sites", file, "--data", data)
    assert done.exit_code in (0, 1), done.stderr
    return data


@pytest.fixture(scope="module")
def parquets(warcs: list[Path], imported: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Made by two workers of a Dask cluster, each a process of its own."""
    out = tmp_path_factory.mktemp("parquets")
    told = [str(out), *map(str, warcs), "--workers", "2", "--sites", str(imported / "sites.yaml")]
    done = CliRunner().invoke(on_dask.main, told, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return sorted(out.glob("*.parquet"))


def load(data: Path, imported: Path, files: list[Path]) -> Any:
    return command("import", *files, "--sites", imported / "sites.yaml", "--data", data)


def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, imported: Path) -> None:
    foreign = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"url": ["http://x/"]}), foreign)
    done = load(tmp_path / "data", imported, [foreign])
    assert done.exit_code == 3
    assert "不是 hubei-replies 写的 Parquet" in done.stderr
    cut = tmp_path / "b.parquet"
    cut.write_bytes(foreign.read_bytes()[:-20])
    assert load(tmp_path / "data", imported, [cut]).exit_code == 3


def test_a_parquet_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Any]:
        yield from ()
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        parquet.write(tmp_path / "a.parquet", broken())
    assert list(tmp_path.iterdir()) == []


def test_two_workers_give_what_one_loop_gives(warcs: list[Path], parquets: list[Path]) -> None:
    lists = merged(listed(path, SITES) for path in warcs)
    alone = [row for path in warcs for row in rows(path, SITES, lists)]
    together = [row for path in parquets for row in parquet.read(path)]
    assert len(parquets) == len(warcs)
    assert together == alone
    replies = [row for row in together if row["document_type"] == "reply"]
    assert len(replies) > 10
    assert all(row["row_title"] and row["body_text"] and row["sha256"] for row in replies)
    assert pyarrow.parquet.read_schema(parquets[0]).names == list(SCHEMA_NAMES)


def test_rows_load_into_the_corpus_of_the_files_without_being_extracted_again(
    tmp_path: Path, imported: Path, parquets: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[str] = []
    keep = scraper.items.processed

    def processed(item: Any, *rest: Any) -> Any:
        again.append(item.page.url)
        return keep(item, *rest)

    monkeypatch.setattr(scraper.reread, "processed", processed)
    done = load(tmp_path, imported, parquets)
    assert done.exit_code in (0, 1), done.stderr
    ours, theirs = (tables(data / "corpus.db", TIMES) for data in (tmp_path, imported))
    assert difference(ours, theirs) == []
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as conn:
        count = conn.execute("select count(*) from replies").fetchone()[0]
    # Only what has its text in a file, or goes on at further pages, needs the archive.
    assert len(again) < count / 2
    # Rows of other rules are extracted again, whatever they say.
    again.clear()
    monkeypatch.setattr(scraper.saved.store, "fingerprint", lambda: "other rules")
    assert load(tmp_path / "other", imported, parquets).exit_code == done.exit_code
    assert len(again) >= count
    assert difference(tables(tmp_path / "other" / "corpus.db", TIMES), theirs) == []
