"""`python -m tests.score`: the tables on standard output; exit code 1 when a floor is missed or nothing is there."""

from __future__ import annotations

import sys

from tests.score import pages, real_folder, replies, titles


def main() -> int:
    """Print all scores."""
    folder = real_folder()
    if folder is None:
        print("HUBEI_REPLIES_REAL names no folder: nothing to score", file=sys.stderr)
        return 1
    titled = titles.score(folder)
    scored = [replies.score(folder), replies.score(folder, crawl=True)]
    print(titled.table())
    for score in scored:
        print(score.table())
    print(pages.score(folder).table())
    good = titled.rate >= titles.FLOOR and all(
        score.total.precision >= replies.FLOORS[0] and score.total.recall >= replies.FLOORS[1]
        for score in scored
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
