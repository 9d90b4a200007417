"""`make soak-gov SEED=n`: the whole matrix, hostile answers, and a crawl of the whole test government.

Ends with one line, `gov: found F of E replies, R of C columns reconciled, W wrong outcomes`, and exits with 1 when anything
is wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.gov import hostile, matrix, whole
from tests.gov.faults import FAULTS
from tests.gov.personalities import KINDS

PAIRS_AT_ONCE = 200
"""Sites of one crawl of the matrix; a crawl has 64 answers under way at most."""
TIMEOUT = 20.0
"""Seconds that a silent site is waited for in the matrix."""
MAX_PEAK = 400_000_000
"""Bytes of resident memory that no crawl may exceed."""


def main() -> int:
    """Run all parts; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.gov")
    parser.add_argument("seed", nargs="?", type=int, default=1)
    parser.add_argument("--hosts", type=int, default=whole.HOSTS)
    parser.add_argument("--replies", type=int, default=whole.REPLIES)
    parser.add_argument("--large", type=int, default=whole.LARGE, help="replies of the largest site")
    parser.add_argument("--pairs", type=int, default=None, help="only so many pairs of the matrix")
    told = parser.parse_args()
    wrong: list[str] = []
    expected, found = _matrix(told.seed, told.pairs, wrong)
    _hostile(wrong)
    crawled = _whole(told.seed, told.hosts, told.replies, told.large, wrong)
    for line in wrong[:100]:
        print(f"  wrong: {line[:400]}")
    print(
        f"gov: found {found + crawled.found} of {expected + crawled.replies} replies,"
        f" {crawled.reconciled} of {crawled.columns} columns reconciled, {len(wrong)} wrong outcomes"
    )
    complete = found == expected and crawled.found == crawled.replies
    return 1 if wrong or not complete or crawled.reconciled != crawled.columns else 0


def _matrix(seed: int, limit: int | None, wrong: list[str]) -> tuple[int, int]:
    pairs = matrix.every_pair()[:limit]
    expected = found = 0
    begun = time.monotonic()
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        counted = matrix.run(pairs[start : start + PAIRS_AT_ONCE], seed, TIMEOUT)
        expected, found = expected + counted.expected, found + counted.found
        wrong += counted.wrong
    print(
        f"matrix: {len(KINDS)} personalities × {len(FAULTS)} faults, {len(pairs)} pairs, seed {seed}:"
        f" found {found} of {expected} replies that can be had, {len(wrong)} wrong, {time.monotonic() - begun:.0f} s",
        flush=True,
    )
    return expected, found


def _hostile(wrong: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = hostile.run(Path(folder))
    wrong += found.wrong
    if found.peak > MAX_PEAK:
        wrong.append(f"hostile answers took {found.peak} bytes of memory")
    print(
        f"hostile: {found.sites} sites, {found.requests} requests, {found.seconds:.0f} s,"
        f" memory peak {found.peak / 1e6:.0f} MB, archive {found.size / 1e6:.1f} MB, {len(found.wrong)} wrong",
        flush=True,
    )


def _whole(seed: int, hosts: int, replies: int, large: int, wrong: list[str]) -> whole.Crawled:
    with tempfile.TemporaryDirectory() as folder:
        crawled = whole.run(seed, Path(folder), whole.government(seed, hosts, replies, large))
    wrong += crawled.wrong
    if crawled.peak > MAX_PEAK:
        wrong.append(f"the crawl took {crawled.peak} bytes of memory")
    print(
        f"whole: {crawled.hosts} hosts, {crawled.replies} replies, {crawled.requests} requests in {crawled.seconds:.0f} s"
        f" ({crawled.requests / crawled.seconds:.0f} a second), publishing {crawled.publishing:.0f} s,"
        f" memory peak {crawled.peak / 1e6:.0f} MB, archive {crawled.size / 1e6:.1f} MB",
        flush=True,
    )
    return crawled


if __name__ == "__main__":
    sys.exit(main())
