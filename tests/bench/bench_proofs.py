"""What is promised of several crawlers and of WARC is a proof, no ratio: the tests that prove it are run once more, so that
one table tells of every promise. A proof that is skipped, for want of redis-server or wget, has not been given.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from tests.bench.rows import Row

ROOT = Path(__file__).parents[2]
NOT_GIVEN = ("failure", "error", "skipped")
CLUSTER, WARC, FOREIGN = (
    f"tests/scraper/test_{name}.py::test_" for name in ("cluster", "warc", "foreign_warc")
)
PROOFS = {
    "three crawlers on one queue, one killed: each page once, no host asked twice at a time, the corpus of one": (
        f"{CLUSTER}three_crawlers_one_killed_give_the_corpus_of_one",
    ),
    "WARC of wget and of ours, and archives of several machines: the same corpus": (
        f"{FOREIGN}a_warc_of_wget_and_one_of_ours_give_the_same_corpus",
        f"{WARC}a_corpus_from_an_imported_export_is_the_original_row_for_row",
        f"{WARC}sites_sharded_over_machines_merge_into_the_corpus_of_one_crawler",
    ),
}


def measure() -> Iterator[Row]:
    """For each promise the share of its proofs that were given."""
    for name, tests in PROOFS.items():
        passed, said = given(tests)
        yield Row(name, passed / len(tests), least=1, note=said)


def given(tests: Sequence[str]) -> tuple[int, str]:
    """How many of the tests passed, and the last line that pytest printed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *tests],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout.strip().rpartition("\n")[2] or done.stderr.strip().rpartition("\n")[2]
        if not report.is_file():
            return 0, said
        cases = ElementTree.parse(report).iter("testcase")
        return sum(not any(case.find(bad) is not None for bad in NOT_GIVEN) for case in cases), said
