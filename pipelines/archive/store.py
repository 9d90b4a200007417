"""The archive: every answer of every address, kept before anybody looks into it."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipelines.archive import training
from pipelines.archive.adopting import Adopts
from pipelines.archive.bodies import Bodies
from pipelines.archive.bursts import Bursts
from pipelines.archive.records import INTERRUPTED, Fetch, Note, Run, RunRecord, Stats, Stored
from pipelines.archive.rows import REQUEST, SELECT, as_text, stored_row
from pipelines.archive.schema import explained, open_reader, open_writer, transaction
from pipelines.archive.verify import Verified, verify
from pipelines.clock import now
from pipelines.lock import DataLock
from pipelines.models import Issue, Page, Role, Site

_BATCH = 500
_TEMPLATES: Mapping[Role, str] = {"list": "list", "detail": "detail", "continuation": "detail"}
"""Roles whose pages share their markup with others of the site; attachments and robots.txt do not."""


_in_order = json.JSONEncoder(sort_keys=True).encode


class Archive(Adopts):
    """The archive of a data folder, as a context manager.

    One writing process at a time (the folder's lock is held while it is open), any number of readers beside it.
    Any method may raise Locked, ArchiveDamaged, DataUnreadable.
    """

    def __init__(self, path: Path, readonly: bool = False) -> None:
        self.path = path
        self._lock = None if readonly else DataLock(path.parent, "归档")
        if self._lock:
            self._lock.acquire()
        try:
            self._connection = open_reader(path) if readonly else open_writer(path)
        except BaseException:
            if self._lock:
                self._lock.release()
            raise
        self._bodies = Bodies(self._connection, path)
        self._latest: str | None = None
        self._requests: dict[tuple[tuple[str, str], ...], int] = {}
        """Ids of headers that were sent."""
        self._bursts = Bursts(self._connection, path)

    def close(self) -> None:
        """Close the file and let go of the folder; harmless when done twice."""
        try:
            self.settle()
        finally:
            self._connection.close()
            if self._lock:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- time ---------------------------------------------------------------------------------------------------

    def latest(self) -> str | None:
        """The newest time on record; None in an archive without runs."""
        with explained(self.path):
            found = self._connection.execute(
                "SELECT max(moment) FROM (SELECT max(started_at) AS moment FROM runs UNION ALL"
                " SELECT max(ended_at) FROM runs UNION ALL"
                " SELECT fetched_at FROM (SELECT fetched_at FROM fetches ORDER BY id DESC LIMIT 1))"
            ).fetchone()[0]
        return None if found is None else str(found)

    def moment(self) -> str:
        """Now, but never before what is on record: a clock that was set back must not make new answers look old.

        Times then stand still until the clock has caught up; `hubei-replies check` tells of it.
        """
        if self._latest is None:
            self._latest = self.latest() or ""
        self._latest = max(self._latest, now())
        return self._latest

    # --- runs ---------------------------------------------------------------------------------------------------

    def begin_run(
        self, declarations: str, arguments: Mapping[str, object], code: str, alone: bool = True
    ) -> Run:
        """A run to record into: the newest broken-off one with equal declarations and arguments, else a new one.

        `alone`: every other run that was broken off is closed as `interrupted`; else it may still be resumed.
        `declarations` is a `dump_sites`, `code` the
        version of the program that fetches.
        """
        told = _canonical(arguments)
        with explained(self.path), transaction(self._connection):
            row = self._broken_off(declarations, told)
            moment = self.moment()
            if alone:
                self._connection.execute(
                    "UPDATE runs SET ended_at = ?, outcome = ? WHERE ended_at IS NULL AND id IS NOT ?",
                    (moment, INTERRUPTED, row[0] if row else None),
                )
            if row:
                # What is still so will be said again: the walk is walked from its beginning.
                self._connection.execute("DELETE FROM notes WHERE run_id = ?", (row[0],))
                return Run(row[0], True, row[1])
            cursor = self._connection.execute(
                "INSERT INTO runs (started_at, declarations, arguments, code) VALUES (?, ?, ?, ?)",
                (moment, declarations, told, code),
            )
            return Run(int(cursor.lastrowid or 0), False, moment)

    def resumable(self, declarations: str, arguments: Mapping[str, object]) -> int | None:
        """Id of the run that `begin_run` would go on with."""
        with explained(self.path):
            row = self._broken_off(declarations, _canonical(arguments))
        return None if row is None else row[0]

    def _broken_off(self, declarations: str, arguments: str) -> tuple[int, str] | None:
        row: tuple[int, str] | None = self._connection.execute(
            "SELECT id, started_at FROM runs WHERE ended_at IS NULL AND declarations = ? AND arguments = ?"
            " ORDER BY id DESC LIMIT 1",
            (declarations, arguments),
        ).fetchone()
        return row

    def end_run(self, run_id: int, outcome: str) -> None:
        """Close a run: it will not be resumed. Raises ValueError when no such run is open."""
        with explained(self.path), transaction(self._connection):
            changed = self._connection.execute(
                "UPDATE runs SET ended_at = ?, outcome = ? WHERE id = ? AND ended_at IS NULL",
                (self.moment(), outcome, run_id),
            ).rowcount
            if changed != 1:
                raise ValueError(f"no open run {run_id}")

    def runs(self) -> list[RunRecord]:
        """Every run, oldest first."""
        with explained(self.path):
            rows = self._connection.execute(
                "SELECT id, started_at, ended_at, outcome, declarations, arguments, code FROM runs ORDER BY id"
            ).fetchall()
        return [RunRecord(*row) for row in rows]

    # --- writing ------------------------------------------------------------------------------------------------

    def record(self, fetch: Fetch, body: bytes | None) -> int:
        """Keep an answer; once this returns it survives a kill. Returns the id of the fetch.

        A power cut may take the last burst of answers, those within `bursts.SECONDS` of one another, as if they had never
        been asked for, unless `settle` was called: before anything is written elsewhere that is made of them.
        `body` is None where nothing came or nothing may be kept; the caller bounds its size. Equal bodies are kept once.
        """
        with explained(self.path):
            with self._bursts.commit(), self._writing():
                row = self._insert(
                    fetch, lambda template: None if body is None else self._bodies.put(body, template)
                )
            template = _template(fetch)
            if template is not None and self._bodies.is_ready(template, training.SAMPLES):
                training.train(self._bodies, template)
        return row

    def settle(self) -> None:
        """Bring all answers through to the disk, so that they survive a power cut too."""
        with explained(self.path):
            self._bursts.settle()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with transaction(self._connection):
                yield
        except BaseException:
            # What is rolled back takes ids with it.
            self._requests.clear()
            raise

    def _insert(self, fetch: Fetch, body: Callable[[str | None], int | None]) -> int:
        part_of = fetch.context.get("part_of")
        number = body(_template(fetch))
        context = dict(fetch.context)
        if fetch.sent:
            context[REQUEST] = self._request(fetch.sent)
        cursor = self._connection.execute(
            "INSERT INTO fetches (run_id, url, fetched_at, status, outcome, role, site, column_url, body, headers,"
            " context, part_of, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                fetch.run_id,
                as_text(fetch.url),
                fetch.fetched_at,
                fetch.status,
                fetch.outcome,
                fetch.role,
                fetch.site,
                as_text(fetch.column),
                number,
                json.dumps(fetch.headers),
                _in_order(context),
                as_text(part_of) if isinstance(part_of, str) else None,
                as_text(fetch.error),
            ),
        )
        return int(cursor.lastrowid or 0)

    def _request(self, sent: tuple[tuple[str, str], ...]) -> int:
        if sent not in self._requests:
            headers = json.dumps(sent)
            self._connection.execute("INSERT OR IGNORE INTO requests (headers) VALUES (?)", (headers,))
            row = self._connection.execute("SELECT id FROM requests WHERE headers = ?", (headers,)).fetchone()
            if len(self._requests) >= _BATCH:
                self._requests.clear()
            self._requests[sent] = int(row[0])
        return self._requests[sent]

    def note(self, note: Note) -> None:
        """Keep what a crawl says of a site; the same thing said twice is kept once. Durable when it returns."""
        issue = note.issue
        with explained(self.path), transaction(self._connection):
            self._connection.execute(
                "INSERT OR IGNORE INTO notes (run_id, site, url, code, severity, message) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    note.run_id,
                    note.site,
                    as_text(note.url) or "",
                    issue.code,
                    issue.severity,
                    as_text(issue.message),
                ),
            )

    def train(self, template: str, minimum: int = training.MIN_BODIES) -> int | None:
        """Give a template (`kjt/detail`, `kjt/list`) a new dictionary; its id, or None below `minimum` bodies."""
        with explained(self.path):
            return training.train(self._bodies, template, minimum)

    def maintain(self) -> training.Maintained:
        """To be called at the end of a run: trains where it pays and compresses older bodies anew, in small steps."""
        with explained(self.path):
            return training.maintain(self._bodies, self._connection)

    # --- reading ------------------------------------------------------------------------------------------------

    def find(self, run_id: int, url: str, rendered: bool = False) -> Stored | None:
        """The newest answer of exactly this address in this run, whatever its outcome; `rendered`: what a browser made
        of it, which is a record of its own."""
        # The plus sign keeps SQLite from walking a whole run: an address has few fetches, a run has thousands.
        rows = self._rows(
            "WHERE f.url = ? AND +f.run_id = ? ORDER BY f.id DESC LIMIT 50", as_text(url), run_id
        )
        found = map(stored_row, rows)
        return next((one for one in found if ("rendered" in one.context) == rendered), None)

    def latest_by_url(self, url: str) -> Stored | None:
        """The newest answer of exactly this address in any run."""
        return self._one("WHERE f.url = ? ORDER BY f.id DESC LIMIT 1", as_text(url))

    def newest_ok(self, url: str, run_id: int) -> Stored | None:
        """The newest good answer of an address, http and https being one, in this run or one before it."""
        bare = re.sub(r"^https?:", "", as_text(url) or "")
        return self._one(
            "WHERE f.url IN (?, ?) AND +f.run_id <= ? AND f.outcome = 'ok' ORDER BY f.run_id DESC, f.id DESC LIMIT 1",
            f"http:{bare}",
            f"https:{bare}",
            run_id,
        )

    def holds(self, url: str, body: bytes) -> bool:
        """Whether an answer of this address, http and https being one, had exactly this body."""
        bare = re.sub(r"^https?:", "", as_text(url) or "")
        rows = self._rows(
            "WHERE f.url IN (?, ?) AND b.sha256 = ? LIMIT 1",
            f"http:{bare}",
            f"https:{bare}",
            hashlib.sha256(body).digest(),
        )
        return bool(rows)

    def fetches(self, run_id: int | None = None, after: int = 0) -> Iterator[Stored]:
        """Every fetch (of a run) in order of id, those with a greater id than `after`; streamed, and no lock is held
        between two of them."""
        where, values = (
            ("WHERE f.id > ?", ()) if run_id is None else ("WHERE f.id > ? AND f.run_id = ?", (run_id,))
        )
        while rows := self._rows(f"{where} ORDER BY f.id LIMIT {_BATCH}", after, *values):
            for row in rows:
                yield stored_row(row)
            after = rows[-1][0]

    def notes(self) -> list[Note]:
        """What the runs said of their sites, oldest first; of a run that was resumed, what its last part said."""
        with explained(self.path):
            known = self._connection.execute(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'notes'"
            ).fetchone()[0]
            rows = (
                self._connection.execute(
                    "SELECT run_id, site, url, code, severity, message FROM notes ORDER BY id"
                ).fetchall()
                if known
                else []
            )
        return [
            Note(run, site, Issue(code, message, severity), url or None)
            for run, site, url, code, severity, message in rows
        ]

    def body(self, sha256: str) -> bytes:
        """The bytes with this hash, verified. Raises KeyError when there are none, ArchiveDamaged when not intact."""
        with explained(self.path):
            return self._bodies.get(sha256)

    def page(self, stored: Stored, sites: Mapping[str, Site], whole: bool = True) -> Page:
        """A fetch as the page that `process` takes; a detail page with the continuations that its run fetched well, unless
        it is not to be `whole`."""
        continuations: tuple[Page, ...] = ()
        if whole and stored.role == "detail":
            continuations = tuple(self.page(part, sites) for part in self._parts(stored))
        return Page(
            url=stored.url,
            body=b"" if stored.sha256 is None else self.body(stored.sha256),
            status=stored.status,
            headers=stored.headers,
            fetched_at=stored.fetched_at,
            site=sites.get(stored.site) if stored.site else None,
            column=stored.column,
            role=stored.role,
            row_title=_told(stored, "row_title"),
            row_date=_told(stored, "row_date"),
            continuations=continuations,
        )

    def _parts(self, stored: Stored) -> list[Stored]:
        """Continuations of a page in the order of the document, the newest answer of each."""
        rows = self._rows(
            "WHERE f.part_of = ? AND +f.run_id = ? AND f.role = 'continuation' AND f.outcome = 'ok' ORDER BY f.id",
            as_text(stored.url),
            stored.run_id,
        )
        newest: dict[int, Stored] = {}
        for part in map(stored_row, rows):
            index = part.context.get("index")
            if isinstance(index, int):
                newest[index] = part
        return [newest[index] for index in sorted(newest)]

    def extent(self) -> tuple[int, int]:
        """Number of fetches and id of the newest, 0 where there is none; without touching any body."""
        with explained(self.path):
            count, newest = self._connection.execute(
                "SELECT count(*), coalesce(max(id), 0) FROM fetches"
            ).fetchone()
        return int(count), int(newest)

    def stats(self) -> Stats:
        """Counts and sizes."""
        with explained(self.path):
            runs, fetches, dictionaries = (
                self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
                for table in ("runs", "fetches", "dictionaries")
            )
            bodies, size, stored = self._connection.execute(
                "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(length(data)), 0) FROM bodies"
            ).fetchone()
            pages, page_size = (
                self._connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "page_size")
            )
        return Stats(runs, fetches, bodies, dictionaries, size, stored, pages * page_size)

    def damaged(self) -> Iterator[str]:
        """Hash of every body that is not what was written; reads the whole archive."""
        with explained(self.path):
            yield from self._bodies.damaged()

    def verify(self, progress: Callable[[int], None] | None = None) -> Verified:
        """What is not what was written, with the answers that this costs; reads the whole archive."""
        with explained(self.path):
            return verify(self._connection, self._bodies, progress)

    def backup(self, target: Path) -> None:
        """Write a copy of the archive as it stands, also while a crawl goes on, to a file that is not there yet."""
        with explained(target), closing(sqlite3.connect(target, isolation_level=None)) as copy:
            # All in one step: it reads one state, and neither waits for a writer nor begins anew when one comes.
            self._connection.backup(copy)
            # A copy is carried about by itself: no log may belong to it.
            copy.execute("PRAGMA journal_mode = DELETE")

    def _rows(self, tail: str, *values: object) -> list[Any]:
        with explained(self.path):
            return self._connection.execute(SELECT + tail, values).fetchall()

    def _one(self, tail: str, *values: object) -> Stored | None:
        rows = self._rows(tail, *values)
        return stored_row(rows[0]) if rows else None


def _template(fetch: Fetch) -> str | None:
    """Name of what the bodies of such answers have in common, for a dictionary; None where they share nothing."""
    part = _TEMPLATES.get(fetch.role)
    return f"{fetch.site}/{part}" if fetch.site and part else None


def _canonical(arguments: Mapping[str, object]) -> str:
    return json.dumps(arguments, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _told(stored: Stored, key: str) -> str | None:
    value = stored.context.get(key)
    return value if isinstance(value, str) else None
