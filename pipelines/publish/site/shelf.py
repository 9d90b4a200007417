"""A page that one reader has seen is not made again for the next, as long as corpus, code and day are the same.

What may be kept is what has an entity tag (`validators`): whole pages of an instance that serves nothing but corpora, the
same for everybody. Answers to SQL that a reader typed are made anew each time, for SQL may ask for chance or for the hour.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from pipelines.publish.site.headers import Message, Scope

ROOM = 32 * 1024 * 1024
"""Bytes of all pages together; the one that was not asked for longest makes room."""
LARGEST = 512 * 1024
"""Bytes of a page."""

Key = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The two messages of an answer, and the nonce that its scripts carry."""

    start: Message
    body: bytes
    nonce: str

    def with_nonce(self, value: str) -> bytes:
        """The body for another response: a nonce is used once."""
        return self.body.replace(self.nonce.encode(), value.encode()) if self.nonce else self.body


class Shelf:
    """The pages of one instance; emptied as soon as their tag is another."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._room = 0
        self._tag = b""

    def get(self, tag: bytes, key: Key) -> Page | None:
        """The page with this tag and key, if it is here."""
        self._turn(tag)
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, tag: bytes, key: Key, page: Page) -> None:
        """Keep a page, if it is not too large."""
        self._turn(tag)
        if len(page.body) > LARGEST or key in self._pages:
            return
        self._pages[key] = page
        self._room += len(page.body)
        while self._room > ROOM:
            _, dropped = self._pages.popitem(last=False)
            self._room -= len(dropped.body)

    def _turn(self, tag: bytes) -> None:
        if tag != self._tag:
            self._pages.clear()
            self._room, self._tag = 0, tag


def key_of(scope: Scope) -> Key | None:
    """What makes a page this page: its address as the reader wrote it, host included, for pages print it. None for what is
    not kept."""
    query = bytes(scope.get("query_string") or b"")
    if scope["method"] != "GET" or b"sql=" in query:
        return None
    asked = [
        value
        for name, value in scope["headers"]
        if name in (b"host", b"x-forwarded-host", b"x-forwarded-proto")
    ]
    path = scope.get("raw_path") or str(scope["path"]).encode()
    return (str(scope.get("scheme", "")).encode(), path, query, *asked)
