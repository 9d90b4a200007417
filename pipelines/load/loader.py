"""Writes what was processed into staging: in batches, what SQLite refuses apart, and nothing where nothing changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from pipelines import storage
from pipelines.address import address_key
from pipelines.archive.schema import transaction
from pipelines.load import rows
from pipelines.load.columns import Columns
from pipelines.load.files import Files
from pipelines.load.hold import held, lost_fields
from pipelines.load.store import open_staging
from pipelines.load.tables import CHILDREN, REPLY_FIELDS, TABLES
from pipelines.models import Issue, Listing, ListReading, Page, Processed, Reply
from pipelines.normalise.difference import sentences

BATCH = 100
REFUSALS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, UnicodeError)
"""What SQLite says of an item that it does not take."""

Item = Processed | Listing | ListReading
"""What is loaded."""
TEXT_FROM_LIST = "text_from_list"
"""Issue of a reply whose page could not be got and whose text its list carries. It never takes the place of the page."""


@dataclass(slots=True)
class Loaded:
    """What a loader did so far."""

    new: int = 0
    changed: int = 0
    """Content changed: a revision was written."""
    unchanged: int = 0
    other: int = 0
    """Pages that are no reply, or were not got."""
    listings: int = 0
    failed: int = 0
    """Items that SQLite refused; each has an issue `not_loaded`."""


class Loader:
    """`with Loader(path) as loader: loader.load(item)`; one thread, one process a file.

    The state of an address is a fold over its fetches in order of time; an item older than the state is ignored.
    Killed at any instant, the file holds whole batches: a reply with all its children is there or is not.
    """

    def __init__(
        self,
        path: Path | str | sqlite3.Connection,
        batch: int = BATCH,
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        """`settle` is called before anything is written: it brings to the disk what that is made of (`Archive.settle`).
        Raises StagingStale and DataUnreadable, see `open_staging`."""
        self._owned = not isinstance(path, sqlite3.Connection)
        self.conn = path if isinstance(path, sqlite3.Connection) else open_staging(Path(path))
        self._path = Path(self.conn.execute("pragma database_list").fetchone()[2] or ":memory:")
        self._settle = settle
        self.files = Files(self.conn, settle=settle)
        """What files say, for `process`: each is read once."""
        self._batch = batch
        self._waiting: list[Item] = []
        self._columns = Columns(self.conn)
        self.loaded = Loaded()

    def __enter__(self) -> Loader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self, item: Item) -> None:
        """Take an item; it is written with its batch."""
        self._waiting.append(item)
        if len(self._waiting) >= self._batch:
            self.flush()

    def flush(self, mark: tuple[str, str] | None = None) -> None:
        """Write what waits, in one transaction; a reader sees all of it or nothing.

        `mark`: a key and its value that the table `state` holds from then on, such as how far the caller came.
        """
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self._settle()
        before = replace(self.loaded)
        with storage.explained(self._path, "中间库"):
            try:
                self._write(waiting, self._take, mark)
            except REFUSALS:
                # Rare. A savepoint for each item of every batch would cost a tenth of all loading.
                self.loaded = before
                self._write(waiting, self._savepoint, mark)

    def _write(
        self, waiting: Iterable[Item], take: Callable[[Item], None], mark: tuple[str, str] | None
    ) -> None:
        # IMMEDIATE: a lock of another program is waited for here, and cannot fail the batch half-way.
        with transaction(self.conn):
            for item in waiting:
                take(item)
            if mark is not None:
                self.conn.execute("insert or replace into state(key, value) values (?, ?)", mark)

    def forget(self) -> None:
        """Let go of what waits."""
        self._waiting.clear()

    def close(self) -> None:
        """Write what waits and let go of the file."""
        try:
            self.flush()
        finally:
            if self._owned:
                self.conn.close()

    def _take(self, item: Item) -> None:
        if isinstance(item, ListReading):
            self._columns.take(item)
        elif isinstance(item, Listing):
            self._listing(item)
        else:
            self._processed(item)

    def _savepoint(self, item: Item) -> None:
        # Only where SQLite refused something: a crawl that goes well does without loading it.
        from sqlite_utils import Database

        database = Database(self.conn, execute_plugins=False)
        before = replace(self.loaded)
        try:
            with database.atomic():
                self._take(item)
        except REFUSALS as error:
            self.loaded = before
            self.loaded.failed += 1
            with database.atomic():
                self._refused(item, error)

    def _refused(self, item: Item, error: Exception) -> None:
        """An item that SQLite does not take leaves an issue, and the crawl goes on."""
        if isinstance(item, Processed):
            page_url, site = item.page.url, _site(item.page)
        else:
            page_url, site = item.column if isinstance(item, ListReading) else item.url, item.site
        url = page_url.encode("utf-8", "replace").decode()
        message = f"这一页没有入库：{type(error).__name__}：{error}"
        issue = Issue("not_loaded", message.encode("utf-8", "replace").decode(), "error")
        self._issues(address_key(url), "load", rows.issue_rows(address_key(url), "load", url, site, [issue]))

    def _processed(self, item: Processed) -> None:
        page, reply = item.page, item.reply
        address = address_key(page.url)
        is_reply = reply is not None and reply.document_type in {"reply", "co_handling_opinion"}
        known = self._one("select * from replies where address = ?", address)
        if known and page.fetched_at and known["fetched_at"] and page.fetched_at < known["fetched_at"]:
            return
        if known and reply is not None and _from_list(reply.issues) and not self._is_from_list(address):
            item, reply, is_reply = replace(item, reply=None), None, False
        page_issues = list(item.issues)
        # Without a reply nobody could read what came: nothing is known of it.
        if reply is not None and not is_reply and item.outcome == "ok":
            page_issues += reply.issues
            if known:
                page_issues.append(
                    Issue(
                        "no_longer_reply",
                        "这个地址上的内容已不是答复；此前的答复保留",
                        "warning",
                        "document_type",
                    )
                )
        lost = lost_fields(known, reply, page.site) if known and reply is not None and is_reply else ()
        if lost:
            page_issues.append(held(lost))
        self._page(address, page, item, page_issues)
        if reply is None or not is_reply or lost:
            self.loaded.other += 1
            return
        self._reply(address, page, reply, known)

    def _is_from_list(self, address: str) -> bool:
        """Whether the stored reply is one that only its list knows."""
        sql = "select 1 from issues where address = ? and scope = 'reply' and code = ?"
        return self.conn.execute(sql, (address, TEXT_FROM_LIST)).fetchone() is not None

    def _page(self, address: str, page: Page, item: Processed, issues: list[Issue]) -> None:
        before = self._one("select * from pages where address = ?", address)
        row: rows.Row = {
            "address": address,
            "url": page.url,
            "site": _site(page),
            "column_url": page.column,
            "role": page.role,
            "row_title": page.row_title,
            "row_date": page.row_date,
            "outcome": item.outcome,
            # A page that is not there today keeps what was known of it.
            "document_type": before["document_type"] if before else None,
            "title": before["title"] if before else None,
        }
        if item.reply is not None:
            row["document_type"], row["title"] = item.reply.document_type, item.reply.title
        found = rows.issue_rows(address, "page", page.url, _site(page), issues)
        # What stands in the row is compared as it is.
        row["digest"] = rows.staged_digest(found) if found else None
        if before == row:
            return
        self._upsert("pages", row)
        # What was said of a page that could not be loaded is over too.
        self.conn.execute("delete from issues where address = ? and scope in ('page', 'load')", (address,))
        self._insert("issues", found)

    def _reply(self, address: str, page: Page, reply: Reply, known: Mapping[str, Any] | None) -> None:
        row = rows.reply_row(address, page.url, reply)
        children = rows.child_rows(address, reply)
        issues = rows.issue_rows(address, "reply", page.url, _site(page), reply.issues)
        present = rows.values(reply)
        row["values_digest"] = rows.digest(present)
        # The fields of the row are in the digest of the values already, and markup is compared as it is.
        rest = [rows.cells(found) for name, found in children.items() if name != "reply_html"]
        told = [address, page.url, row["values_digest"], rest, rows.cells(issues)]
        row["row_digest"] = rows.staged_digest(told)
        row["fetched_at"] = page.fetched_at
        if known and known["row_digest"] == row["row_digest"] and self._has_html(address, reply.body_html):
            self.loaded.unchanged += 1
            return
        if known is None:
            self.loaded.new += 1
            change = None
        elif known["values_digest"] == row["values_digest"]:
            # Only sources, issues or markup differ: the same state, so its time stays.
            row["fetched_at"], change = known["fetched_at"], None
            self.loaded.unchanged += 1
        else:
            self.loaded.changed += 1
            change = rows.changed(self._present(known), present)
        if known is not None:
            for table in CHILDREN:
                self.conn.execute(f"delete from {table.name} where address = ?", (address,))  # noqa: S608
            self.conn.execute("delete from issues where address = ? and scope = 'reply'", (address,))
        self._upsert("replies", row)
        for name, found in children.items():
            self._insert(name, found)
        self._insert("issues", issues)
        if known is None or change is not None:
            self._revision(address, page.fetched_at, change, row)

    def _has_html(self, address: str, html: str | None) -> bool:
        """Whether the stored markup is this one."""
        sql = "select html from reply_html where address = ?"
        found = self.conn.execute(sql, (address,)).fetchone()
        return found[0] == html if found else not html

    def _revision(
        self, address: str, fetched_at: str | None, change: rows.Row | None, row: Mapping[str, Any]
    ) -> None:
        text = (change or {}).get("body_text")
        diff = rows.compact(sentences(text["old"] or "", text["new"] or "")) if text else None
        self.conn.execute(
            "insert into revisions(address, number, fetched_at, changed, diff, digest, content) "
            "select ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 from revisions where address = ?1",
            (
                address,
                fetched_at,
                None if change is None else rows.compact(change),
                diff,
                row["values_digest"],
                rows.print_of(row["title"], row["body_text"]),
            ),
        )

    def _present(self, known: Mapping[str, Any]) -> rows.Row:
        """The stored content in the form of `rows.values`."""
        address = known["address"]
        kept: rows.Row = {name: known[name] for name in REPLY_FIELDS}
        kept["co_handlers"] = json.loads(known["co_handlers"])
        parts = "body, level, place, term, meeting, number, category_number, kind"
        kept["references"] = self._all(
            f"select {parts} from reply_references where address = ? order by position",  # noqa: S608
            address,
        )
        kept["attachments"] = [
            {"name": file["name"], "url": address_key(file["url"]) if file["url"] else None}
            for file in self._all(
                "select name, url from attachments where address = ? order by position", address
            )
        ]
        return kept

    def _listing(self, listing: Listing) -> None:
        self.loaded.listings += 1
        row: rows.Row = {
            "column_url": listing.column,
            "number": listing.index,
            "rows": len(listing.rows),
            "refused": len(listing.refused),
            "page_count": listing.page_count,
            "total": listing.total,
            "site": listing.site,
            "url": listing.url,
            # In the order of the page, so that a row pinned on every page can be told from one listed twice.
            "addresses": rows.compact(
                [address_key(entry.url) for entry in (*listing.rows, *listing.refused)]
            ),
        }
        address = address_key(listing.url)
        # The list may have been trouble before; now that it was read, that is over.
        if self._one("select address from pages where address = ?", address):
            self._issues(address, "page", [])
            self.conn.execute("delete from pages where address = ?", (address,))
        found = [
            {
                "column_url": listing.column,
                "address": address_key(entry.url),
                "url": entry.url,
                "title": entry.title,
                "date": entry.date,
            }
            for entry in {address_key(entry.url): entry for entry in reversed(listing.rows)}.values()
        ]
        issues = rows.issue_rows(address, "list", listing.url, listing.site, listing.issues)
        row["digest"] = rows.staged_digest([row, found, issues])
        before = self._one(
            "select digest from list_pages where column_url = ? and number = ?", listing.column, listing.index
        )
        if before and before["digest"] == row["digest"]:
            return
        self._upsert("list_pages", row)
        for entry_row in found:
            self._upsert("list_rows", entry_row)
        self._issues(address, "list", issues)

    def _issues(self, address: str, scope: str, found: list[rows.Row]) -> None:
        self.conn.execute("delete from issues where address = ? and scope = ?", (address, scope))
        self._insert("issues", found)

    def _upsert(self, table: str, row: rows.Row) -> None:
        self.conn.execute(_upsert_sql(table, tuple(row)), tuple(row.values()))

    def _insert(self, table: str, found: Iterable[rows.Row]) -> None:
        found = list(found)
        if found:
            self.conn.executemany(_insert_sql(table, tuple(found[0])), rows.cells(found))

    def _all(self, sql: str, *parameters: object) -> list[rows.Row]:
        cursor = self.conn.execute(sql, parameters)
        names = [item[0] for item in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _one(self, sql: str, *parameters: object) -> rows.Row | None:
        cursor = self.conn.execute(sql, parameters)
        row = cursor.fetchone()
        # Of a new page there is nothing: its columns need no names.
        return None if row is None else dict(zip([item[0] for item in cursor.description], row, strict=True))


_KEYS = {table.name: table.pk for table in TABLES}


@cache
def _insert_sql(table: str, columns: tuple[str, ...]) -> str:
    # Asking the database for its columns at every row, as sqlite-utils does, took two thirds of the time of loading.
    names = ", ".join(f'"{name}"' for name in columns)
    return f"insert into {table} ({names}) values ({', '.join('?' * len(columns))})"  # noqa: S608


@cache
def _upsert_sql(table: str, columns: tuple[str, ...]) -> str:
    """Not `or replace`, which would delete the row and with it what refers to it."""
    key = _KEYS[table]
    values = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key)
    return f"{_insert_sql(table, columns)} on conflict ({', '.join(key)}) do update set {values}"


def _from_list(issues: Iterable[Issue]) -> bool:
    return any(issue.code == TEXT_FROM_LIST for issue in issues)


def _site(page: Page) -> str | None:
    return page.site.key if page.site else None
