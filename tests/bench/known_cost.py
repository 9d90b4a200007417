"""What a crawl costs before it asks for anything: reading what the archive knows, and deciding for one site.

    python -m tests.bench.known_cost FOLDER

A process by itself, for its memory; prints CPU seconds of the reading and of the plan, and bytes.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

from pipelines.archive import Archive
from pipelines.load import open_staging
from scraper.known import Known
from tests.bench.memory import peak
from tests.bench.scale_data import site


def main(folder: Path) -> None:
    """Measure and print."""
    begin = time.process_time()
    with (
        Archive(folder / "archive.db", readonly=True) as archive,
        closing(open_staging(folder / "staging.db", readonly=True)) as staging,
    ):
        known = Known(archive, staging, None)
        read = time.process_time()
        there = site(0)
        lists = {column.url: known.listed(column.url) for column in there.columns}
        visits = known.visits(there, date(2026, 11, 25), lists, set(), set())
        planned = time.process_time()
    told = {"read": read - begin, "plan": planned - read, "visits": len(visits), "rss": peak()}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
