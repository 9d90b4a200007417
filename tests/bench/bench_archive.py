"""Room and time that a page takes in the archive, against gzip -6, in the same run.

    python -m tests.bench.bench_archive

Figures are CPU time of this process; believe the ratios, not the milliseconds.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import zstandard

from pipelines.archive import Archive, Fetch
from pipelines.archive.codec import LEVEL, Codec, make_dictionary
from pipelines.archive.training import SAMPLES
from tests.bench.prose import NoProse, newswire, pages

ROUNDS = 5


def main() -> int:
    """Print the table; 1 when the prose cannot be had."""
    try:
        made = list(pages(newswire()))
    except NoProse as error:
        print(f"没有可用于测量的真实文本：{error}", file=sys.stderr)
        return 1
    bodies = [body for _, body in made]
    print(f"{len(bodies)} pages, {sum(map(len, bodies)) / len(bodies) / 1000:.1f} KB each\n")
    _compression(bodies)
    _archive(made)
    return 0


def _compression(bodies: Sequence[bytes]) -> None:
    """Pages that the dictionary has not seen, each way, interleaved."""
    seen, unseen = bodies[:SAMPLES], bodies[SAMPLES:]
    start = time.process_time()
    content = make_dictionary(seen)
    making = time.process_time() - start
    codec = Codec(lambda _: content)
    trained = zstandard.train_dictionary(len(content), list(seen), k=2000, d=6)
    trained.precompute_compress(level=LEVEL)
    ways: dict[str, Callable[[bytes], bytes]] = {
        "gzip -6": lambda body: gzip.compress(body, 6),
        f"zstd -{LEVEL}": codec.compress,
        f"zstd -{LEVEL}, dictionary of zstd's trainer": zstandard.ZstdCompressor(
            level=LEVEL, dict_data=trained
        ).compress,
        f"zstd -{LEVEL}, our dictionary": lambda body: codec.compress(body, 1),
    }
    sizes = {name: sum(len(way(body)) for body in unseen) / len(unseen) for name, way in ways.items()}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.process_time()
            for body in unseen:
                way(body)
            times[name].append((time.process_time() - start) / len(unseen))
    base = "gzip -6"
    print(f"{'compressing one page':44}{'KB':>8}{'× gzip':>9}{'ms':>9}{'× gzip':>9}")
    for name in ways:
        spent, size = median(times[name]), sizes[name]
        print(
            f"{name:44}{size / 1000:8.2f}{size / sizes[base]:9.2f}{spent * 1000:9.3f}"
            f"{spent / median(times[base]):9.2f}"
        )
    print(f"making our dictionary ({len(content) // 1024} KB, once a template): {making * 1000:.0f} ms\n")


def _archive(made: Sequence[tuple[str, bytes]]) -> None:
    """The whole way: a first crawl, maintenance, then more pages; bytes of the file against gzip of the same bodies."""
    half = len(made) // 2
    zipped = sum(len(gzip.compress(body, 6)) for _, body in made)
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        run = archive.begin_run("{}", {}, "bench")
        cpu, wall = _record(archive, run.id, made[:half])
        start = time.process_time()
        done = archive.maintain()
        maintained = time.process_time() - start
        later_cpu, later_wall = _record(archive, run.id, made[half:])
        archive.end_run(run.id, "finished")
        archive.maintain()
        stats = archive.stats()
    print(f"archive.db, {len(made)} pages with headers, log, indexes and dictionary")
    print(
        f"  {stats.file_bytes / len(made) / 1000:8.2f} KB a page = {stats.file_bytes / zipped:.2f} × gzip -6 of the bodies alone"
    )
    print(
        f"  {stats.stored_bytes / len(made) / 1000:8.2f} KB a page of bodies = {stats.stored_bytes / zipped:.2f} × gzip -6"
    )
    print(
        f"  {cpu * 1000:8.2f} ms of CPU, {wall * 1000:.2f} ms in all to record a page before there is a dictionary"
    )
    print(f"  {later_cpu * 1000:8.2f} ms of CPU, {later_wall * 1000:.2f} ms in all after")
    print(
        f"  {maintained * 1000:8.0f} ms of CPU to maintain ({done.dictionaries} dictionary, {done.bodies} bodies anew)"
    )


def _record(archive: Archive, run_id: int, made: Sequence[tuple[str, bytes]]) -> tuple[float, float]:
    """CPU and wall seconds a page."""
    cpu, wall = time.process_time(), time.perf_counter()
    headers = (
        ("content-type", "text/html"),
        ("last-modified", "Mon, 02 Sep 2024 02:33:00 GMT"),
        ("server", "nginx"),
    )
    for url, body in made:
        archive.record(
            Fetch(
                run_id, url, "2026-11-24T02:30:00+08:00", 200, headers, "ok", "detail", "kjt",
                "https://kjt.demo.invalid/zfxxgk/jytabl/", {"row_title": "关于提案答复的函", "row_date": "2024-09-02"},
            ),
            body,
        )  # fmt: skip
    return (time.process_time() - cpu) / len(made), (time.perf_counter() - wall) / len(made)


if __name__ == "__main__":
    sys.exit(main())
