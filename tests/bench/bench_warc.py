"""WARC → rows, against the extraction of the same pages by itself; Parquet into the corpus, against the WARC itself.

    python -m tests.bench.bench_warc

What the file, its decompression and the Parquet cost beside the reading is what another engine has to bear too.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from statistics import median

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.declare import dump_sites, parse_dump
from pipelines.models import Column, Page, Site
from pipelines.process import process
from scraper.batch import rows
from scraper.batch.parquet import write
from scraper.saved import import_pages
from tests.bench.rows import Row, table
from tests.bench.trs_pages import trs_page

PAGES = 400
ROUNDS = 3
COLUMN = "http://kj.demo.invalid/jytabl/"
SITE = Site("kj", "某科技局", None, "420000", ("kj.demo.invalid",), "trs", (Column(COLUMN),))
HTML = (("content-type", "text/html; charset=utf-8"),)


def measure() -> Iterator[Row]:
    """The two ratios, with pages a second of one core in the notes."""
    sites = parse_dump(dump_sites({SITE.key: SITE}))
    bodies = [trs_page(seed) for seed in range(PAGES)]
    urls = [f"{COLUMN}202409/t20240902_{number}.shtml" for number in range(PAGES)]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        warc, parquet = root / "a.warc.gz", root / "a.parquet"
        _write(warc, urls, bodies)

        def alone() -> None:
            for url, body in zip(urls, bodies, strict=True):
                assert (
                    process(Page(url, body, headers=HTML, site=sites["kj"], column=COLUMN)).reply is not None
                )

        def whole() -> None:
            assert write(parquet, rows(warc, sites, {})) == PAGES

        reading, writing = _medians([alone, whole])
        yield Row(
            "WARC.gz → Parquet / extraction of the same pages alone",
            writing / reading,
            most=1.5,
            note=f"{PAGES / writing:.0f} / {PAGES / reading:.0f} pages a second of a core",
        )
        again, extracted = _medians(
            [
                lambda: _import(warc, root, sites),
                lambda: _import(parquet, root, sites),
            ]
        )
        yield Row(
            "importing the Parquet / importing the WARC.gz",
            extracted / again,
            most=0.8,
            note=f"{extracted / PAGES * 1000:.2f} / {again / PAGES * 1000:.2f} ms a page",
        )


def _import(path: Path, root: Path, sites: dict[str, Site]) -> None:
    with tempfile.TemporaryDirectory(dir=root) as data:
        done = import_pages([path], sites, Path(data))
        assert done.outcomes["ok"] == PAGES, done


def _medians(ways: list[Callable[[], None]]) -> list[float]:
    """CPU seconds of each way, in turn."""
    spent: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for way, times in zip(ways, spent, strict=True):
            begun = time.process_time()
            way()
            times.append(time.process_time() - begun)
    return [median(times) for times in spent]


def _write(path: Path, urls: list[str], bodies: list[bytes]) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for url, body in zip(urls, bodies, strict=True):
            http = StatusAndHeaders("200 OK", list(HTML), protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", BytesIO(body), len(body), http_headers=http)
            )


if __name__ == "__main__":
    print(table(list(measure())))
    sys.exit(0)
