"""`make bench-scale`: what is promised of a million replies.

    python -m tests.bench.scale [REPLIES]

The data is made once (`scale_data`): half an hour and 12 GB for a million, 20 GB more while they are published.
"""

from __future__ import annotations

import sys

from tests.bench import bench_load, bench_search
from tests.bench.prose import NoProse
from tests.bench.rows import table

REPLIES = 1_000_000


def main(replies: int) -> int:
    """Measure all; 1 when a bound is not held or the prose cannot be had."""
    try:
        rows = [*bench_search.measure(replies), *bench_load.measure(replies)]
    except NoProse as error:
        print(f"no real prose to measure with: {error}", file=sys.stderr)
        return 1
    held = sum(row.held for row in rows)
    print(table(rows))
    print(f"bench: {held} of {len(rows)} held")
    return 0 if held == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else REPLIES))
