"""Real pages behind a plain file server are crawled with a declaration of a few lines: everything archived, replies told."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import hubei_replies

REAL = os.environ.get("HUBEI_REPLIES_REAL")
pytestmark = pytest.mark.skipif(not REAL, reason="HUBEI_REPLIES_REAL names no folder of real cases")

FIELDS = ("title", "index_number", "document_number", "publisher", "category", "issued_on")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is the library's
        """The test tells what matters."""


@pytest.fixture(scope="module")
def pages() -> Path:
    return Path(REAL or "") / "pages"


@pytest.fixture(scope="module")
def corpus(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("real")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(pages)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{server.server_address[1]}"
    declared = data / "sites.yaml"
    declared.write_text(
        f"local:\n  name: 本机目录\n  hosts: ['{address}']\n  family: general\n  delay: 0\n  columns: ['http://{address}/']\n",
        encoding="utf-8",
    )
    done = hubei_replies("crawl", "--sites", declared, "--contact", "tests@example.org", "--data", data)
    server.shutdown()
    server.server_close()
    assert done.returncode == 0, done.stdout + done.stderr
    return data / "corpus.db"


def rows(corpus: Path, sql: str) -> list[dict[str, Any]]:
    """Rows as dictionaries."""
    with closing(sqlite3.connect(corpus)) as conn:
        conn.row_factory = sqlite3.Row
        return [dict(row) for row in conn.execute(sql)]


def answers() -> dict[str, dict[str, Any]]:
    """By file name."""
    lines = (Path(REAL or "") / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["file"]: row for row in map(json.loads, lines)}


def test_every_page_is_archived_byte_for_byte(corpus: Path, pages: Path) -> None:
    from pipelines.archive import Archive

    with Archive(corpus.with_name("archive.db"), readonly=True) as archive:
        kept = {
            stored.url.rpartition("/")[2]: archive.body(stored.sha256)
            for stored in archive.fetches()
            if stored.role == "detail" and stored.sha256
        }
    assert kept == {path.name: path.read_bytes() for path in pages.iterdir()}


def test_replies_are_the_replies_and_nothing_else(corpus: Path) -> None:
    found = {row["url"].rpartition("/")[2]: row for row in rows(corpus, "select * from replies")}
    wanted = {name: row for name, row in answers().items() if row["document_type"] == "reply"}
    assert found.keys() == wanted.keys()
    for name, row in wanted.items():
        assert {field: found[name][field] for field in FIELDS} == {field: row[field] for field in FIELDS}
        assert found[name]["published_at"][:10] == row["published_on"]


def test_the_others_are_pages_only(corpus: Path, pages: Path) -> None:
    known = rows(corpus, "select url, outcome, reply_id from pages where role = 'detail'")
    assert len(known) == sum(1 for _ in pages.iterdir())
    assert {row["outcome"] for row in known} == {"ok"}
    assert sum(row["reply_id"] is not None for row in known) == len(rows(corpus, "select id from replies"))
    assert rows(corpus, "select * from attachments") == []
