"""What earlier runs know of the documents of each site, and what the lists are known to hold.

A function of the archive: of its fetches, read in one pass, and of staging, which is made from it. So it survives a kill
and a rebuild. What the present run itself fetched is left out: a run that is resumed decides as it did when it began.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Set
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from pipelines.address import address_key, url_date
from pipelines.archive import Archive, Stored
from pipelines.clock import day_of
from pipelines.load import open_staging
from pipelines.load.columns import listed
from pipelines.load.listed import Listed
from pipelines.models import ListRow, Outcome, Site
from pipelines.shelf import Shelf
from scraper.revisit import History, Visit, budget, chosen, due
from scraper.walk import Found, full_date

TELLING: frozenset[Outcome] = frozenset(("ok", "unchanged", "redirect", "gone", "soft_404", "refused"))
"""Outcomes that say something of the page. After any other it is asked for again in the next run."""

VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


@dataclass(slots=True)
class Document:
    """One address that was asked for as a document."""

    url: str
    site: str
    column: str
    row_title: str | None
    row_date: str | None
    first: str | None = None
    """Moment of its first good answer."""
    first_run: int = 0
    asked: str | None = None
    """Moment of the last answer that said something."""
    last: Outcome = "ok"
    """The last answer that said something."""
    misses: list[str] = field(default_factory=list)
    """Days of 404 and 410 since the last good answer, one a run."""
    missed_run: int = 0
    validators: dict[str, str] = field(default_factory=dict)
    """Request headers by which the site may answer 304."""
    confirmed: bool = False
    """The last good answer was a 304: the next one is asked for in full, for a validator proves nothing."""
    part_of: str | None = None
    """Of a file beside a document: address of that."""
    parts: bool = False
    """It goes on at further pages, which a 304 of the first says nothing of."""


class Asked(Container[str]):
    """The keys for which a question is answered with yes; nothing is listed."""

    def __init__(self, question: Callable[[str], bool]) -> None:
        self._question = question

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._question(key)


class Known:
    """Documents and lists by site."""

    def __init__(
        self, archive: Archive | None, staging: sqlite3.Connection | None, without_run: int | None
    ) -> None:
        self._documents: Shelf[Document] = Shelf()
        self._lists_since: dict[str, int] = {}
        """Column → run in which its list was first read."""
        self._lists: dict[str, Listed] = {}
        self._staging = staging
        for stored in archive.fetches() if archive is not None else ():
            if stored.run_id != without_run and stored.site is not None:
                self._take(stored, stored.site)

    @classmethod
    def of_folder(cls, folder: Path, stack: ExitStack) -> Known:
        """What a data folder knows that this crawl does not write to; nothing where it holds no archive."""
        if not (folder / "archive.db").is_file():
            return cls(None, None, None)
        staging: sqlite3.Connection | None = None
        if (folder / "staging.db").is_file():
            staging = stack.enter_context(closing(open_staging(folder / "staging.db", readonly=True)))
        with Archive(folder / "archive.db", readonly=True) as archive:
            return cls(archive, staging, None)

    def _take(self, stored: Stored, site: str) -> None:
        if stored.role == "list" and stored.outcome == "ok" and stored.column is not None:
            self._lists_since.setdefault(stored.column, stored.run_id)
        of = stored.context.get("part_of")
        if stored.role == "continuation" and isinstance(of, str):
            whole = self._documents.get(address_key(of))
            if whole is not None:
                whole.parts = True
                self._documents.put(address_key(of), whole.site, whole)
        if stored.role not in ("detail", "attachment"):
            return
        title, day = stored.context.get("row_title"), stored.context.get("row_date")
        key = address_key(stored.url)
        document = self._documents.get(key) or Document(stored.url, site, stored.column or "", None, None)
        self._fold(document, stored, site, of, title, day)
        self._documents.put(key, document.site, document)

    def _fold(
        self, document: Document, stored: Stored, site: str, of: object, title: object, day: object
    ) -> None:
        document.row_title = title if isinstance(title, str) else document.row_title
        document.row_date = day if isinstance(day, str) else document.row_date
        document.part_of = of if isinstance(of, str) else None
        document.site, document.column = site, stored.column or document.column
        if stored.outcome not in TELLING:
            return
        document.asked, document.last = stored.fetched_at, stored.outcome
        if stored.outcome in ("ok", "unchanged"):
            document.misses.clear()
            document.confirmed = stored.outcome == "unchanged"
        if stored.outcome == "ok":
            document.url, document.parts = stored.url, False
            document.validators = {
                VALIDATORS[name]: value for name, value in stored.headers if name in VALIDATORS
            }
            if document.first is None:
                document.first, document.first_run = stored.fetched_at, stored.run_id
        elif stored.outcome == "gone" and document.missed_run != stored.run_id:
            document.misses.append(stored.fetched_at)
            document.missed_run = stored.run_id

    # --- documents --------------------------------------------------------------------------------------------

    def has(self, key: str) -> bool:
        """Whether a good answer of an address is archived."""
        document = self._documents.get(key)
        return document is not None and document.first is not None

    def is_settled(self, key: str) -> bool:
        """Whether an address that a list names need not be fetched as new: something is known of it, and from here on
        the schedule says when it is asked for."""
        document = self._documents.get(key)
        return document is not None and document.asked is not None

    def held(self) -> Container[str]:
        """Keys of which `has` is true."""
        return Asked(self.has)

    def settled(self) -> Container[str]:
        """Keys of which `is_settled` is true."""
        return Asked(self.is_settled)

    def found(self, key: str) -> Found:
        """The row by which a known document was last fetched. Raises KeyError."""
        document = self._known(key)
        return Found(document.column, ListRow(document.url, document.row_title or "", document.row_date))

    def part_of(self, key: str) -> str | None:
        """Address of the document that a known file stands beside; None of a document. Raises KeyError."""
        return self._known(key).part_of

    def _known(self, key: str) -> Document:
        document = self._documents.get(key)
        if document is None:
            raise KeyError(key)
        return document

    def conditions(self, key: str) -> dict[str, str]:
        """Headers of a conditional request; none where the page must be seen in full."""
        document = self._documents.get(key)
        if document is None or document.last not in ("ok", "unchanged"):
            return {}
        return {} if document.confirmed or document.parts else dict(document.validators)

    def of_site(self, site: str) -> list[str]:
        """Keys of the known documents of a site that were not found to be gone."""
        return sorted(
            key
            for key, document in self._documents.of(site)
            if document.part_of is None
            and document.first is not None
            and document.last not in ("redirect", "gone")
        )

    def visits(
        self, site: Site, today: date, lists: Mapping[str, Listed], left: Set[str], came: Set[str]
    ) -> list[Visit]:
        """The known pages that are looked at again in a run of this day, within the budget of the site. `lists`: what
        its columns list today; `left`, `came`: rows that left them today, and that were not there before."""
        there = {key for known in lists.values() for key in known.addresses}
        gone = self._dates(site, "left_on") | dict.fromkeys(left, today)
        back = self._dates(site, "back_on") | dict.fromkeys(came, today)
        histories = [
            History(
                address=key,
                born=self._born(document),
                asked=None if document.asked is None else day_of(document.asked),
                misses=tuple(day_of(moment) for moment in document.misses),
                left=None if key in there else gone.get(key),
                back=back.get(key) if key in there else None,
                alias=document.last == "redirect",
            )
            for key, document in self._documents.of(site.key)
        ]
        visits = [visit for history in histories if (visit := due(history, today)) is not None]
        return chosen(visits, budget(len(histories), visits, site.revisits))

    def _born(self, document: Document) -> date | None:
        """The day that the list or the address prints, never later than the first answer; without either, that of the
        first answer, unless it came with the first reading of its column: then it may be of any age."""
        if document.part_of is not None:
            return None
        printed = full_date(document.row_date) or url_date(document.url)
        first = None if document.first is None else day_of(document.first)
        if printed is not None:
            try:
                born = date.fromisoformat(printed)
            except ValueError:
                return first
            return born if first is None else min(born, first)
        return first if document.first_run > self._lists_since.get(document.column, 0) else None

    # --- lists ------------------------------------------------------------------------------------------------

    def listed(self, column: str) -> Listed:
        """The list of a column as it was when it was first asked for here: before this run adds to it."""
        if column not in self._lists:
            self._lists[column] = Listed() if self._staging is None else listed(self._staging, column)
        return self._lists[column]

    def missing(self, keys: Iterable[str]) -> date | None:
        """The last day on which one of these documents was found missing for the first time; None for none."""
        found = (document for key in keys if (document := self._documents.get(key)) is not None)
        return max((day_of(document.misses[0]) for document in found if document.misses), default=None)

    def unsettled(self, lists: Mapping[str, Listed]) -> Iterator[Found]:
        """Rows that lists hold and whose documents are still to be had, as far as an earlier run saw them."""
        for column, known in lists.items():
            for key in known.addresses:
                if key not in known.refused and not self.is_settled(key):
                    row = self._row(column, key)
                    if row is not None:
                        yield Found(column, row)

    def _row(self, column: str, key: str) -> ListRow | None:
        if self._staging is None:
            return None
        row = self._staging.execute(
            "select url, title, date from list_rows where column_url = ? and address = ?", (column, key)
        ).fetchone()
        return None if row is None else ListRow(*row)

    def _dates(self, site: Site, name: Literal["left_on", "back_on"]) -> dict[str, date]:
        """Key → last day on which its row left a list of the site, or was there again, as far as earlier runs saw it."""
        found: dict[str, date] = {}
        for column in site.columns if self._staging is not None else ():
            assert self._staging is not None
            sql = f"select address, {name} from list_rows where column_url = ? and {name} is not null"  # noqa: S608
            for key, day in self._staging.execute(sql, (column.url,)):
                found[key] = max(date.fromisoformat(day), found.get(key, date.min))
        return found
