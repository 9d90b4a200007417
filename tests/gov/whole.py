"""The whole test government in good health: at least forty hosts and twenty thousand replies, crawled and reconciled."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipelines.archive import Archive
from pipelines.publish.build import publish
from scraper.demo.verify import verify
from tests.gov.crawling import crawl
from tests.gov.personalities import KINDS, Kind, Made, make
from tests.gov.server import serving
from tests.gov.town import Place, Town

HOSTS = 44
REPLIES = 20_400
LARGE = 10_000
"""Rows of the largest site, in one column of many pages."""
ROWS = 20
FAST = "import scraper.settings; scraper.settings.AUTOTHROTTLE_TARGET_CONCURRENCY = 64.0"
"""The test hosts have no delay declared, and one processor for all of them: to wait for as long as an answer took would
measure nothing but itself."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """What came of it."""

    replies: int
    """That the declarations contain."""
    found: int
    columns: int
    reconciled: int
    wrong: tuple[str, ...]
    hosts: int
    requests: int
    seconds: float
    publishing: float
    """Seconds."""
    peak: int
    """Resident memory of the crawl at its greatest, bytes."""
    size: int
    """Bytes of the archive."""


def government(seed: int, hosts: int = HOSTS, replies: int = REPLIES, large: int = LARGE) -> list[Made]:
    """Sites of all kinds in turn; the first carries `large` replies, the others share the rest, some with two columns."""
    kinds: Sequence[Kind] = list(KINDS.values())
    share, extra = divmod(replies - large, hosts - 1)
    made = []
    number = 1
    for place in range(hosts):
        kind = kinds[place % len(kinds)]
        count = large if place == 0 else share + (place <= extra)
        others, columns = max(1, count // 50), 2 if place % 7 == 3 else 1
        key = f"{kind.name}-{place}".replace("_", "-")
        made.append(
            make(kind, key, number=number, seed=seed, count=count, others=others, rows=ROWS, columns=columns)
        )
        number += -(-(count + others * columns) // 100)
    return made


def run(seed: int, data: Path, made: Sequence[Made] | None = None, patience: float = 3600) -> Crawled:
    """Crawl everything into `data`, publish, and hold every value of every page against what was declared."""
    made = government(seed) if made is None else made
    shutil.rmtree(data, ignore_errors=True)
    town = Town([Place(one) for one in made])
    begun = time.monotonic()
    with serving(town) as proxy:
        result = crawl({one.key: one.site for one in made}, data, proxy, patience, prelude=FAST, events=False)
    seconds = time.monotonic() - begun
    begun = time.monotonic()
    with Archive(data / "archive.db", readonly=True) as archive:
        published = publish(data, archive)
    publishing = time.monotonic() - begun
    verdict = verify(data / "corpus.db", tuple(answer for one in made for answer in one.answers()), ())
    wrong = [str(difference) for difference in verdict.differences]
    wrong += [f"{gate.name}: {gate.message}" for gate in published.gates if not gate.ok]
    wrong += [f"{key}: {site['issues']}" for key, site in result["sites"].items() if not site["complete"]]
    wrong += [f"a stranger was asked: {host}" for host in town.strangers]
    wrong += [f"{system}: {most} at once" for system, most in town.most_at_once.items() if most > 1]
    if "Traceback" in result["log"]:
        wrong.append(result["log"][-2000:])
    with closing(sqlite3.connect(data / "corpus.db")) as conn:
        columns, reconciled = conn.execute(
            "select count(*), sum(reconciled = 1 and documents_missing = 0) from columns"
        ).fetchone()
        replies, documents = conn.execute(
            "select (select count(*) from replies), (select sum(documents) from column_years)"
        ).fetchone()
        wrong += [
            f"issue: {row}" for row in conn.execute("select site, code, url, message from issues limit 20")
        ]
        listed = sum(len(one.personality.documents) * (2 if one.kind.twins else 1) for one in made)
        if documents != listed:
            wrong.append(f"column_years: {documents} documents, not {listed}")
    declared = sum(
        document.says.get("document_type") != "other"
        for one in made
        for document in one.personality.documents
    )
    if replies != declared:
        wrong.append(f"{replies} replies, not {declared}")
    return Crawled(
        replies=declared,
        found=min(replies, declared),
        columns=columns,
        reconciled=reconciled or 0,
        wrong=tuple(wrong),
        hosts=len(made),
        requests=town.requests,
        seconds=seconds,
        publishing=publishing,
        peak=result["peak"],
        size=(data / "archive.db").stat().st_size,
    )
