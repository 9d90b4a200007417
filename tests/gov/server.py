"""A government on loopback: several hosts behind one forward proxy, with a fault for any address, counting requests.

Reached as a proxy (`GET http://kjt.a.invalid/x HTTP/1.1`) it answers for whatever host is named; reached directly it
goes by the Host header. Pages are plain data; nothing is rendered.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

Fault = Literal[
    "none",
    "reset",
    "cut",
    "cut_chunked",
    "flood",
    "announce",
    "drip",
    "slow",
    "stall",
    "long_header",
    "many_headers",
    "endless_header",
]

HUNG_UP_AT_THE_HEAD = frozenset(("announce", "long_header", "many_headers"))
"""Faults whose head is enough for a crawler to hang up."""


@dataclass(frozen=True)
class Answer:
    """What an address answers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = "text/html; charset=utf-8"
    fault: Fault = "none"
    """`cut`: half of the announced bytes; `cut_chunked`: a chunked body without its end; `flood`: more and more bytes
    without an announced length; `announce`: 40 MB announced; `reset`: the connection breaks; `drip`: a byte now and then without
    end; `slow`: the whole body in eight pieces over half a second; `stall`: nothing for a minute; `long_header`: one header of
    100 kB; `many_headers`: 20,000 of them; `endless_header`: a header line that goes on without end."""
    times: int | None = None
    """After so many answers the next one of the address' list is given; None: for ever."""


def page(text: str, **more: Any) -> Answer:
    """An HTML page."""
    return Answer(text.encode(), **more)


class Government:
    """The addresses, what was asked, and when."""

    def __init__(self, answers: Mapping[str, Answer | list[Answer]], delay: float = 0.0) -> None:
        self.answers: dict[str, list[Answer]] = {
            url: item if isinstance(item, list) else [item] for url, item in answers.items()
        }
        self.delay = delay
        self.log: list[tuple[float, str]] = []
        self.agents: set[str] = set()
        self.under_way: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self._lock = threading.Lock()

    def answer(self, url: str, agent: str) -> Answer:
        """Count a request and find its answer."""
        with self._lock:
            asked = self.count(url)
            self.log.append((time.monotonic(), url))
            self.agents.add(agent)
        for item in self.answers.get(url, []):
            if item.times is None or asked < item.times:
                return item
            asked -= item.times
        return Answer(b"<html><title>404</title><body>404 Not Found</body></html>", status=404)

    def count(self, url: str) -> int:
        """How often an address was asked for."""
        return sum(1 for _, asked in self.log if asked == url)

    def counts(self) -> Counter[str]:
        """Requests by address."""
        return Counter(url for _, url in self.log)

    def enter(self, host: str) -> None:
        """A request begins; hosts under one domain stand on one system."""
        system = ".".join(host.split(".")[-2:])
        with self._lock:
            self.under_way[system] += 1
            self.most_at_once[system] = max(self.most_at_once[system], self.under_way[system])

    def leave(self, host: str) -> None:
        """A request ends."""
        with self._lock:
            self.under_way[".".join(host.split(".")[-2:])] -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    # Headers and body are written apart; Nagle would hold the body back until the first is acknowledged.
    disable_nagle_algorithm = True
    government: ClassVar[Government]
    scheme: ClassVar[str]
    host = ""
    under_way = False

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.host = parts.netloc or self.headers.get("Host", "")
        url = f"{self.scheme}://{self.host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
        self.government.enter(self.host)
        self.under_way = True
        try:
            time.sleep(self.government.delay)
            self._send(self.government.answer(url, self.headers.get("User-Agent", "")))
        finally:
            self._over()

    def _over(self) -> None:
        """The answer is over; told before its last byte goes out, or the next request may be seen before the end of this one."""
        if self.under_way:
            self.under_way = False
            self.government.leave(self.host)

    def _send(self, answer: Answer) -> None:
        if answer.fault == "reset":
            self._reset()
            return
        if answer.fault == "stall":
            self._stall()
            return
        if answer.fault == "endless_header":
            self._endless_header()
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.content_type is not None and "Content-Type" not in answer.headers:
            self.send_header("Content-Type", answer.content_type)
        body = answer.body
        if answer.fault == "long_header":
            self.send_header("X-Long", "x" * 100_000)
        elif answer.fault == "many_headers":
            for number in range(20_000):
                self.send_header(f"X-Many-{number}", "x")
        if answer.fault == "drip":
            self.send_header("Connection", "close")
            self.end_headers()
            with suppress(OSError):
                for _ in range(600):
                    self.wfile.write(b" ")
                    time.sleep(0.1)
            self.close_connection = True
        elif answer.fault == "slow":
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            step = len(body) // 8 + 1
            for start in range(0, len(body), step):
                time.sleep(0.06)
                if start + step >= len(body):
                    self._over()
                self.wfile.write(body[start : start + step])
        elif answer.fault == "flood":
            self.send_header("Connection", "close")
            self.end_headers()
            with suppress(OSError):
                for _ in range(40):
                    self.wfile.write(b"<p>" + b"x" * 1_048_573)
            self.close_connection = True
        elif answer.fault == "cut_chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            half = body[: len(body) // 2]
            self.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(40_000_000 if answer.fault == "announce" else len(body)))
            if not body or answer.fault in HUNG_UP_AT_THE_HEAD:
                self._over()
            self.end_headers()
            if answer.fault == "cut":
                self.wfile.write(body[: len(body) // 2])
            elif body:
                self.wfile.write(body[:-1])
                self._over()
                self.wfile.write(body[-1:])
            self.close_connection = answer.fault in {"cut", "announce"}

    def _stall(self) -> None:
        """Take the request and say nothing, until the other side hangs up or a minute is over."""
        self.close_connection = True
        self.connection.settimeout(60)
        with suppress(OSError):
            self.connection.recv(1)

    def _endless_header(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Endless: ")
            for _ in range(2_000):
                self.wfile.write(b"x" * 32_768)

    def _reset(self) -> None:
        """Break the connection with RST instead of an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self._over()
        with suppress(OSError):
            self.connection.close()
        self.rfile.close()

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name of the base class
        """Silent: the government keeps its own log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A crawler that hangs up is no error here."""


@contextmanager
def serving(government: Government, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a free loopback port; gives the address of the proxy, or with `tls` that of the one site that stands there."""
    scheme = "http" if tls is None else "https"
    handler = type("Handler", (_Handler,), {"government": government, "scheme": scheme})
    with _Server(("127.0.0.1", 0), handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
