"""A crawl of one column into an empty folder, then the corpus made of it; prints the CPU seconds up to there, and the replies.

python -m tests.bench.whole_crawl URL FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from urllib.parse import urlsplit

from pipelines.archive import Archive
from pipelines.models import Column, Site
from scraper.run import crawl


def main(column: str, data: Path) -> None:
    """Crawl, load, publish."""
    site = Site(
        "bench", "示例省科学技术厅", None, None, (urlsplit(column).netloc,), "trs", (Column(column),), 0.0
    )
    crawl({site.key: site}, data, contact="bench@example.org")
    spent = getrusage(RUSAGE_SELF)
    # Not before: what publishing loads is no part of a crawl.
    from pipelines.publish.build import publish

    with Archive(data / "archive.db", readonly=True) as archive:
        published = publish(data, archive)
    print(json.dumps({"crawled": spent.ru_utime + spent.ru_stime, "replies": published.replies}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
