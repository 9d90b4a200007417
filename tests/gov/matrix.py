"""Personalities × faults: each pair is a site of its own, and all of them are crawled at once."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.archive import Archive
from pipelines.publish.build import publish
from tests.gov.crawling import crawl
from tests.gov.faults import FAULTS
from tests.gov.judge import Case, Counted, judge
from tests.gov.personalities import KINDS, Layout, make
from tests.gov.server import serving
from tests.gov.town import Place, Town
from tests.gov.trouble import text_in_list

IMPATIENT = (
    "import scraper.pace, scraper.settings, scraper.spiders.replies; scraper.pace.MAX_BACKOFF = 0.1;"
    " scraper.spiders.replies.MAX_PAGE = 200_000;"
    " scraper.settings.DOWNLOAD_TIMEOUT = {timeout}; scraper.settings.AUTOTHROTTLE_TARGET_CONCURRENCY = 8.0"
)
"""A busy site is asked again at once, one that is silent is not waited for long, and one that floods not read for long."""
TIMEOUT = 12.0
"""Seconds; less than the silent and the endless answers last, more than a busy machine needs."""
WALKED_AWAY = frozenset(("stall", "drip", "flood", "endless_header"))
"""Faults in which the crawl hangs up on an answer that the server still believes to be giving."""
Pair = tuple[str, str]
"""Names of a personality and of a fault."""


def every_pair() -> list[Pair]:
    """The whole matrix."""
    return [(kind, fault) for fault in FAULTS for kind in KINDS]


def some_pairs(times: int = 1) -> list[Pair]:
    """Each fault with some personalities, going round, so that each personality meets as many."""
    kinds = list(KINDS)
    return [
        (kinds[(place * times + k) % len(kinds)], fault)
        for place, fault in enumerate(FAULTS)
        for k in range(times)
    ]


def case(number: int, pair: Pair, seed: int) -> Case:
    """The site of a pair."""
    kind, fault = pair
    key = f"{kind}-{fault}".replace("_", "-")[:40]
    made = make(KINDS[kind], key, number=number, seed=seed, rows=3)
    layout = Layout(made)
    trouble = FAULTS[fault](layout, random.Random(f"{seed} {kind} {fault}"))
    expected = trouble.expected
    if made.kind.listing == "json_text":
        expected = text_in_list(layout, expected)
    return Case(Place(made, trouble.react), expected)


def crawl_cases(cases: Sequence[Case], data: Path, timeout: float = TIMEOUT) -> tuple[Town, dict[str, Any]]:
    """Crawl the sites into `data` and publish; the server and the result of the crawl."""
    town = Town([one.place for one in cases])
    sites = {one.place.made.key: one.place.made.site for one in cases}
    with serving(town) as proxy:
        result = crawl(sites, data, proxy, 3600, events=False, prelude=IMPATIENT.format(timeout=timeout))
    with Archive(data / "archive.db", readonly=True) as archive:
        publish(data, archive)
    return town, result


def run(pairs: Sequence[Pair], seed: int, timeout: float = TIMEOUT) -> Counted:
    """Crawl the sites of all pairs and judge them; `timeout` in seconds, more for many pairs and a busy machine."""
    cases = [case(number, pair, seed) for number, pair in enumerate(pairs, start=1)]
    with tempfile.TemporaryDirectory() as folder:
        town, result = crawl_cases(cases, Path(folder), timeout)
        counted = judge(Path(folder) / "corpus.db", cases, result)
    wrong = list(counted.wrong)
    if "Traceback" in result["log"]:
        wrong.append(f"log: {result['log'][-2000:]}")
    if town.strangers:
        wrong.append(f"hosts outside of the declarations were asked: {dict(town.strangers)}")
    for one, (_, fault) in zip(cases, pairs, strict=True):
        system = ".".join(one.place.made.host.split(".")[-2:])
        if town.most_at_once[system] > 1 and fault not in WALKED_AWAY:
            wrong.append(f"{one.place.made.key}: asked for two things at once")
    return Counted(counted.expected, counted.found, tuple(wrong))
