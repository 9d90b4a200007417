"""The archive → one WARC 1.1, a record at a time.

A run is a `warcinfo` with its declarations; an answer is a `response`, a `revisit` where its bytes stand in an earlier
record (`identical-payload-digest`) or where the server said 304 (`server-not-modified`), or a `metadata` record where
no body was kept. What was sent for it is a `request` beside it. Bodies stand decoded, as they are archived; the headers
that described their coding are `x-archive-orig-…`, which is what web archives do.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines import storage
from pipelines.archive import Archive, Note, RunRecord, Stored
from pipelines.warc.fields import CODED, FETCH, NOTE, RUN, iso

FORMAT = "WARC File Format 1.1"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


@dataclass(slots=True)
class Exported:
    """What a file holds."""

    runs: int = 0
    fetches: int = 0
    revisits: int = 0
    """Of these, whose bytes stand in an earlier record."""


def export(archive: Archive, path: Path, progress: Callable[[int], None] | None = None) -> Exported:
    """Write the whole archive to a file that is not there yet; compressed record by record where its name ends in `.gz`.

    The name appears when all of it is on the disk. Memory does not grow with the archive. Raises ArchiveDamaged,
    StorageFailed.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with storage.explained(path, "导出"):
            with part.open("wb") as out, _first_records(path) as first:
                done = _Export(
                    archive, WARCWriter(out, path.suffix == ".gz", warc_version="1.1"), first
                ).write(path.name, progress)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
            storage.sync(path.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
    return done


@contextmanager
def _first_records(path: Path) -> Iterator[sqlite3.Connection]:
    """Hash of a body → the record that holds it; on disk, for an archive has millions."""
    spot = path.with_name(f".{path.name}.{os.getpid()}.index")
    try:
        with closing(sqlite3.connect(spot, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(
                "CREATE TABLE first (sha256 BLOB PRIMARY KEY, url TEXT, moment TEXT, record TEXT) WITHOUT ROWID"
            )
            connection.execute("BEGIN")
            yield connection
    finally:
        spot.unlink(missing_ok=True)


class _Export:
    def __init__(self, archive: Archive, writer: WARCWriter, first: sqlite3.Connection) -> None:
        self._archive, self._writer, self._first = archive, writer, first
        self._infos: dict[int, str] = {}
        self._done = Exported()

    def write(self, name: str, progress: Callable[[int], None] | None) -> Exported:
        runs = {run.id: run for run in self._archive.runs()}
        # All runs first: they follow each other by number, and answers of two that were open at once are mixed.
        for run in runs.values():
            self._run(run, name)
        for stored in self._archive.fetches():
            self._fetch(stored)
            self._done.fetches += 1
            if progress is not None:
                progress(self._done.fetches)
        for note in self._archive.notes():
            self._note(note)
        return self._done

    def _run(self, run: RunRecord, name: str) -> None:
        told = {
            "id": run.id,
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "outcome": run.outcome,
            "arguments": run.arguments,
            "code": run.code,
            "declarations": run.declarations,
        }
        record = self._writer.create_warcinfo_record(
            name,
            {
                "software": f"hubei-replies {run.code}",
                "format": FORMAT,
                "conformsTo": CONFORMS_TO,
                "robots": "obey",
                RUN: json.dumps(told, ensure_ascii=True, sort_keys=True),
            },
        )
        record.rec_headers.replace_header("WARC-Date", iso(run.started_at))
        self._infos[run.id] = record.rec_headers.get_header("WARC-Record-ID")
        self._writer.write_record(record)
        self._done.runs += 1

    def _fetch(self, stored: Stored) -> None:
        headers = self._headers(stored.run_id, iso(stored.fetched_at))
        identity = headers["WARC-Record-ID"]
        own = _own(stored)
        if stored.status <= 0 or (stored.sha256 is None and stored.outcome != "unchanged"):
            own |= {"status": stored.status, "headers": stored.headers}
            self._metadata(
                stored.url, headers | {FETCH: _json(own)}, {"outcome": stored.outcome, "error": stored.error}
            )
            return
        http, exact = _http(stored)
        if not exact:
            own["headers"] = stored.headers
        headers[FETCH] = _json(own)
        if stored.outcome == "truncated":
            headers["WARC-Truncated"] = "disconnect"
        kind, body = "response", b""
        if stored.sha256 is None:
            kind, headers["WARC-Profile"] = "revisit", _NOT_MODIFIED
        else:
            headers["WARC-Payload-Digest"] = _digest(stored.sha256)
            earlier = self._earlier(stored, identity)
            if earlier is None:
                body = self._archive.body(stored.sha256)
            else:
                kind, headers["WARC-Profile"] = "revisit", _SAME
                headers["WARC-Refers-To-Target-URI"], headers["WARC-Refers-To-Date"] = earlier[:2]
                headers["WARC-Refers-To"] = earlier[2]
                self._done.revisits += 1
        self._writer.write_record(
            self._writer.create_warc_record(
                stored.url, kind, BytesIO(body), len(body), http_headers=http, warc_headers_dict=headers
            )
        )

    def _earlier(self, stored: Stored, identity: str) -> tuple[str, str, str] | None:
        digest = bytes.fromhex(stored.sha256 or "")
        row: tuple[str, str, str] | None = self._first.execute(
            "SELECT url, moment, record FROM first WHERE sha256 = ?", (digest,)
        ).fetchone()
        if row is None:
            told = digest, stored.url, iso(stored.fetched_at), identity
            self._first.execute("INSERT INTO first VALUES (?, ?, ?, ?)", told)
        return row

    def _note(self, note: Note) -> None:
        told = {
            "site": note.site,
            "url": note.url,
            "code": note.issue.code,
            "severity": note.issue.severity,
            "message": note.issue.message,
        }
        headers = self._headers(note.run_id, None)
        self._metadata(
            note.url or f"urn:hubei-replies:site:{note.site}",
            headers | {NOTE: _json(told)},
            {"issue": note.issue.code},
        )

    def _metadata(self, uri: str, headers: dict[str, str], fields: dict[str, str | None]) -> None:
        block = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value).encode()
        self._writer.write_record(
            self._writer.create_warc_record(
                uri, "metadata", BytesIO(block), len(block), warc_headers_dict=headers
            )
        )

    def _headers(self, run: int, moment: str | None) -> dict[str, str]:
        found = {"WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>", "WARC-Warcinfo-ID": self._infos[run]}
        return found if moment is None else found | {"WARC-Date": moment}


def _own(stored: Stored) -> dict[str, Any]:
    told = {
        "outcome": stored.outcome,
        "role": stored.role,
        "site": stored.site,
        "column": stored.column,
        "context": dict(stored.context) or None,
        "error": stored.error,
    }
    found = {name: value for name, value in told.items() if value is not None}
    # Addresses are archived as they were asked for, also where no URI has such characters; moments with their offset.
    return found | {"url": stored.url, "at": stored.fetched_at}


def _http(stored: Stored) -> tuple[StatusAndHeaders, bool]:
    """Status line and headers, and whether they give back exactly what is archived."""
    exact, headers = True, []
    for name, value in stored.headers:
        if name in CODED:
            name, exact = f"x-archive-orig-{name}", False
        fits = value.isascii() and value == value.strip() and value.isprintable() and name.isascii()
        exact = exact and fits and bool(name) and ":" not in name and name == name.strip().lower()
        headers.append((name or "x-nameless", " ".join(value.split())))
    try:
        reason = HTTPStatus(stored.status).phrase
    except ValueError:
        reason = ""
    return StatusAndHeaders(f"{stored.status} {reason}".strip(), headers, protocol="HTTP/1.1"), exact


def _digest(sha256: str) -> str:
    return "sha256:" + base64.b32encode(bytes.fromhex(sha256)).decode()


def _json(value: object) -> str:
    """One line of ASCII, so that no reader of headers is put to the test."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True)
