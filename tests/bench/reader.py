"""What readers wait for, over a large corpus: every page under many clients, beside Datasette as it comes.

    python -m tests.bench.reader [FOLDER] [--replies N] [--characters N] [--seconds N] [--slice N]

Four measurements over one generated corpus, which FOLDER keeps for the next time:

1. Sixteen clients ask for all kinds of pages in turn for two minutes: p95 of each, no error, no facet missing.
2. The same sixteen ask for one kind at a time, in short slices that alternate between us and stock Datasette on the
   same file, metadata and limits, so that a busy machine slows both: p95 and CPU a request, each the middle of its
   slices, and as a ratio. Readers ask for the same pages again, which `pipelines.publish.site.shelf` keeps for them.
3. The same, every page made anew: each request calls the host by a name that was not used before, and pages are kept
   by the name, for they print it. What is known of the snapshot as a whole (its columns, the figures of the home page)
   is asked once here too. Held to the bound is CPU, what making a page costs: how long sixteen clients wait for pages of
   two milliseconds depends on who else runs on the machine, and more threads get more of it.
4. One client asks for the table page with its facets, made anew, in turn of us and of stock Datasette over the same rows
   as sqlite-utils loads them: CPU a request, as a ratio.

The last line says how many bounds held; the exit code is 1 when one did not.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from pipelines import schema
from pipelines.publish import snapshots
from pipelines.publish.search import match_query
from pipelines.publish.snapshots import CORPUS, SNAPSHOTS
from tests.bench import large, servers
from tests.bench.servers import Server

CLIENTS = 16
SLOWER = 1.3
"""No page may take so many times as long as stock Datasette's."""
CHEAPER = 15
"""The table page has to cost so many times less than over rows as sqlite-utils loads them."""
FACETS = schema.table("replies").facets
ROUNDS = 3
"""Slices that each of two servers gets at least; of pages that are made quickly it gets as many as time allows."""
FAIR = 3
"""Times so many where time allows."""
TIMES = 4
"""Requests a slice of the fourth measurement."""
_FACET = re.compile(rb'facet-info facet-[^"]*" id="facet-')
_MARKUP = re.compile(rb"<[^>]+>|\s+")


@dataclass(frozen=True)
class Kind:
    """Pages of one kind, and how many facets each must have."""

    name: str
    paths: Sequence[str]
    facets: int = 0
    stock: Sequence[str] | None = None
    """What stock Datasette is asked instead, where it has no such address."""


@dataclass
class Seen:
    """Answers of one kind."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def p95(self) -> float:
        """Milliseconds."""
        if not self.seconds:
            return float("nan")
        if len(self.seconds) == 1:
            return 1000 * self.seconds[0]
        return 1000 * statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


def kinds(corpus: Path, chance: random.Random) -> list[Kind]:
    """Home, table, reply, search in both forms, and every canned query with its blanks filled in."""
    with closing(sqlite3.connect(f"{corpus.as_uri()}?immutable=1", uri=True)) as conn:
        total = conn.execute("select count(*) from replies").fetchone()[0]
        words = _words(conn, chance, total)
        proposals = conn.execute(
            "select number, place, body, term, meeting from proposals order by id limit 20 offset ?",
            (total // 9,),
        ).fetchall()
        document = conn.execute(
            "select document_number, url from replies where document_number is not null"
        ).fetchone()
    ids = [large.reply_id(chance.randrange(total)) for _ in range(200)]
    filled: dict[str, Callable[[], str]] = {
        "words": lambda: chance.choice(words),
        "id": lambda: chance.choice(ids),
        "agency": lambda: f"第{chance.randrange(large.AGENCIES)}号厅局",
        "policy": lambda: f"第{chance.randrange(400)}项工作",
        "year": lambda: str(chance.choice(large.YEARS)),
        "month": lambda: f"2026-{chance.randrange(1, 12):02}",
        "code": lambda: "date_conflict",
        "url": lambda: str(document[1]),
    }
    found = [
        Kind("home", ["/"]),
        Kind(f"table, {len(FACETS)} facets", ["/corpus/replies"], len(FACETS)),
        Kind("reply", [f"/corpus/replies/{one}" for one in ids]),
        Kind("_search=", [f"/corpus/replies?_search={quote(word)}" for word in words], len(FACETS)),
        Kind(
            "/search",
            [f"/search?q={quote(word)}" for word in words],
            stock=[f"/corpus/replies?_search={quote(word)}" for word in words],
        ),
    ]
    for query in schema.QUERIES:
        names = sorted(set(re.findall(r"(?<!:):(\w+)", query.sql)))
        paths = []
        for _ in range(20):
            number, place, body, term, meeting = chance.choice(proposals)
            session = {"number": number, "place": place, "body": body, "term": term, "meeting": meeting}
            if query.name == "by_document_number":
                session["number"] = document[0]
            given = {name: filled[name]() if name in filled else session[name] for name in names}
            paths.append(f"/corpus/{query.name}?{urlencode(given)}")
        found.append(Kind(query.name, sorted(set(paths))))
    return found


def _words(conn: sqlite3.Connection, chance: random.Random, total: int) -> list[str]:
    """Words of two characters, which both ways of indexing know, in 0.1 to 20 per cent of the replies."""
    words: list[str] = []
    for (text,) in conn.execute("select body_text from replies order by id limit 40"):
        for _ in range(20):
            at = chance.randrange(len(text) - 2)
            word = text[at : at + 2]
            if not re.fullmatch(r"[一-鿿]{2}", word):
                continue
            hits = conn.execute(
                "select count(*) from replies_fts where replies_fts match ?", (match_query(word),)
            ).fetchone()[0]
            if 0.001 <= hits / total <= 0.2:
                words.append(word)
    if not words:
        raise AssertionError("no word of the corpus is neither rare nor in every reply")
    return sorted(set(words))[:40]


_number = itertools.count()


def anew() -> dict[str, str]:
    """The header of a request for a page that nobody was given before, so that it has to be made."""
    return {"Host": f"anew{next(_number)}.localhost"}


def ask(
    server: Server, mine: Sequence[Kind], seconds: float, clients: int, seed: int = 1, *, made: bool = False
) -> dict[str, Seen]:
    """So many clients ask for so long, each for a page of a kind at random; what they saw, by kind. `made`: each page is
    made anew."""
    seen: dict[str, Seen] = {kind.name: Seen() for kind in mine}
    lock = threading.Lock()
    until = time.monotonic() + seconds

    def client(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        while True:
            kind = chance.choice(mine)
            path = chance.choice(kind.stock if server.name == "stock" and kind.stock else kind.paths)
            begun = time.perf_counter()
            try:
                connection.request("GET", path, headers=anew() if made else {})
                answer = connection.getresponse()
                body, status = answer.read(), answer.status
                wrong = _wrong(status, body, kind if server.name == "ours" else None)
            except OSError as error:
                connection.close()
                wrong = f"{type(error).__name__}: {error}"
            took = time.perf_counter() - begun
            with lock:
                seen[kind.name].seconds.append(took)
                if wrong:
                    seen[kind.name].wrong.append(f"{path}: {wrong}")
            if time.monotonic() > until:
                break
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _wrong(status: int, body: bytes, kind: Kind | None) -> str | None:
    if status != 200:
        said = _MARKUP.sub(b" ", body).decode(errors="replace")
        return f"{status} {said[-200:]}"
    if kind is not None and kind.facets:
        there = len(_FACET.findall(body))
        if there < kind.facets or b"facets-timed-out" in body:
            return f"{there} of {kind.facets} facets"
    return None


@dataclass
class Bounds:
    """Which held."""

    held: int = 0
    broken: list[str] = field(default_factory=list)

    def check(self, what: str, holds: bool) -> str:
        """A mark for the table."""
        if holds:
            self.held += 1
            return ""
        self.broken.append(what)
        return "  <-- not held"


def mixed(server: Server, mine: Sequence[Kind], seconds: float, clients: int, bounds: Bounds) -> None:
    """The first measurement."""
    seen = ask(server, mine, seconds, clients)
    asked = sum(len(one.seconds) for one in seen.values())
    print(f"\n{clients} clients, all pages mixed, {seconds:.0f} s: {asked} answers\n")
    print(f"{'page':24} {'answers':>8} {'p50 ms':>8} {'p95 ms':>8} {'wrong':>6}")
    for kind in mine:
        one = seen[kind.name]
        mark = bounds.check(f"{kind.name}: no error, no facet missing", bool(one.seconds) and not one.wrong)
        middle = 1000 * statistics.median(one.seconds) if one.seconds else float("nan")
        print(f"{kind.name:24} {len(one.seconds):8} {middle:8.0f} {one.p95():8.0f} {len(one.wrong):6}{mark}")
        for line in one.wrong[:2]:
            print(f"    {line[:300]}")


def beside(
    us: Server,
    them: Server,
    mine: Sequence[Kind],
    seconds: float,
    clients: int,
    bounds: Bounds,
    *,
    made: bool,
) -> None:
    """The second measurement, of p95; the third, of CPU, when every page is to be `made` anew."""
    how = ", every page made anew" if made else ""
    print(f"\n{clients} clients, one kind at a time{how}, slices of {seconds:.1f} s in turn\n")
    print(f"{'page':24} {'p95 ms':>8} {'stock':>8} {'ratio':>6} {'CPU ms':>8} {'stock':>8} {'ratio':>6}")
    for kind in mine:
        spent: dict[str, list[float]] = defaultdict(list)
        waited: dict[str, list[float]] = defaultdict(list)
        seen: dict[str, Seen] = defaultdict(Seen)
        begun = time.monotonic()
        for number in itertools.count():
            if number >= ROUNDS and time.monotonic() - begun > 2 * FAIR * ROUNDS * seconds:
                break
            for server in (us, them) if number % 2 else (them, us):
                before = server.cpu()
                one = ask(server, [kind], seconds, clients, number, made=made)[kind.name]
                spent[server.name].append(1000 * (server.cpu() - before) / len(one.seconds))
                waited[server.name].append(one.p95())
                seen[server.name].seconds += one.seconds
                seen[server.name].wrong += one.wrong
        p95 = {name: statistics.median(slices) for name, slices in waited.items()}
        each = {name: statistics.median(slices) for name, slices in spent.items()}
        ratio, cost = p95["ours"] / p95["stock"], each["ours"] / max(each["stock"], 0.01)
        failed = len(seen["stock"].wrong)
        # What a stock server gave up on cannot be beaten in time.
        fine = not seen["ours"].wrong and ((cost if made else ratio) <= SLOWER or failed > 0)
        mark = bounds.check(f"{kind.name}{how}: at most {SLOWER} times stock", fine)
        note = f"  stock failed {failed} of {len(seen['stock'].seconds)}" if failed else ""
        print(
            f"{kind.name:24} {p95['ours']:8.0f} {p95['stock']:8.0f} {ratio:6.2f}"
            f" {each['ours']:8.1f} {each['stock']:8.1f} {cost:6.2f}{note}{mark}",
            flush=True,
        )


def table_page(us: Server, them: Server, what: str, bounds: Bounds | None) -> None:
    """The fourth measurement: `them` over rows as sqlite-utils loads them."""
    facets = "&".join(f"_facet={name}" for name in FACETS)
    paths = {us.name: "/corpus/replies", them.name: f"/plain/replies?{facets}"}
    spent: dict[str, list[float]] = {us.name: [], them.name: []}
    facets_there: dict[str, int] = {}
    for server in (us, them):
        server.get(paths[server.name], anew())
    for _ in range(TIMES):
        for server, times in ((us, 5), (them, 1)):
            before = server.cpu()
            for _ in range(times):
                status, body = server.get(paths[server.name], anew())
                assert status == 200, (server.name, status, body[-500:])
            spent[server.name].append(1000 * (server.cpu() - before) / times)
            facets_there[server.name] = len(_FACET.findall(body))
    mine, theirs = (statistics.median(spent[server.name]) for server in (us, them))
    mark = ""
    if bounds is not None:
        complete = facets_there[us.name] >= len(FACETS)
        mark = bounds.check(f"table page at most 1/{CHEAPER}", complete and mine * CHEAPER <= theirs)
    print(
        f"{what:44} {mine:8.1f} {theirs:9.1f} {theirs / mine:6.1f} times"
        f"  facets {facets_there[us.name]} and {facets_there[them.name]}{mark}"
    )


def measure(
    folder: Path,
    replies: int,
    characters: int,
    seconds: float,
    each: float,
    clients: int = CLIENTS,
    only: int | None = None,
) -> Bounds:
    """All four. `only`: so many kinds of pages, for a quick look."""
    snapshot = _corpus(folder, replies, characters)
    plain_db = folder / "plain.db"
    if not plain_db.exists():
        servers.load_plainly(snapshot / CORPUS, plain_db)
    bounds = Bounds()
    chance = random.Random(11)
    every = kinds(snapshot / CORPUS, chance)
    print(
        f"{replies} replies of {characters} characters, corpus {(snapshot / CORPUS).stat().st_size / 1e6:.0f} MB",
        flush=True,
    )
    with ExitStack() as stack:
        us = stack.enter_context(servers.ours(folder))
        mine = [kind for kind in every if us.get(kind.paths[0])[0] != 404][:only]
        for file in (snapshot / CORPUS, plain_db):  # nobody waits for the disk
            snapshots.digest(file)
        for kind in mine:  # nor for what is made once
            us.get(kind.paths[0])
        mixed(us, mine, seconds, clients, bounds)
        with servers.stock(snapshot) as them:
            for made in (False, True):
                beside(us, them, mine, each, clients, bounds, made=made)
        print(f"\n{'one client, table page, CPU a request':44} {'ours ms':>8} {'theirs ms':>9}\n")
        for what, patient in (
            ("sqlite-utils defaults, time for every facet", True),
            ("the same with stock time limits", False),
        ):
            with servers.plain(plain_db, patient=patient) as them:
                table_page(us, them, what, bounds if patient else None)
    for line in bounds.broken:
        print(f"not held: {line}")
    print(f"reader: {bounds.held} of {bounds.held + len(bounds.broken)} held")
    return bounds


def _corpus(folder: Path, replies: int, characters: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    present = folder / SNAPSHOTS / "current"
    if not present.exists():
        built = folder / "built.db"
        if not built.exists():
            large.build(built, replies, characters)
        servers.put_away(built, folder)
    return present.resolve()


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reader")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--replies", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--slice", type=float, default=0.5)
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bounds = measure(folder.absolute(), given.replies, given.characters, given.seconds, given.slice)
    return 1 if bounds.broken else 0


if __name__ == "__main__":
    sys.exit(main())
