"""`make bench`: every measurement, one after the other, each as ratios within its own run."""

from __future__ import annotations

import sys

from tests.bench import bench_archive, bench_extract

MEASUREMENTS = (bench_extract, bench_archive)


def main() -> int:
    """Run all; 1 when one of them could not measure."""
    failed = 0
    for measurement in MEASUREMENTS:
        print(f"\n## {measurement.__name__.rpartition('.')[2]}\n", flush=True)
        failed += measurement.main() != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
