"""`make soak-year SEED=n`: a year on the test government, 365 daily runs, judged day by day."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.year.year import simulate


def main() -> None:
    """Print the table and the verdict; exit 1 when anything was missed, is false, or was asked for too often."""
    parser = argparse.ArgumentParser(prog="python -m tests.year")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = simulate(Path(folder), told.seed, told.days, print)
    print("\n".join(outcome.lines()))
    sys.exit(0 if outcome.good else 1)


if __name__ == "__main__":
    main()
