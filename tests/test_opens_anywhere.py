"""The corpus file opens in what people have: the sqlite3 shell, sqlite-utils, and a Datasette that never heard of us."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

STOCK_DATASETTE = """
import asyncio, json, sys
from importlib import metadata

found = metadata.distributions

def others(**arguments):
    return [one for one in found(**arguments) if one.metadata["Name"] != "hubei-replies"]

metadata.distributions = others
from datasette.app import Datasette
from datasette.plugins import pm

assert not any("pipelines" in str(plugin) for plugin in pm.get_plugins()), "our plugin is loaded"

async def main(path):
    client = Datasette([path]).client
    pages = {}
    for address in ("/", "/corpus", "/corpus/replies", "/corpus/replies.json?_shape=array&_size=3",
                    "/corpus/replies?_search=x&_fts_table=replies_fts&_fts_pk=search_id",
                    "/corpus/yearly_counts", "/corpus/pages"):
        pages[address] = (await client.get(address)).status_code
    word = await client.get(
        "/corpus/replies.json?_shape=array&_size=max&_search=%E6%8F%90%E6%A1%88&_fts_table=replies_fts&_fts_pk=search_id")
    print(json.dumps({"pages": pages, "word": len(word.json())}))

asyncio.run(main(sys.argv[1]))
"""


def run(*command: str | Path) -> str:
    """Standard output of a command that must succeed."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def replies(corpus: Path, condition: str = "true") -> int:
    """Replies in the corpus."""
    with closing(sqlite3.connect(corpus)) as conn:
        return int(conn.execute(f"select count(*) from replies where {condition}").fetchone()[0])


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="no sqlite3 shell on this machine")
def test_sqlite3_shell(demo_corpus: Path) -> None:
    assert int(run("sqlite3", demo_corpus, "select count(*) from replies")) == replies(demo_corpus) > 0
    query = "select count(*) from replies_fts where replies_fts match '提案'"
    expected = replies(demo_corpus, "title like '%提案%' or body_text like '%提案%'")
    assert int(run("sqlite3", demo_corpus, query)) == expected > 0


def test_readme_query_in_plain_python(demo_corpus: Path) -> None:
    with closing(sqlite3.connect(demo_corpus)) as conn:
        rows = conn.execute(
            "select replies.id, replies.title from replies_fts join replies on replies.search_id = replies_fts.rowid "
            "where replies_fts match '建议' limit 20"
        ).fetchall()
    assert rows


def test_sqlite_utils_counts_every_table(demo_corpus: Path) -> None:
    shown = json.loads(run(Path(sys.executable).with_name("sqlite-utils"), "tables", demo_corpus, "--counts"))
    counts = {row["table"]: row["count"] for row in shown}
    assert counts["replies"] == replies(demo_corpus)
    assert counts["replies_fts"] == replies(demo_corpus)


def test_datasette_without_our_plugin(demo_corpus: Path) -> None:
    told = json.loads(run(sys.executable, "-c", STOCK_DATASETTE, demo_corpus))
    assert set(told["pages"].values()) == {200}, told["pages"]
    assert told["word"] == replies(demo_corpus, "title like '%提案%' or body_text like '%提案%'") > 0


def test_nothing_in_the_file_needs_more_than_sqlite(demo_corpus: Path) -> None:
    with closing(sqlite3.connect(f"file:{demo_corpus}?mode=ro&immutable=1", uri=True)) as conn:
        assert conn.execute("pragma journal_mode").fetchone()[0] in {"delete", "off"}
        kinds = dict(conn.execute("select type, count(*) from sqlite_master group by type").fetchall())
        assert "trigger" not in kinds
        for (view,) in conn.execute("select name from sqlite_master where type = 'view'").fetchall():
            conn.execute(f'select * from "{view}"').fetchall()
        assert conn.execute("pragma integrity_check").fetchone()[0] == "ok"
    assert demo_corpus.read_bytes()[18:20] == b"\x01\x01", "the header says write-ahead log"
