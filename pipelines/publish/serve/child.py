"""`python -m pipelines.publish.serve.child LISTENER REPORT`: one Datasette over one file, told what to do by its parent.

The arguments are descriptors: the listening socket, and a pipe on which `ready` is reported. On standard input comes
one line of JSON (`Orders`), later the line `drain`; its end means that the parent wants an end, or is no more.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

from pipelines.publish.serve.application import application
from pipelines.publish.serve.orders import DRAIN_SECONDS, STOP_SECONDS, Orders
from pipelines.publish.snapshots import INSPECT

SETTLE_SECONDS = 0.5
"""How long a connection may take from being accepted to being read."""
TICK = 0.05

Message = MutableMapping[str, Any]
Application = Callable[..., Awaitable[None]]


class Child:
    """Datasette and uvicorn in this process."""

    def __init__(self, orders: Orders, listener: socket.socket, report: int) -> None:
        corpus = Path(orders.corpus)
        inspected = json.loads((corpus.parent / INSPECT).read_text("utf-8")) if orders.immutable else None
        self._datasette = application(corpus, orders.metadata, inspected)
        self._listener = listener
        self._report = report
        self._draining = False
        self._said = b""

    async def run(self) -> None:
        """Answer until told to end."""
        await self._datasette.invoke_startup()
        await self._open_everywhere()
        first = await self._datasette.client.get(self._datasette.urls.instance())
        if first.status_code != 200:
            raise RuntimeError(f"/ answers {first.status_code}: {first.text[:500]}")
        config = uvicorn.Config(
            self._last_answers(self._datasette.app()),
            log_level="warning",
            lifespan="on",
            access_log=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        server = _Server(config, self._ready)
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._told, server)
        await server.serve(sockets=[self._listener])

    async def _open_everywhere(self) -> None:
        """A connection in every thread at once: the snapshot may be discarded while this child still answers."""
        threads = self._datasette.setting("num_sql_threads")
        together = threading.Barrier(threads)
        database = next(one for one in self._datasette.databases.values() if one.path)

        def touch(conn: Any) -> None:
            together.wait(timeout=60)
            conn.execute("select count(*) from sqlite_master").fetchone()

        await asyncio.gather(*(database.execute_fn(touch) for _ in range(threads)))

    def _ready(self) -> None:
        os.write(self._report, b"ready\n")
        os.close(self._report)

    def _told(self, server: uvicorn.Server) -> None:
        """Something came on standard input."""
        came = os.read(sys.stdin.fileno(), 4096)
        self._said += came
        if not came:
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            server.should_exit = True
        elif b"drain\n" in self._said and not self._draining:
            self._draining = True
            self._drain = asyncio.get_running_loop().create_task(self._end_gently(server))

    async def _end_gently(self, server: uvicorn.Server) -> None:
        """No new connections; those that are open get their answers, each with the word that it is the last.

        Closing an idle connection at once would cut off a request that is on its way; so its client is told with its
        next answer (RFC 9112 §9.6), and who asks nothing is let go by the usual time-out.
        """
        loop = asyncio.get_running_loop()
        for listening in server.servers:
            for one in listening.sockets:
                # Not closed yet: asyncio drops a connection that it accepted and has not begun to read.
                loop.remove_reader(one.fileno())
        await asyncio.sleep(SETTLE_SECONDS)
        for listening in server.servers:
            listening.close()
        until = loop.time() + DRAIN_SECONDS
        while server.server_state.connections and loop.time() < until:
            await asyncio.sleep(TICK)
        server.should_exit = True

    def _last_answers(self, app: Application) -> Application:
        """The application, which says `Connection: close` while this child drains."""

        async def wrapped(scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
            async def send_on(message: Message) -> None:
                if self._draining and message["type"] == "http.response.start":
                    message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
                await send(message)

            await app(scope, receive, send_on)

        return wrapped


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _read_orders() -> Orders:
    """One line and not a byte more: what follows is for the event loop."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(sys.stdin.fileno(), 1)
        if not byte:
            raise EOFError("no orders")
        line += byte
    return Orders(**json.loads(line))


def main() -> None:
    """Entry point of the process."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    report = int(sys.argv[2])
    asyncio.run(Child(_read_orders(), listener, report).run())


if __name__ == "__main__":
    main()
