"""Room and time that pages take in the archive, against gzip -6 and WARC.gz of the same pages.

Counted is all of `archive.db`: bodies, dictionaries, headers, the log of fetches, indexes; and all the time from the first
record to the end of maintenance, with its writes to the disk.
"""

from __future__ import annotations

import gzip
import io
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.archive import Archive, Fetch
from pipelines.archive.codec import Codec, make_dictionary
from pipelines.archive.training import SAMPLES
from tests.bench.prose import NoProse, newswire, pages
from tests.bench.rows import Row

PAGES = 2_000
AT_MOST = 0.48
HEADERS = (
    ("content-type", "text/html"),
    ("last-modified", "Mon, 02 Sep 2024 02:33:00 GMT"),
    ("server", "nginx"),
)
COLUMN = "https://kjt.demo.invalid/zfxxgk/jytabl/"


def measure() -> Iterator[Row]:
    """Room against both; time of the codec against gzip, and of the whole archive against a WARC.gz written as safely."""
    room = "archive / {}, room"
    names = (
        room.format("gzip -6"),
        room.format("WARC.gz"),
        "compressing a page, dictionary made / gzip -6, CPU",
        "archive, each page durable / WARC.gz, each record durable, CPU",
    )
    bounds = (AT_MOST, AT_MOST, 1.0, 1.0)
    try:
        made = list(islice(pages(newswire()), PAGES))
    except NoProse as error:
        for name, most in zip(names, bounds, strict=True):
            yield Row(name, None, most=most, note=str(error))
        return
    zipped, zipping = _gzip(made)
    compressing = _compress([body for _, body in made])
    warc, writing = _warc(made)
    size, spent = _archive(made)
    pairs = ((size, zipped), (size, warc), (compressing, zipping), (spent, writing))
    for name, most, (ours, theirs) in zip(names, bounds, pairs, strict=True):
        unit, scale = ("ms", 1000) if "CPU" in name else ("KB", 0.001)
        each = [value / len(made) * scale for value in (ours, theirs)]
        yield Row(name, ours / theirs, most=most, note=f"{each[0]:.2f} / {each[1]:.2f} {unit} a page")


def _gzip(made: Sequence[tuple[str, bytes]]) -> tuple[int, float]:
    """Bytes and CPU seconds of the bodies alone."""
    start = time.process_time()
    size = sum(len(gzip.compress(body, 6)) for _, body in made)
    return size, time.process_time() - start


def _compress(bodies: Sequence[bytes]) -> float:
    """CPU seconds of the codec alone, the dictionary and the first pages twice included."""
    start = time.process_time()
    content = make_dictionary(bodies[:SAMPLES])
    codec = Codec(lambda _: content)
    for body in bodies[:SAMPLES]:
        codec.compress(body)
    for body in bodies:
        codec.compress(body, 1)
    return time.process_time() - start


def _warc(made: Sequence[tuple[str, bytes]]) -> tuple[int, float]:
    """Bytes and CPU seconds of a WARC file with one response record a page."""
    with tempfile.TemporaryFile() as out:
        start = time.process_time()
        writer = WARCWriter(out, gzip=True)
        for url, body in made:
            head = StatusAndHeaders("200 OK", list(HEADERS), protocol="HTTP/1.1")
            record = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head)
            writer.write_record(record)
            out.flush()
            os.fsync(out.fileno())
        return out.tell(), time.process_time() - start


def _archive(made: Sequence[tuple[str, bytes]]) -> tuple[int, float]:
    """Bytes and CPU seconds of the whole file."""
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        start = time.process_time()
        run = archive.begin_run("{}", {}, "bench")
        for url, body in made:
            archive.record(
                Fetch(
                    run.id, url, "2026-11-24T02:30:00+08:00", 200, HEADERS, "ok", "detail", "kjt", COLUMN,
                    {"row_title": "关于提案答复的函", "row_date": "2024-09-02"},
                ),
                body,
            )  # fmt: skip
            archive.settle()
        archive.end_run(run.id, "finished")
        archive.maintain()
        return archive.stats().file_bytes, time.process_time() - start
