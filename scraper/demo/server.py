"""The demonstration government on loopback: one threaded server that answers for all its hosts.

It is a forward proxy as far as a crawler sees (RFC 9112 §3.2.2, absolute-form targets), so the demonstration hosts keep
stable names on every machine and whatever port the system gives; requests with a Host header are answered just as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from scraper.demo.personality import Personality, load_personalities
from scraper.demo.render import Resource, render


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the government saw it."""

    method: str
    host: str
    target: str
    """Path with its query string."""
    headers: Mapping[str, str]
    """Names in lower case."""
    number: int
    """0-based position among all requests of this server."""


Fault = Callable[[Request, Resource], Resource]
"""A hook between the government and its visitor: takes what would be answered, gives what is answered instead."""

NOT_FOUND = Resource(
    404, (("Content-Type", "text/html; charset=utf-8"),), "<h1>404</h1><p>页面不存在</p>".encode()
)
NO_SUCH_HOST = Resource(
    502, (("Content-Type", "text/plain; charset=utf-8"),), "这个主机不属于演示政府。".encode()
)


class DemoGovernment:
    """Context manager: `with DemoGovernment() as government: … government.proxy`.

    `seed` moves only what is volatile on real sites (read counters, tokens): two seeds publish the same replies.
    `faults` sees each answer before it is sent and may put another in its place.
    """

    def __init__(
        self,
        seed: int = 0,
        personalities: tuple[Personality, ...] | None = None,
        faults: Fault | None = None,
        port: int = 0,
    ) -> None:
        self.personalities = load_personalities() if personalities is None else personalities
        self.resources = render(self.personalities, seed)
        self.hosts = frozenset(host for host, _ in self.resources)
        self.faults = faults
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._port = port
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> DemoGovernment:
        government = self

        class Handler(_Handler):
            owner = government

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A visitor who hangs up is no news."""

        self._server = Server(("127.0.0.1", self._port), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="demo-government",
            daemon=True,
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = self._thread = None

    @property
    def url(self) -> str:
        """Address of the server itself; as a proxy it is the same. Raises RuntimeError outside the context."""
        if self._server is None:
            raise RuntimeError("the demonstration government is not open: use it in a with statement")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    proxy = url

    def answer(self, method: str, host: str, target: str, headers: Mapping[str, str]) -> Resource:
        """What is sent for a request, faults included; it is noted in `requests`."""
        with self._lock:
            request = Request(method, host, target, headers, len(self.requests))
            self.requests.append(request)
        resource = self._resource(host, target)
        etag = dict(resource.headers).get("ETag")
        if resource.status == 200 and etag is not None and headers.get("if-none-match") == etag:
            resource = replace(resource, status=304, body=b"")
        return self.faults(request, resource) if self.faults else resource

    def _resource(self, host: str, target: str) -> Resource:
        if host not in self.hosts:
            return NO_SUCH_HOST
        return self.resources.get((host, target.partition("?")[0]), NOT_FOUND)


class _Handler(BaseHTTPRequestHandler):
    owner: DemoGovernment
    protocol_version = "HTTP/1.1"
    server_version = "demo"
    sys_version = ""
    # Headers and body are written apart; Nagle would hold the body back until the first is acknowledged.
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        """Answer a request in absolute form or with a Host header."""
        if self.path.startswith("/"):
            host, target = self.headers.get("Host", ""), self.path
        else:
            parts = urlsplit(self.path)
            host, target = parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.owner.answer(self.command, host.lower().removesuffix(":80"), target, headers))

    def do_HEAD(self) -> None:
        """The same without the body."""
        self.do_GET()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """A fixed date: what is served does not depend on the clock."""
        return super().date_time_string(timestamp if timestamp is not None else 1_767_225_600)

    def log_message(self, *args: Any) -> None:
        """Quiet."""

    def _send(self, resource: Resource) -> None:
        with suppress(ConnectionError):
            self.send_response(resource.status)
            for name, value in resource.headers:
                self.send_header(name, value)
            if resource.status != 304:
                self.send_header("Content-Length", str(resource.announced or len(resource.body)))
            if resource.announced is not None:
                # Shorter than announced: the line is cut after the body.
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(resource.body)
