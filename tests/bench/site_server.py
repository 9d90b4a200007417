"""One column of generated pages on loopback, served as cheaply as Python can: every answer lies ready in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from tests.bench.trs_pages import trs_page, trs_title

COLUMN = "/zfxxgk/jytabl/"
ROWS = 20


def answers(pages: int) -> dict[bytes, bytes]:
    """Path → body."""
    found = {f"{COLUMN}{_document(number)}".encode(): trs_page(number) for number in range(pages)}
    count = -(-pages // ROWS)
    for index in range(count):
        name = f"index_{index}.shtml" if index else ""
        found[f"{COLUMN}{name}".encode()] = _list(
            index, count, range(index * ROWS, min(pages, (index + 1) * ROWS))
        )
    return found


def _document(number: int) -> str:
    return f"202409/t20240902_{5_000_000 + number}.shtml"


def _list(index: int, count: int, numbers: range) -> bytes:
    rows = "\n".join(
        f'<li><a href="./{_document(number)}">{trs_title(number)}</a><span>2024-09-02</span></li>'
        for number in numbers
    )
    following = f'<a class="next" href="index_{index + 1}.shtml">下一页</a>' if index + 1 < count else ""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>建议提案办理</title></head><body>
<ul class="list info-list">{rows}</ul>{following}
<script>createPageHTML({count}, {index}, "index", "shtml");</script></body></html>""".encode()


class _Connection(asyncio.Protocol):
    def __init__(self, bodies: dict[bytes, bytes]) -> None:
        self._bodies = bodies
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            request, _, self._read = self._read.partition(b"\r\n\r\n")
            self._transport.write(self._answer(request.split(b" ", 2)[1]))

    def _answer(self, path: bytes) -> bytes:
        body = self._bodies.get(path)
        status = b"200 OK" if body is not None else b"404 Not Found"
        body = body or b"not found"
        return b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (
            status,
            len(body),
            body,
        )


def serve(pages: int, tell: Callable[[int], None]) -> None:
    """Serve until the process is ended; `tell` is given the port."""
    asyncio.run(_serve(answers(pages), tell))


async def _serve(bodies: dict[bytes, bytes], tell: Callable[[int], None]) -> None:
    server = await asyncio.get_running_loop().create_server(partial(_Connection, bodies), "127.0.0.1", 0)
    tell(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()
