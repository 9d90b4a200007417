"""What a reader's page costs in CPU, in the process that makes it, over a published folder.

    python -m tests.bench.pages_cost FOLDER

Prints `{page: milliseconds}`: the median of `TIMES` requests, none of an address that was asked before, so that none is
answered from what is kept.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from urllib.parse import quote

from pipelines.publish.serve.application import application
from pipelines.publish.snapshots import SNAPSHOTS
from tests.bench.bench_search import queries

TIMES = 15
FACETS = ("session_year", "agency", "place", "document_type")


def paths(corpus: Path) -> dict[str, list[str]]:
    """Name of a page → addresses of that kind."""
    with closing(sqlite3.connect(f"{corpus.absolute().as_uri()}?immutable=1", uri=True)) as conn:
        count = conn.execute("select count(*) from replies").fetchone()[0]
        words = queries(conn, count, TIMES, range(2, 9))
        chance = random.Random(3)
        numbers = [1 + chance.randrange(count) for _ in range(TIMES)]
        ids = [
            conn.execute("select id from replies where search_id = ?", (one,)).fetchone()[0]
            for one in numbers
        ]
    facets = "&".join(f"_facet={name}" for name in FACETS)
    return {
        "首页": [f"/?n={number}" for number in range(TIMES)],
        "表格页带分面": [f"/corpus/replies?{facets}&n={number}" for number in range(TIMES)],
        "答复页": [f"/corpus/replies/{one}" for one in ids],
        "检索页": [f"/search?q={quote(word)}" for word in words],
    }


async def costs(folder: Path) -> dict[str, float]:
    """Milliseconds of CPU of each page. Raises AssertionError for a page that is not given."""
    snapshot = folder / SNAPSHOTS / "current"
    corpus = (snapshot / "corpus.db").resolve()
    inspected = json.loads((snapshot / "inspect-data.json").read_text("utf-8"))
    site = application(corpus, snapshot / "metadata.json", inspected)
    await site.invoke_startup()
    out: dict[str, float] = {}
    for name, found in paths(corpus).items():
        spent = []
        for path in found:
            begin = time.process_time()
            answer = await site.client.get(path)
            spent.append(time.process_time() - begin)
            if answer.status_code != 200:
                raise AssertionError(f"{path}: {answer.status_code}")
        out[name] = median(spent) * 1000
    return out


def main(folder: Path) -> None:
    """Measure and print."""
    print(json.dumps(asyncio.run(costs(folder)), ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
