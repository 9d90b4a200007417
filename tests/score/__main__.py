"""`python -m tests.score`: the tables on standard output; exit code 1 when a floor is missed or nothing is there."""

from __future__ import annotations

import importlib
import importlib.util
import sys

from tests.score import real_folder, replies, titles


def main() -> int:
    """Print all scores."""
    folder = real_folder()
    if folder is None:
        print("HUBEI_REPLIES_REAL names no folder: nothing to score", file=sys.stderr)
        return 1
    print(titles.score(folder).table())
    print(replies.score(folder).table())
    print(replies.score(folder, crawl=True).table())
    if importlib.util.find_spec("tests.score.pages"):
        pages = importlib.import_module("tests.score.pages")
        print(pages.score(folder).table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
