"""Response headers of the pages of a corpus: hostile text that slips through every other door still cannot run.

Content-Security-Policy with a nonce a response: Datasette's pages need a few inline scripts, and those come from
template sources (`translate.with_nonce`). Pages of other databases and of other plugins keep their own headers.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

from datasette.utils import tilde_decode

from pipelines.publish.site.corpora import alone, recognised

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PLAIN = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
"""Headers that are the same on every page. HSTS is left to whoever holds the certificate, see docs/deploy."""

OWN = frozenset(
    {"", "feeds", "search", "snapshot", "changes", "missing", "charts", "report"}
    | {"download", "docs", "robots", "llms", "sitemap"}
)
"""First parts of the paths that are ours besides the databases."""
TERMS = (b".csv", b".json", b".atom", b".db", b".jsonl.gz", b".parquet")
"""Ends of the paths of exports."""

_nonce: ContextVar[str] = ContextVar("hubei_replies_nonce", default="")


def nonce() -> str:
    """The nonce of the response that is being made; empty outside one."""
    return _nonce.get()


def policy(value: str) -> str:
    """Content-Security-Policy: nothing from other hosts, no inline script without the nonce.

    `style-src-attr` stays open because Datasette and CodeMirror set colours and heights in attributes.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{value}'",
            f"style-src 'self' 'nonce-{value}'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


def guarded(app: Application, datasette: Any) -> Application:
    """Wrap Datasette's ASGI application."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        value = secrets.token_urlsafe(16)
        _nonce.set(value)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and (
                (message["status"] >= 400 and recognised(datasette)) or concerns_us(datasette, scope)
            ):
                present = {key.lower() for key, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((key, text) for key, text in _headers(value, message["status"]) if key not in present),
                    *_terms(datasette, scope),
                ]
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def _headers(value: str, status: int) -> list[tuple[bytes, bytes]]:
    # The headers of a 304 replace those that were kept with the page (RFC 9111 §3.2): another nonce there would lock
    # out the page's own scripts.
    named = [] if status == 304 else [(b"content-security-policy", policy(value).encode())]
    return [*named, *PLAIN]


def _terms(datasette: Any, scope: Scope) -> list[tuple[bytes, bytes]]:
    """Where the conditions of use and the meaning of the columns stand, with every export (RFC 8288, RFC 6903)."""
    if not local_path(datasette, scope).encode().endswith(TERMS):
        return []
    root = str(datasette.urls.instance())
    link = f'<{root}download#terms>; rel="terms-of-service", <{root}docs/dictionary>; rel="describedby"'
    return [(b"link", link.encode())]


def local_path(datasette: Any, scope: Scope) -> str:
    """Path of a request below the address at which Datasette is served, with its slash."""
    path, base = str(scope["path"]), str(datasette.setting("base_url"))
    return "/" + path.removeprefix(base).lstrip("/") if base != "/" else path


def concerns_us(datasette: Any, scope: Scope) -> bool:
    """Whether a request is for a page of a corpus.

    Where nothing but corpora is served, that is every page but Datasette's and the plugins' own under `/-/`; beside
    other databases it is the pages of a corpus and the feeds.
    """
    names = recognised(datasette)
    if not names:
        return False
    path = local_path(datasette, scope)
    if alone(datasette):
        return not path.startswith("/-/")
    first = tilde_decode(path.lstrip("/").split("/")[0].split(".")[0])
    return first in OWN or first in {datasette.databases[name].route for name in names}
