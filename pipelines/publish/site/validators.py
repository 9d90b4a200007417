"""Caching by content hash: a page that was seen is not made again as long as corpus, code and day are the same.

The entity tag (RFC 9110 §8.8.3) of every page of an instance is made of the hash of the snapshot, of our code, of the
settings and metadata, and of the day, which some queries ask for. It is weak: pages print how long they took. A page
on which a facet ran out of time gets none and is not to be kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from pipelines.clock import now
from pipelines.publish.site.corpora import alone
from pipelines.publish.site.headers import Application, Message, Receive, Scope, Send, concerns_us, nonce
from pipelines.publish.site.shelf import Page, Shelf, key_of
from pipelines.publish.site.snapshot import identity

FRESH = b"max-age=60"
"""How long a page may be kept without asking; publications are seen that much later at most."""
INCOMPLETE = b'class="facets-timed-out"'
"""What a page holds when a facet ran out of time."""
FACETS = re.compile(rb'"facet_results": ?\{(?!\})')
"""What JSON holds that has facets; Datasette does not say there whether one is missing."""
_HERE = Path(__file__).parent

_lasting: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
"""Digest of code, settings and metadata of an instance; the settings are made when it starts, which its first request may do."""


def validated(app: Application, datasette: Any) -> Application:
    """Wrap an application: answers 304 to who has the page already, gives a tag to each page that can have one, and keeps
    such pages for other readers."""
    shelf = Shelf()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if not _cacheable(datasette, scope):
            await app(scope, receive, send)
            return
        tag = entity_tag(datasette) if datasette in _lasting else b""
        if tag and tag in _known(scope):
            headers = [(b"etag", tag), (b"cache-control", FRESH), (b"vary", b"Accept-Encoding")]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        key = key_of(scope)
        if key is not None and tag and (page := shelf.get(tag, key)):
            # A copy: the wrappers outside add headers of their own.
            await send({**page.start, "headers": list(page.start["headers"])})
            await send({"type": "http.response.body", "body": page.with_nonce(nonce())})
            return
        start: Message | None = None

        async def send_tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                first, start = start, None
                body, tag = message.get("body", b""), entity_tag(datasette)
                tagged = _tagged(first, body, tag)
                if key is not None and (b"etag", tag) in tagged["headers"] and not message.get("more_body"):
                    kept = {**tagged, "headers": list(tagged["headers"])}
                    shelf.put(tag, key, Page(kept, body, nonce() if nonce().encode() in body else ""))
                await send(tagged)
            await send(message)

        await app(scope, receive, send_tagged)

    return wrapped


def entity_tag(datasette: Any) -> bytes:
    """The tag of every page of an instance that serves nothing but corpora; asked for once it has started."""
    if datasette not in _lasting:
        settings = json.dumps([datasette._settings, datasette._metadata_local], sort_keys=True, default=str)
        _lasting[datasette] = hashlib.sha256(f"{_code()}\n{settings}".encode()).hexdigest()
    parts = [_lasting[datasette], now()[:10]]
    for name, database in sorted(datasette.databases.items()):
        if database.path:
            parts.append(f"{name}={database.hash or identity(database.path)}")
    return b'W/"%s"' % hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20].encode()


def _cacheable(datasette: Any, scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    # Who is logged in, or has a message waiting, sees other pages.
    personal = any(
        key == b"authorization" or (key == b"cookie" and b"ds_" in value) for key, value in scope["headers"]
    )
    return not personal and alone(datasette) and concerns_us(datasette, scope)


def _known(scope: Scope) -> set[bytes]:
    return {
        tag.strip() for key, value in scope["headers"] if key == b"if-none-match" for tag in value.split(b",")
    }


def _tagged(message: Message, body: bytes, tag: bytes) -> Message:
    names = {key.lower() for key, _ in message["headers"]}
    if message["status"] != 200 or names & {b"etag", b"set-cookie"} or FACETS.search(body):
        return message
    if INCOMPLETE in body:
        kept = [(key, value) for key, value in message["headers"] if key.lower() != b"cache-control"]
        return {**message, "headers": [*kept, (b"cache-control", b"no-store")]}
    added = [(b"etag", tag)] + ([] if b"cache-control" in names else [(b"cache-control", FRESH)])
    return {**message, "headers": [*message["headers"], *added]}


@cache
def _code() -> str:
    """Digest of the code, templates and static files of the site."""
    total = hashlib.sha256()
    for path in sorted(_HERE.parent.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".html", ".css", ".js"):
            total.update(path.read_bytes())
    return total.hexdigest()[:16]
