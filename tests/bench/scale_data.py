"""Data with so many replies of 600 characters, made once and kept: a folder with archive and staging, and a corpus of
replies with their search index.

    python -m tests.bench.scale_data REPLIES…

Bodies are sentences of the newswire (`prose`) in another order, so that pairs of characters are as frequent as in what
people write. The archive holds the log of fetches, without pages: what is measured here reads the log and staging.
Replies are loaded by `Loader`, and `hubei-replies publish` publishes the folder as after a crawl. Published, a million
replies take 9 GB, twice while they are made; so search is measured in a corpus that holds the replies alone.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from pipelines import schema
from pipelines.archive import Archive
from pipelines.declare import dump_sites
from pipelines.load import Loader, fingerprint
from pipelines.models import Column, FieldSource, Page, Processed, Reference, Reply, Site
from pipelines.publish import search
from tests.bench.memory import peak
from tests.bench.prose import newswire

ROOT = Path(os.environ.get("HUBEI_REPLIES_BENCH", "build/bench-scale"))
"""Where folders are kept; a million replies take 12 GB."""
CHARACTERS = 600
SITES = 40
BASE = "http://s{site}.demo.invalid/jytabl/"
TIME = "2026-11-24T02:30:00+08:00"


def site(number: int) -> Site:
    """One of the sites."""
    url = BASE.format(site=number)
    return Site(
        f"s{number}",
        f"示例{number}厅",
        None,
        "420000",
        (f"s{number}.demo.invalid",),
        "trs",
        (Column(url),),
        0.0,
    )


def sentences() -> list[str]:
    """Of the newswire, kept beside the folders. Raises NoProse."""
    kept = ROOT / "sentences.json"
    if not kept.is_file():
        found = [one for text in newswire() for one in re.findall(r"[^。]+。", text) if 8 < len(one) < 200]
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return list(json.loads(kept.read_text("utf-8")))


def body(chance: random.Random, stock: list[str], characters: int = CHARACTERS) -> str:
    """So many characters or a few more, in paragraphs."""
    parts: list[str] = []
    length = 0
    while length < characters:
        parts.append(chance.choice(stock))
        length += len(parts[-1])
    return "\n".join(parts)


def processed(number: int, stock: list[str], kind: str = "t") -> Processed:
    """What reading a page would give; the same number gives the same."""
    chance = random.Random(f"{kind}{number}")
    there = site(number % SITES)
    column = there.columns[0].url
    day = f"{2008 + chance.randrange(18)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    url = f"{column}{day[:4]}{day[5:7]}/{kind}{day.replace('-', '')}_{number}.shtml"
    proposal = str(1 + number % 900)
    title = f"关于省政协十三届二次会议第{proposal}号提案的答复"
    page = Page(url, b"", 200, (), TIME, there, column, "detail", title, day)
    reply = Reply(
        url=url,
        title=title,
        document_type="reply",
        references=(Reference("政协", "省", None, 13, 2, proposal, None, "提案"),),
        published_at=day,
        signed_on=day,
        publisher=there.name,
        body_text=body(chance, stock),
        sources={
            "title": FieldSource("meta", "meta.ArticleTitle"),
            "published_at": FieldSource("meta", "meta.PubDate"),
        },
    )
    return Processed(page, "ok", reply)


def folder(replies: int) -> Path:
    """A data folder with archive and staging, made where it is not there yet. Raises NoProse."""
    made = ROOT / str(replies)
    if not (made / "made.json").is_file():
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        (made / "made.json").write_text(json.dumps(_fill(made, replies), indent=1), "utf-8")
    # Rows of `Loader` stay what they are while rules of reading change; where its tables change, loading fails.
    with closing(sqlite3.connect(made / "staging.db")) as conn, conn:
        conn.execute("update state set value = ? where key = 'fingerprint'", (fingerprint(),))
    return made


def searchable(replies: int) -> Path:
    """A corpus with replies and their search index, made where it is not there yet. Raises NoProse."""
    path = ROOT / f"search-{replies}.db"
    if not path.is_file():
        stock = sentences()
        building = path.with_suffix(".new")
        building.unlink(missing_ok=True)
        with closing(sqlite3.connect(building, isolation_level=None)) as conn:
            conn.execute("pragma page_size = 8192")
            conn.execute("pragma journal_mode = off")
            conn.execute("begin")
            schema.create(conn)
            conn.executemany(
                "insert into replies(id, search_id, title, document_type, co_handlers, published_at, url, body_chars,"
                " body_text) values (?, ?, ?, 'reply', '[]', ?, ?, 600, ?)",
                (
                    (
                        f"r{number:012}",
                        number + 1,
                        item.reply.title,
                        _day(number / replies),
                        item.page.url,
                        item.reply.body_text,
                    )
                    for number in range(replies)
                    if (item := processed(number, stock)).reply is not None
                ),
            )
            search.build(conn)
            conn.execute("commit")
            conn.execute("analyze")
        building.replace(path)
    return path


def _day(share: float) -> str:
    """Replies stand in the index in order of publication."""
    return (date(2008, 1, 1) + timedelta(days=int(share * 6570))).isoformat()


def _fill(made: Path, replies: int) -> dict[str, float]:
    stock = sentences()
    _log(made, (processed(number, ["。"]).page for number in range(replies)))
    start = time.process_time()
    with Loader(made / "staging.db", batch=500) as loader:
        loader.conn.execute("pragma synchronous = normal")
        spent = 0.0
        for number in range(replies):
            item = processed(number, stock)
            begin = time.process_time()
            loader.load(item)
            spent += time.process_time() - begin
    return {
        "replies": replies,
        "load_cpu": spent,
        "fill_cpu": time.process_time() - start,
        "staging_bytes": (made / "staging.db").stat().st_size,
        "archive_bytes": (made / "archive.db").stat().st_size,
        "fill_rss": peak(),
    }


def _log(made: Path, pages: Iterator[Page]) -> None:
    """An archive with one run and its fetches, written at once."""
    sites = {f"s{number}": site(number) for number in range(SITES)}
    with Archive(made / "archive.db") as archive:
        run = archive.begin_run(dump_sites(sites), {}, "bench")
        archive.end_run(run.id, "ok")
    with closing(sqlite3.connect(made / "archive.db")) as conn, conn:
        conn.executemany(
            "insert into fetches (run_id, url, fetched_at, status, outcome, role, site, column_url, headers, context)"
            " values (?, ?, ?, 200, 'ok', 'detail', ?, ?, ?, ?)",
            (
                (
                    run.id,
                    page.url,
                    TIME,
                    page.site.key if page.site else None,
                    page.column,
                    '[["content-type", "text/html"]]',
                    json.dumps({"row_title": page.row_title, "row_date": page.row_date}),
                )
                for page in pages
            ),
        )


def published(made: Path) -> dict[str, float]:
    """CPU seconds and memory of `publish` in a process of its own, and the size of what it made."""
    cpu, rss, wall = command("publish", "--data", str(made), "--force", "--keep", "1")
    return {
        "publish_cpu": cpu,
        "publish_rss": rss,
        "publish_wall": wall,
        "corpus_bytes": (made / "corpus.db").stat().st_size,
    }


def command(*arguments: str) -> tuple[float, int, float]:
    """CPU seconds, greatest memory in bytes and seconds of a command and its children. Raises AssertionError."""
    begin = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", _TOLD, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise AssertionError(f"{arguments}: {said[-2000:]}")
    return used.ru_utime + used.ru_stime, int(said.rpartition("peak:")[2]), time.perf_counter() - begin


_TOLD = (
    "import atexit, sys; from tests.bench.memory import peak_of_all; from scraper.cli import main;"
    " atexit.register(lambda: print(f'peak:{peak_of_all()}', file=sys.stderr)); main()"
)
"""A command that says how much memory it took."""


def measured(module: str, folder: Path) -> dict[str, float]:
    """What a module of this package says of a folder, in a process of its own. Raises CalledProcessError."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{module}", str(folder)], stdout=subprocess.PIPE, check=True
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    for wanted in map(int, sys.argv[1:]):
        print(searchable(wanted), folder(wanted), flush=True)
