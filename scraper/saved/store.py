"""Saved pages into the archive, and from there the way of every page: the archive is read again, loaded, published."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pipelines.archive import Archive, Fetch
from pipelines.clock import SHANGHAI
from pipelines.declare import dump_sites, parse_dump
from pipelines.load import Loader, fingerprint
from pipelines.models import Outcome, Page, Processed, Site
from pipelines.read.outcome import classify
from scraper.families import family
from scraper.items import Fetched
from scraper.reread import fetched, finished
from scraper.saved.files import Saved, read_saved
from scraper.saved.payloads import Payloads
from scraper.saved.place import Place, place_of
from scraper.session import code

MAX_PAGE = 8_000_000
"""Bytes of a page, as for the crawl."""
MAX_REFUSED = 200
"""Refusals that are listed; all are counted."""


@dataclass(slots=True)
class Imported:
    """What became of the pages."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    """Of those that went into the archive."""
    known: int = 0
    """Already there, with the same content."""
    extracted: int = 0
    """Loaded as they were extracted elsewhere."""
    ignored: int = 0
    """Pictures, style sheets and scripts."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(address or file, why)"""
    refused_count: int = 0
    runs: list[int] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every page was taken and is a page."""
        return not self.refused_count and not set(self.outcomes) - {"ok", "redirect"}

    def refuse(self, what: str, why: str) -> None:
        self.refused_count += 1
        if len(self.refused) < MAX_REFUSED:
            self.refused.append((what, why))


def import_pages(
    files: Iterable[Path],
    sites: Mapping[str, Site],
    data: Path,
    *,
    url: str | None = None,
    by: str | None = None,
    at: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Archive the pages of these files and load them; nothing is published.

    `by`: who saved them, `at`: when (ISO 8601), where the file does not say. Killed at any instant, the same call goes
    on: what is archived with the same content is not stored again. Raises DataUnreadable for a file that cannot be read
    before anything of it is stored, Locked, ArchiveDamaged, StagingStale.
    """
    paths = list(files)
    done = Imported()
    with (
        Archive(data / "archive.db") as archive,
        Loader(data / "staging.db", settle=archive.settle) as loader,
        Payloads() as payloads,
    ):
        told = {"import": [path.name for path in paths], "by": by, "at": at}
        store = _Store(archive, loader, sites, done, told, payloads)
        seen = 0
        # Lists first: they say by what title and date a page was listed, wherever it stands in the files.
        for path in paths:
            for saved in read_saved(path, url):
                store.take_list(saved, path, by, at)
        loader.flush()
        for path in paths:
            for saved in read_saved(path, url):
                seen += 1
                store.take(saved, path, by, at)
                if progress is not None:
                    progress(seen)
        done.runs = sorted(store.runs.values())
        for item in fetched(archive, runs=done.runs):
            if isinstance(item, Fetched):
                made = store.extracted(item)
                done.extracted += made is not None
                loader.load(finished(archive, item, loader.files.read) if made is None else made)
            else:
                loader.load(item)
        loader.flush()
        for run in done.runs:
            archive.end_run(run, "ok" if done.complete else "partial")
        archive.maintain()
    return done


class _Store:
    """One import: a run for each site that has a page in it."""

    def __init__(
        self,
        archive: Archive,
        loader: Loader,
        sites: Mapping[str, Site],
        done: Imported,
        arguments: Mapping[str, object],
        payloads: Payloads,
    ) -> None:
        self._archive, self._loader, self._sites = archive, loader, sites
        self._done, self._arguments, self._payloads = done, arguments, payloads
        self.runs = {
            key: run.id
            for run in archive.runs()
            if run.ended_at is None and json.loads(run.arguments) == arguments
            for key in parse_dump(run.declarations)
        }
        """Site → run; what a killed import left goes on."""

    def take_list(self, saved: Saved, path: Path, by: str | None, at: str | None) -> None:
        """Archive a list page, and load what it lists; whatever else is left for `take`."""
        place = self._list_place(saved)
        if place is None:
            return
        if (
            self._take(saved, path, by, at)
            and classify(saved.status, saved.headers, saved.body, "list") == "ok"
        ):
            page = Page(
                place.url, saved.body, saved.status, saved.headers, None, place.site, place.column, "list"
            )
            with contextlib.suppress(Exception):
                # One that cannot be read is told when the archive is read.
                self._loader.load(family(place.site.family).read_list(page, place.index).listing)

    def _list_place(self, saved: Saved) -> Place | None:
        """The place of a list page that came whole."""
        if saved.problem is not None or saved.revisit:
            return None
        place = place_of(saved.url, self._sites, self._loader.conn)
        return place if isinstance(place, Place) and place.role == "list" else None

    def take(self, saved: Saved, path: Path, by: str | None, at: str | None) -> None:
        """Archive one page, or say why not."""
        if self._list_place(saved) is not None:
            if saved.digest is not None:
                self._payloads.put(saved.digest, hashlib.sha256(saved.body).hexdigest())
            return
        taken = self._take(self._first(saved) if saved.revisit else saved, path, by, at)
        if saved.digest is not None and not saved.revisit:
            self._payloads.put(saved.digest, hashlib.sha256(saved.body).hexdigest() if taken else None)

    def _first(self, saved: Saved) -> Saved:
        """A revisit with the body that it refers to, or with a problem."""
        if saved.digest is None:
            found = self._archive.newest_ok(saved.url, sys.maxsize)
            if found is not None and found.sha256 is not None:
                return replace(
                    saved, body=self._archive.body(found.sha256), status=200, headers=found.headers
                )
            return replace(saved, problem="是“服务器说没有变”的记录，而先前那一份不在归档里")
        seen, sha256 = self._payloads.get(saved.digest)
        if sha256 is not None:
            return replace(saved, body=self._archive.body(sha256))
        if seen:
            # The first was no page of a declared site, or not whole; that was told.
            return replace(saved, headers=(("content-type", "application/octet-stream"),))
        return replace(saved, problem="是“与先前相同”的记录，而先前那一份不在这些文件里；请与那一份一起导入")

    def _take(self, saved: Saved, path: Path, by: str | None, at: str | None) -> bool:
        """Whether the archive holds it now."""
        if saved.problem is not None:
            self._done.refuse(saved.url or str(path), saved.problem)
            return False
        place = place_of(saved.url, self._sites, self._loader.conn)
        if isinstance(place, str):
            if _is_page(saved):
                self._done.refuse(saved.url, place)
            else:
                self._done.ignored += 1
            return False
        if (place.role != "attachment" and not _is_page(saved)) or (saved.revisit and not saved.body):
            self._done.ignored += 1
            return False
        if place.role != "attachment" and len(saved.body) > MAX_PAGE:
            self._done.refuse(saved.url, f"超过 {MAX_PAGE // 10**6} MB")
            return False
        outcome = classify(saved.status, saved.headers, saved.body, place.role)
        if outcome in ("refused", "truncated"):
            self._done.refuse(saved.url, "内容与网址不符，或不完整")
            return False
        if self._archive.holds(place.url, saved.body):
            self._done.known += 1
            return True
        self._record(saved, place, outcome, path, by, at)
        self._done.outcomes[outcome] += 1
        return True

    def extracted(self, item: Fetched) -> Processed | None:
        """What was made of a page elsewhere, where it came to us so and by the present rules would be the same."""
        page = item.page
        told = self._payloads.extracted(hashlib.sha256(f"{page.url} {page.fetched_at}".encode()).hexdigest())
        if told is None or item.outcome != "ok" or item.instead is not None or page.continuations:
            return None
        listed = told.row_title, told.row_date, told.column
        if told.rules != fingerprint() or listed != (page.row_title, page.row_date, page.column):
            return None
        from scraper.batch.rows import processed_of

        return processed_of(page, told.issues, told.reply)

    def _record(
        self, saved: Saved, place: Place, outcome: Outcome, path: Path, by: str | None, at: str | None
    ) -> None:
        key = place.site.key
        if key not in self.runs:
            declared = dump_sites({key: place.site})
            self.runs[key] = self._archive.begin_run(declared, self._arguments, code(), alone=False).id
        context = {
            "imported": saved.form,
            "file": path.name,
            "saved_by": by,
            "row_title": place.row_title,
            "row_date": place.row_date,
            "index": place.index,
            # A file that no list offers belongs to a page, whichever names it.
            "part_of": "" if place.role == "attachment" and place.row_title is None else None,
        }
        fetch = Fetch(
            run_id=self.runs[key],
            url=place.url,
            fetched_at=saved.saved_at or at or _modified(path),
            status=saved.status,
            headers=saved.headers,
            outcome=outcome,
            role=place.role,
            site=key,
            column=place.column,
            context={name: value for name, value in context.items() if value is not None},
        )
        self._archive.record(fetch, saved.body)
        if saved.extracted is not None:
            key = hashlib.sha256(f"{fetch.url} {fetch.fetched_at}".encode()).hexdigest()
            self._payloads.keep_extracted(key, saved.extracted)


def _is_page(saved: Saved) -> bool:
    """Whether it is HTML or a file in its own right; browsers save pictures, styles and scripts along."""
    return saved.form != "warc" or is_page(saved.headers)


def is_page(headers: tuple[tuple[str, str], ...]) -> bool:
    """Whether headers tell of something to read rather than of a picture, a style or a script."""
    kind = (
        next((value for name, value in headers if name == "content-type"), "").split(";")[0].strip().lower()
    )
    return kind in ("", "text/html", "application/xhtml+xml", "text/plain", "application/json")


def _modified(path: Path) -> str:
    """When the file was written: the nearest that is known to when the page was saved."""
    return datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI).isoformat(timespec="seconds")
