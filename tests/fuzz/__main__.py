"""`make fuzz SEED=1 COUNT=1000000`: titles, metadata lines and pages, mutated; ends with one line of counts.

Exit code 1 when anything raised, was slow, or gave a value without a source. A finding names its seed and chunk:
`python -m tests.fuzz --seed S --chunk C` runs that chunk alone.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterable
from functools import partial

from tests.fuzz.run import CHUNK, Chunk, Finding, run

ROUNDS = 40
"""Lines of progress in a run."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--chunk", type=int, default=None)
    return parser.parse_args()


def _told(one: Finding) -> str:
    return f"{one.problem} {one.kind} chunk {one.chunk}: {one.words}\n    {one.input}"


def _add(total: Chunk, chunks: Iterable[Chunk], wanted: int) -> None:
    begun, told = time.monotonic(), 0
    for chunk in chunks:
        total.inputs += chunk.inputs
        total.probes += chunk.probes
        total.replies += chunk.replies
        total.findings += chunk.findings
        for one in chunk.findings:
            print(_told(one), flush=True)
        if total.inputs * ROUNDS // wanted > told:
            told = total.inputs * ROUNDS // wanted
            spent = time.monotonic() - begun
            print(
                f"{total.inputs:>9} of {wanted}  {spent:6.0f} s  {len(total.findings)} findings", flush=True
            )


def main() -> int:
    """Run, report, and say with the exit code whether all was well."""
    options = _arguments()
    total = Chunk()
    if options.chunk is not None:
        _add(total, [run(options.seed, options.chunk)], CHUNK)
    else:
        numbers = range(-(-options.count // CHUNK))
        with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
            _add(total, pool.imap_unordered(partial(run, options.seed), numbers), len(numbers) * CHUNK)
    counts = {
        problem: sum(one.problem == problem for one in total.findings)
        for problem in ("exception", "slow", "unsourced")
    }
    print(f"{total.replies} replies read, growth measured {total.probes} times")
    print(
        f"fuzz: {total.inputs} inputs, {counts['exception']} exceptions, {counts['slow']} slow,"
        f" {counts['unsourced']} values without a source"
    )
    return 1 if total.findings else 0


if __name__ == "__main__":
    sys.exit(main())
